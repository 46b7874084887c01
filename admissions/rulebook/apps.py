from django.apps import AppConfig


class RulebookConfig(AppConfig):
    """制度库: sources, versioned clauses, deadline policies."""

    name = "admissions.rulebook"
    label = "rulebook"
    verbose_name = "制度库"

    def ready(self) -> None:
        from admissions.core import navigation, seeds
        from admissions.seasons.deadlines import policies

        from .deadlines import deadline_policies
        from .seeds import seed_rulebook

        policies.register(deadline_policies)
        seeds.register(10, "制度库", seed_rulebook)
        navigation.register(navigation.NavItem("制度与基础", 5, "制度库", "rulebook:clauses", "book"))
