"""Which signs of a text the paper's fonts cannot show: said before somebody signs it, not found as a box afterwards."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont, TTLibError

from .fonts import FOLDERS

KINDS = ("*.ttf", "*.ttc", "*.otf", "*.otc")
# What every Chinese font shows; where a text has nothing else, no font is opened.
COMMON = frozenset(
    [
        *range(0x20, 0x7F),
        0xA,
        0xB7,
        *range(0x2014, 0x2027),
        *range(0x3000, 0x3018),
        *range(0x4E00, 0x9FA6),
        *range(0xFF01, 0xFF5F),
    ]
)


def signs_without_glyph(texts: Iterable[str]) -> list[str]:
    """Each sign once, in the order of the texts. Empty as well where no font is installed at all: that is another matter."""
    rare = dict.fromkeys(sign for text in texts for sign in text if ord(sign) not in COMMON and not sign.isspace())
    if not rare or not (shown := _shown()):
        return []
    return [sign for sign in rare if ord(sign) not in shown]


def words_in(value: Any) -> Iterator[str]:
    """Every text in what a paper is made from, however deep it lies."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from words_in(list(value.values()))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from words_in(one)


def named(signs: list[str]) -> str:
    """`𰀀（U+30000）、…`: by number too, because the page may not show them either."""
    return "、".join(f"{sign}（U+{ord(sign):04X}）" for sign in signs)


@lru_cache(maxsize=1)
def _shown() -> frozenset[int]:
    """Code points of all installed fonts: the PDF renderer takes each sign from whichever font has it."""
    return frozenset(number for path in _files() for number in _of_file(path))


def _files() -> Iterator[Path]:
    for folder in FOLDERS:
        for kind in KINDS:
            yield from sorted(folder.rglob(kind))


def _of_file(path: Path) -> frozenset[int]:
    """The faces of a collection share their signs but for a few; the first is asked. A file that is no font shows nothing."""
    try:
        with TTFont(path, fontNumber=0, lazy=True) as font:
            return frozenset(font.getBestCmap() or ())
    except (TTLibError, OSError, KeyError, AssertionError):
        return frozenset()
