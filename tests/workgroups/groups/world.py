"""Two groups, the supervisor of one of them, posts with a duty and a step of the matrix."""

from datetime import timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from admissions.accounts.enums import Role
from tests.factories.accounts import user_with
from tests.factories.workgroups import PostFactory, WorkGroupFactory, incompatible
from tests.house.lookers import SUPERVISOR
from tests.house.world import World
from tests.trail import setting_up
from workgroups.groups.enums import GroupKind, GroupStatus, PostRank
from workgroups.groups.models import PostDuty, Step, StepDuty


def plant(world: World) -> None:
    season, clause = world.season, world.clause
    group = WorkGroupFactory(season=season, name="录取管理组")
    world.keep(group=group, other_group=WorkGroupFactory(season=season, name="信访接待组"))
    # Long enough that there is a whole month to look back on, whatever day it is.
    since = DateTimeTZRange(timezone.now() - timedelta(days=62), None)
    world.who[SUPERVISOR] = user_with(Role.SUPERVISOR, season=season, group=group, period=since)
    post = PostFactory(group=group, name="录检员")
    pair = incompatible(post, PostFactory(group=group, name="录检复核员"))
    with setting_up():
        duty = PostDuty(post=post, text="审查录退意见", clause=clause)
        duty.save()
        step = Step(season=season, stage="checking", name="录退审查")
        step.save()
        step_duty = StepDuty(step=step, post=post, letter="A")
        step_duty.save()
    WorkGroupFactory(season=world.next_season, kind=GroupKind.LEADING, name="来年领导小组")
    draft = WorkGroupFactory(season=season, name="筹备组", status=GroupStatus.DRAFT)
    PostFactory(group=draft, name="组长", rank=PostRank.LEADER, headcount_max=1)
    world.keep(draft_group=draft, spare_post=PostFactory(group=group, name="备用岗"))
    world.keep(post=post, pair=pair, duty=duty, step=step, step_duty=step_duty)
