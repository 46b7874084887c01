"""The records of a season's pack put back into their own tables, to be looked at through the ordinary pages.

Nothing that is there is changed: a row of the pack is added where it is missing, and where it is there it must be the same.
Rules for work under way (a position only while positions are collected) do not fit rows that tell the end of it; their
triggers rest meanwhile. What protects the ledger and archived seasons does not.
"""

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from admissions.audit.models import AuditedModel, recorded_fields
from admissions.core.decision import Refused
from admissions.seasons.models import Season

from .readonly import CONSTRAINT
from .records import DESCRIPTION, FOLDER, columns_of, lines_of, migration_state, portions, season_keys

CHUNK = 1_000
STAYS_ON = (CONSTRAINT, "audit_raw_change", "audit_append_only", "audit_no_truncate")
NOTHING = "没有写入任何内容。"
Line = tuple[int, str]


@dataclass(frozen=True)
class PackedFile:
    """One table of a pack, as its description says."""

    archive: zipfile.ZipFile
    model: type[models.Model]
    columns: list[str]
    is_of_season: bool

    def lines(self) -> Iterator[Line]:
        """(key, line) in the order of the key."""
        place = self.columns.index(self.model._meta.pk.column)
        with self.archive.open(f"{FOLDER}/{self.model._meta.db_table}.jsonl") as stream:
            for line in stream:
                text = line.decode().rstrip("\n")
                yield json.loads(text)[place], text

    def row(self, line: str) -> dict[str, Any]:
        return dict(zip(self.columns, json.loads(line), strict=True))

    def named(self, key: int) -> str:
        return f"表“{self.model._meta.verbose_name}”（{self.model._meta.db_table}）第 {key} 号记录"


@dataclass
class Returned:
    """How many records came back by table, and which of those that were there already differ where they may."""

    rows: dict[str, int] = field(default_factory=dict)
    otherwise: list[str] = field(default_factory=list)


def packed_files(archive: zipfile.ZipFile) -> list[PackedFile]:
    """The tables of the pack, parents first; none for a pack without records.

    Refuses a pack whose tables are not those of this system.
    """
    if DESCRIPTION not in archive.namelist():
        return []
    description = json.loads(archive.read(DESCRIPTION))
    _require_same_tables(description["migrations"])
    known = {model._meta.db_table: model for model in apps.get_models()}
    files = []
    for row in description["tables"]:
        columns = [column["column"] for column in row["columns"]]
        model = known.get(row["table"])
        if model is None or columns_of(model) != columns:
            raise Refused(
                f"归档包的表“{row['label']}”（{row['table']}）与本系统的列不同，{NOTHING}",
                who_can="请用生成归档包时的版本读取。",
            )
        files.append(PackedFile(archive, model, columns, row["of_season"]))
    return files


def _require_same_tables(packed: dict[str, str]) -> None:
    here = migration_state()
    for app in sorted({*packed, *here}):
        if packed.get(app) != here.get(app):
            raise Refused(
                f"归档包的数据表版本是 {app} {packed.get(app, '没有')}，本系统是 {here.get(app, '没有')}，{NOTHING}",
                who_can="请用与归档包同一版本的系统读回。",
            )


def put_back(files: list[PackedFile], season_id: int) -> Returned:
    """Add what is missing and compare the rest; inside a command.

    Refuses: a row that is there otherwise; a row of the season that the pack does not know; a season that is frozen here
    and has lost rows.
    """
    returned = Returned()
    for file in files:  # before anything is added: the sentence should name what was there
        _compare(file, season_id, returned)
    missing = {file.model: keys for file in files if (keys := _missing(file))}
    with resting_triggers([model._meta.db_table for model in missing]):
        for file in files:
            if file.model in missing:
                _insert(file, set(missing[file.model]))
                returned.rows[file.model._meta.db_table] = len(missing[file.model])
    for file in files:
        if file.model in missing:
            _record(file.model, missing[file.model])
            _move_sequence(file.model)
            _require_present(file, missing[file.model])
    return returned


def _present(file: PackedFile, keys: list[int]) -> dict[int, str]:
    place = file.columns.index(file.model._meta.pk.column)
    return {json.loads(line)[place]: line for line in lines_of(file.model, sorted(keys))}


def _missing(file: PackedFile) -> list[int]:
    found = []
    for some in portions(file.lines(), CHUNK):
        there = set(file.model._base_manager.filter(pk__in=[key for key, _ in some]).values_list("pk", flat=True))
        found += [key for key, _ in some if key not in there]
    return found


def _compare(file: PackedFile, season_id: int, returned: Returned) -> None:
    """Rows that are there: those of the season exactly as in the pack, others at least the same record."""
    packed = set()
    for some in portions(file.lines(), CHUNK):
        present = _present(file, [key for key, _ in some])
        packed |= {key for key, _ in some}
        for key, line in some:
            if key not in present or present[key] == line:
                continue
            if file.is_of_season or not _is_same_record(file.model, file.row(line), file.row(present[key])):
                raise Refused(f"{file.named(key)}与本数据库现有的不同，{NOTHING}", who_can="请用空的数据库读回。")
            returned.otherwise.append(file.named(key))
    if file.is_of_season:
        more = set(season_keys(file.model, Season(pk=season_id))) - packed
        if more:
            raise Refused(
                f"{file.named(min(more))}在本数据库里有，归档包里没有，{NOTHING}", who_can="请读入空的数据库。"
            )


def _is_same_record(model: type[models.Model], packed: dict[str, Any], present: dict[str, Any]) -> bool:
    """By what names the record: its unique columns, else what it must point to."""
    names = [column for column in _naming_columns(model) if packed.get(column) is not None]
    return all(packed[column] == present[column] for column in names or packed)


def _naming_columns(model: type[models.Model]) -> list[str]:
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    unique = [field.column for field in fields if field.unique]
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.condition is None:
            unique += [model._meta.get_field(name).column for name in constraint.fields]
    return unique or [field.column for field in fields if field.is_relation and not field.null]


def _insert(file: PackedFile, missing: set[int]) -> None:
    for some in portions(((key, line) for key, line in file.lines() if key in missing), CHUNK):
        try:
            with transaction.atomic():
                _insert_rows(file, [file.row(line) for _, line in some])
        except IntegrityError:
            raise _conflict(file, some) from None


def _conflict(file: PackedFile, lines: list[Line]) -> Refused:
    """One by one, to name the row."""
    for key, line in lines:
        try:
            with transaction.atomic():
                _insert_rows(file, [file.row(line)])
        except IntegrityError as error:
            diagnostics = getattr(error.__cause__, "diag", None)
            if getattr(diagnostics, "constraint_name", "") == CONSTRAINT:
                return Refused(
                    f"本数据库里这个录取季已经归档只读，缺了{file.named(key)}也不能补写，{NOTHING}",
                    who_can="请从备份恢复，或用空的数据库读回。",
                )
            return Refused(f"{file.named(key)}与本数据库里的另一条记录冲突，{NOTHING}", who_can="请用空的数据库读回。")
    raise RuntimeError(f"{file.model._meta.db_table}: rows conflict together and not alone")


def _insert_rows(file: PackedFile, rows: list[dict[str, Any]]) -> None:
    if hasattr(file.model, "from_archive"):
        made = [file.model.from_archive(row) for row in rows]
        models.QuerySet(file.model).bulk_create(made)
        return
    insert_json(file.model._meta.db_table, rows)


def insert_json(table: str, rows: list[dict[str, Any]], unless: str = "") -> int:
    """Insert rows by column, read by the database as its own types; how many."""
    quote = connection.ops.quote_name
    columns = ", ".join(quote(column) for column in rows[0])
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(table)} ({columns})"
            f" SELECT {columns} FROM json_populate_recordset(NULL::{quote(table)}, %s::json) {unless}",
            [json.dumps(rows, ensure_ascii=False)],
        )
        return cursor.rowcount


@contextmanager
def resting_triggers(tables: list[str], only: tuple[str, ...] = ()) -> Iterator[None]:
    """Only the owner of the tables may do this; at the end every reference is checked, then the triggers are on again.

    `only`: the triggers of these names; else all but those that stay on.
    """
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT t.tgisinternal AND t.tgenabled = 'O' AND c.relname = ANY(%s)"
            " AND CASE WHEN %s::text[] = '{}' THEN t.tgname <> ALL(%s) ELSE t.tgname = ANY(%s) END"
            " AND c.relnamespace = 'public'::regnamespace",
            [tables, list(only), list(STAYS_ON), list(only)],
        )
        found = [(quote(table), quote(name)) for table, name in cursor.fetchall()]
        for table, name in found:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        yield
        try:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except IntegrityError as error:
            detail = getattr(getattr(error.__cause__, "diag", None), "message_detail", "") or ""
            raise Refused(
                f"归档包里有记录指向包里没有的记录（{detail}），{NOTHING}", who_can="请取得完好的归档包再读。"
            ) from None
        for table, name in found:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {name}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _record(model: type[models.Model], keys: list[int]) -> None:
    """A history row under this act for every row that its history does not explain: its own entries did not go along."""
    if not issubclass(model, AuditedModel):
        return
    for some in portions(keys, CHUNK):
        unexplained = _unexplained(model, some)
        if unexplained:
            model.objects.all().record_entries(list(model._base_manager.filter(pk__in=unexplained).order_by("pk")))


def _unexplained(model: type[AuditedModel], keys: list[int]) -> list[int]:
    quote = connection.ops.quote_name
    history = model.history.model
    columns = [quote(field.column) for field in recorded_fields(model)]
    live, last = (", ".join(f"{row}.{column}" for column in columns) for row in ("t", "h"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH last AS (SELECT DISTINCT ON (id) * FROM {quote(history._meta.db_table)} WHERE id = ANY(%s)"
            " ORDER BY id, revision DESC, history_date DESC)"
            f" SELECT t.id FROM {quote(model._meta.db_table)} t LEFT JOIN last h ON h.id = t.id"
            f" WHERE t.id = ANY(%s) AND (h.id IS NULL OR ROW({live}) IS DISTINCT FROM ROW({last})) ORDER BY t.id",
            [keys, keys],
        )
        return [key for (key,) in cursor]


def _move_sequence(model: type[models.Model]) -> None:
    """The next record made here gets a number of its own."""
    quote = connection.ops.quote_name
    table, key = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [quote(table), key])
        sequence = cursor.fetchone()[0]
        if sequence:
            cursor.execute(
                f"SELECT setval(%s, greatest((SELECT max({quote(key)}) FROM {quote(table)}),"
                f" (SELECT last_value FROM {sequence})))",
                [sequence],
            )


def _require_present(file: PackedFile, keys: list[int]) -> None:
    """What was added reads as it stands in the pack."""
    wanted = set(keys)
    for some in portions(((key, line) for key, line in file.lines() if key in wanted), CHUNK):
        present = _present(file, [key for key, _ in some])
        for key, line in some:
            if present.get(key) != line:
                raise Refused(f"{file.named(key)}读回以后与归档包不同，{NOTHING}", who_can="请把这一行报告系统管理员。")
