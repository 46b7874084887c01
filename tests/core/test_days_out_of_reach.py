"""Python knows no day after 31 December 9999 and none before 1 January 1: who typed such a day got an error page."""

import ast
from importlib import import_module
from pathlib import Path

import pytest
from django import forms
from django.urls import reverse

from admissions.accounts.enums import Role
from admissions.core.clock import day_in
from admissions.core.forms import DayField, InstantField
from tests.factories.accounts import UserFactory, user_with
from tests.factories.supervision import watched

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("admissions", "workgroups", "discipline", "publicity")
ENDS = ["0001-01-01", "9999-12-31", "1899-12-31", "2201-01-01"]
SAYS = "年份应在1900至2200之间，请核对。"


def forms_of_the_house():
    """Every class of ours in the modules that name `forms`."""
    modules = {
        import_module(path.relative_to(ROOT).with_suffix("").as_posix().replace("/", "."))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if "from django import forms" in path.read_text("utf-8")
    }
    kinds = {kind for module in modules for kind in vars(module).values() if isinstance(kind, type)}
    return [kind for kind in kinds if issubclass(kind, forms.BaseForm) and kind.__module__.startswith(PACKAGES)]


def test_every_day_and_instant_that_is_typed_in_has_its_bounds():
    found = {
        f"{kind.__module__}.{kind.__name__}.{name}": isinstance(field, (DayField, InstantField))
        for kind in forms_of_the_house()
        for name, field in kind.base_fields.items()
        if isinstance(field, (forms.DateField, forms.DateTimeField))
    }
    assert len(found) > 20
    assert [name for name, is_bounded in found.items() if not is_bounded] == []


def test_days_of_an_address_are_read_in_one_place():
    reads = [
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("views*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"fromisoformat", "strptime"}
    ]
    assert reads == []


@pytest.mark.parametrize(
    ("text", "is_read"), [("1900-01-01", True), ("2200-12-31", True), ("2027-02-29", False), ("", False), *((e, False) for e in ENDS)]
)  # fmt: skip
def test_a_day_of_an_address(text, is_read):
    assert (day_in(text) is not None) == is_read


@pytest.mark.parametrize("end", ENDS)
class TestEnds:
    def test_a_field_says_what_is_wrong(self, end):
        for field, text in ((DayField(), end), (InstantField(), f"{end} 00:00")):
            with pytest.raises(forms.ValidationError) as refusal:
                field.clean(text)
            assert refusal.value.messages == [SAYS]

    @pytest.mark.django_db
    @pytest.mark.parametrize("unit", ["hours", "calendar_days", "working_days", "months"])
    def test_the_calculator(self, end, unit, client):
        client.force_login(UserFactory())
        values = {"policy": "own", "starts_on": end, "starts_time": "00:00", "length": 5, "unit": unit}
        assert SAYS in client.get(reverse("seasons:deadline"), values).content.decode()

    @pytest.mark.django_db
    def test_the_desk_and_the_trail(self, end, client):
        client.force_login(watched().supervisor)
        assert client.get(reverse("desk:one"), {"day": end}).status_code == 200
        page = client.get(reverse("audit:trail"), {"since": end, "until": end})
        assert (page.status_code, SAYS in page.content.decode()) == (200, True)

    @pytest.mark.django_db
    def test_the_months_reading(self, end, client):
        client.force_login(user_with(Role.AUDIT_ADMIN))
        assert client.get(reverse("desk:readings"), {"month": end[:7]}).status_code == 200
