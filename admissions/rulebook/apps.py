from django.apps import AppConfig


class RulebookConfig(AppConfig):
    """制度库: sources, versioned clauses, deadline policies."""

    name = "admissions.rulebook"
    label = "rulebook"
    verbose_name = "制度库"
