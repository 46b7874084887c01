"""请示和报告: list, draft, the document's own page, and the acts on it before it is answered."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from admissions.audit.gate import closed_to
from admissions.audit.trail import record_read
from admissions.audit.views import plain_entries
from admissions.core.actions import PageAction
from admissions.core.clock import minute_text
from admissions.core.decision import Decision, Refused, allow
from admissions.core.errors import refused_page
from admissions.core.given import whole_number
from admissions.core.paper import pdf_available
from admissions.core.views import DetailPage, FormPage, ListPage, RecordPage
from admissions.seals.papers import paper_mark
from admissions.seasons.pages import OfSeasonPage
from workgroups.followups.rules import can_assign
from workgroups.followups.services import assign_task
from workgroups.meetings.models import AgendaItem
from workgroups.meetings.substitutes import can_read_substitutes

from .. import printing, rules
from ..designation import asking_words, proposed_for
from ..document import is_intact
from ..enums import DocumentKind, SubmissionStatus
from ..forms import DraftForm
from ..models import Reply, ReportDuty, Submission
from ..notice_chain import due_of, is_called, known_to, next_of, steps_of
from ..prefill import from_duty
from ..selectors import (
    chain_for,
    course_of,
    replies_for,
    submissions_of,
    tasks_for,
    versions_for,
)
from ..services import submissions
from ..tables import SubmissionFilter, SubmissionTable

S = SubmissionStatus
NEEDS = {
    S.DRAFT: "起草人修改后送签。",
    S.SUBMITTED: "{group}的组长签发。",
    S.SIGNED: "报送{addressee}。",
    S.SENT: "{addressee}签收。",
    S.RETURNED: "修改后重新签发、报送，或者撤回。",
}


class SubmissionListPage(OfSeasonPage, ListPage):
    model = Submission
    table_class = SubmissionTable
    filterset_class = SubmissionFilter
    page_title = "请示报告"
    page_intro = "请示一文一事、须有本组意见和备选方案；报告不得夹带请示事项。"
    unit = "件"
    export_name = "请示报告"
    empty_title = "还没有您可以看到的请示报告"
    empty_text = "本组起草的、报给本组的请示和报告在这里。"

    def get_queryset(self) -> QuerySet:
        return submissions_of(self.request.user, self.season)

    def page_actions(self) -> list[PageAction]:
        may = rules.can_draft_in(self.request.user, self.season)
        new = [
            PageAction(f"起草{kind.label}", reverse("requests:draft", args=[kind]), may, "plus", style)
            for kind, style in ((DocumentKind.REQUEST, "primary"), (DocumentKind.REPORT, "secondary"))
        ]
        return [
            PageAction("督办", f"{reverse('followups:list')}?source=reply", icon="checklist"),
            PageAction("机关代字", reverse("requests:letter-codes"), icon="list-numbers"),
            *(new if may.ok else []),
        ]


class SubmissionDraftPage(OfSeasonPage, FormPage):
    command = submissions.draft
    form_class = DraftForm
    submit_label = "保存草稿"
    above = (("请示报告", "requests:list"),)

    def prepare(self) -> None:
        super().prepare()
        if self.kwargs["kind"] not in DocumentKind.values:
            raise Http404
        self.kind = DocumentKind(self.kwargs["kind"])

    def get_title(self) -> str:
        return f"起草{self.kind.label}"

    def may_open_in_season(self) -> Decision:
        return rules.can_draft_in(self.request.user, self.season)

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "kind": self.kind, "user": self.request.user, "season": self.season}

    def initial(self) -> dict[str, Any]:
        """Coming from a duty, the form knows what is owed; from an item its body cannot decide, what to ask for."""
        asked = {name: whole_number(self.request.GET.get(name, "")) for name in ("duty", "matter", "group")}
        known = {name: number for name, number in asked.items() if number is not None}
        return {**known, **self._about_duty(known.get("duty")), **self._about_item()}

    def _about_duty(self, number: int | None) -> dict[str, Any]:
        duties = ReportDuty.objects.visible_to(self.request.user).owed().filter(matter__kind=self.kind)
        duty = duties.filter(pk=number).select_related("matter").first() if number else None
        return from_duty(self.request.user, duty) if duty else {}

    def _about_item(self) -> dict[str, Any]:
        number = whole_number(self.request.GET.get("item", ""))
        items = AgendaItem.objects.visible_to(self.request.user).select_related(
            "matter", "meeting", "group__season", "institution", "subject_person"
        )
        item = items.filter(pk=number).first() if number is not None else None
        if item is None or item.meeting is None:
            return {}
        proposed = proposed_for(self.request.user, item, self.request.GET.getlist("propose"))
        return {
            "item": item.pk,
            **asking_words(item, proposed),
            "institution": item.institution.name if item.institution else "",
            "subject_person": item.subject_person,
        }

    def consequences(self) -> list[str]:
        return ["保存为草稿；送签后由本组组长签发、编号，再报送主送机构。"]

    def run(self, form: forms.Form) -> Submission:
        data = form.cleaned_data
        named = {name: data[name] for name in ("group", "matter", "addressee", "urgency", "duty", "item")}
        return submissions.draft(
            actor=self.request.user, reason=f"起草{self.kind.label}", text=form.text(), about=form.about(), **named
        )


class SubmissionPage(DetailPage):
    template_name = "requests/submission.html"
    model = Submission
    above = (("请示报告", "requests:list"),)

    def get_queryset(self) -> QuerySet:
        related = (
            "group__season", "addressee", "matter__clause__source", "drafted_by", "received_by", "subject_person",
            "institution", "duty", "continues", "item",
        )  # fmt: skip
        return super().get_queryset().select_related(*related)

    def prepare(self) -> None:
        super().prepare()
        self.versions = versions_for(self.request.user, self.object)
        self.replies = replies_for(self.request.user, self.object)

    def status(self) -> SubmissionStatus:
        return SubmissionStatus(self.object.status)

    def needs(self) -> str:
        row = self.object
        waiting = next((reply for reply in self.replies if reply.is_waiting), None)
        if row.status != S.RECEIVED and waiting is not None:
            return f"{waiting.said_name}确认代录的批复；确认前可以照办，不能作为依据。"
        if row.status == S.RECEIVED:
            if not row.is_request:
                return f"{waiting.said_name}确认代录的批示。" if waiting else ""
            reminded = "上一级" if row.addressee.parent_id else "监督人员"
            late = f"，已逾期，{reminded}已被提醒" if row.is_overdue else ""
            return f"{row.addressee}在{minute_text(row.answer_due_at)}前批复{late}。“已阅”不等于同意。"
        return NEEDS.get(S(row.status), "").format(group=row.group, addressee=row.addressee)

    def facts(self) -> list[tuple[str, Any]]:
        row = self.object
        found = [
            ("发文字号", row.number or "签发时编号"),
            ("发文", row.group),
            ("主送", row.addressee),
            ("事项", row.matter),
            ("紧急程度", row.get_urgency_display()),
            ("起草人", row.drafted_by.name),
            ("报送时间", minute_text(row.sent_at) if row.sent_at else "—"),
            ("签收", f"{row.received_by.name}，{minute_text(row.received_at)}" if row.received_by else "—"),
        ]
        if row.is_request and row.answer_due_at:
            found.append(("批复时限", minute_text(row.answer_due_at)))
        if row.item_id and AgendaItem.objects.visible_to(self.request.user).filter(pk=row.item_id).exists():
            found.append(("议题", row.item))
        if row.stage:
            found.append(("报告阶段", row.get_stage_display()))
        named = [str(value) for value in (row.subject_person, row.institution) if value]
        named += ["考生（只存加密摘要）"] if row.candidate_digest else []
        return [*found, ("涉及", "、".join(named))] if named else found

    def clauses(self) -> list[Any]:
        return [self.object.matter.clause] if self.object.matter.clause else [rules.ONE_MATTER]

    def actions(self) -> list[PageAction]:
        user, row = self.request.user, self.object
        own = [found for reply in self.replies if reply.said_by_id == user.pk for found in answering(user, reply)]
        acts = [
            PageAction(label, reverse(name, args=[row.pk]), decision, icon, style)
            for label, name, decision, icon, style in [*_acts(user, row), *self._files()]
        ]
        return [*own, *acts, *self._designation()]

    def _designation(self) -> list[PageAction]:
        """Back to the item this asks about, where whoever was designated is invited."""
        row = self.object
        item = AgendaItem.objects.visible_to(self.request.user).select_related("meeting", "group__season")
        item = item.filter(pk=row.item_id).first() if row.item_id else None
        if item is None or not can_read_substitutes(self.request.user, item).ok:
            return []
        return [PageAction("邀请被指定的人员", reverse("requests:substitutes", args=[item.pk]), icon="user-plus")]

    def _files(self) -> list[tuple[str, str, Decision, str, str]]:
        if not any(version.signed_at for version in self.versions):
            return []
        return [
            ("下载 Word 版", "requests:docx", allow(), "file-text", "secondary"),
            ("下载 PDF", "requests:pdf", pdf_available(), "file-text", "secondary"),
        ]

    def _may_order(self, reply: Reply) -> bool:
        user, code = self.request.user, assign_task.action_code
        return closed_to(user, code, [reply]).ok and can_assign(user, reply).ok

    def _calling(self) -> dict[str, Any]:
        """Who is to hear of a first report of an urgent matter; what is seen of it is what is seen of the report."""
        if not is_called(self.object):
            return {}
        steps = steps_of(self.object)
        following, known = next_of(steps), known_to(self.request.user, steps)
        shown = next((step for step in known if following is not None and step.person == following.person), None)
        return {
            "steps": known,
            "next_step": shown,
            "next_withheld": following is not None and shown is None,
            "call_due": due_of(self.object),
        }

    def context(self) -> dict[str, Any]:
        user, row = self.request.user, self.object
        newest, *older = self.versions
        return {
            **super().context(),
            "version": newest,
            "older": older,
            "is_broken": bool(newest.signed_at) and not is_intact(newest),
            "replies": self.replies,
            "may_task": [reply.pk for reply in self.replies if self._may_order(reply)],
            "may_detach": row.status == S.DRAFT and rules.can_change_draft(user, row).ok,
            "tasks": tasks_for(user, row),
            "chain": chain_for(user, row),
            **self._calling(),
            "entries": plain_entries(course_of(user, row)),
        }


def answering(user: Any, reply: Reply) -> list[PageAction]:
    """What whose word it is may do about a reply somebody else wrote down."""
    if not reply.is_waiting:
        return []
    may = rules.can_answer_reply(user, reply)
    return [
        PageAction("确认批复", reverse("requests:reply-confirm", args=[reply.pk]), may, "check", "primary"),
        PageAction("提出异议", reverse("requests:reply-dispute", args=[reply.pk]), may, "x", "danger"),
    ]


def _acts(user: Any, row: Submission) -> list[tuple[str, str, Decision, str, str]]:
    """Label, address, answer, icon, style of whatever can be done in this state."""
    status, acts = S(row.status), []
    if status == S.DRAFT:
        change = rules.can_change_draft(user, row)
        acts.append(("送签", "requests:submit", rules.can_submit(user, row), "signature", "primary"))
        acts.append(("修改文稿", "requests:change", change, "edit", "secondary"))
        acts.append(("添加附件", "requests:attach", change, "paperclip", "secondary"))
    if status == S.SUBMITTED:
        acts.append(("签发", "requests:sign", rules.can_sign(user, row), "signature", "primary"))
        acts.append(("退回修改", "requests:take-back", rules.can_take_back(user, row), "arrow-back-up", "secondary"))
    if status == S.SIGNED:
        acts.append(("报送", "requests:send", rules.can_send(user, row), "mail", "primary"))
    if status == S.SENT:
        acts.append(("签收", "requests:receive", rules.can_receive(user, row), "inbox", "primary"))
    if status == S.RECEIVED:
        verb = "批复" if row.is_request else "批示"
        acts.append((verb, "requests:reply", rules.can_reply(user, row), "rubber-stamp", "primary"))
    if is_called(row):
        may_answer = rules.can_acknowledge(user, row)
        if may_answer.ok:
            acts.append(("回执", "requests:acknowledge", may_answer, "check", "secondary"))
        acts.append(("登记通知", "requests:call", rules.can_call(user, row), "phone", "secondary"))
    if row.matter.is_chain and row.sent_at and status != S.WITHDRAWN:
        acts.append(("续报", "requests:continue", rules.can_continue(user, row), "plus", "secondary"))
    if status in (S.SIGNED, S.SENT, S.RECEIVED, S.RETURNED):
        acts.append(("改动内容", "requests:revise", rules.can_revise(user, row), "edit", "secondary"))
    if status not in (S.ANSWERED, S.WITHDRAWN):
        acts.append(("撤回", "requests:withdraw", rules.can_withdraw(user, row), "ban", "danger"))
    return acts


class SubmissionFile(RecordPage):
    """The newest signed text this reader may see, on paper; each copy is an entry of the ledger."""

    model = Submission
    suffix, content_type = "", ""
    make: Any = None

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("group__season", "addressee")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        row, user = self.object, request.user
        version = next((found for found in versions_for(user, row) if found.signed_at), None)
        if version is None:
            raise Http404
        try:
            content = type(self).make(row, version, replies_for(user, row), user, paper_mark(request, version))
        except Refused as refusal:
            return refused_page(request, refusal)
        record_read(actor=user, target=row, purpose=f"下载{self.suffix}：{row}", label="下载请示报告")
        response = HttpResponse(content, content_type=self.content_type)
        response["Content-Disposition"] = f'attachment; filename="document-{row.pk}.{self.suffix}"'
        return response


class SubmissionDocx(SubmissionFile):
    suffix = "docx"
    content_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    make = staticmethod(printing.docx_of)


class SubmissionPdf(SubmissionFile):
    suffix, content_type = "pdf", "application/pdf"
    make = staticmethod(printing.pdf_of)
