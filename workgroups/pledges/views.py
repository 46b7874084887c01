"""Pages of pledges: overview, templates, signing, declining, paper, verification."""

from collections import Counter
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from admissions.audit.trail import record_read
from admissions.core.actions import PageAction
from admissions.core.clock import minute_text
from admissions.core.decision import Decision
from admissions.core.forms import ReasonForm
from admissions.core.paper import pdf_available
from admissions.core.views import ActPage, ConfirmPage, DetailPage, FormPage, ListPage, Page, RecordPage
from admissions.rulebook.selectors import version_diff
from admissions.seals.papers import latest_entry
from admissions.seals.selectors import statement_about
from admissions.seasons.pages import OfSeasonPage
from workgroups.appointments.models import Appointment

from . import rules, services
from .document import clause_changes, content_hash
from .enums import PledgeAnswer, PledgeStanding, VersionStatus
from .forms import DeclineForm, DraftForm, SignPledgeForm, TemplateForm, VerifyForm
from .models import Pledge, PledgeTemplate, PledgeVersion
from .printing import docx_of, pdf_of
from .selectors import PledgeBook
from .tables import PledgeFilter, PledgeTable

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


PLEDGES, TEMPLATES = ("承诺书", "pledges:list"), ("承诺书模板", "pledges:templates")


class PledgeListPage(OfSeasonPage, ListPage):
    model = Pledge
    table_class = PledgeTable
    filterset_class = PledgeFilter
    page_title = "承诺书"
    page_intro = "层层签订：组长先签，组员的承诺书随后开放。条款修订后须补签变化的部分。"
    unit = "份"
    export_name = "承诺书签订情况"
    empty_title = "没有您可以看到的承诺书"
    empty_text = "承诺书发布后，组长会先在待办里看到。"

    def get_queryset(self) -> Any:
        rows = Pledge.objects.visible_to(self.request.user).filter(version__template__season=self.season)
        return rows.select_related("version__template").defer("text", "clauses")

    def page_actions(self) -> list[PageAction]:
        may = rules.can_manage_pledges(self.request.user, self.season)
        return [
            PageAction("签订进度", reverse("pledges:progress"), icon="chart-bar"),
            PageAction("纸质扫描件", reverse("pledges:scans"), icon="file-certificate"),
            PageAction("模板", reverse("pledges:templates"), icon="file-text"),
            *([PageAction("新建模板", reverse("pledges:template-create"), may, "plus", "primary")] if may.ok else []),
        ]


class ProgressPage(OfSeasonPage):
    """Completion by group: the leader sees the own subtree, the secretariat everything."""

    template_name = "pledges/progress.html"
    above = (PLEDGES,)
    page_title = "签订进度"
    TONES = {
        PledgeStanding.SIGNED: "tone:success",
        PledgeStanding.GRACE: "tone:info",
        PledgeStanding.WAITING: "tone:warning",
        PledgeStanding.NOT_OPEN: "tone:muted",
        PledgeStanding.STALE: "tone:danger",
        PledgeStanding.DECLINED: "tone:danger",
    }

    def context(self) -> dict[str, Any]:
        rows = Appointment.objects.visible_to(self.request.user).of_season(self.season).seated()
        rows = rows.select_related("person", "post__group__season").order_by("post__group__order", "post__order", "id")
        book = PledgeBook(self.season.pk)
        duties = [duty for row in rows for duty in book.duties(row)]
        counts: dict[str, Counter[str]] = {}
        for duty in duties:
            counts.setdefault(duty.appointment.post.group.name, Counter())[duty.standing] += 1
        waiting = [duty for duty in duties if duty.standing != PledgeStanding.SIGNED]
        may_scan = rules.can_manage_pledges(self.request.user, self.season).ok
        chart = self._chart(counts)
        return {**super().context(), "duties": waiting, "total": len(duties), "may_scan": may_scan, **chart}

    def _chart(self, counts: dict[str, Counter[str]]) -> dict[str, Any]:
        series = [
            {
                "name": standing.label,
                "type": "bar",
                "stack": "s",
                "itemStyle": {"color": tone},
                "data": [group[standing] for group in counts.values()],
            }
            for standing, tone in self.TONES.items()
        ]
        return {
            "chart_option": {
                "tooltip": {},
                "legend": {},
                "grid": {"containLabel": True, "left": 8, "right": 16, "bottom": 8},
                "xAxis": {"type": "value", "minInterval": 1},
                "yAxis": {"type": "category", "data": list(counts), "inverse": True},
                "series": series,
            },
            "chart_headers": ["工作组", *(standing.label for standing in self.TONES)],
            "chart_rows": [[name, *(group[standing] for standing in self.TONES)] for name, group in counts.items()],
        }


class TemplateListPage(OfSeasonPage):
    template_name = "pledges/templates.html"
    above = (PLEDGES,)
    page_title = "承诺书模板"

    def context(self) -> dict[str, Any]:
        may = rules.can_manage_pledges(self.request.user, self.season)
        templates = PledgeTemplate.objects.visible_to(self.request.user).of_season(self.season)
        versions: dict[int, list[PledgeVersion]] = {}
        for version in PledgeVersion.objects.visible_to(self.request.user).filter(template__in=templates):
            versions.setdefault(version.template_id, []).append(version)
        create = PageAction("新建模板", reverse("pledges:template-create"), may, "plus", "primary")
        return {
            **super().context(),
            "rows": [(template, versions.get(template.pk, [])) for template in templates],
            "may_manage": may.ok,
            "page_actions": [create] if may.ok else [],
        }


class TemplateCreatePage(OfSeasonPage, FormPage):
    form_class = TemplateForm
    page_title = "新建承诺书模板"
    above = (PLEDGES, TEMPLATES)
    submit_label = "保存拟稿"
    success_text = "拟稿已保存，发布后才会开放签订。"
    command = services.create_template

    def may_open_in_season(self) -> Decision:
        return rules.can_manage_pledges(self.request.user, self.season)

    def run(self, form: forms.Form) -> PledgeTemplate:
        return services.create_template(actor=self.request.user, season=self.season, **form.cleaned_data)

    def success_url(self, result: PledgeTemplate) -> str:
        return reverse("pledges:version", args=[result.versions.get().pk])


def may_draft(user: Any, template: PledgeTemplate) -> Decision:
    return rules.can_manage_pledges(user, template.season)


class DraftPage(ActPage):
    model = PledgeTemplate
    above = (PLEDGES, TEMPLATES)
    form_class = DraftForm
    argument, verb, submit_label = "template", "拟新版", "保存拟稿"
    rule, command = may_draft, services.draft_version

    def initial(self) -> dict[str, Any]:
        last = self.object.versions.first()
        clauses = [row.clause_id for row in last.clauses.all()]
        return {"opening": last.opening, "closing": last.closing, "grace_days": last.grace_days, "clauses": clauses}

    def home_of(self, record: Any) -> str:
        if isinstance(record, PledgeVersion):
            return reverse("pledges:version", args=[record.pk])
        return reverse("pledges:templates")


class VersionPage(DetailPage):
    template_name = "pledges/version.html"
    model = PledgeVersion
    above = (PLEDGES, TEMPLATES)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("template__season")

    def status(self) -> VersionStatus:
        return VersionStatus(self.object.status)

    def facts(self) -> list[tuple[str, Any]]:
        version = self.object
        published = minute_text(version.published_at) if version.published_at else "未发布"
        ranks = "、".join(
            label
            for value, label in PledgeTemplate._meta.get_field("ranks").base_field.choices
            if value in version.template.ranks
        )
        return [
            ("种类", version.template.get_kind_display()),
            ("由谁签", ranks),
            ("补签宽限", f"{version.grace_days}天"),
            ("发布时间", published),
        ]

    def actions(self) -> list[PageAction]:
        may = rules.can_publish_version(self.request.user, self.object)
        if self.object.status != VersionStatus.DRAFT:
            return []
        return [PageAction("发布", reverse("pledges:version-publish", args=[self.object.pk]), may, "check", "primary")]

    def context(self) -> dict[str, Any]:
        return {**super().context(), "quoted": self.object.clauses.select_related("clause__source")}


class PublishPage(ConfirmPage, ActPage):
    model = PledgeVersion
    form_class = ReasonForm
    argument, verb, submit_label = "version", "发布承诺书", "发布并开放签订"
    rule, command = rules.can_publish_version, services.publish_version

    def consequences(self) -> list[str]:
        return ["发布后文本不能再改，只能另拟新版。", "组长的待办里立即出现签订事项；签过旧版的人在宽限期内补签。"]


class OfDutyPage(FormPage, RecordPage):
    """What somebody owes to sign by an appointment: the document as it would be signed, after a change first what changed."""

    model = Appointment

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("person", "post__group__season")

    def prepare(self) -> None:
        super().prepare()
        self.book = PledgeBook(self.object.post.group.season_id)
        duties = self.book.duties(self.object)
        self.duty = next((duty for duty in duties if duty.version.template_id == self.kwargs["template"]), None)
        if self.duty is None:
            raise Http404
        self.text, self.clauses = services.document_of(self.duty, self.book)

    def may_open(self) -> Decision:
        return rules.can_answer(self.request.user, self.duty)

    def printed(self) -> Any:
        return [self.text, self.object.person.name, self.object.post.name]

    def cancel_url(self) -> str:
        return reverse("home")

    def device(self) -> str:
        return self.request.headers.get("User-Agent", "")

    def context(self) -> dict[str, Any]:
        latest = self.duty.latest
        changes = (
            clause_changes(latest.clauses, self.book.clauses_of(self.duty.version))
            if latest and latest.is_signed
            else []
        )
        return {
            **super().context(),
            "lines": self.text.split("\n"),
            "duty": self.duty,
            "changes": [(change, version_diff(change.before, change.after)) for change in changes],
            "decline_url": reverse("pledges:decline", args=[self.object.pk, self.duty.version.template_id]),
        }


class SigningPage(OfDutyPage):
    command = services.sign_pledge
    template_name = "pledges/sign.html"
    form_class = SignPledgeForm
    submit_label = "签订"
    success_text = "已签订。"

    def get_title(self) -> str:
        return f"签订《{self.duty.version.template.name}》"

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "request": self.request}

    def initial(self) -> dict[str, Any]:
        return {"seen_hash": content_hash(self.text, self.clauses)}

    def run(self, form: forms.Form) -> Pledge:
        return services.sign_pledge(
            actor=self.request.user,
            reason="本人签订",
            appointment=self.object,
            template=self.duty.version.template,
            seen_hash=form.cleaned_data["seen_hash"],
            device=self.device(),
        )


class DeclinePage(OfDutyPage):
    command = services.decline_pledge
    template_name = "ui/confirm_page.html"
    form_class = DeclineForm
    submit_label, submit_style = "拒签", "danger"
    success_text = "已记录拒签。"

    def get_title(self) -> str:
        return f"拒签《{self.duty.version.template.name}》"

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "request": self.request}

    def consequences(self) -> list[str]:
        return ["拒签和理由将留痕，组长和监督员可以看到。", "拒签期间不能上岗；以后仍可改为签订。"]

    def run(self, form: forms.Form) -> Pledge:
        return services.decline_pledge(
            actor=self.request.user,
            reason=form.cleaned_data["reason"],
            appointment=self.object,
            template=self.duty.version.template,
            device=self.device(),
        )


class PledgePage(DetailPage):
    template_name = "pledges/pledge.html"
    model = Pledge
    above = (PLEDGES,)

    def get_queryset(self) -> Any:
        return (
            super()
            .get_queryset()
            .select_related("version__template", "appointment__post__group__season", "appointment__person")
        )

    def status(self) -> PledgeAnswer:
        return PledgeAnswer(self.object.answer)

    def facts(self) -> list[tuple[str, Any]]:
        row = self.object
        leader = f"{row.leader_pledge.person_name}（{row.leader_pledge.code}）" if row.leader_pledge else "—"
        return [
            ("签订人", row.person_name),
            ("签订时岗位", row.post_name),
            ("时间", minute_text(row.answered_at)),
            ("签名方式", row.get_method_display()),
            ("上级承诺书", leader),
            ("核验编号", row.code),
            ("内容校验值", row.content_hash),
            *([("拒签理由", row.decline_reason)] if row.decline_reason else []),
        ]

    def actions(self) -> list[PageAction]:
        pk = self.object.pk
        disown = rules.can_disown(self.request.user, self.object)
        own = [PageAction("提出异议", reverse("pledges:disown", args=[pk]), disown, "hand-stop", "danger")]
        return [
            *(own if disown.ok else []),
            PageAction("下载 PDF", reverse("pledges:pdf", args=[pk]), pdf_available(), "download", "primary"),
            PageAction("下载 Word", reverse("pledges:docx", args=[pk]), icon="download"),
        ]


class PledgeFile(RecordPage):
    """A download is a read event."""

    model = Pledge
    suffix, content_type = "", ""

    def make(self, verify_url: str) -> bytes:
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        content = self.make(request.build_absolute_uri(reverse("pledge-verify") + f"?code={self.object.code}"))
        record_read(actor=request.user, target=self.object, purpose=f"下载承诺书（{self.suffix}）", label="下载承诺书")
        response = HttpResponse(content, content_type=self.content_type)
        response["Content-Disposition"] = f"attachment; filename=pledge-{self.object.code}.{self.suffix}"
        return response


class PledgePdf(PledgeFile):
    suffix, content_type = "pdf", "application/pdf"

    def make(self, verify_url: str) -> bytes:
        return pdf_of(self.object, verify_url)


class PledgeDocx(PledgeFile):
    suffix, content_type = "docx", DOCX

    def make(self, verify_url: str) -> bytes:
        return docx_of(self.object, verify_url)


class VerifyPage(Page):
    """For somebody who holds the paper: recorded when, with which hash; nothing else, no name."""

    template_name = "pledges/verify.html"
    page_title = "核验承诺书"
    is_public = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return (
            self.get(request, *args, **kwargs)
            if request.method in ("GET", "HEAD")
            else self.http_method_not_allowed(request)
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = VerifyForm(request.GET if "code" in request.GET else None)
        found = None
        if form.is_bound and form.is_valid():
            found = Pledge.objects.filter(code=form.cleaned_data["code"]).first()
        statement = statement_about(latest_entry(found)) if found else None
        return self.show(form=form, found=found, asked=form.is_bound, statement=statement)
