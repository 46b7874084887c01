from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Long work: the table, the runner, the pages."""

    name = "admissions.jobs"
    label = "jobs"
    verbose_name = "后台任务"

    def ready(self) -> None:
        from admissions.core import navigation

        navigation.register(navigation.NavItem("管理", 80, "后台任务", "jobs:list", "player-play"))
