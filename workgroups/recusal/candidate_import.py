"""The import kind “考生摘要”: hundreds of thousands of rows, streamed into the sealed table by COPY.

Rows are staged where they will stay, under a batch that counts for nothing until a second officer confirms it:
confirming writes one row. A well-formed file of digests goes in as it is, judged in blocks; any other file is read row
by row, ID numbers are digested on the way, and each row that cannot be taken gets its reason.
"""

import csv
import re
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.db import DataError, IntegrityError, connection, transaction
from django.utils import timezone

from admissions.accounts.identity import (
    DIGEST_VERSION,
    IdentityProblem,
    check_id_number,
    keyed_digest,
    masked_tail,
)
from admissions.accounts.permissions import Permission
from admissions.audit.commands import explain_constraint, machine_action
from admissions.core.sheets import Column, SheetProblem, fold
from admissions.evidence.enums import Verdict
from admissions.evidence.imports.registry import ImportKind
from admissions.evidence.models import ImportRow

from .models import CandidateBatch

KIND = "candidates"
REFERENCE, NUMBER, DIGEST, DISTRICT, SCHOOL = "reference", "number", "id_digest", "district_code", "school_code"
COLUMNS = (
    Column(REFERENCE, "考生参考号", ("参考号",)),
    Column(DIGEST, "证件号摘要", ("摘要",), required=False),
    Column(NUMBER, "证件号码", ("身份证号", "身份证号码", "证件号"), required=False),
    Column(DISTRICT, "区县代码", ("区县", "县区代码"), required=False),
    Column(SCHOOL, "学校代码", ("中学代码", "毕业学校代码"), required=False),
)
LIMITS = {REFERENCE: 40, DIGEST: 80, DISTRICT: 12, SCHOOL: 20}
LIKE_A_NUMBER = re.compile(r"\d{15}|\d{17}[\dXx]")
HEX = b"0123456789abcdef"
HEX_DIGITS = frozenset(HEX.decode())
CHUNK = 1 << 16
KEPT_REJECTIONS = 2000
PROGRESS_EVERY = 50_000
explain_constraint("candidatebatch_file_once", "同一份考生摘要文件已经上传过，不必重复导入。")

COPY = "COPY workgroups_candidatedigest ({columns}) FROM STDIN WITH (FORMAT csv, NULL '\\N', ENCODING 'UTF8')"
# Told by 64-bit hashes, which sort faster than text; two that fall together send the file to the careful reader.
DISTINCT = """
SELECT count(*) FROM (SELECT 1 FROM workgroups_candidatedigest WHERE batch_id = %(batch)s
                      GROUP BY hashtextextended(reference, 0)) AS each_reference
UNION ALL
SELECT count(*) FROM (SELECT 1 FROM workgroups_candidatedigest WHERE batch_id = %(batch)s
                      GROUP BY hashtextextended(id_digest, 0)) AS each_digest
"""
# Sorting so many hashes on disk would take as long as reading the file. And the two counts go to two processes of the
# server: by itself it would divide each count between them and lose most of the gain in merging.
FOR_DISTINCT = """
SET LOCAL work_mem = '64MB';
SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0; SET LOCAL min_parallel_table_scan_size = '1TB'
"""
FORGET = "DELETE FROM workgroups_candidatedigest WHERE batch_id = %(batch)s"


class _NotPlain(Exception):
    """The file must be read row by row."""


class CandidateBulk:
    """Check, apply and discard of the import framework."""

    def check(self, batch: Any, path: Path, progress: Callable[..., None]) -> dict[str, int]:
        """Stage the file under an unconfirmed set; run again after a crash it starts over."""
        header = _header_of(path, batch.file.name)
        staged = _staged(batch)
        progress(0, None, "正在写入考生摘要")
        taken, rejected = _stage_plain(staged, path, header)
        if taken is None:
            taken, rejected = _stage_by_row(staged, batch, path, header, progress)
        if not taken and not rejected:
            with machine_action("recusal.drop_candidates", "考生摘要为空", batch.file.name, target=staged):
                self.discard(batch)
            raise SheetProblem("表头下面没有数据行，请核对文件。")
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

    def discard(self, batch: Any) -> None:
        """Forget the staged rows; the set's row stays and says when."""
        staged = CandidateBatch.objects.select_for_update(of=("self",)).filter(source=batch).first()
        if staged is None:
            return
        _forget(staged)
        staged.discarded_at = timezone.now()
        staged.save()


KIND_OF_IMPORT = ImportKind(
    code=KIND,
    label="考生摘要",
    permission=Permission.IMPORT_CANDIDATES,
    columns=COLUMNS,
    intro=(
        "CSV 文件，一行一名考生：考生参考号（不得用考生号和姓名），证件号摘要或证件号码二选一，区县代码，学校代码。"
        "证件号码在读取时即转为加密摘要，不予保存；预检后源文件内容立即清除。"
    ),
    bulk=CandidateBulk(),
    needs_season=True,
    sensitive=True,
)


def _header_of(path: Path, name: str) -> list[str]:
    """The keys of the columns in file order.

    Raises SheetProblem: not csv; no column for reference and number; a column that is not wanted (names, for instance).
    """
    if Path(name).suffix.lower() not in (".csv", ".txt"):
        raise SheetProblem("考生摘要只接受 CSV 文件，请另存为 CSV（UTF-8）后上传。")
    with path.open("rb") as file:
        cells = next(csv.reader([_text(file.readline())]), [])
    known = {label: column.key for column in COLUMNS for label in column.names()}
    unwanted = [cell for cell in cells if fold(cell) not in known]
    if unwanted:
        raise SheetProblem(
            f"文件含有不需要的列：{'、'.join(unwanted)[:100]}。系统不收考生姓名等信息，请删除这些列后重新上传。"
        )
    keys = [known[fold(cell)] for cell in cells]
    if len(set(keys)) != len(keys) or REFERENCE not in keys or (NUMBER in keys) == (DIGEST in keys):
        raise SheetProblem("表头应有“考生参考号”，以及“证件号摘要”或“证件号码”其中一列，每列只出现一次。")
    return keys


def _text(line: bytes) -> str:
    """UTF-8, with or without byte order mark, else GB18030."""
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError:
        return line.decode("gb18030", "replace")


def _clean(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).strip()


def _shown(number: str) -> str:
    """What a preview may show of something that may be an ID number."""
    return masked_tail(number) if len(number) > 8 else ""


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


def _stage_plain(staged: CandidateBatch, path: Path, header: list[str]) -> tuple[int | None, int]:
    """The fast way in, for a clean file of digests; (None, 0) when the file has to be read row by row."""
    missing = [key for key in (DISTRICT, SCHOOL) if key not in header]
    if DIGEST not in header or missing:
        return None, 0
    try:
        with transaction.atomic(), path.open("rb") as file:
            file.readline()
            lines = _PlainLines(file, staged.pk, header)
            count = _copy(lines, ["batch_id", *header])
            if not lines.is_plain or _repeats(staged, count):
                raise _NotPlain
    except (_NotPlain, DataError, IntegrityError):
        return None, 0
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


class _PlainLines:
    """A file for COPY that puts the batch number before every line and judges the cells, a block at a time.

    While this process looks at a block, the server writes the one before: judging afterwards in SQL would take as long
    as writing. The number of cells in a line and their greatest length are the server's to judge.
    """

    def __init__(self, file: BinaryIO, batch_id: int, header: list[str]) -> None:
        self.file, self.prefix, self.is_plain = file, b"%d," % batch_id, True
        self.width, self.reference, self.digest = len(header), header.index(REFERENCE), header.index(DIGEST)

    def read(self, size: int = -1) -> bytes:
        lines = (self.file.read(CHUNK) + self.file.readline()).replace(b"\r\n", b"\n").removesuffix(b"\n")
        # An exception here would end the connection's COPY as an error of its own: stop, and say so afterwards.
        if not lines or not self._is_plain(lines):
            return b""
        return self.prefix + lines.replace(b"\n", b"\n" + self.prefix) + b"\n"

    def _is_plain(self, lines: bytes) -> bool:
        cells = lines.replace(b"\n", b",").split(b",")
        references, digests = cells[self.reference :: self.width], cells[self.digest :: self.width]
        self.is_plain = (
            lines.isascii()
            and not any(sign in lines for sign in (b'"', b"\\", b" ", b"\t", b"\r"))
            and len(cells) == self.width * (lines.count(b"\n") + 1)
            and _are_digests(digests)
            and not _may_hold_numbers(references)
        )
        return self.is_plain


def _are_digests(cells: list[bytes]) -> bool:
    """Every cell is the version, a colon and 64 lower-case hexadecimal digits; looked at all at once, not one by one."""
    start, count = f"{DIGEST_VERSION}:".encode(), len(cells)
    width = len(start) + 64 + 1
    joined = b",".join(cells) + b","
    signs = {*enumerate(start), (width - 1, ord(","))}
    return (
        len(joined) == width * count
        # A cell holds no comma: where one stands at the end of every width, every cell has this width.
        and all(joined[place::width] == bytes([sign]) * count for place, sign in signs)
        and joined.translate(None, HEX) == (start + b",").translate(None, HEX) * count
    )


def _may_hold_numbers(references: list[bytes]) -> bool:
    """Whether one is empty, or so much like an ID number that the careful reader has to say."""
    lengths = set(map(len, references))
    return 0 in lengths or (
        not lengths.isdisjoint((15, 18))
        and any(len(reference) in (15, 18) and reference[:14].isdigit() for reference in references)
    )


def _stage_by_row(
    staged: CandidateBatch, batch: Any, path: Path, header: list[str], progress: Callable[..., None]
) -> tuple[int, int]:
    """Read row by row: clean, digest, look for repetitions; rows that cannot be taken get their reason."""
    reader = _RowReader(staged.pk, path, header, progress)
    with transaction.atomic():
        taken = _copy(reader, ["batch_id", REFERENCE, DIGEST, DISTRICT, SCHOOL])
        ImportRow.objects.bulk_create(
            [
                ImportRow(batch=batch, line=line, verdict=Verdict.REJECTED, column=column, value=value, reason=reason)
                for line, column, value, reason in reader.rejections
            ],
            batch_size=1000,
        )
    return taken, reader.rejected


class _RowReader:
    """A file for COPY made of the acceptable rows; counts and explains the others."""

    def __init__(self, batch_id: int, path: Path, header: list[str], progress: Callable[..., None]) -> None:
        self.batch_id, self.header, self.progress = batch_id, header, progress
        self.labels = {column.key: column.label for column in COLUMNS}
        self.rejected = 0
        self.rejections: list[tuple[int, str, str, str]] = []
        # Of values seen before only a 64-bit hash and the line are kept: 700,000 rows stay small.
        self.seen: dict[str, dict[int, int]] = {REFERENCE: {}, DIGEST: {}}
        self.lines = self._accepted(path)

    def read(self, size: int = -1) -> bytes:
        block, length = [], 0
        for line in self.lines:
            block.append(line)
            length += len(line)
            if length >= CHUNK:
                break
        return "".join(block).encode()

    def _accepted(self, path: Path) -> Iterator[str]:
        with path.open("rb") as file:
            rows = csv.reader(_text(line) for line in file)
            next(rows)
            for row in rows:
                if any(cell.strip() for cell in row):
                    yield from self._judged(rows.line_num, row)
                if not rows.line_num % PROGRESS_EVERY:
                    self.progress(rows.line_num, None, f"已读取{rows.line_num}行")

    def _judged(self, line: int, row: list[str]) -> Iterator[str]:
        if len(row) != len(self.header):
            self._reject(line, "", "", f"应有{len(self.header)}列，实有{len(row)}列")
            return
        cells = {key: _clean(cell) for key, cell in zip(self.header, row, strict=True)}
        digest = self._digest(line, cells)
        if digest is None or not self._fits(line, cells) or self._repeats(line, cells[REFERENCE], digest):
            return
        yield f"{self.batch_id},{cells[REFERENCE]},{digest},{cells.get(DISTRICT, '')},{cells.get(SCHOOL, '')}\n"

    def _digest(self, line: int, cells: dict[str, str]) -> str | None:
        """The digest of the row, or None after the rejection; a raw number never leaves this function."""
        if NUMBER in cells:
            try:
                return keyed_digest(check_id_number(cells[NUMBER]))
            except IdentityProblem as problem:
                self._reject(line, self.labels[NUMBER], _shown(cells[NUMBER]), str(problem))
                return None
        digest = cells[DIGEST].lower()
        version, _, rest = digest.partition(":")
        if version == DIGEST_VERSION and len(rest) == 64 and HEX_DIGITS.issuperset(rest):
            return digest
        self._reject(line, self.labels[DIGEST], digest[:12], f"应为“{DIGEST_VERSION}:”加64位十六进制摘要")
        return None

    def _fits(self, line: int, cells: dict[str, str]) -> bool:
        if not cells[REFERENCE]:
            self._reject(line, self.labels[REFERENCE], "", "不能为空")
            return False
        if LIKE_A_NUMBER.fullmatch(cells[REFERENCE]):
            self._reject(line, self.labels[REFERENCE], _shown(cells[REFERENCE]), "不得用证件号码作参考号")
            return False
        for key, limit in LIMITS.items():
            value = cells.get(key, "")
            if len(value) > limit or any(sign in value for sign in ',"\\'):
                self._reject(line, self.labels[key], value[:40], f"最长{limit}个字符，不能有逗号、引号和反斜杠")
                return False
        return True

    def _repeats(self, line: int, reference: str, digest: str) -> bool:
        for key, value in ((REFERENCE, reference), (DIGEST, digest)):
            earlier = self.seen[key].setdefault(hash(value), line)
            if earlier != line:
                self._reject(line, self.labels[key], value[:12], f"与第{earlier}行重复")
                return True
        return False

    def _reject(self, line: int, column: str, value: str, reason: str) -> None:
        self.rejected += 1
        if len(self.rejections) < KEPT_REJECTIONS:
            self.rejections.append((line, column, value, reason))
