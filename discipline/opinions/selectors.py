"""What screens ask about opinions: what is open, who owes answers, and the chain of recurrences."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from admissions.accounts.models import User
from admissions.core.promises import promised
from admissions.seasons.models import Season
from workgroups.groups.models import WorkGroup

from .enums import OWED
from .models import Flag, Opinion


def overdue_opinions(user: User) -> QuerySet:
    return Opinion.objects.visible_to(user).overdue().select_related("group").order_by("due_at", "pk")


def waiting_flags(user: User) -> QuerySet:
    return Flag.objects.visible_to(user).waiting().order_by("-flagged_at")


@dataclass(frozen=True)
class Silence:
    """How a group answers: opinions in all, answered late, owed and overdue now."""

    group: WorkGroup
    issued: int
    late: int
    silent: int


def silence_by_group(user: User, season: Season) -> list[Silence]:
    """Counted per group, the most silent first; silence is itself a finding."""
    rows = (
        Opinion.objects.visible_to(user)
        .filter(group__season=season)
        .values("group")
        .annotate(
            issued=Count("pk", distinct=True),
            late=Count("passages", filter=Q(passages__was_late=True), distinct=True),
            silent=Count("pk", filter=Q(status__in=OWED, due_at__lt=timezone.now()), distinct=True),
        )
    )
    groups = WorkGroup.objects.in_bulk([row["group"] for row in rows])
    found = [Silence(groups[row["group"]], row["issued"], row["late"], row["silent"]) for row in rows]
    return sorted(found, key=lambda row: (-row.silent, -row.late, row.group.order, row.group.pk))


def chain_of(opinion: Opinion, user: User) -> list[Opinion]:
    """The same problem from its first opinion to its latest, as far as the reader may see; empty when there is one."""
    first = opinion
    while first.recurrence_of_id is not None:
        first = promised(first.recurrence_of)
    chain = [first]
    while (following := Opinion.objects.filter(recurrence_of=chain[-1]).first()) is not None:
        chain.append(following)
    seen = set(Opinion.objects.visible_to(user).filter(pk__in=[row.pk for row in chain]).values_list("pk", flat=True))
    return [row for row in chain if row.pk in seen] if len(chain) > 1 else []
