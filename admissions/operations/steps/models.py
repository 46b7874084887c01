"""环节单, its material and its signatures."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from admissions.accounts.permissions import Permission
from admissions.accounts.selectors import has_permission
from admissions.audit.access import recused_scope
from admissions.audit.models import AuditedModel, AuditedQuerySet
from admissions.audit.scope import TrailScope
from admissions.evidence.attached import AttachedFile
from workgroups.appointments.enums import ANY_AREA
from workgroups.appointments.selectors import led_groups, live_appointments
from workgroups.groups.enums import DutyLetter
from workgroups.groups.models import StepDuty, WorkGroup, below
from workgroups.meetings.models.scoping import groups_read

from .enums import FINAL, SIGNED, TURNS, Act, RunStatus, Side

SEES_ALL = (Permission.MANAGE_GROUPS, Permission.READ_WHOLE_TRAIL)
USER = settings.AUTH_USER_MODEL


class StepRunQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "StepRunQuerySet":
        """Who has a part in the step or leads somebody who has, who signed, who supervises the group, who keeps the matrix
        and who audits."""
        if any(has_permission(user, permission) for permission in SEES_ALL):
            return self
        posts, led = [row.post_id for row in live_appointments(user, ANY_AREA)], list(led_groups(user, ANY_AREA))
        parts = StepDuty.objects.filter(Q(post__in=posts) | below("post__group", led))
        found = groups_read(user, "group") | below("group", led) | Q(step__in=parts.values("step"))
        found |= Q(pk__in=StepSignature.objects.filter(person=user).values("run"))
        return self.filter(found)

    def without_recused(self, user: Any) -> AuditedQuerySet:
        """Several people sign and add material: none must be one the reader is recused from."""
        rows = super().without_recused(user)
        persons = recused_scope(user).persons
        if not persons:
            return rows
        principal = Q(on_behalf_of__in=persons)
        signed = StepSignature.objects.filter(Q(person__in=persons) | principal)
        added = StepMaterial.objects.filter(Q(added_by__in=persons) | principal)
        return rows.exclude(pk__in=signed.values("run")).exclude(pk__in=added.values("run"))

    def of_season(self, season: Any) -> "StepRunQuerySet":
        return self.filter(step__season=season)

    def open(self) -> "StepRunQuerySet":
        return self.exclude(status__in=FINAL)

    def overdue(self) -> "StepRunQuerySet":
        return self.exclude(status__in=SIGNED).filter(due_at__lt=timezone.now())


def _apart(one: str, other: str) -> Q:
    return Q(**{f"{one}__isnull": True}) | Q(**{f"{other}__isnull": True}) | ~Q(**{one: F(other)})


class StepRun(AuditedModel):
    """环节单 (#57): one performance of a step; ordered, executed, reviewed and supervised by different people.

    `inputs_hash` and `outputs_hash`: SHA-256 of what the executor signed, from the moment of signing (`papers.py`).
    `executor`, `reviewer`, `supervisor`: of the round under way. `groups_apart` is the step's rule when it was issued.
    """

    PAGE = "steps:run"
    RECUSAL_PATHS = {"institution": "institution_id"}

    number = models.CharField("编号", max_length=40, unique=True)
    step = models.ForeignKey("groups.Step", models.PROTECT, verbose_name="环节", related_name="runs")
    group = models.ForeignKey(WorkGroup, models.PROTECT, verbose_name="负责工作组", related_name="step_runs")
    batch = models.ForeignKey(
        "seasons.Batch", models.PROTECT, verbose_name="批次", null=True, blank=True, related_name="step_runs"
    )
    institution = models.ForeignKey(
        "seasons.Institution", models.PROTECT, verbose_name="涉及院校", null=True, blank=True, related_name="+"
    )
    title = models.CharField("办理事项", max_length=100)
    groups_apart = models.BooleanField("须分属不同工作组", default=False)
    status = models.CharField("状态", max_length=10, choices=RunStatus.choices, default=RunStatus.PENDING)
    round = models.PositiveSmallIntegerField("第几轮", default=1)
    executor = models.ForeignKey(USER, models.PROTECT, verbose_name="执行人", null=True, blank=True, related_name="+")
    reviewer = models.ForeignKey(USER, models.PROTECT, verbose_name="复核人", null=True, blank=True, related_name="+")
    supervisor = models.ForeignKey(USER, models.PROTECT, verbose_name="监督人", null=True, blank=True, related_name="+")
    inputs_hash = models.CharField("输入校验值", max_length=64, blank=True)
    outputs_hash = models.CharField("结果校验值", max_length=64, blank=True)
    opened_by = models.ForeignKey(USER, models.PROTECT, verbose_name="下达人", related_name="+")
    opened_at = models.DateTimeField("下达时间")
    due_at = models.DateTimeField("完成期限", null=True, blank=True)
    held_at = models.DateTimeField("制止时间", null=True, blank=True)

    objects = StepRunQuerySet.as_manager()

    class Meta:
        verbose_name = "环节单"
        verbose_name_plural = "环节单"
        indexes = [models.Index(fields=["step", "status"], name="run_of_step")]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=RunStatus.values), name="run_status_known"),
            models.CheckConstraint(
                condition=_apart("executor", "reviewer"),
                name="run_reviewer_apart",
                violation_error_message="执行人不能复核自己办理的环节单。",
            ),
            models.CheckConstraint(
                condition=_apart("executor", "supervisor") & _apart("reviewer", "supervisor"),
                name="run_supervisor_apart",
                violation_error_message="执行人和复核人不能监督自己办理的环节单。",
            ),
            models.CheckConstraint(
                condition=_apart("executor", "opened_by")
                & _apart("reviewer", "opened_by")
                & _apart("supervisor", "opened_by"),
                name="run_order_apart",
                violation_error_message="下达人不能同时执行、复核或监督这张环节单。",
            ),
            models.CheckConstraint(
                condition=Q(status__in=(RunStatus.PENDING, RunStatus.RETURNED, RunStatus.VOID))
                | Q(executor__isnull=False, inputs_hash__regex="^[0-9a-f]{64}$", outputs_hash__regex="^[0-9a-f]{64}$"),
                name="run_executed_is_signed",
            ),
            models.CheckConstraint(
                condition=~Q(
                    status__in=(RunStatus.REVIEWING, RunStatus.PASSED, RunStatus.CONFIRMED, RunStatus.ARCHIVED)
                )
                | Q(reviewer__isnull=False),
                name="run_reviewed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=(RunStatus.CONFIRMED, RunStatus.ARCHIVED)) | Q(supervisor__isnull=False),
                name="run_confirmed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def short_label(self) -> str:
        return self.number

    @property
    def turn(self) -> DutyLetter | None:
        """Whose turn it is; nobody's once it is over."""
        return TURNS.get(RunStatus(self.status))

    @property
    def clock(self) -> Any:
        """The deadline as long as the three signatures are not there."""
        return None if self.status in SIGNED else self.due_at

    @property
    def is_overdue(self) -> bool:
        return self.clock is not None and self.clock < timezone.now()

    def people_at_work(self) -> set[int]:
        """Ids of all who signed or added material, deputies and those stood in for alike."""
        signed = StepSignature.objects.filter(run=self).values_list("person_id", "on_behalf_of_id")
        added = StepMaterial.objects.filter(run=self).values_list("added_by_id", "on_behalf_of_id")
        return {pk for pair in (*signed, *added) for pk in pair if pk}

    def trail_scope(self) -> TrailScope:
        """Names everybody who ever signed or added material, as the sheet itself is hidden for any of them."""
        named = [f"person:{pk}" for pk in sorted({self.opened_by_id, *self.people_at_work()})]
        named += [f"institution:{self.institution_id}"] if self.institution_id else []
        return replace(self.group.trail_scope(), subjects=tuple(named))


class OfRunQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "OfRunQuerySet":
        return self.filter(run__in=StepRun.objects.visible_to(user))


class StepMaterial(AttachedFile):
    """环节材料: a file that went into the work or came out of it; bound by the executor's signature.

    Whoever adds it takes part in executing. What is taken off stays with the time it was taken off.
    """

    PAGE_OF = "run"
    RECUSAL_PATHS = {"institution": "run__institution_id"}

    run = models.ForeignKey(StepRun, models.PROTECT, verbose_name="环节单", related_name="materials")
    side = models.CharField("类别", max_length=8, choices=Side.choices)
    name = models.CharField("材料名称", max_length=100)
    round = models.PositiveSmallIntegerField("第几轮")
    on_behalf_of = models.ForeignKey(
        USER, models.PROTECT, verbose_name="被代岗人", null=True, blank=True, related_name="+"
    )
    group = models.ForeignKey(WorkGroup, models.PROTECT, verbose_name="所属工作组", related_name="+")
    dropped_at = models.DateTimeField("移除时间", null=True, blank=True)

    objects = OfRunQuerySet.as_manager()

    class Meta:
        verbose_name = "环节材料"
        verbose_name_plural = "环节材料"
        ordering = ["run", "side", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(side__in=Side.values), name="material_side_known"),
            models.UniqueConstraint(
                fields=["run", "side", "name"],
                condition=Q(dropped_at__isnull=True),
                name="material_name_once",
                violation_error_message="已有同名的材料。",
            ),
            models.UniqueConstraint(
                fields=["run", "side", "sha256"],
                condition=Q(dropped_at__isnull=True),
                name="material_content_once",
                violation_error_message="这份文件已经添加过。",
            ),
        ]

    def trail_scope(self) -> TrailScope:
        return self.run.trail_scope()


class StepSignature(AuditedModel):
    """环节签署: who signed what on a sheet, as which part and post, when, in which words; appended, never changed.

    `content` is what was signed (`papers.py`), `content_hash` its SHA-256. `group` is that of the post; none for resident
    supervision, which stops the work by its office. One person, also as a deputy or as the one
    deputised for, has one part in a sheet: the database refuses a second one.
    """

    PAGE_OF = "run"
    RECUSAL_PATHS = {"institution": "run__institution_id"}

    run = models.ForeignKey(StepRun, models.PROTECT, verbose_name="环节单", related_name="signatures")
    act = models.CharField("签署事项", max_length=8, choices=Act.choices)
    part = models.CharField("职责", max_length=1, choices=DutyLetter.choices)
    round = models.PositiveSmallIntegerField("第几轮")
    person = models.ForeignKey(USER, models.PROTECT, verbose_name="签署人", related_name="+")
    person_name = models.CharField("签署人姓名", max_length=80)
    on_behalf_of = models.ForeignKey(
        USER, models.PROTECT, verbose_name="被代岗人", null=True, blank=True, related_name="+"
    )
    post_name = models.CharField("岗位", max_length=200)
    group = models.ForeignKey(
        WorkGroup, models.PROTECT, verbose_name="所属工作组", null=True, blank=True, related_name="+"
    )
    text = models.TextField("意见", max_length=2000)
    at = models.DateTimeField("签署时间")
    content = models.JSONField("签署内容")
    content_hash = models.CharField("签署内容校验值", max_length=64)

    objects = OfRunQuerySet.as_manager()

    class Meta:
        verbose_name = "环节签署"
        verbose_name_plural = "环节签署"
        ordering = ["run", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(act__in=Act.values), name="signature_act_known"),
            models.CheckConstraint(condition=~Q(text=""), name="signature_has_words"),
        ]

    def __str__(self) -> str:
        return f"{self.run.number} {self.get_act_display()}"

    def trail_scope(self) -> TrailScope:
        return self.run.trail_scope()
