"""What each person must do about requests, reports, duties and oral instructions."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from admissions.audit.principals import may_know
from admissions.core.todos import Todo
from workgroups.appointments.enums import RightArea
from workgroups.appointments.selectors import led_groups, live_appointments
from workgroups.meetings.models.scoping import groups_supervised, supervises

from .enums import DocumentKind, ReportStage, SubmissionStatus
from .models import OralInstruction, Reply, ReportDuty, Submission
from .notice_chain import due_of, next_of, steps_of_each

# Nobody is asked any more for a receipt of a report older than this.
CALLED_FOR = timedelta(days=3)
TO_BE_TAKEN_UP = (SubmissionStatus.SENT, SubmissionStatus.RECEIVED)


def request_todos(user: Any) -> list[Todo]:
    """Draft, sign, send, tell, receive, answer, remind, report, confirm.

    Each asks first whether there is anything, and only then what of it the person may see, which is the dear part.
    """
    own = {row.post.group_id for row in live_appointments(user, RightArea.REQUESTS)}
    led = set(led_groups(user, RightArea.REQUESTS))
    return [
        *_own_documents(user, own, led),
        *_documents_received(user, own, led),
        *_silent_below(user, led),
        *_calls(user, own),
        *_duties(user, own, led),
        *_instructions(user),
        *_words(user),
    ]


def _todo(verb: str, row: Submission, page: str = "requests:one", **fields: Any) -> Todo:
    return Todo(verb, str(row), reverse(page, args=[row.pk]), season_id=row.group.season_id, **fields)


def _documents(user: Any) -> Any:
    return Submission.objects.visible_to(user).select_related("group")


def _own_documents(user: Any, own: set[int], led: set[int]) -> Iterator[Todo]:
    """The head signs; the drafter works on drafts, sends what is signed and waits for the rest."""
    if not Submission.objects.filter(group__in=own).exists():
        return
    rows = _documents(user).filter(group__in=own)
    for row in rows.filter(status=SubmissionStatus.SUBMITTED, group__in=led):
        yield _todo("签发", row, "requests:sign", button="去签发")
    drafts = rows.filter(drafted_by=user)
    for row in drafts.filter(status__in=(SubmissionStatus.DRAFT, SubmissionStatus.RETURNED)):
        yield _todo("修改并送签", row)
    for row in drafts.filter(status=SubmissionStatus.SIGNED):
        yield _todo("报送", row)
    for row in drafts.awaited().select_related("addressee", "group"):
        yield _todo("等候批复", row, due_at=row.answer_due_at, waiting_on=f"{row.addressee}批复")


def _documents_received(user: Any, own: set[int], led: set[int]) -> Iterator[Todo]:
    if not Submission.objects.filter(addressee__in=own, status__in=TO_BE_TAKEN_UP).exists():
        return
    rows = _documents(user).filter(addressee__in=own)
    for row in rows.filter(status=SubmissionStatus.SENT):
        yield _todo("签收", row, due_at=row.answer_due_at)
    waiting = rows.filter(status=SubmissionStatus.RECEIVED, kind=DocumentKind.REQUEST, addressee__in=led)
    for row in waiting:
        yield _todo("批复", row, due_at=row.answer_due_at, button="去批复")


def _silent_below(user: Any, led: set[int]) -> Iterator[Todo]:
    """One level up: the body addressed has not answered in time; above the top stand the supervisors."""
    supervised = supervises(user)
    if not led and not supervised:
        return
    above = Q(addressee__parent__in=led)
    if supervised:
        above |= Q(addressee__parent__isnull=True) & groups_supervised(user, "group")
    rows = _documents(user).overdue().filter(above)
    for row in rows.exclude(addressee__in=led).select_related("addressee", "group"):
        yield Todo(
            "督促批复",
            f"{row}（{row.addressee}逾期未批复）",
            reverse("requests:one", args=[row.pk]),
            due_at=row.answer_due_at,
            season_id=row.group.season_id,
        )


def _calls(user: Any, own: set[int]) -> Iterator[Todo]:
    """The drafter tells one level after the other; whoever is on the list answers for oneself."""
    called = Q(stage=ReportStage.FIRST, sent_at__gt=timezone.now() - CALLED_FOR)
    if not own or not Submission.objects.filter(called).exists():
        return
    rows = _documents(user).filter(called).exclude(status=SubmissionStatus.WITHDRAWN)
    rows = list(rows.select_related("addressee__parent__parent", "group__season", "matter", "duty"))
    steps_by_row = steps_of_each(rows)
    for row in rows:
        steps = steps_by_row[row.pk]
        following = next_of(steps)
        if row.drafted_by_id == user.pk and following is not None:
            label = f"{row}（{following.person.name}）" if may_know(user, following.person) else str(row)
            url, season = _page("requests:call", row), row.group.season_id
            yield Todo("逐级通知", label, url, due_at=due_of(row), button="去登记", season_id=season)
        if any(step.person.pk == user.pk and step.receipt_at is None for step in steps):
            yield _todo("回执", row, "requests:acknowledge", due_at=due_of(row), button="去回执")


def _page(name: str, row: Submission) -> str:
    return reverse(name, args=[row.pk])


def _duties(user: Any, own: set[int], led: set[int]) -> Iterator[Todo]:
    """The group reports; when it has not, the level above is told."""
    if not own or not ReportDuty.objects.owed().exists():
        return
    rows = ReportDuty.objects.visible_to(user).owed().select_related("matter", "group")
    for row in rows.filter(group__in=own):
        yield _duty_todo("上报", row, str(row))
    missed = rows.overdue().filter(Q(group__parent__in=led) | Q(addressee__in=led)).exclude(group__in=own)
    for row in missed.distinct():
        yield _duty_todo("督促上报", row, f"{row}（{row.group}应报未报）")


def _duty_todo(verb: str, row: ReportDuty, label: str) -> Todo:
    url = reverse("requests:report-duty", args=[row.pk])
    return Todo(verb, label, url, due_at=row.due_at, season_id=row.group.season_id)


def _instructions(user: Any) -> Iterator[Todo]:
    if not OralInstruction.objects.waiting().filter(Q(instructor=user) | Q(receiver=user)).exists():
        return
    rows = OralInstruction.objects.visible_to(user).waiting()
    for row in rows.filter(instructor=user).select_related("receiver", "group"):
        label = f"{row.receiver.name}补录的口头指示"
        url, season = reverse("requests:instruction", args=[row.pk]), row.group.season_id
        yield Todo("确认", label, url, due_at=row.clock, season_id=season)
    for row in rows.filter(receiver=user).select_related("group"):
        url, season = reverse("requests:instruction", args=[row.pk]), row.group.season_id
        waiting = f"{row.instructor_name}确认"
        yield Todo("等候确认", str(row), url, due_at=row.clock, waiting_on=waiting, season_id=season)


def _words(user: Any) -> Iterator[Todo]:
    """Replies somebody else wrote down: whose word it is confirms or disputes, who wrote it down waits."""
    own = Q(said_by=user) | Q(entered_by=user)
    if not Reply.objects.unconfirmed().filter(own).exists():
        return
    rows = Reply.objects.visible_to(user).unconfirmed().filter(own)
    for row in rows.select_related("submission__group", "entered_by"):
        season = row.submission.group.season_id
        label, url = f"{row.submission}的批复", reverse("requests:one", args=[row.submission_id])
        if row.said_by_id == user.pk:
            said = f"{row.entered_by.name}代录的{label}"
            yield Todo("确认", said, url, due_at=row.clock, button="去确认", season_id=season)
        else:
            waiting = f"{row.said_name}确认"
            yield Todo("等候确认", label, url, due_at=row.clock, waiting_on=waiting, season_id=season)
