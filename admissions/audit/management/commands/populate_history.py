from admissions.audit.pruning import NoPruning as Command  # noqa: F401
