from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """The work of the stages 计划、投档、录检: steps with their signatures."""

    name = "admissions.operations"
    label = "operations"
    verbose_name = "办理"

    def ready(self) -> None:
        from .install import install

        install()
