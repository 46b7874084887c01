"""What the capability hangs into the kernel: seeds, the timer, what travels to the next season."""

import pytest

from admissions.accounts.enums import Role
from admissions.celery import app
from admissions.seasons.lifecycle.services import clone_season
from tests.factories.accounts import user_with
from tests.factories.requests import line, sent
from tests.factories.workgroups import SeasonFactory, WorkGroupFactory
from tests.house.pages import named_urls
from workgroups.groups.enums import GroupKind
from workgroups.requests.duty_triggers import trigger_choices
from workgroups.requests.models import LetterCode, ReportableMatter, Submission
from workgroups.requests.seeds import CODES, MATTERS, seed_codes, seed_reportables

pytestmark = pytest.mark.django_db


def test_the_list_is_seeded_once_and_what_the_editor_changed_stays():
    assert seed_reportables() == f"新增{len(MATTERS)}项"
    assert ReportableMatter.objects.count() == len(MATTERS)
    assert seed_reportables() == "应报事项清单已存在，未改动"
    assert named_urls()  # every command is registered once the addresses are known
    triggers = set(ReportableMatter.objects.exclude(trigger="").values_list("trigger", flat=True))
    assert triggers <= set(dict(trigger_choices()))


def test_template_groups_get_their_letters_once():
    season = SeasonFactory(is_template=True)
    for kind in (GroupKind.LEADING, GroupKind.ADMISSION, GroupKind.OTHER):
        WorkGroupFactory(season=season, kind=kind)
    WorkGroupFactory(kind=GroupKind.LEADING)
    assert seed_codes() == "新增2个"
    assert set(LetterCode.objects.values_list("code", flat=True)) == {
        CODES[GroupKind.LEADING],
        CODES[GroupKind.ADMISSION],
    }
    assert seed_codes() == "模板的机关代字已存在，未改动"


def test_letters_travel_to_the_next_season_and_documents_do_not():
    of = line()
    sent(of)
    copy = clone_season(
        actor=user_with(Role.SECRETARIAT), reason="来年", source=of.season, year=2027, name="2027年录取"
    )  # fmt: skip
    letters = LetterCode.objects.get(season=copy)
    assert (letters.code, letters.group.name, letters.group.season) == ("演录管", of.group.name, copy)
    assert not Submission.objects.of_season(copy).exists()


def test_the_timer_runs():
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert "requests.watch" in scheduled & set(app.tasks)
