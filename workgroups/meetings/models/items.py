"""议题及其材料."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from admissions.audit.models import AuditedModel
from admissions.audit.scope import TrailScope
from admissions.evidence.models import StoredFile
from workgroups.groups.models import WorkGroup

from ..enums import HEARD, ItemStatus
from .matters import DecisionMatter
from .meetings import Meeting, Seat
from .scoping import NAMED_BY_ITEM, OfItemQuerySet

PERSON = settings.AUTH_USER_MODEL


class ItemQuerySet(OfItemQuerySet):
    item_path = ""

    def of_season(self, season: Any) -> "ItemQuerySet":
        return self.filter(group__season=season)

    def sat_in(self, meeting: Any) -> "ItemQuerySet":
        """What is or was on the agenda of a meeting, wherever it went afterwards, in the order it had there (`place`)."""
        rows = self.model._meta.get_field("deliberations").related_model.objects.filter(
            item=OuterRef("pk"), meeting=meeting
        )
        sat = self.filter(Q(meeting=meeting) | Q(pk__in=meeting.deliberations.exclude(state="moved").values("item")))
        place = Coalesce(Subquery(rows.values("order")[:1]), F("order"))
        return sat.annotate(place=place).order_by("place", "id")

    def heard_in(self, meeting: Any) -> "ItemQuerySet":
        """On which members spoke in this meeting and something came of it: decided or deferred there."""
        heard = Q(pk__in=meeting.deliberations.filter(state__in=HEARD).values("item"))
        return self.filter(heard | Q(meeting=meeting, status__in=HEARD))


class AgendaItem(AuditedModel):
    """议题 (#28): one matter, one proposal; what it proposes is bound by its hash to what is decided."""

    PAGE = "meetings:item"
    RECUSAL_PATHS = {
        "person": "subject_person_id",
        "institution": "institution_id",
        "candidate": "candidate_digest",
        "item": "pk",
    }

    group = models.ForeignKey(WorkGroup, models.PROTECT, verbose_name="决策机构", related_name="agenda_items")
    matter = models.ForeignKey(DecisionMatter, models.PROTECT, verbose_name="事项", related_name="items")
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, verbose_name="会议", null=True, blank=True, related_name="items"
    )
    order = models.PositiveSmallIntegerField("议程序号", default=0)
    title = models.CharField("议题", max_length=120)
    proposal = models.TextField("提请决定的内容")
    proposer = models.ForeignKey(PERSON, models.PROTECT, verbose_name="提请人", related_name="proposed_items")
    presenter = models.ForeignKey(PERSON, models.PROTECT, verbose_name="汇报人", related_name="presented_items")
    subject_person = models.ForeignKey(
        PERSON, models.PROTECT, verbose_name="涉及人员", null=True, blank=True, related_name="+"
    )
    institution = models.ForeignKey(
        "seasons.Institution", models.PROTECT, verbose_name="涉及院校", null=True, blank=True, related_name="+"
    )
    candidate_digest = models.CharField("涉及考生摘要", max_length=80, blank=True, editable=False)
    status = models.CharField("状态", max_length=10, choices=ItemStatus.choices, default=ItemStatus.PROPOSED)
    is_motion = models.BooleanField("临时动议", default=False)
    motion_reason = models.CharField("临时动议的理由和同意情况", max_length=300, blank=True)
    reconsiders = models.ForeignKey(
        "self", models.PROTECT, verbose_name="复议的原议题", null=True, blank=True, related_name="reconsiderations"
    )
    new_facts = models.TextField("复议的新情况", blank=True)
    # Frozen when the item opens; nobody changes the rule in the middle.
    rule = models.JSONField("议决规则", null=True, blank=True, editable=False)
    opened_at = models.DateTimeField("开始审议", null=True, blank=True, editable=False)
    deferral = models.TextField("暂缓原因", blank=True)

    # On the agenda of its meeting, the same for everybody; `selectors.agenda_of` says it.
    number: int
    # What became of it in the meeting it is shown under; an unsaved row where none was kept.
    in_sitting: Any

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = "议题"
        verbose_name_plural = "议题"
        ordering = ["meeting", "order", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ItemStatus.values), name="item_status_known"),
            models.CheckConstraint(
                condition=~Q(status__in=["scheduled", "collecting", "decided"]) | Q(meeting__isnull=False),
                name="item_on_agenda_has_meeting",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["collecting", "decided"]) | Q(rule__isnull=False), name="item_open_has_rule"
            ),
            models.CheckConstraint(
                condition=Q(is_motion=False) | ~Q(motion_reason=""),
                name="item_motion_has_reason",
                violation_error_message="临时动议须写明理由和同意情况。",
            ),
            models.CheckConstraint(
                condition=Q(reconsiders__isnull=True) | ~Q(new_facts=""),
                name="item_reconsidered_for_new_facts",
                violation_error_message="复议须写明新的事实或理由。",
            ),
            models.CheckConstraint(
                condition=~Q(reconsiders=F("id")),
                name="item_not_its_own_reconsideration",
                violation_error_message="议题不能是自己的复议。",
            ),
            # One item at a time is decided in a meeting.
            models.UniqueConstraint(
                fields=["meeting"],
                condition=Q(status="collecting"),
                name="item_one_at_a_time",
                violation_error_message="会议正在审议另一项议题，请先作出决定或暂缓。",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def trail_scope(self) -> TrailScope:
        named = [
            f"{kind}:{value}"
            for kind, value in (
                ("person", self.subject_person_id),
                ("institution", self.institution_id),
                ("candidate", self.candidate_digest),
                ("item", self.pk),
            )
            if value
        ]
        return replace(self.group.trail_scope(), subjects=tuple(named))


class OfItem(AuditedModel):
    """A row of an item: seen with it, withheld with it."""

    PAGE_OF = "item"
    RECUSAL_PATHS = NAMED_BY_ITEM

    objects = OfItemQuerySet.as_manager()

    class Meta:
        abstract = True

    def trail_scope(self) -> TrailScope:
        return self.item.trail_scope()


class ItemRecusal(OfItem):
    """议题回避 (#21): recorded before or in the meeting; papers are withheld, the roll counts it by the matter's rule."""

    item = models.ForeignKey(AgendaItem, models.PROTECT, verbose_name="议题", related_name="recusals")
    person = models.ForeignKey(PERSON, models.PROTECT, verbose_name="回避人", related_name="item_recusals")
    reason = models.TextField("回避理由")
    recorded_by = models.ForeignKey(PERSON, models.PROTECT, verbose_name="登记人", related_name="+")
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "议题回避"
        verbose_name_plural = "议题回避"
        ordering = ["item", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "person"], name="itemrecusal_once", violation_error_message="此人已在本议题回避。"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="itemrecusal_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.person}回避“{self.item}”"


class ReconsiderConsent(OfItem):
    """是否同意复议 (#42): one answer of each member; more than half must agree before the item can be scheduled."""

    item = models.ForeignKey(AgendaItem, models.PROTECT, verbose_name="复议议题", related_name="consents")
    seat = models.ForeignKey(Seat, models.PROTECT, verbose_name="成员", related_name="reconsider_consents")
    agrees = models.BooleanField("同意复议")
    text = models.TextField("意见", blank=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "复议意见"
        verbose_name_plural = "复议意见"
        ordering = ["item", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "seat"],
                name="reconsiderconsent_once",
                violation_error_message="您已表示过是否同意复议。",
            ),
            models.CheckConstraint(
                condition=Q(agrees=True) | ~Q(text=""),
                name="reconsiderconsent_says_why",
                violation_error_message="不同意复议须写明理由。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat.name}对“{self.item}”：{'同意' if self.agrees else '不同意'}复议"


class Prerequisite(OfItem):
    """前置材料: what the matter demands before the item may be put on an agenda."""

    item = models.ForeignKey(AgendaItem, models.PROTECT, verbose_name="议题", related_name="prerequisites")
    name = models.CharField("前置材料", max_length=60)
    file = models.ForeignKey(StoredFile, models.PROTECT, verbose_name="材料", related_name="+")
    summary = models.CharField("结论摘要", max_length=300)

    class Meta:
        verbose_name = "前置材料"
        verbose_name_plural = "前置材料"
        ordering = ["item", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "name"], name="prerequisite_once", violation_error_message="这项前置材料已经上传。"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Paper(OfItem):
    """议题材料 (#29): each replacement is a new version; the newest is the one in force."""

    item = models.ForeignKey(AgendaItem, models.PROTECT, verbose_name="议题", related_name="papers")
    title = models.CharField("材料名称", max_length=80)
    version = models.PositiveSmallIntegerField("版本", default=1)
    file = models.ForeignKey(StoredFile, models.PROTECT, verbose_name="文件", related_name="+")
    change = models.CharField("改动说明", max_length=300, blank=True)
    added_by = models.ForeignKey(PERSON, models.PROTECT, verbose_name="上传人", related_name="+")
    added_at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = "议题材料"
        verbose_name_plural = "议题材料"
        ordering = ["item", "title", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["item", "title", "version"], name="paper_version_once"),
            models.CheckConstraint(
                condition=Q(version=1) | ~Q(change=""),
                name="paper_replacement_says_why",
                violation_error_message="替换材料须写明改了什么。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}（第{self.version}版）"


class ReceiptQuerySet(OfItemQuerySet):
    item_path = "paper__item__"


class PaperReceipt(OfItem):
    """阅读回执: who had read which version when."""

    PAGE_OF = "paper"
    RECUSAL_PATHS = {kind: f"paper__{path}" for kind, path in NAMED_BY_ITEM.items()}

    paper = models.ForeignKey(Paper, models.PROTECT, verbose_name="材料", related_name="receipts")
    person = models.ForeignKey(PERSON, models.PROTECT, verbose_name="阅读人", related_name="+")
    at = models.DateTimeField("阅读时间")

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = "阅读回执"
        verbose_name_plural = "阅读回执"
        ordering = ["paper", "at"]
        constraints = [
            models.UniqueConstraint(
                fields=["paper", "person"],
                name="paperreceipt_once",
                violation_error_message="您已签收过这份材料，不必重复。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}已阅{self.paper}"

    def trail_scope(self) -> TrailScope:
        return self.paper.item.trail_scope()
