"""Commands of 逐级通知."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from admissions.audit.commands import command, explain_constraint
from admissions.audit.locking import lock
from admissions.core.decision import Refused

from .. import rules
from ..calling import steps_of
from ..models import Call, CallReceipt, Submission

TO_ONESELF = "不必通知本人，请直接回执。"
explain_constraint("call_by_another", TO_ONESELF)
explain_constraint("callreceipt_once", "您已经回执，不必重复。")


@command("requests.call", "逐级通知")
def record_call(
    *,
    actor: Any,
    reason: str,
    submission: Submission,
    person: Any,
    channel: str,
    outcome: str,
    called_at: datetime,
    note: str = "",
) -> Call:
    """One attempt to tell somebody of the list, also one that reached nobody.

    Refuses: not the first report of an urgent matter or not sent; actor is on duty in neither of the two bodies; person is
    not on the list or the actor; an hour before it was sent or to come.
    """
    submission = lock(submission)
    rules.can_call(actor, submission).require()
    if person.pk == actor.pk:
        raise Refused(TO_ONESELF)
    if all(step.person.pk != person.pk for step in steps_of(submission)):
        raise Refused(f"{person.name}不在通知名单内。", who_can="请从名单中选择；负有回避义务的人不在名单内。")
    # Hours are typed to the minute.
    if not submission.sent_at.replace(second=0, microsecond=0) <= called_at <= timezone.now():
        raise Refused("通知时间应在报送之后、现在之前。")
    call = Call(
        submission=submission, person=person, channel=channel, outcome=outcome, called_by_id=actor.pk, called_at=called_at,
        note=note,
    )  # fmt: skip
    call.full_clean()
    call.save()
    return call


@command("requests.acknowledge", "回执")
def acknowledge(*, actor: Any, reason: str, submission: Submission) -> CallReceipt:
    """The person told says so. Refuses: not on the list; answered already."""
    submission = lock(submission)
    rules.can_acknowledge(actor, submission).require()
    receipt = CallReceipt(submission=submission, person_id=actor.pk, at=timezone.now())
    receipt.full_clean()
    receipt.save()
    return receipt
