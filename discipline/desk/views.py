"""Pages of the desk and of the monthly review of reading."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.models import User
from admissions.core.actions import PageAction
from admissions.core.clock import day_in
from admissions.core.decision import Decision
from admissions.core.navigation import frame_part
from admissions.core.views import FormPage, ListPage, Page
from admissions.seals.selectors import in_words, longest_open_transaction, standing

from ..opinions.selectors import waiting_flags
from . import rules, services
from .enums import Indicator
from .forms import DismissForm, ReviewForm
from .indicators import Finding, Watch
from .limits import SHOWN
from .models import AccessReview, Dismissal
from .reading import Reading, families_in, month_before, reading_of, readings_of
from .selectors import day_given, days_around, finding_of, findings, late_everywhere, panels
from .tables import DismissalFilter, DismissalTable, ReviewTable

DESK = (("监督工作台", "desk:one"),)


class DeskPage(Page):
    template_name = "desk/desk.html"
    page_title = "监督工作台"

    def may_open(self) -> Decision:
        return rules.can_open_desk(self.request.user)

    def context(self) -> dict[str, Any]:
        day = day_given(self.request.GET.get("day", ""))
        watch = Watch(self.request.user, frame_part(self.request, "current_season"), day)
        before, following = days_around(day)
        counted_at, found = findings(watch)
        sealing, flags = standing(), waiting_flags(self.request.user)
        return {
            **super().context(),
            "day": day,
            "day_given": day.isoformat(),
            "is_today": day == timezone.localdate(),
            "before": before,
            "following": following,
            "panels": panels(found),
            "counted_at": counted_at,
            "flags": flags[:SHOWN],
            "more_flags": max(flags.count() - SHOWN, 0),
            "late": late_everywhere(self.request.user),
            "standing": sealing,
            "blocked_for": in_words(longest_open_transaction()) if sealing.is_late else "",
        }


class DeskSheetPage(DeskPage):
    """The same numbers on paper, with lines to sign."""

    template_name = "desk/sheet.html"

    def context(self) -> dict[str, Any]:
        found = super().context()
        title = f"驻点监督日报（{found['day'].year}年{found['day'].month}月{found['day'].day}日）"
        return {**found, "doc_title": title, "back_url": reverse("desk:one"), "reader": self.request.user}


class DismissPage(FormPage):
    command = services.dismiss
    form_class = DismissForm
    page_title = "登记已了解"
    submit_label = "已了解，不再提示"
    success_text = "已登记，可在“已了解的预警”里查到。"
    above = DESK

    def prepare(self) -> None:
        if self.kwargs["indicator"] not in Indicator.values:
            raise Http404
        self.day = day_given(self.request.GET.get("day", ""))
        self.desk = rules.can_open_desk(self.request.user)
        if self.desk.ok:
            self.finding = self.find()

    def find(self) -> Finding:
        watch = Watch(self.request.user, frame_part(self.request, "current_season"), self.day)
        found = finding_of(watch, self.kwargs["indicator"], self.request.GET.get("key", ""))
        if found is None:
            raise Http404
        return found

    def about(self) -> list[Any]:
        return [self.finding] if self.desk.ok else []

    def may_open(self) -> Decision:
        return rules.can_dismiss(self.request.user, self.finding.group_id) if self.desk.ok else self.desk

    def consequences(self) -> list[str]:
        return [self.finding.sentence, "登记后监督组的工作台不再提示这一条；出现新的情况会重新提示。"]

    def run(self, form: forms.Form) -> Dismissal:
        return services.dismiss(actor=self.request.user, reason=form.cleaned_data["reason"], finding=self.finding)

    def success_url(self, result: Dismissal) -> str:
        return f"{reverse('desk:one')}?day={self.day}"

    def cancel_url(self) -> str:
        return f"{reverse('desk:one')}?day={self.day}"


class DismissalListPage(ListPage):
    model = Dismissal
    table_class = DismissalTable
    filterset_class = DismissalFilter
    page_title = "已了解的预警"
    unit = "条"
    export_name = "已了解的预警"
    empty_title = "没有您可以看到的登记"
    empty_text = "在监督工作台每条预警旁登记已了解，理由留在这里。"
    above = DESK

    def may_open(self) -> Decision:
        return rules.can_open_desk(self.request.user)

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().order_by("-pk")


class MonthPage(Page):
    """`?month=2026-07`; last month by default."""

    def prepare(self) -> None:
        self.month = day_in(f"{self.request.GET.get('month', '')}-01") or month_before(timezone.localdate())


class ReadingsPage(MonthPage):
    template_name = "desk/readings.html"
    page_title = "查阅复核"

    def may_open(self) -> Decision:
        return rules.can_review_reading(self.request.user)

    def context(self) -> dict[str, Any]:
        user, families = self.request.user, rules.reviews_families(self.request.user)
        people = {pk: held for pk, held in families_in(self.month).items() if held <= families}
        rows = [
            (row, "、".join(sorted(family.label for family in row.families)), rules.can_review(user, row, self.month))
            for row in readings_of(self.month, people)
        ]
        following = date(self.month.year + (self.month.month == 12), self.month.month % 12 + 1, 1)
        return {
            **super().context(),
            "month": self.month,
            "before": month_before(self.month),
            "following": following if following <= timezone.localdate() else None,
            "rows": rows,
            "lines": rules.LINES,
            "page_actions": [PageAction("历次复核", reverse("desk:reading-reviews"), icon="history")],
        }


class ReviewPage(MonthPage, FormPage):
    command = services.review_reading
    form_class = ReviewForm
    submit_label = "登记复核"
    success_text = "已登记。"

    def prepare(self) -> None:
        super().prepare()
        reader = User._base_manager.filter(pk=self.kwargs["pk"]).first()
        found = reading_of(reader, self.month) if reader is not None else None
        if found is None or not rules.can_review_reading(self.request.user).ok:
            raise Http404
        self.reading: Reading = found

    def about(self) -> list[Any]:
        return [self.reading.reader]

    def may_open(self) -> Decision:
        return rules.can_review(self.request.user, self.reading, self.month)

    def get_title(self) -> str:
        return f"复核查阅：{self.reading.reader.name}，{self.month.year}年{self.month.month}月"

    def crumbs(self) -> list[tuple[str, str]]:
        return [("查阅复核", self.success_url(None))]

    def consequences(self) -> list[str]:
        row = self.reading
        return [f"当月查阅{row.reads}次，导出{row.exports}次。", *row.alerts]

    def run(self, form: forms.Form) -> AccessReview:
        return services.review_reading(
            actor=self.request.user, reader=self.reading.reader, month=self.month, **form.cleaned_data
        )

    def success_url(self, result: AccessReview | None) -> str:
        return f"{reverse('desk:readings')}?month={self.month:%Y-%m}"

    def cancel_url(self) -> str:
        return self.success_url(None)


class ReviewListPage(ListPage):
    model = AccessReview
    table_class = ReviewTable
    page_title = "历次查阅复核"
    unit = "份"
    export_name = "查阅复核"
    empty_title = "还没有复核"
    empty_text = "每月初复核上月的查阅。"
    above = (("查阅复核", "desk:readings"),)

    def may_open(self) -> Decision:
        return rules.can_review_reading(self.request.user)

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().order_by("-month", "reader_name")
