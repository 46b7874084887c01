from django.apps import AppConfig


class OpinionsConfig(AppConfig):
    """What supervision asks of a group, the answer, the check; marks in the trail."""

    name = "discipline.opinions"
    label = "opinions"
    verbose_name = "监督意见"
