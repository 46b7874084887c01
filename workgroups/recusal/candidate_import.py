"""The import kind “考生摘要”: hundreds of thousands of rows, streamed into the sealed table by COPY.

Rows are staged where they will stay, under a batch that counts for nothing until a second officer confirms it:
confirming writes one row. A well-formed file of digests goes in as it is, judged in blocks (`plain_digests`); any other
file is read like every table, row by row, ID numbers are digested on the way, and each row that cannot be taken gets its
reason (`candidate_rows`).
"""

from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import DataError, IntegrityError, connection, transaction
from django.utils import timezone

from admissions.accounts.permissions import Permission
from admissions.accounts.personal_numbers import without_numbers
from admissions.audit.access import RecusedScope
from admissions.audit.commands import explain_constraint, machine_action
from admissions.core.importing.kinds import ImportKind, Standing, Verdict
from admissions.core.importing.sheets import Account, Row, SheetProblem, Table, fold, read_table
from admissions.evidence.imports.reckoning import kept
from admissions.evidence.models import ImportRow

from .candidate_rows import COLUMNS, DIGEST, DISTRICT, LABELS, NUMBER, REFERENCE, SCHOOL, CandidateRows
from .matching import keeps_from_one_of
from .models import CandidateBatch
from .plain_digests import CHUNK, PlainLines, plain_header

KIND = "candidates"
# Rows that go to the table in one COPY; between two of them the job tells how far it is.
ROWS_AT_ONCE = 20_000
MOST_ROWS = 5_000_000
READING_SECONDS = 900
EMPTY = "表头下面没有数据行，请核对文件。"
WRONG_HEADER = "表头应有“考生参考号”，以及“证件号摘要”或“证件号码”其中一列，每列只出现一次。"
explain_constraint("candidatebatch_file_once", "同一份考生摘要文件已经上传过，不必重复导入。")

COPY = "COPY recusal_candidatedigest ({columns}) FROM STDIN WITH (FORMAT csv, NULL '\\N', ENCODING 'UTF8')"
# Told by 64-bit hashes, which sort faster than text; two that fall together send the file to the careful reader.
DISTINCT = """
SELECT count(*) FROM (SELECT 1 FROM recusal_candidatedigest WHERE batch_id = %(batch)s
                      GROUP BY hashtextextended(reference, 0)) AS each_reference
UNION ALL
SELECT count(*) FROM (SELECT 1 FROM recusal_candidatedigest WHERE batch_id = %(batch)s
                      GROUP BY hashtextextended(id_digest, 0)) AS each_digest
"""
# Sorting so many hashes on disk would take as long as reading the file. And the two counts go to two processes of the
# server: by itself it would divide each count between them and lose most of the gain in merging.
FOR_DISTINCT = """
SET LOCAL work_mem = '64MB';
SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0; SET LOCAL min_parallel_table_scan_size = '1TB'
"""
FORGET = "DELETE FROM recusal_candidatedigest WHERE batch_id = %(batch)s"


class _NotPlain(Exception):
    """The file must be read row by row."""


class CandidateBulk:
    """Check, apply and discard of the import framework."""

    def check(self, batch: Any, path: Path, progress: Callable[..., None]) -> dict[str, int]:
        """Stage the file under an unconfirmed set; run again after a crash it starts over.

        Raises SheetProblem: the file cannot be read to its end; nothing of it is then left.
        """
        keys = _plain_keys(path)
        # A file with a wrong header leaves no set behind.
        table = None if keys else _opened(path, batch)
        staged = _staged(batch)
        progress(0, None, "正在写入考生摘要")
        try:
            counted = None if table is not None else _stage_plain(staged, batch, path, keys)
            taken, rejected = counted or _stage_by_row(staged, batch, table or _opened(path, batch), progress)
            if not taken and not rejected:
                raise SheetProblem(EMPTY)
        except SheetProblem:
            with machine_action("recusal.drop_candidates", "考生摘要不能读取", batch.file.name, target=staged):
                self.discard(batch)
            raise
        with machine_action("recusal.stage_candidates", "预检考生摘要", batch.file.name, target=staged):
            staged.row_count = taken
            staged.save()
        progress(taken + rejected, taken + rejected, "预检完成")
        return {
            str(Verdict.NEW): taken,
            str(Verdict.CHANGED): 0,
            str(Verdict.SAME): 0,
            str(Verdict.REJECTED): rejected,
        }

    def apply(self, batch: Any, progress: Callable[..., None]) -> None:
        """Confirm the staged set; the framework's event and transaction are around."""
        staged = CandidateBatch.objects.select_for_update(of=("self",)).get(source=batch)
        staged.confirmed_by, staged.confirmed_at = batch.confirmed_by, batch.confirmed_at
        staged.full_clean()
        staged.save()
        progress(staged.row_count, staged.row_count, "考生摘要已生效")

    def names_any(self, batch: Any, scope: RecusedScope) -> bool:
        """One look through the staged rows, and only for somebody who keeps away from a candidate, district or school."""
        if not (scope.candidates or scope.districts or scope.schools):
            return False
        staged = CandidateBatch.objects.filter(source=batch, discarded_at__isnull=True).first()
        return staged is not None and keeps_from_one_of(scope, staged)

    def discard(self, batch: Any) -> None:
        """Forget the staged rows; the set's row stays and says when."""
        staged = CandidateBatch.objects.select_for_update(of=("self",)).filter(source=batch).first()
        if staged is None:
            return
        _forget(staged)
        staged.discarded_at = timezone.now()
        staged.save()


def standing(season: Any) -> Standing:
    newest = CandidateBatch.objects.newest(season)
    if newest is None:
        return Standing("本季还没有考生摘要。")
    sentence = f"将取代现行{newest.row_count:,}人（{newest.file_name}）：确认后，比对只用新的一份。"
    return Standing(sentence, newest.row_count, "人", True)


KIND_OF_IMPORT = ImportKind(
    code=KIND,
    label="考生摘要",
    permission=Permission.IMPORT_CANDIDATES,
    columns=COLUMNS,
    intro=(
        "一行一名考生：考生参考号（字母、数字和连字符，连续数字不超过10位；不得用考生号、证件号码、手机号和姓名），"
        "证件号摘要或证件号码二选一，区县代码，学校代码。"
        "证件号码在读取时即转为加密摘要，不予保存；预检后源文件内容立即清除。"
    ),
    standing=standing,
    bulk=CandidateBulk(),
    needs_season=True,
    sensitive=True,
)


def _staged(batch: Any) -> CandidateBatch:
    """The unconfirmed set of this import, empty."""
    with machine_action("recusal.open_candidates", "登记考生摘要批", batch.file.name, target=batch):
        staged = CandidateBatch.objects.filter(source=batch).first() or CandidateBatch(
            season=batch.season,
            source=batch,
            file_name=batch.file.name,
            source_hash=batch.file.sha256,
            uploaded_by=batch.uploaded_by,
        )
        if staged.pk is None and _same_file(staged).exists():
            raise SheetProblem("同一份考生摘要文件已经上传过，不必重复导入。")
        staged.row_count = 0
        staged.save()
        _forget(staged)
    ImportRow.objects.filter(batch=batch).delete()
    return staged


def _same_file(staged: CandidateBatch) -> Any:
    return CandidateBatch.objects.filter(
        season=staged.season, source_hash=staged.source_hash, discarded_at__isnull=True
    )


def _forget(staged: CandidateBatch) -> None:
    with connection.cursor() as cursor:
        cursor.execute(FORGET, {"batch": staged.pk})


def _plain_keys(path: Path) -> list[str]:
    """The keys of the columns in file order, where the header is that of a clean file of digests; else nothing."""
    known = {name: column.key for column in COLUMNS for name in column.names()}
    keys = [known.get(fold(word), "") for word in plain_header(path)]
    return keys if sorted(keys) == sorted((REFERENCE, DIGEST, DISTRICT, SCHOOL)) else []


def _stage_plain(staged: CandidateBatch, batch: Any, path: Path, keys: list[str]) -> tuple[int, int] | None:
    """The fast way in, for a clean file of digests; None when the file has to be read row by row."""
    codes = [keys.index(DISTRICT), keys.index(SCHOOL)]
    try:
        with transaction.atomic(), path.open("rb") as file:
            file.readline()
            lines = PlainLines(file, staged.pk, keys.index(REFERENCE), keys.index(DIGEST), codes)
            count = _copy(lines, ["batch_id", *keys])
            if not count or not lines.is_plain or _repeats(staged, count):
                raise _NotPlain
    except (_NotPlain, DataError, IntegrityError):
        return None
    words = plain_header(path)
    read = [["ABCD"[place], word, LABELS[key]] for place, (word, key) in enumerate(zip(words, keys, strict=True))]
    batch.account = Account(lines=count + 1, above=1, rows=count, read=read, absent=[LABELS[NUMBER]]).as_json()
    return count, 0


def _copy(source: Any, columns: list[str]) -> int:
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(COPY.format(columns=", ".join(columns)), source, CHUNK)
        return cursor.rowcount


def _repeats(staged: CandidateBatch, count: int) -> bool:
    """Whether any of the `count` references or digests may stand twice."""
    with connection.cursor() as cursor:
        cursor.execute(FOR_DISTINCT)
        cursor.execute(DISTINCT, {"batch": staged.pk})
        return {distinct for (distinct,) in cursor} != {count}


def _opened(path: Path, batch: Any) -> Table:
    """The table by the reader of all; raises SheetProblem: unreadable, or with other columns than are wanted."""
    table = read_table(path, batch.file.name, COLUMNS, exact=True, most_rows=MOST_ROWS, seconds=READING_SECONDS)
    _require_columns(table.account)
    return table


def _stage_by_row(staged: CandidateBatch, batch: Any, table: Table, progress: Callable[..., None]) -> tuple[int, int]:
    """Read row by row: clean, digest, look for repetitions; rows that cannot be taken get their reason."""
    judge, has_numbers = CandidateRows(staged.pk), NUMBER in table.labels
    for rows in _blocks(table.rows):
        lines = "".join(judge.lines(rows, has_numbers)).encode()
        _copy(BytesIO(lines), ["batch_id", REFERENCE, DIGEST, DISTRICT, SCHOOL])
        progress(judge.taken + judge.rejected, None, f"已读取{rows[-1].line}行")
    ImportRow.objects.bulk_create(
        [
            ImportRow(batch=batch, line=line, verdict=Verdict.REJECTED, column=column, value=value, reason=reason[:300])
            for line, column, value, reason in judge.rejections
        ],
        batch_size=1000,
    )
    batch.account = {**kept(table.account), "unlisted": judge.rejected - len(judge.rejections)}
    return judge.taken, judge.rejected


def _require_columns(account: Account) -> None:
    """Nothing stands in the file but what is wanted: who the candidates are is not ours to know."""
    known = {name for column in COLUMNS for name in column.names()}
    headings = [one["heading"] for one in account.unread if one["heading"]]
    if known.intersection(map(fold, headings)):
        raise SheetProblem(WRONG_HEADER)
    if headings:
        unwanted = without_numbers("、".join(headings))[:100]
        raise SheetProblem(f"文件含有不需要的列：{unwanted}。系统不收考生姓名等信息，请删除这些列后重新上传。")
    if len({LABELS[NUMBER], LABELS[DIGEST]} & set(account.absent)) != 1:
        raise SheetProblem(WRONG_HEADER)


def _blocks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while block := list(islice(rows, ROWS_AT_ONCE)):
        yield block
