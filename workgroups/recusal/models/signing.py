"""双签: one recusal officer rules, another person signs as second. The database holds both to it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from admissions.audit.models import AuditedModel
from admissions.audit.principals import principal_key
from admissions.audit.scope import TrailScope

from ..enums import RulingLevel, RulingState


class DoubleSigned(AuditedModel):
    """A written ruling about one person under two signatures; neither is the person concerned."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="当事人", related_name="+")
    reason = models.TextField("裁定理由")
    clause = models.CharField("依据", max_length=300, blank=True)
    state = models.CharField("状态", max_length=10, choices=RulingState.choices, default=RulingState.PENDING)
    level = models.CharField("裁定层级", max_length=10, choices=RulingLevel.choices, default=RulingLevel.OFFICERS)
    superior_order = models.CharField("上级指定文号", max_length=100, blank=True)
    first_officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="裁定人", related_name="+")
    first_name = models.CharField("裁定人姓名", max_length=80)
    first_signed_at = models.DateTimeField("裁定时间")
    second_officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="复签人", null=True, blank=True, related_name="+"
    )
    second_name = models.CharField("复签人姓名", max_length=80, blank=True)
    on_behalf_of = principal_key()
    second_signed_at = models.DateTimeField("复签时间", null=True, blank=True)
    second_note = models.TextField("复签意见", blank=True)

    # Who signed as second and for whom, as the reader may read it; set by `rulings_for`.
    second_signature: str = ""

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RulingState.values), name="%(class)s_state_known"),
            models.CheckConstraint(condition=Q(level__in=RulingLevel.values), name="%(class)s_level_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="%(class)s_has_reason"),
            models.CheckConstraint(
                condition=~Q(first_officer=F("person")),
                name="%(class)s_not_own_first",
                violation_error_message="不能裁定本人的回避事项。",
            ),
            models.CheckConstraint(
                condition=Q(second_officer__isnull=True) | ~Q(second_officer=F("person")),
                name="%(class)s_not_own_second",
                violation_error_message="不能复签本人的回避事项。",
            ),
            models.CheckConstraint(
                condition=Q(second_officer__isnull=True) | ~Q(second_officer=F("first_officer")),
                name="%(class)s_two_persons",
                violation_error_message="复签须由裁定人以外的人作出。",
            ),
            models.CheckConstraint(
                condition=~Q(state="signed") | Q(second_officer__isnull=False, second_signed_at__isnull=False),
                name="%(class)s_signed_twice",
            ),
            models.CheckConstraint(
                condition=~Q(level="superior") | ~Q(superior_order=""),
                name="%(class)s_superior_order_named",
                violation_error_message="由上级决定的，须写明上级决定的文号或名称。",
            ),
        ]

    @property
    def is_pending(self) -> bool:
        return self.state == RulingState.PENDING

    def trail_scope(self) -> TrailScope:
        return TrailScope(person_id=self.person_id, person_label=str(self.person))
