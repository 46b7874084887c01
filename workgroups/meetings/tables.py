from typing import Any

import django_filters as filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from admissions.core.tables import ChipColumn, DayColumn, MinuteColumn, NumberColumn
from workgroups.groups.enums import GroupKind
from workgroups.groups.models import WorkGroup

from .enums import DecisionMode, ItemStatus, MeetingStatus, TaskStatus
from .models import AgendaItem, DecisionMatter, Meeting, Resolution, ResolutionTask


def groups_seen(request: Any) -> Any:
    return WorkGroup.objects.visible_to(request.user).standing()


class MatterTable(tables.Table):
    name = tables.Column(verbose_name="事项", linkify=lambda record: reverse("workgroups:matter", args=[record.pk]))
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
    q = filters.CharFilter(label="事项", field_name="name", lookup_expr="contains")
    body = filters.ChoiceFilter(label="决策机构", choices=GroupKind.choices, empty_label="全部")
    mode = filters.ChoiceFilter(label="议决方式", choices=DecisionMode.choices, empty_label="全部")

    class Meta:
        model = DecisionMatter
        fields: list[str] = []


class MeetingTable(tables.Table):
    title = tables.Column(verbose_name="会议", linkify=lambda record: reverse("workgroups:meeting", args=[record.pk]))
    group = tables.Column(verbose_name="会议机构")
    starts_at = MinuteColumn(verbose_name="开始时间")
    place = tables.Column(verbose_name="地点")
    status = ChipColumn(verbose_name="状态")

    class Meta:
        model = Meeting
        fields = ("title", "group", "starts_at", "place", "status")


class MeetingFilter(filters.FilterSet):
    q = filters.CharFilter(label="会议名称", field_name="title", lookup_expr="contains")
    group = filters.ModelChoiceFilter(label="会议机构", queryset=groups_seen, empty_label="全部")
    status = filters.ChoiceFilter(label="状态", choices=MeetingStatus.choices, empty_label="全部")

    class Meta:
        model = Meeting
        fields: list[str] = []


class ItemTable(tables.Table):
    title = tables.Column(
        verbose_name="议题", linkify=lambda record: reverse("workgroups:agenda-item", args=[record.pk])
    )
    matter = tables.Column(verbose_name="事项")
    group = tables.Column(verbose_name="决策机构")
    meeting = tables.Column(verbose_name="会议")
    proposer = tables.Column(verbose_name="提请人")
    status = ChipColumn(verbose_name="状态")

    class Meta:
        model = AgendaItem
        fields = ("title", "matter", "group", "meeting", "proposer", "status")


class ItemFilter(filters.FilterSet):
    q = filters.CharFilter(label="议题", field_name="title", lookup_expr="contains")
    group = filters.ModelChoiceFilter(label="决策机构", queryset=groups_seen, empty_label="全部")
    status = filters.ChoiceFilter(label="状态", choices=ItemStatus.choices, empty_label="全部")

    class Meta:
        model = AgendaItem
        fields: list[str] = []


class ResolutionTable(tables.Table):
    number = tables.Column(
        verbose_name="决议编号", linkify=lambda record: reverse("workgroups:resolution", args=[record.pk])
    )
    item = tables.Column(verbose_name="议题", order_by="item__title")
    group = tables.Column(verbose_name="决策机构", accessor="item__group")
    issued_at = MinuteColumn(verbose_name="形成时间")
    left = NumberColumn(verbose_name="未办结督办", orderable=False)

    class Meta:
        model = Resolution
        fields = ("number", "item", "group", "issued_at", "left")


class ResolutionFilter(filters.FilterSet):
    q = filters.CharFilter(label="编号或内容", method="saying")
    group = filters.ModelChoiceFilter(
        label="决策机构", field_name="item__group", queryset=groups_seen, empty_label="全部"
    )

    class Meta:
        model = Resolution
        fields: list[str] = []

    def saying(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows.filter(number__contains=text) | rows.filter(text__contains=text)


LATENESS = [("late", "已逾期"), ("due", "未到期")]


class TaskTable(tables.Table):
    what = tables.Column(verbose_name="任务", linkify=lambda record: reverse("workgroups:task", args=[record.pk]))
    resolution = tables.Column(verbose_name="决议")
    assignee = tables.Column(verbose_name="责任人")
    acceptor = tables.Column(verbose_name="验收人")
    due_on = DayColumn(verbose_name="完成时限")
    status = ChipColumn(verbose_name="状态")

    class Meta:
        model = ResolutionTask
        fields = ("what", "resolution", "assignee", "acceptor", "due_on", "status")


class TaskFilter(filters.FilterSet):
    q = filters.CharFilter(label="任务", field_name="what", lookup_expr="contains")
    status = filters.ChoiceFilter(label="状态", choices=TaskStatus.choices, empty_label="全部")
    late = filters.ChoiceFilter(label="时限", choices=LATENESS, method="being_late", empty_label="全部")

    class Meta:
        model = ResolutionTask
        fields: list[str] = []

    def being_late(self, rows: QuerySet, name: str, choice: str) -> QuerySet:
        late = rows.open().filter(due_on__lt=timezone.localdate())
        return late if choice == "late" else rows.exclude(pk__in=late.values("pk"))
