"""Commands of the desk: put a finding aside, review a month's reading."""

from datetime import date

from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.commands import command, explain_constraint
from admissions.audit.gate import Exempt
from admissions.core.citations import cite
from admissions.core.decision import Refused
from workgroups.groups.models import WorkGroup

from . import rules
from .indicators import Finding
from .models import AccessReview, Dismissal
from .reading import reading_of

explain_constraint("dismissed_once", "这项预警已由他人了解并登记。")
explain_constraint("reviewed_once", "这个月的查阅已由他人复核。")


@command(
    "desk.dismiss",
    "登记已了解预警",
    clause=cite("duty-discipline"),
    after_season=Exempt("a supervisor notes that a warning was seen; nothing of the season changes"),
)
def dismiss(*, actor: User, reason: str, finding: Finding) -> Dismissal:
    """Looked into; the finding leaves the desk of everybody and stays among what was put aside.

    Refuses: no supervisor of the group; put aside already.
    """
    rules.can_dismiss(actor, finding.group_id).require()
    row = Dismissal(
        indicator=finding.indicator,
        key=finding.key[:100],
        sentence=finding.sentence[:500],
        group=WorkGroup.objects.filter(pk=finding.group_id).first() if finding.group_id else None,
        person_id=finding.person_id,
        subjects=list(finding.subjects),
        reason=reason[:500],
        dismissed_by=actor,
        dismissed_by_name=actor.name,
        dismissed_at=timezone.now(),
    )
    row.full_clean()
    row.save()
    return row


@command("desk.review_reading", "复核查阅", clause=cite("privacy-6"))
def review_reading(*, actor: User, reason: str, reader: User, month: date, finding: str) -> AccessReview:
    """Another line looked at what somebody read in a month. `reason` is what was found.

    Refuses: no line of those who review; own reading; own line; a month not over; reviewed already.
    """
    rules.can_review_reading(actor).require()
    reading = reading_of(reader, month)
    if reading is None:
        raise Refused("此人当月没有监督或管理职责，不需要复核。")
    rules.can_review(actor, reading, month).require()
    review = AccessReview(
        month=month,
        reader=reader,
        reader_name=reader.name,
        reviewer=actor,
        reviewer_name=actor.name,
        reads=reading.reads,
        exports=reading.exports,
        alerts=len(reading.alerts),
        finding=finding,
        note=reason,
        at=timezone.now(),
    )
    review.full_clean()
    review.save()
    return review
