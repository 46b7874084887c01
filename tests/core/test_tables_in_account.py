"""Nothing of a file is lost unseen: lines and columns add up over generated mess, and cells agree with another reader."""

import csv
import io
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook as Book
from python_calamine import CalamineWorkbook

from admissions.core.importing.grid import SheetProblem, letters, value_text
from admissions.core.importing.reading import table
from admissions.core.importing.sheets import clean
from admissions.core.importing.xlsx import Workbook
from tests.factories.files import saved, xlsx_with_sheet

COLUMNS = [
    {"key": "name", "label": "姓名", "aliases": []},
    {"key": "number", "label": "工号", "aliases": ["编号"]},
    {"key": "phone", "label": "手机号", "aliases": [], "required": False},
]
SIGNS = '甲乙1 ,;\t"\n\r=（）　A'
TEXT = st.text(alphabet=SIGNS, max_size=6)
CELLS = st.lists(TEXT, max_size=6)
RAW = st.text(alphabet='甲1,"; \t', max_size=12)
HEADERS = st.sampled_from(
    [
        ["姓名", "工号"],
        ["工号", "姓名", "手机号"],
        ["姓名（必填）", "电邮", "编号", ""],
        ["序", "姓名*", "工号", "手机号", "备注"],
    ]
)
MANY = settings(max_examples=150, deadline=None)


def answers(content: bytes, name: str):
    """(head, rows, account) of the task, or None where the file is refused."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "content"
        path.write_bytes(content)
        try:
            head, *blocks, last = table(str(path), name, COLUMNS, None, False, 1000)
        except SheetProblem as problem:
            assert str(problem)
            return None
    return head, [row for block in blocks for row in block], last["account"]


def require_whole(found, lines: int | None = None) -> None:
    """Lines add up, each row once and in order, each column taken or named."""
    _, rows, account = found
    assert account["lines"] == account["above"] + account["empty"] + account["rows"]
    numbers = [row[0] for row in rows]
    assert len(rows) == account["rows"]
    assert numbers == sorted(set(numbers))
    assert all(account["above"] < number <= account["lines"] for number in numbers)
    assert {label for _, _, label in account["read"]} | set(account["absent"]) == {c["label"] for c in COLUMNS}
    assert lines is None or account["lines"] + account["wrapped"] == lines


@MANY
@given(HEADERS, st.lists(CELLS, max_size=8), st.sampled_from(",;\t|"), st.sampled_from(["utf-8", "gb18030", "utf-16"]))
def test_a_well_written_csv_loses_nothing(header, body, delimiter, encoding):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([["题"], header, *[row or [""] for row in body]])
    found = answers(text.getvalue().encode(encoding), "a.csv")
    if found is None:
        return
    require_whole(found)
    _, rows, account = found
    assert account["lines"] == 2 + len(body)
    filled = [number for number, row in enumerate(body, 3) if any(cell.strip() for cell in row)]
    assert [row[0] for row in rows] == filled
    places = {letter for letter, _, _ in account["read"]} | {one["letter"] for one in account["unread"]}
    used = {letters(place) for row in body for place, cell in enumerate(row) if cell and any(c.strip() for c in row)}
    assert used <= places


@MANY
@given(HEADERS, st.lists(RAW, max_size=10), st.sampled_from(["\n", "\r", "\r\n"]))
def test_a_csv_full_of_quotes_is_refused_or_adds_up(header, body, end):
    whole = end.join([",".join(header), *body, ""])
    found = answers(whole.encode(), "a.csv")
    if found is not None:
        require_whole(found, lines=1 + len(body))


VALUES = st.one_of(
    st.none(),
    st.text(alphabet="甲乙 1A（", max_size=5),
    st.integers(-10, 10**9),
    st.booleans(),
    st.sampled_from([0.5, 3.25, "#N/A"]),
)


@MANY
@given(
    HEADERS,
    st.lists(st.lists(VALUES, max_size=6), max_size=6),
    st.sets(st.integers(3, 8)),
    st.lists(st.tuples(st.integers(3, 8), st.integers(1, 3), st.integers(0, 3), st.integers(0, 2)), max_size=2),
)
def test_a_workbook_loses_nothing(header, body, hidden, merged):
    book = Book()
    for row in [["题"], header, *body]:
        book.active.append(row)
    for row in hidden:
        book.active.row_dimensions[row].hidden = True
    for top, left, down, right in merged[:1]:
        book.active.merge_cells(start_row=top, start_column=left, end_row=top + down, end_column=left + right)
    found = answers(saved(book), "a.xlsx")
    if found is None:
        return
    require_whole(found)
    assert {row[0] for row in found[1] if row[2] and "" in row[2]} == {row[0] for row in found[1] if row[0] in hidden}


KINDS = {
    "inline": lambda at, text: (f'<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>', text),
    "rich": lambda at, text: (
        f'<c r="{at}" t="inlineStr"><is><r><t>{text}</t></r><r><t>尾</t></r></is></c>',
        f"{text}尾",
    ),
    "formula": lambda at, text: (f'<c r="{at}" t="str"><f>A1</f><v>{text}</v></c>', text),
    "empty": lambda at, text: (f'<c r="{at}" s="0"/>', ""),
    "hollow": lambda at, text: (f'<c r="{at}" t="str"><v></v></c>', ""),
    "number": lambda at, text: (f'<c r="{at}"><v>{len(text) * 7}</v></c>', str(len(text) * 7)),
    "truth": lambda at, text: (f'<c r="{at}" t="b"><v>1</v></c>', "是"),
    "spaced": lambda at, text: (
        f'<c  r="{at}"  t="inlineStr" ><is><t xml:space="preserve"> {text}</t></is></c >',
        f" {text}",
    ),
}
CELL = st.tuples(st.sampled_from(sorted(KINDS)), st.text(alphabet="甲乙AZ19", max_size=4))


@MANY
@given(st.lists(st.lists(st.one_of(st.none(), CELL), max_size=5), min_size=1, max_size=6))
def test_cells_agree_with_another_reader(rows):
    """Both ways: what was written is read, and what the faster library gives is what we give."""
    expected, xml = {}, ""
    for number, row in enumerate(rows, 1):
        xml += f'<row r="{number}">'
        for place, cell in enumerate(row):
            if cell is not None:
                at = f"{letters(place)}{number}"
                written, expected[number, place] = KINDS[cell[0]](at, cell[1])
                xml += written
        xml += "</row>"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "content.xlsx"
        path.write_bytes(xlsx_with_sheet(xml.encode()))
        ours = {
            (line.number, place): value_text(cell)
            for line in Workbook(path).read("Sheet")[0]
            for place, cell in enumerate(line.cells)
            if cell not in (None, "")
        }
        theirs = {
            (row, place): clean(cell)
            for row, cells in enumerate(CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(False), 1)
            for place, cell in enumerate(cells)
            if cell != ""
        }
    assert ours == {at: text for at, text in expected.items() if text}
    assert {at: clean(text) for at, text in ours.items() if clean(text)} == {at: t for at, t in theirs.items() if t}
