from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Long work: the table, the runner, the pages."""

    name = "admissions.jobs"
    label = "jobs"
    verbose_name = "后台任务"
