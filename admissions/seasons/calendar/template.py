"""The file a secretary fills in for a new year: every day, weekends resting, holidays still to be entered."""

import csv
from io import StringIO

from admissions.core.clock import weekday_text

from .days import days_of_year

HEADERS = ("日期", "星期", "是否工作日", "说明")
SATURDAY = 5


def template_file(year: int) -> bytes:
    """csv with a byte order mark, so that spreadsheet programs read the Chinese."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADERS)
    for day in days_of_year(year):
        is_work = day.weekday() < SATURDAY
        writer.writerow([day.isoformat(), weekday_text(day), "是" if is_work else "否", "" if is_work else "周末"])
    return text.getvalue().encode("utf-8-sig")
