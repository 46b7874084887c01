"""What an interrupted act left on the disk: a file whose row was never written, or whose removal was recorded and not done.

Between the bytes and the row of one file a process can always be killed. The row decides: without one the file goes, and so
does one whose content was to be cleared. Nothing younger than a day is touched, so that no upload under way is met.
"""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import structlog
from django.conf import settings

from .models import StoredFile

AGE = 24 * 3600
FOLDER, NAME = re.compile(r"[0-9a-f]{2}"), re.compile(r"[0-9a-f]{32}")
AT_ONCE = 500
log = structlog.get_logger(__name__)


def sweep() -> int:
    """How many files were removed."""
    found = list(_old_files())
    removed = 0
    for start in range(0, len(found), AT_ONCE):
        block = found[start : start + AT_ONCE]
        kept = set(
            StoredFile._base_manager.filter(
                storage_name__in=[path.name for path in block], removed_at=None
            ).values_list("storage_name", flat=True)
        )
        for path in block:
            if path.name not in kept:
                path.unlink(missing_ok=True)
                removed += 1
    if removed:
        log.warning("files without a record were removed", count=removed)
    return removed


def _old_files() -> Iterator[Path]:
    """Files of ours by their names."""
    root = Path(settings.MEDIA_ROOT)
    for folder in sorted(root.iterdir()) if root.is_dir() else ():
        if FOLDER.fullmatch(folder.name) and folder.is_dir():
            yield from (path for path in untouched(folder) if NAME.fullmatch(path.name))


def untouched(folder: Path) -> Iterator[Path]:
    """The files right in the folder that have not changed for a day, in any way."""
    before = time.time() - AGE
    return (path for path in sorted(folder.iterdir()) if path.is_file() and path.stat().st_ctime < before)
