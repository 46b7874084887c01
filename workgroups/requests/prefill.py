"""What the form of a report already says when it is opened: from the duty, its event, and the reports before (#48)."""

from typing import Any

from admissions.audit.models import Event
from admissions.core.clock import minute_text

from .enums import DocumentKind, ReportStage
from .models import ReportDuty, Submission
from .selectors import chain_for, replies_for

TITLE_LENGTH = 120
STILL_TO_SAY = "影响范围：\n已采取的措施：\n下一步安排："


def from_duty(reader: Any, duty: ReportDuty) -> dict[str, str]:
    """Title, urgency and course of events of the document a duty asks for."""
    stage = ReportStage.FIRST.label if duty.matter.is_chain else duty.matter.get_kind_display()
    title = f"的{stage}"
    return {
        "title": f"关于{duty.what[: TITLE_LENGTH - len(title) - 2]}{title}",
        "body": "\n".join([_what_happened(reader, duty), *_lines(duty.matter.kind)]),
        "urgency": duty.matter.urgency,
    }


def _lines(kind: str) -> list[str]:
    return [STILL_TO_SAY] if kind == DocumentKind.REPORT else []


def _what_happened(reader: Any, duty: ReportDuty) -> str:
    """As the trail tells it, where the reader may see that entry; else as the duty says."""
    event = Event.objects.visible_to(reader).filter(pk=duty.event_id).first() if duty.event_id else None
    if event is None:
        return f"{minute_text(duty.happened_at)}，{duty.what}。"
    why = f"事由：{event.reason}。" if event.reason else ""
    return f"{minute_text(event.at)}，{event.actor_name}办理“{event.action_label}”（{event.target_label}）。{why}"


def from_report(reader: Any, before: Submission) -> dict[str, str]:
    """The next report begins with the ones before it and what was answered to them, word for word."""
    told = [row for row in chain_for(reader, before) if row.sent_at]
    lines = [
        f"{row.get_stage_display()}：{row.number}《{row.title}》，{minute_text(row.sent_at)}报送。" for row in told
    ]
    for row in told:
        lines += [f"{reply.said_name}批示：{reply.text}" for reply in replies_for(reader, row) if not reply.is_disputed]
    return {
        "stage": ReportStage.FOLLOW_UP,
        "title": _next_title(before.title),
        "body": "\n".join([*lines, "最新进展：", STILL_TO_SAY]),
    }


def _next_title(title: str) -> str:
    """关于…的首报 → 关于…的续报."""
    label = ReportStage.FOLLOW_UP.label
    known = next((stage.label for stage in ReportStage if title.endswith(stage.label)), "")
    stem = title.removesuffix(known) if known else f"{title[: TITLE_LENGTH - 3]}的"
    return f"{stem}{label}"
