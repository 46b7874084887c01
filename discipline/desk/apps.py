from django.apps import AppConfig


class DeskConfig(AppConfig):
    """What supervisors look at first; what they put aside; the review of reads."""

    name = "discipline.desk"
    label = "desk"
    verbose_name = "监督工作台"
