from typing import Any

import django_filters as filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html

from admissions.audit.models import Event
from admissions.audit.tables import EntryTable
from admissions.core.clock import minute_text
from admissions.core.forms import SearchFilter
from admissions.core.tables import LATENESS, ChipColumn, DeadlineColumn, MinuteColumn, NumberColumn
from admissions.core.templatetags.ui import chip
from workgroups.groups.enums import GroupKind
from workgroups.groups.models import WorkGroup

from .enums import (
    UNRATIFIED,
    DecisionMode,
    EmergencyCategory,
    EmergencyStatus,
    ExplanationState,
    ItemStatus,
    MeetingStatus,
    explanation_state,
)
from .models import AgendaItem, DecisionMatter, EmergencyDecision, Meeting, Resolution


def groups_seen(request: Any) -> Any:
    return WorkGroup.objects.visible_to(request.user).standing()


class MatterTable(tables.Table):
    name = tables.Column(verbose_name="事项", linkify=lambda record: reverse("meetings:matter", args=[record.pk]))
    body = tables.Column(verbose_name="决策机构")
    mode = tables.Column(verbose_name="议决方式")
    quorum = tables.Column(verbose_name="法定人数")
    majority = tables.Column(verbose_name="通过线")
    notice_hours = NumberColumn(verbose_name="提前通知（小时）")
    is_retired = tables.Column(verbose_name="使用情况")

    class Meta:
        model = DecisionMatter
        fields = ("name", "body", "mode", "quorum", "majority", "notice_hours", "is_retired")

    def render_is_retired(self, value: bool) -> str:
        return "已停用" if value else "在用"

    value_is_retired = render_is_retired


class MatterFilter(filters.FilterSet):
    q = SearchFilter(label="事项", field_name="name", lookup_expr="contains")
    body = filters.ChoiceFilter(label="决策机构", choices=GroupKind.choices, empty_label="全部")
    mode = filters.ChoiceFilter(label="议决方式", choices=DecisionMode.choices, empty_label="全部")

    class Meta:
        model = DecisionMatter
        fields: list[str] = []


class MeetingTable(tables.Table):
    title = tables.Column(verbose_name="会议", linkify=lambda record: reverse("meetings:one", args=[record.pk]))
    group = tables.Column(verbose_name="会议机构")
    starts_at = MinuteColumn(verbose_name="开始时间")
    place = tables.Column(verbose_name="地点")
    status = ChipColumn(verbose_name="状态")

    class Meta:
        model = Meeting
        fields = ("title", "group", "starts_at", "place", "status")


class MeetingFilter(filters.FilterSet):
    q = SearchFilter(label="会议名称", field_name="title", lookup_expr="contains")
    group = filters.ModelChoiceFilter(label="会议机构", queryset=groups_seen, empty_label="全部")
    status = filters.ChoiceFilter(label="状态", choices=MeetingStatus.choices, empty_label="全部")

    class Meta:
        model = Meeting
        fields: list[str] = []


class ItemTable(tables.Table):
    title = tables.Column(verbose_name="议题", linkify=lambda record: reverse("meetings:item", args=[record.pk]))
    matter = tables.Column(verbose_name="事项")
    group = tables.Column(verbose_name="决策机构")
    meeting = tables.Column(verbose_name="会议")
    proposer = tables.Column(verbose_name="提请人")
    status = ChipColumn(verbose_name="状态")

    class Meta:
        model = AgendaItem
        fields = ("title", "matter", "group", "meeting", "proposer", "status")


class ItemFilter(filters.FilterSet):
    q = SearchFilter(label="议题", field_name="title", lookup_expr="contains")
    group = filters.ModelChoiceFilter(label="决策机构", queryset=groups_seen, empty_label="全部")
    status = filters.ChoiceFilter(label="状态", choices=ItemStatus.choices, empty_label="全部")

    class Meta:
        model = AgendaItem
        fields: list[str] = []


class ResolutionTable(tables.Table):
    number = tables.Column(
        verbose_name="决议编号", linkify=lambda record: reverse("meetings:resolution", args=[record.pk])
    )
    item = tables.Column(verbose_name="议题", order_by="item__title")
    group = tables.Column(verbose_name="决策机构", accessor="item__group")
    issued_at = MinuteColumn(verbose_name="形成时间")
    left = NumberColumn(verbose_name="未办结督办", orderable=False)

    class Meta:
        model = Resolution
        fields = ("number", "item", "group", "issued_at", "left")


class ResolutionFilter(filters.FilterSet):
    q = SearchFilter(label="编号或内容", method="saying")
    group = filters.ModelChoiceFilter(
        label="决策机构", field_name="item__group", queryset=groups_seen, empty_label="全部"
    )

    class Meta:
        model = Resolution
        fields: list[str] = []

    def saying(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows.filter(number__contains=text) | rows.filter(text__contains=text)


class EmergencyTable(tables.Table):
    title = tables.Column(
        verbose_name="突发情况", linkify=lambda record: reverse("meetings:emergency", args=[record.pk])
    )
    category = tables.Column(verbose_name="类别")
    group = tables.Column(verbose_name="决策机构")
    happened_at = MinuteColumn(verbose_name="处置时间")
    decided_by = tables.Column(verbose_name="决定人")
    cosigned_by = tables.Column(verbose_name="同签人", default="—")
    ratify_by = DeadlineColumn(verbose_name="补议时限")
    status = ChipColumn(verbose_name="状态")

    class Meta:
        model = EmergencyDecision
        fields = ("title", "category", "group", "happened_at", "decided_by", "cosigned_by", "ratify_by", "status")

    def render_ratify_by(self, value: Any, record: Any, column: Any) -> str:
        """The clock runs only while a ratification is owed."""
        return column.render(value) if record.status in UNRATIFIED else minute_text(value)


class EmergencyFilter(filters.FilterSet):
    q = SearchFilter(label="突发情况", field_name="title", lookup_expr="contains")
    category = filters.ChoiceFilter(label="类别", choices=EmergencyCategory.choices, empty_label="全部")
    status = filters.ChoiceFilter(label="状态", choices=EmergencyStatus.choices, empty_label="全部")
    late = filters.ChoiceFilter(label="时限", choices=LATENESS, method="being_late", empty_label="全部")

    class Meta:
        model = EmergencyDecision
        fields: list[str] = []

    def being_late(self, rows: QuerySet, name: str, choice: str) -> QuerySet:
        return rows.overdue() if choice == "late" else rows.exclude(pk__in=rows.overdue().values("pk"))


class UndecidedTable(EntryTable):
    at = MinuteColumn(verbose_name="办理时间")
    act = tables.Column(verbose_name="办理事项", empty_values=(), orderable=False)
    matter = tables.Column(verbose_name="清单事项", empty_values=(), orderable=False)
    actor_name = tables.Column(verbose_name="办理人", orderable=False)
    ground = tables.Column(verbose_name="所写依据", default="没有填写", orderable=False)
    explained = tables.Column(verbose_name="说明", default="—", orderable=False)
    state = ChipColumn(verbose_name="状态", empty_values=(), orderable=False)

    class Meta:
        model = Event
        fields = ("at", "act", "matter", "actor_name", "ground", "explained", "state")

    def __init__(self, *args: Any, matters: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.matters = matters

    def value_act(self, record: Any) -> str:
        return self.said(record, self._act(record))

    def _act(self, record: Any) -> str:
        return f"{record.action_label}：{record.target_label}"

    def render_act(self, record: Any) -> str:
        url = (
            reverse("meetings:act-explain", args=[record.pk])
            if record.explanation is None
            else reverse("meetings:explanation", args=[record.explanation])
        )
        return self.marked(record, format_html('<a href="{}">{}</a>', url, self._act(record)))

    def render_matter(self, record: Any) -> str:
        return self.matters.get(record.action, "")

    value_matter = render_matter

    def render_state(self, record: Any) -> str:
        return chip(explanation_state(record.explanation, record.settled))

    def value_state(self, record: Any) -> str:
        return explanation_state(record.explanation, record.settled).label


class UndecidedFilter(filters.FilterSet):
    q = SearchFilter(label="办理人或对象", method="saying")
    state = filters.ChoiceFilter(label="状态", choices=ExplanationState.choices, method="being", empty_label="全部")

    class Meta:
        model = Event
        fields: list[str] = []

    def saying(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows.filter(Q(actor_name__contains=text) | Q(target_label__contains=text))

    def being(self, rows: QuerySet, name: str, choice: str) -> QuerySet:
        wanted = {
            ExplanationState.OPEN: Q(explanation__isnull=True),
            ExplanationState.EXPLAINED: Q(explanation__isnull=False, settled__isnull=True),
            ExplanationState.SETTLED: Q(settled__isnull=False),
        }
        return rows.filter(wanted[choice])
