"""发文字号: 机关代字〔年〕序号, given without gaps, one at a time (GB/T 9704-2012 7.2.5)."""

from typing import Any

from django.db import connection


def next_number(rows: Any, field: str, code: str, year: int) -> str:
    """The next number of the series `code〔year〕`, inside the transaction that uses it.

    `rows`: every row of the series whose `field` carries a number; rows are never deleted. Whoever wants the next one
    waits here until the transaction of the one before has ended.
    """
    series = f"{code}〔{year}〕"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [series])
    return f"{series}{rows.filter(**{f'{field}__startswith': series}).count() + 1}号"
