"""表态、监督意见、计票、决议和督办."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from admissions.audit.scope import TrailScope
from workgroups.followups.models import FollowUp

from ..enums import Outcome, RemarkKind, Stance
from .items import AgendaItem, OfItem, Paper
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

    PAGE_OF = "position"
    RECUSAL_PATHS = {kind: f"position__{path}" for kind, path in NAMED_BY_ITEM.items()}

    position = models.OneToOneField(Position, models.PROTECT, verbose_name="暂缓表态", related_name="ruling")
    text = models.TextField("条件如何得到解决")
    ruled_by = models.ForeignKey(PERSON, models.PROTECT, verbose_name="裁定人", related_name="+")
    at = models.DateTimeField("时间")

    class DeferralQuerySet(OfItemQuerySet):
        item_path = "position__item__"

    objects = DeferralQuerySet.as_manager()

    class Meta:
        verbose_name = "暂缓裁定"
        verbose_name_plural = "暂缓裁定"

    def __str__(self) -> str:
        return f"解除{self.position.seat.name}的暂缓"

    def trail_scope(self) -> TrailScope:
        return self.position.item.trail_scope()


class SupervisorRemark(OfItem):
    """监督意见 (#36): one per item and supervisor seat; a 制止 suspends execution until it is answered. Never a vote."""

    item = models.ForeignKey(AgendaItem, models.PROTECT, verbose_name="议题", related_name="remarks")
    seat = models.ForeignKey(Seat, models.PROTECT, verbose_name="监督人员", related_name="remarks")
    kind = models.CharField("监督意见", max_length=12, choices=RemarkKind.choices)
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
            models.CheckConstraint(condition=Q(kind__in=RemarkKind.values), name="remark_kind_known"),
            models.UniqueConstraint(
                fields=["item", "seat"], name="remark_once", violation_error_message="您已对本议题发表监督意见。"
            ),
            models.CheckConstraint(
                condition=Q(kind="none") | ~Q(text=""),
                name="remark_says_why",
                violation_error_message="提醒、制止和要求复议须写明说明。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat.name}：{self.get_kind_display()}"


class Tally(OfItem):
    """计票证明 (#35): written once when the item is decided; nothing behind it changes any more."""

    PAGE = "meetings:tally"

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


class ResolutionQuerySet(OfItemQuerySet):
    def stopped(self) -> "ResolutionQuerySet":
        """Not to be carried out now, as `rules.in_force` says of one: stopped by a supervisor, or stale."""
        unheard = Q(kind=RemarkKind.STOP, is_settled=False) | Q(kind=RemarkKind.RECONSIDER, answered_at__isnull=True)
        stops = SupervisorRemark.objects.filter(unheard, item=OuterRef("item"))
        return self.filter(Exists(stops) | Exists(_papers_not_decided_on()))


def _papers_not_decided_on() -> QuerySet:
    """Of the resolution outside: papers in force now that are not those the decision was bound to."""
    of_title = Paper.objects.filter(item=OuterRef("item"), title=OuterRef("title")).order_by("-version")
    decided_on = of_title.filter(added_at__lte=OuterRef("item__resolution__issued_at")).values("file__sha256")[:1]
    newest = Paper.objects.filter(item=OuterRef("item"), added_at__gt=OuterRef("issued_at"))
    newest = newest.filter(pk=Subquery(of_title.values("pk")[:1]))
    return newest.annotate(decided_on=Subquery(decided_on)).exclude(
        file__sha256=F("decided_on"), decided_on__isnull=False
    )


class Resolution(OfItem):
    """决议 (#38): bound by hash to the text it decides; when that changes it is stale and must be decided anew."""

    PAGE = "meetings:resolution"

    item = models.OneToOneField(AgendaItem, models.PROTECT, verbose_name="议题", related_name="resolution")
    number = models.CharField("决议编号", max_length=40, unique=True)
    text = models.TextField("决定事项")
    content_hash = models.CharField("内容摘要", max_length=64, editable=False)
    no_action_reason = models.CharField("无需执行的说明", max_length=200, blank=True)
    issued_at = models.DateTimeField("形成时间")
    issued_by = models.ForeignKey(PERSON, models.PROTECT, verbose_name="形成人", related_name="+")
    tasks = GenericRelation(FollowUp, object_id_field="origin_id", content_type_field="origin_type")

    objects = ResolutionQuerySet.as_manager()

    class Meta:
        verbose_name = "决议"
        verbose_name_plural = "决议"
        ordering = ["-issued_at"]

    def __str__(self) -> str:
        return self.number
