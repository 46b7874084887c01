"""What the pages show of 督办, and how many wait."""

from django.db.models import Model, Q, QuerySet

from admissions.accounts.models import User
from admissions.seasons.models import Season

from .models import FollowUp, FollowUpQuerySet

PEOPLE = ("assignee", "acceptor")


def follow_ups_of(reader: User, season: Season) -> FollowUpQuerySet:
    """Every task of the season that the reader may see: what is to be done first, the nearest term on top."""
    rows = FollowUp.objects.visible_to(reader).of_season(season).with_state()
    return rows.select_related(*PEOPLE).order_by("is_done", "due_on", "id")


def tasks_of(reader: User, rows: QuerySet) -> FollowUpQuerySet:
    """The tasks that these records ordered, as far as the reader sees them."""
    return FollowUp.objects.visible_to(reader).ordered_by(rows).with_state().select_related(*PEOPLE)


def tasks_of_one(reader: User, record: Model) -> FollowUpQuerySet:
    return tasks_of(reader, record._meta.model._base_manager.filter(pk=record.pk))


def mine(user: User) -> Q:
    return Q(assignee=user) | Q(acceptor=user)
