"""Who was recused from an item by name (议题回避) finds nothing of it: neither in the ledger nor in what is made from it."""

import pytest
from django.test import Client
from django.urls import reverse

from admissions.accounts.enums import Role
from admissions.audit.actions import Action
from admissions.audit.enums import Outcome
from admissions.audit.gate import closed_to, not_recused
from admissions.audit.models import Event
from admissions.audit.trail import write_event
from admissions.core.todos import own_todos
from admissions.seals.disclosing import shown_rows
from admissions.seals.enums import Disclosure
from admissions.seals.export import Reader
from admissions.seals.rebuilt_leaves import Content
from tests.factories.accounts import user_with
from tests.factories.meetings import body, decided, heard, kept_from_item, proposed, upload
from tests.factories.supervision import again
from workgroups.meetings.models import AgendaItem, Paper
from workgroups.meetings.services import agenda, decisions

pytestmark = pytest.mark.django_db
SECRET = "红鹳"


@pytest.fixture
def scene(settings):
    """An item that was decided, with a paper and a resolution, its supervisor and an audit administrator recused from it."""
    settings.MFA_REQUIRED = False
    of, auditor = body(3), user_with(Role.AUDIT_ADMIN)
    item = proposed(of, title=f"{SECRET}议题", proposal=f"{SECRET}的提案")
    agenda.add_paper(
        actor=of.secretary, reason=f"{SECRET}材料", item=item, title=f"{SECRET}测算", change="", incoming=upload()
    )
    item = decided(of, item)
    heard(of, item)
    decisions.issue_resolution(actor=of.secretary, reason="形成", item=item, text=f"同意{SECRET}。")
    # Entries from before entries carried the item: one about it, one that only touched it.
    old = Action("meetings.change_item", "修改议题", of.secretary, f"旧事由{SECRET}", target=item)
    write_event(old, Outcome.DONE, of.group.trail_scope())
    for person in (of.supervisor, auditor):
        kept_from_item(person, item, f"亲属涉及{SECRET}")
    return of, again(auditor), item


def as_(person):
    client = Client()
    client.force_login(person)
    return client


def readers(scene):
    of, auditor, _ = scene
    return [again(of.supervisor), auditor]


@pytest.mark.usefixtures("scene")
def test_it_is_found_without_a_recusal():
    text = as_(user_with(Role.AUDIT_ADMIN)).get(reverse("audit:trail")).content.decode()
    assert text.count(SECRET) > 5 and f"旧事由{SECRET}" in text


def test_the_trail_and_its_export_are_silent(scene):
    item = scene[2]
    entries = [str(pk) for pk in Event.objects.of_target(item).values_list("pk", flat=True)]
    for reader in readers(scene):
        client = as_(reader)
        addresses = [
            reverse("audit:trail"),
            f"{reverse('audit:trail')}?export=csv&purpose=work",
            f"{reverse('audit:group', args=[item.group_id])}",
            reverse("audit:person", args=[item.proposer_id]),
            reverse("desk:one"),
            reverse("home"),
        ]
        for address in addresses:
            response = client.get(address)
            assert response.status_code in (200, 403), address
            assert SECRET not in response.content.decode(), address
        searched = client.get(f"{reverse('audit:trail')}?q={SECRET}").content.decode()
        assert searched.count(SECRET) == searched.count(f'value="{SECRET}"') + searched.count(f"：{SECRET}<")
        for entry in entries:
            assert client.get(reverse("audit:entry", args=[entry])).status_code == 404
        assert client.get(reverse("audit:record", args=["meetings.agendaitem", item.pk])).status_code == 404


def test_no_pack_shows_its_rows(scene):
    """By the events and by the records, of every table that holds something of the item."""
    item = scene[2]
    for reader in readers(scene):
        kept = [("audit_event", row.pk, row.pk) for row in Event.objects.of_target(item)]
        kept += [
            ("meetings_historicalagendaitem", row.history_id, row.event_id)
            for row in AgendaItem.history.filter(id=item.pk)
        ]
        kept += [("meetings_historicalpaper", row.history_id, row.event_id) for row in Paper.history.filter(item=item)]
        rows = [
            Content(n, table, str(key), b"", None, None, None, None, "[1]", str(event))
            for n, (table, key, event) in enumerate(kept)
        ]
        own = Reader("本人", "核验", Disclosure.SCOPE, Event.objects.visible_to(reader), person=reader)
        assert len(rows) > 6 and shown_rows(own, rows) == frozenset()
        every = Reader("本人", "核验", Disclosure.SCOPE, Event.objects.all(), person=reader)
        assert {rows[n].table for n in shown_rows(every, rows)} <= {"audit_event"}


def test_one_source_for_rows_gate_and_buttons(scene):
    of, auditor, item = scene
    for reader in readers(scene):
        assert not AgendaItem.objects.visible_to(reader).filter(pk=item.pk).exists()
        assert not not_recused(reader, item).ok and not not_recused(reader, item.resolution).ok
        assert not closed_to(reader, "meetings.add_paper", [item]).ok
        assert [todo for todo in own_todos(reader) if SECRET in str(todo)] == []
    assert not_recused(again(of.head), item).ok
    assert closed_to(auditor, "meetings.recuse_from_item", [item]).ok
