"""The reader's copy of a file with the reader's name in it (#29); the stored file, which receipts and resolutions bind, stays."""

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from admissions.core import pdf
from admissions.core.apart import on_disk, work_apart
from admissions.core.decision import Decision, allow, deny
from admissions.core.fonts import chinese_face
from admissions.core.unreadable import TOO_MUCH, Unreadable

from .marks import AS_IT_IS, DOCX_TYPE, PDF_TYPE, PICTURES, XLSX_TYPE, Unmarked

# While the reader waits.
SECONDS, MEGABYTES = 30, 1536
TASK = "admissions.evidence.marking.marks"


def can_be_marked(content_type: str) -> Decision:
    """Whether a file of this kind is handed out with the reader's name in it."""
    if content_type in (DOCX_TYPE, XLSX_TYPE):
        return allow()
    if content_type == PDF_TYPE:
        if pdf.engine() is not None:
            return allow()
        return deny(f"服务器没有安装生成 PDF 的组件，{AS_IT_IS}", who_can="请系统管理员安装 pango。")
    if content_type in PICTURES:
        if chinese_face() is not None:
            return allow()
        return deny(f"服务器没有安装汉字字体，图片{AS_IT_IS}", who_can="请系统管理员安装汉字字体。")
    return deny(f"这种格式不能加水印，{AS_IT_IS}")


def marked(source: Path | BinaryIO, content_type: str, words: str) -> bytes:
    """The file with the words in it, the content otherwise whole; the file is opened in a process apart.

    Raises Unmarked: a kind that takes no mark, damaged, locked, or too large to be marked while the reader waits.
    Raises OSError: no room for the copy.
    """
    kind = can_be_marked(content_type)
    if not kind.ok:
        raise Unmarked(kind.reason)
    with tempfile.TemporaryDirectory() as folder, on_disk(source) as path:
        copy, stamps = Path(folder) / "copy", {}
        if content_type == PDF_TYPE:
            sizes = _apart("page_sizes", path=str(path))
            stamps = {name: _stamp(Path(folder), name, words, *size) for name, size in sizes}
        given = {"content_type": content_type, "words": words, "copy": str(copy), "stamps": stamps}
        list(_apart("mark", path=str(path), **given))
        return copy.read_bytes()


def _apart(task: str, **given: Any) -> Iterable[Any]:
    try:
        return list(work_apart(f"{TASK}:{task}", seconds=SECONDS, megabytes=MEGABYTES, **given))
    except Unreadable as problem:
        raise Unmarked(f"文件过大或过于复杂，{AS_IT_IS}" if str(problem) == TOO_MUCH else str(problem)) from problem


def _stamp(folder: Path, name: str, words: str, width: float, height: float) -> str:
    """The words in grey across a page of the size (in points), and once more at its foot."""
    file = folder / f"{name}.pdf"
    file.write_bytes(pdf.overlay_bytes("evidence/watermark.html", {"words": words}, width, height))
    return str(file)
