"""Pages of batches and stages: the season's schedule with its chart, one batch, and the commands."""

from typing import Any

from django.db.models import Max
from django.urls import reverse

from admissions.core.actions import PageAction
from admissions.core.decision import Decision
from admissions.core.forms import ReasonForm
from admissions.core.views import CommandPage, DetailPage, FormPage, Page, page_of
from admissions.seasons.lifecycle.models import Season
from admissions.seasons.lifecycle.rules import can_change_plan
from admissions.seasons.lifecycle.selectors import current_season
from admissions.seasons.lifecycle.views import to_season

from . import rules, services
from .chart import draw
from .forms import BatchForm, StageForm
from .models import Batch, BatchStage
from .rules import days_text, period_text
from .selectors import batches_of


def schedule_url(season: Season) -> str:
    return reverse("seasons:schedule", args=[season.pk])


def to_schedule(season: Season) -> list[tuple[str, str]]:
    return [*to_season(season), ("批次日程", schedule_url(season))]


def stage_row(stage: BatchStage, *, with_year: bool = True) -> dict[str, Any]:
    return {"stage": stage, "period": period_text(stage, with_year=with_year)}


class SeasonPartPage(Page):
    """A page about one season of the address, or about the current one."""

    season: Season | None

    def prepare(self) -> None:
        if "pk" not in self.kwargs:
            self.season = current_season(self.request)
            return
        self.season = self.fetch(Season.objects.visible_to(self.request.user), self.kwargs["pk"])


class SchedulePage(SeasonPartPage):
    template_name = "seasons/schedule.html"
    page_title = "批次日程"

    def crumbs(self) -> list[tuple[str, str]]:
        return to_season(self.season) if self.season else []

    def context(self) -> dict[str, Any]:
        if self.season is None:
            return {**super().context(), "season": None}
        batches = list(batches_of(self.request.user, self.season))
        return {
            **super().context(),
            "season": self.season,
            "page_intro": f"{self.season.name}的批次、阶段和起止时间。",
            "drawing": draw(batches, page_of),
            "batches": [self._row(batch) for batch in batches],
            "page_actions": self._actions(),
        }

    def _row(self, batch: Batch) -> dict[str, Any]:
        stages = [stage_row(stage, with_year=False) for stage in batch.stages_in_order]
        return {"batch": batch, "url": batch.get_absolute_url(), "stages": stages}

    def _actions(self) -> list[PageAction]:
        decision = can_change_plan(self.request.user, self.season)
        url = reverse("seasons:batch-add", args=[self.season.pk])
        return [PageAction("登记批次", url, decision, "plus", "primary")] if decision else []


class BatchPage(DetailPage):
    model = Batch
    template_name = "seasons/batch.html"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("season")

    def way(self) -> list[tuple[str, str]]:
        return to_schedule(self.object.season)

    def facts(self) -> list[tuple[str, Any]]:
        batch = self.object
        return [
            ("录取季", batch.season),
            ("批次名称", batch.name),
            ("科类", batch.get_subject_display()),
            ("顺序", batch.order),
            ("起止日期", days_text(batch)),
        ]

    def actions(self) -> list[PageAction]:
        user, batch = self.request.user, self.object
        change = can_change_plan(user, batch.season)
        found = [
            ("登记阶段", "seasons:stage-add", change, "plus", "primary"),
            ("调整批次", "seasons:batch-change", change, "edit", "secondary"),
            ("删除批次", "seasons:batch-remove", rules.can_remove_batch(user, batch), "trash", "secondary"),
        ]
        return [PageAction(label, reverse(name, args=[batch.pk]), *rest) for label, name, *rest in found]

    def context(self) -> dict[str, Any]:
        stages = BatchStage.objects.filter(batch=self.object).order_by("period", "id")
        return {
            **super().context(),
            "stages": [stage_row(stage) for stage in stages],
            "may_change": can_change_plan(self.request.user, self.object.season).ok,
        }


class BatchAddPage(SeasonPartPage, FormPage):
    command = services.add_batch
    form_class = BatchForm
    page_title = "登记批次"
    submit_label = "登记批次"
    success_text = "批次已登记。"

    def about(self) -> list[Any]:
        return [self.season]

    def may_open(self) -> Decision:
        return can_change_plan(self.request.user, self.season)

    def crumbs(self) -> list[tuple[str, str]]:
        return to_schedule(self.season)

    def initial(self) -> dict[str, Any]:
        last = self.season.batches.aggregate(last=Max("order"))["last"] or 0
        return {"order": last + 1}

    def run(self, form: BatchForm) -> Batch:
        return services.add_batch(actor=self.request.user, season=self.season, **form.cleaned_data)


class OfBatch(CommandPage):
    """A command on one batch."""

    model = Batch

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("season")

    def may_open(self) -> Decision:
        return can_change_plan(self.request.user, self.object.season)

    def way(self) -> list[tuple[str, str]]:
        return to_schedule(self.object.season)


class BatchChangePage(OfBatch):
    command = services.change_batch
    form_class = BatchForm
    page_title = "调整批次"
    submit_label = "保存调整"
    success_text = "批次已调整。"

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.object, name) for name in ("name", "subject", "order", "starts_on", "ends_on")}

    def run(self, form: BatchForm) -> Batch:
        return services.change_batch(actor=self.request.user, batch=self.object, **form.cleaned_data)


class BatchRemovePage(OfBatch):
    command = services.remove_batch
    form_class = ReasonForm
    page_title = "删除批次"
    submit_label = "删除批次"
    submit_style = "danger"
    success_text = "批次已删除，经过仍保留在录取季的留痕中。"

    def may_open(self) -> Decision:
        return rules.can_remove_batch(self.request.user, self.object)

    def run(self, form: ReasonForm) -> None:
        services.remove_batch(actor=self.request.user, batch=self.object, **form.cleaned_data)

    def success_url(self, result: None) -> str:
        return schedule_url(self.object.season)


class StageAddPage(OfBatch):
    command = services.add_stage
    form_class = StageForm
    page_title = "登记阶段"
    submit_label = "登记阶段"
    success_text = "阶段已登记。"

    def run(self, form: StageForm) -> BatchStage:
        return services.add_stage(actor=self.request.user, batch=self.object, **form.cleaned_data)


class OfStage(CommandPage):
    """A command on one stage of a batch."""

    model = BatchStage

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("batch__season")

    def may_open(self) -> Decision:
        return can_change_plan(self.request.user, self.object.batch.season)

    def way(self) -> list[tuple[str, str]]:
        return to_schedule(self.object.batch.season)


class StageChangePage(OfStage):
    command = services.change_stage
    form_class = StageForm
    page_title = "调整阶段"
    submit_label = "保存调整"
    success_text = "阶段已调整。"

    def initial(self) -> dict[str, Any]:
        stage = self.object
        return {
            "kind": stage.kind,
            "label": stage.label,
            "starts_at": stage.period.lower,
            "ends_at": stage.period.upper,
        }

    def run(self, form: StageForm) -> BatchStage:
        return services.change_stage(actor=self.request.user, stage=self.object, **form.cleaned_data)


class StageRemovePage(OfStage):
    command = services.remove_stage
    form_class = ReasonForm
    page_title = "删除阶段"
    submit_label = "删除阶段"
    submit_style = "danger"
    success_text = "阶段已删除，经过仍保留在批次的留痕中。"

    def run(self, form: ReasonForm) -> None:
        services.remove_stage(actor=self.request.user, stage=self.object, **form.cleaned_data)
