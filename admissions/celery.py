"""The Celery application: it only delivers "run job N"; the Job table is the truth."""

import os

from celery import Celery
from celery.signals import beat_init, celeryd_after_setup
from django.core.management.base import SystemCheckError

from admissions.core.starting import require_sound_database

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "admissions.settings.development")
app = Celery("admissions")
# Of every thread: a web server answers in threads, and those know only the app of the whole process.
app.set_default()
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_after_setup.connect
@beat_init.connect
def check_the_database(**kwargs: object) -> None:
    """What a listener raises is only logged; leaving is not."""
    try:
        require_sound_database()
    except SystemCheckError as error:
        raise SystemExit(str(error)) from None
