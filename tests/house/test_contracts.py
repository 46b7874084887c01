"""The import contracts are those the declarations make, and `stands_on` tells the whole truth."""

import grimp
import pytest

from admissions.embedded.contracts import KINDS, KNOWN, ROOTS, from_the_house, placed, written
from admissions.embedded.places import CHECKOUT
from admissions.house.collection import capabilities, declared


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph(*ROOTS, cache_dir=None)


def closure(code, below):
    return {code} | {one for direct in below[code] for one in closure(direct, below)}


def test_pyproject_is_current():
    assert (CHECKOUT / "pyproject.toml").read_text() == written(from_the_house()), (
        "run: python -m admissions.embedded.contracts"
    )


def test_a_capability_imports_only_what_it_says_it_stands_on(graph):
    below = {one.code: tuple(one.stands_on) for one in capabilities()}
    package_of = {one.package: one.capability.code for one in declared()}
    wrong = {
        (importer, imported)
        for importer, code in package_of.items()
        for imported, other in package_of.items()
        if other not in closure(code, below)
        if graph.direct_import_exists(importer=importer, imported=imported, as_packages=True)
    }
    assert wrong == set()


def test_debts_do_not_grow():
    assert len(KNOWN) <= 5
    assert all(why for _, _, why in KNOWN)


def test_names_of_its_own_lie_as_low_as_their_imports_allow(graph):
    floors = placed("workgroups.meetings", graph)
    floor_of = {name: level for level, floor in enumerate(floors) for name in floor}
    assert len(floors) == len(KINDS)
    assert floor_of["tally"] == floor_of["enums"]
    assert floor_of["unfinished"] == floor_of["rules"]
    assert floor_of["enums"] < floor_of["models"] < floor_of["selectors"] < floor_of["rules"] < floor_of["services"]
