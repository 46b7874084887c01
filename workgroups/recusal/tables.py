from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from admissions.audit.models import Event
from admissions.audit.tables import EntryTable
from admissions.core.tables import ChipColumn, DayColumn, MinuteColumn, NumberColumn
from admissions.core.templatetags.ui import chip

from .models import Challenge, LateDiscovery, RecusalDeclaration, RecusalFact, Screening, WithdrawalRequest

NOWRAP = {"td": {"class": "nowrap"}}


def link(name: str, record: Any, text: Any) -> SafeString:
    return format_html('<a href="{}">{}</a>', reverse(name, args=[record.pk]), text)


class FactTable(tables.Table):
    person = tables.Column(verbose_name="回避人", order_by=("person__name_sort", "id"))
    organisation = tables.Column(verbose_name="单位", accessor="person__organisation", orderable=False)
    scope_kind = tables.Column(verbose_name="范围", attrs=NOWRAP)
    scope_label = tables.Column(verbose_name="回避对象", orderable=False)
    source = tables.Column(verbose_name="来源", attrs=NOWRAP)
    state = ChipColumn(verbose_name="状态")
    waiting = tables.Column(verbose_name="办理进度", accessor="pk", orderable=False)
    created_at = MinuteColumn(verbose_name="登记时间")

    class Meta:
        model = RecusalFact
        fields = ("person", "organisation", "scope_kind", "scope_label", "source", "state", "waiting", "created_at")

    def render_person(self, record: RecusalFact) -> SafeString:
        return link("recusal:fact", record, record.person)

    def value_person(self, record: RecusalFact) -> str:
        return str(record.person)

    def render_waiting(self, record: RecusalFact) -> str:
        if record.pending_by:
            return f"待复签（{record.pending_by}已裁定）"
        return "待裁定" if record.is_open else "—"


class DeclarationTable(tables.Table):
    person_name = tables.Column(verbose_name="申报人", order_by=("person__name_sort", "id"))
    person_title = tables.Column(verbose_name="单位职务", orderable=False)
    version = NumberColumn(verbose_name="版次")
    content = tables.Column(verbose_name="申报内容", accessor="pk", orderable=False)
    signed_at = MinuteColumn(verbose_name="签署时间")

    class Meta:
        model = RecusalDeclaration
        fields = ("person_name", "person_title", "version", "content", "signed_at")

    def render_person_name(self, record: RecusalDeclaration) -> SafeString:
        return link("recusal:declaration", record, record.person_name)

    def value_person_name(self, record: RecusalDeclaration) -> str:
        return record.person_name

    def render_content(self, record: RecusalDeclaration) -> str:
        return "声明无" if record.is_none else f"{len(record.content)}项"


class UncheckedTable(tables.Table):
    """Plain rows from a selector, not records."""

    person = tables.Column(verbose_name="姓名")
    organisation = tables.Column(verbose_name="单位")
    reason = tables.Column(verbose_name="未核查的原因")
    relation = tables.Column(verbose_name="申报事项", default="—")

    class Meta:
        orderable = False

    def render_reason(self, value: Any) -> str:
        return chip(value, "warning")

    def value_reason(self, value: Any) -> str:
        return value.label


class ScreeningTable(tables.Table):
    started_at = MinuteColumn(verbose_name="发起时间")
    started_by = tables.Column(verbose_name="发起人", orderable=False)
    batch = tables.Column(verbose_name="考生摘要", orderable=False)
    relation_count = NumberColumn(verbose_name="比对亲属")
    hit_count = NumberColumn(verbose_name="比中")
    new_fact_count = NumberColumn(verbose_name="新增疑似")
    unchecked_count = NumberColumn(verbose_name="未核查人数")
    state = ChipColumn(verbose_name="状态")

    class Meta:
        model = Screening
        fields = (
            "started_at",
            "started_by",
            "batch",
            "relation_count",
            "hit_count",
            "new_fact_count",
            "unchecked_count",
            "state",
        )

    def render_started_at(self, record: Screening, column: Any, value: Any) -> SafeString:
        return link("recusal:screening", record, MinuteColumn.render(column, value))


class ChallengeTable(tables.Table):
    subject_person = tables.Column(verbose_name="被申请回避人", order_by=("subject_person__name_sort", "id"))
    scope_label = tables.Column(verbose_name="回避对象", orderable=False)
    raised_by = tables.Column(verbose_name="提出人", order_by=("raised_by__name_sort", "id"))
    raised_at = MinuteColumn(verbose_name="提出时间")
    due_on = DayColumn(verbose_name="应决定日期", default="未定")
    state = ChipColumn(verbose_name="状态")

    class Meta:
        model = Challenge
        fields = ("subject_person", "scope_label", "raised_by", "raised_at", "due_on", "state")

    def render_subject_person(self, record: Challenge) -> SafeString:
        return link("recusal:challenge", record, record.subject_person)

    def value_subject_person(self, record: Challenge) -> str:
        return str(record.subject_person)


class WithdrawalTable(tables.Table):
    person = tables.Column(verbose_name="申请人", order_by=("person__name_sort", "id"))
    relation = tables.Column(verbose_name="申报事项", orderable=False)
    asked_at = MinuteColumn(verbose_name="申请时间")
    answered_at = MinuteColumn(verbose_name="答复时间", default="待裁定")

    class Meta:
        model = WithdrawalRequest
        fields = ("person", "relation", "asked_at", "answered_at")

    def render_person(self, record: WithdrawalRequest) -> SafeString:
        return link("recusal:withdrawal", record, record.person)

    def value_person(self, record: WithdrawalRequest) -> str:
        return str(record.person)


class DiscoveryTable(tables.Table):
    fact = tables.Column(verbose_name="回避人与对象", orderable=False)
    opened_at = MinuteColumn(verbose_name="立案时间")
    reviewer = tables.Column(verbose_name="复查人", orderable=False)
    waiting = NumberColumn(verbose_name="待复查", accessor="waiting_count", orderable=False)
    upheld = NumberColumn(verbose_name="维持", accessor="upheld_count", orderable=False)
    redone = NumberColumn(verbose_name="重做", accessor="redone_count", orderable=False)
    revoked = NumberColumn(verbose_name="撤销", accessor="revoked_count", orderable=False)
    state = ChipColumn(verbose_name="状态")

    class Meta:
        model = LateDiscovery
        fields = ("fact", "opened_at", "reviewer", "waiting", "upheld", "redone", "revoked", "state")

    def render_fact(self, record: LateDiscovery) -> SafeString:
        return link("recusal:discovery", record, record.fact)

    def value_fact(self, record: LateDiscovery) -> str:
        return str(record.fact)


class AttemptTable(EntryTable):
    at = MinuteColumn(verbose_name="时间", orderable=False)
    actor_name = tables.Column(verbose_name="行为人", orderable=False)
    action_label = tables.Column(verbose_name="试图办理", orderable=False)
    target_label = tables.Column(verbose_name="对象", orderable=False)
    refusal = tables.Column(verbose_name="拒绝理由", orderable=False)

    def render_target_label(self, record: Event, value: str) -> str:
        return self.marked(record, value)

    def value_target_label(self, record: Event, value: str) -> str:
        return self.said(record, value)
