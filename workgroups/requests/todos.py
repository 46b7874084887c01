"""What each person must do about requests, reports, duties and oral instructions."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from admissions.core.todos import Todo
from workgroups.appointments.enums import RightArea
from workgroups.appointments.selectors import led_groups, live_appointments
from workgroups.meetings.enums import ReminderLevel, TaskStatus
from workgroups.meetings.models.scoping import groups_supervised, supervises

from .calling import due_of, next_of, steps_of_each
from .enums import DocumentKind, ReportStage, SubmissionStatus
from .followups import end_of
from .models import OralInstruction, Reply, ReplyTask, ReportDuty, Submission

# Nobody is asked any more for a receipt of a report older than this.
CALLED_FOR = timedelta(days=3)


def request_todos(user: Any) -> list[Todo]:
    """Draft, sign, send, tell, receive, answer, remind, report, confirm, carry out, accept."""
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
        *_tasks(user),
        *_overdue_tasks(user, led),
    ]


def _todo(verb: str, row: Submission, page: str = "submission", **fields: Any) -> Todo:
    return Todo(verb, str(row), reverse(f"workgroups:{page}", args=[row.pk]), **fields)


def _own_documents(user: Any, own: set[int], led: set[int]) -> Iterator[Todo]:
    """The head signs; the drafter works on drafts, sends what is signed and waits for the rest."""
    if not own:
        return
    rows = Submission.objects.visible_to(user).filter(group__in=own)
    for row in rows.filter(status=SubmissionStatus.SUBMITTED, group__in=led):
        yield _todo("签发", row, "submission-sign", button="去签发")
    drafts = rows.filter(drafted_by=user)
    for row in drafts.filter(status__in=(SubmissionStatus.DRAFT, SubmissionStatus.RETURNED)):
        yield _todo("修改并送签", row)
    for row in drafts.filter(status=SubmissionStatus.SIGNED):
        yield _todo("报送", row)
    for row in drafts.awaited().select_related("addressee"):
        yield _todo("等候批复", row, due_at=row.answer_due_at, waiting_on=f"{row.addressee}批复")


def _documents_received(user: Any, own: set[int], led: set[int]) -> Iterator[Todo]:
    if not own:
        return
    rows = Submission.objects.visible_to(user).filter(addressee__in=own)
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
    rows = Submission.objects.visible_to(user).overdue().filter(above)
    for row in rows.exclude(addressee__in=led).select_related("addressee"):
        yield Todo(
            "督促批复",
            f"{row}（{row.addressee}逾期未批复）",
            reverse("workgroups:submission", args=[row.pk]),
            due_at=row.answer_due_at,
        )


def _calls(user: Any, own: set[int]) -> Iterator[Todo]:
    """The drafter tells one level after the other; whoever is on the list answers for oneself."""
    if not own:
        return
    rows = Submission.objects.visible_to(user).filter(stage=ReportStage.FIRST, sent_at__isnull=False)
    rows = rows.filter(sent_at__gt=timezone.now() - CALLED_FOR).exclude(status=SubmissionStatus.WITHDRAWN)
    rows = list(rows.select_related("addressee__parent__parent", "group__season", "matter", "duty"))
    steps_by_row = steps_of_each(rows)
    for row in rows:
        steps = steps_by_row[row.pk]
        following = next_of(steps)
        if row.drafted_by_id == user.pk and following is not None:
            label = f"{row}（{following.person.name}）"
            yield Todo("逐级通知", label, _page("submission-call", row), due_at=due_of(row), button="去登记")
        if any(step.person.pk == user.pk and step.receipt_at is None for step in steps):
            yield Todo("回执", str(row), _page("submission-acknowledge", row), due_at=due_of(row), button="去回执")


def _page(name: str, row: Submission) -> str:
    return reverse(f"workgroups:{name}", args=[row.pk])


def _duties(user: Any, own: set[int], led: set[int]) -> Iterator[Todo]:
    """The group reports; when it has not, the level above is told."""
    if not own:
        return
    rows = ReportDuty.objects.visible_to(user).owed().select_related("matter", "group")
    for row in rows.filter(group__in=own):
        yield _duty_todo("上报", row, str(row))
    missed = rows.overdue().filter(Q(group__parent__in=led) | Q(addressee__in=led)).exclude(group__in=own)
    for row in missed.distinct():
        yield _duty_todo("督促上报", row, f"{row}（{row.group}应报未报）")


def _duty_todo(verb: str, row: ReportDuty, label: str) -> Todo:
    return Todo(verb, label, reverse("workgroups:report-duty", args=[row.pk]), due_at=row.due_at)


def _instructions(user: Any) -> Iterable[Todo]:
    rows = OralInstruction.objects.visible_to(user).waiting()
    for row in rows.filter(instructor=user).select_related("receiver"):
        label = f"{row.receiver.name}补录的口头指示"
        yield Todo("确认", label, reverse("workgroups:instruction", args=[row.pk]), due_at=row.clock)
    for row in rows.filter(receiver=user):
        url = reverse("workgroups:instruction", args=[row.pk])
        yield Todo("等候确认", str(row), url, due_at=row.clock, waiting_on=f"{row.instructor_name}确认")


def _words(user: Any) -> Iterator[Todo]:
    """Replies somebody else wrote down: whose word it is confirms or disputes, who wrote it down waits."""
    rows = Reply.objects.visible_to(user).unconfirmed().filter(Q(said_by=user) | Q(entered_by=user))
    for row in rows.select_related("submission", "entered_by"):
        label, url = f"{row.submission}的批复", reverse("workgroups:submission", args=[row.submission_id])
        if row.said_by_id == user.pk:
            yield Todo("确认", f"{row.entered_by.name}代录的{label}", url, due_at=row.clock, button="去确认")
        else:
            yield Todo("等候确认", label, url, due_at=row.clock, waiting_on=f"{row.said_name}确认")


def _tasks(user: Any) -> Iterator[Todo]:
    rows = ReplyTask.objects.visible_to(user).open().filter(Q(assignee=user) | Q(acceptor=user))
    for row in rows.select_related("assignee"):
        url = reverse("workgroups:reply-task", args=[row.pk])
        due = end_of(row.due_on)
        mine = row.assignee_id if row.status == TaskStatus.OPEN else row.acceptor_id
        verb = "办理" if row.status == TaskStatus.OPEN else "验收"
        if mine == user.pk:
            yield Todo(verb, row.what, url, due_at=due)
        else:
            waiting = row.assignee.name if row.status == TaskStatus.OPEN else "验收人验收"
            yield Todo("督办", row.what, url, due_at=due, waiting_on=waiting)


def _overdue_tasks(user: Any, led: set[int]) -> Iterator[Todo]:
    """What the ladder has carried up to this person: acceptor, whoever leads the body that replied, supervisors."""
    levels = [Q(reminders__level=ReminderLevel.ACCEPTOR, acceptor=user, status=TaskStatus.OPEN)]
    if led:
        levels.append(Q(reminders__level=ReminderLevel.HEAD, reply__submission__addressee__in=led))
    if supervises(user):
        levels.append(Q(reminders__level=ReminderLevel.SUPERVISOR))
    rows = ReplyTask.objects.visible_to(user).open().filter(reduce(or_, levels)).exclude(assignee=user)
    for row in rows.select_related("assignee").distinct():
        label = f"{row.what}（{row.assignee.name}，已逾期）"
        url = reverse("workgroups:reply-task", args=[row.pk])
        yield Todo("督促办理", label, url, due_at=end_of(row.due_on), button="查看")
