"""What waits for whom in a meeting, and that it goes once it is done."""

import pytest

from tests.factories.meetings import body, decided, opened, proposed, stated
from tests.factories.requests import fresh, person
from workgroups.meetings.enums import RemarkKind
from workgroups.meetings.room_todos import room_todos
from workgroups.meetings.selectors import meeting_todos
from workgroups.meetings.services import agenda, minutes, sittings, supervision
from workgroups.meetings.services.oversight import consent_to_reconsider

pytestmark = pytest.mark.django_db
POSITION, REMARK, ANSWER, CONSENT, CONFIRM = "表态", "填写监督意见", "答复监督意见", "表示是否同意复议", "核对"
SETTLE = "认可答复"


def verbs(somebody):
    return [todo.verb for todo in [*meeting_todos(person(somebody)), *room_todos(person(somebody))]]


def test_a_position_is_asked_of_who_has_not_spoken_and_may():
    of = body(3)
    item = opened(of, proposed(of))
    first, second = of.members
    assert [verbs(one) for one in (first, second, of.head)] == [[POSITION], [POSITION], []]
    stated(item, first)
    assert [verbs(one) for one in (first, second, of.head)] == [[], [POSITION], []]
    stated(item, second)
    assert [verbs(one) for one in (first, second, of.head)] == [[], [], [POSITION]]
    stated(item, of.head)
    assert [verbs(one) for one in of.everybody()] == [[], [], []]


def test_the_supervisors_word_and_the_heads_answer():
    of = body(3)
    item = decided(of, proposed(of))
    assert [verbs(one) for one in (of.supervisor, of.head)] == [[REMARK], []]
    remark = supervision.give_remark(actor=of.supervisor, reason="未见测算", item=item, kind=RemarkKind.REMIND)
    assert [verbs(one) for one in (of.supervisor, of.head)] == [[], [ANSWER]]
    supervision.answer_remark(actor=of.head, reason="已补测算表。", remark=remark)
    assert [verbs(one) for one in (of.supervisor, of.head)] == [[SETTLE], []]
    supervision.settle_remark(actor=of.supervisor, reason="认可", remark=fresh(remark))
    assert [verbs(one) for one in (of.supervisor, of.head)] == [[], []]


def test_consent_to_deciding_again_is_asked_once():
    of = body(3)
    item = decided(of, proposed(of))
    again = agenda.reconsider_item(
        actor=of.secretary, reason="新情况", item=item, proposal="重新核算。", new_facts="计划数有误。"
    )  # fmt: skip
    assert [verbs(one) for one in of.everybody()] == [[CONSENT]] * 3
    assert CONSENT not in verbs(of.supervisor)
    consent_to_reconsider(actor=of.members[0], reason="同意", item=again, agrees=True)
    assert [verbs(one) for one in (of.head, *of.members)] == [[CONSENT], [], [CONSENT]]


def test_the_minutes_are_checked_once():
    of = body(3)
    meeting = decided(of, proposed(of)).meeting
    supervision.give_remark(actor=of.supervisor, reason="", item=meeting.items.get(), kind=RemarkKind.NONE)
    meeting = sittings.close_meeting(actor=of.head, reason="闭会", meeting=meeting)
    assert verbs(of.members[0]) == []
    report = minutes.circulate_minutes(actor=of.head, reason="送核", minutes=meeting.minutes)
    assert [verbs(one) for one in (*of.everybody(), of.supervisor)] == [[CONFIRM]] * 4
    minutes.confirm_minutes(actor=of.members[0], reason="无误", minutes=fresh(report))
    assert [verbs(one) for one in (of.head, *of.members)] == [[CONFIRM], [], [CONFIRM]]
