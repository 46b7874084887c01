"""Answers put together: all must agree, one is enough; and on whose right an act rests."""

from itertools import product

import pytest

from admissions.core.decision import (
    ALLOWED,
    Decision,
    Principal,
    Refused,
    allow,
    deny,
    first_denial,
    first_yes,
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
def test_all_must_agree_and_the_first_principal_stays(answers):
    found = first_denial(*answers)
    denials = [answer for answer in answers if not answer.ok]
    principals = [answer.on_behalf_of for answer in answers if answer.on_behalf_of]
    assert found.ok == (not denials)
    assert found.reason == (denials[0].reason if denials else "")
    assert found.on_behalf_of == (principals[0] if principals else None)


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
