"""The page for newcomers names what is there, and its picture shows the house as it is."""

import re
from itertools import pairwise

import pytest
from django.urls import resolve

from admissions.embedded.drawing import PICTURE, draw, laid_out
from admissions.embedded.places import CHECKOUT
from admissions.house.collection import capabilities

PAGE = (CHECKOUT / "docs" / "architecture.md").read_text()
FIRST = (CHECKOUT / "README.md").read_text().split("\n## ")[0]
NAMED = sorted(set(re.findall(r"`((?:admissions|workgroups|discipline)/[\w/.]+\.py):(\w+)`", PAGE)))


def test_picture_is_current():
    assert PICTURE.read_text() == draw(), "run: python -m admissions.embedded.drawing"


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_what_the_page_names_is_there(path, name):
    assert re.search(rf"^(?:def|class) {name}\b", (CHECKOUT / path).read_text(), re.MULTILINE)


def test_the_page_names_enough_to_be_looked_at():
    assert len(NAMED) > 15


@pytest.mark.parametrize("text", [PAGE, FIRST], ids=["architecture", "readme"])
def test_links_lead_somewhere(text):
    folder = CHECKOUT / "docs" if text is PAGE else CHECKOUT
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert links
    assert [link for link in links if not (folder / link).exists()] == []


def test_addresses_lead_to_the_pages_named():
    assert resolve("/work/meetings/items/7/state/").func.view_class.__name__ == "StatePage"
    assert resolve("/files/imports/new/roster/").func.view_class.__name__ == "ImportUploadPage"


def test_every_capability_stands_above_what_it_stands_on_and_beside_its_neighbours():
    stands_on = {one.code: tuple(one.stands_on) for one in capabilities()}
    rows, doors = laid_out(stands_on)
    floor_of = {place.code: place.floor for row in rows for place in row if place.code}
    assert floor_of.keys() == stands_on.keys()
    assert all(floor_of[below] < floor_of[code] for code in stands_on for below in stands_on[code])
    for row in rows:
        beside = [place for place in row if place.code]
        assert all(right.x - left.x > 128 for left, right in pairwise(beside))
    assert sorted((way[0].code, way[-1].code) for way in doors) == sorted(
        (code, below) for code in stands_on for below in stands_on[code]
    )


def test_a_line_over_several_floors_has_a_place_on_each():
    rows, doors = laid_out({"ground": (), "middle": ("ground",), "roof": ("middle", "ground")})
    [long] = [way for way in doors if len(way) > 2]
    assert [place.code for place in long] == ["roof", "", "ground"]
    middle = next(place for place in rows[1] if place.code)
    assert abs(middle.x - long[1].x) > 64
