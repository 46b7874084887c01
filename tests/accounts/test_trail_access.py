"""`trail_access_of`: how far a grant lets a supervisor read the trail; everything only where it has no bounds at all."""

import pytest

from admissions.accounts.enums import Role
from admissions.audit.access import trail_access
from tests.factories.accounts import UserFactory, user_with
from tests.factories.seasons import OpenSeasonFactory
from tests.factories.workgroups import WorkGroupFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("by_season", "by_group"), [(False, False), (True, False), (False, True), (True, True)])
def test_a_supervisor_reads_within_the_grant(by_season, by_group):
    season = OpenSeasonFactory()
    group = WorkGroupFactory(season=season)
    bounds = {**({"season": season} if by_season else {}), **({"group": group} if by_group else {})}
    access = trail_access(user_with(Role.SUPERVISOR, **bounds))
    assert access.everything == (not bounds)
    assert access.season_ids == ({season.pk} if by_season and not by_group else set())
    assert access.group_ids == ({group.pk} if by_group else set())


@pytest.mark.parametrize("role", [None, *Role])
def test_others_read_everything_or_nothing(role):
    access = trail_access(user_with(role) if role else UserFactory())
    assert access.everything == (role in (Role.AUDIT_ADMIN, Role.SUPERVISOR))
    assert (access.season_ids, access.group_ids) == (set(), set())
