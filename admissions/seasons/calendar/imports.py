"""Import of a year's working-day calendar: whole years only, so that no day is ever guessed."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Max, Min
from django.urls import reverse

from admissions.accounts.permissions import Permission
from admissions.audit.commands import explain_unique
from admissions.core.decision import Refused
from admissions.core.importing.kinds import ImportKind, Judged, Standing, Verdict, rejected
from admissions.core.importing.sheets import Column, Row
from admissions.evidence.models import ImportBatch

from .days import Day, days_of_year
from .models import CalendarDay
from .selectors import days_of

KIND = "calendar"
COLUMNS = (
    Column("date", "日期"),
    Column("is_work", "是否工作日", ("工作日", "是否上班")),
    Column("label", "说明", ("备注", "节日"), required=False),
)
WORDS = {"是": True, "工作日": True, "上班": True, "班": True, "1": True}
WORDS |= {"否": False, "休息日": False, "休息": False, "放假": False, "休": False, "0": False}
SATURDAY = 5
NAMED_AT_MOST = 3
EARLIEST, LATEST = 2004, 2100
CHANGED_SINCE = "预检之后工作日历又有变动，不能按旧的预检结果写入。"
AGAIN = "请作废这次导入，重新上传同一文件预检。"
LOCK = 4_202_620

explain_unique(CalendarDay, "date", CHANGED_SINCE + AGAIN)


def judge(rows: list[Row], season: Any) -> Iterator[Judged]:
    """A verdict per day; the days of a year that would stay incomplete or untouched are rejected together."""
    by_year: dict[int, dict[date, tuple[Row, Day]]] = defaultdict(dict)
    for row in rows:
        read = _read(row)
        if isinstance(read, Judged):
            yield read
        elif read.date in by_year[read.date.year]:
            other = by_year[read.date.year][read.date][0]
            yield rejected(row, "日期", row.cells["date"], f"与第{other.line}行的日期重复")
        else:
            by_year[read.date.year][read.date] = (row, read)
    for year, given in by_year.items():
        yield from _judged_year(year, given)


def _read(row: Row) -> Day | Judged:
    cells = row.cells
    day = _day(cells["date"])
    if day is None:
        return rejected(row, "日期", cells["date"], "不是日期，应写作2027-01-01")
    if not EARLIEST <= day.year <= LATEST:
        return rejected(row, "日期", cells["date"], f"年份应在{EARLIEST}至{LATEST}之间")
    if cells["is_work"] not in WORDS:
        return rejected(row, "是否工作日", cells["is_work"], "应填“是”或“否”", day.isoformat())
    room = CalendarDay._meta.get_field("label").max_length
    if len(cells["label"]) > room:
        return rejected(row, "说明", cells["label"], f"超过{room}字", day.isoformat())
    return Day(day, WORDS[cells["is_work"]], cells["label"])


def _day(text: str) -> date | None:
    parts = text.replace("年", "-").replace("月", "-").removesuffix("日").replace("/", "-").replace(".", "-").split("-")
    try:
        year, month, number = (int(part) for part in parts)
        return date(year, month, number)
    except ValueError:
        return None


def _judged_year(year: int, given: dict[date, tuple[Row, Day]]) -> Iterator[Judged]:
    stored = days_of(year)
    fault = _fault(year, {day: read for day, (_, read) in given.items()}, stored)
    for row, read in given.values():
        if fault:
            yield rejected(row, "日期", row.cells["date"], fault, read.date.isoformat())
        else:
            yield _verdict(row, read, stored.get(read.date))


def _fault(year: int, given: dict[date, Day], stored: dict[date, Day]) -> str:
    """Why no day of this year can be taken over; empty when all is well."""
    whole = {**stored, **given}
    missing = [day for day in days_of_year(year) if day not in whole]
    if missing:
        named = "、".join(day.isoformat() for day in missing[:NAMED_AT_MOST])
        more = "等" if len(missing) > NAMED_AT_MOST else ""
        return f"{year}年缺{len(missing)}日（{named}{more}），须整年导入"
    if all(day.is_work for day in whole.values() if day.date.weekday() < SATURDAY):
        return f"{year}年周一至周五没有一日放假，像是没有按放假通知填写"
    return ""


def _verdict(row: Row, read: Day, known: Day | None) -> Judged:
    payload = {"date": read.date.isoformat(), "is_work": read.is_work, "label": read.label}
    if known is None:
        return Judged(row.line, Verdict.NEW, read.date.isoformat(), payload=payload)
    changes = []
    if known.is_work != read.is_work:
        changes.append(f"工作日：{_word(known)} → {_word(read)}")
    if known.label != read.label:
        changes.append(f"说明：{known.label or '（空）'} → {read.label or '（空）'}")
    verdict = Verdict.CHANGED if changes else Verdict.SAME
    payload["was"] = [known.is_work, known.label]
    return Judged(row.line, verdict, read.date.isoformat(), changes=changes, payload=payload)


def _word(day: Day) -> str:
    return "是" if day.is_work else "否"


def apply(payloads: list[dict[str, Any]], batch: ImportBatch, actor: Any) -> None:
    """Inside the confirming command: write new days and change known ones.

    Refuses: a day changed or appeared since the check.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    source = f"导入文件《{batch.file.name}》，校验值{batch.file.sha256[:16]}"[:200]
    by_date = {date.fromisoformat(payload["date"]): payload for payload in payloads}
    known = {row.date: row for row in CalendarDay.objects.select_for_update().filter(date__in=by_date).order_by("date")}
    new = []
    for day, payload in by_date.items():
        row = known.get(day)
        if ("was" in payload) != (row is not None) or (row and payload["was"] != [row.is_work, row.label]):
            raise Refused(CHANGED_SINCE, who_can=AGAIN)
        if row is None:
            new.append(CalendarDay(date=day, is_work=payload["is_work"], label=payload["label"], source=source))
        else:
            row.is_work, row.label, row.source = payload["is_work"], payload["label"], source
            row.save()
    CalendarDay.objects.record_many(new)


def standing(season: Any) -> Standing:
    years = CalendarDay.objects.aggregate(first=Min("date__year"), last=Max("date__year"))
    if years["first"] is None:
        return Standing("现在还没有工作日历。")
    span = f"{years['first']}年至{years['last']}年"
    return Standing(f"并入现有的工作日历（{span}）：文件里的日期写入或更正，其余日期不变。")


CALENDAR = ImportKind(
    code=KIND,
    label="工作日历",
    permission=Permission.IMPORT_REFERENCE,
    columns=COLUMNS,
    intro="某一年的全部日期，按当年放假和调休通知标明是否工作日。可在“工作日历”页下载该年模板，改好后上传。",
    standing=standing,
    judge=judge,
    apply=apply,
    result_url=lambda batch: reverse("seasons:calendar"),
)
