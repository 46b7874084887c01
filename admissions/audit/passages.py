"""经过: the one way in which a record passes from a state to the next and keeps the passage as a row.

A record whose passages people read has a model of them below: the base holds who, for whom, why, by which clause and when.
"""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from admissions.core.people import Person, Visitor
from admissions.core.transitions import move

from .access import recused_scope
from .actions import require_action
from .models import AuditedModel, AuditedQuerySet
from .scope import TrailScope
from .trail import acting_name


class PassageQuerySet(AuditedQuerySet):
    def without_recused(self, user: Visitor) -> Self:
        """The principal is named as well; as in the ledger, a reader recused from the principal does not see the entry."""
        return super().without_recused(user).exclude(on_behalf_of_id__in=recused_scope(user).persons)


class Passage(AuditedModel):
    """经过: one passage of a record from one status to another, appended and never changed.

    A subclass adds the foreign key to its record (named by `OF`, with `related_name="passages"`), and `from_status` and
    `to_status` with their choices; `STATE` is the record's field they are taken from.
    """

    OF: ClassVar[str]
    STATE: ClassVar[str] = "status"

    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="经办人", related_name="+")
    actor_name = models.CharField("经办人姓名", max_length=80)
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="代何人", null=True, blank=True, related_name="+"
    )
    reason = models.TextField("事由")
    clause = models.CharField("依据", max_length=300, blank=True)
    at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        abstract = True
        ordering = ["at", "id"]

    def trail_scope(self) -> TrailScope:
        return getattr(self, self.OF).trail_scope()


def begin(record: Any, passages: type[Passage], *, actor: Person | None, reason: str, **more: Any) -> Any:
    """Save a new record with its first passage, from no status at all."""
    record.full_clean()
    record.save()
    note(record, "", passages, actor=actor, reason=reason, **more)
    return record


def pass_to(
    record: Any,
    target: str,
    transitions: Any,
    passages: type[Passage],
    *,
    actor: Person | None,
    reason: str,
    **more: Any,
) -> Any:
    """Move a locked record to another status, save it, and keep the passage. Raises Refused where no way leads there."""
    before = getattr(record, passages.STATE)
    setattr(record, passages.STATE, move(transitions, before, target))
    record.full_clean()
    record.save()
    note(record, before, passages, actor=actor, reason=reason, **more)
    return record


def note(
    record: Any, before: str, passages: type[Passage], *, actor: Person | None, reason: str, **more: Any
) -> Passage:
    """One row of the record's course; also for an entry that leaves the status as it is.

    It names the principal the command acts for, as the event does.
    """
    values: dict[str, Any] = {
        passages.OF: record,
        "from_status": before,
        "to_status": getattr(record, passages.STATE),
        "actor": actor,
        "on_behalf_of": require_action(passages._meta.label).on_behalf_of,
    }
    passage = passages(**values, actor_name=acting_name(actor), reason=reason, **more)
    passage.full_clean()
    passage.save()
    return passage
