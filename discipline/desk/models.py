"""What supervisors put aside with a reason, and the monthly review of who read what."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from admissions.accounts.permissions import Permission
from admissions.accounts.selectors import has_permission
from admissions.audit.access import recused_scope
from admissions.audit.models import AuditedModel, AuditedQuerySet
from admissions.audit.scope import TrailScope
from workgroups.groups.models import WorkGroup
from workgroups.meetings.models.scoping import groups_supervised

from .enums import Indicator, ReviewFinding


class DismissalQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "DismissalQuerySet":
        """Supervisors of the group, and who put it aside."""
        if has_permission(user, Permission.READ_WHOLE_TRAIL):
            return self
        return self.filter(groups_supervised(user, "group") | Q(dismissed_by=user))

    def without_recused(self, user: Any) -> "DismissalQuerySet":
        """As the entries the finding rested on."""
        subjects = recused_scope(user).subjects()
        rows = super().without_recused(user)
        return rows.exclude(subjects__overlap=subjects) if subjects else rows


class Dismissal(AuditedModel):
    """已了解: a finding of the desk that needs nothing more, with the reason; it stays to be found.

    `key` is made of what the finding rests on: a new entry makes a new finding.
    """

    RECUSAL_PATHS = {"person": "person_id"}

    indicator = models.CharField("指标", max_length=12, choices=Indicator.choices)
    key = models.CharField("发现", max_length=100)
    sentence = models.CharField("内容", max_length=500)
    group = models.ForeignKey(
        WorkGroup, models.PROTECT, verbose_name="工作组", null=True, blank=True, related_name="dismissals"
    )
    person_id = models.BigIntegerField("涉及人员", null=True, blank=True)
    subjects = ArrayField(models.CharField(max_length=100), verbose_name="涉及对象", default=list, blank=True)
    reason = models.CharField("理由", max_length=500)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="办理人", related_name="dismissals"
    )
    dismissed_by_name = models.CharField("办理人姓名", max_length=80)
    dismissed_at = models.DateTimeField("办理时间")

    objects = DismissalQuerySet.as_manager()

    class Meta:
        verbose_name = "已了解的预警"
        verbose_name_plural = "已了解的预警"
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "key"],
                name="dismissed_once",
                violation_error_message="这项预警已由他人了解并登记。",
            ),
            models.CheckConstraint(condition=Q(indicator__in=Indicator.values), name="dismissal_indicator_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="dismissal_says_why"),
        ]

    def __str__(self) -> str:
        return self.sentence

    def trail_scope(self) -> TrailScope:
        person = (f"person:{self.person_id}",) if self.person_id else ()
        subjects = TrailScope(subjects=(*person, *self.subjects))
        return (self.group.trail_scope() if self.group else TrailScope()).joined(subjects)


class AccessReviewQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "AccessReviewQuerySet":
        """Who reviewed, who was reviewed, and who reads the whole trail."""
        if has_permission(user, Permission.READ_WHOLE_TRAIL):
            return self
        return self.filter(Q(reviewer=user) | Q(reader=user))


class AccessReview(AuditedModel):
    """查阅复核 (#80): what a supervisor or administrator read and took away in a month, looked at by another line."""

    RECUSAL_PATHS = {"person": "reader_id"}

    month = models.DateField("月份")
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="查阅人", related_name="access_reviews"
    )
    reader_name = models.CharField("查阅人姓名", max_length=80)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="复核人", related_name="access_reviews_made"
    )
    reviewer_name = models.CharField("复核人姓名", max_length=80)
    reads = models.PositiveIntegerField("查阅次数")
    exports = models.PositiveIntegerField("导出次数")
    alerts = models.PositiveIntegerField("大量查阅提示")
    finding = models.CharField("结论", max_length=10, choices=ReviewFinding.choices)
    note = models.TextField("说明", max_length=1000)
    at = models.DateTimeField("复核时间")

    objects = AccessReviewQuerySet.as_manager()

    class Meta:
        verbose_name = "查阅复核"
        verbose_name_plural = "查阅复核"
        constraints = [
            models.UniqueConstraint(
                fields=["month", "reader"], name="reviewed_once", violation_error_message="这个月的查阅已由他人复核。"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="review_of_a_month"),
            models.CheckConstraint(condition=Q(finding__in=ReviewFinding.values), name="review_finding_known"),
            models.CheckConstraint(
                condition=~Q(reader=F("reviewer")),
                name="review_by_another",
                violation_error_message="不能复核自己的查阅。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reader_name}{self.month.year}年{self.month.month}月的查阅"

    def trail_scope(self) -> TrailScope:
        return TrailScope(person_id=self.reader_id, person_label=self.reader_name)
