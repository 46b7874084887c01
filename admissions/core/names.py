"""Names in the order people look for them, and found as they are written or called."""

from collections.abc import Iterator
from functools import cache, reduce
from itertools import islice, product
from operator import or_
from typing import Any

from django.db import models
from django.db.models import Q
from pypinyin import Style, lazy_pinyin, pinyin

from .text import folded

# Read otherwise as a surname than in other words (单 is dan, the family Shan).
FAMILIES = "单解查仇曾区朴盖种缪员覃折翟洗秘召乐隗阚牟能颉句祭繁都佴黑"
READ_AS = "shan xie zha qiu zeng ou piao ge chong miao yun qin she zhai xian bi shao yue wei kan mu nai xie gou zhai po du nai he"
SURNAMES = dict(zip(FAMILIES, READ_AS.split(), strict=True))
# Surnames of two signs that begin with one of these.
COMPOUND = ("单于",)
# Signs that pypinyin does not know and people do.
UNKNOWN = {"𠮷": "ji", "〇": "ling"}
# `lü` on keyboards, in passports (GB/T 28039), and without the dots.
UMLAUT = {
    "lv": ("lv", "lyu", "lu"),
    "nv": ("nv", "nyu", "nu"),
    "lve": ("lve", "lyue", "lue"),
    "nve": ("nve", "nyue", "nue"),
}
MOST_READINGS, MOST_SOUNDS = 3, 24


def sort_key(name: str) -> str:
    """Pinyin in full, then initials: `张三丰` → `zhangsanfeng zsf`, a surname as surnames are read."""
    return next(sounds_of(name), "")[:200]


def sounds_of(name: str) -> Iterator[str]:
    """Each way the name is called, the likeliest first: pinyin in full and initials. A long name keeps to its first readings."""
    readings = _readings(folded(name))
    # The last sign turns slowest in `product`; the first is the surname, whose other reading is asked for most.
    for turned in islice(product(*reversed(readings)), MOST_SOUNDS):
        called = turned[::-1]
        yield f"{''.join(called)} {''.join(sound[0] for sound in called)}".strip()


def _readings(name: str) -> list[tuple[str, ...]]:
    """Of each sign; letters and digits are called as they are written."""
    first = _first_sounds(name)
    return [_of_sign(sign, sound) for sign, sound in zip(name, first, strict=True)]


def _first_sounds(name: str) -> list[str]:
    """One sound a sign: words as words are read, the beginning as a surname."""
    surname = "" if name.startswith(COMPOUND) else SURNAMES.get(name[:1], "")
    return [surname, *_sounds(name[1:])] if surname else _sounds(name)


def _sounds(text: str) -> list[str]:
    return lazy_pinyin(text, errors=_one_by_one) if text else []


def _one_by_one(unknown: str) -> Any:
    """What has no pinyin is called as it is written, each sign by itself."""
    return list(unknown)


@cache
def _of_sign(sign: str, sound: str) -> tuple[str, ...]:
    known = UNKNOWN.get(sign)
    others = [known] if known else [each for row in pinyin(sign, Style.NORMAL, heteronym=True) for each in row]
    found = dict.fromkeys([known or sound, *others[:MOST_READINGS]])
    return tuple(dict.fromkeys(typed for each in found for typed in UMLAUT.get(each.lower(), (each.lower(),))))


def key_of(name: str) -> str:
    """What a question is looked for in: blank, the folded name, each way it is called, blank."""
    return f" {' '.join(dict.fromkeys([folded(name), *sounds_of(name)]))} " if name else ""


class NameKey(models.TextField):
    """The key of the name in another column of the row, written whenever the row is."""

    def __init__(self, *args: Any, of: str = "name", **kwargs: Any) -> None:
        self.of = of
        super().__init__(*args, **{"blank": True, "default": "", "db_default": "", "editable": False, **kwargs})

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of}

    def pre_save(self, instance: models.Model, add: bool) -> str:
        key = key_of(getattr(instance, self.of))
        setattr(instance, self.attname, key)
        return key


def found_by(text: str, *paths: str) -> Q:
    """Rows whose `NameKey` at one of the paths has what is asked for: a part of the name, its sound or its initials."""
    key = folded(text)
    return reduce(or_, (Q(**{f"{path}__contains": key}) for path in paths))


def called(text: str, path: str = "name_key") -> Q:
    """Rows of exactly this name, however it is spelled."""
    return Q(**{f"{path}__startswith": f" {folded(text)} "})
