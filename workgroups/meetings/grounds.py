"""Whose seat has lost its ground: the post behind it ended, was suspended, or its holder's readiness lapsed, at this instant."""

from admissions.core.promises import promised
from workgroups.appointments.ground import still_hold

from .enums import VOTING
from .models import AgendaItem, Meeting, Presence, Seat


def whose_ground_has_ended(meeting: Meeting) -> set[int]:
    """Ids of the seats of the meeting that rest on a post and no longer hold; asked once for each meeting object."""
    known = meeting.__dict__.get("_without_ground")
    if known is None:
        known = meeting.__dict__["_without_ground"] = set(seats_without_ground(meeting))
    return known


def seats_without_ground(meeting: Meeting) -> dict[int, str]:
    """Seat → the sentence why its ground holds no more; a constant number of queries."""
    related = ("appointment__person", "appointment__post__group__season")
    seats = Seat.objects.filter(meeting=meeting, appointment__isnull=False).select_related(*related)
    posts = {seat.pk: seat.appointment for seat in seats if seat.appointment is not None}
    grounds = still_hold(posts.values())
    return {seat: grounds[post.pk].reason for seat, post in posts.items() if not grounds[post.pk].ok}


def present_without_ground(item: AgendaItem) -> set[int]:
    """Of the members who are counted as present for the item, the seats without ground: they fill no quorum."""
    ended = whose_ground_has_ended(promised(item.meeting))
    if not ended:
        return set()
    rows = Presence.objects.attending().filter(seat__in=ended, seat__kind__in=VOTING)
    return set(rows.exclude(seat__person__in=item.recusals.values("person")).values_list("seat_id", flat=True))
