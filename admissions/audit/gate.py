"""The gate of every command: nobody touches what they must keep away from, nothing is done in a season that is over.

Asked once before the body of a command, inside its transaction, with the recusals as they are at that moment; what the
command creates is asked about afterwards. The pages ask the same, so that button, page and command say one sentence.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

from django.db import models

from admissions.core.citations import cite
from admissions.core.decision import ALLOWED, Decision, Parts, Refused, deny, in_parts, needed
from admissions.core.people import Person, Visitor

from .access import OF_NOBODY, RecusedScope, recused_scope, recused_scope_now, season_over
from .actions import Action
from .naming import named_by_paths
from .scope import TrailScope
from .trail import scope_of

CLAUSE = cite("civil-servant-76")
UNTIED = "请由没有利害关系的人员办理。"
OTHERS = "请由没有利害关系的人员办理；对回避有异议的，向回避审查员说明。"
# Words among the arguments that are a key by themselves: name → kind of subject.
KEYS = {"candidate_digest": "candidate", "district_code": "district", "school_code": "school"}


@dataclass(frozen=True)
class Exempt:
    """Why the gate leaves a command alone."""

    why: str

    def __post_init__(self) -> None:
        if not self.why.strip():
            raise ValueError("an exemption says why")


@dataclass(frozen=True)
class Gate:
    """What the gate asks of one command: both, unless the command is exempt."""

    veto: Exempt | None = None
    after_season: Exempt | None = None


STRICT = Gate()
# Code of a command → its gate.
GATES: dict[str, Gate] = {}


@dataclass
class Named:
    """Whom and what some values name, and in which seasons they lie; `records` those whose naming is known.

    `trail`: where an entry about all of them belongs.
    """

    trail: TrailScope = field(default_factory=TrailScope)
    subjects: set[str] = field(default_factory=set)
    seasons: set[int] = field(default_factory=set)
    records: dict[tuple[str, Any], models.Model] = field(default_factory=dict)

    def scope(self) -> TrailScope:
        return self.trail.joined(TrailScope(subjects=tuple(sorted(self.subjects))))

    def add(self, value: Any, name: str = "") -> None:
        """Take in a value: a record, anything with a ledger scope, a key, or a collection of these."""
        if isinstance(value, type):
            return
        if isinstance(value, str):
            if value and name in KEYS:
                self.subjects.add(f"{KEYS[name]}:{value}")
        elif isinstance(value, models.Model):
            self._add_record(value)
        elif hasattr(value, "trail_scope"):
            self._add_scope(value.trail_scope())
        elif isinstance(value, Mapping):
            for key, inner in value.items():
                self.add(inner, str(key))
        elif isinstance(value, (list, tuple, set, frozenset, models.QuerySet)):
            for inner in value:
                self.add(inner, name)
        elif is_dataclass(value):
            for part in fields(value):
                self.add(getattr(value, part.name), part.name)

    def names_any(self, scope: RecusedScope) -> bool:
        """Does one of the records name somebody of the scope among too many to be listed, such as the rows of an import?"""
        return any(record.names_any(scope) for record in self._of_many())  # type: ignore[attr-defined]  # asked for

    def new_to(self, other: "Named") -> "Named":
        """With the records that `other` has not."""
        return Named(records={key: row for key, row in self.records.items() if key not in other.records})

    @property
    def names_many(self) -> bool:
        return bool(self._of_many())

    def _of_many(self) -> list[models.Model]:
        return [record for record in self.records.values() if hasattr(record, "names_any")]

    def _add_record(self, record: models.Model) -> None:
        if record.pk is not None:  # what is not saved yet may not know where it belongs
            key = key_of(record)
            if key in self.records:
                return
            self.records[key] = record
            self._add_scope(scope_of(record))
            if with_it := getattr(record, "ASKED_WITH", ""):
                self.add(getattr(record, with_it))
        self.subjects |= named_by_paths(record)

    def _add_scope(self, scope: TrailScope) -> None:
        self.trail = self.trail.joined(scope)
        self.subjects.update(scope.all_subjects())
        if scope.season_id is not None:
            self.seasons.add(scope.season_id)


def key_of(record: models.Model) -> tuple[str, Any]:
    return record._meta.label_lower, record.pk


def named_in(values: Mapping[str, Any]) -> Named:
    found = Named()
    found.add(values)
    return found


def not_recused(user: Visitor, *objects: Any) -> Decision:
    """The veto: do these name a person, an institution or a candidate the user must keep away from?

    Driven by ledger scope and `RECUSAL_PATHS`. Commands and pages ask it by themselves about whoever acts; a rule asks
    it about somebody else.  Clause: 公务员法第七十六条.
    """
    found = Named()
    found.add(objects)
    return _apart(recused_scope(user), found, found.subjects)


def require_not_recused(actor: Person, objects: Iterable[Any]) -> None:
    """For what a command reaches by other ways than its arguments, such as the rows of an import."""
    not_recused(actor, *objects).require()


def _apart(scope: RecusedScope, named: Named, subjects: set[str]) -> Decision:
    met = subjects.intersection(scope.subjects()) if scope != OF_NOBODY else set()
    many = scope != OF_NOBODY and named.names_any(scope)
    if not met and not many:
        return ALLOWED
    if not many and all(subject.startswith("item:") for subject in met):
        return needed(deny("您已在此事项回避，不能办理。", CLAUSE, UNTIED))
    return needed(deny("您对此事项负有回避义务（含疑似和已申报、尚未裁定的），不能办理。", CLAUSE, OTHERS))


class Keeper:
    """The gate of one attempt: asks before the body about the arguments, after it about what came of them."""

    def __init__(self, action: Action, gate: Gate, named: Named) -> None:
        self.action, self.gate, self.named = action, gate, named
        self._scopes: dict[Any, RecusedScope] = {}

    def before(self) -> None:
        actor = self.action.actor
        _refuse(self._veto(actor, self.named, self.named.subjects))
        _refuse(self._season(self.named.seasons))

    def after(self, result: Any) -> None:
        """About records the command made, and about all of it for whoever it was done on behalf of."""
        made = Named(records=dict(self.named.records))
        made.add(result)
        _refuse(self._veto(self.action.actor, made.new_to(self.named), made.subjects - self.named.subjects))
        _refuse(self._season(made.seasons - self.named.seasons))
        _refuse(self.principal_may(self.action.on_behalf_of, made))

    def principal_may(self, principal: Person | None, made: Named) -> Decision:
        """What somebody must keep away from, nobody does in their name."""
        if principal is None or self.gate.veto is not None:
            return ALLOWED
        subjects = self.named.subjects | made.subjects
        if _apart(self._scope(principal, made, subjects), made, subjects).ok:
            return ALLOWED
        return deny(f"您所代的{principal.name}对此事项负有回避义务，不能以其名义办理。", CLAUSE, UNTIED)

    def _veto(self, actor: Person | None, named: Named, subjects: set[str]) -> Decision:
        return ALLOWED if self.gate.veto is not None else _apart(self._scope(actor, named, subjects), named, subjects)

    def _scope(self, person: Person | None, named: Named, subjects: set[str]) -> RecusedScope:
        """Read anew for each attempt, once, and only where something is named besides the person themself."""
        if person is None or not (subjects - {f"person:{person.pk}"} or named.names_many):
            return OF_NOBODY
        if person.pk not in self._scopes:
            self._scopes[person.pk] = recused_scope_now(person)
        return self._scopes[person.pk]

    def _season(self, seasons: set[int]) -> Decision:
        if self.gate.after_season is not None or not seasons:
            return ALLOWED
        return season_over(frozenset(seasons))


def _refuse(decision: Decision) -> None:
    """Unlike `require`, a yes is no right the act rests on."""
    if not decision.ok:
        raise Refused(decision)


@in_parts
def closed_to(user: Visitor, code: str, records: Iterable[Any]) -> Parts:
    """What the command with this code would be told about these records before its body; for pages and buttons.

    A code without a command stands for one without exemptions.
    """
    gate, found = GATES.get(code, STRICT), Named()
    found.add(tuple(records))
    if gate.veto is None:
        yield _apart(recused_scope(user), found, found.subjects)
    if gate.after_season is None and found.seasons:
        yield season_over(frozenset(found.seasons))
