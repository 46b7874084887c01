"""Who stands in for whom; to-dos of substitution and handover."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.models import User
from admissions.accounts.permissions import Permission
from admissions.accounts.selectors import has_permission, supervises
from admissions.core.todos import Todo
from workgroups.appointments.deputies import StandIn
from workgroups.appointments.enums import RightArea
from workgroups.appointments.selectors import led_groups
from workgroups.groups.models import below, groups_in_scope

from .models import Delegation, Handover
from .rules import is_fit


def stood_in_for(user: User) -> list[StandIn]:
    """Appointments of others whose rights the user has now: live delegations, and the deputy as fit as when they began.

    A deputy whose training lapsed, who is recused or not checked, or who must keep away from somebody of the group has
    nothing by the delegation, whatever its period says.
    """
    # Asked on every page, and hardly anybody is a deputy: the long question is put together only for those who are.
    if not Delegation.objects.filter(deputy=user, period__contains=timezone.now()).exists():
        return []
    rows = Delegation.objects.live().filter(deputy=user).order_by("id")
    rows = rows.select_related("appointment__person", "appointment__post__group__season")
    return [StandIn(row.appointment, frozenset(row.areas)) for row in rows if is_fit(user, row.appointment.post).ok]


def posts_deputised(person: User, period: DateTimeTZRange) -> list[int]:
    """Ids of the posts the person deputises for, now or later, in any part of the period."""
    rows = Delegation.objects.not_over().filter(deputy=person, period__overlap=period)
    return list(rows.values_list("appointment__post_id", flat=True))


def standing_in(appointment_ids: Iterable[int], at: datetime) -> list[Delegation]:
    """The delegations of these appointments that covered the instant. They are never backdated, so this is what held then."""
    rows = Delegation.objects.filter(appointment_id__in=list(appointment_ids), period__contains=at)
    return list(rows.select_related("deputy", "appointment__person", "appointment__post").order_by("id"))


# Supervisors are told so long after the term.
TO_SUPERVISORS = timedelta(days=3)


def handover_todos(user: User) -> list[Todo]:
    """Sheets the user has to sign, those that wait for the other signature, and those past their term whom it concerns."""
    if not Handover.objects.waiting().exists():  # before the scope, which is dear to ask
        return []
    return [*_to_sign(user), *_overdue(user)]


def _waiting(user: User) -> QuerySet[Handover]:
    rows = Handover.objects.visible_to(user).waiting()
    return rows.select_related("appointment__person", "appointment__post__group", "receiver")


def _to_sign(user: User) -> Iterator[Todo]:
    for row in _waiting(user).filter(Q(appointment__person=user) | Q(receiver=user)):
        giver = row.appointment.person_id == user.pk
        if (row.given_at if giver else row.taken_at) is None:
            yield _todo("签署交接单", row, button="去签字")
        else:
            other = row.receiver.name if giver else row.appointment.person.name
            yield _todo("签署交接单", row, waiting_on=f"{other}签字")


def _overdue(user: User) -> Iterator[Todo]:
    """Past its term a sheet is told to the secretariat and the leaders, three days later to the supervisors of the group."""
    office, led = has_permission(user, Permission.APPOINT), list(led_groups(user, RightArea.STAFF))
    watches = supervises(user)
    if not (office or led or watches) or not Handover.objects.overdue().exists():
        return
    rows = Handover.objects.overdue()
    if not office:
        found = below("appointment__post__group", led)
        if watches:
            late = Handover.objects.overdue(timezone.now() - TO_SUPERVISORS)
            found |= groups_in_scope(user, "appointment__post__group") & Q(pk__in=late.values("pk"))
        rows = rows.filter(found)
    for row in _waiting(user).filter(pk__in=rows.values("pk")).exclude(appointment__person=user).exclude(receiver=user):
        yield _todo("督促交接", row, f"，等待{'、'.join(row.waits_for())}签字", button="查看")


def _todo(verb: str, row: Handover, words: str = "", **fields: Any) -> Todo:
    url, season = reverse("duty:handover", args=[row.pk]), row.appointment.post.group.season_id
    return Todo(verb, f"{row.appointment}{words}", url, due_at=row.due_at, season_id=season, **fields)
