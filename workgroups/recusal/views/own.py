"""我的回避申报: what I signed, what follows from it, and adding to it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters

from admissions.core.actions import PageAction
from admissions.core.decision import Decision, Refused
from admissions.core.forms import ReasonForm
from admissions.core.given import whole_number
from admissions.core.once import SubmittedBefore, submitting
from admissions.core.views import DetailPage, FormPage, add_validation_error

from .. import rules
from ..consequences import RELATIVES_RULE, WHO_MAY_RAISE, of_fact
from ..enums import RelationCategory
from ..forms import CarriedForm, RelationForm, SignatureForm
from ..models import DeclaredRelation, RecusalDeclaration, RecusalFact
from ..selectors import current_declaration, recusal_state, relations_of, relations_to_carry
from ..services.declaring import acknowledge, ask_withdrawal, declare
from ..signed_statement import statement_text
from .base import DECLARATIONS, OWN, OfSeason, TracedCommandPage

MAX_ROWS = 40


class OwnRecusalPage(OfSeason):
    template_name = "recusal/own.html"
    page_title = "我的回避申报"

    def context(self) -> dict[str, Any]:
        user, season = self.request.user, self.season
        facts = RecusalFact.objects.of_person(user, season).order_by("-id")
        declaration = current_declaration(user, season)
        return {
            **super().context(),
            "page_intro": "申报是本人的义务；可以随时补报，已申报的事项不能自行删除。",
            "declaration": declaration,
            "state": recusal_state(user, season),
            "relations": relations_with_requests(user, season),
            "facts": [(fact, of_fact(fact)) for fact in facts],
            "page_actions": self.page_actions(declaration),
        }

    def page_actions(self, declaration: RecusalDeclaration | None) -> list[PageAction]:
        label = "补报" if declaration else "申报"
        decision = rules.can_declare(self.request.user, self.season)
        return [PageAction(label, reverse("recusal:declare"), decision, "pencil", "primary")]


def relations_with_requests(user: Any, season: Any) -> list[DeclaredRelation]:
    """Standing relations, each with its open request to withdraw."""
    relations = relations_of(user, season)
    waiting = DeclaredRelation.objects.filter(
        pk__in=[relation.pk for relation in relations], withdrawal_requests__answered_at__isnull=True
    ).filter(withdrawal_requests__isnull=False)
    asked = set(waiting.values_list("pk", flat=True))
    for relation in relations:
        relation.is_withdrawal_asked = relation.pk in asked
    return relations


@method_decorator(sensitive_post_parameters(), name="dispatch")
class DeclarePage(OfSeason, FormPage):
    """Rows by category, added and dropped by the server; nothing is stored before the signature."""

    command = declare
    template_name = "recusal/declare.html"
    form_class = SignatureForm
    submit_label = "签署申报"
    success_text = "申报已签署。"
    above = (OWN,)

    def may_open(self) -> Decision:
        return rules.can_declare(self.request.user, self.season)

    def prepare(self) -> None:
        self.standing = relations_of(self.request.user, self.season)
        self.declaration = current_declaration(self.request.user, self.season)
        self.carried = relations_to_carry(self.request.user, self.season)

    def get_title(self) -> str:
        return "补报回避事项" if self.declaration else "申报回避"

    def form_kwargs(self) -> dict[str, Any]:
        return {"request": self.request}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.rows = self.carried_rows(None)
        return self.show(form=self.get_form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if {"add_row", "drop_row"} & set(request.POST):
            return self.change_rows()
        self.rows = [*self.carried_rows(request.POST), *self.typed_rows(self.categories(), request.POST)]
        form = self.get_form(request.POST)
        sound = [row.is_valid() for row in self.rows]
        if not (form.is_valid() and all(sound)):
            return self.show(form=form, status=422)
        if request.POST.get("statement") != self.statement():
            form.add_error(None, "声明内容随申报事项有变化，请核对新的声明后再签署。")
            return self.show(form=form, status=422)
        return self.sign(form)

    def statement(self) -> str:
        """The words that will be signed: they count what stands, what is typed, and what is kept from last season."""
        kept = [row for row in self.rows if not isinstance(row, CarriedForm) or row["keep"].value() != "no"]
        return statement_text(self.season, len(self.standing) + len(kept))

    def sign(self, form: forms.Form) -> HttpResponse:
        relations = [relation for relation in (row.relation() for row in self.rows) if relation is not None]
        try:
            with submitting(self.request):
                declare(actor=self.request.user, reason=self.reason(), season=self.season, relations=relations)
        except SubmittedBefore:
            return self.answer_again(form)
        except Refused as refusal:
            form.add_error(None, refusal.decision.sentence)
        except ValidationError as error:
            add_validation_error(form, error)
        else:
            return redirect("recusal:own")
        return self.show(form=form, status=422)

    def reason(self) -> str:
        return "本人补报" if self.declaration else "本人申报"

    def categories(self) -> list[RelationCategory]:
        found = self.request.POST.get("rows", "").split(",")
        return [RelationCategory(value) for value in found if value in RelationCategory.values][:MAX_ROWS]

    def change_rows(self) -> HttpResponse:
        """Show the form again with one row more or fewer; what was typed stays, nothing is checked yet."""
        post, rows = self.request.POST, self.typed_rows(self.categories(), self.request.POST, bound=False)
        wanted = post.get("add_row", "")
        dropped = whole_number(post.get("drop_row", ""))
        if wanted in RelationCategory.values and len(rows) < MAX_ROWS:
            rows.append(self.typed_row(len(rows), RelationCategory(wanted), None))
        if dropped is not None and dropped < len(rows):
            del rows[dropped]
            rows = [self.moved(row, index) for index, row in enumerate(rows)]
        self.rows = [*self.carried_rows(post, bound=False), *rows]
        return self.show(form=self.get_form())

    def moved(self, row: RelationForm, index: int) -> RelationForm:
        return RelationForm(category=row.category, prefix=f"row{index}", initial=row.initial)

    def typed_rows(self, categories: list[RelationCategory], data: Any, *, bound: bool = True) -> list[RelationForm]:
        return [self.typed_row(index, category, data, bound=bound) for index, category in enumerate(categories)]

    def typed_row(self, index: int, category: RelationCategory, data: Any, *, bound: bool = True) -> RelationForm:
        prefix = f"row{index}"
        if data is None or bound:
            return RelationForm(data, category=category, prefix=prefix)
        return RelationForm(category=category, prefix=prefix, initial=_typed(data, prefix))

    def carried_rows(self, data: Any, *, bound: bool = True) -> list[CarriedForm]:
        rows = []
        for earlier in self.carried:
            prefix = f"carried{earlier.pk}"
            if data is None or bound:
                rows.append(CarriedForm(data, earlier=earlier, prefix=prefix))
            else:
                rows.append(CarriedForm(earlier=earlier, prefix=prefix, initial=_typed(data, prefix)))
        return rows

    def context(self) -> dict[str, Any]:
        typed = [row for row in self.rows if isinstance(row, RelationForm)]
        kept = [row for row in self.rows if isinstance(row, CarriedForm)]
        return {
            **super().context(),
            "season": self.season,
            "standing": self.standing,
            "declaration": self.declaration,
            "carried": kept,
            "rows": typed,
            "wrong_rows": [row for row in self.rows if row.errors],
            "row_codes": ",".join(row.category for row in typed),
            "categories": RelationCategory,
            "is_none": not (typed or kept or self.standing),
            "statement": self.statement(),
            "clauses": [RELATIVES_RULE, WHO_MAY_RAISE],
        }


def _typed(data: Any, prefix: str) -> dict[str, str]:
    start = f"{prefix}-"
    return {key.removeprefix(start): value for key, value in data.items() if key.startswith(start)}


class DeclarationPage(DetailPage):
    """One signed declaration as it was."""

    model = RecusalDeclaration
    template_name = "recusal/declaration.html"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("season", "person")

    def way(self) -> list[tuple[str, str]]:
        label, name = OWN if self.object.person_id == self.request.user.pk else DECLARATIONS
        return [(label, reverse(name))]

    def facts(self) -> list[tuple[str, Any]]:
        signed = self.object
        return [
            ("申报人", f"{signed.person_name}　{signed.person_title}"),
            ("录取季", signed.season),
            ("版次", f"第{signed.version}版"),
            ("签署方式", f"{signed.get_method_display()}，来源 {signed.signed_ip or '本机'}"),
            ("内容校验值", signed.content_hash),
        ]


class AcknowledgePage(TracedCommandPage):
    command = staticmethod(acknowledge)
    model = RecusalFact
    form_class = ReasonForm
    page_title = "确认疑似回避"
    submit_label = "确认属实"
    success_text = "已确认，等待回避审查员裁定。"

    def may_run(self) -> Decision:
        return rules.can_acknowledge(self.request.user, self.object)

    def consequences(self) -> list[str]:
        return [f"“{self.object.scope_label}”按本人申报处理，继续回避，等待回避审查员裁定。"]

    def cancel_url(self) -> str:
        return reverse("recusal:own")

    def run(self, form: forms.Form) -> Any:
        return acknowledge(actor=self.request.user, reason=form.cleaned_data["reason"], fact=self.object)

    def success_url(self, result: Any) -> str:
        return self.cancel_url()


class WithdrawalAskPage(TracedCommandPage):
    command = staticmethod(ask_withdrawal)
    model = DeclaredRelation
    above = (OWN,)
    form_class = ReasonForm
    page_title = "申请撤回申报事项"
    submit_label = "提出申请"
    success_text = "申请已提出，由两名回避审查员裁定。"

    def may_run(self) -> Decision:
        return rules.can_ask_withdrawal(self.request.user, self.object)

    def consequences(self) -> list[str]:
        return [f"“{self.object}”在裁定前继续有效。", "由一名回避审查员裁定、另一名复签后才生效。"]

    def cancel_url(self) -> str:
        return reverse(OWN[1])

    def run(self, form: forms.Form) -> Any:
        return ask_withdrawal(actor=self.request.user, reason=form.cleaned_data["reason"], relation=self.object)

    def success_url(self, result: Any) -> str:
        return self.cancel_url()
