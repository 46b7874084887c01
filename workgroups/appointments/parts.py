"""The page of an appointment is shared: capabilities above show their own on it and offer their acts there (#2, #5, #7).

They provide a `Part`; this package imports none of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from admissions.core.actions import PageAction
from admissions.core.capability import Slot
from admissions.core.decision import Decision

from .models import Appointment


@dataclass(frozen=True)
class Offer:
    """An act with its place in the row of acts: what brings the appointment forward comes before what ends it."""

    order: int
    action: PageAction


def offer(
    order: int, label: str, name: str, appointment: Appointment, may: Decision, icon: str, style: str = "secondary"
) -> Offer:
    """An act of the work groups on this appointment; `name` is the page's."""
    return Offer(order, PageAction(label, reverse(name, args=[appointment.pk]), may, icon, style))


class Part:
    """What one capability adds to the page; made anew for each page, with its reader and its appointment.

    `template` is shown with `part`, in the order of `order`.
    """

    order: int
    template: str

    def __init__(self, user: Any, appointment: Appointment) -> None:
        self.user, self.appointment = user, appointment

    def needs(self) -> str:
        """One sentence: what the appointment still needs; empty when nothing."""
        return ""

    def actions(self) -> Iterable[Offer]:
        return ()

    def responsible(self) -> Iterable[tuple[str, str]]:
        """Lines of who answers for the post besides leader and holder: (in which way, who)."""
        return ()


PARTS: Slot[type[Part]] = Slot("appointment_parts", type[Part])


def parts_of(user: Any, appointment: Appointment) -> list[Part]:
    return [part(user, appointment) for part in sorted(PARTS, key=lambda part: part.order)]
