"""Does what a right rests on still hold? Asked at the act, by one function, for every rule of the house.

A right that comes with a post rests on the appointment: on duty, inside its period, the account open, and nothing lapsed of
what readiness asked when the person went on duty. What lapses is answered by readiness, which lies above this capability.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import connection
from django.utils import timezone

from admissions.audit.actions import current_action
from admissions.core.capability import Slot
from admissions.core.citations import cite
from admissions.core.clock import minute_text
from admissions.core.decision import Decision, allow, deny

from .enums import AppointmentStatus
from .models import Appointment

GROUND = cite("house-ground")
# Appointments (of any seasons, with person and post__group__season loaded) → by id the answer whether readiness lapsed.
Lapses = Callable[[Iterable[Any]], Mapping[int, Decision]]
LAPSES: Slot[Lapses] = Slot("lapses", Lapses, one=True)
RETURN = "请由行政秘书或组长办理恢复上岗。"
KEPT, READ_IN = "_ground_kept", "_ground_read_in"


def still_holds(appointment: Appointment) -> Decision:
    """May the holder, or whoever stands in, act by this appointment at this instant?

    Inside a command it is asked of the row as it stands there, held until the command is over: whoever suspends or ends
    the appointment meanwhile waits. Elsewhere once for each object, that is once for a page.
    """
    action = current_action()
    mark = None if action is None else action.event_id
    if mark is not None and appointment.__dict__.get(READ_IN) != mark:
        _read_anew(appointment)
        appointment.__dict__[READ_IN] = mark
    asked_of = (mark, appointment.status, appointment.period, appointment.person.is_active)
    known = appointment.__dict__.get(KEPT)
    if known is None or known[0] != asked_of:
        known = appointment.__dict__[KEPT] = (asked_of, still_hold([appointment])[appointment.pk])
    answer: Decision = known[1]
    return answer


def still_hold(appointments: Iterable[Appointment]) -> dict[int, Decision]:
    """Appointment id → the same answer for many, as they were read; a constant number of queries for each season."""
    rows = list(appointments)
    found = {row.pk: _in_force(row) for row in rows}
    held = [row for row in rows if found[row.pk].ok]
    return found | dict(LAPSES(held)) if held else found


def _in_force(row: Appointment) -> Decision:
    """On duty, inside the period, the account open."""
    now, period = timezone.now(), row.period
    if row.status == AppointmentStatus.ENDED:
        return deny(f"{row}的任职已结束，不能再以此岗位办理。", GROUND, "请由现任人员办理。")
    if row.status == AppointmentStatus.SUSPENDED:
        return deny(f"{row}的任职已暂停，暂停期间不能办理，也不能由他人代办。", GROUND, RETURN)
    if row.status != AppointmentStatus.ON_DUTY:
        return deny(f"{row}尚未上岗，不能以此岗位办理。", GROUND, "请先办理上岗。")
    if period.isempty or (period.upper is not None and period.upper <= now):
        ended = "" if period.isempty else f"于{minute_text(period.upper)}"
        return deny(f"{row}的任职期间已{ended}届满，不能再以此岗位办理。", GROUND, "请由行政秘书变更期间，或办理交接。")
    if period.lower > now:
        return deny(
            f"{row}的任职期间尚未开始，不能以此岗位办理。", GROUND, f"请在{minute_text(period.lower)}以后办理。"
        )
    if not row.person.is_active:
        return deny(f"{row.person.name}的账号已停用，不能以其岗位办理。", GROUND, "请联系安全管理员。")
    return allow()


def _read_anew(appointment: Appointment) -> None:
    """Status and period as they stand now; the row is held against whoever would change it until the command is over."""
    table = Appointment._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT status, lower(period), upper(period), isempty(period) FROM {table} WHERE id = %s FOR SHARE",
            [appointment.pk],
        )
        status, lower, upper, is_empty = cursor.fetchone()
    appointment.status = status
    appointment.period = type(appointment.period)(empty=True) if is_empty else type(appointment.period)(lower, upper)
