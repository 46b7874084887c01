"""Asking the superior to designate members for an item, and what came of it (#22)."""

from collections.abc import Iterable
from typing import Any

from admissions.core.given import whole_number
from workgroups.duty.substitutes import Substitute
from workgroups.meetings.models import AgendaItem
from workgroups.meetings.rules import body_can_decide
from workgroups.meetings.substitutes import can_read_substitutes, substitutes

from .enums import APPROVALS
from .models import Reply, Submission


def proposed_for(reader: Any, item: AgendaItem, chosen: Iterable[str]) -> list[Substitute]:
    """Of the people chosen on the page those who may be designated, in the order they are proposed."""
    keys = {key for key in map(whole_number, chosen) if key is not None}
    if not keys or not can_read_substitutes(reader, item).ok:
        return []
    return [row for row in substitutes(reader, item) if row.decision.ok and row.person.pk in keys]


def asking_words(item: AgendaItem, proposed: list[Substitute]) -> dict[str, str]:
    """Title, situation, opinion and options of a 请示 about the item, as a draft."""
    able = body_can_decide(item)
    recused = "、".join(row.person.name for row in item.recusals.select_related("person"))
    why = able.reason if not able.ok else f"其中{recused}须回避。" if recused else ""
    names = "、".join(f"{row.person.name}（{row.appointment.post}）" for row in proposed)
    wish = f"指定{names}作为成员参加审议" if proposed else "请上级指定人员参加审议"
    others = ["请上级另行指定人员参加审议"] if proposed else []
    return {
        "title": f"关于请求指定人员审议“{item}”的请示"[:120],
        "body": f"{item.group}拟审议“{item}”。{why}",
        "opinion": f"建议{wish}，以上人员回避已核清。" if proposed else "请上级指定人员参加审议。",
        "options": "\n".join([wish, *others, "请上级直接决定"]),
    }


def requests_about(reader: Any, item: AgendaItem) -> list[tuple[Submission, Reply | None]]:
    """What was asked about the item, each with the approval that came back, as far as the reader sees it."""
    rows = Submission.objects.visible_to(reader).filter(item=item).select_related("addressee").order_by("id")
    said = Reply.objects.visible_to(reader).filter(submission__item=item, kind__in=APPROVALS)
    granted = {reply.submission_id: reply for reply in said}
    return [(row, granted.get(row.pk)) for row in rows]


def basis_of(submission: Submission, reply: Reply) -> str:
    """The words that stand on the roll and in the minutes."""
    return f"{submission.addressee}对{submission.number}请示的批复（{reply.said_name}，{reply.get_kind_display()}）"
