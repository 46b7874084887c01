"""Commands of the rulebook."""

import hashlib
from datetime import datetime

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.commands import command, explain_constraint, explain_unique
from admissions.audit.facts import No, Weight
from admissions.audit.locking import lock
from admissions.core.citations import cite
from admissions.core.decision import Refused
from admissions.core.promises import promised

from . import rules
from .models import Clause, ClauseVersion, RuleSource

explain_constraint("clauseversion_number_once", "这一条款已由他人修订，请刷新后再修订。")
explain_constraint("clauseversion_one_in_force", "这一条款在这段时间已有施行的版本。")
explain_unique(RuleSource, "code", "此来源编号已被使用。")
explain_unique(Clause, "code", "此条款编号已被使用。")


def text_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@command("rulebook.add_source", "登记制度来源", clause=No("制度库的维护是本单位的内务，条款效力以原文为准"))
def add_source(
    *,
    actor: User,
    reason: str,
    code: str,
    title: str,
    kind: str,
    issuer: str = "",
    document_number: str = "",
    issued: str = "",
    reference: str = "",
) -> RuleSource:
    """A document from which clauses may be quoted."""
    rules.can_edit_rules(actor).require()
    source = RuleSource(
        code=code,
        title=title,
        kind=kind,
        issuer=issuer,
        document_number=document_number,
        issued=issued,
        reference=reference,
    )
    source.full_clean()
    source.save()
    return source


@command("rulebook.add_clause", "登记条款", clause=No("制度库的维护是本单位的内务，条款效力以原文为准"))
def add_clause(
    *,
    actor: User,
    reason: str,
    source: RuleSource,
    code: str,
    number: str,
    category: str,
    title: str,
    text: str,
    verification: str,
    effective_from: datetime,
    applies_to: str = "",
    order: int = 0,
) -> Clause:
    """A clause with its first version."""
    rules.can_edit_rules(actor).require()
    clause = Clause(
        code=code, source=source, number=number, category=category, title=title, applies_to=applies_to, order=order
    )
    clause.full_clean()
    clause.save()
    _add_version(clause, 1, text, verification, effective_from, "首次登记", actor)
    return clause


@command("rulebook.revise_clause", "修订条款", clause=No("制度库的维护是本单位的内务，条款效力以原文为准"))
def revise_clause(
    *, actor: User, reason: str, clause: Clause, text: str, verification: str, effective_from: datetime
) -> ClauseVersion:
    """A new version from an instant on; the old one ends there and stays citable.

    Refuses: no change of text; the instant lies before the version in force began; somebody else was faster.
    """
    clause = lock(clause)
    rules.can_edit_rules(actor).require()
    current = clause.versions.order_by("-number").first()
    if current is not None:
        if current.text == text.strip():
            raise Refused("内容没有变化，不必修订。")
        _end(current, effective_from)
    return _add_version(clause, current.number + 1 if current else 1, text, verification, effective_from, reason, actor)


@command(
    "rulebook.repeal_clause",
    "废止条款",
    clause=No("制度库的维护是本单位的内务，条款效力以原文为准"),
    weight=Weight.DECISIVE,
)
def repeal_clause(*, actor: User, reason: str, clause: Clause, at: datetime) -> Clause:
    """The clause is no longer in force from the instant on; its versions stay citable."""
    clause = lock(clause)
    current = clause.versions.order_by("-number").first()
    rules.can_repeal(actor, current).require()
    _end(promised(current), at)
    return clause


@command("rulebook.verify_version", "核实条款", clause=cite("house-two-persons"))
def verify_version(*, actor: User, reason: str, version: ClauseVersion, verification: str) -> ClauseVersion:
    """Record how far the text was checked, and against what (`reason`); by somebody else than its editor."""
    version = lock(version)
    rules.can_verify_version(actor, version).require()
    if version.verification == verification:
        raise Refused("核实状态没有变化。", who_can="请选择另一种核实状态，或返回。")
    version.verification, version.verified_note = verification, reason[:300]
    version.full_clean()
    version.save()
    return version


def _end(version: ClauseVersion, at: datetime) -> None:
    if at <= version.period.lower:
        raise Refused(f"生效时间须晚于现行版本的施行时间（{timezone.localtime(version.period.lower):%Y-%m-%d}）。")
    version.period = DateTimeTZRange(version.period.lower, at)
    version.full_clean()
    version.save()


def _add_version(
    clause: Clause, number: int, text: str, verification: str, since: datetime, note: str, actor: User
) -> ClauseVersion:
    text = text.strip()
    version = ClauseVersion(
        clause=clause,
        number=number,
        text=text,
        text_hash=text_hash(text),
        period=DateTimeTZRange(since, None),
        verification=verification,
        change_note=note[:300],
        editor_id=getattr(actor, "pk", None),
        editor_name=actor.get_full_name() if actor else "系统",
    )
    version.full_clean()
    version.save()
    return version
