"""逾期督办逐级上报 (#39): pure functions of the term and today; the days are this office's own setting."""

from datetime import date, datetime, time

from django.utils import timezone

from .enums import ReminderLevel

# Level → days past the term from which it is reached.
DAYS = {ReminderLevel.ACCEPTOR: 1, ReminderLevel.HEAD: 3, ReminderLevel.SUPERVISOR: 7}


def level_reached(due_on: date, today: date) -> int:
    """0 while the term runs, else the highest level reached."""
    late = (today - due_on).days
    return max((level for level, days in DAYS.items() if late >= days), default=0)


def end_of(day: date) -> datetime:
    """Until when a task due on the day is in time."""
    return timezone.make_aware(datetime.combine(day, time(23, 59)))
