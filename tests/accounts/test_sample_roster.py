"""The sample roster: invented people, the same for the same seed, and exactly the verdicts it announces."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from admissions.accounts.enums import Role
from admissions.accounts.identity import IdentityProblem, check_id_number
from admissions.accounts.models import User
from admissions.accounts.sample_roster import FAULTS, RARE_NAMES, UNKNOWN_UNIT, as_csv, as_xlsx, make_roster
from admissions.evidence.enums import ImportStatus
from admissions.evidence.services import confirm_import
from tests.factories.accounts import OrganisationFactory, user_with
from tests.factories.imports import checked

UNITS = ["演示省教育考试院", "演示省教育厅", "演示师范大学"]
REFUSED = sum(FAULTS.values()) + 2


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "evidence"


def test_seed_decides():
    first, again, other = make_roster(UNITS), make_roster(UNITS), make_roster(UNITS, seed=7)
    assert first == again
    assert as_csv(first) == as_csv(again)
    assert first.lines != other.lines
    assert len(other.rejected) == len(first.rejected) == REFUSED


def test_people_are_invented_and_distinct():
    lines = [line for line in make_roster(UNITS).lines if line and line[0]][:400]
    names = [str(line[1]).replace("　", "").strip() for line in lines]
    assert len(set(names)) == 400
    assert all("示" in name for name in names)
    assert max(map(len, names)) == 25
    assert {name for name in names if name in RARE_NAMES} == set(RARE_NAMES)
    assert all(str(line[4]).startswith(("99", "９９")) for line in lines)


def test_id_numbers_are_right_but_for_the_announced_ones():
    sample = make_roster(UNITS)
    wrong = {place for place, column in sample.rejected if column == "身份证号"}
    lines = [line for line in sample.lines if line and line[0]][:400]
    assert {place for place, line in enumerate(lines) if not is_right(str(line[4]))} == wrong


def is_right(number):
    try:
        return bool(check_id_number(number))
    except IdentityProblem:
        return False


@pytest.mark.parametrize("given", [([], 400), (UNITS, 59), (UNITS, 100_000)])
def test_impossible_wishes(given):
    with pytest.raises(ValueError):
        make_roster(given[0], people=given[1])


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [2026, 1])
@pytest.mark.parametrize(("make", "name", "first_line"), [(as_xlsx, "花名册.xlsx", 4), (as_csv, "花名册.csv", 3)])
def test_import_gives_exactly_the_announced_verdicts(make, name, first_line, seed):
    for unit in UNITS:
        OrganisationFactory(name=unit)
    sample = make_roster(UNITS, seed)
    batch = checked(make(sample), name=name)
    assert batch.status == ImportStatus.READY
    assert batch.totals == {"new": 391, "changed": 0, "same": 0, "rejected": 11}
    filled = [place for place, line in enumerate(sample.lines) if any(line)]
    expected = [(first_line + filled[place], column) for place, column in sample.rejected]
    assert list(batch.rows.filter(verdict="rejected").order_by("line").values_list("line", "column")) == expected
    assert set(batch.rows.filter(column="单位").values_list("value", flat=True)) == {UNKNOWN_UNIT}


@pytest.mark.django_db
def test_both_files_hold_the_same_people():
    """The csv after the xlsx adds nobody and changes nobody."""
    for unit in UNITS:
        OrganisationFactory(name=unit)
    sample = make_roster(UNITS)
    first, second = user_with(Role.SECURITY_ADMIN), user_with(Role.SECURITY_ADMIN)
    confirm_import(actor=second, reason="核对", batch=checked(as_xlsx(sample), first, name="花名册.xlsx"))
    assert User.objects.filter(staff_number__startswith="X26").count() == 391
    again = checked(as_csv(sample), first, name="花名册.csv")
    assert again.totals == {"new": 0, "changed": 0, "same": 391, "rejected": 11}


@pytest.mark.django_db
def test_command_writes_both_files_for_the_registered_units(tmp_path):
    OrganisationFactory(name="演示省教育考试院")
    out = StringIO()
    call_command("sample_roster", str(tmp_path / "sample"), stdout=out)
    assert sorted(path.name for path in (tmp_path / "sample").iterdir()) == ["花名册.csv", "花名册.xlsx"]
    assert "预检应为：新增 391 行，拒绝 11 行" in out.getvalue()
    for name in ("花名册.csv", "花名册.xlsx"):
        batch = checked((tmp_path / "sample" / name).read_bytes(), name=name)
        assert batch.totals == {"new": 391, "changed": 0, "same": 0, "rejected": 11}


@pytest.mark.django_db
def test_command_names_the_units_to_register_first(tmp_path):
    out = StringIO()
    call_command("sample_roster", str(tmp_path / "sample"), stdout=out)
    assert "尚未登记单位，请先登记：演示省教育考试院、" in out.getvalue()
    with pytest.raises(CommandError):
        call_command("sample_roster", str(tmp_path / "sample"), people=3)
