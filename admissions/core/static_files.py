"""Static files under names with their hash, without the source maps of vendored ones: maps are for their authors."""

from typing import Any

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

Patterns = tuple[tuple[str, tuple[Any, ...]], ...]


def without_source_maps(patterns: Patterns) -> Patterns:
    """What is looked for in the files; a map that is named at the end of one need not be there."""
    return tuple((extension, tuple(rule for rule in rules if not _names_map(rule))) for extension, rules in patterns)


def _names_map(rule: Any) -> bool:
    return "sourceMappingURL" in (rule if isinstance(rule, str) else rule[0])


class HashedFiles(ManifestStaticFilesStorage):
    patterns = without_source_maps(ManifestStaticFilesStorage.patterns)


class CompressedHashedFiles(CompressedManifestStaticFilesStorage):
    patterns = without_source_maps(CompressedManifestStaticFilesStorage.patterns)
