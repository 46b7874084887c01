from django.apps import AppConfig


class RequestsConfig(AppConfig):
    """Requests and reports upward, replies, duties to report, oral instructions."""

    name = "workgroups.requests"
    label = "requests"
    verbose_name = "请示报告"
