"""What the replacement of a paper changed, line by line (#29)."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from docx import Document
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from admissions.core.apart import on_disk, work_apart
from admissions.core.unreadable import Unreadable

PDF_TYPE = "application/pdf"
# Longer papers are compared by eye: the comparison is made while the reader waits.
MAX_LINES = 4_000
SECONDS = 20
TASK = "workgroups.meetings.papers:text_lines"
AROUND = 2


def lines_of(source: Path | BinaryIO, content_type: str) -> list[str]:
    """The text of a paper, line by line, without blank lines; the file is opened in a process apart.

    Raises Unreadable: pictures and tables, damaged files, no text in it, too long.
    """
    with on_disk(source) as path:
        return list(work_apart(TASK, seconds=SECONDS, path=str(path), content_type=content_type))


def text_lines(path: str, content_type: str) -> Iterator[str]:
    """The task: the lines, or Unreadable."""
    try:
        text = _text_of(Path(path), content_type)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable("文件损坏或有密码，读不出文字。") from error
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise Unreadable("文件里没有可以读出的文字，可能是扫描件。")
    if len(lines) > MAX_LINES:
        raise Unreadable(f"材料超过{MAX_LINES}行，请下载后自行比较。")
    yield from lines


def _text_of(path: Path, content_type: str) -> str:
    if content_type == PDF_TYPE:
        return "\n".join(page.extract_text() for page in PdfReader(path).pages)
    if content_type.endswith("wordprocessingml.document"):
        return "\n".join(paragraph.text for paragraph in Document(str(path)).paragraphs)
    if content_type.startswith("text/"):
        content = path.read_bytes()
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return content.decode("gb18030")
    raise Unreadable("只能比较 PDF、Word 和文本材料。")


@dataclass(frozen=True)
class Line:
    """`kind`: 删去, 增加, or empty for an unchanged line around a change; `gap` stands for lines left out."""

    kind: str
    text: str
    is_gap: bool = False


def difference(before: list[str], after: list[str]) -> list[Line]:
    """What was taken away and what was added, with two unchanged lines around; empty when the text is the same."""
    found: list[Line] = []
    for group in difflib.SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(AROUND):
        if found:
            found.append(Line("", "", is_gap=True))
        for kind, a1, a2, b1, b2 in group:
            if kind == "equal":
                found += [Line("", text) for text in before[a1:a2]]
                continue
            found += [Line("删去", text) for text in before[a1:a2]]
            found += [Line("增加", text) for text in after[b1:b2]]
    return found
