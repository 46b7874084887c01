from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    """Closed seasons put away: frozen by the database, packed, verified elsewhere, read back."""

    name = "admissions.archive"
    label = "archive"
    verbose_name = "归档"
