from datetime import timedelta

import pytest
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.accounts.todos import account_todos
from tests.factories.accounts import UserFactory, user_with

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("age", "asked"), [(82, False), (84, True), (89, True)])
def test_own_password_is_asked_for_a_week_before_its_term(age, asked):
    changed_at = timezone.now() - timedelta(days=age)
    todos = list(account_todos(UserFactory(password_changed_at=changed_at)))
    assert [todo.due_at for todo in todos] == ([changed_at + timedelta(days=90)] if asked else [])


@pytest.mark.parametrize("role", [None, *Role])
def test_slips_wait_for_the_security_administrator(role):
    UserFactory(password="!none")
    UserFactory(password="!none", status="closed")
    user = user_with(role) if role else UserFactory()
    labels = [todo.object_label for todo in account_todos(user)]
    assert labels == (["初始口令，1人待领"] if role == Role.SECURITY_ADMIN else [])
