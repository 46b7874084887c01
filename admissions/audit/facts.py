"""What is so about a command for everybody who reads the ledger: its clause, its weight, whom it checks, what it alters.

The facts stand beside the command; the seals, the identity check and the supervisors' desk read them here.
"""

from dataclasses import dataclass
from enum import IntEnum


class Weight(IntEnum):
    """How much hangs on an act, each level with what the one before has.

    ROUTINE: an entry in the ledger. BINDING: sealed at once, and the actor says again who they are.
    DECISIVE: it decides about people, results or rights, or undoes what was decided; supervision looks at each one.
    """

    ROUTINE = 0
    BINDING = 1
    DECISIVE = 2


@dataclass(frozen=True, slots=True)
class No:
    """There is none, and why: an answer that can be doubted, unlike an empty field."""

    why: str

    def __post_init__(self) -> None:
        if not self.why.strip():
            raise ValueError("No() says why")


@dataclass(frozen=True, slots=True)
class Facts:
    """`clause`: a citation of the rulebook, or why there is none. `checks`: code of the act whose result this one examines
    (by somebody else). `alters`: what was signed, decided or opened before and is changed by it, in words.
    """

    code: str
    label: str
    clause: str | No
    weight: Weight = Weight.ROUTINE
    checks: str = ""
    alters: str = ""

    @property
    def citation(self) -> str:
        """As the ledger writes it; empty where there is none."""
        return "" if isinstance(self.clause, No) else self.clause


# Facts of every command by its code.
FACTS: dict[str, Facts] = {}


def note_facts(facts: Facts) -> Facts:
    """Keep the facts of a command under its code; the same once more where its module is loaded again."""
    FACTS[facts.code] = facts
    return facts


def of_weight(weight: Weight) -> list[str]:
    """Codes of the acts of at least this weight, in their order of registration."""
    return [code for code, facts in FACTS.items() if facts.weight >= weight]


def is_binding(code: str) -> bool:
    return code in FACTS and FACTS[code].weight >= Weight.BINDING


def checked_by() -> dict[str, str]:
    """Who acts first, and who is to check it: code of the act → code of the check."""
    return {facts.checks: code for code, facts in FACTS.items() if facts.checks}


def altering() -> list[str]:
    """Codes of the acts that touch what was signed, decided or opened before."""
    return [code for code, facts in FACTS.items() if facts.alters]
