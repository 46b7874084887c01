"""The verdict on one line of candidates: taken as a line for COPY, or refused with column, value and reason."""

import re
import unicodedata
from collections.abc import Iterator

from admissions.accounts.identity import (
    DIGEST_VERSION,
    IdentityProblem,
    check_id_number,
    keyed_digest,
    masked_tail,
)
from admissions.accounts.personal_numbers import personal_number, spelled_out, without_numbers
from admissions.core.importing.sheets import LINE, Column, Row

REFERENCE, NUMBER, DIGEST, DISTRICT, SCHOOL = "reference", "number", "id_digest", "district_code", "school_code"
COLUMNS = (
    Column(REFERENCE, "考生参考号", ("参考号",)),
    Column(DIGEST, "证件号摘要", ("摘要",), required=False),
    Column(NUMBER, "证件号码", ("身份证号", "身份证号码", "证件号"), required=False),
    Column(DISTRICT, "区县代码", ("区县", "县区代码"), required=False),
    Column(SCHOOL, "学校代码", ("中学代码", "毕业学校代码"), required=False),
)
LABELS = {LINE: ""} | {column.key: column.label for column in COLUMNS}
LIMITS = {REFERENCE: 40, DISTRICT: 12, SCHOOL: 20}
CODE = re.compile(r"[0-9A-Za-z-]*")
LONG_RUN = re.compile(r"[0-9]{11}")
HEX_DIGITS = frozenset("0123456789abcdef")
KEPT_REJECTIONS = 2000
REFERENCE_RULE = "参考号由字母、数字和连字符组成，至少一位数字，连续数字不超过10位"


class CandidateRows:
    """Takes rows one by one; counts and explains those that cannot be taken."""

    def __init__(self, batch_id: int) -> None:
        self.batch_id, self.taken, self.rejected = batch_id, 0, 0
        self.rejections: list[tuple[int, str, str, str]] = []
        # Of values seen before only a 64-bit hash and the line are kept: 700,000 rows stay small.
        self.seen: dict[str, dict[int, int]] = {REFERENCE: {}, DIGEST: {}}

    def lines(self, rows: list[Row], has_numbers: bool) -> Iterator[str]:
        """For each row that is taken batch, reference, digest, district and school as a line of csv."""
        for row in rows:
            digest = self._digest(row, has_numbers)
            if digest is not None:
                self.taken += 1
                cells = row.cells
                yield f"{self.batch_id},{cells[REFERENCE]},{digest},{cells[DISTRICT]},{cells[SCHOOL]}\n"

    def _digest(self, row: Row, has_numbers: bool) -> str | None:
        """The digest of a sound row; a number in clear never leaves this function."""
        row = Row(
            row.line, {key: unicodedata.normalize("NFKC", text).strip() for key, text in row.cells.items()}, row.faults
        )
        if row.faults:
            key, fault = next(iter(row.faults.items()))
            return self._reject(row, key, fault.shown, fault.reason)
        digest = self._from_number(row) if has_numbers else self._as_given(row)
        if digest is None or not self._fits(row) or self._repeats(row, digest):
            return None
        return digest

    def _from_number(self, row: Row) -> str | None:
        try:
            return keyed_digest(check_id_number(row.cells[NUMBER]))
        except IdentityProblem as problem:
            return self._reject(row, NUMBER, shown(row.cells[NUMBER]), str(problem))

    def _as_given(self, row: Row) -> str | None:
        digest = row.cells[DIGEST].lower()
        version, _, rest = digest.partition(":")
        if version == DIGEST_VERSION and len(rest) == 64 and HEX_DIGITS.issuperset(rest):
            return digest
        reason = f"应为“{DIGEST_VERSION}:”加64位十六进制摘要"
        return self._reject(row, DIGEST, shown(digest)[:12], reason)

    def _fits(self, row: Row) -> bool:
        reference = row.cells[REFERENCE]
        if not reference:
            self._reject(row, REFERENCE, "", "不能为空")
            return False
        for key, limit in LIMITS.items():
            reason = _misfit(key, row.cells[key], limit)
            if reason:
                self._reject(row, key, shown(row.cells[key]), reason)
                return False
        return True

    def _repeats(self, row: Row, digest: str) -> bool:
        for key, value in ((REFERENCE, row.cells[REFERENCE]), (DIGEST, digest)):
            earlier = self.seen[key].setdefault(hash(value), row.line)
            if earlier != row.line:
                self._reject(row, key, value[:12], f"与第{earlier}行重复")
                return True
        return False

    def _reject(self, row: Row, key: str, value: str, reason: str) -> None:
        self.rejected += 1
        if len(self.rejections) < KEPT_REJECTIONS:
            self.rejections.append((row.line, LABELS[key], without_numbers(value), reason))


def _misfit(key: str, text: str, limit: int) -> str:
    """Why the text may not be kept in clear; "" for a code."""
    kind = personal_number(text)
    if kind:
        return f"不得用{kind}作{'参考号' if key == REFERENCE else '代码'}"
    if len(text) > limit or not CODE.fullmatch(text):
        return f"最长{limit}个字符，只能是字母、数字和连字符" + ("，不得用姓名" if not text.isascii() else "")
    if key == REFERENCE and (LONG_RUN.search(spelled_out(text)) or not re.search("[0-9]", text)):
        return REFERENCE_RULE
    return ""


def shown(text: str) -> str:
    """What a preview may show of something that may be somebody's number or name."""
    digits = spelled_out(text)
    if not text.isascii():
        return ""
    return masked_tail(digits) if personal_number(text) or LONG_RUN.search(digits) else text[:40]
