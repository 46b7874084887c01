"""From the first moment of the positions nobody is taken out of the count by another's act; one person is no collective."""

import json
from pathlib import Path

import pytest

from admissions.core.decision import Refused
from tests.factories.meetings import MatterFactory, body, heard, opened, proposed, ruled, seat, sitting, stated
from tests.factories.requests import fresh
from tests.parts import asked, only_missing
from workgroups.meetings import question_rules, rules, tally
from workgroups.meetings.enums import Outcome
from workgroups.meetings.services import agenda, decisions, sittings

pytestmark = pytest.mark.django_db
OLD = json.loads((Path(__file__).parent / "data" / "proof-of-version-1.json").read_text())
LATER = "请撤回议题，起草请示，请上级指定人员或者由上级决定。"


def decide(of, item, **kwargs):
    return decisions.decide(actor=of.head, reason="宣布", item=fresh(item), **kwargs)


def leave(of, item, person):
    sittings.step_out(actor=of.secretary, reason="离席", seat=seat(fresh(item).meeting, person))


def test_a_proof_of_the_older_version_holds_by_its_own_arithmetic():
    assert "version" not in OLD and tally.verify_tally(OLD) == []
    assert tally.digest_of(OLD) == "7f369a8664ff23e6ae524ce6b845b79c07f91d5b6afb34ab515566c0b62c4790"
    assert tally.verify_tally({**OLD, "version": 2}) != []


def test_a_lost_vote_is_not_won_by_registering_a_recusal_afterwards():
    of = body(4)
    item = opened(of, proposed(of))
    for person, stance in zip([*of.members, of.head], ("disagree", "disagree", "agree", "agree"), strict=True):
        stated(item, person, stance, "理由")
    dissenter = of.members[0]
    spoken = f"{dissenter.name}已对本议题表态，表态不能因回避撤下。"
    only_missing(spoken, question_rules.electorate_stays, of.secretary, fresh(item), dissenter)
    only_missing(spoken, question_rules.electorate_stays, dissenter, fresh(item), dissenter)
    with pytest.raises(Refused, match="表态不能因回避撤下"):
        agenda.recuse_from_item(actor=of.secretary, reason="亲属", item=fresh(item), person=dissenter)
    assert decide(of, item).outcome == Outcome.FAILED


def test_a_member_who_has_not_spoken_keeps_away_only_by_their_own_word():
    of = body(4)
    item = opened(of, proposed(of))
    member = of.members[0]
    only_missing(
        f"议题已开始审议，不能由他人登记{member.name}回避。",
        question_rules.electorate_stays,
        of.secretary,
        item,
        member,
    )
    assert asked(question_rules.electorate_stays, member, item, member).ok
    assert asked(question_rules.electorate_stays, of.secretary, item, of.supervisor).ok
    agenda.recuse_from_item(actor=member, reason="亲属", item=item)
    assert item.recusals.get().person == member


@pytest.mark.parametrize("fields", [{"base": "present"}, {"mode": "unanimous"}])
def test_who_has_spoken_and_left_counts_as_spoken(fields):
    of = body(4)
    item = opened(of, proposed(of, MatterFactory(**fields)))
    dissenters = of.members[:2]
    for person in of.members:
        stated(item, person, "disagree" if person in dissenters else "agree", "理由")
    stated(item, of.head)
    leave(of, item, dissenters[0])
    found = decide(of, item)
    assert found.outcome == Outcome.FAILED
    assert found.sentence.startswith("应到4、实到3、回避0、表态后离席1；同意2、不同意2")
    assert tally.verify_tally(found.proof) == []


def test_who_speaks_after_a_head_that_has_left_is_not_the_last():
    of = body(4)
    item = opened(of, proposed(of))
    for person in [*of.members, of.head]:
        stated(item, person)
    leave(of, item, of.head)
    stated(item, of.members[0], "disagree", "改变意见")
    with pytest.raises(Refused, match="须由主要负责人再次表态"):
        decide(of, item)


def test_who_left_without_a_word_keeps_unanimity_from_being_reached():
    of = body(4)
    item = opened(of, proposed(of, MatterFactory(mode="unanimous")))
    leave(of, item, of.members[0])
    for person in [*of.members[1:], of.head]:
        stated(item, person)
    assert decide(of, item).outcome == Outcome.FAILED


def test_a_deferral_of_who_has_left_stands():
    of = body(4)
    item = opened(of, proposed(of))
    position = stated(item, of.members[0], "defer", "补测算")
    leave(of, item, of.members[0])
    for person in of.members[1:]:
        stated(item, person)
    with pytest.raises(Refused, match="暂缓条件尚未解除"):
        stated(item, of.head)
    ruled(of, position, of.members[1])
    stated(item, of.head)
    assert decide(of, item).outcome == Outcome.PASSED


def test_one_person_is_no_collective_nor_is_half_of_the_body():
    for size, recused in ((3, 2), (4, 2)):
        of = body(size)
        item = proposed(of)
        sitting(of, item)
        for person in of.members[:recused]:
            agenda.recuse_from_item(actor=person, reason="亲属", item=fresh(item))
        left = size - recused
        says = f"成员{size}人，能参加审议的只有{left}人；集体决定须有两人以上，并超过全体成员的半数。"
        only_missing(says, rules.body_can_decide, fresh(item))
        with pytest.raises(Refused, match="集体决定须有两人以上"):
            decisions.open_item(actor=of.head, reason="审议", item=fresh(item))


def test_one_person_in_the_room_decides_nothing():
    of = body(2)
    item = proposed(of, MatterFactory(quorum="half"))
    sitting(of, item, absent=(of.members[0],))
    alone = "会场只有1名能参加审议的成员，一个人不能作出集体决定。"
    only_missing(alone, rules.has_quorum, fresh(item))


def test_lower_bounds_hold_at_the_decision_too():
    of = body(3)
    item = opened(of, proposed(of, MatterFactory(mode="noted")))
    for person in of.members:
        agenda.recuse_from_item(actor=person, reason="亲属", item=fresh(item))
    with pytest.raises(Refused, match="一个人不能作出集体决定"):
        decide(of, item)


def test_objections_against_a_noted_report_are_in_its_sentence_and_it_never_becomes_a_resolution():
    of = body(3)
    item = opened(of, proposed(of, MatterFactory(mode="noted")))
    for person in of.members:
        stated(item, person, "disagree", "数据不实")
    found = decide(of, item)
    heard(of, item)
    assert found.sentence == "应到3、实到3、回避0；会议听取并备案，有不同意见：不同意2。"
    says = "会议听取备案的议题没有作出决定，不能形成决议。"
    only_missing(says, rules.can_issue_resolution, of.secretary, fresh(item))


def test_what_the_head_decides_is_not_refused_by_the_practice_of_party_groups():
    of = body(3)
    item = opened(of, proposed(of, MatterFactory(mode="head")))
    assert rules.basis_of(item) == rules.BY_HEAD
    for person in of.members:
        leave(of, item, person)
    assert rules.has_quorum(fresh(item)).clause == rules.BY_HEAD
    assert rules.can_decide_as_head(of.secretary, item).clause == rules.BY_HEAD
