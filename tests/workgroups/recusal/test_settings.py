"""How many working days a challenge may wait: set by officers, once for a season, and set anew."""

import pytest

from admissions.accounts.enums import Role
from admissions.audit.models import Event
from admissions.core.decision import Refused
from tests.factories.accounts import UserFactory, user_with
from tests.factories.seasons import OpenSeasonFactory
from tests.trail import assert_refused
from workgroups.recusal.models import RecusalSettings
from workgroups.recusal.services.challenging import set_challenge_days

pytestmark = pytest.mark.django_db


def days(actor, season, number, basis="实施细则第五条"):
    return set_challenge_days(actor=actor, reason="设定", season=season, days=number, basis=basis)


def test_set_anew_it_is_the_seasons_one_setting():
    officer, season = user_with(Role.RECUSAL_OFFICER), OpenSeasonFactory()
    first = days(officer, season, 3)
    again = days(officer, season, 5, "实施细则第六条")
    assert again.pk == first.pk
    assert RecusalSettings.objects.values_list("season", "challenge_days", "basis").get() == (
        season.pk,
        5,
        "实施细则第六条",
    )
    other = OpenSeasonFactory()
    assert days(officer, other, 2).season == other
    assert RecusalSettings.objects.get(season=season).challenge_days == 5
    assert Event.objects.filter(action="recusal.settings", actor=officer, reason="设定").count() == 3


@pytest.mark.parametrize("role", [None, *(role for role in Role if role != Role.RECUSAL_OFFICER)])
def test_only_officers_set_it(role):
    somebody, season = user_with(role) if role else UserFactory(), OpenSeasonFactory()
    with pytest.raises(Refused, match="您没有设定回避时限的权限"):
        days(somebody, season, 3)
    assert_refused("recusal.settings", actor=somebody)
    assert not RecusalSettings.objects.exists()
