from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Stored files and imports."""

    name = "admissions.evidence"
    label = "evidence"
    verbose_name = "材料"

    def ready(self) -> None:
        from admissions.core import navigation

        from . import jobs  # noqa: F401  (registers the job kinds)
        from .imports import registry, roster
        from .rules import may_see_imports

        registry.register(roster.ROSTER)
        navigation.register(
            navigation.NavItem("制度与基础", 60, "数据导入", "evidence:imports", "file-import", may_see_imports)
        )
