from django.apps import AppConfig


class ReadinessConfig(AppConfig):
    """What is still missing before somebody may act."""

    name = "workgroups.readiness"
    label = "readiness"
    verbose_name = "上岗资格"
