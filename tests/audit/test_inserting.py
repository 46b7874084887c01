"""History rows wait for their event, and the triggers hear of it with the first statement: nothing is lost on the way."""

import datetime as dt
from uuid import UUID, uuid4

import pytest
from django.db import connection, models, transaction

from admissions.accounts.models import Organisation
from admissions.audit.commands import command
from admissions.audit.facts import No
from admissions.audit.inserting import MOST_WAITING, PLAIN
from admissions.audit.models import Event, RawChange
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.trail import unguarded

pytestmark = pytest.mark.django_db(transaction=True)


class GivenUp(Exception):
    pass


@command("test.rename_many", "改名若干", clause=No("只在测试中"))
def rename(*, actor, reason, rows, before=None, given_up=()):
    if before is not None:
        before()
    for row in rows:
        row.name = f"{row.name}改"
        row.save()
    for row in given_up:
        try:
            with transaction.atomic():
                row.name = f"{row.name}弃"
                row.save()
                raise GivenUp
        except GivenUp:
            pass
    return rows[0]


def written(rows):
    """Names in the histories of the rows that the last command wrote."""
    event = Event.objects.get(action="test.rename_many")
    history = Organisation.history.filter(event_id=event.pk, id__in=[row.pk for row in rows])
    return sorted(history.values_list("name", flat=True))


def test_what_an_inner_block_took_back_has_no_history():
    rows, given_up = [OrganisationFactory(name="甲")], [OrganisationFactory(name="乙")]
    rename(actor=UserFactory(), reason="测", rows=rows, given_up=given_up)
    assert written(rows) == ["甲改"]
    assert written(given_up) == []
    assert Event.objects.get(action="test.rename_many").touched == [f"accounts.organisation:{rows[0].pk}"]
    assert Organisation.objects.get(pk=given_up[0].pk).name == "乙"


def test_a_failed_command_leaves_nothing_waiting_for_the_next():
    row = OrganisationFactory(name="甲")
    actor = UserFactory()

    def fail():
        raise GivenUp

    for before in (None, fail):
        if before:
            with pytest.raises(GivenUp):
                rename(actor=actor, reason="测", rows=[row], before=before)
        else:
            rename(actor=actor, reason="测", rows=[row])
    assert written([row]) == ["甲改"]


@pytest.mark.parametrize("number", [1, MOST_WAITING, MOST_WAITING + 1, 2 * MOST_WAITING + 3])
def test_each_of_many_rows_has_its_history(number):
    rows = [OrganisationFactory() for _ in range(number)]
    rename(actor=UserFactory(), reason="测", rows=rows)
    assert written(rows) == sorted(row.name for row in rows)
    assert len(Event.objects.get(action="test.rename_many").touched) == number


def through_a_server_side_cursor():
    assert list(Organisation.objects.iterator())


def for_many_rows():
    with connection.cursor() as cursor:
        cursor.executemany("SELECT pg_sleep(%s)", [[0], [0]])


@pytest.mark.parametrize("first", [None, through_a_server_side_cursor, for_many_rows])
def test_the_triggers_know_the_event_whatever_the_first_statement(first):
    rows = [OrganisationFactory()]
    RawChange.objects.all()._raw_delete("default")
    rename(actor=UserFactory(), reason="测", rows=rows, before=first)
    assert not RawChange.objects.exists()
    with transaction.atomic(), unguarded("accounts_organisation"), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_organisation SET name = '绕过' WHERE id = %s", [rows[0].pk])
    assert RawChange.objects.count() == 1


def test_a_history_row_is_not_saved_by_hand_outside_a_command():
    row = OrganisationFactory().history.first()
    with pytest.raises(RuntimeError, match="only inside a command"):
        row.save()


@pytest.mark.parametrize(
    ("names", "pairs"),
    [
        (("张三丰", "", ""), ["三丰", "张三"]),
        (("李", "", "王"), []),
        (("甲乙", "甲乙", "乙甲"), ["乙甲", "甲乙"]),
        (("𬱖㛃䶮", "", ""), ["㛃䶮", "𬱖㛃"]),
        ((None, None, None), []),
    ],
)
def test_neighbouring_characters_of_each_name_and_none_across_two(names, pairs):
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_bigrams(%s, %s, %s)", names)
        assert sorted(set(cursor.fetchone()[0])) == sorted(pairs)


SAMPLES = {str: "甲'\\", int: 7, bool: False, dt.date: dt.date(2026, 2, 28), UUID: uuid4()}


@pytest.mark.parametrize("kind", PLAIN)
@pytest.mark.parametrize("given_as", [SAMPLES.get, lambda plain: None])
def test_what_goes_to_the_driver_as_it_is_is_what_the_field_would_give(kind, given_as):
    sample = given_as(PLAIN[kind])
    field = Organisation._meta.get_field("parent") if kind is models.ForeignKey else kind()
    given = field.get_db_prep_save(sample, connection)
    assert (type(given), given) == (type(sample), sample)
