from django.apps import AppConfig


class DutyConfig(AppConfig):
    """Deputies for an absence and handovers at its end."""

    name = "workgroups.duty"
    label = "duty"
    verbose_name = "代岗与交接"
