import django_filters as filters
import django_tables2 as tables
from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.html import format_html

from admissions.core.forms import SearchFilter
from admissions.core.tables import LATENESS, ChipColumn, DeadlineColumn, MinuteColumn, NumberColumn
from admissions.core.templatetags.ui import chip
from workgroups.meetings.tables import groups_seen

from .duty_triggers import trigger_label
from .enums import UNCONFIRMED, DocumentKind, DutyState, SubmissionStatus, Urgency, WordStatus
from .models import LetterCode, OralInstruction, ReportableMatter, ReportDuty, Submission
from .models.scoping import of_workers

DIRECTIONS = [("out", "本组报出"), ("in", "报给本组")]
ANSWERS = [*LATENESS, ("waiting", WordStatus.WAITING.label)]


class SubmissionTable(tables.Table):
    title = tables.Column(verbose_name="标题", linkify=lambda record: reverse("requests:one", args=[record.pk]))
    kind = tables.Column(verbose_name="文种")
    number = tables.Column(verbose_name="发文字号", order_by=("year", "code", "sequence"))
    group = tables.Column(verbose_name="发文")
    addressee = tables.Column(verbose_name="主送")
    urgency = ChipColumn(verbose_name="紧急程度")
    sent_at = MinuteColumn(verbose_name="报送时间")
    clock = DeadlineColumn(verbose_name="批复时限", order_by="answer_due_at")
    status = tables.Column(verbose_name="状态")

    class Meta:
        model = Submission
        fields = ("title", "kind", "number", "group", "addressee", "urgency", "sent_at", "clock", "status")
        attrs = {"class": "table-wide"}

    def render_status(self, record: Submission) -> str:
        """A reply that somebody else wrote down says so here too."""
        waits = chip(UNCONFIRMED, "warning") if record.is_unconfirmed else ""
        return format_html("{} {}", chip(SubmissionStatus(record.status)), waits)

    def value_status(self, record: Submission) -> str:
        waits = f"（{UNCONFIRMED}）" if record.is_unconfirmed else ""
        return f"{record.get_status_display()}{waits}"


class SubmissionFilter(filters.FilterSet):
    q = SearchFilter(label="标题、字号", method="saying")
    direction = filters.ChoiceFilter(label="方向", choices=DIRECTIONS, method="going", empty_label="全部")
    kind = filters.ChoiceFilter(label="文种", choices=DocumentKind.choices, empty_label="全部")
    status = filters.ChoiceFilter(label="状态", choices=SubmissionStatus.choices, empty_label="全部")
    urgency = filters.ChoiceFilter(label="紧急程度", choices=Urgency.choices, empty_label="全部")
    late = filters.ChoiceFilter(label="批复", choices=ANSWERS, method="being_late", empty_label="全部")
    group = filters.ModelChoiceFilter(label="发文", queryset=groups_seen, empty_label="全部")

    class Meta:
        model = Submission
        fields: list[str] = []

    def saying(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        year, sequence = Cast("year", CharField()), Cast("sequence", CharField())
        number = Concat("code", Value("〔"), year, Value("〕"), sequence, Value("号"))
        rows = rows.annotate(number_text=number)
        return rows.filter(Q(title__contains=text) | Q(sequence__isnull=False, number_text__contains=text))

    def going(self, rows: QuerySet, name: str, choice: str) -> QuerySet:
        return rows.filter(of_workers(self.request.user, "group" if choice == "out" else "addressee"))

    def being_late(self, rows: QuerySet, name: str, choice: str) -> QuerySet:
        if choice == "waiting":
            return rows.filter(is_unconfirmed=True)
        late = rows.overdue()
        return late if choice == "late" else rows.awaited().exclude(pk__in=late.values("pk"))


class DutyTable(tables.Table):
    what = tables.Column(verbose_name="事由", linkify=lambda record: reverse("requests:report-duty", args=[record.pk]))
    matter = tables.Column(verbose_name="应报事项")
    kind = tables.Column(verbose_name="文种", accessor="matter__get_kind_display", order_by="matter__kind")
    group = tables.Column(verbose_name="报送工作组")
    addressee = tables.Column(verbose_name="主送")
    happened_at = MinuteColumn(verbose_name="发生时间")
    due_at = MinuteColumn(verbose_name="报送时限")
    state = ChipColumn(verbose_name="办理情况", orderable=False)

    class Meta:
        model = ReportDuty
        fields = ("what", "matter", "kind", "group", "addressee", "happened_at", "due_at", "state")
        attrs = {"class": "table-wide"}


class DutyFilter(filters.FilterSet):
    q = SearchFilter(label="事由", field_name="what", lookup_expr="contains")
    state = filters.ChoiceFilter(label="办理情况", choices=DutyState.choices, method="being", empty_label="全部")
    matter = filters.ModelChoiceFilter(label="应报事项", queryset=ReportableMatter.objects.all(), empty_label="全部")
    group = filters.ModelChoiceFilter(label="报送工作组", queryset=groups_seen, empty_label="全部")

    class Meta:
        model = ReportDuty
        fields: list[str] = []

    def being(self, rows: QuerySet, name: str, state: str) -> QuerySet:
        return rows.in_state(state)


class ReportableTable(tables.Table):
    name = tables.Column(verbose_name="事项", linkify=lambda record: reverse("requests:reportable", args=[record.pk]))
    kind = tables.Column(verbose_name="文种")
    body = tables.Column(verbose_name="主送机构")
    trigger = tables.Column(verbose_name="触发事件", empty_values=(None,))
    timing = tables.Column(verbose_name="时点")
    hours = NumberColumn(verbose_name="报送（小时）")
    reply_hours = NumberColumn(verbose_name="批复（小时）")
    is_retired = tables.Column(verbose_name="使用情况")

    class Meta:
        model = ReportableMatter
        fields = ("name", "kind", "body", "trigger", "timing", "hours", "reply_hours", "is_retired")

    def render_trigger(self, value: str) -> str:
        return trigger_label(value) if value else "人工登记"

    def render_reply_hours(self, value: int) -> str:
        return str(value) if value else "不需批复"

    def render_is_retired(self, value: bool) -> str:
        return "已停用" if value else "在用"

    value_trigger, value_reply_hours, value_is_retired = render_trigger, render_reply_hours, render_is_retired


class ReportableFilter(filters.FilterSet):
    q = SearchFilter(label="事项", field_name="name", lookup_expr="contains")
    kind = filters.ChoiceFilter(label="文种", choices=DocumentKind.choices, empty_label="全部")

    class Meta:
        model = ReportableMatter
        fields: list[str] = []


class InstructionTable(tables.Table):
    text = tables.Column(
        verbose_name="指示内容", linkify=lambda record: reverse("requests:instruction", args=[record.pk])
    )
    instructor_name = tables.Column(verbose_name="指示人")
    receiver = tables.Column(verbose_name="接受人", accessor="receiver__name")
    group = tables.Column(verbose_name="工作组")
    said_at = MinuteColumn(verbose_name="指示时间")
    clock = DeadlineColumn(verbose_name="确认时限", order_by="recorded_at")
    status = ChipColumn(verbose_name="状态")

    class Meta:
        model = OralInstruction
        fields = ("text", "instructor_name", "receiver", "group", "said_at", "clock", "status")

    def render_text(self, value: str) -> str:
        return value if len(value) <= 40 else f"{value[:40]}…"


class InstructionFilter(filters.FilterSet):
    q = SearchFilter(label="指示内容", field_name="text", lookup_expr="contains")
    status = filters.ChoiceFilter(label="状态", choices=WordStatus.choices, empty_label="全部")
    late = filters.ChoiceFilter(label="确认", choices=LATENESS, method="being_late", empty_label="全部")
    group = filters.ModelChoiceFilter(label="工作组", queryset=groups_seen, empty_label="全部")

    class Meta:
        model = OralInstruction
        fields: list[str] = []

    def being_late(self, rows: QuerySet, name: str, choice: str) -> QuerySet:
        late = rows.unconfirmed()
        return late if choice == "late" else rows.waiting().exclude(pk__in=late.values("pk"))


class CodeTable(tables.Table):
    group = tables.Column(verbose_name="工作组")
    code = tables.Column(verbose_name="机关代字")
    last = NumberColumn(verbose_name="本年已编至", orderable=False)

    class Meta:
        model = LetterCode
        fields = ("group", "code", "last")
