"""督办: the tasks of resolutions and of replies in one list, filtered apart, then united by the database."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.functions import Concat
from django.utils import timezone

from workgroups.meetings.enums import TaskStatus
from workgroups.meetings.models import ResolutionTask

from .enums import STILL_TO_DO, FollowUpSource, FollowUpState, WordStatus
from .models import ReplyTask

COLUMNS = (
    "source", "id", "what", "origin", "assignee_name", "acceptor_name", "due_on", "state", "word", "settled",
)  # fmt: skip
IN_ORDER = ("settled", "due_on", "source", "id")


@dataclass(frozen=True)
class FollowUps:
    """The tasks a reader may see, of either kind. What narrows them is asked of each kind, so that it uses its indexes."""

    resolution: QuerySet
    reply: QuerySet
    model = ResolutionTask

    def all(self) -> "FollowUps":
        return self

    def where(self, condition: Q) -> "FollowUps":
        """Narrowed by what both kinds have: fields, and the columns of the list."""
        return FollowUps(self.resolution.filter(condition), self.reply.filter(condition))

    def only(self, source: str) -> "FollowUps":
        return FollowUps(
            self.resolution if source == FollowUpSource.RESOLUTION else self.resolution.none(),
            self.reply if source == FollowUpSource.REPLY else self.reply.none(),
        )

    def rows(self) -> QuerySet:
        """One query: what is still to be done first, the nearest deadline on top."""
        of_resolutions, of_replies = (part.order_by().values(*COLUMNS) for part in (self.resolution, self.reply))
        return of_resolutions.union(of_replies, all=True).order_by(*IN_ORDER)

    def count(self) -> int:
        return self.resolution.count() + self.reply.count()


def follow_ups_of(reader: Any, season: Any) -> FollowUps:
    """Everything of the season that the reader may see of either kind; what they are recused from is in neither."""
    of_resolutions = ResolutionTask.objects.visible_to(reader).filter(resolution__item__group__season=season)
    of_replies = ReplyTask.objects.visible_to(reader).filter(reply__submission__group__season=season)
    return FollowUps(
        of_resolutions.annotate(
            source=_text(Value(FollowUpSource.RESOLUTION.value)),
            origin=Concat("resolution__number", Value("　"), "resolution__item__title", output_field=CharField()),
            state=_text(F("status")),
            word=_text(Value("")),
            **_shared(),
        ),
        of_replies.annotate(
            source=_text(Value(FollowUpSource.REPLY.value)),
            origin=_text(F("reply__submission__title")),
            state=_state_of_reply_tasks(),
            word=Case(
                When(~Q(reply__entered_by=F("reply__said_by")), then=F("reply__status")),
                default=Value(""),
                output_field=CharField(),
            ),
            **_shared(),
        ),
    )


def _text(expression: Any) -> Any:
    return Concat(expression, Value(""), output_field=CharField())


def _shared() -> dict[str, Any]:
    settled = Case(When(status=TaskStatus.ACCEPTED, then=Value(1)), default=Value(0))
    return {"assignee_name": F("assignee__name"), "acceptor_name": F("acceptor__name"), "settled": settled}


def _state_of_reply_tasks() -> Case:
    stopped = ~Q(status=TaskStatus.ACCEPTED) & Q(reply__status=WordStatus.DISPUTED)
    return Case(When(stopped, then=Value(FollowUpState.STOPPED.value)), default=F("status"), output_field=CharField())


def end_of(day: date) -> datetime:
    """Until when a task due on the day is in time."""
    return timezone.make_aware(datetime.combine(day, time(23, 59)))


def overdue() -> Q:
    return Q(state__in=STILL_TO_DO, due_on__lt=timezone.localdate())


def in_time() -> Q:
    return Q(state__in=STILL_TO_DO, due_on__gte=timezone.localdate())
