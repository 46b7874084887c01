"""Who stands in for whom; to-dos of substitution and handover."""

from collections.abc import Iterable
from datetime import datetime

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.models import User
from admissions.core.todos import Todo
from workgroups.appointments.deputies import StandIn

from .enums import HandoverStatus
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


def handover_todos(user: User) -> list[Todo]:
    """Sheets the user has to sign, and those that wait for the other signature."""
    own = Q(appointment__person=user) | Q(receiver=user)
    if not Handover.objects.filter(own, status=HandoverStatus.OPEN).exists():  # before the scope, which is dear to ask
        return []
    rows = Handover.objects.visible_to(user).filter(own, status=HandoverStatus.OPEN)
    todos = []
    for row in rows.select_related("appointment__person", "appointment__post__group", "receiver"):
        giver = row.appointment.person_id == user.pk
        url, season = reverse("duty:handover", args=[row.pk]), row.appointment.post.group.season_id
        if (row.given_at if giver else row.taken_at) is None:
            todos.append(Todo("签署交接单", str(row.appointment), url, button="去签字", season_id=season))
        else:
            other = row.receiver.name if giver else row.appointment.person.name
            todos.append(Todo("签署交接单", str(row.appointment), url, waiting_on=f"{other}签字", season_id=season))
    return todos
