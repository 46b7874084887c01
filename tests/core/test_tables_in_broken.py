"""Broken files of every kind end as a sentence: cut, with bytes changed, with parts of a package spoiled."""

import io
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admissions.core.apart import NOT_UNDERSTOOD, Unreadable, work_apart
from admissions.core.importing.reading import table
from admissions.core.importing.sheets import Column, SheetProblem, read_table
from admissions.core.unreadable import TOO_MUCH
from tests.factories.files import SHEET, csv_file, inline_row, repacked, sheet_xml, xls_file, xlsx_file

ROWS = [["题"], ["姓名", "工号"], ["吕示正", 1001.0], ["张示三", "S0002"]]
COLUMNS = [{"key": "name", "label": "姓名", "aliases": []}, {"key": "number", "label": "工号", "aliases": []}]
BOOK, OLD, TEXT = xlsx_file(ROWS), xls_file(ROWS), csv_file(ROWS)
PLAIN = sheet_xml(inline_row(1, ["姓名", "工号"]) + inline_row(2, ["吕示正", "S0001"]))
PARTS = {
    SHEET: PLAIN,
    "xl/workbook.xml": None,
    "xl/styles.xml": None,
    "_rels/.rels": None,
    "xl/_rels/workbook.xml.rels": None,
}
MANY = settings(max_examples=120, deadline=None)
SPOILS = st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=4)), min_size=1, max_size=4)


def tried(content: bytes, name: str) -> None:
    """Read, or refused with a sentence; nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "content"
        path.write_bytes(content)
        try:
            list(table(str(path), name, COLUMNS, None, False, 1000))
        except SheetProblem as problem:
            assert str(problem).endswith("。")


def spoiled(content: bytes, spoils) -> bytes:
    for place, bytes_ in spoils:
        at = int(place * len(content))
        content = content[:at] + bytes_ + content[at + len(bytes_) :]
    return content


@MANY
@given(SPOILS, st.sampled_from([(OLD, "a.xls"), (TEXT, "a.csv"), (BOOK, "a.xlsx")]), st.floats(0.2, 1))
def test_bytes_changed_and_the_end_cut_off(spoils, kind, left):
    content, name = kind
    tried(spoiled(content, spoils)[: int(left * len(content))], name)


@MANY
@given(st.sampled_from(sorted(PARTS)), SPOILS)
def test_parts_of_a_package_spoiled(part, spoils):
    whole = repacked(BOOK, {})
    content = PARTS[part] or _part(whole, part)
    tried(repacked(whole, {part: spoiled(content, spoils)}), "a.xlsx")


def _part(book: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return archive.read(name)


@pytest.mark.parametrize(
    "rows",
    [
        b'<row r="\xc2\xb2"><c r="A1"><v>1</v></c></row>',
        b'<row r="1e3"/>',
        b'<row r="%b"/>' % (b"9" * 5000),
        b'<row r="1"><c r="A0x1"><v>1</v></c></row>',
        b'<row r="1"><c r="A1" t="s"><v>99999</v></c></row>',
        b'<row r="1"><c r="A1" t="s"><v>x</v></c></row>',
        b'<row r="1"><c r="A1" s="-1"><v>1</v></c></row>',
        b'<row r="1"><c r="A1"><v>nan</v></c></row>',
        b'<row r="1"><c r="A1"><v>1e999</v></c></row>',
        b'<row r="1"><c r="A1"><v>1_0</v></c></row>',
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1"><c r="B1"><v>1</v></c></row><row r="0"/>',
    ],
)
def test_numbers_that_are_none_are_damage(rows, tmp_path):
    path = tmp_path / "content"
    path.write_bytes(repacked(BOOK, {SHEET: sheet_xml(rows)}))
    with pytest.raises(SheetProblem):
        list(table(str(path), "a.xlsx", COLUMNS, None, False, 1000))


def test_declared_entities_are_refused(tmp_path):
    bomb = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    path = tmp_path / "content"
    path.write_bytes(repacked(BOOK, {SHEET: PLAIN.replace(b"?>", b"?>" + bomb, 1)}))
    with pytest.raises(SheetProblem, match="文件已损坏"):
        list(table(str(path), "a.xlsx", COLUMNS, None, False, 1000))


class TestApart:
    def test_memory_beyond_the_limit_is_a_sentence(self, tmp_path):
        path = tmp_path / "content"
        path.write_bytes(xlsx_file([["姓名", "工号"], *([f"吕示{n}", f"S{n}"] for n in range(5_000))]))
        given = {"path": str(path), "name": "a.xlsx", "columns": COLUMNS, "sheet": None, "exact": False}
        with pytest.raises(Unreadable, match=TOO_MUCH):
            list(work_apart("admissions.core.importing.reading:table", megabytes=1, most_rows=9_000, **given))

    def test_a_fault_of_the_reader_is_a_sentence_too(self):
        """Called without what it needs."""
        with pytest.raises(Unreadable, match=NOT_UNDERSTOOD):
            list(work_apart("admissions.core.importing.reading:table"))

    def test_no_key_of_ours_is_within_reach(self, tmp_path, monkeypatch):
        monkeypatch.setenv("DIGEST_KEY", "a secret")
        path = tmp_path / "content"
        path.write_bytes(TEXT)
        rows = read_table(path, "a.csv", [Column("name", "姓名")]).rows
        first = next(rows)
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if (
                    "admissions.core.apart_child" in (process / "cmdline").read_text()
                    and str(path) in (process / "cmdline").read_text()
                ):
                    assert "a secret" not in (process / "environ").read_text()
            except OSError:
                continue
        assert first.cells["name"] == "吕示正"
        rows.close()
