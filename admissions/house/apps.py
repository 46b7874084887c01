from django.apps import AppConfig


class HouseConfig(AppConfig):
    """What each capability owes to the rest; the last of the project's apps, so that all others are ready."""

    name = "admissions.house"
    label = "house"
    verbose_name = "能力清单"

    def ready(self) -> None:
        from admissions.celery import app

        from .opening import open_house
        from .timers import schedule

        open_house()
        app.conf.beat_schedule = schedule()
