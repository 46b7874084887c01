"""回避台账: the officers' desk, one fact, its ruling and the second signature."""

from typing import Any

from django import forms
from django.urls import reverse

from admissions.core.actions import PageAction
from admissions.core.clock import minute_text
from admissions.core.decision import Decision, allow, deny
from admissions.core.views import DetailPage, FormPage, ListPage

from .. import rules
from ..consequences import of_fact
from ..enums import FactState, RulingLevel
from ..filters import DeclarationFilter, FactFilter
from ..forms import CosignForm, FactRulingForm, RegisterForm, SettingsForm
from ..models import CandidateBatch, FactRuling, RecusalDeclaration, RecusalFact, RecusalSettings
from ..selectors import refused_attempts, rulings_for
from ..services.challenging import set_challenge_days
from ..services.ruling import cosign_fact_ruling, register_fact, return_fact_ruling, rule_fact
from ..tables import AttemptTable, DeclarationTable, FactTable
from .base import CHALLENGES, DESK, DISCOVERIES, OWN, SCREENINGS, WITHDRAWALS, OfSeason, TracedCommandPage


def desk_tabs(current: str) -> list[dict[str, Any]]:
    places = [
        DESK,
        ("回避申报", "recusal:declarations"),
        SCREENINGS,
        ("未核查", "recusal:unchecked"),
        WITHDRAWALS,
        DISCOVERIES,
        ("被拒操作", "recusal:attempts"),
    ]
    return [
        {"label": label, "url": reverse(name), "is_current": name == current, "count": None} for label, name in places
    ]


class DeskListPage(OfSeason, ListPage):
    """A list of the desk: officers and supervisors, with the same tabs."""

    template_name = "recusal/desk.html"
    above = (DESK,)
    url_name = ""

    def may_open(self) -> Decision:
        return rules.can_read_desk(self.request.user, self.season.pk)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "tabs": desk_tabs(self.url_name), "tabs_label": "回避工作"}


class FactListPage(DeskListPage):
    model = RecusalFact
    above = ()
    table_class = FactTable
    filterset_class = FactFilter
    url_name = "recusal:facts"
    page_title = "回避台账"
    page_intro = "疑似、申报和认定的回避都已生效；认定不回避须由两名审查员签署。"
    unit = "项"
    export_name = "回避台账"
    empty_title = "没有您可以看到的回避事项"
    empty_text = "本人申报、系统比对或机关决定后列在这里。"

    def get_queryset(self) -> Any:
        rows = super().get_queryset().of_season(self.season).select_related("person__organisation")
        return rows.annotate_pending()

    def page_actions(self) -> list[PageAction]:
        user, season = self.request.user, self.season
        may = rules.may_rule(user, season.pk)
        if not may.ok:
            return []
        may_screen = rules.can_screen(user, season.pk, CandidateBatch.objects.newest(season))
        return [
            PageAction("登记机关决定", reverse("recusal:fact-register"), may, "plus", "primary"),
            PageAction("发起比对", reverse("recusal:screening-start"), may_screen, "refresh"),
        ]


class DeclarationListPage(DeskListPage):
    model = RecusalDeclaration
    table_class = DeclarationTable
    filterset_class = DeclarationFilter
    url_name = "recusal:declarations"
    page_title = "回避申报"
    page_intro = "每次签署为一版；后一版包含前一版的全部事项。"
    unit = "份"
    export_name = "回避申报清单"
    empty_title = "没有您可以看到的申报"

    def get_queryset(self) -> Any:
        return super().get_queryset().of_season(self.season).order_by("-signed_at", "-id")


class AttemptListPage(DeskListPage):
    """Refused attempts at recusal records: what supervision is alerted to."""

    model = RecusalFact
    table_class = AttemptTable
    url_name = "recusal:attempts"
    page_title = "被拒操作"
    page_intro = "与回避有关、被系统拒绝的操作，例如试图裁定本人的回避。供监督核查。"
    unit = "次"
    export_name = "回避被拒操作"
    empty_title = "没有您可以看到的被拒操作"

    def get_queryset(self) -> Any:
        return refused_attempts(self.request.user, self.season)


class FactPage(DetailPage):
    model = RecusalFact
    template_name = "recusal/fact.html"

    def get_queryset(self) -> Any:
        related = ("season", "person__organisation", "relation__relative_kind", "relation__institution")
        return super().get_queryset().select_related(*related)

    def prepare(self) -> None:
        super().prepare()
        self.is_own = self.object.person_id == self.request.user.pk
        self.pending = self.object.rulings.filter(state="pending").first()

    def way(self) -> list[tuple[str, str]]:
        label, name = OWN if self.object.person_id == self.request.user.pk else DESK
        return [(label, reverse(name))]

    def get_title(self) -> str:
        return f"{self.object.person}的回避：{self.object.scope_label}"

    def status(self) -> FactState:
        return FactState(self.object.state)

    def needs(self) -> str:
        if self.pending is not None:
            who = {
                RulingLevel.LEVEL_UP: "当事人是组长，由上一级工作组组长复签",
                RulingLevel.SUPERIOR: f"由另一名审查员复签（上级指定：{self.pending.superior_order}）",
            }.get(self.pending.level, "由另一名回避审查员复签")
            return f"{self.pending.first_name}已裁定“{self.pending.get_verdict_display()}”，{who}后生效。"
        return "回避审查员裁定，另一人复签。裁定前照常回避。" if self.object.is_open else ""

    def facts(self) -> list[tuple[str, Any]]:
        fact = self.object
        found = [
            ("回避人", f"{fact.person}　{fact.person.organisation or ''}　{fact.person.get_employment_display()}"),
            ("回避对象", f"{fact.get_scope_kind_display()}：{fact.scope_label}"),
            ("来源", fact.get_source_display()),
            ("理由", fact.reason),
            ("关系起始", fact.relation_since),
            ("登记时间", minute_text(fact.created_at)),
        ]
        if fact.is_candidate_relative and not self.is_own:
            found.append(("考生参考号", fact.candidate_reference))
            found.append(("考生来源", " ".join(part for part in (fact.district_code, fact.school_code) if part)))
        return found

    def clauses(self) -> list[str]:
        return list(dict.fromkeys(consequence.clause for consequence in of_fact(self.object)))

    def actions(self) -> list[PageAction]:
        user, fact = self.request.user, self.object
        if self.is_own:
            if fact.state != FactState.SUSPECTED:
                return []
            return [PageAction("确认属实", reverse("recusal:fact-acknowledge", args=[fact.pk]), style="primary")]
        found = [self.ruling_action(user, fact)]
        if rules.may_rule(user, fact.season_id).ok:
            url = reverse("recusal:discovery-open", args=[fact.pk])
            found.append(PageAction("启动事后复查", url, rules.not_own(user, fact.person), "history"))
        return found

    def ruling_action(self, user: Any, fact: RecusalFact) -> PageAction:
        if self.pending is None:
            url = reverse("recusal:fact-rule", args=[fact.pk])
            return PageAction("裁定", url, rules.can_rule_fact(user, fact), "gavel", "primary")
        url = reverse("recusal:ruling-cosign", args=[self.pending.pk])
        decision = rules.can_cosign(user, self.pending, fact.season_id)
        if not decision.ok and self.pending.first_officer_id == user.pk:
            back = reverse("recusal:ruling-return", args=[self.pending.pk])
            return PageAction("撤回我的裁定", back, allow(), "arrow-back-up")
        return PageAction("复签", url, decision, "signature", "primary")

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "consequences": of_fact(self.object),
            "passages": self.object.passages.without_recused(self.request.user),
            "rulings": rulings_for(self.request.user, self.object),
            "discoveries": [] if self.is_own else self.object.discoveries.select_related("reviewer"),
        }


class RegisterPage(OfSeason, FormPage):
    command = register_fact
    form_class = RegisterForm
    page_title = "登记机关决定的回避"
    submit_label = "登记为疑似"
    success_text = "已登记，即日起回避，等待裁定。"
    above = (DESK,)

    def may_open(self) -> Decision:
        return rules.may_rule(self.request.user, self.season.pk)

    def consequences(self) -> list[str]:
        return [
            "登记后立即生效：当事人看不到、也不能办理与该对象有关的事项。",
            "由另外的审查员裁定并复签后才成为认定。",
        ]

    def run(self, form: forms.Form) -> RecusalFact:
        data = form.cleaned_data
        return register_fact(
            actor=self.request.user,
            reason=data["reason"],
            season=self.season,
            person=data["person"],
            scope=data["scope"],
            since=data["since"],
        )


class RulePage(TracedCommandPage):
    command = rule_fact
    model = RecusalFact
    form_class = FactRulingForm
    template_name = "recusal/rule.html"
    submit_label = "签署裁定"
    success_text = "裁定已签署，等待复签。"
    above = (DESK,)

    def may_run(self) -> Decision:
        return rules.can_rule_fact(self.request.user, self.object)

    def get_title(self) -> str:
        return f"裁定{self.object.person}的回避"

    def form_kwargs(self) -> dict[str, Any]:
        return {"request": self.request, "level": rules.ruling_level(self.object.person, self.object.season_id)}

    def consequences(self) -> list[str]:
        return [
            "本裁定由另一人复签后生效；复签前维持现状，照常回避。",
            *(f"认定回避的后果：{c.sentence}（{c.clause}）" for c in of_fact(self.object)),
        ]

    def run(self, form: forms.Form) -> FactRuling:
        data = form.cleaned_data
        return rule_fact(
            actor=self.request.user,
            reason=data["reason"],
            fact=self.object,
            verdict=data["verdict"],
            finds_concealment=data["finds_concealment"],
            superior_order=form.superior(),
        )


class SecondSignaturePage(TracedCommandPage):
    """The second signature under any ruling; subclasses name the model and the commands."""

    template_name = "recusal/cosign.html"
    form_class = CosignForm
    submit_label = "复签，裁定生效"
    success_text = "已复签，裁定生效。"
    title = "复签裁定"
    above = (DESK,)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("person", "first_officer")

    def season_id(self) -> int:
        raise NotImplementedError

    def may_run(self) -> Decision:
        return rules.can_cosign(self.request.user, self.object, self.season_id())

    def get_title(self) -> str:
        return self.title

    def form_kwargs(self) -> dict[str, Any]:
        return {"request": self.request}

    def return_url(self) -> str:
        raise NotImplementedError

    def context(self) -> dict[str, Any]:
        return {**super().context(), "ruling": self.object, "return_url": self.return_url()}


class ReturnPage(SecondSignaturePage):
    """Send a pending ruling back without effect."""

    template_name = "ui/command_page.html"
    submit_label = "退回"
    submit_style = "danger"
    success_text = "裁定已退回，没有生效。"
    title = "退回裁定"

    def may_run(self) -> Decision:
        return rules.can_withdraw_ruling(self.request.user, self.object, self.season_id())

    def consequences(self) -> list[str]:
        return [f"{self.object.first_name}的裁定不生效，可以重新裁定。"]

    def return_url(self) -> str:
        return ""


class OfFactRuling:
    model = FactRuling

    def season_id(self) -> int:
        return self.object.fact.season_id

    def return_url(self) -> str:
        return reverse("recusal:ruling-return", args=[self.object.pk])


class CosignPage(OfFactRuling, SecondSignaturePage):
    command = cosign_fact_ruling

    def get_title(self) -> str:
        return f"复签：{self.object.fact}"

    def consequences(self) -> list[str]:
        return [f"“{self.object.get_verdict_display()}”立即生效并锁定，只有另一份双签裁定才能改变。"]

    def run(self, form: forms.Form) -> FactRuling:
        return cosign_fact_ruling(actor=self.request.user, reason=form.cleaned_data["reason"], ruling=self.object)


class ReturnRulingPage(OfFactRuling, ReturnPage):
    command = staticmethod(return_fact_ruling)

    def run(self, form: forms.Form) -> FactRuling:
        return return_fact_ruling(actor=self.request.user, reason=form.cleaned_data["reason"], ruling=self.object)


class SettingsPage(OfSeason, FormPage):
    form_class = SettingsForm
    command = set_challenge_days
    command = set_challenge_days
    page_title = "回避申请的决定时限"
    page_intro = "没有查到规定这一时限的条款，由本单位按录取季设定；未设定时，回避申请不显示期限。"
    submit_label = "设定"
    success_text = "时限已设定，适用于此后提出的回避申请。"
    above = (CHALLENGES,)

    def may_open(self) -> Decision:
        decision = rules.may_rule(self.request.user, self.season.pk)
        return decision if decision.ok else deny("您没有设定回避时限的权限。", who_can=decision.who_can)

    def initial(self) -> dict[str, Any]:
        chosen = RecusalSettings.objects.filter(season=self.season).first()
        return {"days": chosen.challenge_days, "basis": chosen.basis} if chosen else {}

    def context(self) -> dict[str, Any]:
        return {**super().context(), "page_intro": self.page_intro}

    def run(self, form: forms.Form) -> RecusalSettings:
        data = form.cleaned_data
        return set_challenge_days(
            actor=self.request.user, reason=data["reason"], season=self.season, days=data["days"], basis=data["basis"]
        )
