"""What is posted: by who may not nothing changes, and the attempt is on record; by who may it is answered.

Every page that takes a form is sent an empty one, for its own record and by everybody it does not open for.
"""

import pytest
from django.db import connection, transaction

from admissions.audit.enums import HIDDEN, Outcome
from admissions.audit.models import Event
from admissions.core.views import Page
from tests.house.doors import asked, watched
from tests.house.lookers import ANONYMOUS, LOOKERS
from tests.house.pages import pages, view_of
from tests.house.test_pages import opener, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.walk, pytest.mark.usefixtures("light")]

# Where attempts are written down.
TRACES = {Event._meta.db_table}
# Actions on rows since the transaction began, also those undone again.
TOUCHED = """
    SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables
    WHERE n_tup_ins + n_tup_upd + n_tup_del > 0
"""


def touched():
    with connection.cursor() as cursor:
        cursor.execute(TOUCHED)
        return {table: count for table, count in cursor.fetchall() if table not in TRACES}


def refusals(person):
    return Event.objects.filter(actor_id=person.pk, outcome=Outcome.REFUSED).exclude(action=HIDDEN).count()


def takes_forms():
    """The declared pages of our own that take a form."""
    for page in pages().values():
        view = view_of(page.name)
        if isinstance(view, type) and issubclass(view, Page) and "post" in view.http_method_names:
            yield page


def test_many_pages_take_forms():
    assert len(list(takes_forms())) > 200


@pytest.mark.parametrize("looker", LOOKERS)
def test_a_post_by_who_may_not_changes_nothing(looker, world, settings):
    settings.MFA_REQUIRED = False
    shut = {page.name: page.address(world) for page in takes_forms() if page.wanted(looker) != page.status}
    settings.MIDDLEWARE = watched()
    client, before = signed_in(world, looker), touched()
    noted = 0 if looker == ANONYMOUS else refusals(world.who[looker])
    answers = {name: answer.status_code for name, answer in asked(client, shut, "POST").items()}
    assert answers == {name: pages()[name].wanted(looker) for name in shut}
    if looker != ANONYMOUS:
        assert refusals(world.who[looker]) - noted == sum(status == 403 for status in answers.values())
    assert touched() == before, changing(client, shut)


def changing(client, addresses):
    """Each that changes something when it is posted to once more, and the tables."""
    found, before = {}, touched()
    for name, address in addresses.items():
        client.post(address)
        if (after := touched()) != before:
            found[name] = [table for table in after if after[table] != before.get(table)]
            before = after
    return found


def test_a_post_by_who_may_is_answered(world, settings):
    settings.MFA_REQUIRED = False
    answers, without_key = {}, set()
    for page in takes_forms():
        if page.never and page.status == 200:
            continue
        if page.opened is not None:
            client, address = opener(world, page), page.opened_address(world)
        else:
            client, address = signed_in(world, page.may()[0]), page.address(world)
        # No block of its own: commands insist that nobody holds their transaction open.
        mark = transaction.savepoint()
        answer = client.post(address)
        answers[page.name] = answer.status_code
        if b'class="form-actions"' in answer.content and b'name="once"' not in answer.content:
            without_key.add(page.name)
        transaction.savepoint_rollback(mark)
    wanted = {name: pages()[name].empty_form for name in answers}
    assert {name: status for name, status in answers.items() if status != wanted[name]} == {}
    assert without_key == set(), "forms that could be carried out twice"
