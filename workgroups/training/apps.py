from django.apps import AppConfig


class TrainingConfig(AppConfig):
    """Courses, questions, attempts."""

    name = "workgroups.training"
    label = "training"
    verbose_name = "培训"
