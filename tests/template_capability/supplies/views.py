"""Pages of supplies."""

from typing import Any

from django.urls import reverse

from admissions.core.actions import PageAction
from admissions.core.decision import Decision
from admissions.core.forms import ReasonForm
from admissions.core.navigation import frame_part
from admissions.core.views import ActPage, FormPage, ListPage

from . import rules, services
from .forms import HandOutForm
from .models import Supply
from .tables import SupplyTable

LIST = ("物品领用", "supplies:list")


class SupplyListPage(ListPage):
    model = Supply
    table_class = SupplyTable
    page_title = "物品领用"
    unit = "件"
    export_name = "物品领用"
    empty_title = "没有领用的物品"
    empty_text = "由行政秘书登记。"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("group", "taken_by")

    def page_actions(self) -> list[PageAction]:
        decision = rules.keeps_the_store(self.request.user, frame_part(self.request, "current_season"))
        return [PageAction("登记领用", reverse("supplies:out"), decision, "plus", "primary")] if decision.ok else []


class SupplyOutPage(FormPage):
    form_class = HandOutForm
    page_title = "登记领用"
    submit_label, success_text = "登记", "已登记领用。"
    above = (LIST,)

    def prepare(self) -> None:
        self.season = frame_part(self.request, "current_season")

    def may_open(self) -> Decision:
        return rules.keeps_the_store(self.request.user, self.season)

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "reader": self.request.user, "season": self.season}

    def run(self, form: HandOutForm) -> Supply:
        return services.hand_out(actor=self.request.user, reason="领用", **form.cleaned_data)


class SupplyBackPage(ActPage):
    model = Supply
    form_class = ReasonForm
    argument = "supply"
    verb, submit_label, success_text = "登记归还", "已归还", "已登记归还。"
    above = (LIST,)
    rule, command = rules.can_take_back, services.take_back
