"""The generic pages to look at: list, record, detail; and the questions that pages ask of the capabilities.

Only these and the forms in `views.py` subclass Django's `View`. Not visible: 404. Visible but not allowed: 403 with the sentence.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.views.generic import View
from django_filters import FilterSet
from django_tables2 import RequestConfig, Table

from . import purpose
from .actions import PageAction, enabled_first
from .capability import Nothing, Slot
from .clock import minute_text
from .decision import ALLOWED, Decision, Refused, all_of, everything_missing
from .errors import refused_page
from .people import Person, Visitor, signed_in
from .table_export import table_export
from .todos import forget_count

PER_PAGE = 25
# What a form answers that was filled in wrongly, or whose act was refused.
FAULTS = 422


class Page(LoginRequiredMixin, View):
    """A page of somebody who is logged in; `may_open` answers with a reason."""

    template_name = ""
    page_title = ""
    http_method_names = ["get", "head", "options"]
    # The way to it: labels and names of addresses.
    above: tuple[tuple[str, str], ...] = ()
    # The one command the page calls; a page that takes a form and calls none says why.
    command: Callable[..., Any] | Nothing | None = None

    def may_open(self) -> Decision:
        return ALLOWED

    @classmethod
    def action_code(cls) -> str:
        """Code of the command this page is for; empty where it is for none."""
        return getattr(cls.command, "action_code", "")

    def about(self) -> list[Any]:
        """The records the page's command or its buttons are about, as far as they are known before a form is filled in."""
        return []

    def at_the_gate(self) -> Decision:
        """What the page's command would answer to this person about these records whatever the form says."""
        code = self.action_code()
        return closed_to(self.request.user, code, self.about()) if code else ALLOWED

    def way(self) -> list[tuple[str, str]]:
        """What lies above the page and the record it is about: labels and addresses."""
        return [(label, reverse(name)) for label, name in self.above]

    def crumbs(self) -> list[tuple[str, str]]:
        return self.way()

    def get_title(self) -> str:
        return self.page_title

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.prepare()
        self.decision = self.at_the_door()
        if not self.decision.ok:
            return self.refuse()
        for ask in identity_askers:
            ask(request, self.action_code())
        response = super().dispatch(request, *args, **kwargs)
        self.count_anew(response.status_code)
        return response

    def count_anew(self, status: int) -> None:
        """Whatever was posted may change what is left to do, unless the form comes back with its faults: then nothing was done."""
        if self.request.method == "POST" and status != FAULTS:
            forget_count(self.request.user)

    def at_the_door(self) -> Decision:
        """Whom the gate keeps away is told nothing else."""
        gate = self.at_the_gate()
        return self.may_open() if gate.ok else gate

    def refuse(self) -> HttpResponse:
        """The page that says why not, with everything that is missing."""
        if self.request.method == "POST":
            self.note_refusal(self.decision)
        with everything_missing():
            whole = self.at_the_door()
        return refused_page(self.request, Refused(self.decision if whole.ok else whole), self.seen_at())

    def seen_at(self) -> str:
        """Where the person sees what they may not act on; empty where this page is about no one record."""
        return ""

    def note_refusal(self, decision: Decision) -> None:
        """Something was posted that the person may not (or may no longer) do: an attempt, so it is recorded."""
        for record in refusal_recorders:
            record(self.request, *self.attempted(), decision)

    def attempted(self) -> tuple[str, str, Any]:
        """Code of the command a post would have called, its name in words, the record it is about or None."""
        return self.action_code() or "page.submit", self.get_title(), None

    def prepare(self) -> None:
        """Fetch what the page is about; raises Http404 when it is not visible."""

    def fetch(self, rows: Any, pk: Any) -> Any:
        """The one of these rows; what is not among them is not found, whether it exists or not."""
        record = rows.filter(pk=pk).first()
        if record is None:
            for told in told_of_missing:
                told(self.request, rows.model, pk)
            raise Http404
        return record

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show()

    def context(self) -> dict[str, Any]:
        return {"page_title": self.get_title(), "crumbs": self.crumbs()}

    def show(self, *, status: int = 200, **extra: Any) -> HttpResponse:
        self.count_anew(status)  # the answer's own frame counts anew
        return render(self.request, self.template_name, {**self.context(), **extra}, status=status)


class ListPage(Page):
    """A list: filters in the URL, stable order, count in words, two empty states, export."""

    template_name = "ui/list_page.html"
    model: type[models.Model]
    table_class: type[Table]
    filterset_class: type[FilterSet] | None = None
    page_intro = ""
    unit = "条"
    empty_title = "还没有记录"
    empty_text = ""
    export_name = ""

    def get_queryset(self) -> Any:
        """Rows this user may see; add `select_related` and annotations here."""
        manager: Any = self.model._default_manager  # every record of ours has rows that can be `visible_to` somebody
        return manager.visible_to(self.request.user)

    def page_actions(self) -> list[PageAction]:
        return []

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.base = self.get_queryset()
        self.filterset = (
            self.filterset_class(request.GET, queryset=self.base, request=request) if self.filterset_class else None
        )
        valid = self.filterset is None or self.filterset.is_valid()
        self.rows = self.filterset.qs if self.filterset is not None and valid else self.base
        if self.export_name and request.GET.get("export") in ("csv", "xlsx"):
            return self.give(request.GET["export"])
        return self.show()

    def give(self, kind: str) -> HttpResponse:
        """The file for a stated purpose; without one the page that asks for it."""
        form = purpose.stated(self.request)
        if not form.is_valid():
            title = f"导出《{self.export_name}》"
            return purpose.ask(self.request, form, title, self.crumbs(), self._back_url())
        self.purpose = form.words()
        return self.export(kind)

    def _back_url(self) -> str:
        query = self.request.GET.copy()
        for name in ("export", "purpose", "purpose_note"):
            query.pop(name, None)
        return f"{self.request.path}?{query.urlencode()}"

    def make_table(self) -> Table:
        return self.table_class(self.rows, request=self.request)

    def export(self, kind: str) -> HttpResponse:
        """All filtered rows as a file; who exported what is an event with the hash of the row set."""
        filters = {label: value for label, value, _ in self.active_filters()}
        mark = export_mark(signed_in(self.request), self.purpose)
        response, count, digest = table_export(self.make_table(), self.export_name, kind, mark)
        for record in export_recorders:
            record(self.request, self.export_name, filters, count, digest, self.purpose)
        return response

    def context(self) -> dict[str, Any]:
        table = self.make_table()
        RequestConfig(self.request, paginate={"per_page": PER_PAGE}).configure(table)
        shown = table.paginator.count
        active = self.active_filters()
        return {
            **super().context(),
            "page_intro": self.page_intro,
            "table": table,
            "filter_form": self.filterset.form if self.filterset is not None else None,
            "active_filters": active,
            "is_filtered": bool(active),
            "count_text": self.count_text(shown, bool(active)),
            "export_url": self.export_url() if self.export_name and shown else "",
            "page_actions": asked_at_the_gate(self.page_actions, self.request.user, self.about()),
            "empty_title": self.empty_title,
            "empty_text": self.empty_text,
        }

    def count_text(self, shown: int, is_filtered: bool) -> str:
        if not is_filtered:
            return f"共 {shown} {self.unit}"
        return f"共 {self.base.count()} {self.unit}，筛选后 {shown} {self.unit}"

    def active_filters(self) -> list[tuple[str, str, str]]:
        """(label, value in words, address without this filter) for each filter in use."""
        if self.filterset is None or not self.filterset.is_valid():
            return []
        found = []
        for name, value in self.filterset.form.cleaned_data.items():
            if value in (None, "", [], ()) or (hasattr(value, "exists") and not value):
                continue
            field = self.filterset.form[name]
            found.append((field.label, _in_words(field.field, value), self._without(name)))
        return found

    def _without(self, name: str) -> str:
        query = self.request.GET.copy()
        for key in [key for key in query if key == name or key.startswith(f"{name}_")] + ["page"]:
            query.pop(key, None)
        return f"{self.request.path}?{query.urlencode()}"

    def export_url(self) -> str:
        query = self.request.GET.copy()
        query.pop("page", None)
        query["export"] = "xlsx"
        return f"{self.request.path}?{query.urlencode()}"


def export_mark(reader: Person, purpose: str) -> str:
    """Whose copy a file is, when and what for it was taken: a leaked file leads back to its reader and to the ledger's entry."""
    who = f"{reader.name}（{reader.staff_number or reader.username}）"
    return f"{who}于{minute_text(timezone.now())}导出，用途：{purpose}。不得外传。"


# The ledger; called with (request, name, filters, row count, row-set hash, purpose).
Recorder = Callable[[HttpRequest, str, dict[str, str], int, str, str], Any]
export_recorders: Slot[Recorder] = Slot("export_recorders", Recorder)
# The ledger; called with (user, code of a command, records) it says what the command itself would say of these records.
GateKeeper = Callable[[Any, str, list[Any]], Decision]
gate_keepers: Slot[GateKeeper] = Slot("gate_keepers", GateKeeper)
# Accounts; called with (request, code of the page's command), they ask who is there before a critical act.
Asker = Callable[[HttpRequest, str], None]
identity_askers: Slot[Asker] = Slot("identity_askers", Asker)
# The ledger; called with (request, code, title, record or None, decision) when a posted act was refused at the door.
RefusalRecorder = Callable[[HttpRequest, str, str, Any, Decision], Any]
refusal_recorders: Slot[RefusalRecorder] = Slot("refusal_recorders", RefusalRecorder)
# The ledger; called with (request, model, key) of every record that a page did not find. Must cost the same for each key.
Told = Callable[[HttpRequest, type[models.Model], Any], Any]
told_of_missing: Slot[Told] = Slot("told_of_missing", Told)


# Called with (user, record); what stands beside the record on its page: a template, and what it shows as `beside`.
Beside = tuple[str, dict[str, Any]]
BesideRecord = Callable[[Any, models.Model], Beside | None]
beside_records: Slot[BesideRecord] = Slot("beside_records", BesideRecord)


def closed_to(user: Visitor, code: str, records: list[Any]) -> Decision:
    return all_of(keeper(user, code, records) for keeper in gate_keepers) if records else ALLOWED


def asked_at_the_gate(ask: Callable[[], list[PageAction]], user: Visitor, records: list[Any]) -> list[PageAction]:
    """The buttons of a page about these records, each with the answer its own page would give at the door.

    A button that is off lists everything that is missing. Where no command without exemptions is closed, none is, and
    no button's page is looked up.
    """
    with everything_missing():
        actions = ask()
    if not actions or closed_to(user, "", records).ok:
        return actions
    return [_asked(action, user, records) for action in actions]


def _asked(action: PageAction, user: Visitor, records: list[Any]) -> PageAction:
    code = _code_behind(action.url)
    answer = closed_to(user, code, records) if code else ALLOWED
    return action if answer.ok else replace(action, decision=answer)


def _code_behind(url: str) -> str:
    """Code of the command that the page at this address is for."""
    page = _page_behind(url)
    return page.action_code() if page is not None else ""


def _page_behind(url: str) -> type[Page] | None:
    """The page of ours at this address."""
    try:
        found = resolve(urlsplit(url).path).func
    except Resolver404:
        return None
    view = getattr(found, "view_class", None)
    return view if view is not None and issubclass(view, Page) else None


def _in_words(field: forms.Field, value: Any) -> str:
    if isinstance(value, slice):
        return f"{value.start or '…'} 至 {value.stop or '…'}"
    choices = dict(getattr(field, "choices", []) or [])
    return str(choices.get(value, value)) if not isinstance(value, models.Model) else str(value)


def page_of(record: Any) -> str:
    """The address of the page that shows the record; empty where there is none."""
    return record.get_absolute_url() if hasattr(record, "get_absolute_url") else ""


def shown_by(record: Any) -> Any:
    """The record whose page shows this one, itself or what it is part of; None where no page does."""
    return record.shown_record() if hasattr(record, "shown_record") else None


def way_to(record: Any, request: HttpRequest, asker: Page | None = None) -> list[tuple[str, str]]:
    """What lies above the page that shows the record; nothing where none does, or where that is the page that asks."""
    home = _page_behind(page_of(record))
    if home is None or isinstance(asker, home) or not issubclass(home, RecordPage):
        return []
    page = home()
    page.setup(request)
    page.object = shown_by(record)
    return page.way()


class RecordPage(Page):
    """A page about one record that the user may see."""

    model: type[models.Model]
    pk_url_kwarg = "pk"

    def get_queryset(self) -> Any:
        manager: Any = self.model._default_manager  # every record of ours has rows that can be `visible_to` somebody
        return manager.visible_to(self.request.user)

    def prepare(self) -> None:
        self.object = self.fetch(self.get_queryset(), self.kwargs[self.pk_url_kwarg])

    def about(self) -> list[Any]:
        return [self.object]

    def seen_at(self) -> str:
        """The page that shows the record, where it opens for the person."""
        home, shown = _page_behind(page_of(self.object)), shown_by(self.object)
        if home is None or shown is None or isinstance(self, home) or not issubclass(home, RecordPage):
            return ""
        if not type(shown)._default_manager.visible_to(self.request.user).filter(pk=shown.pk).exists():
            return ""
        page = home()
        page.setup(self.request, **{home.pk_url_kwarg: shown.pk})
        page.prepare()
        return page_of(shown) if page.at_the_door().ok else ""

    def way(self) -> list[tuple[str, str]]:
        """Its own, else the way to the page that shows the record."""
        return super().way() or way_to(self.object, self.request, self)

    def crumbs(self) -> list[tuple[str, str]]:
        """Behind the way to it the page that shows the record, unless that is this page."""
        way, home = self.way(), page_of(self.object)
        if not way or home in ("", self.request.path):
            return way
        return [*way, (self.object.shown_record().short_label(), home)]

    def get_title(self) -> str:
        return self.page_title or str(self.object)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "object": self.object}


class DetailPage(RecordPage):
    """What is the state, what does it still need, what may I do now."""

    template_name = "ui/detail_page.html"
    has_history = True

    def status(self) -> Any:
        return None

    def needs(self) -> str:
        return ""

    def facts(self) -> list[tuple[str, Any]]:
        return []

    def actions(self) -> list[PageAction]:
        return []

    def responsible(self) -> list[tuple[str, str]]:
        return []

    def clauses(self) -> list[Any]:
        return []

    def history_url(self) -> str:
        told = self.has_history and hasattr(self.object, "history_url")
        return self.object.history_url(self.request.user) if told else ""

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "status": self.status(),
            "needs": self.needs(),
            "facts": self.facts(),
            "actions": enabled_first(asked_at_the_gate(self.actions, self.request.user, self.about())),
            "responsible": self.responsible(),
            "clauses": self.clauses(),
            "history_url": self.history_url(),
            "besides": self.besides(),
        }

    def besides(self) -> list[Beside]:
        found = (beside(self.request.user, self.object) for beside in beside_records)
        return [one for one in found if one is not None]
