from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demonstration, made through the commands of all capabilities; above them all."""

    name = "admissions.demo"
    label = "demo"
    verbose_name = "演示"
