"""Files that once lost lines, columns or digits without a word (tests/data/tables_in), and their relatives."""

from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.styles import Alignment

from admissions.accounts.roster import COLUMNS as ROSTER
from admissions.core.importing.grid import HIDDEN, NOT_SHOWN
from admissions.core.importing.number_formats import shown_number
from admissions.core.importing.sheets import Column, SheetProblem, read_table
from tests.factories.files import csv_file, inline_row, saved, xlsx_file, xlsx_with_sheet

DATA = Path(__file__).parents[1] / "data" / "tables_in"
COLUMNS = (
    Column("name", "姓名"),
    Column("number", "工号"),
    Column("phone", "手机号", ("联系电话",), required=False),
    Column("unit", "单位", required=False),
)


def known(name, columns=ROSTER):
    """(rows, account) of a file of the folder."""
    table = read_table(DATA / name, name, columns)
    return list(table.rows), table.account


@pytest.fixture
def made(tmp_path):
    def act(content: bytes, name="名单.xlsx", columns=COLUMNS, **given):
        path = tmp_path / "content"
        path.write_bytes(content)
        table = read_table(path, name, columns, **given)
        return list(table.rows), table.account

    return act


def cells(rows, *keys):
    return [tuple(row.cells[key] for key in keys) for row in rows]


class TestFarCells:
    @pytest.mark.parametrize("name", ["far_empty_formula.xlsx", "far_empty_inline.xlsx"])
    def test_an_empty_cell_at_the_end_of_the_sheet_costs_nothing(self, name):
        rows, account = known(name)
        assert (len(rows), account.rows) == (1, 1)

    @pytest.mark.parametrize(
        "cell",
        [
            '<c r="XFD1048576" t="str"><f>""</f><v></v></c>',
            '<c r="XFD1048576" t="inlineStr"><is><t></t></is></c>',
            '<c r="XFD1048576" s="1"><v></v></c>',
            '<c r="XFD1048576"></c>',
            '<c t="s" r="XFD1048576"/>',
        ],
    )
    def test_no_kind_of_empty_cell_does(self, made, cell):
        last = f'<row r="1048576">{cell}</row>'.encode()
        content = xlsx_with_sheet(inline_row(1, ["姓名", "工号"]) + inline_row(2, ["吕示正", "S0001"]) + last)
        assert cells(made(content)[0], "name", "number") == [("吕示正", "S0001")]


class TestQuotes:
    def test_an_open_quote_is_named_with_its_line(self):
        with pytest.raises(SheetProblem, match=r"第3行的引号没有成对.*请补上或删去这个引号"):
            known("open_quote.csv")

    def test_however_much_stands_behind_it(self, made):
        content = '姓名,工号\n"吕示正,S0001\n' + "张示三,S0002\n" * 20_000
        with pytest.raises(SheetProblem, match="第2行的引号没有成对"):
            made(content.encode(), "a.csv")

    def test_two_open_quotes_that_pair_by_chance_do_not_swallow_the_lines_between(self, made):
        content = '姓名,工号\n"吕示正,S0001\n张示三,S0002\n李示四",S0003\n王示五,S0004\n'
        rows, account = made(content.encode(), "a.csv")
        assert [(row.line, bool(row.faults)) for row in rows] == [(2, True), (3, False)]
        assert "几行并成了一行" in rows[0].faults[""].reason
        assert (account.lines + account.wrapped, account.rows) == (5, 2)

    def test_a_line_break_in_a_cell_is_no_fault(self, made):
        rows, account = made('姓名,工号\n"吕示\n正",S0001\n张示三,S0002\n'.encode(), "a.csv")
        assert cells(rows, "name") == [("吕示 正",), ("张示三",)]
        assert (account.lines, account.wrapped) == (3, 1)

    def test_an_unquoted_comma_that_shifts_the_cells_is_seen(self, made):
        rows, _ = made("姓名,工号,单位\n吕示正,S0001,考试院,信息处\n".encode(), "a.csv")
        assert rows[0].faults[""].reason == "应有3列，实有4列"

    def test_empty_cells_beyond_the_header_are_nothing(self, made):
        rows, account = made("姓名,工号,\n吕示正,S0001,\n".encode(), "a.csv")
        assert (rows[0].faults, account.unread) == ({}, [])


class TestTooMuch:
    @pytest.mark.parametrize(
        ("content", "sentence"),
        [
            ("姓名,工号\n" + "1," * 2_000_000 + "\n", "第2行超过262144个字符"),
            ("姓名,工号\n" + "1," * 100_000 + "\n", "表格过大：内容一直到第1行、第100000列"),
            ("x" * 4_000_000, "第1行超过262144个字符"),
        ],
    )
    def test_endless_lines_are_refused_at_once(self, made, content, sentence):
        with pytest.raises(SheetProblem, match=sentence):
            made(content.encode(), "a.csv", seconds=2)

    def test_a_reader_that_needs_too_long_is_ended_with_a_sentence(self, made):
        rows = [["姓名", "工号", "单位"], *([f"吕示正{n}", f"S{n}", "考试院，信息处"] for n in range(199_000))]
        with pytest.raises(SheetProblem, match=r"超出了内存或时间的限度，没有读取"):
            made(csv_file(rows), "a.csv", seconds=1)


class TestHeaders:
    def test_hints_in_brackets_hide_no_column(self):
        rows, account = known("header_hint.xlsx")
        assert all(row.cells["phone"] and row.cells["id_number"] for row in rows)
        assert account.absent == []

    def test_a_header_of_two_rows_is_joined(self):
        rows, account = known("two_level_header.xlsx")
        assert all(row.cells["phone"] and row.cells["id_number"] for row in rows)
        assert (account.absent, account.unread) == ([], [])

    def test_so_it_is_where_nothing_says_what_is_merged(self, made):
        content = csv_file(
            [["姓名", "工号", "联系", ""], ["", "", "手机号", "单位"], ["吕示正", "S1", "13900000001", "院"]]
        )
        rows, account = made(content, "a.csv")
        assert cells(rows, "name", "phone", "unit") == [("吕示正", "13900000001", "院")]
        assert account.above == 2

    def test_a_first_person_is_no_second_header(self, made):
        rows, _ = made(csv_file([["姓名", "工号", "备注"], ["吕示正", "S1", "单位"]]), "a.csv")
        assert cells(rows, "name") == [("吕示正",)]

    def test_the_exact_label_wins_over_another_name(self):
        rows, account = known("landline_and_mobile.xlsx")
        assert [row.cells["phone"][:1] for row in rows] == ["1"] * len(rows)
        assert [one["heading"] for one in account.unread] == ["联系电话"]

    def test_two_columns_of_one_label_are_not_guessed_between(self, made):
        with pytest.raises(SheetProblem, match="的C、D列都叫“手机号”，不能确定读哪一列"):
            made(csv_file([["姓名", "工号", "手机号", "手机号"], ["吕示正", "S1", "1", "2"]]), "a.csv")

    def test_one_heading_over_two_columns_is_no_clash(self, made):
        book = Workbook()
        for row in (["姓名", "", "工号"], ["吕示正", "", "S1"]):
            book.active.append(row)
        book.active.merge_cells("A1:B1")
        book.active.merge_cells("A2:B2")
        assert cells(made(saved(book))[0], "name", "number") == [("吕示正", "S1")]

    def test_unread_and_absent_columns_are_named(self, made):
        rows = [["姓名", "电邮", "工号", "", "空"], ["吕示正", "a@b", "S1", "旁注", ""]]
        _, account = made(xlsx_file(rows))
        assert account.unread == [
            {"letter": "B", "heading": "电邮", "filled": True},
            {"letter": "D", "heading": "", "filled": True},
            {"letter": "E", "heading": "空", "filled": False},
        ]
        assert account.absent == ["手机号", "单位"]


class TestHidden:
    def test_a_hidden_row_is_not_read_and_says_so(self):
        rows, account = known("hidden_row.xlsx")
        assert [row.faults[""].reason if row.faults else "" for row in rows] == ["", HIDDEN, ""]
        assert account.hidden_rows == 1

    def test_hidden_columns_and_sheets_are_named(self, made):
        book = Workbook()
        for row in (["姓名", "工号", "手机号"], ["吕示正", "S1", "13900000001"]):
            book.active.append(row)
        book.active.column_dimensions["C"].hidden = True
        book.create_sheet("说明")
        book.create_sheet("旧").sheet_state = "hidden"
        _, account = made(saved(book))
        assert (account.hidden_columns, account.other_sheets) == (["C"], ["说明", "旧（隐藏）"])


class TestMerged:
    def test_the_value_stands_in_every_row_of_its_range(self):
        rows, account = known("merged_unit.xlsx")
        assert len({row.cells["organisation"] for row in rows}) == len({row.cells["employment"] for row in rows}) == 1
        assert rows[-1].cells["organisation"] != ""
        assert account.merged != []

    def test_a_range_over_columns_fills_the_first_only(self, made):
        book = Workbook()
        for row in (["姓名", "工号", "单位"], ["合计", "看不见", "也看不见"], ["吕示正", "S1", "院"]):
            book.active.append(row)
        book.active["A2"].alignment = Alignment(horizontal="center")
        book.active.merge_cells("A2:C2")
        rows, _ = made(saved(book))
        assert cells(rows, "name", "number", "unit") == [("合计", "", ""), ("吕示正", "S1", "院")]


class TestNumberFormats:
    def test_zeros_of_a_format_are_part_of_the_number(self):
        assert known("leading_zero_format.xlsx")[0][0].cells["staff_number"] == "00421"

    @pytest.mark.parametrize(
        ("value", "code", "shown"),
        [
            (421, "00000", "00421"),
            (421, "General", "421"),
            (421, "0_ ", "421"),
            (421, "0_);[Red]\\(0\\)", "421"),
            (1421, "#,##0", "1421"),
            (3, "0.00", "3"),
            (3.25, "0.00", "3.25"),
            (3.256, "0.00", None),
            (3.5, "0", None),
            (421, '"S"0000', "S0421"),
            (0.5, "0%", None),
            (421, "0,", None),
            (421, "0.0E+00", None),
            (421, "@", "421"),
            (0.1 + 0.2, "General", "0.3"),
        ],
    )
    def test_as_people_see_it(self, value, code, shown):
        assert shown_number(float(value), code) == shown

    def test_what_is_shown_otherwise_is_refused(self, made):
        book = Workbook()
        for row in (["姓名", "工号", "手机号"], ["吕示正", "S1", 0.5]):
            book.active.append(row)
        book.active["C2"].number_format = "0%"
        assert made(saved(book))[0][0].faults["phone"].reason == NOT_SHOWN


class TestStillRead:
    @pytest.mark.parametrize(
        ("name", "first"),
        [("x000d.xlsx", "窦示丁"), ("phonetic.xlsx", "花示丁"), ("utf16.csv", None), ("sep.csv", None)],
    )
    def test_what_was_read_rightly_still_is(self, name, first):
        rows, _ = known(name)
        assert len(rows) >= 1
        assert first is None or rows[0].cells["name"] == first

    def test_html_named_xls_is_refused(self):
        with pytest.raises(SheetProblem, match="文件已损坏或不是真正的 Excel 文件"):
            known("html.xls")

    @pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
    @pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig", "gb18030"])
    def test_every_end_of_line_in_every_encoding(self, made, end, encoding):
        content = end.join(["姓名|工号", "吕示正|S1", "张示三|S2"]).encode(encoding)
        assert cells(made(content, "a.txt")[0], "name", "number") == [("吕示正", "S1"), ("张示三", "S2")]
