"""Two real connections: what the rules promise holds when both act at the same moment."""

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from admissions.accounts import grants, services
from admissions.accounts.enums import AccountStatus, Role
from admissions.accounts.grants import new_grant
from admissions.accounts.models import RoleGrant, User
from admissions.accounts.permissions import Permission
from admissions.accounts.selectors import has_permission
from admissions.audit.commands import machine_action
from admissions.core.decision import Refused
from tests.factories.accounts import UserFactory, user_with
from tests.races import together

pytestmark = pytest.mark.django_db(transaction=True)


def refused(results):
    return [result for result in results if isinstance(result, Refused)]


def test_database_keeps_the_families_apart_without_any_rule():
    """One waits for the other and fails; or each waits for the other, and PostgreSQL ends one of them."""
    account = UserFactory()

    def write(role):
        def act():
            with machine_action("test.raw_grant", "直接写入", "测试"):
                new_grant(account, role, timezone.now(), None, "测试").save()

        return act

    results = together(write(Role.SYSTEM_ADMIN), write(Role.AUDIT_ADMIN))
    (error,) = [result for result in results if isinstance(result, DatabaseError)]
    assert "rolegrant_one_family" in str(error) or "deadlock" in str(error)
    assert RoleGrant.objects.filter(user=account).count() == 1


def test_two_grants_of_different_families_at_once_give_one_and_a_sentence():
    first, second, account = user_with(Role.SECURITY_ADMIN), user_with(Role.SECURITY_ADMIN), UserFactory()

    def give(actor, role):
        return lambda: grants.grant_role(actor=actor, reason="依据", account=account, role=role, basis="文")

    results = together(give(first, Role.SECRETARIAT), give(second, Role.SUPERVISOR))
    (refusal,) = refused(results)
    assert "不得由同一人担任" in refusal.decision.reason
    assert RoleGrant.objects.filter(user=account).count() == 1


@pytest.mark.parametrize(
    ("page_was_open", "sentence"),
    [(False, "您的“安全管理员”授权已于"), (True, "唯一长期有效的安全管理员")],
)
def test_two_security_administrators_cannot_remove_each_other(page_was_open, sentence):
    """Who comes second has lost the right; and were it still believed, one would have to remain."""
    first, second = user_with(Role.SECURITY_ADMIN), user_with(Role.SECURITY_ADMIN)
    if page_was_open:
        assert has_permission(first, Permission.GRANT_ROLES)
        assert has_permission(second, Permission.GRANT_ROLES)

    def revoke(actor, other):
        return lambda: grants.revoke_role(actor=actor, reason="互撤", grant=other.role_grants.get())

    (refusal,) = refused(together(revoke(first, second), revoke(second, first)))
    assert sentence in refusal.decision.reason
    assert RoleGrant.objects.live().filter(role=Role.SECURITY_ADMIN).count() == 1


def test_two_security_administrators_cannot_suspend_each_other():
    first, second = user_with(Role.SECURITY_ADMIN), user_with(Role.SECURITY_ADMIN)

    def suspend(actor, other):
        return lambda: services.suspend_account(actor=actor, reason="互停", account=other)

    assert len(refused(together(suspend(first, second), suspend(second, first)))) == 1
    assert User.objects.filter(status=AccountStatus.ACTIVE).count() == 1


def test_one_phone_for_two_new_accounts_at_once_gives_one_and_a_sentence():
    actor = user_with(Role.SECURITY_ADMIN)

    def create(name):
        return lambda: services.create_account(
            actor=User.objects.get(pk=actor.pk), reason="新建", username=name, name="甲", phone="13800000001"
        )

    results = together(create("first"), create("second"))
    (refusal,) = refused(results)
    assert "手机号" in refusal.decision.reason
    assert User.objects.filter(phone="13800000001").count() == 1


def test_periods_that_touch_are_not_an_overlap_for_the_database():
    account, now = UserFactory(), timezone.now()
    boundary = now + timedelta(days=1)
    with machine_action("test.raw_grant", "直接写入", "测试"):
        new_grant(account, Role.SYSTEM_ADMIN, now, boundary, "测试").save()
        new_grant(account, Role.AUDIT_ADMIN, boundary, None, "测试").save()
    assert [grant.period for grant in RoleGrant.objects.filter(user=account).order_by("id")] == [
        DateTimeTZRange(now, boundary),
        DateTimeTZRange(boundary, None),
    ]
