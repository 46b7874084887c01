"""By when a challenge is decided: counted where it can be, and otherwise the page says why there is no date."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from admissions.audit.enums import Outcome
from tests.factories.accounts import UserFactory
from tests.factories.recusal import officer
from tests.factories.requests import fresh
from tests.factories.seasons import InstitutionFactory, OpenSeasonFactory, invented_calendar
from tests.trail import assert_recorded
from workgroups.recusal.services.challenging import count_terms, raise_challenge, set_challenge_days
from workgroups.recusal.services.facts import Scope

pytestmark = pytest.mark.django_db
FRIDAY = 4


@pytest.fixture
def season():
    return OpenSeasonFactory()


def raised(season):
    institution = InstitutionFactory()
    return raise_challenge(
        actor=UserFactory(), reason="与考生同住", season=season, subject_person=UserFactory(),
        scope=Scope("institution", str(institution.pk), institution.name),
    )  # fmt: skip


def page_of(client, challenge):
    client.force_login(challenge.raised_by)
    return client.get(reverse("recusal:challenge", args=[challenge.pk])).content.decode()


def set_to(season, days):
    set_challenge_days(actor=officer(), reason="设定", season=season, days=days, basis="实施细则第五条")


def test_counted_in_working_days_and_the_page_shows_how(season, client):
    today = timezone.localdate()
    invented_calendar(today)
    set_to(season, 5)
    challenge = raised(season)
    weekend_already = max(0, today.weekday() - FRIDAY)
    assert challenge.due_on == today + timedelta(days=7 - weekend_already)
    assert "期限为5个工作日（依据：实施细则第五条）。" in page_of(client, challenge)


def test_without_a_limit_none_is_shown(season, client):
    challenge = raised(season)
    assert challenge.due_on is None
    assert "本录取季尚未设定回避申请的决定时限。" in page_of(client, challenge)


def test_in_a_year_without_calendar_the_page_says_so_and_not_that_no_limit_is_set(season, client):
    set_to(season, 5)
    challenge = raised(season)
    assert challenge.due_on is None
    page = page_of(client, challenge)
    year = (timezone.localdate() + timedelta(days=1)).year
    assert f"没有{year}年的工作日历，不能推算涉及{year}年的期限。" in page
    assert "尚未设定回避申请的决定时限" not in page


def test_once_the_calendar_is_loaded_the_date_is_counted_from_the_day_it_was_raised(season, client):
    set_to(season, 5)
    challenge = raised(season)
    assert count_terms() == 0, "there is no calendar yet"
    invented_calendar(timezone.localdate())
    assert count_terms() == 1
    counted = fresh(challenge)
    assert counted.due_on == raised(season).due_on is not None
    assert_recorded("recusal.count_term", target=counted, outcome=Outcome.MACHINE)
    assert "期限为5个工作日" in page_of(client, counted)
    assert count_terms() == 0


def test_a_limit_set_later_does_not_reach_back(season):
    challenge = raised(season)
    set_to(season, 5)
    invented_calendar(timezone.localdate())
    assert (count_terms(), fresh(challenge).due_on) == (0, None)
