"""What each person must do about 督办: carry out, accept, urge, take back what stands still."""

from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.selectors import supervises
from admissions.core.todos import Todo

from .enums import ReminderLevel, TaskStatus
from .ladder import end_of
from .models import FollowUp
from .origins import ordered_by_any
from .rules import can_retract
from .selectors import mine

SHOWN = 20


def follow_up_todos(user: Any) -> list[Todo]:
    return [*_own(user), *_overdue(user), *_stopped(user)]


def _waiting() -> QuerySet[FollowUp]:
    """Asked before anybody's scope, which is the dear part: mostly there is nothing."""
    return FollowUp.objects.exclude(status=TaskStatus.ACCEPTED)


def _own(user: Any) -> Iterator[Todo]:
    if not _waiting().filter(mine(user)).exists():
        return
    rows = FollowUp.objects.visible_to(user).open().filter(mine(user))
    for row in rows.select_related("assignee", "group"):
        is_open = row.status == TaskStatus.OPEN
        if user.pk == (row.assignee_id if is_open else row.acceptor_id):
            yield _todo("办理" if is_open else "验收", row, row.what)
        else:
            yield _todo("督办", row, row.what, waiting_on=row.assignee.name if is_open else "验收人验收")


def _overdue(user: Any) -> Iterator[Todo]:
    """What the ladder has carried up to this person: acceptor, head of the body that ordered, supervisors."""
    if not _waiting().filter(due_on__lt=timezone.localdate()).exists():
        return
    levels = [
        Q(reminders__level=ReminderLevel.ACCEPTOR, acceptor=user, status=TaskStatus.OPEN),
        Q(reminders__level=ReminderLevel.HEAD) & ordered_by_any(lambda kind: kind.answered_for_by(user)),
    ]
    if supervises(user):
        levels.append(Q(reminders__level=ReminderLevel.SUPERVISOR))
    rows = FollowUp.objects.visible_to(user).overdue().filter(reduce(or_, levels)).exclude(assignee=user)
    for row in rows.select_related("assignee", "group").distinct():
        yield _todo("督促办理", row, f"{row.what}（{row.assignee.name}，已逾期）", button="查看")


def _stopped(user: Any) -> Iterator[Todo]:
    """Whose order was stopped: whoever is in charge of it waits until it stands again, or takes the task back."""
    rows = FollowUp.objects.visible_to(user).stopped().select_related("group").prefetch_related("origin")
    for row in rows[:SHOWN]:
        if can_retract(user, row).ok:
            yield _todo("处理停办", row, row.what, button="查看")


def _todo(verb: str, row: FollowUp, label: str, **fields: Any) -> Todo:
    url = reverse("followups:one", args=[row.pk])
    return Todo(verb, label, url, due_at=end_of(row.due_on), season_id=row.group.season_id, **fields)
