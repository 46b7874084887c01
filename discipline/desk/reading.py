"""Who of the supervisors and administrators read, searched and took away how much in a month (#80)."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.db.models import Q
from django.db.models.functions import TruncHour
from django.utils import timezone

from admissions.accounts.enums import ADMINISTRATORS, FAMILY_OF, Role, RoleFamily
from admissions.accounts.models import RoleGrant, User
from admissions.audit.enums import Outcome
from admissions.audit.models import Event
from admissions.core.clock import minute_text

from . import limits
from .models import AccessReview

WATCHED = (Role.SUPERVISOR, *ADMINISTRATORS)


@dataclass
class Reading:
    """One person's month: numbers, what stands out, and the review if there is one."""

    reader: User
    families: set[RoleFamily]
    reads: int = 0
    exports: int = 0
    alerts: list[str] = field(default_factory=list)
    review: AccessReview | None = None


def month_before(day: date) -> date:
    """The first of the month before."""
    return date(day.year - (day.month == 1), 12 if day.month == 1 else day.month - 1, 1)


def month_bounds(month: date) -> tuple[datetime, datetime]:
    following = date(month.year + (month.month == 12), month.month % 12 + 1, 1)
    return tuple(timezone.make_aware(datetime.combine(day, time.min)) for day in (month, following))


def families_in(month: date) -> dict[int, set[RoleFamily]]:
    """Person → families of the watched roles held at some time of the month."""
    start, end = month_bounds(month)
    grants = RoleGrant._base_manager.filter(
        Q(period__endswith__isnull=True) | Q(period__endswith__gt=start), role__in=WATCHED, period__startswith__lt=end
    )
    found: dict[int, set[RoleFamily]] = defaultdict(set)
    for user_id, role in grants.values_list("user_id", "role"):
        found[user_id].add(FAMILY_OF[Role(role)])
    return found


def readings_of(month: date, people: dict[int, set[RoleFamily]]) -> list[Reading]:
    """The month of each of these people; by the index over actor and time."""
    start, end = month_bounds(month)
    users = User._base_manager.in_bulk(list(people))
    found = {pk: Reading(users[pk], families) for pk, families in people.items()}
    rows = Event.objects.filter(
        actor_id__in=list(people), at__gte=start, at__lt=end, outcome__in=(Outcome.READ, Outcome.EXPORT)
    )
    hourly: Counter[tuple[int, datetime]] = Counter()
    for actor, hour, outcome, label, details in rows.annotate(hour=TruncHour("at")).values_list(
        "actor_id", "hour", "outcome", "action_label", "details"
    ):
        reading = found[actor]
        if outcome == Outcome.READ:
            reading.reads += 1
            hourly[actor, hour] += 1
        else:
            reading.exports += 1
            taken = details.get("row_count", 0)
            if taken >= limits.ROWS_IN_AN_EXPORT:
                reading.alerts.append(f"{label}，{taken}行")
    for (actor, hour), count in sorted(hourly.items(), key=lambda pair: pair[0][1]):
        if count >= limits.READS_IN_AN_HOUR:
            found[actor].alerts.append(f"{minute_text(hour)}起一小时内查阅{count}次")
    for review in AccessReview._base_manager.filter(month=month, reader__in=list(people)):
        found[review.reader_id].review = review
    return sorted(found.values(), key=lambda row: (-len(row.alerts), -row.reads - row.exports, row.reader.name_sort))


def reading_of(reader: Any, month: date) -> Reading | None:
    """One person's month; None for somebody who held no watched role then."""
    families = families_in(month).get(reader.pk)
    return readings_of(month, {reader.pk: families})[0] if families else None
