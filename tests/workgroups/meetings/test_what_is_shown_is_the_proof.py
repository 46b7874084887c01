"""Pages and papers show what was decided, as the proof has it; the proof is a file, and each of its steps is shown."""

import hashlib
import json

import pytest
from django.test import Client
from django.urls import reverse

from admissions.accounts.models import User
from admissions.audit.models import Event
from tests.factories.meetings import MatterFactory, body, decided, opened, proposed, seat, stated
from tests.factories.requests import fresh
from tests.trail import setting_up
from workgroups.meetings import tally
from workgroups.meetings.checking import steps_of
from workgroups.meetings.document import facts_of
from workgroups.meetings.enums import PresenceKind
from workgroups.meetings.selectors import floor_of
from workgroups.meetings.services import decisions, sittings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_factor(settings):
    settings.MFA_REQUIRED = False


def get(person, name, *args, **query):
    client = Client()
    client.force_login(User.objects.get(pk=person.pk))
    return client.get(reverse(name, args=args), query)


def rows(item, reader):
    return [(row.seat.name, str(row.seat.kind), row.presence, row.word) for row in floor_of(fresh(item), reader).rows]


def test_a_decided_item_shows_the_room_of_the_decision():
    of = body(4)
    item = opened(of, proposed(of))
    gone, came_late = of.members[0], of.members[1]
    sittings.step_out(actor=came_late, reason="离席", seat=seat(item.meeting, came_late))
    for person in (gone, of.members[2], of.head):
        stated(item, person)
    decisions.decide(actor=of.head, reason="宣布", item=fresh(item))
    shown = rows(item, of.head)
    assert {(name, where) for name, _, where, _ in shown} == {
        (of.head.name, "出席"), (gone.name, "出席"), (came_late.name, "未到"), (of.members[2].name, "出席"),
        (of.supervisor.name, "未到"),
    }  # fmt: skip
    sittings.step_out(actor=gone, reason="离席", seat=seat(item.meeting, gone))
    sittings.be_present(actor=came_late, reason="返回", seat=seat(item.meeting, came_late), kind=PresenceKind.PRESENT)
    assert rows(item, of.head) == shown


def test_a_member_turned_observer_afterwards_is_shown_as_who_decided():
    of = body(3)
    item = decided(of, proposed(of))
    before = rows(item, of.head)
    with setting_up():
        changed = seat(item.meeting, of.members[0])
        changed.kind, changed.name = "observer", "另一人"
        changed.save()
    assert rows(item, of.head) == before


def test_who_left_after_speaking_is_shown_so():
    of = body(4)
    item = opened(of, proposed(of))
    stated(item, of.members[0], "disagree", "不妥")
    sittings.step_out(actor=of.members[0], reason="离席", seat=seat(item.meeting, of.members[0]))
    for person in [*of.members[1:], of.head]:
        stated(item, person)
    decisions.decide(actor=of.head, reason="宣布", item=fresh(item))
    assert (of.members[0].name, "member", "表态后离席", "不同意") in rows(item, of.head)


def test_each_step_is_computed_anew():
    of = body(3)
    record = decided(of, proposed(of)).tally
    steps = steps_of(record)
    assert [(step.label, step.what) for step in steps] == [
        ("表决成员", "名单3人，回避0人，应到3人，宣布时在场3人"), ("法定人数", "需2人在场，实到3人"),
        ("表态", "同意3、不同意0、暂缓0、弃权0"), ("通过线", "按3人计算，需2票同意"),
        ("主要负责人最后表态", "第3位，共3位"), ("结果", "通过"), ("结果说明", record.sentence), ("证明摘要", record.digest),
    ]  # fmt: skip
    assert all(step.holds for step in steps)
    record.proof["computed"]["agreeing"] += 1
    assert [step.label for step in steps_of(record) if not step.holds] == ["表态", "证明摘要"]


def test_the_steps_of_what_the_head_decided_and_of_an_absent_head():
    of = body(3)
    item = opened(of, proposed(of, MatterFactory(mode="head")))
    for person in [*of.members, of.head]:
        stated(item, person)
    record = decisions.decide(
        actor=of.head, reason="宣布", item=fresh(item), head_outcome="failed", head_reason="情况有变"
    )
    found = {step.label: step for step in steps_of(record)}
    assert (found["主要负责人的决定"].what, found["主要负责人的决定"].holds) == ("不通过", True)
    of = body(3)
    item = opened(of, proposed(of, MatterFactory(code="other", name="其他事项")))
    sittings.step_out(actor=of.head, reason="离席", seat=seat(item.meeting, of.head))
    for person in of.members:
        stated(item, person)
    record = decisions.decide(actor=of.secretary, reason="宣布", item=fresh(item))
    found = {step.label: step for step in steps_of(record)}
    assert found["主要负责人最后表态"].what == "主要负责人不在场或者回避"


def test_the_file_is_what_the_digest_is_of():
    of = body(3)
    item = decided(of, proposed(of))
    record = item.tally
    page = get(of.head, "meetings:tally", record.pk).content.decode()
    assert "逐项重新计算，与保存的结果一致" in page and record.digest in page
    assert reverse("meetings:tally", args=[record.pk]) in get(of.head, "meetings:item", item.pk).content.decode()
    assert "用途" in get(of.head, "meetings:tally-file", record.pk).content.decode()
    file = get(of.head, "meetings:tally-file", record.pk, purpose="work", purpose_note="").content
    assert hashlib.sha256(file).hexdigest() == record.digest
    assert tally.verify_tally(json.loads(file)) == []
    assert Event.objects.filter(action="trail.export").latest("at").details["rowset_hash"] == record.digest
    assert facts_of(item.meeting)["items"][0]["digest"] == record.digest


def test_the_sentence_is_read_before_it_is_announced():
    of = body(3)
    item = opened(of, proposed(of))
    for person in [*of.members, of.head]:
        stated(item, person)
    page = get(of.head, "meetings:item-decide", item.pk).content.decode()
    announced = "应到3、实到3、回避0；同意3、不同意0、暂缓0、弃权0，需2票同意，通过。"
    assert f"将宣布：{announced}" in page
    assert decisions.decide(actor=of.head, reason="宣布", item=fresh(item)).sentence == announced


def test_under_the_heads_responsibility_the_page_says_what_the_majority_wants():
    of = body(3)
    item = opened(of, proposed(of, MatterFactory(mode="head")))
    for person in [*of.members, of.head]:
        stated(item, person)
    page = get(of.head, "meetings:item-decide", item.pk).content.decode()
    assert "需2票同意，多数意见为通过，由主要负责人决定。" in page
