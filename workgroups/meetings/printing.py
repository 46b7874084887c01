"""Minutes on paper in 纪要 layout: 标志, body, 出席、请假、列席 (GB/T 9704-2012 10.3), with the reader's watermark line."""

import io
from typing import Any

from django.utils import timezone
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from admissions.core import pdf
from admissions.core.clock import minute_text
from admissions.core.decision import Decision, allow, deny

from .models import Minutes

FONT, TITLE_FONT = "仿宋", "黑体"


def pdf_available() -> Decision:
    """PDF needs Debian's pango; without it the button gives this reason."""
    if pdf.HTML is not None:
        return allow()
    return deny("服务器没有安装生成 PDF 的组件。", who_can="请系统管理员安装 pango；现在可下载 Word 版。")


def watermark(reader: Any) -> str:
    """Who took this copy when; the same words stand in the ledger."""
    return f"{reader.name}（{reader.staff_number or reader.username}）于{minute_text(timezone.now())}取得"


def lines_of(minutes: Minutes, facts: dict[str, Any]) -> list[str]:
    """The body, paragraph by paragraph."""
    lines = [
        f"{facts['opened_at']}至{facts['closed_at']}，{facts['head']}在{facts['place']}主持召开{facts['meeting']}。"
    ]
    lines += [line for line in minutes.narrative.splitlines() if line.strip()]
    for number, item in enumerate(facts["items"], 1):
        lines.append(f"{number}．{item['title']}")
        if item["recused"]:
            lines.append(f"回避：{'、'.join(item['recused'])}。")
        lines.append(f"结果：{item['result']}")
        lines += [
            f"{row['name']}：{row['stance']}" + (f"。{row['text']}" if row["text"] else "") for row in item["positions"]
        ]
        if item["head_reason"]:
            lines.append(f"主要负责人的理由：{item['head_reason']}")
        lines += [
            f"监督意见（{row['name']}）：{row['kind']}" + (f"。{row['text']}" if row["text"] else "")
            for row in item["opinions"]
        ]
        if item["resolution"]:
            lines.append(f"决议：{item['resolution']}")
    if facts["withheld"]:
        lines.append(f"另有{facts['withheld']}项议题，因取得人须回避，本份不载。")
    corrections = minutes.confirmations.select_related("seat").exclude(correction="")
    lines += [f"更正意见（{row.seat.name}）：{row.correction}" for row in corrections]
    return lines


def attendance_lines(facts: dict[str, Any]) -> list[str]:
    """出席：单位、姓名; 请假 and 列席 alike."""
    return [
        f"{word}：" + "；".join(" ".join(part for part in (row["post"], row["name"]) if part) for row in rows)
        for word, rows in facts["attendance"].items()
        if rows
    ]


def pdf_of(minutes: Minutes, facts: dict[str, Any], reader: Any) -> bytes:
    context = {
        "doc_title": f"{facts['group']}会议纪要",
        "lines": lines_of(minutes, facts),
        "attendance": attendance_lines(facts),
        "minutes": minutes,
        "watermark": watermark(reader),
    }
    return pdf.pdf_bytes("workgroups/meetings/print.html", context)


def docx_of(minutes: Minutes, facts: dict[str, Any], reader: Any) -> bytes:
    document = blank_page()
    add_line(document, f"{facts['group']}会议纪要", TITLE_FONT, 22, WD_ALIGN_PARAGRAPH.CENTER)
    add_line(document, minutes.number, FONT, 14, WD_ALIGN_PARAGRAPH.CENTER)
    for text in lines_of(minutes, facts):
        add_line(document, text, FONT, 16, indent=32)
    for text in attendance_lines(facts):
        add_line(document, text, FONT, 16)
    status = (
        f"定稿摘要：{minutes.content_hash}" if minutes.content_hash else f"{minutes.get_status_display()}稿，未定稿"
    )
    add_line(document, status, FONT, 12)
    add_line(document, watermark(reader), FONT, 12)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def blank_page() -> Any:
    """A4 with the margins of GB/T 9704-2012: 37 mm above, 35 below, 28 left, 26 right."""
    document = Document()
    section = document.sections[0]
    section.page_height, section.page_width = Cm(29.7), Cm(21.0)
    section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
    return document


def add_line(document: Any, text: str, font: str, size: int, alignment: Any = None, indent: int = 0) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = alignment
    paragraph.paragraph_format.first_line_indent = Pt(indent)
    run = paragraph.add_run(text)
    run.font.name, run.font.size = font, Pt(size)
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)
