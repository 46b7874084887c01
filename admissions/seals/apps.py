from django.apps import AppConfig


class SealsConfig(AppConfig):
    """Seals over the ledger: the tree, signed checkpoints, witnesses, proofs, exports that a stranger can verify."""

    name = "admissions.seals"
    label = "seals"
    verbose_name = "封存"
