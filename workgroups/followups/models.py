"""督办: one task, whatever ordered it, and how far it has been carried up while it was late."""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import BooleanField, Case, CharField, F, IntegerField, Q, Value, When
from django.utils import timezone

from admissions.audit.models import AuditedModel, AuditedQuerySet
from admissions.audit.scope import TrailScope
from admissions.evidence.models import StoredFile
from admissions.seasons.lifecycle.enums import SeasonStatus
from workgroups.groups.models import WorkGroup

from . import origins
from .enums import FINAL, STILL_TO_DO, FollowUpState, ReminderLevel, TaskStatus

PERSON = settings.AUTH_USER_MODEL


class FollowUpQuerySet(AuditedQuerySet):
    """Whoever sees what ordered a task sees the task; so do the two people it names. Always one query."""

    def in_scope_of(self, user: Any) -> "FollowUpQuerySet":
        own = Q(assignee=user) | Q(acceptor=user)
        return self.filter(own | origins.ordered_by_any(lambda kind: kind.rows().in_scope_of(user)))

    def without_recused(self, user: Any) -> "FollowUpQuerySet":
        """Only tasks of what the user need not keep away from; none of a kind that nobody answers for."""
        return self.filter(origins.ordered_by_any(lambda kind: kind.rows().without_recused(user)))

    def of_season(self, season: Any) -> "FollowUpQuerySet":
        return self.filter(group__season=season)

    def of_kind(self, kind: origins.Origin) -> "FollowUpQuerySet":
        return self.filter(origin_type=kind.content_type)

    def ordered_by(self, rows: Any) -> "FollowUpQuerySet":
        return self.filter(origins.ordered_by(rows))

    def unsettled(self) -> "FollowUpQuerySet":
        return self.filter(_is_unsettled())

    def open(self) -> "FollowUpQuerySet":
        """Still to be done: not accepted, not stopped, and in a season that goes on."""
        return self._going_on().exclude(_is_stopped())

    def stopped(self) -> "FollowUpQuerySet":
        """What ordered it does not stand; it waits for that to change, or to be taken back."""
        return self._going_on().filter(_is_stopped())

    def _going_on(self) -> "FollowUpQuerySet":
        return self.exclude(status__in=FINAL).exclude(group__season__status=SeasonStatus.CLOSED)

    def overdue(self, day: date | None = None) -> "FollowUpQuerySet":
        return self.open().filter(due_on__lt=day or timezone.localdate())

    def with_state(self) -> "FollowUpQuerySet":
        """`state` as it is shown; `is_unsettled`; `is_done` 1 behind 0, so that what is to be done comes first."""
        stopped = ~Q(status__in=FINAL) & _is_stopped()
        return self.annotate(
            state=Case(
                When(stopped, then=Value(FollowUpState.STOPPED.value)), default=F("status"), output_field=CharField()
            ),
            is_unsettled=Case(
                When(_is_unsettled(), then=Value(True)), default=Value(False), output_field=BooleanField()
            ),
            is_done=Case(When(status__in=FINAL, then=Value(1)), default=Value(0), output_field=IntegerField()),
        )


def _is_stopped() -> Q:
    return origins.ordered_by_any(lambda kind: kind.stopped())


def _is_unsettled() -> Q:
    return origins.ordered_by_any(lambda kind: kind.unsettled())


class FollowUp(AuditedModel):
    """督办事项 (#39): a person, a time, and an acceptor who is somebody else; by what it was ordered, as it was then."""

    PAGE = "followups:one"
    RECUSAL_EXEMPT = "names nobody itself: whom its origin names, rows and ledger ask of the origin"
    ASKED_WITH = "origin"

    origin_type = models.ForeignKey(ContentType, models.PROTECT, verbose_name="来源类别", related_name="+")
    origin_id = models.PositiveBigIntegerField("来源")
    origin = GenericForeignKey("origin_type", "origin_id")
    origin_title = models.CharField("来源标题", max_length=200)
    origin_number = models.CharField("来源编号", max_length=60, blank=True)
    group = models.ForeignKey(WorkGroup, models.PROTECT, verbose_name="工作组", related_name="follow_ups")
    what = models.CharField("任务", max_length=200)
    assignee = models.ForeignKey(PERSON, models.PROTECT, verbose_name="责任人", related_name="follow_ups")
    acceptor = models.ForeignKey(PERSON, models.PROTECT, verbose_name="验收人", related_name="follow_ups_to_accept")
    due_on = models.DateField("完成时限")
    status = models.CharField("状态", max_length=10, choices=TaskStatus.choices, default=TaskStatus.OPEN)
    report = models.TextField("办理情况", blank=True)
    evidence = models.ForeignKey(
        StoredFile, models.PROTECT, verbose_name="办理证据", null=True, blank=True, related_name="+"
    )
    reported_at = models.DateTimeField("报告时间", null=True, blank=True)
    accepted_at = models.DateTimeField("验收时间", null=True, blank=True)
    verdict = models.TextField("验收意见", blank=True)
    retracted_at = models.DateTimeField("收回时间", null=True, blank=True)
    retracted_by = models.ForeignKey(
        PERSON, models.PROTECT, verbose_name="收回人", null=True, blank=True, related_name="+"
    )
    retracted_why = models.TextField("收回事由", blank=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = "督办事项"
        verbose_name_plural = "督办事项"
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=TaskStatus.values), name="followup_status_known"),
            models.CheckConstraint(
                condition=~Q(assignee=F("acceptor")),
                name="followup_accepted_by_another",
                violation_error_message="验收人不能是责任人本人。",
            ),
            models.CheckConstraint(
                condition=~Q(status="accepted") | Q(accepted_at__isnull=False), name="followup_accepted_when"
            ),
            models.CheckConstraint(
                condition=Q(status="retracted", retracted_at__isnull=False, retracted_by__isnull=False)
                & ~Q(retracted_why="")
                | ~Q(status="retracted") & Q(retracted_at__isnull=True, retracted_by__isnull=True, retracted_why=""),
                name="followup_retracted_why",
            ),
        ]
        indexes = [
            models.Index(fields=["origin_type", "origin_id"], name="followup_of_origin"),
            models.Index(
                fields=["due_on"], name="followup_waiting", condition=~Q(status__in=["accepted", "retracted"])
            ),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def kind(self) -> origins.Origin:
        return origins.kind_behind(self.origin_type_id)

    @property
    def source(self) -> str:
        return self.kind.label

    @property
    def origin_text(self) -> str:
        return f"{self.origin_number}　{self.origin_title}" if self.origin_number else self.origin_title

    @property
    def standing(self) -> FollowUpState:
        """The state shown, of a row of `with_state()`."""
        return FollowUpState(self.state)

    @property
    def unsettled_word(self) -> str:
        """What the chip beside the state says, of a row of `with_state()`."""
        return self.kind.unsettled_word if self.is_unsettled else ""

    @property
    def is_to_do(self) -> bool:
        return self.standing in STILL_TO_DO

    def trail_scope(self) -> TrailScope:
        return self.origin.trail_scope()


class FollowUpReminder(AuditedModel):
    """逾期提醒: how far an overdue task has been carried up the ladder, once per level."""

    PAGE_OF = "task"
    RECUSAL_EXEMPT = "names nobody itself: rows and ledger ask of the origin of its task"

    task = models.ForeignKey(FollowUp, models.PROTECT, verbose_name="督办事项", related_name="reminders")
    level = models.PositiveSmallIntegerField("层级", choices=ReminderLevel.choices)
    at = models.DateTimeField("时间")

    class ReminderQuerySet(AuditedQuerySet):
        def in_scope_of(self, user: Any) -> "FollowUpReminder.ReminderQuerySet":
            return self.filter(task__in=FollowUp.objects.in_scope_of(user).values("pk"))

        def without_recused(self, user: Any) -> "FollowUpReminder.ReminderQuerySet":
            return self.filter(task__in=FollowUp.objects.without_recused(user).values("pk"))

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = "逾期提醒"
        verbose_name_plural = "逾期提醒"
        ordering = ["task", "level"]
        constraints = [
            models.CheckConstraint(condition=Q(level__in=ReminderLevel.values), name="followupreminder_level_known"),
            models.UniqueConstraint(fields=["task", "level"], name="followupreminder_once"),
        ]

    def __str__(self) -> str:
        return f"{self.task}：{self.get_level_display()}"

    def trail_scope(self) -> TrailScope:
        return self.task.trail_scope()
