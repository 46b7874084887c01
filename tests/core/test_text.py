"""One cleaning for what is kept, one folding for what is compared; both decided by properties of Unicode."""

import sys
import unicodedata
import zipfile
from io import BytesIO

import openpyxl
import pytest
from docx import Document
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from admissions.core.paper import add_line, blank_page
from admissions.core.table_export import LONGEST_CELL, csv_bytes, safe_cell, xlsx_bytes
from admissions.core.text import FROM_PRIVATE, RADICALS, as_code, cleaned, fault_of, folded, on_one_line

# One sign of each class that is never part of a text, is invisible, or looks like another.
DROPPED = {
    "null": "\x00", "escape": "\x1b", "c1": "\x9c", "soft hyphen": "\xad", "zero width": "\u200b", "joiner": "\u200d",
    "override": "\u202e", "isolate": "\u2066", "byte order": "\ufeff", "annotation": "\ufff9", "noncharacter": "\ufffe",
    "noncharacter of plane 2": "\U0002ffff", "arabic block": "\ufdd0", "surrogate": "\ud800", "variation": "\ufe0f",
    "tag": "\U000e0041", "filler": "\u3164", "grapheme joiner": "\u034f",
    "mongolian selector": "\u180b", "musical": "\U0001d173",
}  # fmt: skip
KEPT = [
    "吕示正",
    "㛃䶮𬱖𠮷",
    "\U00031350\U0002ebf0",
    "副处长（主持工作）；党组成员，工会主席",
    "阿不都·热西提",
    "　　缩进",
    "一\n二",
    "ＡＢ１",
    "①",
]


@pytest.mark.parametrize("sign", DROPPED.values(), ids=DROPPED)
def test_what_nobody_sees_goes(sign):
    assert cleaned(f"高{sign}示") == "高示"
    assert folded(f"高{sign}示") == folded("高示")


@pytest.mark.parametrize("text", KEPT)
def test_what_is_written_stays(text):
    assert cleaned(text) == text


@pytest.mark.parametrize("end", ["\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_every_line_end_is_one(end):
    assert cleaned(f"一{end}二") == "一\n二"


@pytest.mark.parametrize("blank", ["\xa0", "\u2003", "\u202f", "\t", "\u2800"])
def test_every_blank_is_one(blank):
    assert cleaned(f"一{blank}二") == "一 二"
    assert on_one_line(f" 一{blank}\n二 ") == "一 二"


def test_the_glyph_a_name_is_written_with_stays_and_is_not_asked_for():
    assert cleaned("葛\U000e0100示") == "葛\U000e0100示"
    assert folded("葛\U000e0100示") == folded("葛示") == "葛示"
    assert cleaned("a\U000e0100") == "a"
    assert cleaned("葛\U000e0100\U000e0101") == "葛\U000e0100"


def test_radicals_become_what_they_look_like():
    assert (cleaned("⾼示甲"), cleaned("⻄安交通大学")) == ("高示甲", "西安交通大学")
    assert all(unicodedata.category(sign) == "So" for sign in RADICALS)
    assert all(unicodedata.name(sign).startswith("CJK UNIFIED") for sign in RADICALS.values())


def test_signs_of_gb18030_get_their_own_place():
    assert cleaned("\ue81e") == "龴"
    assert all(unicodedata.category(sign) == "Co" and not fault_of(sign) for sign in FROM_PRIVATE)


def test_what_cannot_be_kept_is_named():
    assert "自造字（U+E000）" in fault_of("示\ue000")
    assert "第2个字" in fault_of("示\ue000")
    assert "丢失" in fault_of("示\ufffd")
    assert fault_of("示𠮷\U00031350") == ""


def test_cleaned_twice_is_cleaned_once():
    """Every sign of the first plane, one in a hundred of the others."""
    for number in [*range(0x10000), *range(0x10000, 0x110000, 97)]:
        once = cleaned(chr(number))
        assert cleaned(once) == once
        assert not any(unicodedata.category(sign) in ("Cc", "Cs") for sign in once.replace("\n", ""))


@given(st.text(st.characters(min_codepoint=0, max_codepoint=sys.maxunicode), max_size=30))
@example("A´")
def test_folding_asks_nothing_of_how_a_text_was_cleaned(text):
    assert folded(folded(text)) == folded(text) == folded(cleaned(text))


@pytest.mark.parametrize(
    "text",
    [
        "中国石油大学(北京)",
        "中国石油大学（北京）",
        "中国石油大学 （ 北京 ）",
        "中国⽯油大学（北京）",
        "中国石油大学﹙北京﹚",
    ],
)
def test_one_school_in_every_spelling(text):
    assert folded(text) == "中国石油大学北京"


def test_codes_keep_their_dashes():
    assert (as_code(" Ｓ-00 1\u200b"), folded("S-001")) == ("S-001", "s001")


ODD = {
    **DROPPED,
    "vertical tab": "\v",
    "form feed": "\f",
    "line separator": "\u2028",
    "lost": "\ufffd",
    "private": "\ue000",
}


class TestExportersTrustNothing:
    """What older versions let in comes out all the same."""

    @pytest.mark.parametrize("sign", ODD.values(), ids=ODD)
    def test_a_workbook(self, sign):
        content = xlsx_bytes([[safe_cell(f"高{sign}示")]], [[safe_cell(f"注{sign}")]])
        assert openpyxl.load_workbook(BytesIO(content)).active["A1"].value.startswith("高")
        for name in zipfile.ZipFile(BytesIO(content)).namelist():
            etree.fromstring(zipfile.ZipFile(BytesIO(content)).read(name))

    @pytest.mark.parametrize("sign", ODD.values(), ids=ODD)
    def test_a_table_of_text(self, sign):
        assert csv_bytes([[safe_cell(f"高{sign}示")]]).decode("utf-8-sig").startswith(("高", '"高'))

    @pytest.mark.parametrize("sign", ODD.values(), ids=ODD)
    def test_a_word_file(self, sign):
        document, buffer = blank_page(), BytesIO()
        add_line(document, f"高{sign}示", "仿宋", 16)
        document.save(buffer)
        assert Document(BytesIO(buffer.getvalue())).paragraphs[-1].text.startswith("高")

    @pytest.mark.parametrize("text", ["字" * 40_000, "𠮷" * 20_000])
    def test_a_cell_too_long_says_so(self, text):
        cell = safe_cell(text)
        assert len(cell.encode("utf-16-le")) // 2 < LONGEST_CELL
        assert cell.endswith("全文见系统页面）")
        assert safe_cell("字" * 32_000) == "字" * 32_000
