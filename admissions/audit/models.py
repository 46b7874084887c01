"""The two ledgers: events (who did what and why) and histories (how each record looked)."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.lookups import Regex
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from simple_history.models import HistoricalRecords

from admissions.core.ids import uuid7
from admissions.core.people import Visitor

from .access import TrailAccess, recused_scope, sighted, sighted_groups, trail_access
from .actions import Action, current_action, require_action
from .alarms import RawChange as RawChange
from .alarms import WrongMark as WrongMark
from .conditions import CheckedModel
from .enums import HIDDEN, Outcome
from .guarding import field_of
from .inserting import insert_with_event, note_written
from .marks import LENGTH
from .querying import GuardedQuerySet, NameBigrams, TransactionId, concerning, written_words
from .scope import TrailScope
from .words import require_clean_words


def _reach(access: TrailAccess) -> models.Q:
    return models.Q(group_id__in=access.group_ids) | models.Q(season_id__in=access.season_ids)


class EventQuerySet(GuardedQuerySet):
    def visible_to(self, user: Visitor) -> Self:
        """Own acts, and entries of the seasons and groups in one's scope or sight; never what one is recused from."""
        access = trail_access(user)
        rows = self
        if not access.everything:
            own = models.Q(actor_id=user.pk)
            given = sighted_groups(user)
            own = own | models.Q(group_id__in=given) if given else own
            rows = rows.filter(_reach(access) | own) if access else rows.filter(own)
        return rows.without_recused(user)

    def supervised_by(self, user: Visitor) -> Self:
        """Entries of the seasons and groups in one's scope, without one's own acts elsewhere."""
        access = trail_access(user)
        rows = self if access.everything else self.filter(_reach(access))
        return rows.without_recused(user)

    def without_recused(self, user: Visitor) -> Self:
        """Neither what names somebody the reader is recused from, nor attempts that are not the reader's to know.

        What an entry names stands in its subjects; what people wrote may name more, and old entries carry less.
        """
        scope = recused_scope(user)
        subjects = scope.subjects()
        rows = self.exclude(subjects__overlap=subjects) if subjects else self
        if scope.records_of_items:
            rows = rows.exclude(concerning(scope.records_of_items))
        if scope.names:
            rows = rows.exclude(Regex(written_words(), scope.names))
        return rows.filter(~models.Q(action=HIDDEN) | self._attempts_open_to(user))

    def _attempts_open_to(self, user: Visitor) -> models.Q:
        """Attempts at hidden records are for supervision alone: their own author would learn what exists."""
        access = trail_access(user)
        others = ~models.Q(actor_id=getattr(user, "pk", None))
        if access.everything:
            return others
        return others & _reach(access)

    def of_target(self, target: models.Model) -> Self:
        return self.filter(target_type=target._meta.label_lower, target_id=str(target.pk))

    def newest_first(self) -> Self:
        return self.order_by("-at", "-id")


class Event(models.Model):
    """留痕事件: who, as what post, did or was refused what, to what, why, under which clause, in which scope.

    Append-only: the application has no method to change one, triggers refuse it, the web role lacks the right.
    Names and titles are copied as text; they stay as they were on the day.
    """

    NOT_AUDITED = "the ledger itself; protected by triggers"
    # What a leaf shows of it to everybody (admissions.seals): nothing personal.
    LEAF_OPEN = ("at", "action", "outcome", "season_id", "group_id")

    id = models.UUIDField("事件编号", primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField("时间", default=timezone.now)
    action = models.CharField("动作代码", max_length=80)
    action_label = models.CharField("动作", max_length=80)
    outcome = models.CharField("结果", max_length=10, choices=Outcome.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="行为人",
        null=True,
        db_constraint=False,
        related_name="+",
        db_index=False,
    )
    actor_name = models.CharField("行为人姓名", max_length=80)
    actor_post = models.CharField("当时岗位", max_length=200, blank=True)
    on_behalf_of_id = models.BigIntegerField("代何人", null=True)
    on_behalf_of_name = models.CharField("代何人姓名", max_length=80, blank=True)
    target_type = models.CharField("对象类别", max_length=80, blank=True)
    target_id = models.CharField("对象编号", max_length=40, blank=True)
    target_label = models.CharField("对象", max_length=300, blank=True)
    reason = models.TextField("事由", blank=True)
    clause = models.CharField("依据", max_length=300, blank=True)
    refusal = models.TextField("拒绝理由", blank=True)
    season_id = models.BigIntegerField("录取季", null=True)
    season_label = models.CharField("录取季名称", max_length=100, blank=True)
    group_id = models.BigIntegerField("工作组", null=True)
    group_label = models.CharField("工作组名称", max_length=100, blank=True)
    person_id = models.BigIntegerField("涉及人员", null=True)
    person_label = models.CharField("涉及人员姓名", max_length=80, blank=True)
    subjects = ArrayField(models.CharField(max_length=100), verbose_name="涉及对象", default=list)
    touched = ArrayField(models.CharField(max_length=120), verbose_name="变更记录", default=list)
    details = models.JSONField("附加信息", default=dict)
    origin_ip = models.GenericIPAddressField("来源地址", null=True)
    request_id = models.CharField("请求编号", max_length=64, blank=True)
    row_marks = ArrayField(models.CharField(max_length=160), verbose_name="历史行印签", default=list, editable=False)
    # Last among the personal columns: the mark is made over all before it.
    mark = models.CharField("印签", max_length=LENGTH, editable=False)
    txid = models.BigIntegerField("事务编号", db_default=TransactionId(), editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = "留痕事件"
        verbose_name_plural = "留痕事件"
        constraints = [
            models.CheckConstraint(condition=models.Q(outcome__in=Outcome.values), name="event_outcome_known"),
            models.CheckConstraint(
                condition=~models.Q(outcome="refused") | ~models.Q(refusal=""), name="event_refusal_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=["-at", "-id"], name="event_newest"),
            models.Index(fields=["group_id", "-at", "-id"], name="event_of_group"),
            models.Index(fields=["season_id", "-at", "-id"], name="event_of_season"),
            models.Index(fields=["actor_id", "-at", "-id"], name="event_of_actor"),
            models.Index(
                fields=["person_id", "-at", "-id"], name="event_of_person", condition=models.Q(person_id__isnull=False)
            ),
            models.Index(fields=["target_type", "target_id", "-at"], name="event_of_target"),
            models.Index(fields=["action", "-at"], name="event_of_action"),
            models.Index(fields=["group_id", "action", "-at"], name="event_of_group_action"),
            models.Index(fields=["group_id", "-at"], name="event_refused", condition=models.Q(outcome="refused")),
            GinIndex(fields=["subjects"], name="event_subjects", fastupdate=False),
            GinIndex(
                NameBigrams(models.F("actor_name"), models.F("person_label"), models.F("target_label")),
                name="event_names",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name}{self.action_label}{self.target_label}"

    def trail_scope(self) -> TrailScope:
        """Whoever marks or explains an entry acts in its scope."""
        return TrailScope(
            self.season_id,
            self.season_label,
            self.group_id,
            self.group_label,
            self.person_id,
            self.person_label,
            tuple(self.subjects),
        )

    @property
    def is_refused(self) -> bool:
        return self.outcome == Outcome.REFUSED

    @property
    def is_machine(self) -> bool:
        return self.outcome == Outcome.MACHINE


class AuditedQuerySet(GuardedQuerySet):
    """Rows are filtered before they are fetched. Subclasses say which rows are in a person's scope."""

    model: type["AuditedModel"]  # type: ignore[assignment]  # narrower, and without making every subclass generic

    def visible_to(self, user: Visitor) -> Self:
        """The rows in the user's scope or sight, minus everything the user is recused from."""
        if not user.is_authenticated:
            return self.none()
        return self.open_to(user).without_recused(user)

    def open_to(self, user: Visitor) -> Self:
        """In the user's scope, or given to the user to look at; what follows from sight alone is no right to act."""
        rows, given = self.in_scope_of(user), sighted(user, self.model)
        return rows if given is None else rows | self.filter(given)

    def in_scope_of(self, user: Visitor) -> Self:
        raise NotImplementedError(f"{self.model.__name__}: say which rows a user may see")

    def without_recused(self, user: Visitor) -> Self:
        """Subtract rows that name a person, institution or candidate the user is recused from."""
        scope = recused_scope(user)
        rows = self
        for kind, path in self.model.RECUSAL_PATHS.items():
            keys = scope.keys(kind)
            if keys:
                rows = rows.exclude(**{f"{path}__in": keys})
        return rows

    def record_many(self, objects: list[Any]) -> list[Any]:
        """Insert many rows inside a command, each with its history row."""
        require_action(f"{self.model.__name__}.record_many")
        for instance in objects:
            require_clean_words(instance)
        created = models.QuerySet.bulk_create(self, objects, batch_size=1000)
        self.record_entries(created)
        return created

    def record_entries(self, objects: list[Any]) -> None:
        """Write a history row of each, as it is, inside a command: for rows that came another way than `save()`."""
        action = require_action(f"{self.model.__name__}.record_entries")
        history = self.model.history.model
        rows = [history(**history_values(instance, "+", action)) for instance in objects]
        models.QuerySet(history).bulk_create(rows, batch_size=1000)
        for first in range(0, len(rows), 1000):
            note_written(history, [row.history_id for row in rows[first : first + 1000]], action)
        action.touched.append(f"{self.model._meta.label_lower}:*{len(objects)}")


@cache
def recorded_fields(model: type["AuditedModel"]) -> list[models.Field]:
    """The record's own fields that its history keeps; one that is called like a column of every history row is not."""
    own = {field.column for field in TrailRow._meta.local_fields}
    return [field for field in model.history.model.tracked_fields if field.column not in own]


@cache
def _recorded_names(model: type["AuditedModel"]) -> list[str]:
    return [field.attname for field in recorded_fields(model)]


@cache
def _history_of(model: type["AuditedModel"]) -> type[models.Model]:
    return model.history.model


def _settled(value: Any) -> Any:
    """A citation read late (`cite`) is kept as the words it reads as now."""
    return str(value) if isinstance(value, Promise) else value


def history_values(instance: "AuditedModel", kind: str, action: Action) -> dict[str, Any]:
    """The history row of the record as it is: kind "+", "~" or "-"; by whom, why and under which event, the action says."""
    values = {name: _settled(getattr(instance, name)) for name in _recorded_names(type(instance))}
    values |= {
        "history_id": uuid7(),
        "history_date": timezone.now(),
        "history_type": kind,
        "history_change_reason": action.reason,
        "history_user_id": getattr(action.actor, "pk", None),
        "event_id": action.event_id,
    }
    return values


class TrailRow(models.Model):
    """Columns every history row has besides the record's own: which event wrote it, in which transaction."""

    event_id = models.UUIDField("事件编号", db_index=True)
    txid = models.BigIntegerField("事务编号", db_default=TransactionId(), editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        require_action("history")
        super().save(*args, **kwargs)


class Histories(HistoricalRecords):
    """The library says when a history row is due and how its table looks; what stands in it, the action says.

    Its own way sends two signals and makes a manager and an instance for each row; none of them is needed here.
    """

    def create_historical_record(self, instance: "AuditedModel", history_type: str, using: str | None = None) -> None:
        action = require_action(f"{instance._meta.label} history")
        entry = f"{instance._meta.label_lower}:{instance.pk}"
        insert_with_event(_history_of(type(instance)), history_values(instance, history_type, action), action, entry)


class AuditedModel(CheckedModel):
    """A record with business meaning: saved only inside a command, each save leaves a history row.

    Subclasses declare `RECUSAL_PATHS` (kind → field path) or `RECUSAL_EXEMPT` (why it names nobody),
    and a QuerySet with `in_scope_of(user)`.
    """

    RECUSAL_PATHS: dict[str, str] = {}
    RECUSAL_EXEMPT = ""
    # Field or property that leads to the record without which this one is never asked about: the gate takes in both.
    ASKED_WITH = ""
    # Fields whose values no timeline shows; that they changed is in the ledger all the same.
    TRAIL_HIDDEN: frozenset[str] = frozenset()
    # Field → function: how its values may be shown in a history.
    MASKED_IN_TRAIL: dict[str, Callable[[str], str]] = {}
    # Name of the address of its own page, which takes its key; or the field that leads to the record on whose page it stands.
    PAGE = ""
    PAGE_OF = ""

    id = models.BigAutoField(primary_key=True)
    revision = models.PositiveIntegerField("修订次数", default=0, editable=False)

    history = Histories(
        inherit=True,
        bases=[TrailRow],
        history_id_field=models.UUIDField(default=uuid7, editable=False),
        history_change_reason_field=models.TextField(null=True),
        history_user_id_field=models.BigIntegerField(null=True),
        excluded_fields=["password", "last_login"],
    )
    objects = AuditedQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        require_action(f"{self._meta.label}.save")
        require_clean_words(self, self._holds)
        vars(self).pop("_held", None)
        self.revision += 1
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "revision"}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """The address of that page; empty where there is none."""
        shown = self.shown_record()
        return reverse(shown.PAGE, args=[shown.pk]) if shown is not None else ""

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        require_action(f"{self._meta.label}.delete")
        return super().delete(*args, **kwargs)

    def hold(self) -> None:
        """Remember the values of the row just locked: until the command ends nobody else can change or duplicate them."""
        self._held = (current_action(), dict(vars(self)))

    def _holds(self, names: Iterable[str]) -> bool:
        """Are these fields as they were when this command locked the row? What the database keeps unique stays so."""
        action, values = vars(self).get("_held", (None, {}))
        if action is None or action is not current_action():
            return False
        attributes = [field_of(type(self), name).attname for name in names]
        return all(name in values and values[name] == getattr(self, name) for name in attributes)

    def _get_unique_checks(self, *args: Any, **kwargs: Any) -> tuple[list[Any], list[Any]]:
        """Without a query for each unique value that a locked row simply keeps."""
        unique, by_date = super()._get_unique_checks(*args, **kwargs)  # type: ignore[misc]  # private, so not in the stubs
        return [check for check in unique if not self._holds(check[1])], by_date

    def trail_scope(self) -> TrailScope:
        """Where entries about this record belong; override where it has a season, group, person or subject."""
        return TrailScope()

    def trail_label(self) -> str:
        return str(self)

    def history_open_to(self, user: Visitor) -> bool:
        """May whoever sees the record read its history? Override where the history tells more than the record."""
        return True

    def history_url(self, user: Visitor) -> str:
        """The address of its history; empty for whom it is not open."""
        return reverse("audit:record", args=[self._meta.label_lower, self.pk]) if self.history_open_to(user) else ""

    def shown_record(self) -> "AuditedModel | None":
        """The record whose page shows this one: itself, or what it is part of; None where no page does."""
        if self.PAGE:
            return self
        whole = getattr(self, self.PAGE_OF) if self.PAGE_OF else None
        return whole.shown_record() if isinstance(whole, AuditedModel) else None

    def short_label(self) -> str:
        """What the crumbs call it."""
        return str(self)


class SavedFilter(models.Model):
    """常用筛选: a name somebody gave to an address of the trail. Only its owner sees it; it opens nothing by itself."""

    NOT_AUDITED = "a person's own bookmark: it changes nothing, and each look through it is an entry of the ledger"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_filters")
    name = models.CharField("名称", max_length=30)
    path = models.CharField("页面", max_length=200)
    query = models.CharField("条件", max_length=500)
    at = models.DateTimeField("保存时间", auto_now_add=True)

    class Meta:
        verbose_name = "常用筛选"
        verbose_name_plural = "常用筛选"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"], name="saved_filter_once", violation_error_message="您已有同名的常用筛选。"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        return f"{self.path}?{self.query}"


class UsedForm(models.Model):
    """A form that was carried out: its key is unique, so whoever sends it again is too late (`audit.once`)."""

    NOT_AUDITED = "written beside the entry of the act it belongs to, and only so that the act is not done twice"

    key = models.UUIDField("表单编号", primary_key=True, editable=False)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    event_id = models.UUIDField("事件编号", editable=False)
    digest = models.CharField("内容摘要", max_length=64, editable=False)
    at = models.DateTimeField("办理时间", auto_now_add=True)

    class Meta:
        verbose_name = "已办理的表单"
        verbose_name_plural = "已办理的表单"

    def __str__(self) -> str:
        return str(self.key)
