"""Each part of each rule on accounts, grants and break-glass access made false alone, the rule asked directly."""

from datetime import timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from admissions.accounts import rules
from admissions.accounts.break_glass import rules as break_glass
from admissions.accounts.break_glass.models import BreakGlassAccess
from admissions.accounts.enums import Role
from admissions.accounts.models import RoleGrant
from admissions.house.questions import Unfinished
from tests.factories.accounts import RoleGrantFactory, UserFactory, user_with
from tests.factories.break_glass import BreakGlassAccessFactory, over
from tests.factories.seasons import OpenSeasonFactory
from tests.factories.workgroups import AppointmentFactory, PostFactory, WorkGroupFactory, leader_of
from tests.house.answering import answering
from tests.parts import asked, but, only_missing

from .signing import with_totp

pytestmark = pytest.mark.django_db
# Rule → what it does in words, as the right's refusal says it; what one cannot do to oneself.
ON_ACCOUNT = {
    rules.can_correct_account: ("更正账号信息", "更正自己的账号信息"),
    rules.can_suspend_account: ("停用账号", "停用自己的账号"),
    rules.can_close_account: ("注销账号", "注销自己的账号"),
    rules.can_prepare_closing: ("注销账号", "注销自己的账号"),
    rules.can_reset_password: ("重置口令", "重置自己的口令"),
    rules.can_reset_second_factor: ("重置动态口令", "重置自己的动态口令"),
    rules.can_grant: ("授予角色", "给自己授权"),
}
CLOSED = {
    rules.can_correct_account: "账号已注销，不能更正。",
    rules.can_prepare_closing: "账号已注销，不能注销。",
    rules.can_close_account: "账号已注销，不能注销。",
    rules.can_reset_password: "账号已注销，不能重置口令。",
    rules.can_reset_second_factor: "账号已注销，不能重置动态口令。",
    rules.can_suspend_account: "账号当前为“注销”，不能停用。",
    rules.can_grant: "账号当前为“注销”，不能授权。",
}


@pytest.fixture
def admin():
    user_with(Role.SECURITY_ADMIN)
    return user_with(Role.SECURITY_ADMIN)


@pytest.mark.parametrize("rule", ON_ACCOUNT, ids=lambda rule: rule.__name__)
def test_on_an_account(rule, admin):
    account = with_totp(UserFactory())
    what, oneself = ON_ACCOUNT[rule]
    assert asked(rule, admin, account).ok
    only_missing(f"您没有{what}的权限。", rule, UserFactory(), account)
    only_missing(f"不能{oneself}。", rule, admin, with_totp(admin))
    only_missing(CLOSED[rule], rule, admin, but(account, status="closed"))


def test_without_an_account_before_one(admin):
    for rule, what in (
        (rules.can_view_accounts, "查看账号与授权"),
        (rules.can_create_account, "建立账号"),
        (rules.can_change_accounts, "变更账号与授权"),
        (rules.can_issue_passwords, "发放初始口令"),
        (rules.can_manage_organisations, "维护单位"),
    ):
        assert asked(rule, admin).ok
        only_missing(f"您没有{what}的权限。", rule, UserFactory())


def test_a_right_that_has_ended():
    since, until = timezone.now() - timedelta(days=2), timezone.now() - timedelta(days=1)
    grant = RoleGrantFactory(role=Role.SECURITY_ADMIN, period=DateTimeTZRange(since, until))
    found = asked(rules.can_create_account, grant.user)
    found.lacks_only(found.decision.reason)
    assert found.decision.reason.startswith("您的“安全管理员”授权已于")


def test_reactivating(admin):
    suspended = UserFactory(status="suspended")
    assert asked(rules.can_reactivate_account, admin, suspended).ok
    only_missing("您没有恢复账号的权限。", rules.can_reactivate_account, UserFactory(), suspended)
    only_missing("不能恢复自己的账号。", rules.can_reactivate_account, admin, but(admin, status="suspended"))
    only_missing("账号当前为“启用”，不能恢复。", rules.can_reactivate_account, admin, but(suspended, status="active"))


def test_no_second_factor_to_reset(admin):
    only_missing("此账号尚未启用动态口令，无需重置。", rules.can_reset_second_factor, admin, UserFactory())


def test_what_is_held_keeps_the_account_open(admin):
    account = UserFactory()
    held = Unfinished("在岗任职", 1, "请先办理离岗交接")
    with answering(rules.BEFORE_CLOSING, lambda one, user: [held]):
        found = asked(rules.can_close_account, admin, account)
        found.lacks_only(found.decision.reason)
        assert found.decision.reason.startswith(f"{account.name}名下还有")


def test_somebody_must_always_be_able_to_grant():
    last = user_with(Role.SECURITY_ADMIN)
    for_now = RoleGrantFactory(
        role=Role.SECURITY_ADMIN, period=DateTimeTZRange(timezone.now(), timezone.now() + timedelta(days=1))
    ).user
    for rule, what in (
        (rules.can_suspend_account, "停用"),
        (rules.can_prepare_closing, "注销"),
        (rules.can_close_account, "注销"),
    ):
        says = f"{last.name}是唯一长期有效的安全管理员，{what}后将无人能够建立账号和授权。"
        only_missing(says, rule, for_now, last)
    says = f"{last.name}是唯一长期有效的安全管理员，撤销后将无人能够建立账号和授权。"
    only_missing(says, rules.can_revoke_role, for_now, RoleGrant.objects.get(user=last))


def test_the_own_password():
    assert asked(rules.can_change_own_password, UserFactory()).ok
    only_missing("账号未启用，不能修改口令。", rules.can_change_own_password, UserFactory(status="suspended"))


def test_revoking(admin):
    grant = RoleGrantFactory(role=Role.SECRETARIAT)
    assert asked(rules.can_revoke_role, admin, grant).ok
    only_missing("您没有撤销角色的权限。", rules.can_revoke_role, UserFactory(), grant)
    only_missing("不能撤销自己的角色。", rules.can_revoke_role, admin, RoleGrant.objects.get(user=admin))
    long_ago = DateTimeTZRange(timezone.now() - timedelta(days=2), timezone.now() - timedelta(days=1))
    only_missing("这项授权已经结束，不必撤销。", rules.can_revoke_role, admin, but(grant, period=long_ago))


class TestGranting:
    def ask(self, admin, role=Role.SECRETARIAT, starts=None, ends=None, account=None, **scope):
        starts = starts or timezone.now()
        return asked(rules.can_grant_role, admin, account or UserFactory(), role, starts, ends, **scope)

    def test_yes(self, admin):
        assert self.ask(admin).ok
        assert self.ask(admin, starts=timezone.now() - timedelta(minutes=59)).ok

    def test_not_entitled(self, admin):
        self.ask(UserFactory()).lacks_only("您没有授予角色的权限。")

    def test_backdated(self, admin):
        early = timezone.now() - timedelta(minutes=61)
        self.ask(admin, starts=early).lacks_only("授权不能倒签：生效时间早于现在。")

    def test_over_before_it_begins(self, admin):
        now = timezone.now()
        self.ask(admin, starts=now, ends=now).lacks_only("授权的截止时间不晚于生效时间。")

    def test_scope(self, admin):
        season, group = OpenSeasonFactory(), WorkGroupFactory(season=OpenSeasonFactory())
        self.ask(admin, Role.AUDIT_ADMIN, season=season).lacks_only(
            "审计管理员的授权覆盖整个系统，不限于录取季或工作组。"
        )
        label = Role.SECRETARIAT.label
        self.ask(admin, group=group, season=group.season).lacks_only(f"{label}的授权不限于工作组。")
        self.ask(admin, Role.SUPERVISOR, group=group, season=season).lacks_only("所选工作组不属于所选录取季。")

    def test_families_stay_apart(self, admin):
        found = self.ask(admin, Role.AUDIT_ADMIN, account=user_with(Role.SECRETARIAT))
        found.lacks_only(found.decision.reason)
        assert "不得由同一人担任" in found.decision.reason

    def test_given_already(self, admin):
        found = self.ask(admin, account=user_with(Role.SECRETARIAT))
        found.lacks_only(found.decision.reason)
        assert "不必重复授权" in found.decision.reason


class TestBreakGlassAccess:
    def test_asking(self):
        assert asked(break_glass.can_request, UserFactory()).ok
        says = "系统、安全、审计管理员不查阅业务内容，不能申请紧急授权。"
        for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN):
            only_missing(says, break_glass.can_request, user_with(role))
        access = BreakGlassAccessFactory()
        says = f"您已有一项紧急授权（{access.scope_text}），结束后才能再申请。"
        only_missing(says, break_glass.can_request, access.person)

    def test_deciding(self, admin):
        access = BreakGlassAccessFactory()
        for rule in (break_glass.can_decide, break_glass.can_approve):
            assert asked(rule, admin, access).ok
            only_missing("您没有批准紧急授权的权限。", rule, UserFactory(), access)
            withdrawn = but(access, status="withdrawn")
            word = withdrawn.get_status_display()
            only_missing(f"当前状态为“{word}”，不能再办理。", rule, admin, withdrawn)
        only_missing("本人不能批准自己的紧急授权。", break_glass.can_decide, admin, but(access, person=admin))
        old = but(access, requested_at=timezone.now() - timedelta(hours=24))
        only_missing("申请已超过24小时，不能再批准。", break_glass.can_approve, admin, old)
        only_missing(
            "申请人的账号已停用或注销。",
            break_glass.can_approve,
            admin,
            but(access, person=but(access.person, status="closed")),
        )
        keeper = but(access, person=user_with(Role.SYSTEM_ADMIN))
        says = "申请人现为系统、安全或审计管理员，不能查阅业务内容。"
        only_missing(says, break_glass.can_approve, admin, keeper)

    def test_nobody_decides_for_who_leads_them(self, admin):
        access, group = BreakGlassAccessFactory(), WorkGroupFactory()
        leader_of(group, person=access.person, status="on_duty")
        AppointmentFactory(post=PostFactory(group=group), person=admin, status="on_duty")
        says = f"您在{access.person.name}领导的工作组任职，不能批准其紧急授权。"
        for rule in (break_glass.can_decide, break_glass.can_approve):
            only_missing(says, rule, admin, access)
            assert asked(rule, user_with(Role.SECURITY_ADMIN), access).ok

    def test_taking_it_back(self):
        access = BreakGlassAccessFactory()
        assert asked(break_glass.can_withdraw, access.person, access).ok
        only_missing("只有申请人本人可以撤回。", break_glass.can_withdraw, UserFactory(), access)

    def test_ending(self, admin):
        now = timezone.now()
        running = BreakGlassAccess(
            person=UserFactory(), status="approved", decided_by=UserFactory(),
            period=DateTimeTZRange(now - timedelta(minutes=1), now + timedelta(minutes=29)),
        )  # fmt: skip
        for somebody in (running.person, running.decided_by, admin):
            assert asked(break_glass.can_end, somebody, running).ok
        only_missing("您不能结束这项紧急授权。", break_glass.can_end, UserFactory(), running)
        only_missing("这项紧急授权没有在生效。", break_glass.can_end, admin, but(running, period=over()))

    def test_reading_and_reviewing_what_was_done(self):
        access = BreakGlassAccessFactory()
        past = but(access, status="approved", decided_by=UserFactory(), period=over())
        supervisor = user_with(Role.SUPERVISOR, season=access.season)
        for somebody in (access.person, supervisor, user_with(Role.AUDIT_ADMIN)):
            assert asked(break_glass.can_read_report, somebody, past).ok
        only_missing("没有批准过，没有可以查阅的经过。", break_glass.can_read_report, supervisor, access)
        only_missing("您没有查阅紧急授权经过的权限。", break_glass.can_read_report, UserFactory(), past)
        assert asked(break_glass.can_review, supervisor, past).ok
        only_missing("本人不能复核自己的紧急授权。", break_glass.can_review, supervisor, but(past, person=supervisor))
        only_missing(
            "批准人不能复核自己批准的紧急授权。", break_glass.can_review, supervisor, but(past, decided_by=supervisor)
        )
        only_missing("您没有复核这项紧急授权的权限。", break_glass.can_review, UserFactory(), past)
        now = timezone.now()
        running = but(past, period=DateTimeTZRange(now - timedelta(minutes=1), now + timedelta(minutes=29)))
        found = asked(break_glass.can_review, supervisor, running)
        found.lacks_only(found.decision.reason)
        assert found.decision.reason.endswith("才结束，结束后再复核。")
        word = access.get_status_display()
        only_missing(f"当前状态为“{word}”，不需要复核。", break_glass.can_review, supervisor, access)


def test_a_first_password(admin):
    fresh_one = UserFactory(password="!")
    assert asked(rules.can_issue_first_password, admin, fresh_one).ok
    only_missing("您没有重置口令的权限。", rules.can_issue_first_password, UserFactory(), fresh_one)
    has_one = UserFactory()
    only_missing(f"{has_one.name}的初始口令已经发放。", rules.can_issue_first_password, admin, has_one)
