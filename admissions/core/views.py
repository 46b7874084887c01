"""The generic pages: list, detail, command form, confirm. Only these subclass Django's `View`.

A page fetches through `visible_to`, binds a form, calls one command, says what happened and redirects.
Not visible: 404. Visible but not allowed: 403 with the sentence.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.generic import View
from django_filters import FilterSet
from django_tables2 import RequestConfig, Table

from . import purpose
from .actions import PageAction, enabled_first
from .clock import minute_text
from .decision import ALLOWED, Decision, Refused
from .errors import refused_page
from .table_export import table_export
from .todos import forget_count

PER_PAGE = 25


class Page(LoginRequiredMixin, View):
    """A page of somebody who is logged in; `may_open` answers with a reason."""

    template_name = ""
    page_title = ""
    http_method_names = ["get", "head", "options"]
    # The one command the page calls, where it calls one.
    command: Callable[..., Any] | None = None

    def may_open(self) -> Decision:
        return ALLOWED

    @classmethod
    def action_code(cls) -> str:
        """Code of the command this page is for; empty where it is for none."""
        return getattr(cls.command, "action_code", "")

    def crumbs(self) -> list[tuple[str, str]]:
        return []

    def get_title(self) -> str:
        return self.page_title

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.prepare()
        self.decision = decision = self.may_open()
        if not decision.ok:
            if request.method == "POST":
                self.note_refusal(decision)
            return refused_page(request, Refused(decision))
        for ask in identity_askers:
            ask(request, self.action_code())
        if request.method == "POST":
            # Whatever is done here may change what is left to do; the answer's own frame counts anew.
            forget_count(request.user)
        return super().dispatch(request, *args, **kwargs)

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
        return self.model._default_manager.visible_to(self.request.user)

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
        mark = export_mark(self.request.user, self.purpose)
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
            "page_actions": self.page_actions(),
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


def export_mark(reader: Any, purpose: str) -> str:
    """Whose copy a file is, when and what for it was taken: a leaked file leads back to its reader and to the ledger's entry."""
    who = f"{reader.name}（{reader.staff_number or reader.username}）"
    return f"{who}于{minute_text(timezone.now())}导出，用途：{purpose}。不得外传。"


# The ledger registers itself here; called with (request, name, filters, row count, row-set hash, purpose).
export_recorders: list[Callable[[HttpRequest, str, dict[str, str], int, str, str], Any]] = []
# Accounts register here; called with (request, code of the page's command), they ask who is there before a critical act.
identity_askers: list[Callable[[HttpRequest, str], None]] = []
# And here; called with (request, code, title, record or None, decision) when a posted act was refused at the door.
refusal_recorders: list[Callable[[HttpRequest, str, str, Any, Decision], Any]] = []
# And here; called with (request, model, key) of every record that a page did not find. Must cost the same for each key.
told_of_missing: list[Callable[[HttpRequest, type[models.Model], Any], Any]] = []


def _in_words(field: forms.Field, value: Any) -> str:
    if isinstance(value, slice):
        return f"{value.start or '…'} 至 {value.stop or '…'}"
    choices = dict(getattr(field, "choices", []) or [])
    return str(choices.get(value, value)) if not isinstance(value, models.Model) else str(value)


class RecordPage(Page):
    """A page about one record that the user may see."""

    model: type[models.Model]
    pk_url_kwarg = "pk"

    def get_queryset(self) -> Any:
        return self.model._default_manager.visible_to(self.request.user)

    def prepare(self) -> None:
        self.object = self.fetch(self.get_queryset(), self.kwargs[self.pk_url_kwarg])

    def get_title(self) -> str:
        return self.page_title or str(self.object)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "object": self.object}


class DetailPage(RecordPage):
    """What is the state, what does it still need, what may I do now."""

    template_name = "ui/detail_page.html"

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
        return ""

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "status": self.status(),
            "needs": self.needs(),
            "facts": self.facts(),
            "actions": enabled_first(self.actions()),
            "responsible": self.responsible(),
            "clauses": self.clauses(),
            "history_url": self.history_url(),
        }


class FormPage(Page):
    """Bind a form, call one command, say what happened, redirect. A refusal becomes a form error."""

    template_name = "ui/command_page.html"
    http_method_names = ["get", "post", "head", "options"]
    form_class: type[forms.Form]
    submit_label = "提交"
    submit_style = "primary"
    success_text = ""

    def get_form(self, data: Any = None, files: Any = None) -> forms.Form:
        return self.form_class(data, files, **self.form_kwargs())

    def form_kwargs(self) -> dict[str, Any]:
        return {"initial": self.initial()}

    def initial(self) -> dict[str, Any]:
        return {}

    def consequences(self) -> list[str]:
        return []

    def cancel_url(self) -> str:
        """Where “返回” leads: the nearest of the crumbs, unless the page says otherwise."""
        return next((url for _, url in reversed(self.crumbs()) if url), "")

    def success_url(self, result: Any) -> str:
        raise ImproperlyConfigured(f"{type(self).__name__}.success_url")

    def run(self, form: forms.Form) -> Any:
        """Call the command; its result is handed to `success_url`."""
        raise ImproperlyConfigured(f"{type(self).__name__}.run")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(form=self.get_form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(form=form, status=422)
        try:
            result = self.run(form)
        except Refused as refusal:
            form.add_error(None, refusal.decision.sentence)
        except ValidationError as error:
            add_validation_error(form, error)
        else:
            return self.success_response(result)
        return self.show(form=form, status=422)

    def success_response(self, result: Any) -> HttpResponse:
        """Say what happened and lead on; a page whose result is shown only once answers with it instead."""
        if self.success_text:
            messages.success(self.request, self.success_text)
        return redirect(self.success_url(result))

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "consequences": self.consequences(),
            "submit_label": self.submit_label,
            "submit_style": self.submit_style,
            "cancel_url": self.cancel_url(),
            "on_behalf_of": self.decision.on_behalf_of,
            "seen": [],
        }


class CommandPage(FormPage, RecordPage):
    """A command on one record; the form carries the revision it saw, so that a lost race is noticed."""

    def attempted(self) -> tuple[str, str, Any]:
        return self.action_code() or "page.submit", self.get_title(), self.object

    def context(self) -> dict[str, Any]:
        name = f"seen:{self.object._meta.label_lower}:{self.object.pk}"
        return {**super().context(), "seen": [(name, self.seen_revision())]}

    def seen_revision(self) -> int:
        """What the person saw: after a refused post still the revision of the page they opened."""
        name = f"seen:{self.object._meta.label_lower}:{self.object.pk}"
        posted = self.request.POST.get(name, "")
        return int(posted) if posted.isdigit() else self.object.revision


class ActPage(CommandPage):
    """A command page by declaration: the rule, the command, the name of its argument, and where to go afterwards.

    All fields of the form but the reason and a re-entered password are handed to the command by name.
    """

    rule: Callable[..., Decision]
    command: Callable[..., Any]
    argument = ""
    verb = ""
    NOT_ARGUMENTS = ("reason", "own_password")

    def may_open(self) -> Decision:
        return type(self).rule(self.request.user, self.object)

    def attempted(self) -> tuple[str, str, Any]:
        return self.action_code() or "page.submit", self.verb, self.object

    def get_title(self) -> str:
        return f"{self.verb}：{self.object}"

    def arguments(self, form: forms.Form) -> dict[str, Any]:
        return {name: value for name, value in form.cleaned_data.items() if name not in self.NOT_ARGUMENTS}

    def run(self, form: forms.Form) -> Any:
        named = {self.argument: self.object, **self.arguments(form)}
        return type(self).command(actor=self.request.user, reason=form.cleaned_data.get("reason", ""), **named)

    def home_of(self, record: Any) -> str:
        """The page of the record the command returned."""
        raise ImproperlyConfigured(f"{type(self).__name__}.home_of")

    def cancel_url(self) -> str:
        return self.home_of(self.object)

    def success_url(self, result: Any) -> str:
        return self.home_of(result)


class ConfirmPage(CommandPage):
    """An irreversible act: what will happen, to whom, what can never be undone, and why."""

    template_name = "ui/confirm_page.html"
    submit_style = "danger"


def add_validation_error(form: forms.Form, error: ValidationError) -> None:
    """Put a model's errors beside the fields the form has, the rest on top."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for field, problems in error.error_dict.items():
        form.add_error(field if field in form.fields else None, problems)


__all__ = [
    "ActPage",
    "CommandPage",
    "ConfirmPage",
    "DetailPage",
    "FormPage",
    "ListPage",
    "Page",
    "RecordPage",
    "add_validation_error",
    "export_recorders",
    "refusal_recorders",
    "told_of_missing",
]
