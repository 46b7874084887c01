"""Files that unfold to far more than they are: refused with a sentence that names it, long before the limits of the process.

A file of this size may use two seconds of processor time (`seconds_for`); who needs more dies and is told something else.
"""

import re
import zipfile

import pytest

from admissions.core.apart import LEAST_SECONDS, seconds_for
from admissions.core.importing.grid import TOO_MERGED
from admissions.core.importing.sheets import Column, SheetProblem, read_table
from admissions.core.importing.xlsx import UNFOLDS
from admissions.evidence.filetypes import BOMB, FileRefused, check_file
from tests.factories.files import MAIN, SHEET, inline_row, plain_zip, repacked, sheet_xml, xlsx_file

COLUMNS = [Column("name", "姓名"), Column("number", "工号")]
HEADER = inline_row(1, ["姓名", "工号"])
BOOK = xlsx_file([["姓名", "工号"]])
MEGABYTES = 20
NAMED = ("姓名,工号\n").encode()


def much(unit: bytes, around: bytes = b"|", megabytes: int = MEGABYTES):
    """So many megabytes of it, in pieces."""
    before, after = around.split(b"|")
    block = unit * (2**20 // len(unit))
    yield before
    for _ in range(megabytes):
        yield block
    yield after


def sheet_of(unit: bytes) -> bytes:
    return repacked(BOOK, {SHEET: much(unit, sheet_xml(HEADER + b"|"))})


def part_of(name: str, around: str, unit: bytes) -> bytes:
    return repacked(BOOK, {name: much(unit, around.format(f' xmlns="{MAIN}"').encode())})


def shared_texts() -> bytes:
    related = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>'
        '<Relationship Id="rId2" Type="x/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    )
    return repacked(
        part_of("xl/sharedStrings.xml", "<sst{}>|</sst>", b"<si/>"), {"xl/_rels/workbook.xml.rels": related.encode()}
    )


def many_sheets() -> bytes:
    """Each of a hundred sheets is the same part, of an honest size."""
    names = b"".join(b'<sheet name="%d" sheetId="1" r:id="rId1"/>' % number for number in range(100))
    space = f'xmlns="{MAIN}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    book = b"<workbook %b><sheets>%b</sheets></workbook>" % (space.encode(), names)
    return repacked(BOOK, {"xl/workbook.xml": book, SHEET: sheet_xml(inline_row(1, ["无"]) + b"<row/>" * 50_000)})


def overlapping() -> bytes:
    rows = HEADER + b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(2, 5_000))
    ranges = b"<mergeCells>" + b'<mergeCell ref="A2:CV4999"/>' * 20_000 + b"</mergeCells></worksheet>"
    return repacked(BOOK, {SHEET: sheet_xml(rows).replace(b"</worksheet>", ranges)})


BOMBS = {
    "elements": (lambda: sheet_of(b"<x/>"), UNFOLDS),
    "cells": (lambda: sheet_of(b"<c/>"), UNFOLDS),
    "rows": (lambda: sheet_of(b"<row/>"), UNFOLDS),
    "nested": (lambda: sheet_of(b"<a>"), UNFOLDS),
    "hidden columns": (lambda: sheet_of(b"<col min='1' max='16384' hidden='1'/>"), UNFOLDS),
    "blanks": (lambda: repacked(BOOK, {SHEET: much(b" ", sheet_xml(HEADER + b"|"), 90)}), "文件已损坏"),
    "one tag": (lambda: repacked(BOOK, {SHEET: much(b"a", sheet_xml(HEADER + b'<x a="|"/>'))}), "文件已损坏"),
    "one comment": (lambda: repacked(BOOK, {SHEET: much(b">", sheet_xml(HEADER + b"<!--|-->"))}), "文件已损坏"),
    "styles": (lambda: part_of("xl/styles.xml", "<styleSheet{}><cellXfs>|</cellXfs></styleSheet>", b"<xf/>"), UNFOLDS),
    "names of sheets": (lambda: part_of("xl/workbook.xml", "<workbook{}>|</workbook>", b"<sheet/>"), UNFOLDS),
    "texts": (shared_texts, UNFOLDS),
    "one sheet many times": (many_sheets, UNFOLDS),
    "overlapping ranges": (overlapping, TOO_MERGED),
    "wide cells": (lambda: sheet_of(b"<c t='str'><v>1</v></c>"), "表格过大"),
}
TEXTS = {
    "a line of 4 MB": (NAMED + b"a" * (4 << 20), "第2行超过262144个字符"),
    "two million columns": (b"," * 2_000_000 + b"\n" + NAMED, "第1行超过262144个字符"),
    "wide empty lines": ((b"," * 250_000 + b"\n") * 12 + b"\n", "没有找到表头"),
    "a quote over everything": (NAMED + b'"a,' * 2_000_000, "第2行超过262144个字符"),
}


def refused(tmp_path, content: bytes, name: str) -> str:
    path = tmp_path / "content"
    path.write_bytes(content)
    with pytest.raises(SheetProblem) as problem:
        list(read_table(path, name, COLUMNS, seconds=LEAST_SECONDS).rows)
    return str(problem.value)


@pytest.mark.parametrize("bomb", BOMBS)
def test_what_a_workbook_unfolds_to_is_left_unread(bomb, tmp_path):
    make, sentence = BOMBS[bomb]
    found = refused(tmp_path, make(), "a.xlsx")
    assert found.startswith(sentence), found


@pytest.mark.parametrize("bomb", TEXTS)
def test_a_text_that_is_no_table_is_left_unread(bomb, tmp_path):
    content, sentence = TEXTS[bomb]
    assert re.search(sentence, refused(tmp_path, content, "a.csv"))


def test_a_file_may_cost_in_proportion_to_its_size(tmp_path):
    path = tmp_path / "content"
    for size, seconds in ((5, 2), (1 << 20, 6), (12 << 20, 50), (200 << 20, 60)):
        with path.open("wb") as file:
            file.truncate(size)
        assert seconds_for(path) == seconds


def test_archives_within_are_not_opened(tmp_path):
    """A bomb in a bomb stays as it is packed; what unfolds beyond half a gigabyte is not kept at all."""
    path = tmp_path / "content"
    inner = repacked(plain_zip(), {"inner": much(b"a", megabytes=60)})
    path.write_bytes(repacked(BOOK, {"xl/media/image1.zip": inner}))
    assert check_file(path, "a.xlsx").suffix == ".xlsx"
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        for number in range(2):
            archive.writestr(f"xl/media/{number}", inner[:10])
            archive.infolist()[-1].file_size = 300 << 20
    with pytest.raises(FileRefused, match=BOMB[:6]):
        check_file(path, "a.xlsx")
