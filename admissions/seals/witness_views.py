"""Pages of witnesses and of what they send back by hand."""

from typing import Any

from django.db.models import Max
from django.urls import reverse

from admissions.core.actions import PageAction
from admissions.core.capability import Nothing
from admissions.core.clock import minute_text
from admissions.core.decision import Decision
from admissions.core.forms import ReasonForm
from admissions.core.views import ConfirmPage, DetailPage, FormPage, ListPage

from . import rules, services
from .enums import WITNESS_TRANSITIONS, WitnessStatus
from .forms import CosignatureForm, OfferWitnessForm
from .models import Cosignature, Witness
from .tables import WitnessTable
from .views import SEALS, TOOL_NAMES, SealViewer

WITNESSES = (*SEALS, ("见证人", "seals:witnesses"))


class CosignaturePage(FormPage):
    """The way back for a witness without network."""

    command = Nothing("the signature itself says who sent it; kept beside the seal")
    form_class = CosignatureForm
    page_title = "登记见证签名"
    submit_label = "登记"
    success_text = "已登记见证签名。"
    above = SEALS

    def may_open(self) -> Decision:
        return rules.can_offer_witness(self.request.user)

    def initial(self) -> dict[str, Any]:
        return {"size": self.request.GET.get("size", "")}

    def run(self, form: Any) -> Cosignature:
        return services.accept_cosignature(form.cleaned_data["size"], form.cleaned_data["line"].strip())

    def success_url(self, result: Cosignature) -> str:
        return reverse("seals:one", args=[result.seal_id])


class WitnessListPage(SealViewer, ListPage):
    model = Witness
    table_class = WitnessTable
    page_title = "见证人"
    page_intro = "见证程序和密钥由监督组在自己的电脑上保管。登记公钥后由审计管理员核对指纹，核对后的签名才算共签。"
    unit = "个"
    empty_title = "还没有见证人"
    empty_text = "下载见证程序，在监督组自己的电脑上运行 python3 witness.py new，再来登记公钥。"
    above = SEALS

    def get_queryset(self) -> Any:
        return super().get_queryset().annotate(last_signed_at=Max("cosignatures__signed_at")).order_by("pk")

    def page_actions(self) -> list[PageAction]:
        offer = rules.can_offer_witness(self.request.user)
        tools = [
            PageAction(f"下载{label}", reverse("seals:tool", args=[name]), icon="download")
            for name, label in TOOL_NAMES.items()
        ]
        return [PageAction("登记见证人", reverse("seals:witness-offer"), offer, "plus", "primary"), *tools]


class WitnessPage(SealViewer, DetailPage):
    model = Witness
    above = WITNESSES

    def status(self) -> Any:
        return WitnessStatus(self.object.status)

    def facts(self) -> list[tuple[str, Any]]:
        witness = self.object
        last = witness.cosignatures.order_by("-seal_id").select_related("seal").first()
        return [
            ("公钥", witness.public_key),
            ("指纹", witness.key.fingerprint),
            ("保管人", witness.holder_name),
            ("核对人", witness.confirmed_by.name if witness.confirmed_by else "还没有核对"),
            *([("接替", witness.replaces)] if witness.replaces else []),
            ("最近见证", f"{last.seal}，{minute_text(last.signed_at)}" if last else "还没有"),
        ]

    def actions(self) -> list[PageAction]:
        """What its state has behind it is not offered again."""
        user, witness = self.request.user, self.object
        confirm = PageAction(
            "核对并启用", reverse("seals:witness-confirm", args=[witness.pk]),
            rules.can_confirm_witness(user, witness), "check", "primary",
        )  # fmt: skip
        retire = PageAction(
            "停用", reverse("seals:witness-retire", args=[witness.pk]),
            rules.can_retire_witness(user, witness), "ban", "danger",
        )  # fmt: skip
        next_states = WITNESS_TRANSITIONS[WitnessStatus(witness.status)]
        offered = {WitnessStatus.ACTIVE: confirm, WitnessStatus.RETIRED: retire}
        return [action for state, action in offered.items() if state in next_states]


class OfferWitnessPage(FormPage):
    command = services.offer_witness
    form_class = OfferWitnessForm
    page_title = "登记见证人"
    submit_label = "登记公钥"
    success_text = "已登记，请把指纹告诉审计管理员核对。"
    above = WITNESSES

    def may_open(self) -> Decision:
        return rules.can_offer_witness(self.request.user)

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "mine": Witness.objects.filter(holder=self.request.user)}

    def run(self, form: Any) -> Witness:
        return services.offer_witness(actor=self.request.user, **form.cleaned_data)


class WitnessCommandPage(ConfirmPage):
    model = Witness
    form_class = ReasonForm
    above = (("见证人", "seals:witnesses"),)


class ConfirmWitnessPage(WitnessCommandPage):
    command = services.confirm_witness
    page_title = "核对见证人"
    submit_label = "指纹一致，启用"
    success_text = "已启用，从现在起它的签名算共签。"

    def may_open(self) -> Decision:
        return rules.can_confirm_witness(self.request.user, self.object)

    def consequences(self) -> list[str]:
        witness = self.object
        before = [f"被接替的“{witness.replaces}”同时停用。"] if witness.replaces else []
        return [
            f"请当面或用另外的渠道与保管人{witness.holder_name}逐位核对指纹：{witness.key.fingerprint}。",
            "启用后，印记有它的签名即为“已见证”。",
            *before,
        ]

    def run(self, form: Any) -> Witness:
        return services.confirm_witness(
            actor=self.request.user, reason=form.cleaned_data["reason"], witness=self.object
        )


class RetireWitnessPage(WitnessCommandPage):
    command = services.retire_witness
    page_title = "停用见证人"
    submit_label = "停用"
    submit_style = "danger"
    success_text = "已停用。"

    def may_open(self) -> Decision:
        return rules.can_retire_witness(self.request.user, self.object)

    def consequences(self) -> list[str]:
        return ["以后不再收它的签名，不能恢复；以前的签名仍然有效。", "换用新钥时，新见证人从最近一张印记单开始。"]

    def run(self, form: Any) -> Witness:
        return services.retire_witness(actor=self.request.user, reason=form.cleaned_data["reason"], witness=self.object)
