"""What looks like a number and is none (“²”, “①”) is no number to us: `isdigit` says yes to it, and `int` then fails."""

from urllib.parse import urlencode

import pytest
from django.test import RequestFactory

from admissions.audit.middleware import seen_revisions


def posted(name: str, value: str):
    return RequestFactory().post("/", urlencode({name: value}), content_type="application/x-www-form-urlencoded")


@pytest.mark.parametrize(
    ("name", "value"),
    [("seen:a.b:5", "²"), ("seen:a.b:5", "３"), ("seen:a.b:①", "3"), ("seen:a.b:5", ""), ("seen:a.b:", "3")],
)
def test_a_hidden_field_somebody_wrote_over_is_left_out(name, value):
    assert seen_revisions(posted(name, value)) == {}


def test_a_revision_is_read():
    assert seen_revisions(posted("seen:a.b:5", "3")) == {("a.b", 5): 3}
