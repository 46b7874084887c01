"""The demonstration's opinions are made through the commands, once."""

import pytest
from django.core.management import CommandError, call_command

from admissions.accounts.enums import Role
from admissions.audit.actions import Action
from admissions.audit.enums import Outcome
from admissions.audit.trail import write_event
from discipline.desk.demo import SUPERVISOR, build_supervision
from discipline.desk.models import Dismissal
from discipline.opinions.models import Flag, Opinion
from tests.factories.accounts import RoleGrantFactory, UserFactory
from tests.factories.supervision import watched

pytestmark = pytest.mark.django_db


def test_built_once_with_every_state():
    of = watched()
    person = UserFactory(username=SUPERVISOR)
    RoleGrantFactory(user=person, role=Role.SUPERVISOR, season=of.season, group=of.group)
    act = Action("season.correct", "更正录取季", of.leader, "按会议纪要", target=of.group)
    write_event(act, Outcome.DONE, of.group.trail_scope())
    assert build_supervision() == build_supervision() == 6
    assert sorted(Opinion.objects.values_list("status", "occurrence")) == [
        ("answered", 1), ("closed", 1), ("issued", 1), ("issued", 2), ("returned", 1), ("withdrawn", 1),
    ]  # fmt: skip
    assert Flag.objects.count() == 1
    assert [row.indicator for row in Dismissal.objects.all()] == ["high_risk"]


def test_nothing_without_the_demonstrations_people():
    watched()
    assert build_supervision() == 0


def test_never_outside_the_demonstration(settings):
    settings.DEMONSTRATION = False
    with pytest.raises(CommandError, match="不是演示环境"):
        call_command("demo_supervision")
