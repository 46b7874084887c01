"""The answered pledges on the page of an appointment."""

from typing import Any

from workgroups.appointments.parts import Part


class PledgesPart(Part):
    order = 20
    template = "pledges/_on_appointment.html"

    def pledges(self) -> Any:
        return self.appointment.pledges.visible_to(self.user).select_related("version__template").defer("text")
