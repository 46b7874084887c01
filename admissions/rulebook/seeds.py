"""Reference rules from the seed files: loaded once; a changed text becomes a new version, never a silent edit."""

import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from admissions.audit.commands import machine_action

from .enums import Verification
from .models import Clause, ClauseVersion, DeadlinePolicy, RelativeKind, RuleSource
from .services import text_hash

DIRECTORY = Path(__file__).parent / "seed"
MARKS = {
    "v": Verification.VERIFIED,
    "r": Verification.REPRINT,
    "s": Verification.SECONDARY,
    "u": Verification.UNVERIFIED,
}
# Before any season the system knows; a source's own date stands in its record.
IN_FORCE_SINCE = datetime(2005, 1, 1, tzinfo=UTC)


def seed_rulebook() -> str:
    """Add what is missing, revise what reads differently; says how much of each."""
    with machine_action("seed.rulebook", "载入制度库", "初始化"):
        sources = _sources()
        added, revised = _clauses(sources)
        clauses = {clause.code: clause for clause in Clause.objects.all()}
        _policies(clauses)
        _relatives(clauses)
    return f"新增条款{added}条，修订{revised}条"


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((DIRECTORY / f"{name}.toml").read_text(encoding="utf-8"))


def _sources() -> dict[str, RuleSource]:
    known = {source.code: source for source in RuleSource.objects.all()}
    for row in source_rows():
        if row["code"] not in known:
            known[row["code"]] = RuleSource(**row)
            known[row["code"]].save()
    return known


def source_rows() -> list[dict[str, Any]]:
    """Every source of the seed file."""
    return _read("sources")["sources"]


def clause_rows() -> Iterator[dict[str, Any]]:
    """Every clause of the seed file with its catalogue's defaults filled in."""
    for category, catalogue in _read("clauses").items():
        for order, (number, title, text, *more) in enumerate(catalogue["items"], 1):
            own = more[0] if more else {}
            yield {
                "code": own.get("code", f"{catalogue['prefix']}-{order}"),
                "source": own.get("source", catalogue["source"]),
                "number": number,
                "category": category,
                "order": order,
                "title": title,
                "text": text,
                "applies_to": own.get("applies_to", catalogue.get("applies_to", "")),
                "checkability": own.get("checkability", "manual"),
                "verification": MARKS[own.get("verification", catalogue["verification"])],
            }


def _clauses(sources: dict[str, RuleSource]) -> tuple[int, int]:
    known = {clause.code: clause for clause in Clause.objects.all()}
    latest = {version.clause_id: version for version in ClauseVersion.objects.order_by("number")}
    added = revised = 0
    for row in clause_rows():
        text, verification = row.pop("text"), row.pop("verification")
        clause = known.get(row["code"])
        if clause is None:
            clause = Clause(**{**row, "source": sources[row["source"]]})
            clause.save()
            _version(clause, 1, text, verification, IN_FORCE_SINCE, "首次载入")
            added += 1
        elif _is_ours(latest[clause.pk]) and latest[clause.pk].text_hash != text_hash(text):
            _revise(clause, latest[clause.pk], text, verification)
            revised += 1
    return added, revised


def _is_ours(version: ClauseVersion) -> bool:
    """What a rule editor has revised since is left alone."""
    return version.editor_id is None


def _revise(clause: Clause, current: ClauseVersion, text: str, verification: Verification) -> None:
    now = timezone.now()
    current.period = DateTimeTZRange(current.period.lower, now)
    current.save()
    _version(clause, current.number + 1, text, verification, now, "初始数据更新")


def _version(clause: Clause, number: int, text: str, verification: Verification, since: datetime, note: str) -> None:
    ClauseVersion(
        clause=clause,
        number=number,
        text=text,
        text_hash=text_hash(text),
        period=DateTimeTZRange(since, None),
        verification=verification,
        change_note=note,
        editor_name="系统",
    ).save()


def _policies(clauses: dict[str, Clause]) -> None:
    known = set(DeadlinePolicy.objects.values_list("code", flat=True))
    for row in _read("policies")["policies"]:
        if row["code"] not in known:
            DeadlinePolicy(**{**row, "clause": clauses[row["clause"]]}).save()


def _relatives(clauses: dict[str, Clause]) -> None:
    known = set(RelativeKind.objects.values_list("code", flat=True))
    for order, row in enumerate(_read("policies")["relatives"], 1):
        if row["code"] not in known:
            RelativeKind(**row, order=order, clause=clauses["civil-servant-74"]).save()
