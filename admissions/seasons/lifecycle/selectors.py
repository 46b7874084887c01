"""Seasons as the pages show them, and which one a person is working in."""

from django.db.models import Count, QuerySet
from django.http import HttpRequest

from admissions.accounts.models import User
from admissions.audit.enums import Outcome
from admissions.audit.models import Event

from .enums import SeasonStatus
from .models import Season

SESSION_KEY = "season"


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
    """The season the address names (`?season=`), the one a person has chosen, the latest open one, the latest."""
    seasons = seasons_of(request)
    named, chosen = request.GET.get("season", ""), request.session.get(SESSION_KEY)
    return (
        next((season for season in seasons if str(season.pk) == named), None)
        or next((season for season in seasons if season.pk == chosen), None)
        or next((season for season in seasons if season.status == SeasonStatus.OPEN), None)
        or next(iter(seasons), None)
    )


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
