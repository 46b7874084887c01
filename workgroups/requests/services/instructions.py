"""Commands of oral instructions: written down by who received them, confirmed or disputed by who gave them."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.commands import command, explain_constraint
from admissions.audit.locking import lock
from admissions.core.citations import cite
from admissions.core.decision import Refused
from admissions.core.transitions import move
from workgroups.appointments.selectors import post_of
from workgroups.groups.models import WorkGroup

from .. import rules
from ..enums import WORD_TRANSITIONS, WordStatus
from ..models import OralInstruction

explain_constraint("instruction_once", "这一时间的口头指示已经补录。")


@command("requests.record_instruction", "补录口头指示", clause=cite("house-oral"))
def record_instruction(
    *,
    actor: User,
    reason: str,
    group: WorkGroup,
    instructor: User,
    said_at: datetime,
    channel: str,
    text: str,
    witnesses: str = "",
    about: dict[str, Any] | None = None,
) -> OralInstruction:
    """Who told the receiver what, when, how and before whom; written down late it is kept all the same, and says so.

    Refuses: actor is not on duty in the group; one's own instruction; an hour to come; actor is recused from whom it
    is about.
    """
    rules.can_record_instruction(actor, group).require()
    if said_at > timezone.now():
        raise Refused("指示时间不能晚于现在。", who_can="请改正指示时间。")
    instruction = OralInstruction(
        group=group, receiver=User.objects.get(pk=actor.pk), instructor=instructor, instructor_name=instructor.name,
        instructor_post=post_of(instructor, group.pk)[:200], said_at=said_at, channel=channel, text=text,
        witnesses=witnesses, recorded_at=timezone.now(), **(about or {}),
    )  # fmt: skip
    instruction.full_clean()
    instruction.save()
    return instruction


@command("requests.confirm_instruction", "确认口头指示", clause=cite("house-oral"))
def confirm_instruction(*, actor: User, reason: str, instruction: OralInstruction) -> OralInstruction:
    """Yes, I said so. Refuses: not the instructor; answered already."""
    return _answered(actor, instruction, WordStatus.CONFIRMED, "")


@command("requests.dispute_instruction", "对口头指示提出异议", clause=cite("house-oral"))
def dispute_instruction(*, actor: User, reason: str, instruction: OralInstruction) -> OralInstruction:
    """No, or not so; the reason says what was said. What the receiver wrote stays. Refuses: not the instructor."""
    return _answered(actor, instruction, WordStatus.DISPUTED, reason)


def _answered(actor: User, instruction: OralInstruction, status: WordStatus, answer: str) -> OralInstruction:
    instruction = lock(instruction)
    rules.can_answer_instruction(actor, instruction).require()
    instruction.status = move(WORD_TRANSITIONS, instruction.status, status)
    instruction.answer, instruction.answered_at = answer, timezone.now()
    instruction.full_clean()
    instruction.save()
    return instruction
