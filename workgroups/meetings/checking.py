"""核对计票: each step of the stored proof computed anew, as the page shows it."""

from dataclasses import dataclass
from typing import Any

from . import tally
from .enums import DecisionMode, Outcome
from .models import Tally


@dataclass(frozen=True)
class Step:
    label: str
    what: str
    holds: bool


def steps_of(record: Tally) -> list[Step]:
    """In the order of the arithmetic; `holds` compares what is computed now from the proof with what it and the record say."""
    proof = record.proof
    fresh, claimed = tally.compute(proof), proof["computed"]

    def step(label: str, what: str, *names: str) -> Step:
        return Step(label, what, all(fresh[name] == claimed.get(name) for name in names))

    counted = fresh["counted"]
    members = f"名单{fresh['roll']}人，回避{fresh['recused']}人，应到{fresh['due']}人，宣布时在场{fresh['present']}人"
    left = f"，表态后离席{fresh['left']}人" if fresh.get("left") else ""
    votes = f"同意{fresh['agreeing']}、不同意{counted['disagree']}、暂缓{counted['defer']}、弃权{counted['abstain']}"
    by_head = DecisionMode(proof["rule"]["mode"]) == DecisionMode.HEAD
    found = [
        step("表决成员", members + left, "roll", "recused", "due", "present"),
        step("法定人数", f"需{fresh['quorum']}人在场，实到{fresh['present']}人", "quorum", "present"),
        step("表态", votes, "counted", "agreeing", "unstated"),
        step("通过线", f"按{fresh['base']}人计算，需{fresh['threshold']}票同意", "base", "threshold", "majority_view"),
        Step("主要负责人最后表态", _head_last(proof), fresh["result"] != "head_not_last"),
    ]
    if by_head and proof["head_decision"]:
        chosen = "通过" if proof["head_decision"]["outcome"] == Outcome.PASSED else "不通过"
        found.append(Step("主要负责人的决定", chosen, fresh["result"] == proof["head_decision"]["outcome"]))
    word = Outcome(record.outcome).label
    return [
        *found,
        Step("结果", word, fresh["result"] == claimed.get("result") == record.outcome),
        Step("结果说明", record.sentence, tally.sentence(fresh) == record.sentence),
        Step("证明摘要", tally.digest_of(proof), tally.digest_of(proof) == record.digest),
    ]


def _head_last(proof: dict[str, Any]) -> str:
    """What the proof says about the order of speaking."""
    head = next((row for row in proof["roll"] if row["head"]), None)
    if head is None or head["recused"] or not tally.is_present(head, proof["decided_at"]):
        return "主要负责人不在场或者回避"
    last = tally.standing_positions(proof)
    if head["person"] not in last:
        return "没有表态"
    order = sorted(tally.voters_of(proof), key=lambda person: last[person]["seq"] if person in last else 0)
    return f"第{order.index(head['person']) + 1}位，共{len(order)}位"
