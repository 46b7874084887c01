"""Pages of 授权查阅, and what stands about it beside a record."""

from typing import Any

from django.db.models import Model, QuerySet
from django.http import Http404
from django.urls import reverse

from admissions.accounts.models import User
from admissions.audit.principals import signed_by
from admissions.core.actions import PageAction
from admissions.core.clock import minute_text
from admissions.core.decision import Decision
from admissions.core.views import ActPage, Beside, ConfirmPage, DetailPage, FormPage, ListPage, RecordPage

from . import kinds, rules, services
from .enums import SightState
from .forms import GiveForm, WithdrawForm
from .models import Sight
from .selectors import live_sight
from .tables import SightFilter, SightTable

TITLE = "授权查阅"
ABOVE = ((TITLE, "sight:list"),)
SHOWN = 10


def give_url(record: Model) -> str:
    return reverse("sight:give", args=[record._meta.label_lower, record.pk])


def beside_record(user: Any, record: Model) -> Beside | None:
    """On the page of a record: who may look at it; on that of a person: what the person may look at."""
    if isinstance(record, User):
        shown = _shown(Sight.objects.visible_to(user).live().filter(person=record))
        return _panel({**shown, "of_person": True}) if shown["rows"] else None
    if kinds.kind_of(record) is None:
        return None
    may = rules.can_offer(user, record)
    own = None if may.ok else live_sight(user, record)
    shown = _shown(Sight.objects.visible_to(user).live().of_record(record).exclude(person=user))
    give = PageAction("授权他人查阅", give_url(record), may, "eye")
    notice = "sight/_notice.html" if own else ""
    return _panel({**shown, "own": own, "notice": notice, "give": give}) if may.ok or own or shown["rows"] else None


def _shown(rows: QuerySet) -> dict[str, Any]:
    """The first of them, and how many more there are in the list."""
    return {"rows": list(rows[:SHOWN]), "more": max(rows.count() - SHOWN, 0)}


def _panel(shown: dict[str, Any]) -> Beside:
    return "sight/_beside.html", shown


class SightListPage(ListPage):
    """Given to the reader, by the reader, or of what the reader answers for or supervises."""

    model = Sight
    table_class = SightTable
    filterset_class = SightFilter
    page_title = TITLE
    page_intro = (
        "某人可以查阅某一项记录，限定用途和截止时间；只能查阅，不能办理，须回避的仍然看不到。在该记录的页面上授权。"
    )
    unit = "项"
    export_name = "授权查阅清单"
    empty_title = "没有您可以看到的授权查阅"
    empty_text = "在会议、议题、环节单、请示报告、监督意见或工作组的页面上，由负责人授权。"

    def page_actions(self) -> list[PageAction]:
        return [PageAction("授权给我的", reverse("sight:mine"), icon="eye")]


class MySightsPage(ListPage):
    """What the reader was given sight of."""

    model = Sight
    table_class = SightTable
    filterset_class = SightFilter
    page_title = "授权给我查阅的记录"
    unit = "项"
    export_name = "授权给我查阅的记录"
    empty_title = "没有授权给您查阅的记录"
    empty_text = "需要查阅职责以外的记录时，请该记录的负责人授权。"
    above = ABOVE

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(person=self.request.user)


class OfSight(RecordPage):
    model = Sight
    above = ABOVE

    def get_queryset(self) -> Any:
        return (
            super().get_queryset().select_related("person", "given_by", "on_behalf_of", "withdrawn_by", "record_type")
        )


class SightPage(OfSight, DetailPage):
    def status(self) -> SightState:
        return self.object.state

    def facts(self) -> list[tuple[str, Any]]:
        row = self.object
        found = [
            ("查阅人", row.person_name),
            ("记录类别", row.kind.label),
            ("查阅的记录", row.record_label),
            ("用途", row.purpose),
            ("依据", row.basis),
            ("授权人", signed_by(row.given_by_name, row.on_behalf_of, self.request.user)),
            (
                "有效期",
                f"{minute_text(row.period.lower)}至{minute_text(row.ends_at)}" if row.ends_at else "未生效即收回",
            ),
        ]
        if row.withdrawn_at:
            withdrawn = f"{row.withdrawn_by.name}，{minute_text(row.withdrawn_at)}"
            found += [("收回", withdrawn), ("收回事由", row.withdrawn_why)]
        return found

    def actions(self) -> list[PageAction]:
        row, user = self.object, self.request.user
        found = []
        if row.kind.rows().visible_to(user).filter(pk=row.record_id).exists():
            found.append(PageAction("打开记录", row.kind.url(row.record), icon="eye", style="primary"))
        if row.is_live:
            may = rules.can_withdraw(user, row)
            found.append(PageAction("收回授权", reverse("sight:withdraw", args=[row.pk]), may, "ban", "danger"))
        return found

    def clauses(self) -> list[Any]:
        return [rules.CLAUSE]


class GivePage(FormPage):
    """On any record of which sight may be given."""

    form_class = GiveForm
    command = services.give_sight
    submit_label, success_text = "授权查阅", "已授权，查阅人在“授权查阅”中可以打开这项记录。"
    above = ABOVE

    def prepare(self) -> None:
        kind = kinds.kind_called(self.kwargs["kind"])
        if kind is None:
            raise Http404
        self.kind, self.record = kind, self.fetch(kind.rows().visible_to(self.request.user), self.kwargs["pk"])
        self.page_title = f"授权查阅：{self.record}"

    def may_open(self) -> Decision:
        return rules.can_offer(self.request.user, self.record)

    def about(self) -> list[Any]:
        return [self.record]

    def attempted(self) -> tuple[str, str, Any]:
        return self.action_code(), self.page_title, self.record

    def way(self) -> list[tuple[str, str]]:
        return [*super().way(), (str(self.record), self.kind.url(self.record))]

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "user": self.request.user}

    def consequences(self) -> list[str]:
        return [
            "查阅人立即可以看到这项记录，不能办理任何事项；须回避的内容仍然看不到。",
            "到截止时间自动终止，此前可以收回；已经看过的不能收回。授权由监督人员逐件查看。",
        ]

    def run(self, form: GiveForm) -> Sight:
        data = form.cleaned_data
        reason = f"{data['purpose']}（{data['basis']}）"
        return services.give_sight(actor=self.request.user, reason=reason, record=self.record, **data)


class WithdrawPage(OfSight, ActPage, ConfirmPage):
    form_class = WithdrawForm
    argument = "sight"
    rule, command = rules.can_withdraw, services.withdraw_sight
    verb, submit_label, success_text = "收回授权查阅", "收回", "已收回，查阅人不能再打开这项记录。"

    def consequences(self) -> list[str]:
        row = self.object
        return [
            f"{row.person_name}从现在起不能再查阅“{row.record_label}”。",
            f"原定至{minute_text(row.period.upper)}；已经看过的不能收回。",
        ]
