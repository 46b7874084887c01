"""Commands of 逐级通知."""

from datetime import datetime

from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.commands import command, explain_constraint
from admissions.audit.locking import lock
from admissions.core.citations import cite
from admissions.core.decision import Refused
from admissions.core.promises import promised

from .. import rules
from ..models import Call, CallReceipt, Submission

explain_constraint("call_by_another", rules.TO_ONESELF)
explain_constraint("callreceipt_once", "您已经回执，不必重复。")


@command("requests.call", "逐级通知", clause=cite("sanction-29"))
def record_call(
    *,
    actor: User,
    reason: str,
    submission: Submission,
    person: User,
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
    rules.can_tell(actor, submission, person).require()
    # Hours are typed to the minute.
    if not promised(submission.sent_at).replace(second=0, microsecond=0) <= called_at <= timezone.now():
        raise Refused("通知时间应在报送之后、现在之前。", who_can="请改正通知时间。")
    call = Call(
        submission=submission, person=person, channel=channel, outcome=outcome, called_by_id=actor.pk, called_at=called_at,
        note=note,
    )  # fmt: skip
    call.full_clean()
    call.save()
    return call


@command("requests.acknowledge", "回执", clause=cite("sanction-29"))
def acknowledge(*, actor: User, reason: str, submission: Submission) -> CallReceipt:
    """The person told says so. Refuses: not on the list; answered already."""
    submission = lock(submission)
    rules.can_acknowledge(actor, submission).require()
    receipt = CallReceipt(submission=submission, person_id=actor.pk, at=timezone.now())
    receipt.full_clean()
    receipt.save()
    return receipt
