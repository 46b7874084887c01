from django.apps import AppConfig


class WorkgroupsConfig(AppConfig):
    """Groups, posts, appointments, pledges, recusal, training, readiness, duty, meetings, requests."""

    name = "workgroups"
    label = "workgroups"
    verbose_name = "工作组"

    def ready(self) -> None:
        from .install import install
        from .recusal.install import install as install_recusal
        from .requests.install import install as install_requests

        install()
        install_recusal()
        install_requests()
