"""责任书与岗位承诺书."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from admissions.accounts.permissions import Permission
from admissions.accounts.selectors import has_permission
from admissions.audit.models import AuditedModel, AuditedQuerySet
from admissions.audit.scope import TrailScope
from admissions.evidence.models import StoredFile
from workgroups.appointments.models import Appointment, OfAppointmentQuerySet
from workgroups.groups.enums import PostRank

from .enums import PledgeAnswer, PledgeKind, ScanStatus, SigningMethod, VersionStatus

PERSON = settings.AUTH_USER_MODEL
NAMES_NOBODY = "text of a document; names no person, institution or candidate"


class TemplateQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "TemplateQuerySet":
        return self

    def of_season(self, season: Any) -> "TemplateQuerySet":
        return self.filter(season=season)


class PledgeTemplate(AuditedModel):
    """承诺书模板: which document the posts of some ranks sign in a season."""

    RECUSAL_EXEMPT = NAMES_NOBODY

    season = models.ForeignKey("seasons.Season", models.PROTECT, verbose_name="录取季", related_name="pledge_templates")
    kind = models.CharField("种类", max_length=16, choices=PledgeKind.choices)
    name = models.CharField("名称", max_length=80)
    ranks = ArrayField(models.CharField(max_length=10, choices=PostRank.choices), verbose_name="适用层级")

    objects = TemplateQuerySet.as_manager()

    class Meta:
        verbose_name = "承诺书模板"
        verbose_name_plural = "承诺书模板"
        ordering = ["season", "kind", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["season", "name"],
                name="pledgetemplate_name_once",
                violation_error_message="本录取季已有同名的承诺书模板。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def trail_scope(self) -> TrailScope:
        return TrailScope(season_id=self.season_id, season_label=str(self.season))


class PledgeVersionQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "PledgeVersionQuerySet":
        """Drafts are seen by those who make them."""
        if has_permission(user, Permission.MANAGE_PLEDGES):
            return self
        return self.filter(status=VersionStatus.PUBLISHED)


class PledgeVersion(AuditedModel):
    """承诺书版本: text and the clauses it binds; a published version never changes."""

    PAGE = "pledges:version"
    RECUSAL_EXEMPT = NAMES_NOBODY

    template = models.ForeignKey(PledgeTemplate, models.PROTECT, verbose_name="模板", related_name="versions")
    number = models.PositiveSmallIntegerField("版本号")
    opening = models.TextField("正文开头")
    closing = models.TextField("正文结尾")
    grace_days = models.PositiveSmallIntegerField("补签宽限天数", default=3)
    status = models.CharField("状态", max_length=10, choices=VersionStatus.choices, default=VersionStatus.DRAFT)
    published_at = models.DateTimeField("发布时间", null=True, blank=True)

    objects = PledgeVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "承诺书版本"
        verbose_name_plural = "承诺书版本"
        ordering = ["template", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["template", "number"],
                name="pledgeversion_number_once",
                violation_error_message="有人刚刚新拟了一个版本，请刷新页面。",
            ),
            models.UniqueConstraint(
                fields=["template"],
                condition=Q(status="draft"),
                name="pledgeversion_one_draft",
                violation_error_message="已有一个拟稿中的版本，请先发布它。",
            ),
            models.CheckConstraint(condition=Q(status__in=VersionStatus.values), name="pledgeversion_status_known"),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(published_at__isnull=False), name="pledgeversion_published_when"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template.name}第{self.number}版"

    def trail_scope(self) -> TrailScope:
        return self.template.trail_scope()


class OfVersionQuerySet(AuditedQuerySet):
    def in_scope_of(self, user: Any) -> "OfVersionQuerySet":
        return self


class PledgeClause(AuditedModel):
    """承诺条款: a clause of the rulebook quoted by a version; its text is the one in force on the day of signing."""

    PAGE_OF = "version"
    RECUSAL_EXEMPT = NAMES_NOBODY

    version = models.ForeignKey(PledgeVersion, models.PROTECT, verbose_name="版本", related_name="clauses")
    order = models.PositiveSmallIntegerField("序号")
    clause = models.ForeignKey("rulebook.Clause", models.PROTECT, verbose_name="条款", related_name="+")

    objects = OfVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "承诺条款"
        verbose_name_plural = "承诺条款"
        ordering = ["version", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "clause"], name="pledgeclause_once", violation_error_message="这一条款已在承诺书中。"
            )
        ]

    def __str__(self) -> str:
        return str(self.clause)

    def trail_scope(self) -> TrailScope:
        return self.version.trail_scope()


class Pledge(AuditedModel):
    """承诺书: one answer of one person for one appointment, stored as it was signed or declined.

    Never changed afterwards; signing again makes a new row. `clauses` lists code, number and hash of each quoted
    clause version; `text` is the whole document; `content_hash` its SHA-256 in hexadecimal.
    """

    PAGE = "pledges:one"
    RECUSAL_PATHS = {"person": "appointment__person_id"}

    appointment = models.ForeignKey(Appointment, models.PROTECT, verbose_name="任职", related_name="pledges")
    version = models.ForeignKey(PledgeVersion, models.PROTECT, verbose_name="版本", related_name="pledges")
    answer = models.CharField("答复", max_length=10, choices=PledgeAnswer.choices)
    answered_at = models.DateTimeField("签订时间")
    person_name = models.CharField("签订人", max_length=60)
    post_name = models.CharField("签订时岗位", max_length=130)
    leader_pledge = models.ForeignKey(
        "self", models.PROTECT, verbose_name="上级承诺书", null=True, blank=True, related_name="opened"
    )
    text = models.TextField("签订文本")
    clauses = models.JSONField("签订条款版本")
    content_hash = models.CharField("内容校验值", max_length=64)
    code = models.CharField("核验编号", max_length=20, unique=True)
    method = models.CharField("签名方式", max_length=10, choices=SigningMethod.choices, default=SigningMethod.PASSWORD)
    origin_ip = models.GenericIPAddressField("签名地址", null=True, blank=True)
    device = models.CharField("签名设备", max_length=200, blank=True)
    decline_reason = models.TextField("拒签理由", blank=True)

    objects = OfAppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = "承诺书"
        verbose_name_plural = "承诺书"
        ordering = ["-answered_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(answer__in=PledgeAnswer.values), name="pledge_answer_known"),
            models.CheckConstraint(
                condition=~Q(answer="declined") | ~Q(decline_reason=""),
                name="pledge_decline_says_why",
                violation_error_message="拒签须写明理由。",
            ),
        ]
        indexes = [models.Index(fields=["appointment", "-answered_at"])]

    def __str__(self) -> str:
        return f"{self.person_name}·{self.version}"

    @property
    def is_signed(self) -> bool:
        return self.answer == PledgeAnswer.SIGNED

    def trail_scope(self) -> TrailScope:
        return self.appointment.trail_scope()


class PledgeScan(AuditedModel):
    """纸质签名扫描件 (#10): for who cannot sign on screen; counts as signed only once a second person has compared it.

    `text`, `clauses` and `content_hash` are the document as it stood at the upload; when it changes before the
    comparison, the paper shows something else and cannot be confirmed.
    """

    PAGE = "pledges:scan"
    RECUSAL_PATHS = {"person": "appointment__person_id"}

    appointment = models.ForeignKey(Appointment, models.PROTECT, verbose_name="任职", related_name="pledge_scans")
    version = models.ForeignKey(PledgeVersion, models.PROTECT, verbose_name="版本", related_name="scans")
    signer = models.ForeignKey(PERSON, models.PROTECT, verbose_name="签名人", related_name="+")
    file = models.ForeignKey(StoredFile, models.PROTECT, verbose_name="扫描件", related_name="+")
    signed_on = models.DateField("纸上签名日期")
    content_hash = models.CharField("内容校验值", max_length=64)
    status = models.CharField("状态", max_length=10, choices=ScanStatus.choices, default=ScanStatus.PENDING)
    uploaded_by = models.ForeignKey(PERSON, models.PROTECT, verbose_name="上传人", related_name="+")
    uploaded_at = models.DateTimeField("上传时间")
    compared_by = models.ForeignKey(
        PERSON, models.PROTECT, verbose_name="核对人", null=True, blank=True, related_name="+"
    )
    compared_at = models.DateTimeField("核对时间", null=True, blank=True)
    verdict = models.TextField("核对意见", blank=True)
    pledge = models.OneToOneField(
        Pledge, models.PROTECT, verbose_name="承诺书", null=True, blank=True, related_name="scan"
    )

    objects = OfAppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = "纸质签名扫描件"
        verbose_name_plural = "纸质签名扫描件"
        ordering = ["-uploaded_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ScanStatus.values), name="pledgescan_status_known"),
            models.CheckConstraint(
                condition=~Q(uploaded_by=F("signer")),
                name="pledgescan_not_uploaded_by_signer",
                violation_error_message="签名人不能上传自己的扫描件。",
            ),
            models.CheckConstraint(
                condition=Q(compared_by__isnull=True)
                | (~Q(compared_by=F("uploaded_by")) & ~Q(compared_by=F("signer"))),
                name="pledgescan_compared_by_another",
                violation_error_message="核对人不能是上传人或者签名人。",
            ),
            models.CheckConstraint(
                condition=~Q(status="confirmed") | Q(pledge__isnull=False, compared_at__isnull=False),
                name="pledgescan_confirmed_is_a_pledge",
            ),
            models.UniqueConstraint(
                fields=["appointment", "version"],
                condition=Q(status="pending"),
                name="pledgescan_one_pending",
                violation_error_message="已有一份扫描件等待核对。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.signer.name}·{self.version}（扫描件）"

    def trail_scope(self) -> TrailScope:
        return self.appointment.trail_scope()
