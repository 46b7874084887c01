"""The season's records as they stand, for its pack: one file of lines a table, and a description of them all.

A line is the row's columns as PostgreSQL writes `json_build_array` in a pinned session, in the order of the key: the same
rows give the same bytes in every database. Besides the season's own rows go those they point to, and those that the
season's events have written, so that no entry of its trail speaks of a record that is not there.

A model says what of it is left out: `NOT_ARCHIVED` (why none of it goes along), `ARCHIVED_COLUMNS` (what alone goes
along; `from_archive` makes a whole row of it again).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder

from admissions.audit.models import Event
from admissions.audit.protection import audited_models
from admissions.seals.export import Pack, Progress, as_json
from admissions.seals.leaves import pinned_session
from admissions.seasons.models import Season

from .models import SeasonArchive
from .readonly import of_season

AT_ONCE = 5_000
DESCRIPTION, FOLDER = "records.json", "records"


@dataclass(frozen=True)
class PackedTable:
    """Rows of one table that go along. `is_of_season`: all of the season's, which cannot change any more."""

    model: type[models.Model]
    keys: list[int]
    is_of_season: bool

    @property
    def name(self) -> str:
        return self.model._meta.db_table


def columns_of(model: type[models.Model]) -> list[str]:
    kept = getattr(model, "ARCHIVED_COLUMNS", None)
    return [field.column for field in model._meta.concrete_fields if kept is None or field.column in kept]


def season_models() -> list[type[models.Model]]:
    """Every table whose rows belong to a season, besides the archive itself, which changes after packing."""
    return [
        model
        for model in apps.get_models()
        if (model is Season or of_season(model)) and model is not SeasonArchive and not hasattr(model, "NOT_ARCHIVED")
    ]


def season_keys(model: type[models.Model], season: Season) -> list[int]:
    rows = model._base_manager.filter(**{"pk" if model is Season else of_season(model): season.pk})
    return list(rows.order_by("pk").values_list("pk", flat=True))


def packed_tables(season: Season) -> list[PackedTable]:
    """Everything that goes along, parents before children, the archive last."""
    own = {model: season_keys(model, season) for model in season_models()}
    found = {model: set(keys) for model, keys in own.items()}
    found[SeasonArchive] = set(SeasonArchive._base_manager.filter(season=season).values_list("pk", flat=True))
    _add_written_by_events(found, season)
    _add_pointed_at(found)
    tables = []
    for model in _parents_first(found):
        strangers = found[model] - set(own.get(model, ()))
        tables.append(PackedTable(model, sorted(found[model]), model in own and not strangers))
    return tables


def _add_written_by_events(found: dict[type[models.Model], set[int]], season: Season) -> None:
    events = Event.objects.filter(season_id=season.pk).values("pk")
    for model in audited_models():
        if hasattr(model, "ARCHIVED_COLUMNS") or hasattr(model, "NOT_ARCHIVED"):
            continue
        touched = model.history.model.objects.filter(event_id__in=events).order_by().values("id")
        keys = set(model._base_manager.filter(pk__in=touched).values_list("pk", flat=True))
        if keys:
            found.setdefault(model, set()).update(keys)


def _add_pointed_at(found: dict[type[models.Model], set[int]]) -> None:
    waiting = [(model, set(keys)) for model, keys in found.items()]
    while waiting:
        model, keys = waiting.pop()
        for field in _ways_out(model):
            new = _targets(model, field, keys) - found.get(field.related_model, set())
            if new:
                found.setdefault(field.related_model, set()).update(new)
                waiting.append((field.related_model, new))


def _ways_out(model: type[models.Model]) -> list[models.ForeignKey]:
    columns = columns_of(model)
    return [field for field in model._meta.concrete_fields if field.is_relation and field.column in columns]


def _targets(model: type[models.Model], field: models.ForeignKey, keys: set[int]) -> set[int]:
    found: set[int] = set()
    for some in portions(sorted(keys), AT_ONCE):
        rows = model._base_manager.filter(pk__in=some).exclude(**{field.name: None}).order_by()
        found |= set(rows.values_list(field.attname, flat=True).distinct())
    return found


def _parents_first(found: Iterable[type[models.Model]]) -> list[type[models.Model]]:
    """Rows that point in a circle are let in by the database at the end of the transaction."""
    present, ordered, seen = set(found), [], set()

    def visit(model: type[models.Model]) -> None:
        if model in seen or model not in present:
            return
        seen.add(model)
        for field in _ways_out(model):
            visit(field.related_model)
        ordered.append(model)

    for model in sorted(present - {SeasonArchive}, key=lambda model: model._meta.db_table):
        visit(model)
    return [*ordered, SeasonArchive]


def portions(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    waiting = iter(rows)
    while portion := list(islice(waiting, size)):
        yield portion


def lines_of(model: type[models.Model], keys: list[int]) -> Iterator[str]:
    """The rows as lines, without the line feed; a portion of keys at a time."""
    quote = connection.ops.quote_name
    columns = ", ".join(f"t.{quote(column)}" for column in columns_of(model))
    key, table = quote(model._meta.pk.column), quote(model._meta.db_table)
    for some in portions(keys, AT_ONCE):
        with transaction.atomic(), pinned_session() as cursor:
            cursor.execute(
                f"SELECT json_build_array({columns})::text FROM {table} t WHERE t.{key} = ANY(%s) ORDER BY t.{key}",
                [some],
            )
            lines = [line for (line,) in cursor]
        yield from lines


def write_records(pack: Pack, season: Season, progress: Progress) -> None:
    """All tables of the season, empty ones too, and their description."""
    described, tables = [], packed_tables(season)
    for number, table in enumerate(tables, 1):
        count = 0
        with pack.member(f"{FOLDER}/{table.name}.jsonl") as member:
            for line in lines_of(table.model, table.keys):
                member.write(line.encode() + b"\n")
                count += 1
        described.append(_description(table, count))
        progress(number, len(tables), "写出现行记录")
    pack.write(DESCRIPTION, as_json({"migrations": migration_state(), "tables": described}, indent=1))


def _description(table: PackedTable, count: int) -> dict[str, Any]:
    columns = columns_of(table.model)
    return {
        "table": table.name,
        "label": str(table.model._meta.verbose_name),
        "of_season": table.is_of_season,
        "rows": count,
        "columns": [
            {"column": field.column, "type": field.db_type(connection), "label": str(field.verbose_name)}
            for field in table.model._meta.concrete_fields
            if field.column in columns
        ],
    }


def migration_state() -> dict[str, str]:
    """App → its newest migration, of the apps of this project: which tables the lines fit."""
    ours = {model._meta.app_label for model in audited_models()} | {"audit", "jobs"}
    found: dict[str, str] = {}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        if app in ours:
            found[app] = name
    return found
