"""Each part of each rule of groups and posts made false alone, the rule asked directly, its own sentence expected."""

import pytest

from admissions.accounts.enums import Role
from tests.factories.accounts import UserFactory, user_with
from tests.factories.seasons import OpenSeasonFactory
from tests.factories.steps import staffed
from tests.factories.workgroups import AppointmentFactory, PostFactory, WorkGroupFactory
from tests.parts import asked, but, only_missing
from tests.trail import setting_up
from workgroups.appointments.models import Appointment
from workgroups.groups import rules

pytestmark = pytest.mark.django_db
NO_RIGHT, OVER = "您没有管理工作组和岗位的权限。", "录取季已结束，不能再办理。"


def test_groups():
    group, office = WorkGroupFactory(season=OpenSeasonFactory()), user_with(Role.SECRETARIAT)
    assert asked(rules.can_change_group, office, group).ok
    only_missing(NO_RIGHT, rules.can_change_group, UserFactory(), group)
    only_missing(OVER, rules.can_change_group, office, but(group, season=but(group.season, status="closed")))
    gone = "工作组已撤销，不能再改。"
    only_missing(gone, rules.can_change_group, office, but(group, status="dissolved"))
    draft = but(group, status="draft")
    only_missing("还没有组长岗位，不能运行。", rules.can_activate_group, office, draft)
    PostFactory(group=group, rank="leader")
    assert asked(rules.can_activate_group, office, draft).ok
    only_missing(NO_RIGHT, rules.can_activate_group, UserFactory(), draft)
    only_missing("工作组已在运行。", rules.can_activate_group, office, group)


def test_dissolving():
    group, office = WorkGroupFactory(season=OpenSeasonFactory()), user_with(Role.SECRETARIAT)
    post = PostFactory(group=group)
    assert asked(rules.can_dissolve_group, office, group).ok
    only_missing(NO_RIGHT, rules.can_dissolve_group, UserFactory(), group)
    below = WorkGroupFactory(season=group.season, parent=group)
    only_missing("还有下级工作组，不能撤销。", rules.can_dissolve_group, office, group)
    assert asked(rules.can_dissolve_group, office, below).ok
    assert asked(rules.can_abolish_post, office, post).ok
    seated = AppointmentFactory(post=PostFactory(group=below)).post
    only_missing("还有岗位有人任职，不能撤销工作组。", rules.can_dissolve_group, office, below)
    only_missing("此岗位还有人任职，不能撤销。", rules.can_abolish_post, office, seated)
    only_missing("岗位已撤销，不能再改。", rules.can_change_post, office, but(post, is_abolished=True))
    only_missing(NO_RIGHT, rules.can_change_post, UserFactory(), post)
    only_missing(NO_RIGHT, rules.can_abolish_post, UserFactory(), post)


def test_steps_do_not_lose_their_post_unnoticed():
    of, office = staffed(), user_with(Role.SECRETARIAT)
    post = of.posts["A"]
    with setting_up():
        held = post.appointments.get()
        held.status = "ended"
        held.save()
    says = f"职责矩阵中“{of.step}”还由此承担，不能撤销。"
    only_missing(says, rules.can_abolish_post, office, post)
    with setting_up():
        for held in Appointment.objects.filter(post__group=of.group):
            held.status = "ended"
            held.save()
    only_missing(says, rules.can_dissolve_group, office, of.group)
    with setting_up():
        of.step.duties.all()[0].delete()
    only_missing(f"职责矩阵中“{of.step}”还由此承担，不能撤销。", rules.can_dissolve_group, office, of.group)
