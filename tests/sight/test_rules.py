"""Each part of each rule made false alone, the rule asked directly, its own sentence expected."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from admissions.accounts.enums import AccountStatus, Role
from admissions.sight import rules
from admissions.sight.rules import LONGEST
from admissions.sight.services import withdraw_sight
from tests.factories.accounts import UserFactory, user_with
from tests.factories.recusal import fact_about
from tests.factories.sight import given
from tests.house.lookers import SUPERVISOR
from tests.parts import only_missing
from tests.trail import setting_up
from workgroups.meetings.models import ItemRecusal
from workgroups.recusal.enums import FactState, ScopeKind

from .scenes import KINDS, again, giver_of, record_of

pytestmark = pytest.mark.django_db
NOT_ENTITLED = {
    "meeting": "您没有授权查阅会议和议题的权限。",
    "item": "您没有授权查阅会议和议题的权限。",
    "run": "您不是录取管理组或其上级工作组的组长。",
    "submission": "您不是录取管理组或其上级工作组的组长。",
    "opinion": "您没有授权查阅监督意见的权限。",
    "file": "只有上传人可以授权他人阅读。",
    "group": "您没有授权查阅工作组的留痕的权限。",
}


@pytest.fixture
def reader(world):
    return UserFactory(name="查阅之人")


def soon():
    return timezone.now() + timedelta(days=1)


class TestGiving:
    def test_all_parts_true(self, world, reader):
        for kind in KINDS:
            assert rules.can_give(giver_of(world, kind), record_of(world, kind), reader, soon()).ok

    @pytest.mark.parametrize("kind", KINDS)
    def test_not_who_answers_for_it(self, world, reader, kind):
        only_missing(NOT_ENTITLED[kind], rules.can_give, UserFactory(), record_of(world, kind), reader, soon())
        only_missing(NOT_ENTITLED[kind], rules.can_offer, UserFactory(), record_of(world, kind))

    def test_having_sight_is_no_right_to_give_it(self, world, reader):
        given(giver_of(world, "run"), world.run, reader)
        only_missing(NOT_ENTITLED["run"], rules.can_offer, again(reader), world.run)

    def test_a_record_nobody_is_given(self, world, reader):
        giver = giver_of(world, "run")
        only_missing("这类记录不能授权他人查阅。", rules.can_give, giver, world.season, reader, soon())

    def test_oneself(self, world):
        giver = giver_of(world, "run")
        only_missing("不能授权给本人。", rules.can_give, giver, world.run, again(giver), soon())

    @pytest.mark.parametrize("status", [AccountStatus.SUSPENDED, AccountStatus.CLOSED])
    def test_an_account_that_is_not_active(self, world, reader, status):
        reader.status = status
        only_missing("查阅之人的账号已停用或注销。", rules.can_give, giver_of(world, "run"), world.run, reader, soon())

    @pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN])
    def test_the_three_administrators(self, world, role):
        administrator = user_with(role)
        only_missing(
            f"{administrator.name}是系统、安全或审计管理员，不查阅业务内容。",
            rules.can_give,
            giver_of(world, "run"),
            world.run,
            administrator,
            soon(),
        )

    def test_who_must_keep_away_from_what_it_names(self, world, reader):
        about = {"kind": ScopeKind.INSTITUTION, "key": world.institution.pk, "state": FactState.CONFIRMED}
        fact_about(reader, world.season, **about, label="回避对象")
        only_missing(
            "查阅之人对此事项负有回避义务，不能授权查阅。",
            rules.can_give,
            giver_of(world, "run"),
            world.run,
            again(reader),
            soon(),
        )

    def test_who_keeps_away_from_the_item_itself(self, world, reader):
        giver = giver_of(world, "item")
        with setting_up():
            ItemRecusal(
                item=world.named_item, person=reader, reason="亲属", recorded_by=giver, at=timezone.now()
            ).save()
        only_missing(
            "查阅之人对此事项负有回避义务，不能授权查阅。", rules.can_give, giver, world.named_item, reader, soon()
        )

    def test_the_end_at_its_edges(self, world, reader):
        with time_machine.travel(timezone.now(), tick=False):
            now, given_to = timezone.now(), (giver_of(world, "run"), world.run, reader)
            only_missing("截止时间须在现在之后。", rules.can_give, *given_to, now)
            assert rules.can_give(*given_to, now + timedelta(microseconds=1)).ok
            assert rules.can_give(*given_to, now + LONGEST).ok
            only_missing("一次授权最长90天。", rules.can_give, *given_to, now + LONGEST + timedelta(microseconds=1))

    def test_who_may_look_already(self, world, reader):
        giver = giver_of(world, "run")
        sight = given(giver, world.run, reader)
        only_missing("此人已可查阅这项记录。", rules.can_give, giver, world.run, reader, soon())
        assert rules.can_give(giver, world.taken_run, reader, soon()).ok
        with time_machine.travel(sight.period.upper, tick=False):
            assert rules.can_give(giver, world.run, reader, soon()).ok


class TestWithdrawing:
    @pytest.fixture
    def sight(self, world, reader):
        return given(giver_of(world, "run"), world.run, reader)

    def test_who_gave_it_and_who_supervises(self, world, sight):
        assert rules.can_withdraw(giver_of(world, "run"), sight).ok
        assert rules.can_withdraw(again(world.who[SUPERVISOR]), sight).ok

    def test_who_answers_for_the_record_now(self, world, reader):
        sight = given(giver_of(world, "meeting"), world.meeting, reader)
        assert rules.can_withdraw(user_with(Role.SECRETARIAT), sight).ok

    def test_nobody_else(self, world, sight, reader):
        elsewhere = user_with(Role.SUPERVISOR, season=world.season, group=world.other_group)
        for person in (reader, UserFactory(), elsewhere, again(world.who["secretariat"])):
            only_missing("授权查阅由授权人收回。", rules.can_withdraw, person, sight)

    def test_what_is_over(self, world, sight):
        giver = giver_of(world, "run")
        with time_machine.travel(sight.period.upper, tick=False):
            only_missing("这项授权已到期，不必再收回。", rules.can_withdraw, giver, sight)
        withdrawn = withdraw_sight(actor=giver, reason="不再需要", sight=sight)
        only_missing("这项授权已收回，不必再收回。", rules.can_withdraw, giver, withdrawn)
