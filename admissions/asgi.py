"""ASGI entry point."""

import os

from django.core.asgi import get_asgi_application

from admissions.core.starting import require_sound_database

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "admissions.settings.production")
application = get_asgi_application()
require_sound_database()
