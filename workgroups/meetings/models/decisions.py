"""表态、监督意见、计票、决议和督办."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from admissions.audit.scope import TrailScope
from admissions.evidence.models import StoredFile

from ..enums import OpinionKind, Outcome, ReminderLevel, Stance, TaskStatus
from .items import AgendaItem, OfItem
from .meetings import Seat
from .scoping import NAMED_BY_ITEM, OfItemQuerySet

PERSON = settings.AUTH_USER_MODEL


class Position(OfItem):
    """表态 (#33): appended, never changed; the last one of a person counts. The primary key is their order."""

    # Sealed until all are in: the timeline tells that somebody stated a position, the item's page tells which.
    TRAIL_HIDDEN = frozenset({"stance", "text"})

    item = models.ForeignKey(AgendaItem, models.PROTECT, verbose_name="议题", related_name="positions")
    seat = models.ForeignKey(Seat, models.PROTECT, verbose_name="成员", related_name="positions")
    stance = models.CharField("表态", max_length=12, choices=Stance.choices)
    text = models.TextField("意见", blank=True)
    at = models.DateTimeField("时间")
    entered_by = models.ForeignKey(PERSON, models.PROTECT, verbose_name="录入人", related_name="+")

    class Meta:
        verbose_name = "表态"
        verbose_name_plural = "表态"
        ordering = ["item", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(stance__in=Stance.values), name="position_stance_known"),
            models.CheckConstraint(
                condition=~Q(stance__in=["agree_noted", "defer", "disagree"]) | ~Q(text=""),
                name="position_says_why",
                violation_error_message="原则同意、暂缓和不同意须写明意见。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat.name}对“{self.item}”的表态"


class DeferralRuling(OfItem):
    """解除暂缓: a recorded ruling that the condition of a 暂缓 is met; otherwise only its author changes it."""

    RECUSAL_PATHS = {kind: f"position__{path}" for kind, path in NAMED_BY_ITEM.items()}

    position = models.OneToOneField(Position, models.PROTECT, verbose_name="暂缓表态", related_name="ruling")
    text = models.TextField("条件如何得到解决")
    ruled_by = models.ForeignKey(PERSON, models.PROTECT, verbose_name="裁定人", related_name="+")
    at = models.DateTimeField("时间")

    class Queryset(OfItemQuerySet):
        item_path = "position__item__"

    objects = Queryset.as_manager()

    class Meta:
        verbose_name = "暂缓裁定"
        verbose_name_plural = "暂缓裁定"

    def __str__(self) -> str:
        return f"解除{self.position.seat.name}的暂缓"

    def trail_scope(self) -> TrailScope:
        return self.position.item.trail_scope()


class SupervisorOpinion(OfItem):
    """监督意见 (#36): one per item and supervisor seat; a 制止 suspends execution until it is answered. Never a vote."""

    item = models.ForeignKey(AgendaItem, models.PROTECT, verbose_name="议题", related_name="opinions")
    seat = models.ForeignKey(Seat, models.PROTECT, verbose_name="监督人员", related_name="opinions")
    kind = models.CharField("监督意见", max_length=12, choices=OpinionKind.choices)
    text = models.TextField("说明", blank=True)
    at = models.DateTimeField("时间")
    answer = models.TextField("答复", blank=True)
    answered_by = models.ForeignKey(
        PERSON, models.PROTECT, verbose_name="答复人", null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    is_settled = models.BooleanField("监督人员认可答复", default=False)

    class Meta:
        verbose_name = "监督意见"
        verbose_name_plural = "监督意见"
        ordering = ["item", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=OpinionKind.values), name="opinion_kind_known"),
            models.UniqueConstraint(
                fields=["item", "seat"], name="opinion_once", violation_error_message="您已对本议题发表监督意见。"
            ),
            models.CheckConstraint(
                condition=Q(kind="none") | ~Q(text=""),
                name="opinion_says_why",
                violation_error_message="提醒、制止和要求复议须写明说明。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat.name}：{self.get_kind_display()}"


class Tally(OfItem):
    """计票证明 (#35): written once when the item is decided; nothing behind it changes any more."""

    item = models.OneToOneField(AgendaItem, models.PROTECT, verbose_name="议题", related_name="tally")
    proof = models.JSONField("计票证明", editable=False)
    digest = models.CharField("证明摘要", max_length=64, editable=False)
    outcome = models.CharField("结果", max_length=10, choices=Outcome.choices)
    sentence = models.CharField("结果说明", max_length=300)
    head_reason = models.TextField("主要负责人的理由", blank=True)
    decided_at = models.DateTimeField("决定时间")
    decided_by = models.ForeignKey(PERSON, models.PROTECT, verbose_name="宣布人", related_name="+")

    class Meta:
        verbose_name = "计票"
        verbose_name_plural = "计票"
        ordering = ["-decided_at"]
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="tally_outcome_known"),
        ]

    def __str__(self) -> str:
        return f"“{self.item}”的计票"


class Resolution(OfItem):
    """决议 (#38): bound by hash to the text it decides; when that changes it is stale and must be decided anew."""

    item = models.OneToOneField(AgendaItem, models.PROTECT, verbose_name="议题", related_name="resolution")
    number = models.CharField("决议编号", max_length=40, unique=True)
    text = models.TextField("决定事项")
    content_hash = models.CharField("内容摘要", max_length=64, editable=False)
    no_action_reason = models.CharField("无需执行的说明", max_length=200, blank=True)
    issued_at = models.DateTimeField("形成时间")
    issued_by = models.ForeignKey(PERSON, models.PROTECT, verbose_name="形成人", related_name="+")

    class Meta:
        verbose_name = "决议"
        verbose_name_plural = "决议"
        ordering = ["-issued_at"]

    def __str__(self) -> str:
        return self.number


class ResolutionTask(OfItem):
    """督办事项 (#39): a person, a time, and an acceptor who is somebody else."""

    RECUSAL_PATHS = {kind: f"resolution__{path}" for kind, path in NAMED_BY_ITEM.items()}

    resolution = models.ForeignKey(Resolution, models.PROTECT, verbose_name="决议", related_name="tasks")
    what = models.CharField("任务", max_length=200)
    assignee = models.ForeignKey(PERSON, models.PROTECT, verbose_name="责任人", related_name="resolution_tasks")
    acceptor = models.ForeignKey(PERSON, models.PROTECT, verbose_name="验收人", related_name="tasks_to_accept")
    due_on = models.DateField("完成时限")
    status = models.CharField("状态", max_length=10, choices=TaskStatus.choices, default=TaskStatus.OPEN)
    report = models.TextField("办理情况", blank=True)
    evidence = models.ForeignKey(
        StoredFile, models.PROTECT, verbose_name="办理证据", null=True, blank=True, related_name="+"
    )
    reported_at = models.DateTimeField("报告时间", null=True, blank=True)
    accepted_at = models.DateTimeField("验收时间", null=True, blank=True)
    verdict = models.TextField("验收意见", blank=True)

    class Queryset(OfItemQuerySet):
        item_path = "resolution__item__"

        def in_scope_of(self, user):
            own = self.model._base_manager.filter(Q(assignee=user) | Q(acceptor=user))
            return self.filter(Q(pk__in=super().in_scope_of(user).values("pk")) | Q(pk__in=own.values("pk")))

        def open(self):
            return self.exclude(status=TaskStatus.ACCEPTED)

    objects = Queryset.as_manager()

    class Meta:
        verbose_name = "督办事项"
        verbose_name_plural = "督办事项"
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=TaskStatus.values), name="resolutiontask_status_known"),
            models.CheckConstraint(
                condition=~Q(assignee=F("acceptor")),
                name="resolutiontask_accepted_by_another",
                violation_error_message="验收人不能是责任人本人。",
            ),
            models.CheckConstraint(
                condition=~Q(status="accepted") | Q(accepted_at__isnull=False), name="resolutiontask_accepted_when"
            ),
        ]

    def __str__(self) -> str:
        return self.what

    def trail_scope(self) -> TrailScope:
        return self.resolution.item.trail_scope()


class TaskReminder(OfItem):
    """逾期提醒: how far an overdue task has been carried up the ladder, once per level."""

    RECUSAL_PATHS = {kind: f"task__resolution__{path}" for kind, path in NAMED_BY_ITEM.items()}

    task = models.ForeignKey(ResolutionTask, models.PROTECT, verbose_name="督办事项", related_name="reminders")
    level = models.PositiveSmallIntegerField("层级", choices=ReminderLevel.choices)
    at = models.DateTimeField("时间")

    class Queryset(OfItemQuerySet):
        item_path = "task__resolution__item__"

    objects = Queryset.as_manager()

    class Meta:
        verbose_name = "逾期提醒"
        verbose_name_plural = "逾期提醒"
        ordering = ["task", "level"]
        constraints = [
            models.CheckConstraint(condition=Q(level__in=ReminderLevel.values), name="taskreminder_level_known"),
            models.UniqueConstraint(fields=["task", "level"], name="taskreminder_once"),
        ]

    def __str__(self) -> str:
        return f"{self.task}：{self.get_level_display()}"

    def trail_scope(self) -> TrailScope:
        return self.task.trail_scope()
