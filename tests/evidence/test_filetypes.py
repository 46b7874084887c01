"""What may be stored: refused by content, before anything is inflated, with a sentence that says what to do."""

import zipfile
from pathlib import Path

import pytest

from admissions.evidence import filetypes
from admissions.evidence.filetypes import FileRefused, check_file
from admissions.evidence.storage import Incoming, is_unchanged
from tests.factories.files import (
    bomb,
    csv_file,
    executable,
    pdf_file,
    plain_zip,
    understated,
    with_macros,
    xls_file,
    xlsx_file,
)

DATA = Path(__file__).parents[1] / "data" / "tables_in"
BOOK = xlsx_file([["姓名", "工号"], ["吕示正", "S0001"]])


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "evidence"


@pytest.fixture
def judge(tmp_path):
    def act(content: bytes, name: str):
        path = tmp_path / "content"
        path.write_bytes(content)
        return check_file(path, name).suffix

    return act


def kept_files(settings):
    return [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("content", "name", "suffix"),
    [
        (BOOK, "名单.XLSX", ".xlsx"),
        (xls_file([["姓名"], ["吕示正"]]), "名单.xls", ".xls"),
        ((DATA / "word_online.docx").read_bytes(), "请示.docx", ".docx"),
        (xls_file([["Macros"], ["_VBA"]]), "名单.xls", ".xls"),
        (csv_file([["姓名"]], "gb18030"), "名单.csv", ".csv"),
        (csv_file([["姓名"]], "utf-16"), "名单.csv", ".csv"),
        (pdf_file(), "文件.pdf", ".pdf"),
        (b"\xff\xd8\xff\xe0", "照片.jpeg", ".jpg"),
    ],
)
def test_honest_files_are_taken(judge, content, name, suffix):
    assert judge(content, name) == suffix


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "名单.csv", "文件是空的，请核对后重新上传"),
        (executable(), "文件.pdf", "文件内容不是PDF，与扩展名不符，请核对文件"),
        (executable(), "名单.csv", "文件内容不是CSV 表格，与扩展名不符"),
        (executable(), "名单.xls", "文件内容不是 Excel 97 表格，与扩展名不符"),
        (executable(), "名单.xlsx", "文件内容不是Excel 表格，可能已损坏，请另存后重新上传"),
        (executable(), "程序.exe", "不接受“.exe”类型的文件，可上传：.pdf"),
        (executable(), "程序", "不接受“无扩展名”类型"),
        (plain_zip(), "名单.xlsx", "文件内容不是Excel 表格，与扩展名不符"),
        (plain_zip(), "名单.csv", "文件内容不是CSV 表格"),
        (BOOK, "名单.docx", "文件内容不是Word 文档"),
        (BOOK, "名单.xls", "文件内容不是 Excel 97 表格.*另存后重新上传"),
        (with_macros(BOOK), "名单.xlsm", "不接受“.xlsm”类型的文件，可上传：.*.xlsx"),
        (with_macros(BOOK), "名单.xlsx", "文件带有宏，不能上传。请另存为不带宏的格式"),
        (xls_file([["x"]]) + "_VBA_PROJECT\0".encode("utf-16-le"), "名单.xls", "文件带有宏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "名单.xlsx", "文件有密码保护，请去掉密码"),
        (BOOK[:-200], "名单.xlsx", "可能已损坏，请另存后重新上传"),
    ],
)
def test_disguised_and_dangerous_files_are_refused(judge, content, name, sentence):
    with pytest.raises(FileRefused, match=sentence):
        judge(content, name)


class TestBombs:
    def test_declared_bomb_is_refused_without_inflating_anything(self, judge, monkeypatch):
        """The list of contents is enough: no entry is opened."""
        content = bomb(BOOK, 300)
        assert len(content) < 2**20
        monkeypatch.setattr(zipfile.ZipFile, "open", _must_not_be_called)
        with pytest.raises(FileRefused, match=r"展开后过大.*请删去多余的空行空列"):
            judge(content, "名单.xlsx")

    def test_bomb_with_an_untrue_list_of_contents_is_stopped_at_the_first_piece(self, judge, monkeypatch):
        content = understated(bomb(BOOK, 300), "xl/sharedStrings.xml", 1000)
        pieces = []
        read = zipfile.ZipExtFile.read
        monkeypatch.setattr(zipfile.ZipExtFile, "read", lambda self, n=-1: _counted(pieces, read(self, n)))
        with pytest.raises(FileRefused, match="展开后过大"):
            judge(content, "名单.xlsx")
        assert sum(pieces) <= 4 * filetypes.CHUNK

    def test_many_entries(self, judge, monkeypatch):
        monkeypatch.setattr(filetypes, "MAX_ENTRIES", 3)
        with pytest.raises(FileRefused, match="压缩内容异常"):
            judge(BOOK, "名单.xlsx")

    def test_two_entries_of_one_name_are_both_measured(self, judge, tmp_path):
        path = tmp_path / "double.xlsx"
        path.write_bytes(BOOK)
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("xl/workbook.xml", b"a" * 2**27)
        with pytest.raises(FileRefused, match="展开后过大"):
            judge(path.read_bytes(), "名单.xlsx")


def _must_not_be_called(*args, **kwargs):
    raise AssertionError("an entry was opened")


def _counted(pieces, data):
    pieces.append(len(data))
    return data


class TestStoring:
    def test_file_over_the_limit_leaves_nothing_behind(self, settings):
        settings.EVIDENCE_MAX_BYTES = 2**20
        taken = []

        def chunks():
            for number in range(100):
                taken.append(number)
                yield b"a" * 2**18

        with pytest.raises(FileRefused, match="文件超过 1 MB，不能上传。请拆分后再传"):
            Incoming(chunks(), "名单.csv")
        assert len(taken) == 5
        assert kept_files(settings) == []

    def test_refused_bytes_are_discarded(self, settings):
        incoming = Incoming([executable()], "文件.pdf")
        assert len(kept_files(settings)) == 1
        with pytest.raises(FileRefused):
            incoming.check()
        assert kept_files(settings) == []

    def test_name_cannot_lead_out_of_the_directory(self, settings):
        incoming = Incoming([pdf_file()], "../../etc/文件.pdf")
        assert incoming.name == "文件.pdf"
        assert incoming.path.is_relative_to(settings.MEDIA_ROOT)
        assert incoming.path.stat().st_mode & 0o077 == 0

    def test_changed_or_lost_bytes_are_noticed(self):
        incoming = Incoming([pdf_file()], "文件.pdf")
        assert is_unchanged(incoming.storage_name, incoming.sha256)
        incoming.path.write_bytes(pdf_file() + b" ")
        assert not is_unchanged(incoming.storage_name, incoming.sha256)
        incoming.discard()
        assert not is_unchanged(incoming.storage_name, incoming.sha256)
