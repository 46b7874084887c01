"""逐级通知: told, and answered for oneself."""

from typing import Any

from django import forms
from django.utils import timezone

from admissions.core.forms import PlainForm

from .. import rules
from ..forms import CallForm
from ..notice_chain import known_to, next_of, steps_of
from ..services import calls
from .acts import OfSubmission


class CallPage(OfSubmission):
    form_class = CallForm
    verb, submit_label, why, success_text = "登记通知", "登记", "逐级通知", "已登记。"
    rule, command = rules.can_call, calls.record_call

    def prepare(self) -> None:
        super().prepare()
        self.steps = known_to(self.request.user, steps_of(self.object))

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "steps": self.steps, "user": self.request.user}

    def initial(self) -> dict[str, Any]:
        following = next_of(self.steps)
        return {"person": following.person.pk if following else None, "called_at": timezone.localtime()}

    def consequences(self) -> list[str]:
        return ["未联系上的也要登记，再通知下一位；本人收到后自己回执。", "登记后不能改动，有误的再登记一次并说明。"]

    def arguments(self, form: forms.Form) -> dict[str, Any]:
        return form.cleaned_data


class AcknowledgePage(OfSubmission):
    form_class = PlainForm
    verb, submit_label, why, success_text = "回执", "已知悉，回执", "知悉报告", "已回执。"
    rule, command = rules.can_acknowledge, calls.acknowledge

    def consequences(self) -> list[str]:
        return ["表示您本人已知悉这份报告；签收、批示照常另办。"]
