"""What readiness shows on the page of an appointment: each condition, and the way on duty."""

from collections.abc import Iterable
from typing import Any

from workgroups.appointments.enums import AppointmentStatus
from workgroups.appointments.ground import still_holds
from workgroups.appointments.models import Appointment
from workgroups.appointments.parts import Offer, Part, offer

from .rules import can_put_on_duty
from .selectors import readiness

WAYS_ON = {AppointmentStatus.PENDING: "办理上岗", AppointmentStatus.SUSPENDED: "恢复上岗"}


class ReadinessPart(Part):
    order = 10
    template = "readiness/_on_appointment.html"

    def __init__(self, user: Any, appointment: Appointment) -> None:
        super().__init__(user, appointment)
        self.readiness = readiness(appointment)

    def needs(self) -> str:
        status = self.appointment.status
        if status == AppointmentStatus.ON_DUTY:
            ground = still_holds(self.appointment)
            return "" if ground.ok else ground.sentence
        waits = status in (AppointmentStatus.PROPOSED, *WAYS_ON)
        return self.readiness.sentence if waits else ""

    def actions(self) -> Iterable[Offer]:
        label = WAYS_ON.get(AppointmentStatus(self.appointment.status))
        if label:
            may = can_put_on_duty(self.user, self.appointment, self.readiness)
            yield offer(20, label, "readiness:activate", self.appointment, may, "user-check", "primary")
