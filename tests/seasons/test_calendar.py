"""The calendar: seeded from the package, read as whole years, drawn month by month, imported for later years."""

import csv
import io
from datetime import date

import chinese_calendar
import pytest
from django.urls import reverse

from admissions.accounts.enums import Role
from admissions.core.decision import Refused
from admissions.core.importing.kinds import Verdict
from admissions.core.importing.sheets import Row
from admissions.evidence.enums import ImportStatus
from admissions.evidence.imports.checking import check_batch
from admissions.evidence.services import confirm_import, upload_import
from admissions.evidence.storage import Incoming
from admissions.seasons.calendar.days import CalendarMissing, days_of_year
from admissions.seasons.calendar.grid import months_of, totals
from admissions.seasons.calendar.imports import CALENDAR, judge
from admissions.seasons.calendar.models import CalendarDay
from admissions.seasons.calendar.seeds import seed_calendar
from admissions.seasons.calendar.selectors import calendar_years, days_of, stored_calendar
from admissions.seasons.calendar.template import template_file
from tests.factories.accounts import UserFactory, user_with
from tests.factories.seasons import calendar_of
from tests.trail import assert_recorded, assert_refused, setting_up

pytestmark = pytest.mark.django_db
HOLIDAYS = {f"2027-10-0{n}": "国庆节" for n in range(1, 8)}


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def filled_in(content: bytes, holidays=HOLIDAYS, skip=()) -> bytes:
    """The template as a secretary returns it."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    out = io.StringIO()
    writer = csv.writer(out)
    for day, weekday, is_work, label in rows:
        if day in holidays:
            is_work, label = "否", holidays[day]
        if day not in skip:
            writer.writerow([day, weekday, is_work, label])
    return out.getvalue().encode("gb18030")


def uploaded(content: bytes, actor=None):
    actor = actor or user_with(Role.SECRETARIAT)
    incoming = Incoming([content], "2027年工作日历.csv")
    batch = upload_import(actor=actor, reason="2027年放假通知", kind=CALENDAR, season=None, incoming=incoming)
    return check_batch(batch.pk)


def rows_of(batch, verdict):
    return list(batch.rows.filter(verdict=verdict).values_list("line", "column", "value", "reason"))


class TestSeed:
    def test_every_packaged_day_once_and_as_the_package_says(self):
        assert seed_calendar() == "载入8401日"
        stored = dict(CalendarDay.objects.values_list("date", "is_work"))
        assert len(stored) == 8401
        assert all(chinese_calendar.is_workday(day) == is_work for day, is_work in stored.items())
        assert assert_recorded("calendar.seed", outcome="machine").reason == "载入2004—2026年工作日历"

    def test_again_changes_nothing(self):
        seed_calendar()
        assert seed_calendar() == "2004—2026年已齐全，未作改动"
        assert CalendarDay.history.count() == 8401

    def test_labels_name_the_holiday_and_the_shifted_day(self):
        calendar_of(2026)
        days = days_of(2026)
        wanted = {
            date(2026, 10, 1): (False, "国庆节"),
            date(2026, 10, 10): (True, "国庆节调休上班"),
            date(2026, 10, 11): (False, "周末"),
            date(2026, 10, 12): (True, ""),
        }
        assert {day: (days[day].is_work, days[day].label) for day in wanted} == wanted


class TestReading:
    def test_only_complete_years_count(self):
        calendar_of(2025, 2026)
        with setting_up():
            CalendarDay.objects.get(date=date(2025, 6, 1)).delete()
        assert calendar_years() == [2026]
        assert stored_calendar().is_working(date(2026, 10, 10))
        with pytest.raises(CalendarMissing, match="没有2025年的工作日历"):
            stored_calendar().is_working(date(2025, 6, 2))

    def test_a_year_is_read_once(self, django_assert_num_queries):
        calendar_of(2026)
        calendar = stored_calendar()
        with django_assert_num_queries(1):
            assert sum(calendar.is_working(day) for day in days_of_year(2026)) == 248


class TestGrid:
    def test_every_day_of_the_year_stands_once_in_its_month(self):
        calendar_of(2026)
        months = months_of(2026, days_of(2026), date(2026, 11, 23))
        cells = [cell for month in months for week in month.weeks for cell in week if cell.number]
        assert len(cells) == 365
        assert [cell.title for cell in cells if cell.is_today] == ["2026-11-23 工作日"]
        assert sum(month.work_days for month in months) == 248

    def test_words_stand_beside_the_colour(self):
        calendar_of(2026)
        october = months_of(2026, days_of(2026), date(2026, 1, 1))[9]
        words = {cell.number: (cell.kind, cell.word) for week in october.weeks for cell in week if cell.number}
        assert (words[1], words[10], words[11], words[12]) == (
            ("holiday", "国庆节"),
            ("shift", "班"),
            ("rest", "休"),
            ("work", ""),
        )

    def test_totals_add_up_to_the_year(self):
        calendar_of(2026)
        assert sum(number for _, number in totals(days_of(2026))) == 365


class TestImport:
    def test_the_filled_in_template_brings_in_the_year(self):
        uploader, confirmer = user_with(Role.SECRETARIAT), user_with(Role.SECRETARIAT)
        batch = uploaded(filled_in(template_file(2027)), uploader)
        assert (batch.status, batch.totals["new"], batch.totals["rejected"]) == (ImportStatus.READY, 365, 0)
        confirm_import(actor=confirmer, reason="已与通知核对", batch=batch)
        assert calendar_years() == [2027]
        assert not stored_calendar().is_working(date(2027, 10, 5))
        assert CalendarDay.objects.get(date=date(2027, 10, 5)).source.startswith(
            "导入文件《2027年工作日历.csv》，校验值"
        )
        assert_recorded("imports.confirm", actor=confirmer, target=batch, reason="已与通知核对")

    def test_the_same_file_again_is_all_the_same(self):
        content = filled_in(template_file(2027))
        first = uploaded(content)
        confirm_import(actor=user_with(Role.SECRETARIAT), reason="核对", batch=first)
        assert uploaded(content).totals == {"new": 0, "changed": 0, "same": 365, "rejected": 0}

    def test_the_uploader_cannot_confirm(self):
        secretary = user_with(Role.SECRETARIAT)
        batch = uploaded(filled_in(template_file(2027)), secretary)
        with pytest.raises(Refused, match="不能确认自己上传的导入"):
            confirm_import(actor=secretary, reason="自己确认", batch=batch)
        assert_refused("imports.confirm", actor=secretary)
        assert not CalendarDay.objects.exists()

    def test_a_year_with_missing_days_is_rejected_whole_and_names_them(self):
        batch = uploaded(filled_in(template_file(2027), skip=("2027-05-01", "2027-12-31")))
        assert batch.totals["rejected"] == 363
        assert rows_of(batch, Verdict.REJECTED)[0] == (
            2,
            "日期",
            "2027-01-01",
            "2027年缺2日（2027-05-01、2027-12-31），须整年导入",
        )

    def test_the_untouched_template_is_not_taken_for_a_calendar(self):
        batch = uploaded(filled_in(template_file(2027), holidays={}))
        assert batch.totals["rejected"] == 365
        assert rows_of(batch, Verdict.REJECTED)[0][3] == "2027年周一至周五没有一日放假，像是没有按放假通知填写"

    def test_a_later_correction_of_a_known_year_needs_only_its_days(self):
        calendar_of(2026)
        batch = uploaded("日期,是否工作日,说明\n2026-09-03,否,纪念日放假\n2026年9月6日,是,调休上班\n".encode())
        assert [row.changes for row in batch.rows.order_by("line")] == [
            ["工作日：是 → 否", "说明：（空） → 纪念日放假"],
            ["工作日：否 → 是", "说明：周末 → 调休上班"],
        ]
        confirm_import(actor=user_with(Role.SECRETARIAT), reason="临时放假通知", batch=batch)
        changed = CalendarDay.objects.get(date=date(2026, 9, 3))
        assert (changed.is_work, changed.label, changed.history.count()) == (False, "纪念日放假", 2)

    def test_a_day_that_changed_since_the_check_is_not_overwritten(self):
        calendar_of(2026)
        batch = uploaded("日期,是否工作日,说明\n2026-09-03,否,纪念日\n".encode())
        with setting_up():
            day = CalendarDay.objects.get(date=date(2026, 9, 3))
            day.label = "他人更正"
            day.save()
        with pytest.raises(Refused, match="预检之后工作日历又有变动"):
            confirm_import(actor=user_with(Role.SECRETARIAT), reason="核对", batch=batch)
        assert CalendarDay.objects.get(date=date(2026, 9, 3)).label == "他人更正"

    @pytest.mark.parametrize(
        ("cells", "column", "reason"),
        [
            ({"date": "2027-02-30"}, "日期", "不是日期，应写作2027-01-01"),
            ({"date": "明年元旦"}, "日期", "不是日期，应写作2027-01-01"),
            ({"date": ""}, "日期", "不是日期，应写作2027-01-01"),
            ({"date": "1997-01-01"}, "日期", "年份应在2004至2100之间"),
            ({"is_work": "大概"}, "是否工作日", "应填“是”或“否”"),
            ({"is_work": ""}, "是否工作日", "应填“是”或“否”"),
            ({"label": "节" * 41}, "说明", "超过40字"),
        ],
    )
    def test_a_bad_cell_is_named(self, cells, column, reason):
        row = Row(9, {"date": "2027-01-01", "is_work": "是", "label": ""} | cells)
        (judged,) = judge([row], None)
        assert (judged.line, judged.verdict, judged.column, judged.reason) == (9, Verdict.REJECTED, column, reason)

    def test_the_same_day_twice_is_rejected_the_second_time(self):
        calendar_of(2026)
        rows = [Row(n, {"date": "2026-09-03", "is_work": "是", "label": ""}) for n in (2, 3)]
        assert [(judged.line, judged.verdict, judged.reason) for judged in judge(rows, None)] == [
            (3, Verdict.REJECTED, "与第2行的日期重复"),
            (2, Verdict.SAME, ""),
        ]


class TestPages:
    def test_everybody_reads_the_year_and_its_source(self, client):
        calendar_of(2026)
        client.force_login(UserFactory())
        text = client.get(reverse("seasons:calendar-year", args=[2026])).content.decode()
        assert "2026年工作日历" in text
        assert "节假日开源数据 chinesecalendar" in text
        assert "导入工作日历" not in text

    def test_a_year_without_calendar_says_so_and_offers_the_template(self, client):
        calendar_of(2026)
        client.force_login(user_with(Role.SECRETARIAT))
        text = client.get(reverse("seasons:calendar-year", args=[2027])).content.decode()
        assert "没有2027年的工作日历" in text
        assert reverse("seasons:calendar-template", args=[2027]) in text

    @pytest.mark.parametrize(("year", "status"), [(2003, 404), (2004, 200), (2100, 200), (2101, 404)])
    def test_years_far_off_do_not_exist(self, client, year, status):
        client.force_login(user_with(Role.SECRETARIAT))
        assert client.get(reverse("seasons:calendar-year", args=[year])).status_code == status
        assert client.get(reverse("seasons:calendar-template", args=[year])).status_code == status

    def test_the_template_is_for_those_who_import(self, client):
        url = reverse("seasons:calendar-template", args=[2027])
        client.force_login(UserFactory())
        assert client.get(url).status_code == 403
        client.force_login(user_with(Role.SECRETARIAT))
        lines = client.get(url).content.decode("utf-8-sig").splitlines()
        assert (lines[0], lines[1], len(lines)) == ("日期,星期,是否工作日,说明", "2027-01-01,星期五,是,", 366)
