"""The generic pages to act on: form, command, act, confirmation; the pages to look at (`pages.py`) are handed on from here.

A page fetches through `visible_to`, binds a form, calls one command, says what happened and redirects.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from .decision import Decision, Refused
from .faults import is_full, no_space
from .given import whole_number
from .glyphs import named, signs_without_glyph, words_in
from .once import EARLIER, FIELD, SubmittedBefore, key_of, new_key, submission_of, submitting
from .pages import (
    PER_PAGE,
    Beside,
    DetailPage,
    ListPage,
    Page,
    RecordPage,
    beside_records,
    export_mark,
    export_recorders,
    gate_keepers,
    identity_askers,
    page_of,
    refusal_recorders,
    told_of_missing,
    way_to,
)


class FormPage(Page):
    """Bind a form, call one command, say what happened, redirect. A refusal becomes a form error."""

    template_name = "ui/command_page.html"
    http_method_names = ["get", "post", "head", "options"]
    form_class: type[forms.Form]
    submit_label = "提交"
    submit_style = "primary"
    success_text = ""
    # Of a form that is to be sent once more although it was carried out before.
    key: UUID | None = None

    def get_form(self, data: Any = None, files: Any = None) -> forms.Form:
        return self.form_class(data, files, **self.form_kwargs())

    def form_kwargs(self) -> dict[str, Any]:
        return {"initial": self.initial()}

    def initial(self) -> dict[str, Any]:
        return {}

    def consequences(self) -> list[str]:
        return []

    def printed(self) -> Any:
        """What this act puts on paper for good, as nested texts: signs that no font of ours shows are named before it."""
        return ()

    def cancel_url(self) -> str:
        """Where “返回” leads: the nearest of the crumbs, unless the page says otherwise."""
        return next((url for _, url in reversed(self.crumbs()) if url), "")

    def success_url(self, result: Any) -> str:
        """The page of what the command returned, else where “返回” leads."""
        url = page_of(result) or self.cancel_url()
        if not url:
            raise ImproperlyConfigured(f"{type(self).__name__}.success_url")
        return url

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
            with submitting(request):
                result = self.run(form)
        except SubmittedBefore:
            return self.answer_again(form)
        except Refused as refusal:
            form.add_error(None, refusal.decision.sentence)
        except ValidationError as error:
            add_validation_error(form, error)
        except (OSError, OperationalError) as error:
            if not is_full(error):
                raise
            form.add_error(None, no_space().decision.sentence)
        else:
            return self.success_response(result)
        return self.show(form=form, status=422)

    def refuse(self) -> HttpResponse:
        """What the form itself has done may be why the door is closed now: then it is no attempt."""
        return self.done_before() or super().refuse()

    def done_before(self) -> HttpResponse | None:
        """The answer to a form that this person has sent before, word for word; None where it is another."""
        sent = submission_of(self.request) if self.request.method == "POST" else None
        earlier = EARLIER(self.request.user, sent.key) if sent is not None else None
        if sent is None or earlier is None or earlier.digest != sent.digest:
            return None
        messages.info(self.request, "这份表单已经提交并办理过，没有重复办理。")
        return redirect(page_of(earlier.record) or self.cancel_url() or "home")

    def answer_again(self, form: forms.Form) -> HttpResponse:
        """Sent twice: to what the first one did. With other content nothing is lost, and it is asked once more."""
        answer = self.done_before()
        if answer is not None:
            return answer
        self.key = new_key()
        form.add_error(None, "这份表单已经办理过一次，这次的内容与那次不同，还没有办理。确要再办一次的，请再次提交。")
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
            "unprintable": named(signs_without_glyph(words_in(self.printed()))),
            "submit_label": self.submit_label,
            "submit_style": self.submit_style,
            "cancel_url": self.cancel_url(),
            "on_behalf_of": self.decision.on_behalf_of,
            "seen": [(FIELD, self.key or key_of(self.request) or new_key())],
        }


class CommandPage(FormPage, RecordPage):
    """A command on one record; the form carries the revision it saw, so that a lost race is noticed."""

    def cancel_url(self) -> str:
        return page_of(self.object) or super().cancel_url()

    def attempted(self) -> tuple[str, str, Any]:
        return self.action_code() or "page.submit", self.get_title(), self.object

    def context(self) -> dict[str, Any]:
        name = f"seen:{self.object._meta.label_lower}:{self.object.pk}"
        context = super().context()
        return {**context, "seen": [*context["seen"], (name, self.seen_revision())]}

    def seen_revision(self) -> int:
        """What the person saw: after a refused post still the revision of the page they opened."""
        name = f"seen:{self.object._meta.label_lower}:{self.object.pk}"
        posted = whole_number(self.request.POST.get(name, ""))
        return self.object.revision if posted is None else posted


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
        """The page of the record the command returned, or of the one it is about."""
        return page_of(record) or super().cancel_url()

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
    "PER_PAGE",
    "ActPage",
    "Beside",
    "CommandPage",
    "ConfirmPage",
    "DetailPage",
    "FormPage",
    "ListPage",
    "Page",
    "RecordPage",
    "add_validation_error",
    "beside_records",
    "export_mark",
    "export_recorders",
    "gate_keepers",
    "identity_askers",
    "page_of",
    "refusal_recorders",
    "told_of_missing",
    "way_to",
]
