"""The reader's copy bears the reader's name and keeps its content; what cannot be marked is given as it is, and says so."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from docx import Document
from docx.enum.section import WD_SECTION
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from PIL import Image
from pypdf import PdfReader, PdfWriter

from admissions.core import pdf
from admissions.core.fonts import chinese_face
from admissions.evidence.filetypes import TYPES
from admissions.evidence.marking import copies, marks, office
from admissions.evidence.marking.copies import can_be_marked, marked
from admissions.evidence.marking.marks import BROKEN
from admissions.evidence.marking.office import Unmarked, beside
from tests.factories.meetings import PDF

WORDS = "甲某（A&B17）于11月28日09:00取得"
KINDS = {suffix: kind.content_type for suffix, kind in TYPES.items()}
without_pango = pytest.mark.skipif(pdf.engine() is None, reason="没有 pango：apt-get install libpangoft2-1.0-0")
without_font = pytest.mark.skipif(chinese_face() is None, reason="没有汉字字体：apt-get install fonts-noto-cjk")


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.MFA_REQUIRED = False


@pytest.fixture
def copy_of(tmp_path):
    def act(content, suffix, words=WORDS):
        path = tmp_path / f"paper{suffix}"
        path.write_bytes(content)
        return marked(path, KINDS[suffix], words)

    return act


def saved(document):
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def blank_pdf(*sizes):
    writer, buffer = PdfWriter(), io.BytesIO()
    for width, height in sizes:
        writer.add_blank_page(width, height)
    writer.write(buffer)
    return buffer.getvalue()


def parts_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


class TestPdf:
    @without_pango
    def test_the_words_stand_on_every_page_whatever_its_size(self, copy_of):
        copy = copy_of(blank_pdf((595, 842), (842, 595), (595, 842)), ".pdf")
        pages = PdfReader(io.BytesIO(copy)).pages
        assert [(page.mediabox.width, page.mediabox.height) for page in pages] == [(595, 842), (842, 595), (595, 842)]
        assert all("A&B17" in page.extract_text() for page in pages)

    @without_pango
    def test_too_many_pages_are_not_marked(self, tmp_path, monkeypatch):
        monkeypatch.setattr(marks, "MAX_PAGES", 2)
        (tmp_path / "paper").write_bytes(blank_pdf((10, 10), (10, 10), (10, 10)))
        with pytest.raises(Unmarked, match="超过2页"):
            list(marks.page_sizes(str(tmp_path / "paper")))


class TestWord:
    def headers(self, document):
        found = []
        for section in document.sections:
            own = [section.header, section.first_page_header, section.even_page_header]
            found.append(["\n".join(p.text for p in header.paragraphs).strip() for header in own])
        return found

    def test_every_section_and_kind_of_page_has_the_words_and_the_text_stays(self, copy_of):
        document = Document()
        document.add_paragraph("拟追加计划5名。")
        document.add_table(1, 1).cell(0, 0).text = "合计"
        document.settings.odd_and_even_pages_header_footer = True
        document.sections[0].header.paragraphs[0].text = "内部资料"
        own = document.add_section(WD_SECTION.NEW_PAGE)
        own.header.is_linked_to_previous = False
        own.header.paragraphs[0].text = "附件"
        own.different_first_page_header_footer = True
        own.first_page_header.is_linked_to_previous = False
        own.first_page_header.paragraphs[0].text = "首页"
        document.add_section(WD_SECTION.NEW_PAGE)
        copy = Document(io.BytesIO(copy_of(saved(document), ".docx")))
        first, second, third = self.headers(copy)
        assert [first[0], first[2]] == [f"内部资料\n{WORDS}", WORDS]
        assert second == [f"附件\n{WORDS}", f"首页\n{WORDS}", WORDS]
        assert third == second
        assert copy.sections[2].header.is_linked_to_previous
        assert copy.paragraphs[0].text == "拟追加计划5名。"
        assert copy.tables[0].cell(0, 0).text == "合计"

    def test_pictures_in_it_stay(self, copy_of):
        document, picture = Document(), io.BytesIO(png(10, 10))
        document.add_picture(picture)
        parts = parts_of(copy_of(saved(document), ".docx"))
        assert [content for name, content in parts.items() if name.startswith("word/media/")] == [picture.getvalue()]


def book():
    """A sheet with a chart, a list rule and a header of its own, one with other first pages, one without anything."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "计划"
    for row in (["院校", "人数"], ["甲校", 5], ["乙校", 3]):
        sheet.append(row)
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    sheet.add_chart(chart, "D2")
    sheet.oddHeader.left.text, sheet.oddHeader.center.text = "内部", "计划 & 核对"
    other = workbook.create_sheet("附表")
    other["A1"] = "=SUM(计划!B2:B3)"
    other.HeaderFooter.differentFirst = True
    other.firstHeader.right.text = "首页"
    workbook.create_sheet("空表")
    return saved(workbook)


class TestExcel:
    def test_every_sheet_has_the_words_in_its_header(self, copy_of):
        copy = load_workbook(io.BytesIO(copy_of(book(), ".xlsx")))
        centres = {sheet.title: sheet.oddHeader.center.text for sheet in copy}
        assert centres["附表"] == centres["空表"]
        assert WORDS in centres["空表"].replace("&&", "&")
        assert copy["计划"].oddHeader.left.text == "内部"
        assert centres["计划"].replace("&&", "&").startswith("计划 & 核对")
        assert WORDS in centres["计划"].replace("&&", "&")
        assert copy["附表"].firstHeader.right.text == "首页"
        assert WORDS in copy["附表"].firstHeader.center.text.replace("&&", "&")

    def test_nothing_else_changes(self, copy_of):
        content = book()
        marked_copy = copy_of(content, ".xlsx")
        before, after = parts_of(content), parts_of(marked_copy)
        assert list(after) == list(before)
        changed = {name for name in before if before[name] != after[name]}
        assert changed == {f"xl/worksheets/sheet{number}.xml" for number in (1, 2, 3)}
        assert any(name.startswith("xl/charts/") for name in after)
        copy = load_workbook(io.BytesIO(marked_copy))
        assert [[cell.value for cell in row] for row in copy["计划"].iter_rows(max_col=2)] == [
            ["院校", "人数"], ["甲校", 5], ["乙校", 3],
        ]  # fmt: skip
        assert copy["附表"]["A1"].value == "=SUM(计划!B2:B3)"
        assert len(copy["计划"]._charts) == 1

    def test_the_header_stands_where_the_format_wants_it(self, copy_of):
        sheet = parts_of(copy_of(book(), ".xlsx"))["xl/worksheets/sheet1.xml"]
        assert sheet.index(b"headerFooter") < sheet.index(b"<drawing")
        assert sheet.index(b"pageMargins") < sheet.index(b"headerFooter")

    @pytest.mark.parametrize("place", ["oddHeader", "both"])
    def test_a_full_header_leaves_the_footer_and_a_full_footer_nothing(self, copy_of, place):
        workbook = Workbook()
        workbook.active.oddHeader.center.text = "满" * 240
        if place == "both":
            workbook.active.oddFooter.center.text = "满" * 240
            with pytest.raises(Unmarked, match="页眉页脚已写满"):
                copy_of(saved(workbook), ".xlsx")
            return
        copy = load_workbook(io.BytesIO(copy_of(saved(workbook), ".xlsx")))
        assert copy.active.oddHeader.center.text == "满" * 240
        assert WORDS in copy.active.oddFooter.center.text.replace("&&", "&")

    @given(st.text("甲&LCR0 ", max_size=20), st.text("甲&LC8", min_size=1, max_size=10))
    def test_the_sides_of_a_header_stay_what_they_were(self, text, words):
        found = beside(text, words)
        assert words.replace("&", "&&") in found
        before, after = sides(text), sides(found)
        assert (before["L"], before["R"]) == (after["L"], after["R"])
        assert after["C"].startswith(before["C"])


def sides(text):
    found, at, signs = {"L": "", "C": "", "R": ""}, "C", iter(range(len(text)))
    for place in signs:
        pair = text[place : place + 2]
        if pair in ("&L", "&C", "&R"):
            at = pair[1]
            next(signs)
        elif pair == "&&":
            found[at] += pair
            next(signs)
        elif pair != "&":
            found[at] += text[place]
    return found


def png(width, height, mode="RGB", colour=(10, 90, 160), **kept):
    buffer = io.BytesIO()
    Image.new(mode, (width, height), colour).save(buffer, "PNG", **kept)
    return buffer.getvalue()


def jpeg(width, height, mode="RGB", colour=(10, 90, 160), **kept):
    buffer = io.BytesIO()
    Image.new(mode, (width, height), colour).save(buffer, "JPEG", quality=100, **kept)
    return buffer.getvalue()


@without_font
class TestPictures:
    @pytest.mark.parametrize("ground", [(255, 255, 255), (0, 0, 0), (128, 128, 128)])
    def test_the_words_can_be_seen_on_any_ground(self, copy_of, ground):
        copy = Image.open(io.BytesIO(copy_of(png(900, 600, colour=ground), ".png"))).convert("L")
        picture = copy.crop((0, 0, 900, 600))
        darkest, lightest = picture.getextrema()
        assert lightest - darkest >= 40
        changed = sum(count for value, count in enumerate(picture.histogram()) if value != ground[0])
        assert 0.01 < changed / (900 * 600) < 0.5

    def test_the_strip_below_covers_nothing_and_shows_the_words_dark_on_white(self, copy_of):
        copy = Image.open(io.BytesIO(copy_of(png(900, 600, colour=(0, 0, 0)), ".png")))
        assert copy.width == 900 and copy.height > 600
        strip = copy.crop((0, 600, 900, copy.height)).convert("L")
        assert strip.getextrema() == (40, 255)
        assert strip.histogram()[255] > strip.width * strip.height // 2

    def test_every_quarter_of_the_picture_bears_a_part(self, copy_of):
        copy = Image.open(io.BytesIO(copy_of(png(1600, 1200, colour=(200, 200, 200)), ".png"))).convert("L")
        for box in ((0, 0, 800, 600), (800, 0, 1600, 600), (0, 600, 800, 1200), (800, 600, 1600, 1200)):
            assert copy.crop(box).getextrema() != (200, 200)

    def test_what_lies_between_the_words_stays(self, copy_of):
        source = Image.effect_noise((800, 600), 60).convert("RGB")
        buffer = io.BytesIO()
        source.save(buffer, "PNG")
        copy = Image.open(io.BytesIO(copy_of(buffer.getvalue(), ".png"))).crop((0, 0, 800, 600))
        same = sum(
            one == other for one, other in zip(source.get_flattened_data(), copy.get_flattened_data(), strict=True)
        )
        assert same / (800 * 600) > 0.5

    @pytest.mark.parametrize(
        ("content", "suffix", "mode"),
        [
            (png(300, 300, "RGBA", (10, 90, 160, 0)), ".png", "RGBA"),
            (png(300, 300, "P", 3), ".png", "RGB"),
            (png(300, 300, "1", 1), ".png", "RGB"),
            (png(300, 300, "L", 90), ".png", "RGB"),
            (png(300, 300, "LA", (90, 10)), ".png", "RGBA"),
            (png(300, 300, "I;16", 40_000), ".png", "RGB"),
            (jpeg(300, 300, "L", 90), ".jpg", "RGB"),
            (jpeg(300, 300, "CMYK", (9, 9, 9, 9)), ".jpg", "RGB"),
        ],
    )
    def test_every_kind_of_colours_is_marked(self, copy_of, content, suffix, mode):
        copy = Image.open(io.BytesIO(copy_of(content, suffix)))
        assert (copy.mode, copy.width) == (mode, 300)
        assert len(set(copy.convert("L").crop((0, 0, 300, 300)).get_flattened_data())) > 1

    def test_sixteen_bits_are_shown_as_bright_as_they_are(self, copy_of):
        copy = Image.open(io.BytesIO(copy_of(png(300, 300, "I;16", 40_000), ".png"))).convert("L")
        histogram = copy.crop((0, 0, 300, 300)).histogram()
        assert histogram.index(max(histogram)) == 40_000 // 256

    def test_a_photograph_taken_sideways_is_upright_and_stays_so(self, copy_of):
        exif = Image.Exif()
        exif[0x0112] = 6
        copy = Image.open(io.BytesIO(copy_of(jpeg(400, 200, exif=exif), ".jpg")))
        assert copy.width == 200 and copy.height > 400
        assert copy.getexif().get(0x0112, 1) == 1

    def test_resolution_stays(self, copy_of):
        copy = Image.open(io.BytesIO(copy_of(jpeg(300, 300, dpi=(300, 300)), ".jpg")))
        assert copy.info["dpi"] == (300, 300)

    def test_small_ones_and_moving_ones_are_given_as_they_are(self, copy_of):
        with pytest.raises(Unmarked, match="图片太小"):
            copy_of(png(400, 40), ".png")
        frames, buffer = [Image.new("RGB", (200, 200), (n, n, n)) for n in (1, 200)], io.BytesIO()
        frames[0].save(buffer, "PNG", save_all=True, append_images=frames[1:])
        with pytest.raises(Unmarked, match="动态图片"):
            copy_of(buffer.getvalue(), ".png")


def huge_png(width, height):
    """The head of a picture of that size, without its content: nobody must try to unpack it."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    return b"\x89PNG\r\n\x1a\n" + chunks + b"\x00\x00\x00\x00IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))


def packed(**parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"_rels__.rels": ROOT, **parts}.items():
            archive.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


ROOT = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="r1" Type="http://x/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
LAUGHS = (
    b'<!DOCTYPE x [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>'
)
RELS = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="r1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
)


class TestHostile:
    @pytest.mark.parametrize("suffix", [".pdf", ".png", ".jpg", ".docx", ".xlsx"])
    @pytest.mark.parametrize(
        "content", [b"", b"PK\x03\x04broken", PDF, b"\x89PNG\r\n\x1a\nbroken", b"\xff\xd8\xff\xe0"]
    )
    def test_a_broken_file_is_given_as_it_is(self, copy_of, suffix, content):
        with pytest.raises(Unmarked, match="原样下载"):
            copy_of(content, suffix)

    @pytest.mark.parametrize("cut", [0.3, 0.6, 0.95])
    @pytest.mark.parametrize("make", ["word", "book"])
    def test_a_file_cut_off_is_given_as_it_is(self, copy_of, make, cut):
        content, suffix = {
            "word": (saved(Document()), ".docx"),
            "book": (book(), ".xlsx"),
        }[make]
        with pytest.raises(Unmarked, match="原样下载"):
            copy_of(content[: int(len(content) * cut)], suffix)

    @without_font
    @pytest.mark.parametrize("cut", [0.1, 0.5, 0.95])
    def test_a_picture_cut_off_is_given_as_far_as_it_goes_or_as_it_is(self, copy_of, cut):
        """The PDF renderer lets pictures end early for the whole process; either answer shows what there is."""
        content = noise()
        try:
            assert Image.open(io.BytesIO(copy_of(content[: int(len(content) * cut)], ".png"))).width == 300
        except Unmarked as reason:
            assert "原样下载" in str(reason)

    @pytest.mark.parametrize(("width", "height"), [(9_000, 9_000), (40_000, 40_000), (2_000_000_000, 1)])
    def test_a_huge_picture_is_not_unpacked(self, copy_of, width, height):
        if chinese_face() is None:
            pytest.skip("没有汉字字体")
        with pytest.raises(Unmarked, match="原样下载"):
            copy_of(huge_png(width, height), ".png")

    @pytest.mark.parametrize("suffix", [".docx", ".xlsx"])
    def test_a_large_or_crowded_package_is_not_opened(self, tmp_path, suffix, monkeypatch):
        paper = tmp_path / "paper"
        paper.write_bytes(saved(Document()) if suffix == ".docx" else book())
        for name, value in (("MAX_UNPACKED", 1000), ("MAX_PART", 100), ("MAX_PARTS", 3)):
            with monkeypatch.context() as patch, pytest.raises(Unmarked, match="文件过大"):
                patch.setattr(office, name, value)
                list(marks.mark(str(paper), KINDS[suffix], WORDS, str(tmp_path / "copy"), {}))

    def test_entities_are_not_unfolded(self, copy_of):
        sheet = LAUGHS + b'<worksheet xmlns="urn:x"><sheetData>&d;</sheetData></worksheet>'
        content = packed(
            **{"xl__workbook.xml": b"<x/>", "xl___rels__workbook.xml.rels": RELS, "xl__worksheets__sheet1.xml": sheet}
        )
        try:
            copy = copy_of(content, ".xlsx")
        except Unmarked:
            return
        assert len(parts_of(copy)["xl/worksheets/sheet1.xml"]) < 2_000

    def test_a_sheet_outside_its_place_or_missing_is_no_sheet(self, copy_of):
        content = packed(**{"xl__workbook.xml": b"<x/>", "xl___rels__workbook.xml.rels": RELS})
        assert parts_of(copy_of(content, ".xlsx"))["xl/workbook.xml"] == b"<x/>"

    def test_whatever_a_reader_raises_is_a_broken_file(self, copy_of, monkeypatch):
        for error in (RecursionError(), MemoryError(), KeyError("x"), struct.error(), zlib.error()):
            assert isinstance(error, BROKEN)


def noise():
    buffer = io.BytesIO()
    Image.effect_noise((300, 300), 60).save(buffer, "PNG")
    return buffer.getvalue()


class TestApart:
    @without_font
    def test_a_file_that_kills_its_reader_is_given_as_it_is(self, copy_of, monkeypatch):
        """Too little memory for any reader stands for a file that needs too much."""
        monkeypatch.setattr(copies, "MEGABYTES", 1)
        with pytest.raises(Unmarked, match="文件过大或过于复杂，原样下载"):
            copy_of(png(3000, 3000), ".png")

    def test_a_word_paper_whose_main_part_is_called_otherwise_is_marked(self, copy_of):
        paper = Path(__file__).parents[1] / "data" / "tables_in" / "word_online.docx"
        assert "A&amp;B17" in str(parts_of(copy_of(paper.read_bytes(), ".docx")))


class TestWhatSaysSo:
    @pytest.mark.parametrize("suffix", [".xls", ".csv", ".txt"])
    def test_other_kinds_are_not_marked(self, copy_of, suffix):
        assert "这种格式不能加水印" in can_be_marked(KINDS[suffix]).reason
        with pytest.raises(Unmarked, match="原样下载"):
            copy_of(b"x", suffix)

    def test_every_kind_that_may_be_stored_has_its_answer(self):
        yes = {suffix for suffix, kind in KINDS.items() if can_be_marked(kind).ok}
        expected = (
            {".docx", ".xlsx"} | ({".pdf"} if pdf.engine() else set()) | ({".png", ".jpg"} if chinese_face() else set())
        )
        assert yes == expected

    def test_without_a_chinese_font_pictures_say_so(self, copy_of, monkeypatch):
        monkeypatch.setattr(copies, "chinese_face", lambda: None)
        assert "没有安装汉字字体" in can_be_marked("image/png").reason
        with pytest.raises(Unmarked, match="没有安装汉字字体"):
            copy_of(png(300, 300), ".png")
