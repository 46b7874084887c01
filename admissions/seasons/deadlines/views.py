"""期限推算: what the engine says for given values, and how it was counted. Reads only."""

from datetime import time
from typing import Any

from django.utils import timezone

from admissions.core.decision import Refused
from admissions.core.views import Page
from admissions.seasons.calendar.selectors import stored_calendar

from .engine import Deadline, due
from .forms import OWN, PAUSES, CalculatorForm, PauseForms
from .policies import known_policies
from .policy import Policy
from .wording import BEIJING

MANAGEMENT = {"pauses-TOTAL_FORMS": str(PAUSES), "pauses-INITIAL_FORMS": "0"}


class DeadlinePage(Page):
    """All values stand in the address, so that a calculation can be passed on."""

    template_name = "seasons/deadline.html"
    page_title = "期限推算"

    def context(self) -> dict[str, Any]:
        asked = "starts_on" in self.request.GET
        values = {**self.request.GET.dict(), **MANAGEMENT} if asked else None
        policies = known_policies()
        form = CalculatorForm(values, policies=policies)
        pauses = PauseForms(values, prefix="pauses")
        deadline, refusal = self.calculated(form, pauses) if asked else (None, "")
        return {
            **super().context(),
            "page_intro": "按期限规则和工作日历推算到期日，逐行说明怎么算的。只作推算，不留存。",
            "form": form,
            "pauses": pauses,
            "pauses_open": any(row.has_changed() for row in pauses) or bool(form["extension"].value()),
            "policies": [(key, policy, policy_text(policy)) for key, policy in policies.items()],
            "own": OWN,
            "deadline": deadline,
            "ends_text": ends_text(deadline) if deadline else "",
            "refusal": refusal,
        }

    def calculated(self, form: CalculatorForm, pauses: Any) -> tuple[Deadline | None, str]:
        """The deadline, or the sentence why there is none."""
        if not all([form.is_valid(), pauses.is_valid()]):
            return None, ""
        policy = form.chosen_policy()
        try:
            found = [row.pause(policy.unit) for row in pauses]
            start = form.start(policy.unit)
            return due(start, policy, stored_calendar(), [p for p in found if p], form.extensions()), ""
        except Refused as refusal:
            return None, refusal.decision.sentence


def ends_text(deadline: Deadline) -> str:
    """Days end at 24:00; hours at their minute."""
    local = timezone.localtime(deadline.at, BEIJING)
    return "当日24时届满" if local.time() == time.max else f"{local:%H:%M}届满"


def policy_text(policy: Policy) -> str:
    """One line about a known policy: length, clause, what pauses it, how far it may be extended."""
    parts = [f"{policy.length}{policy.unit.label}"]
    if policy.max_extension:
        approver = f"（{policy.extension_approver}批准）" if policy.extension_approver else ""
        parts.append(f"最多延长{policy.max_extension}{policy.unit.label}{approver}")
    if policy.pause_reasons:
        parts.append(f"{'、'.join(sorted(reason.label for reason in policy.pause_reasons))}期间不计入")
    if policy.clause:
        parts.append(f"依据{policy.clause}")
    return "；".join(parts)
