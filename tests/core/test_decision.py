"""Answers put together: all must agree, one is enough; and on whose right an act rests."""

from itertools import product

import pytest

from admissions.core.decision import (
    ALLOWED,
    Decision,
    Principal,
    Refused,
    all_of,
    allow,
    deny,
    everything_missing,
    first_yes,
    in_parts,
    needed,
    rights_heard_by,
)

FIRST, SECOND = Principal("张三", "录取管理组·组长"), Principal("王五", "信息组·组长")
KINDS = {
    "own": allow(),
    "for_first": allow(FIRST),
    "for_second": allow(SECOND),
    "no": deny("不行。"),
    "never": deny("绝不。"),
}
PAIRS = list(product(KINDS.values(), repeat=2))


def test_a_yes_without_principal_is_the_plain_yes():
    assert allow() is ALLOWED
    assert allow(FIRST) == Decision(True, on_behalf_of=FIRST)


@pytest.mark.parametrize("answers", PAIRS)
def test_all_must_agree_and_the_first_principal_asked_stays(answers):
    found = all_of(answers)
    denials = [answer for answer in answers if not answer.ok]
    asked = answers[: answers.index(denials[0]) + 1] if denials else answers
    principals = [answer.on_behalf_of for answer in asked if answer.on_behalf_of]
    assert found.ok == (not denials)
    assert found.reason == (denials[0].reason if denials else "")
    assert found.on_behalf_of == (principals[0] if principals else None)


def written(*answers):
    """A rule made of these parts, and the list of those that were asked."""
    asked = []

    @in_parts
    def can_do(user):
        for number, answer in enumerate(answers):
            asked.append(number)
            yield answer

    return can_do, asked


def test_a_rule_is_asked_no_further_than_its_first_no():
    rule, asked = written(allow(), deny("不行。"), deny("绝不。"))
    assert rule("张三") == deny("不行。")
    assert asked == [0, 1]


def test_without_parts_a_rule_says_yes():
    assert written()[0]("张三") is ALLOWED


def test_asked_for_all_a_rule_lists_everything_that_is_missing():
    inner, _ = written(deny("不行。", "某条"), allow(), deny("绝不。", who_can="请某人办理。"))
    outer, asked = written(allow(FIRST), deny("还不行。"), allow())
    with everything_missing():
        found = all_of([inner("张三"), outer("张三")])
    assert found.sentence == "不行。依据：某条。"
    assert [one.sentence for one in found.missing] == ["不行。依据：某条。", "绝不。请某人办理。", "还不行。"]
    assert found.on_behalf_of == FIRST
    assert asked == [0, 1, 2]


def test_outside_only_the_first_is_known():
    assert all_of([deny("不行。"), deny("绝不。")]).missing == (deny("不行。"),)
    assert allow().missing == ()


def test_beyond_a_part_the_others_rest_on_nothing_is_asked_or_told():
    rule, asked = written(deny("太早。"), needed(deny("没有权限。")), deny("绝不。"))
    with everything_missing():
        found = all_of([rule("张三"), deny("另外也不行。")])
    assert [one.reason for one in found.missing] == ["太早。", "没有权限。"]
    assert asked == [0, 1]


def test_a_needed_yes_is_just_a_yes():
    assert needed(allow(FIRST)) == allow(FIRST)
    with everything_missing():
        assert [one.reason for one in all_of([needed(allow()), deny("不行。")]).missing] == ["不行。"]


@pytest.mark.parametrize("answers", PAIRS)
def test_one_is_enough_and_an_own_right_goes_first(answers):
    found = first_yes(*answers)
    if ALLOWED in answers:
        assert found == ALLOWED
    elif any(answer.ok for answer in answers):
        assert found == next(answer for answer in answers if answer.ok)
    else:
        assert found == answers[-1]


def test_only_a_required_yes_is_heard_and_only_inside():
    heard = []
    allow(FIRST).require()
    with rights_heard_by(heard.append):
        allow(FIRST).require()
        allow().require()
        assert allow(SECOND).ok
        with pytest.raises(Refused):
            deny("不行。").require()
    allow(SECOND).require()
    assert heard == [allow(FIRST), ALLOWED]
