"""Commands on emergency accesses."""

from datetime import timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from admissions.accounts.rules import THREE_ADMINS
from admissions.audit.commands import command, explain_constraint
from admissions.audit.locking import lock
from admissions.core.transitions import move

from . import rules
from .enums import EMERGENCY_TRANSITIONS, EmergencyStatus
from .models import EmergencyAccess, EmergencyPassage

explain_constraint("emergencyaccess_one_request", "您已有一项待批准的紧急授权申请。")
explain_constraint("emergencyaccess_one_at_a_time", "此人已有一项生效中的紧急授权。")


@command("emergency_access.request", "申请紧急授权", clause=THREE_ADMINS)
def request_access(
    *, actor: Any, reason: str, season: Any, group: Any = None, purpose: str, minutes: int
) -> EmergencyAccess:
    """Ask to read one season or group for an hour at most.

    Refuses: system, security and audit administrators; an open request or a running access.
    Effects: a to-do for the security administrators.  Clause: GB/T 22239-2019 8.1.5.
    """
    rules.can_request(actor).require()
    access = EmergencyAccess(person=actor, season=season, group=group, purpose=purpose, minutes=minutes, reason=reason)
    access.full_clean()
    access.save()
    _note(access, "", actor, reason)
    return access


@command("emergency_access.approve", "批准紧急授权", clause=THREE_ADMINS)
def approve_access(*, actor: Any, reason: str, access: EmergencyAccess) -> EmergencyAccess:
    """Open the scope for the minutes asked for, from now on; it ends by itself.

    Refuses: not a security administrator; the requester; below or recused from the requester; answered already; stale.
    Effects: a banner on every page of the person; a review by a supervisor is due on the next day.
    """
    access = lock(access)
    rules.can_approve(actor, access).require()
    now = timezone.now()
    access.decided_by, access.period = actor, DateTimeTZRange(now, now + timedelta(minutes=access.minutes))
    return _pass(access, EmergencyStatus.APPROVED, actor, reason)


@command("emergency_access.decline", "不批准紧急授权", clause=THREE_ADMINS)
def decline_access(*, actor: Any, reason: str, access: EmergencyAccess) -> EmergencyAccess:
    """Say no, with the reason.  Refuses: as for the approval, but a stale request can be declined."""
    access = lock(access)
    rules.can_decide(actor, access).require()
    access.decided_by = actor
    return _pass(access, EmergencyStatus.DECLINED, actor, reason)


@command("emergency_access.withdraw", "撤回紧急授权申请")
def withdraw_access(*, actor: Any, reason: str, access: EmergencyAccess) -> EmergencyAccess:
    """Take the request back.  Refuses: not the requester; answered already."""
    access = lock(access)
    rules.can_withdraw(actor, access).require()
    return _pass(access, EmergencyStatus.WITHDRAWN, actor, reason)


@command("emergency_access.end", "提前结束紧急授权")
def end_access(*, actor: Any, reason: str, access: EmergencyAccess) -> EmergencyAccess:
    """Close the scope now.

    Refuses: neither the person nor a security administrator; not running.
    Effects: the right is gone with the person's next request; the review becomes due.
    """
    access = lock(access)
    rules.can_end(actor, access).require()
    access.period = DateTimeTZRange(access.period.lower, max(timezone.now(), access.period.lower))
    return _pass(access, EmergencyStatus.ENDED, actor, reason)


@command("emergency_access.review", "复核紧急授权")
def review_access(
    *, actor: Any, reason: str, access: EmergencyAccess, conclusion: str, review_note: str
) -> EmergencyAccess:
    """A supervisor's word on what was read and whether it was needed.

    Refuses: the person, the approver, a supervisor of less than the scope; still running; reviewed already.
    """
    access = lock(access)
    rules.can_review(actor, access).require()
    access.reviewed_by, access.conclusion, access.review_note = actor, conclusion, review_note
    return _pass(access, EmergencyStatus.REVIEWED, actor, reason)


def _pass(access: EmergencyAccess, target: EmergencyStatus, actor: Any, reason: str) -> EmergencyAccess:
    before = access.status
    access.status = move(EMERGENCY_TRANSITIONS, before, target)
    access.full_clean()
    access.save()
    _note(access, before, actor, reason)
    return access


def _note(access: EmergencyAccess, before: str, actor: Any, reason: str) -> None:
    EmergencyPassage(access=access, from_status=before, to_status=access.status, actor=actor, reason=reason).save()
