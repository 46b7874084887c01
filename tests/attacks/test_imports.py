"""What a second officer confirms is what the check wrote, and what was confirmed stays: refused to the web role."""

import psycopg2
import pytest

from tests.factories.accounts import OrganisationFactory
from tests.factories.imports import UNIT, checked, person, roster
from tests.factories.recusal import candidates, id_number
from tests.factories.seasons import SeasonFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def preview(transactional_db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    OrganisationFactory(name=UNIT)
    return checked(roster(person()))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE evidence_importrow SET payload = jsonb_set(payload::jsonb, '{phone}', '\"15499999999\"')",
        "DELETE FROM evidence_importrow",
        'INSERT INTO evidence_importrow (batch_id, line, verdict, label, "column", value, reason, changes, payload)'
        ' SELECT batch_id, line + 100, verdict, label, "column", value, reason, changes, payload FROM evidence_importrow',
    ],
)
def test_a_preview_that_waits_for_its_confirmation_stands(preview, web_role_connection, statement):
    with web_role_connection.cursor() as cursor, pytest.raises(psycopg2.Error) as refused:
        cursor.execute(statement)
    assert refused.type in (psycopg2.errors.InsufficientPrivilege, psycopg2.errors.CheckViolation)


@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET id_digest = ''", "TRUNCATE {}"])
def test_a_candidate_of_a_confirmed_set_stays(web_role_connection, statement):
    candidates(SeasonFactory(), id_number(1))
    with web_role_connection.cursor() as cursor, pytest.raises(psycopg2.Error) as refused:
        cursor.execute(statement.format("recusal_candidatedigest"))
    assert refused.type in (psycopg2.errors.InsufficientPrivilege, psycopg2.errors.CheckViolation)
