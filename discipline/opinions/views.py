"""Pages of supervision opinions and flags."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from admissions.accounts.permissions import Permission
from admissions.accounts.selectors import has_permission
from admissions.audit.models import Event
from admissions.audit.trail import record_read
from admissions.core import pdf
from admissions.core.actions import PageAction
from admissions.core.clock import minute_text
from admissions.core.decision import Decision, Refused
from admissions.core.errors import refused_page
from admissions.core.forms import ReasonForm
from admissions.core.given import whole_number
from admissions.core.views import ActPage, ConfirmPage, DetailPage, FormPage, ListPage, RecordPage
from admissions.evidence.file_pages import Content, FilePage, content_of
from admissions.evidence.incoming import incoming_of
from admissions.seals.papers import paper_mark
from admissions.seasons.pages import OfSeasonPage

from . import rules, services
from .enums import OpinionStatus
from .forms import AnswerForm, FlagForm, OpinionForm, RecurrenceForm, ReturnForm, usual_due
from .models import Flag, Opinion, OpinionPassage
from .printing import pdf_of
from .selectors import chain_of, silence_by_group
from .tables import FlagTable, OpinionFilter, OpinionTable, outcome_text

OPINIONS = (("监督意见", "opinions:list"),)


class OpinionListPage(OfSeasonPage, ListPage):
    template_name = "opinions/opinions.html"
    model = Opinion
    table_class = OpinionTable
    filterset_class = OpinionFilter
    page_title = "监督意见"
    page_intro = (
        "提醒、建议、责令：发出后由工作组组长限期答复，签发人复查后销号；问题再次出现的，另发意见并记为第几次。"
    )
    unit = "份"
    export_name = "监督意见"
    empty_title = "还没有您可以看到的监督意见"
    empty_text = "监督员从留痕里标记的问题，或从这里直接发出意见。"

    def get_queryset(self) -> QuerySet:
        rows = super().get_queryset().filter(group__season=self.season)
        return rows.select_related("group").order_by("-pk")

    def page_actions(self) -> list[PageAction]:
        if not has_permission(self.request.user, Permission.SUPERVISE):
            return []
        return [
            PageAction("发出监督意见", reverse("opinions:issue"), icon="plus", style="primary"),
            PageAction("标记的留痕", reverse("opinions:flags"), icon="flag"),
        ]

    def context(self) -> dict[str, Any]:
        return {**super().context(), "silence": silence_by_group(self.request.user, self.season)}


class OpinionPage(DetailPage):
    template_name = "opinions/opinion.html"
    model = Opinion
    above = OPINIONS

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("group__season", "person", "recurrence_of", "issued_by")

    def status(self) -> OpinionStatus:
        return OpinionStatus(self.object.status)

    def needs(self) -> str:
        row = self.object
        if row.clock:
            return f"{row.group}组长在{minute_text(row.due_at)}前答复" + ("，已逾期。" if row.is_overdue else "。")
        return f"由{row.issued_by_name}复查。" if row.status == OpinionStatus.ANSWERED else ""

    def facts(self) -> list[tuple[str, Any]]:
        row = self.object
        return [
            ("种类", row.get_kind_display() + (f"（同一问题第{row.occurrence}次）" if row.occurrence > 1 else "")),
            ("被监督工作组", row.group),
            ("涉及人员", row.person.name if row.person else "不涉及具体人员"),
            ("签发", f"{row.issued_by_name}，{minute_text(row.issued_at)}"),
            ("答复期限", minute_text(row.due_at)),
            ("依据", row.clause),
        ]

    def actions(self) -> list[PageAction]:
        user, row = self.request.user, self.object
        check = rules.can_check(user, row)
        found = [
            ("答复", "opinions:answer", rules.can_answer(user, row), "message", "primary", (OpinionStatus.ISSUED, OpinionStatus.RETURNED)),
            ("复查通过，销号", "opinions:close", check, "check", "primary", (OpinionStatus.ANSWERED,)),
            ("退回整改", "opinions:return", check, "arrow-back-up", "secondary", (OpinionStatus.ANSWERED,)),
            ("撤回", "opinions:withdraw", rules.can_withdraw(user, row), "trash", "danger", (OpinionStatus.ISSUED,)),
            ("问题再次出现", "opinions:recur", rules.can_note_recurrence(user, row), "rotate", "danger", (OpinionStatus.CLOSED,)),
        ]  # fmt: skip
        acts = [
            PageAction(label, reverse(name, args=[row.pk]), may, icon, style)
            for label, name, may, icon, style, states in found
            if row.status in states
        ]
        return [*acts, PageAction("意见书 PDF", reverse("opinions:pdf", args=[row.pk]), icon="printer")]

    def context(self) -> dict[str, Any]:
        row, user = self.object, self.request.user
        return {
            **super().context(),
            "passages": row.passages.without_recused(user).select_related("file"),
            "chain": chain_of(row, user),
            "flags": Flag.objects.visible_to(user).filter(opinion=row),
        }


class OpinionIssuePage(OfSeasonPage, FormPage):
    """Freely, or from a flag (`?flag=`), whose entry and note are carried over."""

    command = services.issue_opinion
    form_class = OpinionForm
    page_title = "发出监督意见"
    submit_label = "发出"
    success_text = "已发出，组长会在待办里看到。"
    above = OPINIONS

    def may_open_in_season(self) -> Decision:
        return rules.can_supervise(self.request.user, None, "发出监督意见")

    def flag(self) -> Flag | None:
        given = whole_number(self.request.GET.get("flag", ""))
        if given is None:
            return None
        return Flag.objects.visible_to(self.request.user).waiting().filter(pk=given).first()

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "user": self.request.user, "season": self.season}

    def initial(self) -> dict[str, Any]:
        flag, due = self.flag(), {"due_on": usual_due()}
        if flag is None:
            return due
        text = f"{minute_text(flag.happened_at)}，{flag.sentence}。\n{flag.note}"
        return {**due, "group": flag.group_id, "person": flag.person_id, "text": text}

    def consequences(self) -> list[str]:
        return [
            "意见编号后发给工作组组长，不能修改；组长答复前可以撤回。",
            "监督意见不代替工作组作决定，也不改动任何业务数据。",
        ]

    def run(self, form: forms.Form) -> Opinion:
        return services.issue_opinion(
            actor=self.request.user, reason=form.cleaned_data["title"], flag=self.flag(), **form.cleaned_data
        )


class OfOpinion(ActPage):
    model = Opinion
    argument = "opinion"
    above = OPINIONS


class OpinionAnswerPage(OfOpinion):
    form_class = AnswerForm
    verb, submit_label, success_text = "答复监督意见", "答复", "已答复，等候复查。"
    rule, command = rules.can_answer, services.answer_opinion

    def run(self, form: forms.Form) -> Opinion:
        incoming = incoming_of(form)
        return services.answer_opinion(
            actor=self.request.user, reason="答复监督意见", opinion=self.object,
            text=form.cleaned_data["text"], incoming=incoming,
        )  # fmt: skip


class OpinionClosePage(ConfirmPage, OfOpinion):
    form_class = ReasonForm
    verb, submit_label, submit_style, success_text = "复查销号", "销号", "primary", "已销号。"
    rule, command = rules.can_check, services.close_opinion

    def consequences(self) -> list[str]:
        return [
            "销号后这份意见了结，不能重开；问题再次出现的，另发意见并记次数。",
            "请在事由里写明复查看了什么、结果如何。",
        ]


class OpinionReturnPage(OfOpinion):
    form_class = ReturnForm
    verb, submit_label, success_text = "退回整改", "退回", "已退回，组长须重新答复。"
    rule, command = rules.can_check, services.return_opinion

    def initial(self) -> dict[str, Any]:
        return {"due_on": usual_due()}


class OpinionWithdrawPage(ConfirmPage, OfOpinion):
    form_class = ReasonForm
    verb, submit_label, success_text = "撤回监督意见", "撤回", "已撤回。"
    rule, command = rules.can_withdraw, services.withdraw_opinion

    def consequences(self) -> list[str]:
        return ["撤回后不能恢复，编号和内容仍然留存。"]


class OpinionRecurPage(OfOpinion):
    form_class = RecurrenceForm
    verb, submit_label, success_text = "问题再次出现", "重新发出", "已重新发出。"
    rule, command = rules.can_note_recurrence, services.note_recurrence

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "opinion": self.object}

    def initial(self) -> dict[str, Any]:
        return {"due_on": usual_due(), "kind": self.object.kind}


class OpinionPdf(RecordPage):
    model = Opinion

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("group__season", "person")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            known = self.object.passages.without_recused(request.user)
            content = pdf_of(self.object, known, request.user, paper_mark(request, self.object))
        except Refused as refusal:
            return refused_page(request, refusal)
        record_read(actor=request.user, target=self.object, purpose="打印监督意见书", label="打印")
        return pdf.pdf_response(content, f"监督意见书-{self.object.number}")


class OpinionFile(FilePage):
    """The evidence of an answer, for whoever sees the opinion."""

    model = OpinionPassage
    label = "下载佐证材料"

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("file", "opinion")

    def content(self) -> Content | None:
        return content_of(self.object.file) if self.object.file else None

    def target(self) -> Opinion:
        return self.object.opinion


class FlagListPage(ListPage):
    model = Flag
    table_class = FlagTable
    page_title = "标记的留痕"
    page_intro = "监督员在留痕里标记的疑问。每一条要么据此发出意见，要么写明理由了结。"
    unit = "条"
    export_name = "标记的留痕"
    empty_title = "没有您可以看到的标记"
    empty_text = "在留痕总览或任何一条经过旁边点“标记”。"
    above = OPINIONS

    def may_open(self) -> Decision:
        return rules.can_supervise(self.request.user, None, "查看标记")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("opinion").order_by("-pk")


class FlagPage(DetailPage):
    model = Flag
    above = (*OPINIONS, ("标记的留痕", "opinions:flags"))
    has_history = False

    def may_open(self) -> Decision:
        return rules.can_supervise(self.request.user, None, "查看标记")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("group", "opinion")

    def facts(self) -> list[tuple[str, Any]]:
        row = self.object
        return [
            ("发生时间", minute_text(row.happened_at)),
            ("工作组", row.group),
            ("问题", row.note),
            ("标记", f"{row.flagged_by_name}，{minute_text(row.flagged_at)}"),
            ("结果", outcome_text(row) + (f"：{row.settled_reason}" if row.settled_reason else "")),
        ]

    def actions(self) -> list[PageAction]:
        row, may = self.object, rules.can_settle_flag(self.request.user, self.object)
        if row.opinion is not None:
            return [PageAction("查看意见", row.opinion.get_absolute_url(), icon="eye")]
        issue = f"{reverse('opinions:issue')}?flag={row.pk}"
        return [
            PageAction("据此发出意见", issue, may, "speakerphone", "primary"),
            PageAction("了结", reverse("opinions:flag-settle", args=[row.pk]), may, "check"),
        ]


class FlagRaisePage(FormPage):
    """From a row of the trail."""

    command = services.flag_entry
    form_class = FlagForm
    submit_label = "标记"
    success_text = "已标记。"
    above = (("标记的留痕", "opinions:flags"),)

    def prepare(self) -> None:
        event = Event.objects.visible_to(self.request.user).filter(pk=self.kwargs["event"]).first()
        if event is None:
            raise Http404
        self.event = event

    def about(self) -> list[Any]:
        return [self.event]

    def may_open(self) -> Decision:
        return rules.can_flag(self.request.user, self.event)

    def get_title(self) -> str:
        return f"标记：{self.event}"

    def run(self, form: forms.Form) -> Flag:
        return services.flag_entry(actor=self.request.user, reason=form.cleaned_data["reason"], event=self.event)


class FlagSettlePage(ActPage):
    model = Flag
    form_class = ReasonForm
    argument, verb, submit_label, success_text = "flag", "了结标记", "了结", "已了结。"
    rule, command = rules.can_settle_flag, services.settle_flag
