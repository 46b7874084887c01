"""What follows from a recusal, and the clause it follows from (domain facts §1.7).

The examination rules distinguish full-time from other staff; no separate clause for admission staff was found,
so each sentence names the rule it borrows from.
"""

from dataclasses import dataclass
from typing import Any

from admissions.accounts.enums import Employment
from admissions.core.citations import cite

EXAM_STAFF_RULE = cite("exam-affairs-1")
CONCEALMENT_RULE = cite("order33-13-1")
WHO_MAY_RAISE = cite("civil-servant-77")
RECUSAL_GROUNDS = cite("civil-servant-76")
RELATIVES_RULE = cite("civil-servant-74")


@dataclass(frozen=True)
class Consequence:
    """`may_serve` is False where the person must not work in this season at all."""

    may_serve: bool
    sentence: str
    clause: str


def of_candidate_relative(employment: str) -> Consequence:
    """A relative is a candidate this year: full-time staff stay and keep away, others do not serve.

    Clause: 教考试〔2009〕2号.
    """
    if employment == Employment.FULL_TIME:
        return Consequence(True, "专职人员：可以留岗，但须回避与该考生有关的一切工作。", EXAM_STAFF_RULE)
    return Consequence(False, "借调、外聘等兼职人员：不得参加本年度录取工作。", EXAM_STAFF_RULE)


def of_other_relation() -> Consequence:
    """Ties to an institution, a school or a person: keep away from what concerns it.

    Clause: 公务员法第七十六条.
    """
    return Consequence(True, "可以留岗，但须回避与该对象有关的工作。", RECUSAL_GROUNDS)


def of_concealment() -> Consequence:
    """Hidden although it had to be declared: suspended from this and the next year's work.

    Clause: 教育部令第33号第十三条第（一）项.
    """
    return Consequence(
        False, "应回避而隐瞒不报：停止参加当年及下一年度国家教育考试工作，并依规给予处分。", CONCEALMENT_RULE
    )


def of_fact(fact: Any) -> list[Consequence]:
    """Everything that follows from one fact, as its page shows it."""
    found = [of_candidate_relative(fact.person.employment) if fact.is_candidate_relative else of_other_relation()]
    if fact.is_concealed:
        found.append(of_concealment())
    return found


def bars_service(fact: Any) -> bool:
    """True if the person must not serve this season because of this fact."""
    return fact.is_enforced and not all(consequence.may_serve for consequence in of_fact(fact))
