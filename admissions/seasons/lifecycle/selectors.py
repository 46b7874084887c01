"""Seasons as the pages show them, and which one a person is working in."""

from collections.abc import Callable, Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from admissions.accounts.models import User
from admissions.accounts.selectors import live_grants
from admissions.audit.enums import Outcome
from admissions.audit.models import Event
from admissions.core.capability import Slot
from admissions.core.people import Visitor

from .enums import SeasonStatus
from .models import Season

SESSION_KEY = "season"
# person → ids of the seasons in which they hold a post or stand in for somebody.
WORKS_IN: Slot[Callable[[Visitor], Iterable[int]]] = Slot("works_in", Callable)


def seasons_for_list(user: User) -> QuerySet:
    """Seasons and templates the user may see, with the number of batches."""
    seasons = Season.objects.visible_to(user).select_related("cloned_from")
    return seasons.annotate(batch_count=Count("batches")).latest_first()


def seasons_of(request: HttpRequest) -> list[Season]:
    """The seasons a person may switch between, the latest first; read once per request."""
    known = request.__dict__
    if "_seasons" not in known:
        known["_seasons"] = list(Season.objects.visible_to(request.user).real().latest_first())
    return known["_seasons"]


def current_season(request: HttpRequest) -> Season | None:
    """The season the address names (`?season=`), the one a person has chosen, the running one, the latest.

    Where several are running, the one the person works in; nobody is moved out of it because another one was opened.
    """
    seasons = seasons_of(request)
    named, chosen = request.GET.get("season", ""), request.session.get(SESSION_KEY)
    return (
        next((season for season in seasons if str(season.pk) == named), None)
        or next((season for season in seasons if season.pk == chosen), None)
        or running_for(request.user, [season for season in seasons if season.status == SeasonStatus.OPEN])
        or next(iter(seasons), None)
    )


def running_for(user: User | AnonymousUser, running: list[Season]) -> Season | None:
    """Of several the first that the person works in, by an appointment or a grant, else the one that began first."""
    running.sort(key=lambda season: (season.opened_at is not None, season.opened_at, season.pk))
    if len(running) > 1 and isinstance(user, User):
        works = {season for asked in WORKS_IN for season in asked(user)}
        works |= {grant.season_id for grant in live_grants(user) if grant.season_id}
        works |= {grant.group.season_id for grant in live_grants(user) if grant.group is not None}
        running.sort(key=lambda season: season.pk not in works)
    return next(iter(running), None)


def clone_sources(user: User) -> QuerySet:
    """What a new season may be copied from: templates first, then seasons, the latest first."""
    return Season.objects.visible_to(user).order_by("-is_template", "-year", "-id")


def copied_parts(season: Season) -> dict[str, int]:
    """What the season took over when it was copied: label → number, as its event recorded it."""
    event = Event.objects.of_target(season).filter(action="season.clone", outcome=Outcome.DONE).first()
    return event.details.get("copied", {}) if event else {}


def closed_seasons() -> frozenset[int]:
    """Ids of the seasons that have ended."""
    return frozenset(Season.objects.filter(status=SeasonStatus.CLOSED).values_list("pk", flat=True))
