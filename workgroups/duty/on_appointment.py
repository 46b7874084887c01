"""Deputies and handovers on the page of an appointment."""

from collections.abc import Iterable
from typing import Any

from admissions.core.decision import Decision
from workgroups.appointments.enums import SERVED, AppointmentStatus
from workgroups.appointments.parts import Offer, Part, offer

from . import rules
from .models import Delegation


class DutyPart(Part):
    order = 30
    template = "duty/_on_appointment.html"

    def actions(self) -> Iterable[Offer]:
        user, row = self.user, self.appointment
        if row.status == AppointmentStatus.ON_DUTY:
            yield offer(40, "安排代岗", "duty:delegate", row, rules.can_delegate(user, row), "arrows-exchange")
        if row.status in SERVED:
            may = rules.can_prepare_handover(user, row)
            yield offer(50, "离岗交接", "duty:handover-prepare", row, may, "clipboard-list")

    def responsible(self) -> Iterable[tuple[str, str]]:
        live = self.appointment.delegations.visible_to(self.user).live().select_related("deputy")
        return [("现由", f"{row.deputy.name}代岗") for row in live]

    def delegations(self) -> list[tuple[Delegation, Decision]]:
        """Each with whether the reader may end it."""
        rows = self.appointment.delegations.visible_to(self.user).select_related("deputy")
        for row in rows:
            row.appointment = self.appointment
        return [(row, rules.can_end_delegation(self.user, row)) for row in rows]

    def handovers(self) -> Any:
        return self.appointment.handovers.visible_to(self.user).select_related("receiver")
