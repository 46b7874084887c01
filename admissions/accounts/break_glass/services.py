"""Commands on break-glass accesses."""

from datetime import timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from admissions.audit.commands import command, explain_constraint
from admissions.audit.gate import Exempt
from admissions.audit.locking import lock
from admissions.audit.passages import begin, pass_to
from admissions.core.citations import cite

from ..models import User
from . import rules
from .enums import BREAK_GLASS_TRANSITIONS, BreakGlassStatus
from .models import BreakGlassAccess, BreakGlassPassage

LOOKED_AT_LATER = Exempt(
    "it opens sight of the trail and changes nothing of the season; it must be ended and reviewed whenever"
)
explain_constraint("breakglassaccess_one_request", "您已有一项待批准的紧急授权申请。")
explain_constraint("breakglassaccess_one_at_a_time", "此人已有一项生效中的紧急授权。")


@command("break_glass.request", "申请紧急授权", clause=cite("dengbao-8-1-5"), after_season=LOOKED_AT_LATER)
def request_access(
    *, actor: User, reason: str, season: Any, group: Any = None, purpose: str, minutes: int
) -> BreakGlassAccess:
    """Ask to read one season or group for an hour at most.

    Refuses: system, security and audit administrators; an open request or a running access.
    Effects: a to-do for the security administrators.  Clause: GB/T 22239-2019 8.1.5.
    """
    rules.can_request(actor).require()
    access = BreakGlassAccess(person=actor, season=season, group=group, purpose=purpose, minutes=minutes, reason=reason)
    return begin(access, BreakGlassPassage, actor=actor, reason=reason)


@command("break_glass.approve", "批准紧急授权", clause=cite("dengbao-8-1-5"), after_season=LOOKED_AT_LATER)
def approve_access(*, actor: User, reason: str, access: BreakGlassAccess) -> BreakGlassAccess:
    """Open the scope for the minutes asked for, from now on; it ends by itself.

    Refuses: not a security administrator; the requester; below or recused from the requester; answered already; stale.
    Effects: a banner on every page of the person; a review by a supervisor is due on the next day.
    """
    access = lock(access)
    rules.can_approve(actor, access).require()
    now = timezone.now()
    access.decided_by, access.period = actor, DateTimeTZRange(now, now + timedelta(minutes=access.minutes))
    return _pass(access, BreakGlassStatus.APPROVED, actor, reason)


@command("break_glass.decline", "不批准紧急授权", clause=cite("dengbao-8-1-5"), after_season=LOOKED_AT_LATER)
def decline_access(*, actor: User, reason: str, access: BreakGlassAccess) -> BreakGlassAccess:
    """Say no, with the reason.  Refuses: as for the approval, but a stale request can be declined."""
    access = lock(access)
    rules.can_decide(actor, access).require()
    access.decided_by = actor
    return _pass(access, BreakGlassStatus.DECLINED, actor, reason)


@command("break_glass.withdraw", "撤回紧急授权申请", clause=cite("dengbao-8-1-5"), after_season=LOOKED_AT_LATER)
def withdraw_access(*, actor: User, reason: str, access: BreakGlassAccess) -> BreakGlassAccess:
    """Take the request back.  Refuses: not the requester; answered already."""
    access = lock(access)
    rules.can_withdraw(actor, access).require()
    return _pass(access, BreakGlassStatus.WITHDRAWN, actor, reason)


@command("break_glass.end", "提前结束紧急授权", clause=cite("dengbao-8-1-5"), after_season=LOOKED_AT_LATER)
def end_access(*, actor: User, reason: str, access: BreakGlassAccess) -> BreakGlassAccess:
    """Close the scope now.

    Refuses: neither the person nor a security administrator; not running.
    Effects: the right is gone with the person's next request; the review becomes due.
    """
    access = lock(access)
    rules.can_end(actor, access).require()
    access.period = DateTimeTZRange(access.period.lower, max(timezone.now(), access.period.lower))
    return _pass(access, BreakGlassStatus.ENDED, actor, reason)


@command("break_glass.review", "复核紧急授权", clause=cite("dengbao-8-1-5"), after_season=LOOKED_AT_LATER)
def review_access(
    *, actor: User, reason: str, access: BreakGlassAccess, conclusion: str, review_note: str
) -> BreakGlassAccess:
    """A supervisor's word on what was read and whether it was needed.

    Refuses: the person, the approver, a supervisor of less than the scope; still running; reviewed already.
    """
    access = lock(access)
    rules.can_review(actor, access).require()
    access.reviewed_by, access.conclusion, access.review_note = actor, conclusion, review_note
    return _pass(access, BreakGlassStatus.REVIEWED, actor, reason)


def _pass(access: BreakGlassAccess, target: BreakGlassStatus, actor: User, reason: str) -> BreakGlassAccess:
    return pass_to(access, target, BREAK_GLASS_TRANSITIONS, BreakGlassPassage, actor=actor, reason=reason)
