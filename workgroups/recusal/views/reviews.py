"""事后复查: the acts done before a conflict was known, each looked at again."""

from typing import Any

from django import forms
from django.db.models import Count, Q
from django.urls import reverse

from admissions.core.actions import PageAction
from admissions.core.clock import minute_text
from admissions.core.decision import Decision
from admissions.core.views import DetailPage

from .. import rules
from ..enums import ActResult, DiscoveryState
from ..filters import DiscoveryFilter
from ..forms import ActReviewForm, DiscoveryForm, ReviewerForm
from ..models import ActReview, LateDiscovery, RecusalFact
from ..selectors import review_counts
from ..services.reviewing import open_discovery, reassign_review, review_act
from ..tables import DiscoveryTable
from .base import DESK, DISCOVERIES, TracedCommandPage
from .desk import DeskListPage


class DiscoveryListPage(DeskListPage):
    model = LateDiscovery
    table_class = DiscoveryTable
    filterset_class = DiscoveryFilter
    url_name = "recusal:discoveries"
    page_title = "事后复查"
    page_intro = "利害关系在办理之后才发现的，逐项复查当事人此前的行为：维持、重做或撤销。"
    unit = "件"
    export_name = "回避事后复查"
    empty_title = "没有您可以看到的事后复查"
    empty_text = "在某一回避事实的页面上启动。"

    def get_queryset(self) -> Any:
        rows = super().get_queryset().of_season(self.season).select_related("fact__person", "reviewer")
        results = {"waiting_count": "", "upheld_count": ActResult.UPHOLD}
        results |= {"redone_count": ActResult.REDO, "revoked_count": ActResult.REVOKE}
        counts = {name: Count("reviews", filter=Q(reviews__result=value)) for name, value in results.items()}
        return rows.annotate(**counts).order_by("-opened_at", "-id")


class DiscoveryOpenPage(TracedCommandPage):
    command = staticmethod(open_discovery)
    model = RecusalFact
    form_class = DiscoveryForm
    page_title = "启动事后复查"
    submit_label = "列出行为并启动复查"
    success_text = "已列出当事人在该范围内的全部行为，等待复查。"
    above = (DESK,)

    def may_run(self) -> Decision:
        return rules.can_order_review(self.request.user, self.object)

    def initial(self) -> dict[str, Any]:
        return {"since": self.object.relation_since}

    def consequences(self) -> list[str]:
        return [
            f"从留痕记录中列出{self.object.person}自追溯之日起、涉及“{self.object.scope_label}”的每一项行为。",
            "由没有利害关系的复查人逐项给出结果：维持、重做或撤销。",
        ]

    def run(self, form: forms.Form) -> LateDiscovery:
        data = form.cleaned_data
        return open_discovery(
            actor=self.request.user,
            reason=data["reason"],
            fact=self.object,
            since=data["since"],
            reviewer=data["reviewer"],
        )


class DiscoveryPage(DetailPage):
    model = LateDiscovery
    template_name = "recusal/discovery.html"
    above = (DISCOVERIES,)
    has_history = False

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("fact__person", "fact__season", "reviewer", "opened_by")

    def status(self) -> DiscoveryState:
        return DiscoveryState(self.object.state)

    def needs(self) -> str:
        waiting = self.object.reviews.filter(result="").count()
        return f"{self.object.reviewer}复查{waiting}项行为。" if waiting else ""

    def facts(self) -> list[tuple[str, Any]]:
        case = self.object
        return [
            ("回避人", case.fact.person),
            ("回避对象", case.fact.scope_label),
            ("追溯至", minute_text(case.since)),
            ("发现经过", case.grounds),
            ("复查人", case.reviewer),
            ("立案", f"{case.opened_by}，{minute_text(case.opened_at)}"),
            ("办结", minute_text(case.closed_at) if case.closed_at else None),
        ]

    def actions(self) -> list[PageAction]:
        user, case = self.request.user, self.object
        if case.state != DiscoveryState.OPEN or not rules.may_rule(user, case.fact.season_id).ok:
            return []
        url = reverse("recusal:discovery-reassign", args=[case.pk])
        return [PageAction("改派复查人", url, rules.not_own(user, case.fact.person), "user")]

    def context(self) -> dict[str, Any]:
        counts = review_counts([self.object])[self.object.pk]
        return {
            **super().context(),
            "reviews": self.object.reviews.select_related("reviewed_by"),
            "counts": [(label, counts[value]) for value, label in [("waiting", "待复查"), *ActResult.choices]],
            "may_review": rules.can_review_act(self.request.user, self.object),
        }


class ActReviewPage(TracedCommandPage):
    command = staticmethod(review_act)
    model = ActReview
    form_class = ActReviewForm
    page_title = "复查一项行为"
    submit_label = "提交复查结果"
    success_text = "复查结果已登记。"
    above = (DISCOVERIES,)

    def may_run(self) -> Decision:
        return rules.can_review_act(self.request.user, self.object.discovery)

    def consequences(self) -> list[str]:
        act = self.object
        return [f"{minute_text(act.act_at)}：{act.act_label}", "结果登记后不能更改；“重做”“撤销”由原办理部门执行。"]

    def run(self, form: forms.Form) -> ActReview:
        data = form.cleaned_data
        return review_act(actor=self.request.user, reason=data["reason"], review=self.object, result=data["result"])


class ReviewReassignPage(TracedCommandPage):
    command = staticmethod(reassign_review)
    model = LateDiscovery
    form_class = ReviewerForm
    page_title = "改派复查人"
    submit_label = "改派"
    success_text = "复查人已改派。"

    def may_run(self) -> Decision:
        return rules.can_order_review(self.request.user, self.object.fact)

    def run(self, form: forms.Form) -> LateDiscovery:
        data = form.cleaned_data
        return reassign_review(
            actor=self.request.user, reason=data["reason"], discovery=self.object, reviewer=data["reviewer"]
        )
