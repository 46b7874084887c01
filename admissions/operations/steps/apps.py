from django.apps import AppConfig


class StepsConfig(AppConfig):
    """The sheets of a step: ordered, done, reviewed, confirmed, put away."""

    name = "admissions.operations.steps"
    label = "steps"
    verbose_name = "环节签署"
