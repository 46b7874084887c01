"""What may be stored: types recognised by their first bytes, no macros, no bombs, no disguises."""

import copy
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from admissions.core.packages import BrokenPackage, Package
from admissions.core.unreadable import Unreadable

MAX_ENTRIES = 5_000
# Five million cells unfold to 300 MB; half a gigabyte is inflated in a second.
MAX_UNPACKED = 1 << 29
MAX_RATIO = 200
CHUNK = 1 << 20
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
# Directory entries of an OLE file are UTF-16 names filled up with zeros; these streams hold Visual Basic.
OLE_MACROS = [f"{name}\0".encode("utf-16-le") for name in ("_VBA_PROJECT_CUR", "_VBA_PROJECT", "Macros")]


BOMB = "压缩内容异常（展开后过大），不能上传。请删去多余的空行空列后另存再传。"


class FileRefused(Unreadable):
    """The file is not stored; the message is for the person who sent it."""


@dataclass(frozen=True)
class FileType:
    suffix: str
    content_type: str
    label: str


TYPES = {
    ".pdf": FileType(".pdf", "application/pdf", "PDF"),
    ".png": FileType(".png", "image/png", "PNG 图片"),
    ".jpg": FileType(".jpg", "image/jpeg", "JPEG 图片"),
    ".docx": FileType(".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word 文档"),
    ".xlsx": FileType(".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel 表格"),
    ".xls": FileType(".xls", "application/vnd.ms-excel", "Excel 97 表格"),
    ".csv": FileType(".csv", "text/csv", "CSV 表格"),
    ".txt": FileType(".txt", "text/plain", "文本"),
}
SIGNATURES = {".pdf": b"%PDF-", ".png": b"\x89PNG\r\n\x1a\n", ".jpg": b"\xff\xd8\xff"}
# What the main part of a package must be; macros have other types, and so have templates.
MAIN_TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
}


def check_file(path: Path, name: str) -> FileType:
    """The type of the file, which its name and its content agree on.

    Raises FileRefused: unknown type, disguise, macros, encryption, zip bomb.
    """
    suffix = Path(name).suffix.lower().replace(".jpeg", ".jpg")
    if suffix not in TYPES:
        allowed = "、".join(TYPES)
        raise FileRefused(f"不接受“{suffix or '无扩展名'}”类型的文件，可上传：{allowed}。")
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        raise FileRefused("文件是空的，请核对后重新上传。")
    if suffix in MAIN_TYPES:
        _check_office(path, head, suffix)
    elif suffix == ".xls":
        _check_old_excel(path, head)
    elif suffix in SIGNATURES:
        if not head.startswith(SIGNATURES[suffix]):
            raise FileRefused(
                f"文件内容不是{TYPES[suffix].label}，与扩展名不符，请核对文件，或用原来的程序另存后重新上传。"
            )
    else:
        _check_text(head, suffix)
    return TYPES[suffix]


def is_opened(name: str) -> bool:
    """Whether `check_file` has to open the file, not only to look at its first bytes."""
    suffix = Path(name).suffix.lower()
    return suffix in MAIN_TYPES or suffix == ".xls"


def suffix_of(path: str, name: str) -> Iterator[str]:
    """The task: `check_file` apart."""
    yield check_file(Path(path), name).suffix


def _check_office(path: Path, head: bytes, suffix: str) -> None:
    if head.startswith(OLE):
        raise FileRefused("文件有密码保护，请去掉密码后重新上传。")
    try:
        with zipfile.ZipFile(path) as archive:
            _check_parts(archive.infolist())
            _check_main_part(Package(archive), suffix)
            for entry in archive.infolist():
                _check_inflated(archive, entry)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
        # NotImplementedError (unknown compression) and encrypted entries are RuntimeErrors of zipfile.
        raise FileRefused(f"文件内容不是{TYPES[suffix].label}，可能已损坏，请另存后重新上传。") from error


def _check_main_part(package: Package, suffix: str) -> None:
    """The package says itself which part it is about and of what type that is; its name is the program's choice."""
    try:
        is_right = package.content_type(package.main_part()) == MAIN_TYPES[suffix]
    except BrokenPackage:
        is_right = False
    if not is_right:
        raise FileRefused(
            f"文件内容不是{TYPES[suffix].label}，与扩展名不符，请核对文件，或用原来的程序另存后重新上传。"
        )


def _check_parts(entries: list[zipfile.ZipInfo]) -> None:
    names = {entry.filename for entry in entries}
    if any("vbaproject" in name.lower() or "/macrosheets/" in name.lower() for name in names):
        raise FileRefused("文件带有宏，不能上传。请另存为不带宏的格式。")
    _check_bomb(entries)


def _check_bomb(entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if (
        len(entries) > MAX_ENTRIES
        or unpacked > MAX_UNPACKED
        or (unpacked > 100 << 20 and unpacked / packed > MAX_RATIO)
    ):
        raise FileRefused(BOMB)


def _check_inflated(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """The list of contents may understate the sizes: inflate by pieces, keep nothing, stop where it was untrue."""
    honest = copy.copy(entry)
    honest.file_size = MAX_UNPACKED + 1
    size = 0
    with archive.open(honest) as stream:
        while piece := stream.read(CHUNK):
            size += len(piece)
            if size > entry.file_size:
                raise FileRefused(BOMB)


def _check_old_excel(path: Path, head: bytes) -> None:
    if not head.startswith(OLE):
        raise FileRefused("文件内容不是 Excel 97 表格，与扩展名不符，请核对文件，或用原来的程序另存后重新上传。")
    content = path.read_bytes()
    if any(marker in content for marker in OLE_MACROS):
        raise FileRefused("文件带有宏，不能上传。请另存为不带宏的格式。")


def _check_text(head: bytes, suffix: str) -> None:
    known = (*SIGNATURES.values(), ZIP, OLE)
    has_mark = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if head.startswith(known) or (b"\x00" in head and not has_mark):
        raise FileRefused(
            f"文件内容不是{TYPES[suffix].label}，与扩展名不符，请核对文件，或用原来的程序另存后重新上传。"
        )
