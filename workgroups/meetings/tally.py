"""计票证明: a pure function over plain data, so that a stranger can recompute every result.

A proof is a JSON object: `rule` (mode, quorum, majority, base, recused), `decided_at`, `roll` (person, name, post, head,
recused, present: list of [from, to or null, kind]), `positions` (seq, person, stance, at), `cleared` (sequence numbers of
暂缓 that a recorded ruling lifted), `head_decision` ({outcome, reason} or null) and `computed`, which `compute` derives
from all the rest. Instants are ISO 8601 text in UTC with microseconds, so that text order is time order.
"""

import hashlib
import json
from typing import Any

ATTENDING = ("present", "video")
AGREEING = ("agree", "agree_noted")
STANCES = ("agree", "agree_noted", "defer", "disagree", "abstain")
# rule → (numerator, denominator, strictly more)
FRACTIONS = {"half": (1, 2, False), "more_than_half": (1, 2, True), "two_thirds": (2, 3, False), "all": (1, 1, False)}


def needed(rule: str, base: int) -> int:
    """How many of `base` a rule asks for; never fewer than one, so that nobody is not a quorum."""
    numerator, denominator, strictly = FRACTIONS[rule]
    if strictly:
        return base * numerator // denominator + 1
    return max(1, -(-base * numerator // denominator))


def is_present(row: dict[str, Any], instant: str) -> bool:
    return any(
        kind in ATTENDING and start <= instant and (end is None or instant < end) for start, end, kind in row["present"]
    )


def standing_positions(proof: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """The last position of each person; earlier ones stay on record and count for nothing."""
    last: dict[int, dict[str, Any]] = {}
    for position in sorted(proof["positions"], key=lambda position: position["seq"]):
        last[position["person"]] = position
    return last


def compute(proof: dict[str, Any]) -> dict[str, Any]:
    """All numbers and the result.

    result: passed, failed, noted, or why there is none: no_quorum, unstated, deferred, head_not_last, no_head,
    head_undecided, no_reason. Only those present and not recused at `decided_at` count.
    """
    rule, instant = proof["rule"], proof["decided_at"]
    roll = proof["roll"]
    recused = [row["person"] for row in roll if row["recused"]]
    due = len(roll) - (len(recused) if rule["recused"] == "reduces" else 0)
    present = [row["person"] for row in roll if not row["recused"] and is_present(row, instant)]
    last = standing_positions(proof)
    counted = dict.fromkeys(STANCES, 0)
    for person in present:
        if person in last:
            counted[last[person]["stance"]] += 1
    base = due if rule["base"] == "due" else len(present)
    threshold = max(1, len(present)) if rule["mode"] == "unanimous" else needed(rule["majority"], base)
    agreeing = sum(counted[stance] for stance in AGREEING)
    numbers = {
        "roll": len(roll),
        "due": due,
        "recused": len(recused),
        "present": len(present),
        "quorum": needed(rule["quorum"], due),
        "base": base,
        "threshold": threshold,
        "counted": counted,
        "unstated": sorted(person for person in present if person not in last),
        "agreeing": agreeing,
        "majority_view": "passed" if agreeing >= threshold else "failed",
    }
    return {**numbers, "result": _result(proof, numbers, present, last)}


def _result(proof: dict[str, Any], numbers: dict[str, Any], present: list[int], last: dict[int, dict[str, Any]]) -> str:
    if numbers["present"] < numbers["quorum"]:
        return "no_quorum"
    mode = proof["rule"]["mode"]
    if mode == "noted":
        return "noted"
    if numbers["unstated"]:
        return "unstated"
    cleared = set(proof["cleared"])
    if any(last[person]["stance"] == "defer" and last[person]["seq"] not in cleared for person in present):
        return "deferred"
    head = next((row["person"] for row in proof["roll"] if row["head"]), None)
    if head in present and any(last[person]["seq"] > last[head]["seq"] for person in present):
        return "head_not_last"
    if mode != "head":
        return numbers["majority_view"]
    if head not in present:
        return "no_head"
    decision = proof["head_decision"]
    if decision is None or decision["outcome"] not in ("passed", "failed"):
        return "head_undecided"
    if decision["outcome"] != numbers["majority_view"] and not decision["reason"].strip():
        return "no_reason"
    return decision["outcome"]


def canonical(proof: dict[str, Any]) -> bytes:
    """The one byte form of a proof: keys sorted, no spaces, UTF-8."""
    return json.dumps(proof, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def digest_of(proof: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(proof)).hexdigest()


def verify_tally(proof: dict[str, Any]) -> list[str]:
    """What does not agree with what the proof itself says; an empty list is a proof that holds."""
    fresh = compute(proof)
    claimed = proof["computed"]
    return [f"{name}: {claimed.get(name)!r} ≠ {value!r}" for name, value in fresh.items() if claimed.get(name) != value]


def sentence(computed: dict[str, Any], names: dict[int, str] | None = None) -> str:
    """The tally in one sentence."""
    numbers = computed
    counted = numbers["counted"]
    text = f"应到{numbers['due']}、实到{numbers['present']}、回避{numbers['recused']}"
    if numbers["result"] == "no_quorum":
        return f"{text}；未达法定人数{numbers['quorum']}人，不能作出决定。"
    if numbers["result"] == "noted":
        return f"{text}；会议听取并备案。"
    votes = f"同意{numbers['agreeing']}、不同意{counted['disagree']}、暂缓{counted['defer']}、弃权{counted['abstain']}"
    if numbers["result"] in ("passed", "failed"):
        line = f"需{numbers['threshold']}票同意"
        word = "通过" if numbers["result"] == "passed" else "未通过"
        differs = numbers["result"] != numbers["majority_view"]
        by_head = "（主要负责人的决定与多数意见不同）" if differs else ""
        return f"{text}；{votes}，{line}，{word}{by_head}。"
    return f"{text}；{votes}；{what_is_missing(numbers, names or {})}"


def what_is_missing(computed: dict[str, Any], names: dict[int, str]) -> str:
    """What stands between the item and its decision; empty when nothing does."""
    result = computed["result"]
    waiting = "、".join(names.get(person, str(person)) for person in computed["unstated"])
    short = computed["quorum"] - computed["present"]
    return {
        "no_quorum": f"还需{short}人到会，才达到法定人数{computed['quorum']}人。",
        "unstated": f"还需{waiting}表态。",
        "deferred": "有人提出暂缓，条件尚未解除。",
        "head_not_last": "主要负责人表态之后又有人表态，须由主要负责人再次表态。",
        "no_head": "主要负责人不在场或须回避，不能由其决定，请暂缓并请示上级。",
        "head_undecided": "还需主要负责人在听取表态后作出决定。",
        "no_reason": "主要负责人的决定与多数意见不同，须写明理由。",
    }.get(result, "")
