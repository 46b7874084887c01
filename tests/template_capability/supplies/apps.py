from django.apps import AppConfig


class SuppliesConfig(AppConfig):
    """What people take out of the store for the season, and bring back."""

    name = "supplies"
    label = "supplies"
    verbose_name = "物品领用"
