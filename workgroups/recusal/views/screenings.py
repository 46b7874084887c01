"""回避比对: start, watch, read the result; 未核查 as a list of its own."""

from typing import Any

import django_filters as filters
from django import forms
from django.urls import reverse

from admissions.accounts.lookup import person_named
from admissions.accounts.models import User
from admissions.accounts.selectors import is_confined_to_groups
from admissions.core.actions import PageAction
from admissions.core.clock import minute_text
from admissions.core.decision import Decision
from admissions.core.forms import ReasonForm, SearchFilter
from admissions.core.views import DetailPage, FormPage
from admissions.jobs.enums import JobState
from admissions.jobs.views import pace

from .. import rules
from ..enums import ScreeningState, UncheckedReason
from ..models import CandidateBatch, RecusalFact, Screening
from ..models.scoping import people_of_supervised_groups
from ..selectors import Coverage, coverage, declared_but_not_found, unchecked
from ..services.screening import resume_screening, start_screening
from ..tables import FactTable, ScreeningTable, UncheckedTable
from .base import SCREENINGS, OfSeason, TracedCommandPage
from .desk import DeskListPage

SHOWN_FACTS = 50
LEFT_OUT = ("organisation", "scope_kind", "created_at")


class ScreeningListPage(DeskListPage):
    model = Screening
    table_class = ScreeningTable
    url_name = "recusal:screenings"
    page_title = "回避比对"
    unit = "次"
    export_name = "回避比对记录"
    empty_title = "还没有比对过"
    empty_text = "先由两名回避审查员导入并确认考生摘要，再发起比对。"

    def get_queryset(self) -> Any:
        rows = super().get_queryset().of_season(self.season).select_related("batch", "started_by", "season", "job")
        return rows.order_by("-started_at", "-id")

    def page_actions(self) -> list[PageAction]:
        batch = CandidateBatch.objects.newest(self.season)
        may = rules.can_screen(self.request.user, self.season.pk, batch)
        imports = PageAction("导入考生摘要", reverse("evidence:import-upload", args=["candidates"]), icon="file-import")
        start = PageAction("发起比对", reverse("recusal:screening-start"), may, "refresh", "primary")
        return [start, imports] if rules.may_rule(self.request.user, self.season.pk).ok else []

    def context(self) -> dict[str, Any]:
        covered = coverage(self.season)
        return {**super().context(), "page_intro": coverage_sentence(covered)}


def coverage_sentence(covered: Coverage) -> str:
    """What has been compared with what, in one line."""
    if covered.batch is None:
        return "本录取季还没有确认的考生摘要；所有申报了亲属的人员均为“未核查”。"
    of = f"考生摘要：{covered.batch.row_count}人，{minute_text(covered.batch.confirmed_at)}确认。"
    if covered.screening is None:
        return of + "尚未比对。"
    last = f"上次比对覆盖{minute_text(covered.screening.covers_until)}前签署的申报。"
    return of + last + ("" if covered.is_current else "考生摘要已更新，请重新比对。")


class ScreeningStartPage(OfSeason, FormPage):
    form_class = ReasonForm
    page_title = "发起回避比对"
    submit_label = "开始比对"
    success_text = "比对已开始，可以关闭页面，稍后回来查看。"
    command = start_screening
    above = (SCREENINGS,)

    def may_open(self) -> Decision:
        batch = CandidateBatch.objects.newest(self.season)
        return rules.can_screen(self.request.user, self.season.pk, batch)

    def consequences(self) -> list[str]:
        left = unchecked(self.season)
        without = sum(entry.reason == UncheckedReason.NO_DECLARATION for entry in left)
        unnumbered = sum(entry.reason == UncheckedReason.NO_NUMBER for entry in left)
        return [
            coverage_sentence(coverage(self.season)),
            "比对在数据库内部按加密摘要进行，任何人都看不到考生名单；比中的登记为疑似并立即生效。",
            f"现有{without}人未申报、{unnumbered}名亲属未填证件号，本次无法核查，将继续列为“未核查”。",
        ]

    def run(self, form: forms.Form) -> Screening:
        return start_screening(actor=self.request.user, reason=form.cleaned_data["reason"], season=self.season)


class ScreeningPage(DetailPage):
    model = Screening
    template_name = "recusal/screening.html"
    above = (SCREENINGS,)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("season", "batch", "started_by", "job")

    def status(self) -> ScreeningState:
        return ScreeningState(self.object.state)

    def needs(self) -> str:
        if self.object.is_interrupted:
            return "后台任务已中断，点“继续比对”从断点接着办理。"
        return ""

    def facts(self) -> list[tuple[str, Any]]:
        run = self.object
        return [
            ("考生摘要", f"{run.batch.file_name}，{run.batch.row_count}人"),
            ("摘要文件校验值", run.batch.source_hash),
            ("覆盖申报", f"{minute_text(run.covers_until)}前签署的"),
            ("发起", f"{run.started_by}，{minute_text(run.started_at)}"),
            ("完成", minute_text(run.finished_at) if run.finished_at else None),
        ]

    def actions(self) -> list[PageAction]:
        if not self.object.is_interrupted:
            return []
        url = reverse("recusal:screening-resume", args=[self.object.pk])
        decision = rules.can_resume_screening(self.request.user, self.object)
        return [PageAction("继续比对", url, decision, "refresh", "primary")]

    def context(self) -> dict[str, Any]:
        run = self.object
        found = self.visible_facts().filter(passages__screening=run).annotate_pending().order_by("id")
        missing = self.visible_facts().filter(pk__in=declared_but_not_found(run).values("pk"))
        missing = missing.annotate_pending().order_by("id")
        done = run.state == ScreeningState.DONE
        return {
            **super().context(),
            **self.progress(),
            "found": FactTable(found[:SHOWN_FACTS], orderable=False, exclude=LEFT_OUT),
            "found_count": found.count(),
            "missing": FactTable(missing[:SHOWN_FACTS], orderable=False, exclude=LEFT_OUT) if done else None,
            "missing_count": missing.count() if done else 0,
            "unchecked_url": reverse("recusal:unchecked"),
        }

    def visible_facts(self) -> Any:
        return RecusalFact.objects.visible_to(self.request.user).select_related("person__organisation")

    def progress(self) -> dict[str, Any]:
        job = self.object.job
        if job is None or self.object.state == ScreeningState.DONE:
            return {"job": None}
        return {
            "job": job,
            "job_status": JobState(job.state),
            "is_running": job.is_open,
            "progress_url": reverse("recusal:screening-progress", args=[self.object.pk]),
            **pace(job),
        }


class ScreeningProgressFragment(ScreeningPage):
    """Asked for every two seconds; reloads the whole page when the run is over."""

    template_name = "ui/_job_progress.html"

    def context(self) -> dict[str, Any]:
        return {"object": self.object, **self.progress()}

    def show(self, *, status: int = 200, **extra: Any) -> Any:
        response = super().show(status=status, **extra)
        if self.object.state == ScreeningState.DONE or not self.object.job.is_open:
            response["HX-Refresh"] = "true"
        return response


class ScreeningResumePage(TracedCommandPage):
    command = staticmethod(resume_screening)
    model = Screening
    form_class = ReasonForm
    page_title = "继续回避比对"
    submit_label = "继续比对"
    success_text = "比对已继续。"

    def may_run(self) -> Decision:
        return rules.can_resume_screening(self.request.user, self.object)

    def consequences(self) -> list[str]:
        return ["从中断处接着办理；已登记的比中不会重复。"]

    def run(self, form: forms.Form) -> Screening:
        return resume_screening(actor=self.request.user, reason=form.cleaned_data["reason"], screening=self.object)


class UncheckedFilter(filters.FilterSet):
    """Filters the people; the reasons are found for those that remain."""

    q = SearchFilter(label="姓名、拼音、工号", method="naming")
    reason = filters.ChoiceFilter(
        label="原因", choices=UncheckedReason.choices, method="left_as_is", empty_label="全部"
    )

    class Meta:
        model = User
        fields: list[str] = []

    def naming(self, rows: Any, name: str, text: str) -> Any:
        return rows.filter(person_named(text))

    def left_as_is(self, rows: Any, name: str, value: str) -> Any:
        return rows


class UncheckedListPage(DeskListPage):
    """Everybody who cannot be called clean, with the reason."""

    model = User
    table_class = UncheckedTable
    filterset_class = UncheckedFilter
    url_name = "recusal:unchecked"
    page_title = "未核查"
    page_intro = "未核查不等于没有回避情形；补报或重新比对后自动从这里消失。"
    unit = "项"
    export_name = "回避未核查名单"
    empty_title = "没有未核查的人员"
    empty_text = "应申报的人员都已申报，申报的亲属都已与最新的考生摘要比对。"

    def get_queryset(self) -> Any:
        people = User.objects.visible_to(self.request.user).select_related("organisation")
        if is_confined_to_groups(self.request.user):
            people = people.filter(pk__in=people_of_supervised_groups(self.request.user))
        return people

    def make_table(self) -> UncheckedTable:
        return UncheckedTable(self.entries(), request=self.request)

    def entries(self) -> list[dict[str, Any]]:
        """Rows of the people who remain after the filters, one for each reason."""
        wanted = self.filterset.form.cleaned_data.get("reason") if self.filterset.is_valid() else ""
        left = [entry for entry in unchecked(self.season) if not wanted or entry.reason == wanted]
        people = {person.pk: person for person in self.rows.filter(pk__in={entry.person_id for entry in left})}
        return [
            {
                "person": people[entry.person_id].name,
                "organisation": people[entry.person_id].organisation,
                "reason": entry.reason,
                "relation": str(entry.relation) if entry.relation else "",
            }
            for entry in left
            if entry.person_id in people
        ]

    def count_text(self, shown: int, is_filtered: bool) -> str:
        return f"{'筛选后' if is_filtered else '共'} {shown} {self.unit}"
