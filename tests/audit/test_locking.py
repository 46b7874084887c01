"""A locked row: what it keeps is not asked for again, what changes is."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from admissions.accounts.models import Organisation
from admissions.audit.commands import command
from admissions.audit.facts import No
from admissions.audit.locking import lock
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.trail import assert_refused

pytestmark = pytest.mark.django_db


@command("test.change", "改动", clause=No("只在测试中"))
def change(*, actor, reason, organisation, steps):
    """Each step sets some fields, cleans and saves, or only cleans."""
    row = lock(organisation)
    for values, saved in steps:
        for name, value in values.items():
            setattr(row, name, value)
        row.full_clean()
        if saved:
            row.save()
    return row


def asked(*steps, organisation=None):
    """Of which unique fields the command asked the database whether the value is taken."""
    organisation = organisation or OrganisationFactory(code="A1", name="甲校")
    with CaptureQueriesContext(connection) as sent:
        change(actor=UserFactory(), reason="测", organisation=organisation, steps=steps)
    looks = [query["sql"] for query in sent if query["sql"].startswith("SELECT 1 AS")]
    return [name for sql in looks for name in ("code", "name") if f'"{name}" =' in sql]


def test_only_what_changed_is_looked_up():
    assert asked(({"name": "乙校"}, True)) == ["name"]
    assert asked(({"is_active": False}, True), organisation=OrganisationFactory()) == []


def test_after_a_save_everything_is_looked_up_again():
    there_and_back = [({"code": "B1"}, True), ({"code": "A1"}, True)]
    assert asked(*there_and_back) == ["code", "code", "name"]


def test_what_another_command_locked_is_looked_up_whole():
    @command("test.look", "察看", clause=No("只在测试中"))
    def look(*, actor, reason, organisation):
        return lock(organisation)

    @command("test.clean", "核对", clause=No("只在测试中"))
    def clean(*, actor, reason, organisation):
        organisation.full_clean()

    actor = UserFactory()
    row = look(actor=actor, reason="测", organisation=OrganisationFactory())
    with CaptureQueriesContext(connection) as sent:
        clean(actor=actor, reason="测", organisation=row)
    assert len([query for query in sent if "SELECT 1 AS" in query["sql"]]) == 2  # the first behind the announcement


def test_a_record_that_was_not_locked_is_looked_up_whole():
    with CaptureQueriesContext(connection) as sent:
        OrganisationFactory(code="A1", name="甲校").full_clean()
    assert len([query for query in sent if query["sql"].startswith("SELECT 1 AS")]) == 2


@pytest.mark.parametrize("taken", [{"code": "A1"}, {"name": "甲校"}])
def test_a_value_that_another_record_has_is_refused_with_its_field(taken):
    OrganisationFactory(code="A1", name="甲校")
    other, actor = OrganisationFactory(code="B1", name="乙校"), UserFactory()
    with pytest.raises(ValidationError) as caught:
        change(actor=actor, reason="测", organisation=other, steps=[(taken, True)])
    assert list(caught.value.message_dict) == list(taken)
    assert_refused("test.change", actor=actor, target=other)
    assert Organisation.objects.get(pk=other.pk).code == "B1"
