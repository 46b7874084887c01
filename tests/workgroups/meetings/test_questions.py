"""What turns up about a member while positions are being stated is asked of the room, never counted away."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from admissions.core.decision import Refused
from tests.factories.accounts import UserFactory
from tests.factories.meetings import body, opened, proposed, seat, stated
from tests.factories.requests import fresh
from tests.parts import asked, but, only_missing
from workgroups.meetings import question_rules
from workgroups.meetings.document import facts_of
from workgroups.meetings.enums import Outcome
from workgroups.meetings.question_todos import question_todos
from workgroups.meetings.services import agenda, decisions, questions, sittings

pytestmark = pytest.mark.django_db


def spoken(of):
    """Everybody has spoken, two against two; the first member is a dissenter."""
    item = opened(of, proposed(of))
    for person, stance in zip([*of.members, of.head], ("disagree", "disagree", "agree", "agree"), strict=True):
        stated(item, person, stance, "理由")
    return fresh(item)


def raised(of, item, kind="recusal"):
    return questions.raise_question(
        actor=of.secretary, reason="其子女参加录取", item=item,
        seat=seat(item.meeting, of.members[0]), kind=kind,
    )  # fmt: skip


def answered(question, person, answer="stands"):
    return questions.answer_question(actor=person, reason="不影响", question=fresh(question), answer=answer)


def test_the_room_answers_and_the_word_stands():
    of = body(4)
    item = spoken(of)
    question = raised(of, item)
    name = f"{of.members[0].name}发现回避"
    waiting = "、".join(row.name for row in question_rules.answering(question))
    only_missing(f"“{name}”还没有答复：{waiting}。", question_rules.can_announce, of.head, fresh(item))
    assert {row.person for row in question_rules.answering(question)} == {of.head, *of.members[1:], of.supervisor}
    only_missing("议题不在审议中。", question_rules.can_announce, of.head, but(item, status="scheduled"))
    with pytest.raises(Refused, match="还没有答复"):
        decisions.decide(actor=of.head, reason="宣布", item=fresh(item))
    for person in (of.head, *of.members[1:], of.supervisor):
        assert any(todo.verb == "答复" for todo in question_todos(person))
        answered(question, person)
    found = decisions.decide(actor=of.head, reason="宣布", item=fresh(item))
    assert (found.outcome, found.proof["computed"]["counted"]["disagree"]) == (Outcome.FAILED, 2)
    [facts] = facts_of(item.meeting)["items"]
    assert facts["questions"][0]["what"] == name
    assert [row["answer"] for row in facts["questions"][0]["answers"]] == ["继续审议，表态有效"] * 4


@pytest.mark.parametrize("who", ["supervisor", "members"])
def test_the_room_wants_it_heard_anew(who):
    of = body(4)
    item = spoken(of)
    question = raised(of, item)
    against = {of.supervisor} if who == "supervisor" else set(of.members[1:])
    for person in (of.head, *of.members[1:], of.supervisor):
        answered(question, person, "repeat" if person in against else "stands")
    says = f"“{of.members[0].name}发现回避”：会议认为须重新审议。"
    only_missing(says, question_rules.can_announce, of.head, fresh(item))
    with pytest.raises(Refused, match="须重新审议"):
        decisions.decide(actor=of.head, reason="宣布", item=fresh(item))
    decisions.defer_item(actor=of.head, reason="重新审议", item=fresh(item))
    agenda.recuse_from_item(actor=of.secretary, reason="子女参加录取", item=fresh(item), person=of.members[0])


def test_who_raises_and_who_answers():
    of = body(4)
    item = spoken(of)
    closed = "议题不在审议表态中。"
    only_missing(closed, question_rules.can_raise_question, of.head, but(item, status="deferred"))
    only_missing("您没有办理会务的权限。", question_rules.can_raise_question, UserFactory(), item)
    for person in (of.supervisor, of.members[0], of.secretary):
        assert asked(question_rules.can_raise_question, person, item).ok
    with pytest.raises(Refused, match="只涉及本次会议的成员"):
        questions.raise_question(
            actor=of.head, reason="情况", item=item, seat=seat(item.meeting, of.supervisor), kind="left"
        )
    question = raised(of, item, "left")
    only_missing(closed, question_rules.can_answer_question, of.head, but(question, item=but(item, status="deferred")))
    room = "由在场的其余成员和监督人员答复。"
    only_missing(room, question_rules.can_answer_question, of.members[0], question)
    sittings.step_out(actor=of.members[1], reason="离席", seat=seat(item.meeting, of.members[1]))
    only_missing(room, question_rules.can_answer_question, of.members[1], question)
    answered(question, of.head)
    only_missing("您已经答复。", question_rules.can_answer_question, of.head, question)


def test_questions_and_answers_are_kept():
    of = body(4)
    question = raised(of, spoken(of))
    answered(question, of.head)
    for table, column in (("electoratequestion", "grounds"), ("electorateanswer", "text")):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE meetings_{table} SET {column} = '改'")


def test_raised_and_answered_on_pages(settings):
    settings.MFA_REQUIRED = False
    of = body(4)
    item = spoken(of)
    client = Client()
    client.force_login(of.head)
    place = seat(item.meeting, of.members[0])
    client.post(
        reverse("meetings:item-question", args=[item.pk]),
        {"seat": place.pk, "kind": "left", "reason": "中途离会"},
    )
    question = item.questions.get()
    page = client.get(reverse("meetings:item", args=[item.pk])).content.decode()
    assert f"{place.name}中途离席" in page and reverse("meetings:question-answer", args=[question.pk]) in page
    client.post(reverse("meetings:question-answer", args=[question.pk]), {"answer": "stands", "reason": "表态有效"})
    assert question.answers.get().text == "表态有效"
    assert not question_rules.can_announce(of.head, fresh(item)).ok
