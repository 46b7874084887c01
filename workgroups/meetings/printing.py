"""Minutes on paper in 纪要 layout: 标志, body, 出席、请假、列席 (GB/T 9704-2012 10.3), with the reader's watermark line."""

import io
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH

from admissions.core import pdf
from admissions.core.paper import FONT, TITLE_FONT, add_line, blank_page, watermark
from admissions.seals.papers import mark_line

from .document import designated
from .models import Minutes


def lines_of(minutes: Minutes, facts: dict[str, Any]) -> list[str]:
    """The body, paragraph by paragraph."""
    lines = [
        f"{facts['opened_at']}至{facts['closed_at']}，{facts['head']}在{facts['place']}主持召开{facts['meeting']}。"
    ]
    lines += [line for line in minutes.narrative.splitlines() if line.strip()]
    for item in facts["items"]:
        lines.append(f"{item['number']}．{item['title']}")
        if item["recused"]:
            lines.append(f"回避：{'、'.join(item['recused'])}。")
        lines.append(f"结果：{item['result']}")
        if item["digest"]:
            lines.append(f"计票证明摘要：{item['digest']}")
        lines += [
            f"{row['name']}：{row['stance']}"
            + (f"。{row['text']}" if row["text"] else "")
            + (f"（{row['entered']}）" if row.get("entered") else "")
            for row in item["positions"]
        ]
        lines += item.get("rulings", [])
        for row in item.get("questions", ()):
            given = "；".join(f"{one['name']}：{one['answer']}（{one['text']}）" for one in row["answers"])
            lines.append(f"{row['what']}：{row['grounds']}。" + (f"答复：{given}" if given else ""))
        if item["head_reason"]:
            lines.append(f"主要负责人的理由：{item['head_reason']}")
        lines += [
            f"监督意见（{row['name']}）：{row['kind']}" + (f"。{row['text']}" if row["text"] else "")
            for row in item["remarks"]
        ]
        if item["resolution"]:
            lines.append(f"决议：{item['resolution']}")
    if facts["extent"]:
        lines.append(facts["extent"])
    corrections = minutes.confirmations.select_related("seat").exclude(correction="")
    lines += [f"更正意见（{row.seat.name}）：{row.correction}" for row in corrections]
    return lines


def attendance_lines(facts: dict[str, Any]) -> list[str]:
    """出席：单位、姓名; 请假 and 列席 alike; by which document somebody sat there."""
    lines = [
        f"{word}：" + "；".join(" ".join(part for part in (row["post"], row["name"]) if part) for row in rows)
        for word, rows in facts["attendance"].items()
        if rows
    ]
    return lines + [f"上级指定：{'、'.join(names)}（依据：{basis}）" for basis, names in designated(facts).items()]


def pdf_of(minutes: Minutes, facts: dict[str, Any], reader: Any, mark: dict[str, str]) -> bytes:
    context = {
        "doc_title": f"{facts['group']}会议纪要",
        "lines": lines_of(minutes, facts),
        "attendance": attendance_lines(facts),
        "minutes": minutes,
        "watermark": watermark(reader),
        **mark,
    }
    return pdf.pdf_bytes("meetings/print.html", context)


def docx_of(minutes: Minutes, facts: dict[str, Any], reader: Any, mark: dict[str, str]) -> bytes:
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
    add_line(document, mark_line(mark), FONT, 10)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()
