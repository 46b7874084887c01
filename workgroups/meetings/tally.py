"""计票证明: a pure function over plain data, so that a stranger can recompute every result.

A proof is a JSON object: `version` (2; absent in the oldest), `rule` (mode, quorum, majority, base, recused), `opened_at`,
`decided_at`, `roll` (person, name, post, head, recused, present: list of [from, to or null, kind]), `positions` (seq, person,
stance, at), `cleared` (sequence numbers of 暂缓 that a recorded ruling lifted), `head_decision` ({outcome, reason} or null) and
`computed`, which `compute` derives from all the rest. Version 1 counted whoever was in the room at `decided_at`; since version
2 a spoken word counts also when its speaker has left, and a decision needs two in the room and more than half of the roll not
recused. Instants are ISO 8601 text in UTC with microseconds, so that text order is time order.
"""

import hashlib
import json
from typing import Any

ATTENDING = ("present", "video")
AGREEING = ("agree", "agree_noted")
VERSION = 2
STANCES = ("agree", "agree_noted", "defer", "disagree", "abstain")
# rule → (numerator, denominator, strictly more)
FRACTIONS = {"half": (1, 2, False), "more_than_half": (1, 2, True), "two_thirds": (2, 3, False), "all": (1, 1, False)}


def needed(rule: str, base: int) -> int:
    """How many of `base` a rule asks for; never fewer than one, so that nobody is not a quorum."""
    numerator, denominator, strictly = FRACTIONS[rule]
    if strictly:
        return base * numerator // denominator + 1
    return max(1, -(-base * numerator // denominator))


def covers(start: str, end: str | None, instant: str) -> bool:
    return start <= instant and (end is None or instant < end)


def is_present(row: dict[str, Any], instant: str) -> bool:
    return any(kind in ATTENDING and covers(start, end, instant) for start, end, kind in row["present"])


def standing_positions(proof: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """The last position of each person; earlier ones stay on record and count for nothing."""
    last: dict[int, dict[str, Any]] = {}
    for position in sorted(proof["positions"], key=lambda position: position["seq"]):
        last[position["person"]] = position
    return last


def voters_of(proof: dict[str, Any]) -> list[int]:
    """Whose position counts: not recused, and in the room at `decided_at` or, since version 2, having spoken before leaving."""
    spoken = standing_positions(proof) if proof.get("version", 1) >= VERSION else {}
    return [
        row["person"]
        for row in proof["roll"]
        if not row["recused"] and (is_present(row, proof["decided_at"]) or row["person"] in spoken)
    ]


def _took_part(proof: dict[str, Any], voters: list[int]) -> int:
    """Of base 实到 and 一致同意: who counts and, since version 2, who was in the room when the positions opened."""
    if proof.get("version", 1) < VERSION or not proof.get("opened_at"):
        return len(voters)
    opened = proof["opened_at"]
    return sum(not row["recused"] and (row["person"] in voters or is_present(row, opened)) for row in proof["roll"])


def compute(proof: dict[str, Any]) -> dict[str, Any]:
    """All numbers and the result.

    result: passed, failed, noted, or why there is none: no_quorum, too_few, unstated, deferred, head_not_last, no_head,
    head_undecided, no_reason.
    """
    rule, instant = proof["rule"], proof["decided_at"]
    roll = proof["roll"]
    recused = [row["person"] for row in roll if row["recused"]]
    due = len(roll) - (len(recused) if rule["recused"] == "reduces" else 0)
    present = [row["person"] for row in roll if not row["recused"] and is_present(row, instant)]
    last = standing_positions(proof)
    voters = voters_of(proof)
    counted = dict.fromkeys(STANCES, 0)
    for person in voters:
        if person in last:
            counted[last[person]["stance"]] += 1
    took_part = _took_part(proof, voters)
    base = due if rule["base"] == "due" else took_part
    threshold = max(1, took_part) if rule["mode"] == "unanimous" else needed(rule["majority"], base)
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
    if proof.get("version", 1) >= VERSION:
        numbers["able"] = len(roll) - len(recused)
        numbers["left"] = len(voters) - len(present)
    return {**numbers, "result": _result(proof, numbers, present, last)}


def is_enough(numbers: dict[str, Any]) -> bool:
    """Lower bound of a collective: two in the room, and more than half of the whole roll not recused (house-collective)."""
    return numbers["present"] >= 2 and 2 * numbers["able"] > numbers["roll"]


def _result(proof: dict[str, Any], numbers: dict[str, Any], present: list[int], last: dict[int, dict[str, Any]]) -> str:
    if numbers["present"] < numbers["quorum"]:
        return "no_quorum"
    if proof.get("version", 1) >= VERSION and not is_enough(numbers):
        return "too_few"
    mode = proof["rule"]["mode"]
    if mode == "noted":
        return "noted"
    if numbers["unstated"]:
        return "unstated"
    cleared, voters = set(proof["cleared"]), voters_of(proof)
    if any(last[person]["stance"] == "defer" and last[person]["seq"] not in cleared for person in voters):
        return "deferred"
    head = next((row["person"] for row in proof["roll"] if row["head"]), None)
    if head in voters and any(last[person]["seq"] > last[head]["seq"] for person in voters):
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
    left = f"、表态后离席{numbers['left']}" if numbers.get("left") else ""
    text = f"应到{numbers['due']}、实到{numbers['present']}、回避{numbers['recused']}{left}"
    if numbers["result"] == "no_quorum":
        return f"{text}；未达法定人数{numbers['quorum']}人，不能作出决定。"
    if numbers["result"] == "noted":
        return f"{text}；会议听取并备案{_objections(counted)}。"
    if numbers["result"] == "too_few":
        return f"{text}；{TOO_FEW}"
    votes = f"同意{numbers['agreeing']}、不同意{counted['disagree']}、暂缓{counted['defer']}、弃权{counted['abstain']}"
    if numbers["result"] in ("passed", "failed"):
        line = f"需{numbers['threshold']}票同意"
        word = "通过" if numbers["result"] == "passed" else "未通过"
        differs = numbers["result"] != numbers["majority_view"]
        by_head = "（主要负责人的决定与多数意见不同）" if differs else ""
        return f"{text}；{votes}，{line}，{word}{by_head}。"
    return f"{text}；{votes}；{what_is_missing(numbers, names or {})}"


TOO_FEW = "能参加审议的须有两人以上，并超过全体成员的半数，不能作出决定，请撤回或暂缓后请示上级。"


def _objections(counted: dict[str, int]) -> str:
    """What was said against a report that is noted; nothing where nobody did."""
    said = [
        f"{word}{counted[stance]}" for stance, word in (("disagree", "不同意"), ("defer", "暂缓")) if counted[stance]
    ]
    return f"，有不同意见：{'、'.join(said)}" if said else ""


def announcement(computed: dict[str, Any]) -> str:
    """What would be announced now; under 首长负责制 the view of the majority, beside which the head decides."""
    if computed["result"] not in ("head_undecided", "no_reason"):
        return sentence(computed)
    word = "通过" if computed["majority_view"] == "passed" else "未通过"
    text = sentence({**computed, "result": computed["majority_view"]}).removesuffix("。")
    return f"{text.removesuffix('，' + word)}，多数意见为{word}，由主要负责人决定。"


def what_is_missing(computed: dict[str, Any], names: dict[int, str]) -> str:
    """What stands between the item and its decision; empty when nothing does."""
    result = computed["result"]
    waiting = "、".join(names.get(person, str(person)) for person in computed["unstated"])
    short = computed["quorum"] - computed["present"]
    return {
        "no_quorum": f"还需{short}人到会，才达到法定人数{computed['quorum']}人。",
        "too_few": TOO_FEW,
        "unstated": f"还需{waiting}表态。",
        "deferred": "有人提出暂缓，条件尚未解除。",
        "head_not_last": "主要负责人表态之后又有人表态，须由主要负责人再次表态。",
        "no_head": "主要负责人不在场或须回避，不能由其决定，请暂缓并请示上级。",
        "head_undecided": "还需主要负责人在听取表态后作出决定。",
        "no_reason": "主要负责人的决定与多数意见不同，须写明理由。",
    }.get(result, "")
