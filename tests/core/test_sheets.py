"""Tables as people send them: read as meant, or refused with a sentence that says what to do."""

import subprocess
import sys

import pytest
from openpyxl import Workbook

from admissions.core.importing import xlsx
from admissions.core.importing.sheets import Column, Fault, SheetProblem, clean, clean_name, read_table
from tests.factories.files import (
    csv_file,
    inline_row,
    plain_zip,
    repacked,
    saved,
    xls_file,
    xlsx_file,
    xlsx_with_formatted_rows,
    xlsx_with_sheet,
)
from tests.sizes import ALL

COLUMNS = (
    Column("name", "姓名"),
    Column("number", "工号", ("人员编号",)),
    Column("id_number", "身份证号", required=False),
    Column("title", "职务", required=False),
)
HEADER = ["姓名", "工号", "身份证号", "职务"]
PEOPLE = [["吕示正", "S0001", "", "科长"], ["张示三", "S0002", "", ""]]
EXPECTED = [("吕示正", "S0001", "", "科长"), ("张示三", "S0002", "", "")]


@pytest.fixture
def read(tmp_path):
    """Write the bytes to disk, read the table, give (line of the header, rows)."""

    def act(content: bytes, name: str = "名单.xlsx", sheet: str | None = None, **given):
        path = tmp_path / "content"
        path.write_bytes(content)
        table = read_table(path, name, COLUMNS, sheet, **given)
        return table.header_line, list(table.rows)

    return act


def texts(found):
    return [tuple(row.cells.values()) for row in found[1]]


def lines(found):
    return [row.line for row in found[1]]


class TestWhatPeopleSend:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    @pytest.mark.parametrize("delimiter", [",", "\t", ";"])
    def test_csv_in_any_usual_encoding(self, read, encoding, delimiter):
        rows = [*PEOPLE, ["㛃䶮𬱖", "S0003", "", "主任，兼"]]
        found = read(csv_file([HEADER, *rows], encoding, delimiter), "名单.csv")
        assert texts(found) == [*EXPECTED, ("㛃䶮𬱖", "S0003", "", "主任，兼")]

    def test_old_excel(self, read):
        found = read(xls_file([["2026年花名册"], HEADER, *PEOPLE, ["㛃䶮𬱖", 20260001.0, "", ""]]), "名单.xls")
        assert found[0] == 2
        assert texts(found) == [*EXPECTED, ("㛃䶮𬱖", "20260001", "", "")]

    def test_merged_title_row_and_empty_rows_keep_the_line_numbers(self, read):
        rows = [["2026年录取工作人员花名册"], [], ["单位：（盖章）"], HEADER, PEOPLE[0], [], PEOPLE[1]]
        found = read(xlsx_file(rows, merged="A1:D1"))
        assert (found[0], lines(found), texts(found)) == (4, [5, 7], EXPECTED)

    def test_header_on_the_second_sheet(self, read):
        found = read(xlsx_file([["填表说明"], ["请勿改动表头"]], 名单=[["标题"], HEADER, *PEOPLE]))
        assert (found[0], texts(found)) == (2, EXPECTED)

    def test_second_sheet_with_only_the_header_is_no_rival(self, read):
        assert texts(read(xlsx_file([HEADER, *PEOPLE], 空表=[HEADER]))) == EXPECTED
        assert texts(read(xlsx_file([HEADER], 名单=[HEADER, *PEOPLE]))) == EXPECTED

    def test_two_filled_sheets_are_not_guessed_between(self, read):
        content = xlsx_file([HEADER, PEOPLE[0]], 第二组=[HEADER, PEOPLE[1]])
        with pytest.raises(SheetProblem, match=r"工作表“Sheet”“第二组”都有表头和数据.*请合并为一张"):
            read(content)
        assert texts(read(content, sheet="第二组")) == EXPECTED[1:]

    def test_hidden_sheet_is_not_read(self, read):
        book = Workbook()
        book.active.append(HEADER)
        book.active.append(PEOPLE[0])
        old = book.create_sheet("去年")
        old.append(HEADER)
        old.append(["李示四", "S9999", "", ""])
        old.sheet_state = "hidden"
        assert texts(read(saved(book))) == EXPECTED[:1]

    def test_full_width_spaces_numbers_and_dates(self, read):
        rows = [["姓　名", "工 号*", "身份证号", "职务"], [" 吕　示 正 ", 1001, "１１０", "科\n长"]]
        row = read(xlsx_file(rows))[1][0]
        assert row.cells == {"name": "吕 示 正", "number": "1001", "id_number": "110", "title": "科 长"}
        assert clean_name(row.cells["name"]) == "吕示正"

    def test_invisible_characters_are_dropped(self):
        assert clean("\ufeff张\u200b示\x00三\u202e") == "张示三"
        assert clean_name("张 示\u200d三") == "张示三"

    @pytest.mark.parametrize(
        ("written", "kept"),
        [
            ("副处长（主持工作）；党组成员，工会主席", "副处长（主持工作）；党组成员，工会主席"),
            ("ＡＢ－１２（３）", "AB-12(3)"),
            ("２０２６－０７－１５", "2026-07-15"),
            ("⾼级⼯程师", "高级工程师"),
            ("科\ufffe长\u2028二", "科长 二"),
        ],
    )
    def test_words_stay_as_written_and_codes_are_of_one_width(self, written, kept):
        assert clean(written) == kept

    @pytest.mark.parametrize(("written", "why"), [("科\ue000长", "自造字"), ("科\ufffd长", "丢失")])
    def test_a_cell_whose_signs_are_lost_says_so(self, read, written, why):
        row = read(xlsx_file([HEADER, [*PEOPLE[0][:3], written]]))[1][0]
        assert why in row.faults["title"].reason

    @pytest.mark.parametrize("name", ["阿" * 25, "㛃䶮𬱖", "买买提·艾力", "葛\U000e0100示"])
    @pytest.mark.parametrize(
        "make",
        [
            (lambda rows: csv_file(rows, "gb18030"), "a.csv"),
            (xlsx_file, "a.xlsx"),
            (xls_file, "a.xls"),
        ],
    )
    def test_long_and_rare_names(self, read, name, make):
        maker, file_name = make
        assert texts(read(maker([HEADER, [name, "S0001", "", ""]]), file_name))[0][0] == name

    def test_lines_of_a_csv_are_counted_as_spreadsheet_programs_do(self, read):
        """A line break inside a cell makes no row of its own; an empty line does."""
        found = read('标题\n姓名,工号,"职\n务"\n\n吕示正,S0001,科长\n'.encode(), "a.csv")
        assert (found[0], lines(found)) == (2, [4])

    def test_constant_formula_of_programs_is_a_text(self, read):
        found = read('姓名,工号\n吕示正,"=""0012"""\n'.encode(), "a.csv")
        assert texts(found) == [("吕示正", "0012", "", "")]


class TestFormulas:
    def faults(self, found):
        return [row.faults for row in found[1]]

    def test_computed_formula_gives_its_value(self, read):
        cell = b'<c r="A2" t="str"><f>"a"&amp;"b"</f><v>\xe5\x90\x95\xe7\xa4\xba\xe6\xad\xa3</v></c>'
        number = b'<c r="B2"><f>1000+1</f><v>1001</v></c>'
        content = xlsx_with_sheet(inline_row(1, HEADER) + b'<row r="2">' + cell + number + b"</row>")
        assert texts(read(content)) == [("吕示正", "1001", "", "")]

    @pytest.mark.parametrize("optional", ["A2", "B2", "D2"])
    def test_formula_without_value_is_a_fault_of_its_row(self, read, optional):
        book = Workbook()
        book.active.append(HEADER)
        book.active.append(PEOPLE[0])
        book.active.append(PEOPLE[1])
        book.active[optional] = "=1+1"
        (fault,) = self.faults(read(saved(book)))[0].values()
        assert "是公式而没有算出的值，请用 Excel 打开、保存后重新上传" in fault.reason
        assert self.faults(read(saved(book)))[1] == {}

    @pytest.mark.parametrize("text", ['=HYPERLINK("http://x")', "＝1+1", " =1+1"])
    def test_text_that_looks_like_a_formula_is_not_taken(self, read, text):
        found = read(csv_file([HEADER, ["吕示正", "S0001", "", text]]), "a.csv")
        fault = self.faults(found)[0]["title"]
        assert fault == Fault(clean(text)[:10] + "…", "是公式的文字，不是值，请改为实际内容")

    def test_known_error_is_a_fault_of_its_row(self, read):
        book = Workbook()
        book.active.append(HEADER)
        book.active.append(["吕示正", "S0001", "", "#REF!"])
        fault = Fault("#REF!", "公式出错，没有值，请改为实际内容")
        assert self.faults(read(saved(book))) == [{"title": fault}]
        assert self.faults(read(csv_file([HEADER, ["吕示正", "S0001", "", "#REF!"]]), "a.csv")) == [{"title": fault}]

    @pytest.mark.parametrize("error", ["#REF!", "#DIV/0!", "#N/A"])
    def test_error_in_an_old_workbook_is_a_fault_as_well(self, read, error):
        found = read(xls_file([HEADER, ["吕示正", "S0001", "", error]]), "a.xls")
        assert self.faults(found) == [{"title": Fault(error, "公式出错，没有值，请改为实际内容")}]

    def test_unknown_error_is_named_with_its_place(self, read):
        rows = inline_row(1, HEADER) + b'<row r="2"><c r="A2" t="e"><f>A1#</f><v>#SPILL!</v></c></row>'
        with pytest.raises(SheetProblem, match="第2行第1列的公式出错（#SPILL!），请改为实际内容"):
            read(xlsx_with_sheet(rows))

    @pytest.mark.parametrize("maker", [(xlsx_file, "a.xlsx"), (xls_file, "a.xls")])
    def test_id_number_kept_as_a_number_has_lost_its_end(self, read, maker):
        """…0000 at the end would pass the check digit once in eleven."""
        make, name = maker
        row = read(make([HEADER, ["吕示正", "S0001", 110105194912310020.0, ""]]), name)[1][0]
        assert row.faults["id_number"].shown == "1.10105E+17"
        assert "末几位已丢失，请先把该列设为文本" in row.faults["id_number"].reason


class TestRefused:
    @pytest.mark.parametrize(
        ("content", "name", "sentence"),
        [
            (plain_zip(), "a.xlsx", "文件已损坏或不是真正的 Excel 文件，请用 Excel 打开后另存为 xlsx 再上传"),
            (b"PK\x03\x04 broken", "a.xlsx", "文件已损坏"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.xls", "文件已损坏"),
            (xlsx_file([["x"]]), "a.xlsm", "不认识的文件类型“.xlsm”，请上传 xlsx、xls 或 csv"),
            (xlsx_file([["姓名", "电话"]]), "a.xlsx", "“Sheet”里没有找到表头.*缺少列“工号”.*请核对"),
            (b"", "a.csv", "没有找到表头"),
            (csv_file([HEADER], "utf-16")[:-1], "a.csv", "认不出文件的文字编码，请另存为 UTF-8"),
            (b"\xff\x00\xff\x81\x20", "a.csv", "认不出文件的文字编码"),
            ("姓名,工号\n".encode() + b"a" * 200_000 + b",b\n", "a.csv", "第2行的引号或分隔符有误"),
            ("姓名,工号\n\x00,b\n".encode(), "a.csv", "文件不是文本文件，请另存为 csv"),
        ],
    )
    def test_says_what_to_do(self, read, content, name, sentence):
        with pytest.raises(SheetProblem, match=sentence):
            read(content, name)

    def test_unknown_sheet_names_those_there_are(self, read):
        with pytest.raises(SheetProblem, match="没有名为“乙”的工作表，现有：Sheet、甲"):
            read(xlsx_file([HEADER], 甲=[HEADER]), sheet="乙")

    @pytest.mark.parametrize(
        "cell",
        [
            '<c r="XFD1048576"><v>1</v></c>',
            '<c s="0" r="XFD1048576"><v>1</v></c>',
            "<c r='A1048576'><v>1</v></c>",
            '<x:c xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="A300000"><x:v>1</x:v></x:c>',
            '<c r="IV5"><v>1</v></c>',
            '<c r="A300000"><!-- --><v>1</v></c>',
            '<c r="GR30000"><v>1</v></c>',
        ],
    )
    def test_a_cell_far_away_is_refused_before_anything_is_held(self, read, cell):
        rows = inline_row(1, HEADER) + b'<row r="2">' + cell.encode() + b"</row>"
        with pytest.raises(SheetProblem, match=r"表格过大.*请删去多余的行列"):
            read(xlsx_with_sheet(rows))

    def test_cells_without_address_count_on(self, read):
        rows = inline_row(1, HEADER) + b'<row r="1048575"/><row><c><v>1</v></c></row>'
        with pytest.raises(SheetProblem, match="第1048576行"):
            read(xlsx_with_sheet(rows))

    def test_too_many_csv_rows(self, read):
        with pytest.raises(SheetProblem, match="表格超过2行，请拆成几份"):
            read(csv_file([HEADER, *PEOPLE]), "a.csv", most_rows=2)

    def test_damaged_sheet_inside_a_good_archive(self, read):
        with pytest.raises(SheetProblem, match="文件已损坏"):
            read(repacked(xlsx_file([HEADER]), {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData>"}))


MEASURE = """
import re, sys
from pathlib import Path
from admissions.core.importing.reading import table
def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024
before = peak()
columns = [{"key": "name", "label": "姓名", "aliases": []}, {"key": "number", "label": "工号", "aliases": []}]
head, rows, account = table(sys.argv[1], "a.xlsx", columns, None, False, 200_000)
print(len(rows), rows[-1][1][0], peak() - before)
"""


@pytest.mark.parametrize("count", [400_000, *([2_000_000] if ALL else [])])
def test_formatted_rows_are_streamed(tmp_path, count):
    """A process of its own, so that its peak memory is that of the reading task: the smaller sheet's XML alone is 40 MB."""
    path = tmp_path / "content"
    path.write_bytes(xlsx_with_formatted_rows([["标题"], HEADER[:2], *[row[:2] for row in PEOPLE]], count))
    answer = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True, timeout=120
    )
    rows, name, megabytes = answer.stdout.split()
    assert (rows, name) == ("2", "张示三")
    assert int(megabytes) < 25


def test_a_swollen_sheet_is_measured_by_its_content_not_by_its_declaration(read):
    content = xlsx_with_sheet(inline_row(1, HEADER) + inline_row(2, PEOPLE[0]), dimension="A1:XFD1048576")
    assert texts(read(content)) == EXPECTED[:1]


def test_column_numbers():
    assert [xlsx.column_number(letters) for letters in ("A", "Z", "AA", "XFD")] == [1, 26, 27, 16384]
