"""Rules on accounts and grants by the full product of roles and states."""

from datetime import timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from admissions.accounts import rules
from admissions.accounts.enums import FAMILY_OF, AccountStatus, Role
from admissions.accounts.permissions import ROLE_PERMISSIONS, Permission
from admissions.accounts.selectors import has_permission
from admissions.house.questions import Unfinished
from tests.factories.accounts import RoleGrantFactory, UserFactory, user_with
from tests.house.answering import answering

from .signing import with_totp

pytestmark = pytest.mark.django_db

WITHOUT_OBJECT = {
    "can_view_accounts": {Role.SECURITY_ADMIN, Role.AUDIT_ADMIN},
    "can_create_account": {Role.SECURITY_ADMIN},
    "can_change_accounts": {Role.SECURITY_ADMIN},
    "can_issue_passwords": {Role.SECURITY_ADMIN},
    "can_manage_organisations": {Role.SECURITY_ADMIN},
}
# Rule → the states of the account in which the security administrator may.
ON_ACCOUNT = {
    "can_correct_account": {AccountStatus.ACTIVE, AccountStatus.SUSPENDED},
    "can_suspend_account": {AccountStatus.ACTIVE},
    "can_reactivate_account": {AccountStatus.SUSPENDED},
    "can_close_account": {AccountStatus.ACTIVE, AccountStatus.SUSPENDED},
    "can_reset_password": {AccountStatus.ACTIVE, AccountStatus.SUSPENDED},
    "can_reset_second_factor": {AccountStatus.ACTIVE, AccountStatus.SUSPENDED},
    "can_grant": {AccountStatus.ACTIVE},
}


def person(role):
    return user_with(role) if role else UserFactory()


@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("rule", WITHOUT_OBJECT)
def test_rules_without_an_object(rule, role):
    decision = getattr(rules, rule)(person(role))
    assert decision.ok == (role in WITHOUT_OBJECT[rule])
    assert decision.ok or (decision.reason and "安全管理员" in decision.who_can)


@pytest.mark.parametrize("status", AccountStatus)
@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("rule", ON_ACCOUNT)
def test_rules_on_an_account(rule, role, status):
    account = with_totp(UserFactory(status=status))
    decision = getattr(rules, rule)(person(role), account)
    assert decision.ok == (role == Role.SECURITY_ADMIN and status in ON_ACCOUNT[rule])
    assert decision.ok or decision.reason.endswith("。")


@pytest.mark.parametrize("rule", ON_ACCOUNT)
def test_nobody_does_it_to_themselves(rule):
    user_with(Role.SECURITY_ADMIN)
    admin = with_totp(user_with(Role.SECURITY_ADMIN))
    decision = getattr(rules, rule)(admin, admin)
    assert not decision.ok
    assert "自己" in decision.reason


@pytest.mark.parametrize("role", [None, *Role])
def test_revoking_by_role(role):
    grant = RoleGrantFactory(role=Role.SECRETARIAT)
    assert rules.can_revoke_role(person(role), grant).ok == (role == Role.SECURITY_ADMIN)


@pytest.mark.parametrize("second", Role)
@pytest.mark.parametrize("first", Role)
def test_families_of_roles_stay_apart(first, second):
    """The whole product: two roles at the same time only within the family of the work."""
    admin = user_with(Role.SECURITY_ADMIN)
    account = user_with(first)
    decision = rules.can_grant_role(admin, account, second, timezone.now(), None)
    assert decision.ok == (FAMILY_OF[first] == FAMILY_OF[second] and first != second)
    if FAMILY_OF[first] != FAMILY_OF[second]:
        assert first.label in decision.reason
        assert second.label in decision.reason


def test_same_family_after_the_other_has_ended_is_fine():
    admin, account, now = user_with(Role.SECURITY_ADMIN), UserFactory(), timezone.now()
    ended = DateTimeTZRange(now - timedelta(days=2), now - timedelta(days=1))
    RoleGrantFactory(user=account, role=Role.SUPERVISOR, period=ended)
    assert rules.can_grant_role(admin, account, Role.SECRETARIAT, now, None).ok


def test_future_grant_of_another_family_already_refuses_an_overlap():
    admin, account, now = user_with(Role.SECURITY_ADMIN), UserFactory(), timezone.now()
    RoleGrantFactory(user=account, role=Role.SUPERVISOR, period=DateTimeTZRange(now + timedelta(days=5), None))
    assert not rules.can_grant_role(admin, account, Role.SECRETARIAT, now, None).ok
    assert rules.can_grant_role(admin, account, Role.SECRETARIAT, now, now + timedelta(days=5)).ok


def test_nothing_is_backdated_and_no_period_is_empty():
    admin, account, now = user_with(Role.SECURITY_ADMIN), UserFactory(), timezone.now()
    yesterday = rules.can_grant_role(admin, account, Role.SECRETARIAT, now - timedelta(days=1), None)
    backwards = rules.can_grant_role(admin, account, Role.SECRETARIAT, now, now - timedelta(minutes=1))
    assert "倒签" in yesterday.reason
    assert "截止" in backwards.reason


def test_account_out_of_use_has_no_permission_whatever_its_grants():
    for role in Role:
        user = user_with(role)
        user.status = AccountStatus.SUSPENDED
        assert not [code for code in Permission if has_permission(user, code)]


def test_permissions_of_the_three_administrators_are_disjoint_but_for_looking():
    system, security, audit = (
        ROLE_PERMISSIONS[role] for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
    )
    assert not system & security
    assert not system & audit
    assert security & audit == {Permission.VIEW_ACCOUNTS}


class TestLastSecurityAdministrator:
    """Somebody must always be able to grant."""

    def test_only_lasting_one_cannot_be_removed(self):
        lasting = RoleGrantFactory(role=Role.SECURITY_ADMIN)
        until = DateTimeTZRange(timezone.now() - timedelta(hours=1), timezone.now() + timedelta(days=9))
        other = RoleGrantFactory(role=Role.SECURITY_ADMIN, period=until).user
        for decision in (
            rules.can_revoke_role(other, lasting),
            rules.can_suspend_account(other, lasting.user),
            rules.can_close_account(other, lasting.user),
        ):
            assert not decision.ok
            assert "唯一长期有效的安全管理员" in decision.reason
            assert "另一人" in decision.who_can

    def test_one_of_two_can(self):
        first, second = RoleGrantFactory(role=Role.SECURITY_ADMIN), RoleGrantFactory(role=Role.SECURITY_ADMIN)
        assert rules.can_revoke_role(first.user, second).ok
        assert rules.can_close_account(second.user, first.user).ok

    def test_suspended_colleague_does_not_count(self):
        first = RoleGrantFactory(role=Role.SECURITY_ADMIN)
        suspended = UserFactory(status=AccountStatus.SUSPENDED)
        RoleGrantFactory(role=Role.SECURITY_ADMIN, user=suspended)
        assert not rules.leaves_a_security_admin(first.user, "停用").ok


def test_ended_grant_is_named_in_the_refusal():
    now = timezone.now()
    period = DateTimeTZRange(now - timedelta(days=30), now - timedelta(minutes=1))
    user = RoleGrantFactory(role=Role.SECURITY_ADMIN, period=period).user
    decision = rules.can_create_account(user)
    assert not decision.ok
    assert decision.reason.startswith("您的“安全管理员”授权已于")
    assert decision.reason.endswith("结束，不能再建立账号。")


def test_closing_waits_for_what_a_capability_says_the_person_holds():
    admin, account = user_with(Role.SECURITY_ADMIN), UserFactory()
    with answering(rules.BEFORE_CLOSING, lambda person, user: [Unfinished("任职", 2, "本人办理离岗交接")]):
        decision = rules.can_close_account(admin, account)
    assert decision.reason == f"{account.name}名下还有任职2项，不能注销。"
    assert decision.who_can == "请先办结：本人办理离岗交接。"
    assert rules.can_close_account(admin, account).ok
