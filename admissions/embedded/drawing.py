"""`python -m admissions.embedded.drawing`: draw the house into docs/images/house.svg, from the declarations.

A floor is a layer of the import contracts, a line a door: what a capability's `stands_on` names. A line that crosses a
floor goes through a place of its own there, so that it passes between the boxes.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise

import django

from admissions.house.collection import declared, floors

from .check import SHAPE
from .contracts import ABOVE, BELOW
from .places import CHECKOUT

PICTURE = CHECKOUT / "docs" / "images" / "house.svg"
WIDE, HIGH, FLOOR, EDGE, SLAB = 128, 44, 78, 60, 34
ROOM, LANE = WIDE + 24, 30
SWEEPS = 24
# Folder → colour; a folder that is not named here is drawn grey.
COLOURS = {
    "admissions": "#dbe7f5",
    "workgroups": "#dff0df",
    "operations": "#f7ecd0",
    "discipline": "#f6dcdc",
    "publicity": "#e9e0f5",
}


@dataclass
class Place:
    """A box, or the point at which a long line crosses a floor (`code` is empty)."""

    floor: int
    code: str = ""
    x: float = 0.0
    above: list["Place"] = field(default_factory=list)
    below: list["Place"] = field(default_factory=list)

    @property
    def half(self) -> float:
        return (ROOM if self.code else LANE) / 2


def draw() -> str:
    """The picture of the running project."""
    return drawn([(one.capability.code, one.capability.label, one.package) for one in declared()], _stands_on())


def _stands_on() -> dict[str, tuple[str, ...]]:
    return {one.capability.code: tuple(one.capability.stands_on) for one in declared()}


def drawn(boxes: list[tuple[str, str, str]], stands_on: dict[str, tuple[str, ...]]) -> str:
    """The picture of these (code, label, package); lines first, so that boxes lie on top."""
    rows, doors = laid_out(stands_on)
    places = {place.code: place for row in rows for place in row if place.code}
    left = min(place.x - place.half for row in rows for place in row) - EDGE
    width = max(place.x + place.half for row in rows for place in row) - left + EDGE / 3
    height = len(rows) * FLOOR + 2 * SLAB + EDGE
    parts = [
        *_ground(len(rows), left, width),
        *(_line(door, len(rows)) for door in doors),
        *(_box(places[code], label, package, len(rows)) for code, label, package in boxes),
        *_legend({_folder(package) for _, _, package in boxes}, left, height),
    ]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left:.0f} 0 {width:.0f} {height}" role="img" '
        'font-family="sans-serif" text-anchor="middle">'
    )
    return "\n".join([head, "<title>The capabilities and what they stand on</title>", *parts, "</svg>", ""])


def laid_out(stands_on: dict[str, tuple[str, ...]]) -> tuple[list[list[Place]], list[list[Place]]]:
    """Rows of places from the ground upward, and for each door the places its line goes through."""
    rows = [[Place(level, code) for code in row] for level, row in enumerate(floors(stands_on))]
    places = {place.code: place for row in rows for place in row}
    doors = [
        _door(places[code], places[below], rows) for code in sorted(stands_on) for below in sorted(stands_on[code])
    ]
    for row in rows:
        _set_apart(row, {id(place): index * float(ROOM) for index, place in enumerate(row)})
    for sweep in range(SWEEPS):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            _set_apart(row, {id(place): _wanted(place) for place in row})
    return rows, doors


def _door(upper: Place, lower: Place, rows: list[list[Place]]) -> list[Place]:
    between = [Place(level) for level in range(upper.floor - 1, lower.floor, -1)]
    for place in between:
        rows[place.floor].append(place)
    way = [upper, *between, lower]
    for one, other in pairwise(way):
        one.below.append(other)
        other.above.append(one)
    return way


def _wanted(place: Place) -> float:
    """The middle of what it is joined with, above and below."""
    joined = [*place.above, *place.below]
    return sum(other.x for other in joined) / len(joined) if joined else place.x


def _set_apart(row: list[Place], wanted: dict[int, float]) -> None:
    """Order a row by where its places want to be, and put them as near to it as their breadths allow."""
    row.sort(key=lambda place: (wanted[id(place)], place.code))
    offsets = [0.0]
    for one, other in pairwise(row):
        offsets.append(offsets[-1] + one.half + other.half)
    groups: list[tuple[float, int]] = []  # (where the group begins, how many are in it), pushed together to the left
    for place, offset in zip(row, offsets, strict=True):
        at, count = wanted[id(place)] - offset, 1
        while groups and groups[-1][0] >= at:
            before, many = groups.pop()
            at, count = (before * many + at * count) / (many + count), many + count
        groups.append((at, count))
    begins = [at for at, count in groups for _ in range(count)]
    for place, at, offset in zip(row, begins, offsets, strict=True):
        place.x = at + offset


def _y(floor: int, count: int) -> float:
    """The middle of a floor; the highest is on top."""
    return SLAB + (count - floor - 0.5) * FLOOR


def _ground(count: int, left: float, width: float) -> Iterator[str]:
    """The sheet, the floors with their numbers, the roof and the foundation."""
    yield f'<rect x="{left:.0f}" width="{width:.0f}" height="{count * FLOOR + 2 * SLAB + EDGE}" fill="#fff"/>'
    for floor in range(count):
        y = _y(floor, count)
        shade = "#f7f7f7" if floor % 2 else "#fff"
        yield f'<rect x="{left:.0f}" y="{y - FLOOR / 2:.0f}" width="{width:.0f}" height="{FLOOR}" fill="{shade}"/>'
        yield f'<text x="{left + EDGE / 3:.0f}" y="{y + 5:.0f}" font-size="13" fill="#888">{floor + 1}</text>'
    for y, names in ((0, ABOVE), (count * FLOOR + SLAB, BELOW)):
        words = " · ".join(name.removeprefix("admissions.") for name in sorted(names))
        yield f'<rect x="{left:.0f}" y="{y}" width="{width:.0f}" height="{SLAB}" fill="#e4e4e4"/>'
        yield f'<text x="{left + width / 2:.0f}" y="{y + SLAB / 2 + 5:.0f}" font-size="14" fill="#444">{words}</text>'


def _line(door: list[Place], count: int) -> str:
    """Straight through the floors it crosses, bent between them."""
    x, y = door[0].x, _y(door[0].floor, count)
    path = [f"M{x:.0f} {y:.0f}"]
    for place in door[1:]:
        top, bend = _y(place.floor, count) - HIGH / 2, (FLOOR - HIGH) * 0.6
        start = _y(place.floor + 1, count) + HIGH / 2
        path.append(f"V{start:.0f}C{x:.0f} {start + bend:.0f} {place.x:.0f} {top - bend:.0f} {place.x:.0f} {top:.0f}")
        x = place.x
    return f'<path d="{"".join(path)}" fill="none" stroke="#8a8a8a" stroke-width="1.3"/>'


def _box(place: Place, label: str, package: str, count: int) -> str:
    x, y = place.x, _y(place.floor, count)
    return (
        f'<rect x="{x - WIDE / 2:.0f}" y="{y - HIGH / 2:.0f}" width="{WIDE}" height="{HIGH}" rx="5" '
        f'fill="{COLOURS.get(_folder(package), "#eee")}" stroke="#777"/>'
        f'<text x="{x:.0f}" y="{y - 3:.0f}" font-size="15">{escape(label)}</text>'
        f'<text x="{x:.0f}" y="{y + 15:.0f}" font-size="12" fill="#555">{escape(place.code)}</text>'
    )


def _folder(package: str) -> str:
    """The card folder of a package; the kernel's is `admissions`."""
    return package.split(".")[-2] if "." in package else package


def _legend(folders: Iterable[str], left: float, height: float) -> Iterator[str]:
    x, y = left + EDGE / 3, height - EDGE / 2
    for folder in sorted(folders):
        colour = COLOURS.get(folder, "#eee")
        yield (
            f'<rect x="{x:.0f}" y="{y - 9:.0f}" width="18" height="18" fill="{colour}" stroke="#777"/>'
            f'<text x="{x + 26:.0f}" y="{y + 5:.0f}" font-size="13" text-anchor="start" fill="#444">{escape(folder)}/</text>'
        )
        x += 130


def main() -> int:
    os.environ.update({**SHAPE, "DJANGO_SETTINGS_MODULE": "admissions.settings.test"})
    django.setup()
    PICTURE.write_text(draw())
    return 0


if __name__ == "__main__":
    sys.exit(main())
