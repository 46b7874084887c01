from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class AuditConfig(AppConfig):
    """The ledger: events, histories, append-only protection, trail views."""

    name = "admissions.audit"
    label = "audit"
    verbose_name = "留痕"

    def ready(self) -> None:
        from . import checks, installing, protection  # noqa: F401  (registers checks)
        from .commands import explain_constraint
        from .histories import prepare_histories

        prepare_histories()
        for name, sentence in protection.refusals().items():
            explain_constraint(name, sentence)
        pre_migrate.connect(installing.lift_before_migrate, dispatch_uid="audit.guards")
        post_migrate.connect(installing.install_after_migrate, dispatch_uid="audit.guards")
