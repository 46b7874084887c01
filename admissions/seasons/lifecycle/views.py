"""Pages of the seasons: list, detail, new, comparison with last year, opening and closing."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from admissions.accounts.selectors import is_confined_to_groups
from admissions.core.actions import PageAction
from admissions.core.capability import Nothing
from admissions.core.clock import minute_text
from admissions.core.decision import Decision, allow, deny
from admissions.core.forms import ReasonForm
from admissions.core.given import way_back, whole_number
from admissions.core.views import CommandPage, DetailPage, FormPage, ListPage, Page, RecordPage
from admissions.house.questions import Unfinished
from admissions.house.views import LastActPage

from . import rules, services
from .differences import ChangeKind, Comparison, compare
from .enums import SeasonStatus
from .filters import SeasonFilter
from .forms import CorrectSeasonForm, NewSeasonForm, OpenSeasonForm
from .models import Season
from .selectors import SESSION_KEY, clone_sources, copied_parts, seasons_for_list, seasons_of
from .tables import SeasonTable

SEASONS = (("录取季", "seasons:list"),)


def to_season(season: Season) -> list[tuple[str, str]]:
    return [("录取季", reverse("seasons:list")), (season.name, season.get_absolute_url())]


class SeasonListPage(ListPage):
    model = Season
    table_class = SeasonTable
    filterset_class = SeasonFilter
    page_title = "录取季"
    page_intro = "每年一个录取季。新一年从模板或上年复制编排，核对差异后凭决议或文件开启。"
    unit = "个"
    export_name = "录取季清单"
    empty_title = "还没有录取季"
    empty_text = "由行政秘书从模板或空白建立。"

    def get_queryset(self) -> Any:
        return seasons_for_list(self.request.user)

    def page_actions(self) -> list[PageAction]:
        decision = rules.can_create_season(self.request.user)
        return [PageAction("新建录取季", reverse("seasons:create"), decision, "plus", "primary")] if decision else []


class SeasonPage(DetailPage):
    model = Season
    template_name = "seasons/season.html"
    above = SEASONS

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("cloned_from")

    def status(self) -> Any:
        return "模板" if self.object.is_template else SeasonStatus(self.object.status)

    def needs(self) -> str:
        season = self.object
        if season.is_template or season.status != SeasonStatus.DRAFT:
            return ""
        missing = [] if season.batches.exists() else ["登记批次"]
        undated = season.batches.filter(starts_on__isnull=True).count()
        missing += [f"{undated} 个批次补齐起止日期"] if undated else []
        return "、".join([*missing, "核对与上年的差异，凭决议或文件开启"]) + "。"

    def facts(self) -> list[tuple[str, Any]]:
        season = self.object
        return [
            ("年份", f"{season.year}年"),
            ("类别", "模板" if season.is_template else "录取季"),
            ("复制自", season.cloned_from),
            ("开启依据", season.basis),
            ("开启时间", minute_text(season.opened_at) if season.opened_at else ""),
            ("结束时间", minute_text(season.closed_at) if season.closed_at else ""),
        ]

    def actions(self) -> list[PageAction]:
        user, season = self.request.user, self.object
        found = [("编排批次", "seasons:schedule", allow(), "calendar-event", "secondary")]
        if not season.is_template:
            found.append(("与上年比较", "seasons:difference", allow(), "arrows-exchange", "secondary"))
        if rules.can_create_season(user):
            found.append(("以此新建录取季", "seasons:create", allow(), "copy", "secondary"))
        if season.status == SeasonStatus.DRAFT:
            found.append(
                ("更正年份和名称", "seasons:correct", rules.can_correct_season(user, season), "edit", "secondary")
            )
        if season.status == SeasonStatus.DRAFT and not season.is_template:
            found.insert(
                0, ("核对差异并开启", "seasons:difference", rules.can_prepare_opening(user, season), "flag", "primary")
            )
        if season.status == SeasonStatus.OPEN:
            found.append(("结束录取季", "seasons:close", rules.can_prepare_closing(user, season), "lock", "danger"))
        return [PageAction(label, self._url(name), *rest) for label, name, *rest in found]

    def _url(self, name: str) -> str:
        if name == "seasons:create":
            return f"{reverse('seasons:create')}?{urlencode({'source': self.object.pk})}"
        return reverse(name, args=[self.object.pk])

    def context(self) -> dict[str, Any]:
        return {**super().context(), "copied": copied_parts(self.object), "batches": self.object.batches.all()}


class SeasonCreatePage(FormPage):
    command = Nothing("the form says whether a season is made anew or copied from another")
    form_class = NewSeasonForm
    page_title = "新建录取季"
    submit_label = "建立"
    success_text = "录取季已建立，现为筹备状态。"
    above = SEASONS

    def may_open(self) -> Decision:
        return rules.can_create_season(self.request.user)

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "sources": clone_sources(self.request.user)}

    def initial(self) -> dict[str, Any]:
        source = whole_number(self.request.GET.get("source", ""))
        if source is not None:
            return {"source": source}
        template = clone_sources(self.request.user).filter(is_template=True).first()
        return {"source": template.pk if template else None}

    def consequences(self) -> list[str]:
        return [
            "新录取季处于筹备状态，可继续调整编排。",
            "批次日期按年份顺移，须逐一核对。",
            "签名、回避和任命不会带入。",
        ]

    def run(self, form: NewSeasonForm) -> Season:
        data = dict(form.cleaned_data)
        source = data.pop("source")
        if source is None:
            return services.create_season(actor=self.request.user, reason="新建", **data)
        return services.clone_season(actor=self.request.user, reason=f"自“{source.name}”复制", source=source, **data)


class OfSeason(CommandPage):
    """A command on one season; opens when its rule says yes."""

    model = Season
    rule: Any = None
    above = SEASONS

    def may_open(self) -> Decision:
        return type(self).rule(self.request.user, self.object)


class SeasonCorrectPage(OfSeason):
    form_class = CorrectSeasonForm
    rule = rules.can_correct_season
    command = services.correct_season
    page_title = "更正年份和名称"
    submit_label = "更正"
    success_text = "已更正。"

    def initial(self) -> dict[str, Any]:
        return {"year": self.object.year, "name": self.object.name}

    def run(self, form: CorrectSeasonForm) -> Season:
        return services.correct_season(actor=self.request.user, season=self.object, **form.cleaned_data)


class DifferencePage(RecordPage):
    """What changed against last year; opening starts from here."""

    model = Season
    template_name = "seasons/difference.html"
    above = SEASONS

    def may_open(self) -> Decision:
        if is_confined_to_groups(self.request.user):
            return deny("比较涉及全部工作组和岗位，超出您的监督范围。", who_can="需要时请联系行政秘书。")
        return super().may_open()

    def get_title(self) -> str:
        return f"{self.object.name}：与上年比较"

    def context(self) -> dict[str, Any]:
        comparison = compare(self.object)
        return {
            **super().context(),
            "page_intro": self._intro(comparison),
            "comparison": comparison,
            "counts": [(change, comparison.counts[change]) for change in ChangeKind],
            "page_actions": self._actions(comparison),
        }

    def _intro(self, comparison: Comparison) -> str:
        if comparison.base is None:
            return "没有可比较的上年录取季，全部编排都列为新增。"
        return f"与“{comparison.base.name}”逐项比较。"

    def _actions(self, comparison: Comparison) -> list[PageAction]:
        if self.object.status != SeasonStatus.DRAFT or self.object.is_template:
            return []
        url = f"{reverse('seasons:open', args=[self.object.pk])}?{urlencode({'seen': comparison.digest})}"
        return [
            PageAction("开启录取季", url, rules.can_prepare_opening(self.request.user, self.object), "flag", "primary")
        ]


class SeasonOpenPage(LastActPage, OfSeason):
    command = services.open_season
    form_class = OpenSeasonForm
    page_title = "开启录取季"
    submit_label = "开启录取季"
    submit_style = "primary"
    success_text = "录取季已开启。"

    def may_open(self) -> Decision:
        opens = rules.can_prepare_opening(self.request.user, self.object)
        if not opens.ok or self.request.method == "POST":
            return opens
        seen = self.request.GET.get("seen", "")
        return rules.difference_was_seen(self.object, seen, compare(self.object).digest)

    def cancel_url(self) -> str:
        return reverse("seasons:difference", args=[self.object.pk])

    def left(self) -> list[Unfinished]:
        return rules.missing_in(self.object, self.request.user)

    def initial(self) -> dict[str, Any]:
        return {"seen": self.request.GET.get("seen", "")}

    def consequences(self) -> list[str]:
        return [
            "录取季由“筹备”转为“进行”，不能再退回筹备，也不能再改年份和名称。",
            "还在其他进行中的录取季工作的人员不受影响，仍在原录取季；其余没有另选的人员，原录取季结束后进入本录取季。",
            "开启依据写入留痕，不能修改。",
        ]

    def run(self, form: OpenSeasonForm) -> Season:
        basis = form.cleaned_data["basis"]
        return services.open_season(
            actor=self.request.user, reason=f"依据{basis}开启", season=self.object, **form.cleaned_data
        )


class SeasonClosePage(LastActPage, OfSeason):
    """One page lists everything that is still open; the form comes when nothing holds."""

    command = services.close_season
    form_class = ReasonForm
    rule = rules.can_prepare_closing
    page_title = "结束录取季"
    submit_label = "结束录取季"
    success_text = "录取季已结束，今后只能查阅。"

    def left(self) -> list[Unfinished]:
        return rules.left_in(self.object, self.request.user)

    def consequences(self) -> list[str]:
        return [
            "录取季由“进行”转为“结束”，不能再次开启。",
            "各项业务今后只能查阅，不能办理；待办中不再有本录取季的事项。",
            "全部留痕继续保留。",
        ]

    def run(self, form: ReasonForm) -> Season:
        return services.close_season(actor=self.request.user, season=self.object, **form.cleaned_data)


class SeasonSwitchPage(Page):
    """Choose the season one works in; kept in the session, changes nothing else."""

    command = Nothing("kept in the session: no record changes")
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wanted = request.POST.get("season", "")
        season = next((season for season in seasons_of(request) if str(season.pk) == wanted), None)
        if season is None:
            messages.warning(request, "没有这个录取季，未作切换。")
        else:
            request.session[SESSION_KEY] = season.pk
            messages.success(request, f"已切换到“{season.name}”。")
        return redirect(way_back(request))
