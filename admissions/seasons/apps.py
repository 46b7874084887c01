from django.apps import AppConfig


class SeasonsConfig(AppConfig):
    """Seasons, batches and stages, institutions, the working-day calendar, the deadline engine."""

    name = "admissions.seasons"
    label = "seasons"
    verbose_name = "录取季"
