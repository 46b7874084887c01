"""What Python writes of an event is what the database writes of the row, to the last byte: a mark hangs on it."""

import datetime as dt
import json

import pytest
from django.db import connection
from hypothesis import example, given
from hypothesis import strategies as some

from admissions.audit.actions import Origin, coming_from
from admissions.audit.inserting import FILLED_BY_DATABASE
from admissions.audit.ledger_text import address_text, as_json, history_arrays, history_text
from admissions.audit.marks import is_event_marked
from admissions.audit.models import Event
from admissions.audit.protection import history_models
from admissions.audit.trail import record_sign_in
from admissions.core.ids import uuid7
from admissions.seals.leaves import ledger_tables, pinned_session, unsealed_sql
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

TEXT = some.text(some.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12)
NUMBERS = some.integers(-(10**30), 10**30) | some.floats(allow_nan=False, allow_infinity=False)
VALUES = some.recursive(
    some.none() | some.booleans() | NUMBERS | TEXT,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


def written(cast, value):
    with pinned_session() as cursor:
        cursor.execute(f"SELECT json_build_array(%s::{cast})::text", [value])
        return cursor.fetchone()[0]


@given(TEXT)
def test_text(value):
    assert written("text", value) == f"[{as_json(value)}]"


@given(some.lists(TEXT, max_size=3))
def test_lists_of_text(value):
    assert written("text[]", value) == f"[{as_json(value)}]"


@given(some.dictionaries(TEXT, VALUES, max_size=4))
def test_details(value):
    assert written("jsonb", json.dumps(value)) == f"[{as_json(value)}]"


@given(some.datetimes(dt.datetime(1, 1, 3), dt.datetime(2100, 1, 1), timezones=some.timezones()))
@example(dt.datetime(2026, 12, 1, 8, 0, 0, 120000, dt.UTC))
@example(dt.datetime(999, 12, 1, 8, tzinfo=dt.UTC))
def test_instants(value):
    assert written("timestamptz", value) == f"[{as_json(value)}]"


@given(some.dates())
def test_days(value):
    assert written("date", value) == f"[{as_json(value)}]"


@given(some.ip_addresses())
def test_addresses(value):
    assert written("inet", str(value)) == f"[{as_json(address_text(str(value)))}]"


@pytest.mark.parametrize(
    "address", ["::", "::1", "::1.2.3.4", "::ffff:1.2.3.4", "2001:db8::1:0:0:1", "1:0:0:2::", "10.0.0.1"]
)
def test_odd_addresses(address):
    assert written("inet", address) == f"[{as_json(address_text(address))}]"


def test_other_values():
    for cast, value in (("uuid", uuid7()), ("bigint", 7), ("bigint", None)):
        assert written(cast, str(value) if cast == "uuid" else value) == f"[{as_json(value)}]"
    with pytest.raises(TypeError):
        as_json(b"x")


@given(TEXT, some.dictionaries(TEXT, VALUES, max_size=3))
def test_every_event_carries_its_mark(reason, details):
    with coming_from(Origin("2001:db8::1", "x")):
        event = record_sign_in(actor=None, label="登录", reason=reason, details=details)
    assert marked(event)


def marked(event):
    table = ledger_tables()[0]
    with pinned_session() as cursor:
        cursor.execute(
            f"SELECT * FROM ({unsealed_sql(table, [])}) AS rows (id, public, personal) WHERE id = %s", [str(event)]
        )
        return is_event_marked(cursor.fetchone())


@pytest.mark.walk
def test_of_every_history_row_that_is_told_before_it_is_written(world):
    """A value of each field of each model there is: told as the database wrote it, or left to the database."""
    told = set()
    for model in history_models():
        fields = [field for field in model._meta.concrete_fields if field.column != FILLED_BY_DATABASE]
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT {history_arrays(model, "t")} FROM "{model._meta.db_table}" t')
            stands = {row[0]: row for row in cursor}
        for row in model.objects.all():
            values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
            text = history_text(model, values)
            assert text in (None, stands[str(row.history_id)]), row
            told |= {model._meta.label} if text else set()
    assert len(told) > 50


def test_an_entry_under_another_time_zone_of_the_session_too():
    with connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'Asia/Shanghai'")
    UserFactory()
    assert marked(Event.objects.newest_first().first().pk)
