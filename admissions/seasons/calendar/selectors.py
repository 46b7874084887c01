"""The calendar as the engine wants it, and as the year page shows it."""

from datetime import date

from django.db.models import Count
from django.db.models.functions import ExtractYear

from .days import Day, WorkCalendar, days_in_year
from .models import CalendarDay


def stored_calendar() -> WorkCalendar:
    """The imported calendar; a year is read once, when it is first needed."""
    return WorkCalendar(days_of)


def days_of(year: int) -> dict[date, Day]:
    """The imported days of one year by date."""
    rows = CalendarDay.objects.of_year(year).values_list("date", "is_work", "label", "source")
    return {row[0]: Day(*row) for row in rows}


def calendar_years() -> list[int]:
    """Years whose calendar is complete, the latest first."""
    counted = (
        CalendarDay.objects.order_by().annotate(year=ExtractYear("date")).values_list("year").annotate(Count("pk"))
    )
    return sorted((year for year, count in counted if count == days_in_year(year)), reverse=True)
