from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Kernel without tables and without domain nouns."""

    name = "admissions.core"
    label = "core"
    verbose_name = "内核"
