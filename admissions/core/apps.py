from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Kernel without tables and without domain nouns."""

    name = "admissions.core"
    label = "core"
    verbose_name = "内核"

    def ready(self) -> None:
        from . import production_checks  # noqa: F401  (registers the checks)
