"""The document of a pledge: composing its text, its hash, and the differences between two signings. Pure functions."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

# No 0/O, 1/I/L: the code is read aloud and typed from paper.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class QuotedClause:
    """A clause as quoted: code, number of the version, citation, verification in words, text."""

    code: str
    version: int
    citation: str
    verification: str
    text: str


@dataclass(frozen=True)
class Signatory:
    person: str
    post: str
    season: str


def compose(title: str, opening: str, clauses: Sequence[QuotedClause], closing: str, signatory: Signatory) -> str:
    """The whole text as the person reads and signs it."""
    head = f"{title}\n{signatory.season}\n签订人：{signatory.person}　岗位：{signatory.post}\n"
    body = "\n".join(f"{number}．{clause.text}（{clause.citation}）" for number, clause in enumerate(clauses, 1))
    return f"{head}\n{opening.strip()}\n\n{body}\n\n{closing.strip()}\n"


def content_hash(text: str, clauses: Sequence[dict[str, Any]]) -> str:
    """SHA-256 (hexadecimal) over the canonical JSON of text and clause versions."""
    document = {"text": text, "clauses": list(clauses)}
    canonical = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def as_rows(clauses: Sequence[QuotedClause]) -> list[dict[str, Any]]:
    return [asdict(clause) for clause in clauses]


def verification_code() -> str:
    """Twelve characters in three groups: about 59 bits, not to be guessed."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(12))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


@dataclass(frozen=True)
class ClauseChange:
    """How one clause differs from the last signing: 新增, 修改 or 删除."""

    kind: str
    citation: str
    before: str
    after: str


def clause_changes(signed: Sequence[dict[str, Any]], now: Sequence[QuotedClause]) -> list[ClauseChange]:
    """What must be signed again: only clauses added, changed or dropped, in the order of the new document."""
    earlier = {row["code"]: row for row in signed}
    changes = []
    for clause in now:
        before = earlier.pop(clause.code, None)
        if before is None:
            changes.append(ClauseChange("新增", clause.citation, "", clause.text))
        elif before["version"] != clause.version:
            changes.append(ClauseChange("修改", clause.citation, before["text"], clause.text))
    dropped = [ClauseChange("删除", row["citation"], row["text"], "") for row in earlier.values()]
    return changes + dropped
