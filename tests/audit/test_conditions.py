"""The conditions of a row asked at once say what Django says of each."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models

from admissions.accounts.models import User
from admissions.audit.conditions import _conditions, _hold
from admissions.audit.models import AuditedModel
from tests.factories.accounts import RoleGrantFactory, UserFactory
from workgroups.recusal.models import RecusalDeclaration

pytestmark = pytest.mark.django_db


def conditions_of(model):
    return [one for one in model._meta.constraints if isinstance(one, models.CheckConstraint)]


def holds_for_django(row, exclude=None):
    try:
        for condition in conditions_of(type(row)):
            condition.validate(type(row), row, exclude=exclude)
    except ValidationError:
        return False
    return True


def changed(row, name):
    """Another value of the same type in one field."""
    field = row._meta.get_field(name)
    texts = isinstance(field, models.CharField | models.TextField)
    value = getattr(row, field.attname)
    other = ("" if value else "甲") if texts else -1 if isinstance(field, models.IntegerField) else None
    setattr(row, field.attname, not value if isinstance(field, models.BooleanField) else other)
    return value


@pytest.mark.walk
def test_at_once_and_one_by_one_are_the_same_for_every_model(world):
    verdicts = {True: 0, False: 0}
    for model in apps.get_models():
        if not issubclass(model, AuditedModel) or not conditions_of(model):
            continue
        row = model._base_manager.first()
        assert _hold(row, frozenset()), row
        for name in sorted(frozenset().union(*(names for _, names in _conditions(model)))):
            before = changed(row, name)
            verdict = _hold(row, frozenset())
            assert verdict == holds_for_django(row), f"{model._meta.label}.{name}"
            verdicts[verdict] += 1
            setattr(row, model._meta.get_field(name).attname, before)
    assert min(verdicts.values()) > 50


def test_they_are_asked_in_one_statement(django_assert_num_queries):
    grant = RoleGrantFactory()
    assert len(conditions_of(type(grant))) > 1
    with django_assert_num_queries(3):  # between the two of a savepoint
        assert _hold(grant, frozenset())


def test_what_does_not_hold_is_said_in_its_own_words():
    user = UserFactory()
    user.status = "nonsense"
    with pytest.raises(ValidationError) as error:
        user.validate_constraints()
    names = [one.name for one in conditions_of(type(user))]
    assert any(name in str(error.value) for name in names)


def test_conditions_on_a_field_with_a_mistake_of_its_own_are_left_out():
    user = UserFactory()
    user.status = "nonsense"
    user.validate_constraints(exclude={"status"})
    assert not _hold(user, frozenset())
    assert _hold(user, frozenset({"status"}))


def test_a_record_that_was_read_is_not_looked_up_again(django_assert_num_queries):
    grant = RoleGrantFactory()
    with django_assert_num_queries(0):
        grant.clean_fields()
    grant.user_id = 10**6
    with pytest.raises(ValidationError) as error:
        grant.clean_fields()
    assert list(error.value.error_dict) == ["user"]


def test_a_record_that_was_never_saved_is_looked_up():
    grant = RoleGrantFactory()
    grant.user = User(pk=10**6)
    with pytest.raises(ValidationError):
        grant.clean_fields()


def test_what_the_database_cannot_read_is_left_to_django():
    others = frozenset().union(*(names for _, names in _conditions(RecusalDeclaration))) - {"version"}
    assert _hold(RecusalDeclaration(version=1), others)
    assert not _hold(RecusalDeclaration(version=0), others)
    assert not _hold(RecusalDeclaration(version=10**30), others)
    assert UserFactory().pk  # the transaction goes on
