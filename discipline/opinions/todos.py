"""What supervision asks of whom."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from admissions.accounts.permissions import Permission
from admissions.accounts.selectors import has_permission
from admissions.core.todos import Todo
from workgroups.appointments.enums import RightArea
from workgroups.appointments.selectors import led_groups
from workgroups.groups.models import below

from .enums import OpinionStatus
from .models import Opinion


def opinion_todos(user: Any) -> list[Todo]:
    """Leaders answer; issuers re-check what was answered and wait for the rest."""
    return [*_owed(user), *_to_check(user)]


def _todo(verb: str, opinion: Opinion, **fields: Any) -> Todo:
    url = reverse("opinions:one", args=[opinion.pk])
    # Supervision looks back: an opinion may be issued and answered when its season is over.
    return Todo(verb, str(opinion), url, **fields)


def _owed(user: Any) -> Iterator[Todo]:
    led = list(led_groups(user, RightArea.OPINIONS))
    if not led:
        return
    for row in Opinion.objects.visible_to(user).owed().filter(below("group", led)):
        yield _todo("答复监督意见", row, due_at=row.due_at, button="去答复")


def _to_check(user: Any) -> Iterator[Todo]:
    if not has_permission(user, Permission.SUPERVISE):
        return
    mine = Opinion.objects.visible_to(user).filter(issued_by=user).select_related("group")
    for row in mine.filter(status=OpinionStatus.ANSWERED):
        yield _todo("复查监督意见", row, button="去复查")
    for row in mine.owed():
        yield _todo("等候答复", row, due_at=row.due_at, waiting_on=f"{row.group}答复")
