from django.apps import AppConfig


class DisciplineConfig(AppConfig):
    """Supervision: opinions and their rectification, the supervisors' desk, the review of reads."""

    name = "discipline"
    label = "discipline"
    verbose_name = "监督"

    def ready(self) -> None:
        from .install import install

        install()
