"""回避申报: what a person signed, and the relations declared in it."""

from dataclasses import replace

from django.conf import settings
from django.db import models
from django.db.models import Q

from admissions.audit.models import AuditedModel
from admissions.audit.scope import TrailScope

from ..enums import CandidateAnswer, RelationCategory, WithdrawalVerdict
from .scoping import PersonalQuerySet
from .signing import DoubleSigned

PASSWORD_REENTRY = "password"


class DeclarationQuerySet(PersonalQuerySet):
    def newest_first(self) -> "DeclarationQuerySet":
        return self.order_by("-version", "-id")


class RecusalDeclaration(AuditedModel):
    """回避申报: the statement as it was signed. A new version adds; nothing signed is ever taken away."""

    PAGE = "recusal:declaration"
    RECUSAL_PATHS = {"person": "person_id"}

    season = models.ForeignKey("seasons.Season", models.PROTECT, verbose_name="录取季", related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="申报人", related_name="recusal_declarations"
    )
    version = models.PositiveSmallIntegerField("版次")
    is_none = models.BooleanField("声明无应回避情形")
    statement = models.TextField("签署的声明")
    content = models.JSONField("签署的内容", blank=True)
    content_hash = models.CharField("内容哈希", max_length=64)
    person_name = models.CharField("签署时姓名", max_length=80)
    person_title = models.CharField("签署时单位职务", max_length=200, blank=True)
    employment = models.CharField("签署时人员身份", max_length=10)
    signed_at = models.DateTimeField("签署时间")
    signed_ip = models.GenericIPAddressField("签署地址", null=True, blank=True)
    method = models.CharField("签署方式", max_length=20, choices=[(PASSWORD_REENTRY, "重新输入口令")])

    objects = DeclarationQuerySet.as_manager()

    class Meta:
        verbose_name = "回避申报"
        verbose_name_plural = "回避申报"
        ordering = ["-signed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["season", "person", "version"],
                name="recusaldeclaration_version_once",
                violation_error_message="您刚刚已签署过一份申报，请刷新页面查看。",
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="recusaldeclaration_version_from_one"),
            models.CheckConstraint(condition=~Q(statement=""), name="recusaldeclaration_has_statement"),
        ]

    def __str__(self) -> str:
        return f"{self.person_name}的回避申报（第{self.version}版）"

    def trail_scope(self) -> TrailScope:
        return TrailScope(
            season_id=self.season_id,
            season_label=str(self.season),
            person_id=self.person_id,
            person_label=self.person_name,
        )


class RelationQuerySet(PersonalQuerySet):
    person_path = "declaration__person"
    season_path = "declaration__season_id"

    def standing(self) -> "RelationQuerySet":
        return self.filter(withdrawn_at__isnull=True)

    def of_person(self, person: object, season: object) -> "RelationQuerySet":
        return self.filter(declaration__person=person, declaration__season=season)


class DeclaredRelation(AuditedModel):
    """申报事项: one relation. An ID number is kept as keyed digest and masked tail, a name masked."""

    PAGE_OF = "declaration"
    RECUSAL_PATHS = {"person": "declaration__person_id", "institution": "institution_id", "candidate": "id_digest"}

    declaration = models.ForeignKey(
        RecusalDeclaration, models.PROTECT, verbose_name="首次申报于", related_name="relations"
    )
    category = models.CharField("事项", max_length=20, choices=RelationCategory.choices)
    relative_kind = models.ForeignKey(
        "rulebook.RelativeKind", models.PROTECT, verbose_name="亲属类别", null=True, blank=True, related_name="+"
    )
    relative_name = models.CharField("亲属姓名（掩码）", max_length=40, blank=True)
    id_digest = models.CharField("证件号摘要", max_length=80, null=True, blank=True, editable=False)
    id_tail = models.CharField("证件号尾号", max_length=20, blank=True, editable=False)
    candidate_answer = models.CharField(
        "是否报考本年", max_length=10, choices=CandidateAnswer.choices, default=CandidateAnswer.UNKNOWN
    )
    institution = models.ForeignKey(
        "seasons.Institution", models.PROTECT, verbose_name="院校", null=True, blank=True, related_name="+"
    )
    school = models.CharField("中学", max_length=60, blank=True)
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="工作人员", null=True, blank=True, related_name="+"
    )
    note = models.CharField("说明", max_length=200, blank=True)
    since = models.DateField("关系起始", null=True, blank=True)
    carried_from = models.ForeignKey(
        "self", models.PROTECT, verbose_name="沿用上季", null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField("经裁定撤回", null=True, blank=True)

    objects = RelationQuerySet.as_manager()

    class Meta:
        verbose_name = "申报事项"
        verbose_name_plural = "申报事项"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(category__in=RelationCategory.values), name="declaredrelation_category_known"
            ),
            models.CheckConstraint(
                condition=Q(candidate_answer__in=CandidateAnswer.values), name="declaredrelation_answer_known"
            ),
            models.CheckConstraint(
                condition=~Q(category="relative", candidate_answer="yes") | Q(id_digest__isnull=False),
                name="declaredrelation_candidate_has_number",
                violation_error_message="亲属报考本年的，须填写其证件号码。",
            ),
            models.CheckConstraint(
                condition=~Q(category__in=["part_time", "relative_college"]) | Q(institution__isnull=False),
                name="declaredrelation_college_named",
                violation_error_message="请填写院校。",
            ),
            models.CheckConstraint(
                condition=~Q(category="staff") | Q(staff__isnull=False),
                name="declaredrelation_staff_named",
                violation_error_message="请填写工作人员的工号或登录名。",
            ),
        ]
        indexes = [models.Index(fields=["id_digest"], name="declaredrelation_digest")]

    def __str__(self) -> str:
        return "　".join(part for part in (self.get_category_display(), self.what) if part)

    @property
    def what(self) -> str:
        """The relation in words, without anything that identifies a relative."""
        relative = " ".join(part for part in (self._kind, self.relative_name, self.id_tail) if part)
        parts = (relative, self.institution and str(self.institution), self.school, self.staff and str(self.staff))
        return "，".join(part for part in parts if part) or self.note

    @property
    def _kind(self) -> str:
        return str(self.relative_kind) if self.relative_kind else ""

    def trail_scope(self) -> TrailScope:
        named = [f"institution:{self.institution_id}"] if self.institution_id else []
        named += [f"candidate:{self.id_digest}"] if self.id_digest else []
        return replace(self.declaration.trail_scope(), subjects=tuple(named))


class RelationPartQuerySet(PersonalQuerySet):
    season_path = "relation__declaration__season_id"


class WithdrawalRequest(AuditedModel):
    """撤回申请: the person asks; the relation stays in force until two officers agree."""

    PAGE = "recusal:withdrawal"
    RECUSAL_PATHS = {"person": "person_id"}

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="申请人", related_name="+")
    relation = models.ForeignKey(
        DeclaredRelation, models.PROTECT, verbose_name="申报事项", related_name="withdrawal_requests"
    )
    reason = models.TextField("撤回理由")
    asked_at = models.DateTimeField("申请时间")
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    objects = RelationPartQuerySet.as_manager()

    class Meta:
        verbose_name = "撤回申请"
        verbose_name_plural = "撤回申请"
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["relation"],
                condition=Q(answered_at__isnull=True),
                name="withdrawalrequest_one_open",
                violation_error_message="这一事项的撤回申请正在办理，不必重复提出。",
            ),
        ]

    def __str__(self) -> str:
        return f"撤回申请：{self.relation}"

    def short_label(self) -> str:
        return str(self.person)

    def trail_scope(self) -> TrailScope:
        return self.relation.trail_scope()


class RequestPartQuerySet(PersonalQuerySet):
    season_path = "request__relation__declaration__season_id"


class WithdrawalRuling(DoubleSigned):
    """撤回裁定."""

    PAGE_OF = "request"
    RECUSAL_PATHS = {"person": "person_id"}

    request = models.ForeignKey(WithdrawalRequest, models.PROTECT, verbose_name="撤回申请", related_name="rulings")
    verdict = models.CharField("裁定", max_length=10, choices=WithdrawalVerdict.choices)

    objects = RequestPartQuerySet.as_manager()

    class Meta(DoubleSigned.Meta):
        verbose_name = "撤回裁定"
        verbose_name_plural = "撤回裁定"
        constraints = [
            *DoubleSigned.Meta.constraints,
            models.UniqueConstraint(
                fields=["request"], condition=Q(state="pending"), name="withdrawalruling_one_pending"
            ),
        ]

    def __str__(self) -> str:
        return f"撤回裁定：{self.get_verdict_display()}"

    def trail_scope(self) -> TrailScope:
        return self.request.trail_scope()
