"""A Chinese font of the system for words drawn by ourselves; browsers and the PDF renderer find theirs alone."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from PIL import ImageFont

FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
# Name pattern → which face of the collection is simplified Chinese; the first one found is taken.
NAMES = (
    ("NotoSansCJK-Regular.ttc", 2),
    ("NotoSerifCJK-Regular.ttc", 2),
    ("NotoSansCJKsc-Regular.otf", 0),
    ("NotoSansSC-Regular.*", 0),
    ("SourceHanSansSC-Regular.otf", 0),
    ("wqy-microhei.ttc", 0),
    ("wqy-zenhei.ttc", 0),
)


@lru_cache(maxsize=1)
def chinese_face() -> tuple[str, int] | None:
    """File and face of a Chinese font; None where the system has none."""
    for pattern, face in NAMES:
        for folder in FOLDERS:
            found = next(folder.rglob(pattern), None)
            if found is not None:
                return str(found), face
    return None


def chinese_font(size: int) -> Any:
    """Ask `chinese_face` first whether there is one."""
    found = chinese_face()
    if found is None:
        raise LookupError("no Chinese font is installed")
    file, face = found
    return ImageFont.truetype(file, size, index=face)
