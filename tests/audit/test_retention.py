"""The ledger only grows: no command, library or role can shorten it, so that six months online and more are a matter of course."""

import pytest
from django.core.management import CommandError, call_command, get_commands
from django.db import connection

from admissions.audit.protection import ledger_models


@pytest.mark.parametrize("name", ["clean_old_history", "clean_duplicate_history", "populate_history"])
def test_the_librarys_cleaning_commands_are_switched_off(name):
    assert get_commands()[name] == "admissions.audit"
    with pytest.raises(CommandError, match="留痕和历史不删减"):
        call_command(name)


@pytest.mark.django_db
def test_no_trigger_of_a_ledger_table_lets_a_row_go():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'audit_append_only' AND tgenabled = 'O'"
        )
        assert {row[0] for row in cursor.fetchall()} == {model._meta.db_table for model in ledger_models()}
