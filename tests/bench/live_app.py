"""The product behind a real server, with one empty view beside it; only for benchmarks."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "admissions.settings.test")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

settings.ROOT_URLCONF = "tests.bench.bench_trail"
application = get_wsgi_application()
