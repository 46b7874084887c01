from django.apps import AppConfig


class UpkeepConfig(AppConfig):
    """Backup, restore and figures for monitoring; no tables of its own."""

    name = "admissions.upkeep"
    label = "upkeep"
    verbose_name = "运行维护"
