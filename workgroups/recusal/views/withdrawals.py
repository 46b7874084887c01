"""撤回申请: asked by the person, ruled by two officers."""

from typing import Any

from django import forms
from django.urls import reverse

from admissions.core.actions import PageAction
from admissions.core.clock import minute_text
from admissions.core.decision import Decision
from admissions.core.views import DetailPage

from .. import rules
from ..filters import WithdrawalFilter
from ..forms import WithdrawalRulingForm
from ..models import WithdrawalRequest, WithdrawalRuling
from ..selectors import rulings_for
from ..services.ruling import cosign_withdrawal, return_withdrawal, rule_withdrawal
from ..tables import WithdrawalTable
from .base import WITHDRAWALS, TracedCommandPage
from .desk import DeskListPage, ReturnPage, SecondSignaturePage

RELATED = ("person", "relation__relative_kind", "relation__institution", "relation__staff", "relation__declaration")


class WithdrawalListPage(DeskListPage):
    model = WithdrawalRequest
    table_class = WithdrawalTable
    filterset_class = WithdrawalFilter
    url_name = "recusal:withdrawals"
    page_title = "撤回申请"
    page_intro = "申报事项在裁定前继续有效。"
    unit = "份"
    export_name = "回避事项撤回申请"
    empty_title = "没有您可以看到的撤回申请"

    def get_queryset(self) -> Any:
        return super().get_queryset().of_season(self.season).select_related(*RELATED)


class WithdrawalPage(DetailPage):
    model = WithdrawalRequest
    template_name = "recusal/withdrawal.html"
    above = (WITHDRAWALS,)
    has_history = False

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*RELATED)

    def prepare(self) -> None:
        super().prepare()
        self.pending = self.object.rulings.filter(state="pending").first()

    def get_title(self) -> str:
        return f"{self.object.person}的撤回申请"

    def needs(self) -> str:
        if self.object.answered_at:
            return ""
        return f"{self.pending.first_name}已裁定，由另一人复签。" if self.pending else "回避审查员裁定，另一人复签。"

    def facts(self) -> list[tuple[str, Any]]:
        asked = self.object
        return [
            ("申报事项", asked.relation),
            ("撤回理由", asked.reason),
            ("申请时间", minute_text(asked.asked_at)),
            ("答复时间", minute_text(asked.answered_at) if asked.answered_at else None),
        ]

    def actions(self) -> list[PageAction]:
        user, asked = self.request.user, self.object
        if asked.answered_at or user.pk == asked.person_id:
            return []
        if self.pending is None:
            url = reverse("recusal:withdrawal-rule", args=[asked.pk])
            return [PageAction("裁定", url, rules.can_rule_withdrawal(user, asked), "gavel", "primary")]
        url = reverse("recusal:withdrawal-cosign", args=[self.pending.pk])
        decision = rules.can_cosign(user, self.pending, asked.relation.declaration.season_id)
        return [PageAction("复签", url, decision, "signature", "primary")]

    def context(self) -> dict[str, Any]:
        return {**super().context(), "rulings": rulings_for(self.request.user, self.object)}


class WithdrawalRulePage(TracedCommandPage):
    command = rule_withdrawal
    model = WithdrawalRequest
    form_class = WithdrawalRulingForm
    page_title = "裁定撤回申请"
    submit_label = "签署裁定"
    success_text = "裁定已签署，等待复签。"
    above = (WITHDRAWALS,)

    def may_run(self) -> Decision:
        return rules.can_rule_withdrawal(self.request.user, self.object)

    def form_kwargs(self) -> dict[str, Any]:
        season_id = self.object.relation.declaration.season_id
        return {"request": self.request, "level": rules.ruling_level(self.object.person, season_id)}

    def consequences(self) -> list[str]:
        return ["同意撤回的，复签后该事项不再有效，由它形成的回避同时失效。"]

    def run(self, form: forms.Form) -> WithdrawalRuling:
        return rule_withdrawal(
            actor=self.request.user,
            reason=form.cleaned_data["reason"],
            request=self.object,
            verdict=form.cleaned_data["verdict"],
            superior_order=form.superior(),
        )


class OfWithdrawalRuling:
    model = WithdrawalRuling

    def season_id(self) -> int:
        return self.object.request.relation.declaration.season_id

    def return_url(self) -> str:
        return reverse("recusal:withdrawal-return", args=[self.object.pk])


class WithdrawalCosignPage(OfWithdrawalRuling, SecondSignaturePage):
    command = cosign_withdrawal
    title = "复签撤回裁定"

    def run(self, form: forms.Form) -> WithdrawalRuling:
        return cosign_withdrawal(actor=self.request.user, reason=form.cleaned_data["reason"], ruling=self.object)


class WithdrawalReturnPage(OfWithdrawalRuling, ReturnPage):
    command = staticmethod(return_withdrawal)

    def run(self, form: forms.Form) -> WithdrawalRuling:
        return return_withdrawal(actor=self.request.user, reason=form.cleaned_data["reason"], ruling=self.object)
