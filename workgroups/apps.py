from django.apps import AppConfig


class WorkgroupsConfig(AppConfig):
    """Groups, posts, appointments, pledges, recusal, training, readiness, duty."""

    name = "workgroups"
    label = "workgroups"
    verbose_name = "工作组"

    def ready(self) -> None:
        from .install import install
        from .recusal.install import install as install_recusal

        install()
        install_recusal()
