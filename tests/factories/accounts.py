from datetime import timedelta
from typing import Any

import factory
from django.contrib.auth.hashers import make_password
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from admissions.accounts.enums import FAMILY_OF, Role
from admissions.accounts.models import Organisation, RoleGrant, User

from .base import AuditedFactory

PASSWORD = "Test-pass-2026"


class OrganisationFactory(AuditedFactory):
    class Meta:
        model = Organisation

    code = factory.Sequence(lambda n: f"D{n:04}")
    name = factory.Sequence(lambda n: f"单位{n}")


class UserFactory(AuditedFactory):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"u{n:05}")
    name = factory.Sequence(lambda n: f"甲{n}")
    name_sort = factory.LazyAttribute(lambda user: user.username)
    password = factory.LazyFunction(lambda: make_password(PASSWORD))
    password_changed_at = factory.LazyFunction(timezone.now)
    must_change_password = False


class RoleGrantFactory(AuditedFactory):
    class Meta:
        model = RoleGrant

    user = factory.SubFactory(UserFactory)
    role = Role.SECRETARIAT
    family = factory.LazyAttribute(lambda grant: FAMILY_OF[grant.role])
    period = factory.LazyFunction(lambda: DateTimeTZRange(timezone.now() - timedelta(hours=1), None))
    basis = "测试授权"


def user_with(role: Role, **scope: Any) -> User:
    """A new user who holds the role now; `season` or `group` limit it."""
    return RoleGrantFactory(role=role, **scope).user
