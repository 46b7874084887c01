"""WSGI entry point for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from admissions.core.starting import require_sound_database

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "admissions.settings.production")
application = get_wsgi_application()
require_sound_database()
