"""申请他人回避: raised by anybody, answered in writing."""

from typing import Any

from django import forms
from django.urls import reverse

from admissions.audit.models import Event
from admissions.audit.tables import with_proof
from admissions.core.actions import PageAction
from admissions.core.clock import minute_text
from admissions.core.decision import Decision
from admissions.core.views import DetailPage, FormPage, ListPage

from .. import rules
from ..clock import NOT_SET
from ..enums import ChallengeState
from ..filters import ChallengeFilter
from ..forms import ChallengeForm, ChallengeRulingForm
from ..models import Challenge, ChallengeRuling
from ..selectors import acts_touching, rulings_for
from ..services.challenging import cosign_challenge, raise_challenge, return_challenge, rule_challenge
from ..tables import ChallengeTable
from .base import CHALLENGES, OfSeason, TracedCommandPage
from .desk import ReturnPage, SecondSignaturePage

SHOWN_ACTS = 100


class ChallengeListPage(OfSeason, ListPage):
    model = Challenge
    table_class = ChallengeTable
    filterset_class = ChallengeFilter
    page_title = "申请他人回避"
    page_intro = "知道某人有应回避而未回避的情形，可以在这里提出；决定作出后，提出人可以看到结果。"
    unit = "份"
    export_name = "回避申请"
    empty_title = "没有回避申请"
    empty_text = "这里只列出您提出的申请；回避审查员还可看到待决定的申请。"

    def get_queryset(self) -> Any:
        rows = super().get_queryset().of_season(self.season)
        return rows.select_related("subject_person", "raised_by").order_by("-raised_at", "-id")

    def page_actions(self) -> list[PageAction]:
        raise_ = PageAction("提出申请", reverse("recusal:challenge-raise"), icon="plus", style="primary")
        settings = PageAction("设定决定时限", reverse("recusal:settings"), icon="clock")
        return [raise_, settings] if rules.may_rule(self.request.user, self.season.pk).ok else [raise_]


class ChallengeRaisePage(OfSeason, FormPage):
    command = raise_challenge
    form_class = ChallengeForm
    page_title = "申请他人回避"
    submit_label = "提出申请"
    success_text = "申请已提出。决定作出后，您可以在这里看到结果。"
    above = (CHALLENGES,)

    def run(self, form: forms.Form) -> Challenge:
        data = form.cleaned_data
        return raise_challenge(
            actor=self.request.user,
            reason=data["reason"],
            season=self.season,
            subject_person=data["person"],
            scope=data["scope"],
            raised_for=data["raised_for"],
        )


class ChallengePage(DetailPage):
    model = Challenge
    template_name = "recusal/challenge.html"
    above = (CHALLENGES,)
    has_history = False

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("subject_person", "raised_by", "season", "fact")

    def prepare(self) -> None:
        super().prepare()
        self.pending = self.object.rulings.filter(state="pending").first()
        self.reads_desk = rules.can_read_desk(self.request.user, self.object.season_id).ok

    def status(self) -> ChallengeState:
        return ChallengeState(self.object.state)

    def needs(self) -> str:
        if self.object.state != ChallengeState.OPEN:
            return ""
        return "另一人复签后作出决定。" if self.pending else "回避审查员作出书面决定，另一人复签。"

    def facts(self) -> list[tuple[str, Any]]:
        asked = self.object
        raised_for = f"（代{asked.raised_for}）" if asked.raised_for else ""
        found = [
            ("被申请回避人", asked.subject_person),
            ("回避对象", f"{asked.get_scope_kind_display()}：{asked.scope_label}"),
            ("提出人", f"{asked.raised_by}{raised_for}，{minute_text(asked.raised_at)}"),
            ("理由", asked.grounds),
            ("应决定日期", asked.due_on or "".join(asked.due_trace) or NOT_SET),
        ]
        if asked.decided_at:
            found.append(("决定", f"{asked.get_state_display()}，{minute_text(asked.decided_at)}"))
            found.append(("决定理由", asked.decision))
        return found

    def actions(self) -> list[PageAction]:
        user, asked = self.request.user, self.object
        if asked.state != ChallengeState.OPEN or user.pk == asked.raised_by_id:
            return []
        if self.pending is None:
            url = reverse("recusal:challenge-rule", args=[asked.pk])
            return [PageAction("作出决定", url, rules.can_rule_challenge(user, asked), "gavel", "primary")]
        url = reverse("recusal:challenge-cosign", args=[self.pending.pk])
        decision = rules.can_cosign(user, self.pending, asked.season_id)
        return [PageAction("复签", url, decision, "signature", "primary")]

    def context(self) -> dict[str, Any]:
        asked = self.object
        listed = self.reads_desk and asked.state == ChallengeState.OPEN
        acts = acts_touching(asked.subject_person, asked.subject, asked.raised_at) if listed else Event.objects.none()
        return {
            **super().context(),
            "rulings": rulings_for(self.request.user, asked) if self.reads_desk else [],
            "acts": with_proof(acts[:SHOWN_ACTS]),
            "acts_count": acts.count(),
            "reads_desk": self.reads_desk,
            "due_trace": asked.due_trace if asked.due_on else [],
        }


class ChallengeRulePage(TracedCommandPage):
    command = rule_challenge
    model = Challenge
    form_class = ChallengeRulingForm
    page_title = "决定回避申请"
    submit_label = "签署决定"
    success_text = "决定已签署，等待复签。"
    above = (CHALLENGES,)

    def may_run(self) -> Decision:
        return rules.can_rule_challenge(self.request.user, self.object)

    def form_kwargs(self) -> dict[str, Any]:
        level = rules.ruling_level(self.object.subject_person, self.object.season_id)
        return {"request": self.request, "level": level}

    def consequences(self) -> list[str]:
        return ["复签后决定生效，提出人可以看到决定和理由。", "理由成立的，被申请回避人从复签时起回避。"]

    def run(self, form: forms.Form) -> ChallengeRuling:
        return rule_challenge(
            actor=self.request.user,
            reason=form.cleaned_data["reason"],
            challenge=self.object,
            verdict=form.cleaned_data["verdict"],
            superior_order=form.superior(),
        )


class OfChallengeRuling:
    model = ChallengeRuling

    def season_id(self) -> int:
        return self.object.challenge.season_id

    def return_url(self) -> str:
        return reverse("recusal:challenge-return", args=[self.object.pk])


class ChallengeCosignPage(OfChallengeRuling, SecondSignaturePage):
    command = cosign_challenge
    title = "复签回避申请的决定"

    def run(self, form: forms.Form) -> ChallengeRuling:
        return cosign_challenge(actor=self.request.user, reason=form.cleaned_data["reason"], ruling=self.object)


class ChallengeReturnPage(OfChallengeRuling, ReturnPage):
    command = staticmethod(return_challenge)

    def run(self, form: forms.Form) -> ChallengeRuling:
        return return_challenge(actor=self.request.user, reason=form.cleaned_data["reason"], ruling=self.object)
