"""How a model says what the database itself refuses: the words in which every `guards.py` is written.

A guard is one or more triggers on the table of a model. Tables and columns come from the models and their fields. Most
guards are a condition and a sentence and need no function of their own: they refuse through the one function `refuse`.
Each refusal has the name of a constraint and the sentence that whoever runs into it reads.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from django.core.exceptions import FieldDoesNotExist
from django.db import connection, models

Model = type[models.Model]


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def table_of(model: Model) -> str:
    return quoted(model._meta.db_table)


def field_of(model: Model, name: str) -> models.Field:
    """A field with a column of the model's own table; any other name is an error at the start."""
    field = model._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise FieldDoesNotExist(f"{model._meta.label}.{name} is not a field of its table")
    return field


def column_of(field: models.Field) -> str:
    if field.column is None:
        raise FieldDoesNotExist(f"{field} has no column")
    return field.column


def columns_of(model: Model, names: Iterable[str]) -> list[str]:
    """The columns of these fields, in this order; a name that is no field is an error at the start."""
    return [quoted(column_of(field_of(model, name))) for name in names]


def unique_name(model: Model, field: str) -> str:
    """How the database calls the constraint of a field that is unique by itself."""
    return f"{model._meta.db_table}_{column_of(field_of(model, field))}_key"


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True, kw_only=True)
class Function:
    """A function in the database. `{name}` in its body stands for the table of `tables[name]`."""

    name: str
    body: str
    tables: Mapping[str, Model] = field(default_factory=dict)
    arguments: str = ""
    returns: str = "trigger"
    language: str = "plpgsql"
    # As STABLE, or SECURITY DEFINER with its search path.
    options: str = ""
    # Constraint name → sentence, for every refusal in the body.
    refuses: Mapping[str, str] = field(default_factory=dict)
    # Functions the body calls.
    calls: tuple["Function", ...] = ()

    @property
    def source(self) -> str:
        """Tables are named with their schema: without it a temporary table of the same name would be asked instead."""
        return self.body.format(**{name: f"public.{table_of(model)}" for name, model in self.tables.items()})

    def sql(self) -> str:
        return (
            f"CREATE OR REPLACE FUNCTION {quoted(self.name)}({self.arguments}) RETURNS {self.returns}"
            f" LANGUAGE {self.language} {self.options} AS $guard${self.source}$guard$"
        )


@dataclass(frozen=True, kw_only=True)
class Trigger:
    """One trigger as the catalogue knows it."""

    model: Model
    name: str
    function: Function
    # As BEFORE INSERT OR UPDATE OF "status".
    fires: str
    when: str = ""
    arguments: tuple[str, ...] = ()
    each: str = "ROW"
    # A constraint trigger, asked at commit.
    at_commit: bool = False

    def sql(self) -> str:
        constraint, deferred = ("CONSTRAINT ", " DEFERRABLE INITIALLY DEFERRED") if self.at_commit else ("", "")
        when = f" WHEN ({self.when})" if self.when else ""
        return (
            f"CREATE {constraint}TRIGGER {quoted(self.name)} {self.fires} ON {table_of(self.model)}{deferred}"
            f" FOR EACH {self.each}{when}"
            f" EXECUTE FUNCTION {quoted(self.function.name)}({', '.join(map(literal, self.arguments))})"
        )

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.sql().encode()).hexdigest()[:16]

    def tables(self) -> Iterator[Model]:
        """Every table that must be there before this trigger can be."""
        yield self.model
        for function in with_called(self.function):
            yield from function.tables.values()


def with_called(function: Function) -> Iterator[Function]:
    """What it calls, however deep, then the function itself: the order in which they are made."""
    for called in function.calls:
        yield from with_called(called)
    yield function


class Guard(Protocol):
    """What stands in `GUARDS`."""

    def triggers(self) -> Iterator[Trigger]: ...

    def refusals(self) -> Mapping[str, str]: ...


REFUSE = Function(
    name="guard_refuse",
    body="""
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[1]
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_ARGV[0], TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
END
""",
)


@dataclass(frozen=True)
class Refuse:
    """Refuse an event on the model's rows, where the condition holds of OLD and NEW."""

    model: Model
    constraint: str
    says: str
    on: str = field(kw_only=True)
    when: str = field(default="", kw_only=True)
    # Where one constraint needs several triggers on one table.
    name: str = field(default="", kw_only=True)

    def triggers(self) -> Iterator[Trigger]:
        yield Trigger(
            model=self.model,
            name=self.name or self.constraint,
            function=REFUSE,
            fires=f"BEFORE {self.on}",
            when=self.when,
            arguments=(self.constraint, self.says),
        )

    def refusals(self) -> Mapping[str, str]:
        return {self.constraint: self.says}


@dataclass(frozen=True)
class AppendOnly:
    """Rows are added; none is changed and none goes."""

    model: Model
    constraint: str
    says: str

    def triggers(self) -> Iterator[Trigger]:
        return Refuse(self.model, self.constraint, self.says, on="UPDATE OR DELETE").triggers()

    def refusals(self) -> Mapping[str, str]:
        return {self.constraint: self.says}


@dataclass(frozen=True)
class Frozen:
    """These fields keep their values, from when the condition holds of the row as it was; and no such row goes.

    `but_may_go`: rows may be deleted all the same.
    """

    model: Model
    constraint: str
    says: str
    fields: tuple[str, ...] = field(kw_only=True)
    when: str = field(default="", kw_only=True)
    but_may_go: bool = field(default=False, kw_only=True)

    def triggers(self) -> Iterator[Trigger]:
        columns = columns_of(self.model, self.fields)
        old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
        changed = f"ROW({old}) IS DISTINCT FROM ROW({new})"
        when = f"({self.when}) AND {changed}" if self.when else changed
        yield from Refuse(self.model, self.constraint, self.says, on="UPDATE", when=when).triggers()
        if not self.but_may_go:
            name = f"{self.constraint}_stays"
            yield from Refuse(self.model, self.constraint, self.says, on="DELETE", name=name).triggers()

    def refusals(self) -> Mapping[str, str]:
        return {self.constraint: self.says}


def all_but(model: Model, *names: str) -> tuple[str, ...]:
    """Every field of the table except these, whose names must exist: what comes later is frozen by itself."""
    for name in names:
        model._meta.get_field(name)
    return tuple(row.name for row in model._meta.concrete_fields if row.name not in names)


@dataclass(frozen=True)
class Passages:
    """The field of the state changes only along these passages (from, to)."""

    model: Model
    constraint: str
    says: str
    state: str = field(kw_only=True)
    allowed: Iterable[tuple[str, str]] = field(kw_only=True)

    def triggers(self) -> Iterator[Trigger]:
        (column,) = columns_of(self.model, [self.state])
        known = ", ".join(sorted(literal(f"{start}>{end}") for start, end in self.allowed))
        when = f"OLD.{column} <> NEW.{column} AND (OLD.{column} || '>' || NEW.{column}) NOT IN ({known})"
        return Refuse(self.model, self.constraint, self.says, on="UPDATE", when=when).triggers()

    def refusals(self) -> Mapping[str, str]:
        return {self.constraint: self.says}


@dataclass(frozen=True)
class Checked:
    """A function of our own asks, before (or after, or at commit) rows of the model are written."""

    model: Model
    function: Function
    on: str = field(kw_only=True)
    # Fields whose change asks for it; all of them when none is named.
    fields: tuple[str, ...] = field(default=(), kw_only=True)
    when: str = field(default="", kw_only=True)
    name: str = field(default="", kw_only=True)
    arguments: tuple[str, ...] = field(default=(), kw_only=True)
    after: bool = field(default=False, kw_only=True)
    at_commit: bool = field(default=False, kw_only=True)
    each: str = field(default="ROW", kw_only=True)
    # For a function that is told the constraint by argument.
    refuses: Mapping[str, str] = field(default_factory=dict, kw_only=True)

    def triggers(self) -> Iterator[Trigger]:
        events = self.on
        if self.fields:
            events = events.replace("UPDATE", f"UPDATE OF {', '.join(columns_of(self.model, self.fields))}")
        yield Trigger(
            model=self.model,
            name=self.name or self.function.name,
            function=self.function,
            fires=f"{'AFTER' if self.after or self.at_commit else 'BEFORE'} {events}",
            when=self.when,
            arguments=self.arguments,
            each=self.each,
            at_commit=self.at_commit,
        )

    def refusals(self) -> Mapping[str, str]:
        found: dict[str, str] = {**self.refuses}
        for function in with_called(self.function):
            found |= function.refuses
        return found


@dataclass(frozen=True)
class EachOf:
    """The same guards for each of these models, which are asked for only when everything is loaded."""

    models: Callable[[], Iterable[Model]]
    make: Callable[[Model], Iterable[Guard]]
    refuses: Mapping[str, str] = field(default_factory=dict)

    def triggers(self) -> Iterator[Trigger]:
        for model in self.models():
            for guard in self.make(model):
                yield from guard.triggers()

    def refusals(self) -> Mapping[str, str]:
        return self.refuses


PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True)
class May:
    """What the web role may do with a table, where it is not what the model's pattern gives; and why."""

    privileges: str
    why: str

    def __post_init__(self) -> None:
        if not self.why or not set(self.privileges.split()) <= set(PRIVILEGES):
            raise ValueError(f"rights are some of {PRIVILEGES}, with a reason: {self}")

    def __iter__(self) -> Iterator[str]:
        return iter(self.privileges.split())
