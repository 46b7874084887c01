"""What happens to an item in a sitting stays with the sitting when the item goes on to another."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from admissions.core.decision import Refused
from tests.factories.meetings import MatterFactory, body, convened, proposed, seat, sitting, stated
from tests.factories.requests import fresh
from tests.parts import asked, only_missing
from workgroups.meetings import rules, sitting_rules, tally
from workgroups.meetings.document import facts_of
from workgroups.meetings.enums import DeliberationState, ItemStatus, RemarkKind
from workgroups.meetings.models import Deliberation, Position
from workgroups.meetings.register import register_of
from workgroups.meetings.selectors import agenda_of
from workgroups.meetings.services import agenda, decisions, sittings, supervision
from workgroups.meetings.services.oversight import consent_to_reconsider

pytestmark = pytest.mark.django_db


def put_off(of, item, title):
    """Heard in a sitting with every member's word, and deferred there; the sitting goes on."""
    meeting = sitting(of, item, title=title)
    decisions.open_item(actor=of.head, reason="审议", item=fresh(item))
    for person in of.members:
        stated(item, person, "disagree", f"{title}：数据不全")
    decisions.defer_item(actor=of.head, reason=f"{title}补充数据", item=fresh(item))
    return fresh(meeting)


def close(of, meeting, item):
    supervision.give_remark(actor=of.supervisor, reason="", item=fresh(item), kind=RemarkKind.NONE)
    return sittings.close_meeting(actor=of.head, reason="闭会", meeting=meeting)


def settle(of, item, title, stance="agree"):
    """Heard in a new sitting and decided there."""
    meeting = sitting(of, item, title=title)
    decisions.open_item(actor=of.head, reason="审议", item=fresh(item))
    for person in [*of.members, of.head]:
        stated(item, person, stance, "理由")
    decisions.decide(actor=of.head, reason="宣布", item=fresh(item))
    return fresh(meeting)


def test_a_deferred_item_is_heard_anew_in_the_next_sitting_and_the_one_after():
    of = body(3)
    item = proposed(of)
    first = close(of, put_off(of, item, "第一次会议"), item)
    second = close(of, put_off(of, item, "第二次会议"), item)
    third = close(of, settle(of, item, "第三次会议"), item)
    item = fresh(item)
    states = [(row.meeting, row.state) for row in item.deliberations.order_by("id")]
    assert states == [
        (first, DeliberationState.DEFERRED), (second, DeliberationState.DEFERRED), (third, DeliberationState.DECIDED)
    ]  # fmt: skip
    proof = item.tally.proof
    assert [row["stance"] for row in proof["positions"]] == ["agree"] * 3
    assert tally.verify_tally(proof) == []
    for meeting, title in ((first, "第一次会议"), (second, "第二次会议")):
        [facts] = facts_of(meeting)["items"]
        assert (facts["status"], facts["result"]) == ("暂缓", f"{title}补充数据")
        assert [row["text"] for row in facts["positions"]] == [f"{title}：数据不全"] * 2
        assert [row["kind"] for row in facts["remarks"]] == ["无异议"]
        [shown], _ = agenda_of(meeting, of.head)
        assert shown.in_sitting.state == DeliberationState.DEFERRED
    [facts] = facts_of(third)["items"]
    assert facts["result"] == item.tally.sentence
    assert [row["stance"] for row in facts["positions"]] == ["同意"] * 3
    [registered] = register_of(of.secretary, of.group.season)["items"]
    assert [row["state"] for row in registered["sittings"]] == ["deferred", "deferred", "decided"]
    assert len(registered["positions"]) == 3


def test_pages_of_three_sittings(client):
    of = body(3)
    item = proposed(of)
    meetings = [close(of, put_off(of, item, title), item) for title in ("第一次会议", "第二次会议")]
    third = sitting(of, item, title="第三次会议")
    client.force_login(of.head)
    page = client.get(reverse("meetings:item", args=[item.pk])).content.decode()
    assert "第一次会议：数据不全" in page and "第二次会议：数据不全" in page
    for meeting in meetings:
        page = client.get(reverse("meetings:one", args=[meeting.pk])).content.decode()
        assert "议程（1）" in page and item.title in page and "暂缓" in page
    client.post(reverse("meetings:item-open", args=[item.pk]), {"reason": "审议"})
    decisions_open = client.get(reverse("meetings:item", args=[item.pk])).content.decode()
    assert "审议表态" in decisions_open
    assert client.get(reverse("meetings:one", args=[third.pk])).status_code == 200


def test_silence_blocks_the_sitting_in_which_the_item_was_deferred():
    of = body(3)
    item = proposed(of)
    meeting = put_off(of, item, "第一次会议")
    later = convened(of, title="第二次会议")
    waits = "本议题在“第一次会议”上暂缓，会议还没有闭会。"
    only_missing(waits, rules.can_schedule, of.secretary, fresh(item))
    only_missing(waits, rules.can_withdraw_item, of.secretary, fresh(item))
    with pytest.raises(Refused, match="会议还没有闭会"):
        agenda.schedule_item(actor=of.secretary, reason="列入", item=fresh(item), meeting=later)
    silent = f"{of.supervisor.name}（1项）还没有发表监督意见，不能闭会。"
    only_missing(silent, sitting_rules.can_close_meeting, of.head, meeting)
    close(of, meeting, item)
    assert asked(rules.can_withdraw_item, of.secretary, fresh(item)).ok


def test_a_deferred_item_withdrawn_later_stays_deferred_in_its_minutes():
    of = body(3)
    item = proposed(of)
    meeting = close(of, put_off(of, item, "第一次会议"), item)
    before = facts_of(meeting)
    agenda.withdraw_item(actor=of.secretary, reason="不再办理", item=fresh(item))
    assert fresh(item).status == ItemStatus.WITHDRAWN
    assert facts_of(fresh(meeting)) == before


def test_withdrawn_and_moved_from_an_agenda():
    of = body(3)
    withdrawn, moved = proposed(of), proposed(of, title="另一项")
    meeting = convened(of, withdrawn, moved)
    agenda.withdraw_item(actor=of.secretary, reason="材料不齐", item=fresh(withdrawn))
    sittings.cancel_meeting(actor=of.secretary, reason="改期", meeting=meeting)
    assert [row.state for row in Deliberation.objects.order_by("id")] == ["withdrawn", "moved"]
    again = convened(of, fresh(moved), title="第二次会议")
    assert [row.meeting for row in moved.deliberations.order_by("id")] == [meeting, again]


def test_reconsidering_twice_over_three_sittings():
    of = body(3)
    item = proposed(of)
    close(of, settle(of, item, "第一次会议", "disagree"), item)
    for title in ("第二次会议", "第三次会议"):
        again = agenda.reconsider_item(
            actor=of.secretary, reason="新情况", item=fresh(item), proposal="重新核算。", new_facts=title
        )
        for person in of.members:
            consent_to_reconsider(actor=person, reason="同意", item=again, agrees=True)
        close(of, settle(of, again, title, "disagree"), again)
        item = again
    assert Position.objects.count() == 9
    assert [row.state for row in Deliberation.objects.order_by("id")] == ["decided"] * 3


def test_a_motion_is_deferred_and_comes_back_as_an_ordinary_item():
    of = body(3)
    matter = MatterFactory(allows_motion=True)
    meeting = sitting(of, title="第一次会议")
    for other in meeting.items.all():
        agenda.withdraw_item(actor=of.secretary, reason="不再办理", item=other)
    item = proposed(of, matter)
    agenda.schedule_item(
        actor=of.secretary, reason="急", item=item, meeting=meeting, is_motion=True, motion_reason="全体成员同意"
    )
    decisions.open_item(actor=of.head, reason="审议", item=fresh(item))
    decisions.defer_item(actor=of.head, reason="材料不足", item=fresh(item))
    close(of, meeting, item)
    settle(of, item, "第二次会议")
    first, second = item.deliberations.order_by("id")
    assert (first.is_motion, first.motion_reason, second.is_motion) == (True, "全体成员同意", False)


def test_the_database_keeps_what_happened_in_a_sitting():
    of = body(3)
    item = proposed(of)
    meeting = close(of, put_off(of, item, "第一次会议"), item)
    for change in ("state = 'withdrawn'", "deferral = ''", "meeting_id = meeting_id + 1", "electorate = '[]'"):
        with pytest.raises(IntegrityError, match="审议情况"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE meetings_deliberation SET {change} WHERE meeting_id = %s", [meeting.pk])


def test_the_electorate_is_kept_as_it_was_when_the_item_opened():
    of = body(4)
    item = proposed(of)
    meeting = sitting(of, item, absent=(of.members[2],))
    agenda.recuse_from_item(actor=of.members[1], reason="亲属", item=fresh(item))
    decisions.open_item(actor=of.head, reason="审议", item=fresh(item))
    kept = {row["person"]: row for row in item.deliberations.get().electorate}
    assert {pk: (row["head"], row["recused"], row["present"]) for pk, row in kept.items()} == {
        of.head.pk: (True, False, True),
        of.members[0].pk: (False, False, True),
        of.members[1].pk: (False, True, False),
        of.members[2].pk: (False, False, False),
    }
    assert kept[of.head.pk]["seat"] == seat(meeting, of.head).pk


def test_an_item_from_before_these_rows_goes_on():
    """As an upgraded database has it: deferred, and no row of its sitting."""
    of = body(3)
    item = proposed(of)
    meeting = close(of, put_off(of, item, "第一次会议"), item)
    before = facts_of(meeting)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE meetings_deliberation DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM meetings_deliberation")
        cursor.execute("ALTER TABLE meetings_deliberation ENABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    assert facts_of(fresh(meeting)) == before
    settle(of, item, "第二次会议")
    assert facts_of(fresh(meeting)) == before
    assert [row.state for row in item.deliberations.order_by("id")] == ["deferred", "decided"]
