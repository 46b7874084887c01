from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    """The ledger: events, histories, append-only protection, trail views."""

    name = "admissions.audit"
    label = "audit"
    verbose_name = "留痕"

    def ready(self) -> None:
        from admissions.core import navigation
        from admissions.core.views import export_recorders, refusal_recorders, told_of_missing

        from . import checks, protection  # noqa: F401  (registers checks)
        from .access import may_read_trail, may_see_alarms
        from .commands import record_refused_post
        from .histories import prepare_histories
        from .tasks import note_soon
        from .trail import record_list_export

        prepare_histories()
        export_recorders.append(record_list_export)
        refusal_recorders.append(record_refused_post)
        told_of_missing.append(note_soon)
        post_migrate.connect(protection.install_after_migrate, dispatch_uid="audit.protection")
        navigation.register(navigation.NavItem("监督", 10, "留痕总览", "audit:trail", "timeline-event", may_read_trail))
        navigation.register(
            navigation.NavItem("监督", 20, "库外修改告警", "audit:alarms", "alert-triangle", may_see_alarms)
        )
