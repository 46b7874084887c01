from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from admissions.core.templatetags.ui import chip

from .enums import Verification
from .models import Clause, DeadlinePolicy, RuleSource


class ClauseTable(tables.Table):
    """`current_text` and `current_verification` are annotated: the version in force now, if any."""

    title = tables.Column(verbose_name="条款")
    citation = tables.Column(verbose_name="出处", order_by=("source__title", "number"))
    category = tables.Column(verbose_name="类别", accessor="get_category_display", order_by=("category", "order"))
    current_text = tables.Column(verbose_name="现行内容（转述）", orderable=False, default="—")
    current_verification = tables.Column(verbose_name="核实状态", empty_values=())

    class Meta:
        model = Clause
        fields = ("title", "citation", "category", "current_text", "current_verification")

    def render_title(self, record: Clause) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("rulebook:clause", args=[record.pk]), record.title)

    def value_title(self, record: Clause) -> str:
        return record.title

    def render_current_text(self, value: str) -> str:
        return value if len(value) <= 60 else f"{value[:58]}……"

    def value_current_text(self, value: str) -> str:
        return value

    def render_current_verification(self, record: Clause) -> Any:
        state = record.current_verification
        return chip(Verification(state)) if state else chip("已废止或未施行", "muted")

    def value_current_verification(self, record: Clause) -> str:
        state = record.current_verification
        return str(Verification(state).label) if state else "已废止或未施行"


class SourceTable(tables.Table):
    title = tables.Column(verbose_name="名称")
    kind = tables.Column(verbose_name="种类", accessor="get_kind_display", order_by=("kind",))
    issuer = tables.Column(verbose_name="制定机关", default="—")
    document_number = tables.Column(verbose_name="文号", default="—")
    issued = tables.Column(verbose_name="公布时间", default="—")
    clause_count = tables.Column(verbose_name="条款", attrs={"td": {"class": "num"}, "th": {"class": "num"}})

    class Meta:
        model = RuleSource
        fields = ("title", "kind", "issuer", "document_number", "issued", "clause_count")

    def render_title(self, record: RuleSource) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("rulebook:source", args=[record.pk]), record.title)

    def value_title(self, record: RuleSource) -> str:
        return record.title


class PolicyTable(tables.Table):
    name = tables.Column(verbose_name="期限")
    start_event = tables.Column(verbose_name="自何时起算")
    length = tables.Column(verbose_name="多长", order_by=("unit", "length"))
    extension = tables.Column(verbose_name="可延长", orderable=False)
    pause_reasons = tables.Column(verbose_name="不计入期限", orderable=False, empty_values=())
    clause = tables.Column(verbose_name="依据", orderable=False)

    class Meta:
        model = DeadlinePolicy
        fields = ("name", "start_event", "length", "extension", "pause_reasons", "clause")

    def render_length(self, record: DeadlinePolicy) -> str:
        return f"{record.length}{record.get_unit_display()}"

    def render_extension(self, record: DeadlinePolicy) -> str:
        if not record.extension:
            return "不可延长"
        approver = f"，由{record.extension_approver}批准" if record.extension_approver else ""
        return f"最长{record.extension}{record.get_unit_display()}{approver}"

    def render_pause_reasons(self, record: DeadlinePolicy) -> str:
        labels = dict(DeadlinePolicy._meta.get_field("pause_reasons").base_field.choices)
        return "、".join(str(labels[reason]) for reason in record.pause_reasons) or "—"

    def render_clause(self, record: DeadlinePolicy) -> SafeString:
        url = reverse("rulebook:clause", args=[record.clause_id])
        return format_html('<a href="{}">{}</a>', url, record.clause)

    def value_clause(self, record: DeadlinePolicy) -> str:
        return str(record.clause)
