"""监督意见, its passages, and the entries of the trail that supervisors have flagged."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from admissions.accounts.permissions import Permission
from admissions.accounts.selectors import has_permission
from admissions.audit.access import recused_scope
from admissions.audit.models import AuditedModel, AuditedQuerySet
from admissions.audit.passages import Passage, PassageQuerySet
from admissions.audit.scope import TrailScope
from workgroups.appointments.enums import RightArea
from workgroups.appointments.selectors import led_groups
from workgroups.groups.models import WorkGroup, below
from workgroups.meetings.models.scoping import groups_supervised

from .enums import OWED, OpinionKind, OpinionStatus


class FlagQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "FlagQuerySet":
        """Supervision's own notes: the supervisors of the group, and who flagged."""
        return self.filter(groups_supervised(user, "group") | Q(flagged_by=user))

    def without_recused(self, user: Any) -> "FlagQuerySet":
        """As the entry itself: its sentence may name more than the one person it is about."""
        subjects = recused_scope(user).subjects()
        rows = super().without_recused(user)
        return rows.exclude(subjects__overlap=subjects) if subjects else rows

    def waiting(self) -> "FlagQuerySet":
        return self.filter(opinion__isnull=True, settled_at__isnull=True)


class Flag(AuditedModel):
    """标记: a supervisor noticed something about one entry of the trail; leads to an opinion or is settled with a reason."""

    PAGE = "opinions:flag"
    RECUSAL_PATHS = {"person": "person_id"}

    event = models.UUIDField("留痕事件")
    sentence = models.CharField("留痕", max_length=500)
    happened_at = models.DateTimeField("发生时间")
    group = models.ForeignKey(
        WorkGroup, models.PROTECT, verbose_name="工作组", null=True, blank=True, related_name="flags"
    )
    person_id = models.BigIntegerField("涉及人员", null=True, blank=True)
    subjects = ArrayField(models.CharField(max_length=100), verbose_name="涉及对象", default=list, blank=True)
    note = models.TextField("问题", max_length=1000)
    flagged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="标记人", related_name="flags"
    )
    flagged_by_name = models.CharField("标记人姓名", max_length=80)
    flagged_at = models.DateTimeField("标记时间")
    opinion = models.ForeignKey(
        "Opinion", models.PROTECT, verbose_name="监督意见", null=True, blank=True, related_name="flags"
    )
    settled_at = models.DateTimeField("了结时间", null=True, blank=True)
    settled_reason = models.CharField("了结理由", max_length=500, blank=True)

    objects = FlagQuerySet.as_manager()

    class Meta:
        verbose_name = "标记"
        verbose_name_plural = "标记"
        constraints = [
            models.UniqueConstraint(
                fields=["event", "flagged_by"],
                name="flag_once_by_person",
                violation_error_message="您已标记过这条留痕。",
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True) | ~Q(settled_reason=""),
                name="flag_settled_with_reason",
                violation_error_message="请写明如何了结。",
            ),
        ]

    def __str__(self) -> str:
        return self.sentence

    def trail_scope(self) -> TrailScope:
        person = (f"person:{self.person_id}",) if self.person_id else ()
        subjects = TrailScope(subjects=(*person, *self.subjects))
        return (self.group.trail_scope() if self.group else TrailScope()).joined(subjects)


class OpinionQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "OpinionQuerySet":
        """Supervisors of the group, who leads it or a group above it, and who reads the whole trail."""
        if has_permission(user, Permission.READ_WHOLE_TRAIL):
            return self
        return self.filter(
            groups_supervised(user, "group")
            | Q(issued_by=user)
            | below("group", list(led_groups(user, RightArea.OPINIONS)))
        )

    def owed(self) -> "OpinionQuerySet":
        """An answer of the group is due."""
        return self.filter(status__in=OWED)

    def open(self) -> "OpinionQuerySet":
        return self.exclude(status__in=(OpinionStatus.CLOSED, OpinionStatus.WITHDRAWN))

    def overdue(self) -> "OpinionQuerySet":
        return self.owed().filter(due_at__lt=timezone.now())


class Opinion(AuditedModel):
    """监督意见 (提醒、建议、责令): issued by resident supervision to a group; answered by whoever leads it; closed after a re-check.

    `person` is whom it is about, where it is about somebody; who is recused from that person does not see it.
    """

    PAGE = "opinions:one"
    RECUSAL_PATHS = {"person": "person_id"}

    number = models.CharField("编号", max_length=40, unique=True)
    kind = models.CharField("种类", max_length=10, choices=OpinionKind.choices)
    status = models.CharField("状态", max_length=10, choices=OpinionStatus.choices, default=OpinionStatus.ISSUED)
    group = models.ForeignKey(
        WorkGroup, models.PROTECT, verbose_name="被监督工作组", related_name="supervision_opinions"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="涉及人员", null=True, blank=True, related_name="+"
    )
    title = models.CharField("标题", max_length=100)
    text = models.TextField("发现的问题和要求", max_length=3000)
    clause = models.CharField("依据", max_length=300, blank=True)
    due_at = models.DateTimeField("答复期限")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="签发人", related_name="supervision_opinions"
    )
    issued_by_name = models.CharField("签发人姓名", max_length=80)
    issued_at = models.DateTimeField("签发时间")
    recurrence_of = models.OneToOneField(
        "self", models.PROTECT, verbose_name="前次意见", null=True, blank=True, related_name="recurred_as"
    )
    occurrence = models.PositiveSmallIntegerField("第几次", default=1)

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = "监督意见"
        verbose_name_plural = "监督意见"
        constraints = [
            models.CheckConstraint(condition=Q(status__in=OpinionStatus.values), name="supervision_status_known"),
            models.CheckConstraint(condition=Q(kind__in=OpinionKind.values), name="supervision_kind_known"),
            models.CheckConstraint(
                condition=Q(due_at__gt=F("issued_at")),
                name="opinion_due_after_issue",
                violation_error_message="答复期限须晚于发出时间。",
            ),
            models.CheckConstraint(
                condition=Q(recurrence_of__isnull=True, occurrence=1)
                | Q(recurrence_of__isnull=False, occurrence__gt=1),
                name="opinion_occurrence_counts",
            ),
        ]
        indexes = [models.Index(fields=["group", "status", "due_at"], name="opinion_of_group")]

    def __str__(self) -> str:
        return f"{self.number}：{self.title}"

    def short_label(self) -> str:
        return self.number

    @property
    def is_overdue(self) -> bool:
        return self.status in OWED and self.due_at < timezone.now()

    @property
    def clock(self) -> Any:
        """The deadline while an answer is owed."""
        return self.due_at if self.status in OWED else None

    def trail_scope(self) -> TrailScope:
        scope = self.group.trail_scope()
        if self.person_id is None:
            return scope
        return scope.joined(TrailScope(person_id=self.person_id, person_label=self.person.name))


class OpinionPassageQuerySet(PassageQuerySet):
    def in_scope_of(self, user: Any) -> "OpinionPassageQuerySet":
        return self.filter(opinion__in=Opinion.objects.visible_to(user))


class OpinionPassage(Passage):
    """监督意见的经过: an answer, a re-check, a withdrawal; from which state to which, by whom, in which words."""

    PAGE_OF = "opinion"
    RECUSAL_PATHS = {"person": "opinion__person_id"}
    OF = "opinion"

    opinion = models.ForeignKey(Opinion, models.PROTECT, verbose_name="监督意见", related_name="passages")
    from_status = models.CharField("原状态", max_length=10, choices=OpinionStatus.choices)
    to_status = models.CharField("新状态", max_length=10, choices=OpinionStatus.choices)
    reason = models.TextField("内容", max_length=3000)
    file = models.ForeignKey(
        "evidence.StoredFile", models.PROTECT, verbose_name="佐证材料", null=True, blank=True, related_name="+"
    )
    was_late = models.BooleanField("超过期限", default=False)

    objects = OpinionPassageQuerySet.as_manager()

    class Meta(Passage.Meta):
        verbose_name = "监督意见经过"
        verbose_name_plural = "监督意见经过"
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="opinion_passage_says_why")]

    def __str__(self) -> str:
        return f"{self.opinion.number} {self.get_to_status_display()}"
