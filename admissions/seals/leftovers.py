"""Packs that nobody refers to: half written when their job was killed, or whole and never recorded."""

from collections.abc import Callable, Iterable

import structlog

from admissions.core.capability import Slot
from admissions.evidence.sweeping import untouched

from .export import exports_root
from .models import VerificationExport

# () → names of the packs that rows of ours refer to.
KeptPacks = Callable[[], Iterable[str]]
KEPT_PACKS: Slot[KeptPacks] = Slot("kept_packs", KeptPacks)
log = structlog.get_logger(__name__)


def kept_exports() -> Iterable[str]:
    return VerificationExport._base_manager.exclude(storage_name="").values_list("storage_name", flat=True)


def sweep_packs() -> int:
    """Remove what has lain for a day and belongs to no row; how many files."""
    left = list(untouched(exports_root()))
    kept = {name for names in KEPT_PACKS for name in names()} if left else set()
    gone = [path for path in left if path.name not in kept]
    for path in gone:
        path.unlink(missing_ok=True)
    if gone:
        log.warning("packs without a record were removed", count=len(gone))
    return len(gone)
