"""A signed request or report on paper, in 公文 layout, with the reader's watermark line."""

import io
from typing import Any

from django.utils import timezone
from docx.enum.text import WD_ALIGN_PARAGRAPH

from admissions.core import pdf
from admissions.core.paper import FONT, TITLE_FONT, add_line, blank_page, watermark
from admissions.evidence.attached import SHORT_DIGEST
from admissions.seals.papers import mark_line

from .enums import Urgency
from .models import Reply, Submission, SubmissionVersion

NUMERALS = "一二三四五六七八九十"


def day_text(moment: Any) -> str:
    """成文日期: Arabic figures, months and days without a leading zero (GB/T 9704-2012 7.3.5.4)."""
    day = timezone.localtime(moment)
    return f"{day.year}年{day.month}月{day.day}日"


def body_lines(submission: Submission, content: dict[str, Any]) -> list[str]:
    """The text as it was signed, paragraph by paragraph."""
    lines = [line for line in content["body"].splitlines() if line.strip()]
    if submission.is_request:
        lines += [f"本组意见：{content['opinion']}", "备选方案："]
        lines += [f"方案{numeral}：{option}" for numeral, option in zip(NUMERALS, content["options"], strict=False)]
        if content["single_option_reason"]:
            lines.append(f"只提出一个方案的理由：{content['single_option_reason']}")
        lines.append("妥否，请批复。")
    return lines


def signature_lines(version: SubmissionVersion) -> list[str]:
    return [version.content["group"], day_text(version.signed_at)]


def attachment_lines(content: dict[str, Any]) -> list[str]:
    """附件说明: numbered where there are several, no mark behind the name (GB/T 9704-2012 7.3.4)."""
    names = [f"{row['name']}（校验值{row['sha256'][:SHORT_DIGEST]}）" for row in content.get("attachments", [])]
    if len(names) < 2:
        return [f"附件：{name}" for name in names]
    return [f"{'附件：' if number == 1 else ''}{number}. {name}" for number, name in enumerate(names, 1)]


def reply_lines(replies: list[Reply]) -> list[str]:
    return [
        f"{row.said_name}（{day_text(row.said_at)}，{row.get_kind_display()}）：{row.text}"
        + (f"（{word_text(row)}）" if row.is_entered_by_another else "")
        for row in replies
    ]


def word_text(reply: Reply) -> str:
    """Who wrote the reply down for another, and whether whose word it is stands by it."""
    if reply.is_disputed:
        return f"{reply.entered_by.name}代录，本人有异议：{reply.answer}"
    return f"{reply.entered_by.name}代录，{'待本人确认' if reply.is_waiting else '本人已确认'}"


Mark = dict[str, str]


def _context(
    submission: Submission, version: SubmissionVersion, replies: list[Reply], reader: Any, mark: Mark
) -> dict[str, Any]:
    content = version.content
    return {
        "urgency": "" if content["urgency"] == Urgency.NORMAL else Urgency(content["urgency"]).label,
        "version": version,
        "doc_org": f"{content['group']}文件",
        "doc_number": submission.number,
        "doc_title": content["title"],
        "doc_to": content["addressee"],
        "lines": body_lines(submission, content),
        "attachments": attachment_lines(content),
        "signature": signature_lines(version),
        "replies": reply_lines(replies),
        "watermark": watermark(reader),
        **mark,
    }


def pdf_of(submission: Submission, version: SubmissionVersion, replies: list[Reply], reader: Any, mark: Mark) -> bytes:
    return pdf.pdf_bytes("requests/print.html", _context(submission, version, replies, reader, mark))


def docx_of(submission: Submission, version: SubmissionVersion, replies: list[Reply], reader: Any, mark: Mark) -> bytes:
    found = _context(submission, version, replies, reader, mark)
    document = blank_page()
    centre, right = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
    if found["urgency"]:
        add_line(document, found["urgency"], TITLE_FONT, 16)
    add_line(document, found["doc_org"], TITLE_FONT, 26, centre)
    add_line(document, f"{submission.number}　　签发人：{version.signature}", FONT, 16, centre)
    add_line(document, found["doc_title"], TITLE_FONT, 22, centre)
    add_line(document, f"{found['doc_to']}：", FONT, 16)
    for line in found["lines"]:
        add_line(document, line, FONT, 16, indent=32)
    for line in found["attachments"]:
        add_line(document, line, FONT, 16, indent=32)
    for line in found["signature"]:
        add_line(document, line, FONT, 16, right)
    for line in found["replies"]:
        add_line(document, line, FONT, 16)
    add_line(document, f"内容校验值：{version.digest}", FONT, 12)
    add_line(document, found["watermark"], FONT, 12)
    add_line(document, mark_line(mark), FONT, 10)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()
