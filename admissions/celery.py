"""The Celery application: it only delivers "run job N"; the Job table is the truth."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "admissions.settings.development")
app = Celery("admissions")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
