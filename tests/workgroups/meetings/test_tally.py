"""The arithmetic of decisions: edge cases by hand, the rest as properties over generated proofs."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workgroups.meetings import tally
from workgroups.meetings.enums import ATTENDING, Base, DecisionMode, Majority, PresenceKind, Quorum, Stance

START, DECIDED, END = "2026-07-12T01:00:00.000000Z", "2026-07-12T02:00:00.000000Z", "2026-07-12T03:00:00.000000Z"
RULE = {"mode": "vote", "quorum": "half", "majority": "more_than_half", "base": "due", "recused": "reduces"}


def member(person, *, head=False, recused=False, present=((START, None, "present"),)):
    return {
        "person": person, "name": f"甲{person}", "post": "", "head": head, "recused": recused,
        "present": [list(interval) for interval in present],
    }  # fmt: skip


def proof(roll, stances, *, head_decision=None, cleared=(), **rule):
    """Stances in the order of speaking: (person, stance)."""
    positions = [
        {"seq": seq, "person": person, "stance": stance, "at": START} for seq, (person, stance) in enumerate(stances, 1)
    ]
    made = {
        "rule": {**RULE, **rule}, "decided_at": DECIDED, "roll": roll, "positions": positions,
        "cleared": list(cleared), "head_decision": head_decision,
    }  # fmt: skip
    return {**made, "computed": tally.compute(made)}


def result(*args, **kwargs):
    return proof(*args, **kwargs)["computed"]["result"]


NINE = [member(person, head=person == 9) for person in range(1, 10)]
FIVE_AGREE = [(person, "agree" if person <= 5 else "disagree") for person in range(1, 10)]
FOUR_AGREE = [(person, "agree" if person <= 4 else "disagree") for person in range(1, 10)]


@pytest.mark.parametrize(
    ("rule", "base", "wanted"),
    [
        ("half", 0, 1), ("half", 8, 4), ("half", 9, 5), ("more_than_half", 0, 1), ("more_than_half", 8, 5),
        ("more_than_half", 9, 5), ("two_thirds", 9, 6), ("two_thirds", 10, 7), ("two_thirds", 0, 1), ("all", 4, 4),
    ],
)  # fmt: skip
def test_how_many_a_rule_asks_for(rule, base, wanted):
    assert tally.needed(rule, base) == wanted


def test_more_than_half_of_those_due_passes_and_exactly_half_does_not():
    assert result(NINE, FIVE_AGREE) == "passed"
    assert result(NINE, FOUR_AGREE) == "failed"
    eight = NINE[1:]
    assert result(eight, [(person, "agree" if person <= 5 else "disagree") for person in range(2, 10)]) == "failed"


def test_absent_members_count_in_the_base_unless_the_matter_counts_those_present():
    roll = [
        member(person, present=() if person in (1, 2, 3) else ((START, None, "present"),)) for person in range(1, 10)
    ]
    stances = [(person, "agree" if person <= 7 else "disagree") for person in range(4, 10)]
    assert result(roll, stances) == "failed"
    assert result(roll, stances, base="present") == "passed"


def test_the_recused_leave_the_base_or_stay_in_it_by_the_rule():
    roll = [member(person, recused=person <= 2, present=((START, None, "recused"),) if person <= 2 else NINE[0]["present"])
            for person in range(1, 9)]  # fmt: skip
    stances = [(person, "agree" if person <= 6 else "disagree") for person in range(3, 9)]
    assert proof(roll, stances)["computed"]["due"] == 6
    assert result(roll, stances) == "passed"
    assert proof(roll, stances, recused="counts")["computed"]["due"] == 8
    assert result(roll, stances, recused="counts") == "failed"


def test_everyone_recused_is_no_quorum_and_never_a_decision():
    roll = [member(person, recused=True) for person in range(1, 4)]
    assert result(roll, []) == "no_quorum"
    assert result([], []) == "no_quorum"


def test_who_left_between_debate_and_decision_does_not_count():
    gone = ((START, DECIDED, "present"),)
    roll = [member(1, present=gone), *(member(person) for person in range(2, 6))]
    stances = [(1, "agree"), (2, "agree"), (3, "agree"), (4, "disagree"), (5, "disagree")]
    computed = proof(roll, stances)["computed"]
    assert (computed["present"], computed["agreeing"], computed["result"]) == (4, 2, "failed")


def test_who_came_back_counts_again():
    roll = [member(1, present=((START, START, "present"), (START, END, "video"))), member(2)]
    assert result(roll, [(1, "agree"), (2, "agree")]) == "passed"


def test_somebody_present_who_has_not_spoken_stops_the_result():
    computed = proof(NINE, FIVE_AGREE[:-1])["computed"]
    assert (computed["result"], computed["unstated"]) == ("unstated", [9])


def test_a_deferral_stands_until_its_author_or_a_ruling_lifts_it():
    stances = [(1, "defer"), (2, "agree"), (3, "agree")]
    roll = [member(person) for person in (1, 2, 3)]
    assert result(roll, stances) == "deferred"
    assert result(roll, stances, cleared=[1]) == "passed"
    assert result(roll, [*stances, (1, "disagree")]) == "passed"
    left = [member(1, present=((START, START, "present"),)), *roll[1:]]
    assert result(left, stances) == "passed"


def test_the_head_speaks_last_and_again_when_somebody_spoke_after():
    roll = [member(1, head=True), member(2), member(3)]
    assert result(roll, [(2, "agree"), (1, "agree"), (3, "agree")]) == "head_not_last"
    assert result(roll, [(2, "agree"), (1, "agree"), (3, "agree"), (1, "agree")]) == "passed"


def test_under_the_heads_responsibility_a_different_decision_needs_its_reason():
    roll = [member(1, head=True), member(2), member(3)]
    stances = [(2, "disagree"), (3, "disagree"), (1, "agree")]

    def decided(outcome, reason=""):
        return result(roll, stances, mode="head", head_decision={"outcome": outcome, "reason": reason})

    assert result(roll, stances, mode="head") == "head_undecided"
    assert decided("passed") == "no_reason"
    assert decided("passed", "情况紧急") == "passed"
    assert decided("failed") == "failed"
    assert decided("perhaps") == "head_undecided"


def test_a_recused_or_absent_head_decides_nothing():
    roll = [member(1, head=True, recused=True), member(2), member(3)]
    decision = {"outcome": "passed", "reason": ""}
    assert result(roll, [(2, "agree"), (3, "agree")], mode="head", head_decision=decision) == "no_head"
    assert result(roll, [(2, "agree"), (3, "agree")]) == "passed"


def test_unanimity_bears_no_abstention():
    roll = [member(person) for person in (1, 2, 3)]
    assert result(roll, [(1, "agree"), (2, "agree_noted"), (3, "agree")], mode="unanimous") == "passed"
    assert result(roll, [(1, "agree"), (2, "abstain"), (3, "agree")], mode="unanimous") == "failed"


def test_noting_needs_the_quorum_and_nothing_else():
    assert result(NINE, [], mode="noted") == "noted"
    assert result([member(1, present=())], [], mode="noted") == "no_quorum"


def test_the_sentence_says_the_numbers():
    assert tally.sentence(proof(NINE, FIVE_AGREE)["computed"]) == (
        "应到9、实到9、回避0；同意5、不同意4、暂缓0、弃权0，需5票同意，通过。"
    )


def people(draw):
    count = draw(st.integers(0, 9))
    head = draw(st.integers(0, 9))
    moments = st.sampled_from([START, DECIDED, END])
    interval = st.tuples(moments, st.one_of(st.none(), moments), st.sampled_from(list(PresenceKind.values)))
    return [
        member(person, head=person == head, recused=draw(st.booleans()), present=draw(st.lists(interval, max_size=2)))
        for person in range(1, count + 1)
    ]


@st.composite
def proofs(draw):
    roll = people(draw)
    ids = [row["person"] for row in roll]
    stances = (
        draw(st.lists(st.tuples(st.sampled_from(ids), st.sampled_from(Stance.values)), max_size=20)) if ids else []
    )
    rule = {
        "mode": draw(st.sampled_from(DecisionMode.values)), "quorum": draw(st.sampled_from(Quorum.values)),
        "majority": draw(st.sampled_from(Majority.values)), "base": draw(st.sampled_from(Base.values)),
        "recused": draw(st.sampled_from(["reduces", "counts"])),
    }  # fmt: skip
    decision = draw(
        st.none() | st.fixed_dictionaries({"outcome": st.sampled_from(["passed", "failed"]), "reason": st.just("因")})
    )
    cleared = draw(st.lists(st.integers(1, 20), max_size=3))
    return proof(roll, stances, head_decision=decision, cleared=cleared, **rule)


@given(proofs())
def test_a_proof_holds_after_a_round_trip_through_json(made):
    assert tally.verify_tally(json.loads(tally.canonical(made))) == []


@given(proofs())
def test_nothing_passes_without_quorum_enough_voices_and_the_head_last(made):
    computed, rule = made["computed"], made["rule"]
    if computed["result"] != "passed":
        return
    assert computed["present"] >= computed["quorum"] >= 1
    assert computed["unstated"] == []
    assert sum(computed["counted"].values()) == computed["present"]
    if rule["mode"] != "head":
        assert computed["agreeing"] >= computed["threshold"] >= 1
    last = tally.standing_positions(made)
    present = [row for row in made["roll"] if not row["recused"] and tally.is_present(row, made["decided_at"])]
    for row in present:
        if row["head"]:
            assert last[row["person"]]["seq"] == max(last[other["person"]]["seq"] for other in present)


@given(proofs(), st.data())
def test_a_recused_or_absent_persons_word_changes_nothing(made, data):
    silent = [row["person"] for row in made["roll"] if row["recused"] or not tally.is_present(row, made["decided_at"])]
    if not silent:
        return
    other = copy.deepcopy(made)
    person = data.draw(st.sampled_from(silent))
    stance = data.draw(st.sampled_from(Stance.values))
    other["positions"].append({"seq": 999, "person": person, "stance": stance, "at": START})
    assert tally.compute(other) == made["computed"]


@given(proofs())
def test_a_changed_number_is_found(made):
    forged = copy.deepcopy(made)
    forged["computed"]["agreeing"] += 1
    assert tally.verify_tally(forged) != []
    assert tally.digest_of(forged) != tally.digest_of(made)


def test_the_words_of_the_proof_are_those_of_the_records():
    assert set(tally.STANCES) == set(Stance.values)
    assert set(tally.FRACTIONS) == set(Quorum.values) | set(Majority.values)
    assert set(tally.ATTENDING) == {str(kind) for kind in ATTENDING}
