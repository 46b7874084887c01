"""What archives hold."""

from collections.abc import Iterable

from .models import SeasonArchive


def kept_packs() -> Iterable[str]:
    """Names of the packs of seasons that were put away."""
    return SeasonArchive._base_manager.exclude(storage_name="").values_list("storage_name", flat=True)
