from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Stored files and imports."""

    name = "admissions.evidence"
    label = "evidence"
    verbose_name = "材料"
