"""What the product gives out as a list it takes back: nothing changes, and no note of the copy is taken for somebody."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from admissions.accounts.enums import Role
from admissions.accounts.models import User
from admissions.core.importing.kinds import KINDS
from admissions.evidence.models import ImportBatch
from tests.factories.accounts import OrganisationFactory, UserFactory, user_with
from tests.factories.seasons import InstitutionFactory

pytestmark = pytest.mark.django_db
# Each kind of import: which list of ours is its counterpart, or why there is none.
LISTS = {
    "roster": "accounts:list",
    "institutions": "seasons:institutions",
    "calendar": "its template is filled in and read by tests/seasons/test_calendar.py",
    "candidates": "no candidate ever leaves the product",
}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    settings.MFA_REQUIRED = False


def taken_back(client, code, kind) -> ImportBatch:
    given = client.get(reverse(LISTS[code]), {"export": kind, "purpose": "work"})
    assert given.status_code == 200
    file = SimpleUploadedFile(f"清单.{kind}", given.content)
    client.post(reverse("evidence:import-upload", args=[code]), {"file": file, "reason": "原样导回"})
    return ImportBatch.objects.latest("id")


def test_every_kind_has_its_list_or_says_why_not():
    assert set(LISTS) == set(KINDS)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_people_taken_back_are_the_same_people(client, kind):
    unit = OrganisationFactory()
    people = [
        UserFactory(name="示甲", staff_number="00421", organisation=unit, title="副处长（主持工作）；党组成员"),
        UserFactory(name="示乙", staff_number="S-1", organisation=unit, title=""),
        UserFactory(name="示丙", staff_number="S-2", organisation=unit, title="-2级"),
    ]
    client.force_login(user_with(Role.SECURITY_ADMIN))
    batch = taken_back(client, "roster", kind)
    assert batch.problem == ""
    verdicts = {row.label: (row.verdict, row.changes) for row in batch.rows.all()}
    assert {f"{one.name}（{one.staff_number}）" for one in people} <= set(verdicts)
    assert {verdicts[f"{one.name}（{one.staff_number}）"] == ("same", []) for one in people} == {True}
    assert batch.account["rows"] == User.objects.count()
    assert batch.account.get("notes", 0) == (2 if kind == "csv" else 0)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_register_of_schools_says_that_it_is_not_the_list_of_the_ministry(client, kind):
    """Taken for the whole list, a copy of a part of it would strike off all others."""
    InstitutionFactory()
    client.force_login(user_with(Role.SECRETARIAT))
    batch = taken_back(client, "institutions", kind)
    assert (batch.status, "缺少列“序号”" in batch.problem) == ("failed", True)
