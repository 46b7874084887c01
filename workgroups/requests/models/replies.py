"""批复和批示, as they were said, and what they order to be done."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from admissions.audit.models import AuditedModel
from admissions.audit.scope import TrailScope
from admissions.evidence.models import StoredFile
from workgroups.meetings.enums import ReminderLevel, TaskStatus

from ..enums import CONCLUDING, ReplyKind, WordStatus
from .scoping import OfSubmissionQuerySet, through
from .submissions import OfSubmission, Submission, SubmissionVersion
from .words import CONFIRM_WITHIN, WrittenDown, word_constraints

PERSON = settings.AUTH_USER_MODEL


class ReplyQuerySet(OfSubmissionQuerySet):
    def unconfirmed(self) -> "ReplyQuerySet":
        """Written down by another, and not yet answered by whose word it is."""
        return self.filter(status=WordStatus.WAITING).exclude(entered_by=F("said_by"))

    def standing(self) -> "ReplyQuerySet":
        """Not disputed by whose word it is."""
        return self.exclude(status=WordStatus.DISPUTED)

    def concluding(self) -> "ReplyQuerySet":
        return self.standing().filter(kind__in=CONCLUDING)


class Reply(WrittenDown, OfSubmission):
    """批复 (#47): word for word, who said it and when, who wrote it down; the words never change.

    `status`: what somebody else wrote down (代录) is confirmed or disputed by whose word it is, as oral instructions are.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, verbose_name="请示报告", related_name="replies")
    version = models.ForeignKey(SubmissionVersion, models.PROTECT, verbose_name="所批文稿", related_name="replies")
    kind = models.CharField("结论", max_length=12, choices=ReplyKind.choices)
    text = models.TextField("批复原文")
    said_by = models.ForeignKey(PERSON, models.PROTECT, verbose_name="批复人", related_name="+")
    said_name = models.CharField("批复人姓名", max_length=80)
    said_post = models.CharField("批复人岗位", max_length=200, blank=True)
    said_at = models.DateTimeField("批复时间")
    entered_by = models.ForeignKey(PERSON, models.PROTECT, verbose_name="录入人", related_name="+")
    entered_at = models.DateTimeField("录入时间")

    objects = ReplyQuerySet.as_manager()

    class Meta:
        verbose_name = "批复"
        verbose_name_plural = "批复"
        ordering = ["submission", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ReplyKind.values), name="reply_kind_known"),
            models.CheckConstraint(condition=~Q(text=""), name="reply_has_words"),
            models.CheckConstraint(condition=Q(said_at__lte=F("entered_at")), name="reply_said_before_entered"),
            models.UniqueConstraint(
                fields=["version"],
                condition=~Q(kind__in=["noted", "directed"]) & ~Q(status="disputed"),
                name="reply_concludes_once",
                violation_error_message="这份请示已有批复。",
            ),
            *word_constraints("reply"),
        ]

    def __str__(self) -> str:
        return f"{self.said_name}：{self.get_kind_display()}"

    @property
    def is_entered_by_another(self) -> bool:
        return self.entered_by_id != self.said_by_id

    @property
    def is_waiting(self) -> bool:
        """Written down by another and not yet answered."""
        return self.is_entered_by_another and self.status == WordStatus.WAITING

    @property
    def is_disputed(self) -> bool:
        return self.status == WordStatus.DISPUTED

    @property
    def word(self) -> WordStatus | None:
        """What to say of it wherever it is quoted; None where its author wrote it down."""
        return WordStatus(self.status) if self.is_entered_by_another else None

    @property
    def clock(self) -> Any:
        """Until when it is to be confirmed, while it is not."""
        return self.entered_at + CONFIRM_WITHIN if self.is_waiting else None


class ReplyTaskQuerySet(OfSubmissionQuerySet):
    submission_path = "reply__submission__"
    duty_path = "reply__submission__duty__"
    delivered = "reply__submission__sent_at__isnull"

    def in_scope_of(self, user):
        mine = self.model._base_manager.filter(Q(assignee=user) | Q(acceptor=user))
        return self.filter(Q(pk__in=super().in_scope_of(user).values("pk")) | Q(pk__in=mine.values("pk")))

    def open(self) -> "ReplyTaskQuerySet":
        """Still to be done: neither accepted nor stopped by the dispute of the reply that ordered it."""
        return self.exclude(status=TaskStatus.ACCEPTED).exclude(reply__status=WordStatus.DISPUTED)


class ReplyTask(AuditedModel):
    """批示督办: what a reply orders, with a person, a time, and an acceptor who is somebody else."""

    RECUSAL_PATHS = through("reply__submission")

    reply = models.ForeignKey(Reply, models.PROTECT, verbose_name="批复", related_name="tasks")
    what = models.CharField("任务", max_length=200)
    assignee = models.ForeignKey(PERSON, models.PROTECT, verbose_name="责任人", related_name="+")
    acceptor = models.ForeignKey(PERSON, models.PROTECT, verbose_name="验收人", related_name="+")
    due_on = models.DateField("完成时限")
    status = models.CharField("状态", max_length=10, choices=TaskStatus.choices, default=TaskStatus.OPEN)
    report = models.TextField("办理情况", blank=True)
    evidence = models.ForeignKey(
        StoredFile, models.PROTECT, verbose_name="办理证据", null=True, blank=True, related_name="+"
    )
    reported_at = models.DateTimeField("报告时间", null=True, blank=True)
    accepted_at = models.DateTimeField("验收时间", null=True, blank=True)
    verdict = models.TextField("验收意见", blank=True)

    objects = ReplyTaskQuerySet.as_manager()

    class Meta:
        verbose_name = "批示督办事项"
        verbose_name_plural = "批示督办事项"
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=TaskStatus.values), name="replytask_status_known"),
            models.CheckConstraint(
                condition=~Q(assignee=F("acceptor")),
                name="replytask_accepted_by_another",
                violation_error_message="验收人不能是责任人本人。",
            ),
            models.CheckConstraint(
                condition=~Q(status="accepted") | Q(accepted_at__isnull=False), name="replytask_accepted_when"
            ),
        ]

    def __str__(self) -> str:
        return self.what

    def trail_scope(self) -> TrailScope:
        return self.reply.submission.trail_scope()


class ReplyTaskReminder(AuditedModel):
    """逾期提醒: how far an overdue task of a reply has been carried up the ladder, once per level."""

    RECUSAL_PATHS = through("task__reply__submission")

    task = models.ForeignKey(ReplyTask, models.PROTECT, verbose_name="批示督办事项", related_name="reminders")
    level = models.PositiveSmallIntegerField("层级", choices=ReminderLevel.choices)
    at = models.DateTimeField("时间")

    class Queryset(OfSubmissionQuerySet):
        submission_path = "task__reply__submission__"
        duty_path = "task__reply__submission__duty__"
        delivered = "task__reply__submission__sent_at__isnull"

    objects = Queryset.as_manager()

    class Meta:
        verbose_name = "批示督办逾期提醒"
        verbose_name_plural = "批示督办逾期提醒"
        ordering = ["task", "level"]
        constraints = [
            models.CheckConstraint(condition=Q(level__in=ReminderLevel.values), name="replytaskreminder_level_known"),
            models.UniqueConstraint(fields=["task", "level"], name="replytaskreminder_once"),
        ]

    def __str__(self) -> str:
        return f"{self.task}：{self.get_level_display()}"

    def trail_scope(self) -> TrailScope:
        return self.task.trail_scope()
