"""What an address or a hidden field says: a number of ours, an address of ours, or nothing."""

import re

import pytest
from django.test import RequestFactory

from admissions.core.given import way_back, whole_number
from admissions.embedded.places import CHECKOUT

# Where digits are asked for by a text that no stranger sends, or are never made a number.
ELSEWHERE = {"admissions/embedded/address.py", "admissions/accounts/personal_numbers.py"}


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("007", 7), ("9" * 18, 10**18 - 1)]
    + [(odd, None) for odd in ("", "-1", "+1", " 1", "1_0", "1.0", "²", "٣", "９", "1\n", "9" * 19, "1" * 5000)],
)
def test_a_whole_number_of_the_database_or_none(text, number):
    assert whole_number(text) == number


def test_nobody_tells_digits_by_another_way():
    """`"²".isdigit()` and `"1" * 5000` are digits that `int` refuses."""
    asking = re.compile(r"\.is(?:digit|decimal|numeric)\(")
    found = {
        path.relative_to(CHECKOUT).as_posix()
        for package in ("admissions", "workgroups", "discipline", "publicity")
        for path in (CHECKOUT / package).rglob("*.py")
        if asking.search(path.read_text())
    }
    assert found == ELSEWHERE


@pytest.mark.parametrize("wanted", ["/seasons/", "/work/meetings/?page=2#x", "/a:b/", "/示/"])
def test_the_way_back_inside(wanted):
    assert way_back(RequestFactory().post("/", {"next": wanted})) == wanted


@pytest.mark.parametrize(
    "wanted", ["", "示例", "a:b", "//elsewhere", "/\\elsewhere", "https://elsewhere", "javascript:x"]
)
def test_no_way_elsewhere(wanted):
    assert way_back(RequestFactory().post("/", {"next": wanted})) == "/"
