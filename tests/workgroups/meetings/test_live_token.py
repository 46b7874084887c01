"""The page everybody has open during a meeting tells who keeps away from an item nothing of it."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from admissions.accounts.enums import Role
from tests.factories.accounts import user_with
from tests.factories.meetings import body, kept_from_item, proposed, seat, sitting, stated
from tests.factories.supervision import again
from workgroups.meetings.document import shown_to
from workgroups.meetings.models import AgendaItem
from workgroups.meetings.selectors import state_token
from workgroups.meetings.services import decisions, sittings

pytestmark = pytest.mark.django_db


def as_(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def room(settings):
    """Whoever sits in the room, recused from the first of two items, and an auditor recused from it."""
    settings.MFA_REQUIRED = False
    of, auditor = body(3), user_with(Role.AUDIT_ADMIN)
    hidden, other = (proposed(of, title=title) for title in ("红鹳议题", "增编"))
    member = of.members[0]
    for person in (member, auditor):
        kept_from_item(person, hidden)
    meeting = sitting(of, hidden, other)
    return of, again(member), again(auditor), hidden, meeting


def test_its_token_tells_nothing_and_stands_still_while_nothing_shown_changes(room):
    of, member, auditor, hidden, meeting = room
    decisions.open_item(actor=of.head, reason="审议", item=AgendaItem.objects.get(pk=hidden.pk))
    before = {reader: state_token(meeting, reader) for reader in (member, auditor, of.head)}
    assert all(re.fullmatch("[0-9a-f]{64}", token) for token in before.values()) and len(set(before.values())) == 3
    stated(hidden, of.members[1])
    after = {reader: state_token(meeting, reader) for reader in before}
    assert {reader for reader in before if before[reader] != after[reader]} == {of.head}
    live = as_(member).get(reverse("meetings:live", args=[meeting.pk]), {"seen": before[member]})
    assert live.status_code == 204
    sittings.step_out(actor=of.members[1], reason="接电话", seat=seat(meeting, of.members[1]))
    assert state_token(meeting, member) != before[member] and state_token(meeting, auditor) != before[auditor]


def test_numbers_are_the_same_for_everybody(room):
    """Who sits in the room learns that there is an item to leave it for; who does not, learns nothing."""
    of, member, auditor, _, meeting = room
    page = reverse("meetings:one", args=[meeting.pk])
    for reader, told in ((of.head, False), (member, True), (auditor, False)):
        text = as_(reader).get(page).content.decode()
        assert "2．增编" in text and ("不向您显示" in text) == told, reader
    assert [shown_to(meeting, reader)["extent"] for reader in (of.head, member, auditor)] == [
        "", "另有1项议题，因取得人须回避，不在其中。", "议题按取得人的查阅范围列出。",
    ]  # fmt: skip
    assert [item["number"] for item in shown_to(meeting, auditor)["items"]] == [2]
    assert shown_to(meeting, again(user_with(Role.AUDIT_ADMIN)))["extent"] == "议题按取得人的查阅范围列出。"
