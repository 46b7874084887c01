"""The rulebook's policies in the engine and in the calculator."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from admissions.core.decision import Refused
from admissions.rulebook.seeds import seed_rulebook
from admissions.seasons.calendar.days import WorkCalendar
from admissions.seasons.deadlines.engine import due
from admissions.seasons.deadlines.enums import LastDay, PauseReason, Unit
from admissions.seasons.deadlines.policies import known_policies
from admissions.seasons.deadlines.policy import Extension, Pause
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
EMPTY = WorkCalendar.of({})
START = date(2026, 7, 1)


@pytest.fixture(autouse=True)
def rulebook():
    seed_rulebook()


def test_lengths_and_units_are_those_of_the_clauses():
    policies = known_policies()
    wanted = {
        "petition-register": (15, Unit.CALENDAR_DAYS),
        "petition-inform": (15, Unit.CALENDAR_DAYS),
        "petition-object": (5, Unit.WORKING_DAYS),
        "petition-settle": (60, Unit.CALENDAR_DAYS),
        "petition-review": (30, Unit.CALENDAR_DAYS),
        "petition-recheck": (30, Unit.CALENDAR_DAYS),
        "opinion-major": (24, Unit.HOURS),
        "opinion-general": (48, Unit.HOURS),
    }
    assert {code: (policy.length, policy.unit) for code, policy in policies.items() if code in wanted} == wanted
    assert all(policy.clause for policy in policies.values())
    assert {policy.last_day for policy in policies.values()} == {LastDay.STAYS}


def test_only_the_recheck_leaves_out_the_hearing():
    policies = known_policies()
    hearing = Pause(PauseReason.HEARING, date(2026, 7, 10), date(2026, 7, 12), "听证通知书")
    recheck = due(START, policies["petition-recheck"], EMPTY, [hearing])
    assert recheck.date == START + timedelta(days=33)
    with pytest.raises(Refused, match="没有规定听证期间不计入期限"):
        due(START, policies["petition-review"], EMPTY, [hearing])


def test_settling_may_be_extended_by_thirty_days_and_no_more():
    policy = known_policies()["petition-settle"]
    longest = due(START, policy, EMPTY, extensions=[Extension(30, "本单位负责人", "情况复杂")])
    assert longest.date == START + timedelta(days=90)
    with pytest.raises(Refused, match="累计延长31日，超过上限30日"):
        due(START, policy, EMPTY, extensions=[Extension(31, "本单位负责人", "情况复杂")])


def test_the_calculator_offers_them(client):
    client.force_login(UserFactory())
    page = client.get(reverse("seasons:deadline"), {"policy": "petition-settle", "starts_on": "2026-07-01"})
    assert page.context["deadline"].date == date(2026, 8, 30)
    assert "最多延长30日（本单位负责人批准）" in page.content.decode()
