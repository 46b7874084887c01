from django.apps import AppConfig


class SightConfig(AppConfig):
    """Who was given sight of one record, by whom, what for and until when."""

    name = "admissions.sight"
    label = "sight"
    verbose_name = "授权查阅"
