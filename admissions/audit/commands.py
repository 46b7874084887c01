"""A state change is a command: one transaction, one action, one event; a refusal is an event too."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, wraps
from typing import Any, TypeVar
from uuid import UUID

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, OperationalError, connection, models, transaction
from django.http import HttpRequest

from admissions.core.decision import Decision, Refused
from admissions.core.people import Person, signed_in

from .actions import Action, acting
from .critical import tell_on_commit
from .enums import Outcome
from .facts import Facts, No, Weight, note_facts
from .gate import GATES, STRICT, Exempt, Gate, Keeper, named_in
from .guarding import unique_name
from .models import AuditedModel
from .once import use_up
from .scope import TrailScope
from .trail import scope_of, write_event

F = TypeVar("F", bound=Callable[..., Any])

# The closed vocabulary of actions: code → label.
REGISTRY: dict[str, str] = {}
# Code → the command itself.
COMMANDS: dict[str, Callable[..., Any]] = {}
# Sentences for database constraints that may refuse a command: constraint name → sentence.
CONSTRAINT_SENTENCES: dict[str, str] = {}
# PostgreSQL ends one of two transactions that wait for each other with this state.
DEADLOCK = "40P01"


def register_action(code: str, label: str) -> None:
    if REGISTRY.get(code, label) != label:
        raise ValueError(f"action {code} is registered twice with different labels")
    REGISTRY[code] = label


# Looking, signing in and the machine's own work: nothing a person decided to do.
NOT_ACTS = ("trail.", "session.", "seed.", "page.", "jobs.", "audit.", "upkeep.")


def acts_in_words(*left_out: str) -> list[tuple[str, str]]:
    """Code and label of every act that changes something, by label; without codes that begin with one of the words."""
    rows = [(code, label) for code, label in REGISTRY.items() if not code.startswith((*NOT_ACTS, *left_out))]
    return sorted(rows, key=lambda pair: pair[1])


def explain_constraint(name: str, sentence: str) -> None:
    """Say in Chinese what it means when the database refuses a row by this constraint."""
    CONSTRAINT_SENTENCES[name] = sentence


def explain_unique(model: type[models.Model], field: str, sentence: str) -> None:
    """The same for a field that is unique by itself: the database gave its constraint the name."""
    explain_constraint(unique_name(model, field), sentence)


@cache
def own_sentences() -> dict[str, str]:
    """Constraints that carry their sentence themselves: a form shows it, so does a race that was lost."""
    return {
        constraint.name: str(constraint.violation_error_message)
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if constraint.violation_error_message != constraint.default_violation_error_message
    }


def sentence_of(name: str) -> str:
    """What refused by this constraint means; empty where nobody has said it."""
    return CONSTRAINT_SENTENCES.get(name) or own_sentences().get(name, "")


def command(
    code: str,
    label: str,
    *,
    clause: str | No,
    weight: Weight = Weight.ROUTINE,
    checks: str = "",
    alters: str = "",
    veto: Exempt | None = None,
    after_season: Exempt | None = None,
) -> Callable[[F], F]:
    """Make a keyword-only function with `actor` and `reason` the one way to this state change.

    The event's target is the returned record; for a refusal it is the first record among the arguments.
    On whose behalf the actor acts is not a parameter: the rule's `Decision` says it when it is required.
    The facts (`clause`, `weight`, `checks`, `alters`) are explained at `Facts`.
    The gate (`gate.py`) refuses whoever must keep away from what the arguments or the result name, and any act in a
    season that has ended; `veto` and `after_season` say why a command is exempt.
    """
    register_action(code, label)
    facts = note_facts(Facts(code, label, clause, weight, checks, alters))
    GATES[code] = gate = Gate(veto, after_season)

    def decorate(function: F) -> F:
        parameters = inspect.signature(function).parameters
        if not {"actor", "reason"} <= set(parameters) or any(
            p.kind is not inspect.Parameter.KEYWORD_ONLY for p in parameters.values()
        ):
            raise TypeError(f"{function.__qualname__}: keyword-only parameters with actor and reason")

        @wraps(function)
        def run(*, actor: Person, reason: str, **given: Any) -> Any:
            action = Action(code, label, actor, reason, facts.citation)
            records = [value for value in given.values() if isinstance(value, AuditedModel)]
            subject = records[0] if records else None
            # A stranger to the transaction must not have half-changed objects: scope is taken before the attempt.
            # A refused appointment of a person to a post belongs to the post's group as well as to the person.
            named = named_in(given)
            before = named.scope()
            try:
                with _recording(action, Outcome.DONE, subject):
                    use_up(action)
                    keeper = Keeper(action, gate, named)
                    keeper.before()
                    result = function(actor=actor, reason=action.reason, **given)
                    action.target = _target_of(action, result, subject)
                    keeper.after(result)
                return result
            except Refused as refusal:
                _record_refusal(action, subject, before, refusal)
                raise
            except ValidationError as error:  # it keeps its fields for the form; the attempt is on record all the same
                _record_refusal(action, subject, before, Refused("；".join(error.messages)))
                raise
            except (IntegrityError, OperationalError) as error:
                lost = _as_refusal(error)
                _record_refusal(action, subject, before, lost)
                raise lost from error

        run.action_code = code  # type: ignore[attr-defined]  # pages ask a command for its code
        COMMANDS[code] = run
        return run  # type: ignore[return-value]  # takes what `function` takes, by keyword; not sayable of `**given`

    return decorate


@contextmanager
def machine_action(
    code: str, label: str, reason: str, *, target: Any = None, asked_by: Person | None = None
) -> Iterator[Action]:
    """The system itself changes state (seeds, timers): one transaction, one event of kind “系统”.

    `asked_by`: whose order the machine carries out; what the person may not touch, it does not touch for them.
    """
    register_action(code, label)
    action = Action(code, label, None, reason, target=target, asked_by=asked_by)
    if asked_by is not None:
        _ask_for(asked_by, action)
    with _recording(action, Outcome.MACHINE, target):
        yield action


def _ask_for(person: Person, action: Action) -> None:
    """The gate of whoever gave the order; a refusal is theirs, and on record before the machine begins."""
    attempt = Action(action.code, action.label, person, action.reason)
    named = named_in({"target": action.target})
    try:
        Keeper(attempt, STRICT, named).before()
    except Refused as refusal:
        _record_refusal(attempt, action.target, named.scope(), refusal)
        raise


@contextmanager
def _recording(action: Action, outcome: Outcome, subject: Any) -> Iterator[None]:
    with acting(action), transaction.atomic(durable=True), announcing(action.event_id):
        action.depth = len(connection.savepoint_ids)
        yield
        target = action.target if action.target is not None else subject
        write_event(action, outcome, scope_of(target) if target is not None else TrailScope())
        tell_on_commit(action.code)
    if connection.in_atomic_block:  # only inside a test's own transaction
        with connection.cursor() as cursor:
            cursor.execute(ANNOUNCE.format(""))


ANNOUNCE = "SELECT set_config('audit.event_id', '{}', true)"


@contextmanager
def announcing(event_id: UUID) -> Iterator[None]:
    """Tell the row triggers under which event the transaction changes rows: ahead of its first statement, on the same way."""
    statement, wrappers = ANNOUNCE.format(event_id), connection.execute_wrappers

    def announce(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        wrappers.remove(announce)  # later statements need not pass here
        if isinstance(sql, str) and not many and context["cursor"].cursor.name is None:
            return execute(f"{statement};\n{sql}", params, many, context)
        # Many rows or a server-side cursor take nothing in front.
        with context["connection"].connection.cursor() as cursor:
            cursor.execute(statement)
        return execute(sql, params, many, context)

    wrappers.append(announce)
    try:
        yield
    finally:
        if announce in wrappers:
            wrappers.remove(announce)


def _target_of(action: Action, result: Any, subject: Any) -> Any:
    if action.target is not None:
        return action.target
    return result if isinstance(result, models.Model) else subject


def _record_refusal(action: Action, subject: Any, scope: TrailScope, refusal: Refused) -> None:
    decision = refusal.decision
    attempt = Action(action.code, action.label, action.actor, action.reason, decision.clause or action.clause)
    attempt.on_behalf_of, attempt.post, attempt.target = action.on_behalf_of, action.post, subject
    attempt.rest_on(decision)
    with transaction.atomic():
        write_event(attempt, Outcome.REFUSED, scope, refusal=decision.reason)


def record_refused_post(request: HttpRequest, code: str, title: str, record: Any, decision: Decision) -> None:
    """A page refused a posted act before its command was called: the attempt is an event like any refusal."""
    action = Action(code, REGISTRY.get(code, title[:80]), signed_in(request), request.POST.get("reason", ""))
    scope = scope_of(record) if record is not None else TrailScope()
    _record_refusal(action, record, scope, Refused(decision))


def _as_refusal(error: DatabaseError) -> Refused:
    """A lost race or a bypassed rule ends at the database: answer with its sentence."""
    diagnostics = getattr(error.__cause__, "diag", None)
    if getattr(diagnostics, "sqlstate", None) == DEADLOCK:
        return Refused("同一时刻另有操作在改动这些记录，本次操作没有写入任何内容。请刷新页面，看过最新情况后再试。")
    name = getattr(diagnostics, "constraint_name", None) or ""
    sentence = sentence_of(name)
    if not sentence:
        raise error
    return Refused(sentence)
