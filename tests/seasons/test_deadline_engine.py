"""The engine by example: what the sentences say, what is refused and with which words."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from admissions.core.decision import Refused
from admissions.seasons.calendar.days import CalendarMissing, Day, WorkCalendar, days_of_year
from admissions.seasons.deadlines.engine import due
from admissions.seasons.deadlines.enums import LastDay, PauseReason, Unit
from admissions.seasons.deadlines.policy import Extension, InstantPause, Pause, Policy

from .policies import packaged_calendar, policy, rolling

BEIJING = ZoneInfo("Asia/Shanghai")
EMPTY = WorkCalendar.of({})


def hearing(first, last, evidence="听证通知书"):
    return Pause(PauseReason.HEARING, first, last, evidence)


def sentences(deadline):
    return [line.text for line in deadline.trace]


def test_five_working_days_over_the_national_day_of_2026():
    rule = Policy("转送交办异议", 5, Unit.WORKING_DAYS, "信访工作条例第23条")
    deadline = due(date(2026, 9, 24), rule, packaged_calendar())
    assert deadline.date == date(2026, 10, 9)
    assert sentences(deadline) == [
        "起算日为2026年9月24日（星期四），当日不计入，从次日开始计算。",
        "期限为5个工作日（依据：信访工作条例第23条）。",
        "2026年9月25日（星期五）至2026年9月27日（星期日）为中秋节，3日不计。",
        "2026年9月28日（星期一）至2026年9月30日（星期三）为工作日，计3日，累计3个工作日。",
        "2026年10月1日（星期四）至2026年10月7日（星期三）为国庆节，7日不计。",
        "2026年10月8日（星期四）至2026年10月9日（星期五）为工作日，计2日，累计5个工作日。",
        "到期日为2026年10月9日（星期五），当日24时届满。",
    ]


def test_a_day_deadline_ends_at_midnight_in_beijing():
    deadline = due(date(2026, 7, 1), policy(15, Unit.CALENDAR_DAYS), EMPTY)
    assert deadline.at == datetime(2026, 7, 16, 23, 59, 59, 999999, BEIJING)


def test_an_instant_counts_from_its_day_in_beijing_whatever_zone_is_active():
    evening = datetime(2026, 7, 1, 16, 30, tzinfo=UTC)  # 2 July 00:30 in Beijing
    with timezone.override("America/New_York"):
        deadline = due(evening, policy(1, Unit.CALENDAR_DAYS), EMPTY)
    assert deadline.date == date(2026, 7, 3)
    assert sentences(deadline)[0].startswith("起算日为2026年7月2日（星期四）")


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2027, 2, 28), 6, date(2027, 8, 28)),
    ],
)
def test_months_end_on_the_same_day_or_the_last_of_the_month(start, months, expected):
    deadline = due(start, policy(months, Unit.MONTHS), EMPTY)
    assert deadline.date == expected
    assert any("取该月最后一日" in text for text in sentences(deadline)) == (expected.day != start.day)


def test_days_missed_in_months_are_made_up_and_later_pauses_do_not_count_either():
    pauses = [hearing(date(2026, 8, 10), date(2026, 8, 12)), hearing(date(2026, 9, 1), date(2026, 9, 2))]
    deadline = due(date(2026, 7, 31), policy(1, Unit.MONTHS), EMPTY, pauses)
    assert deadline.date == date(2026, 9, 5)  # 31 August, three days missed, 1 and 2 September paused
    assert "不计入的共3日，从2026年8月31日（星期一）的次日起补足：" in sentences(deadline)


def test_the_last_day_stays_unless_the_policy_moves_it():
    saturday = date(2026, 7, 18)
    stays = due(date(2026, 7, 3), policy(15, Unit.CALENDAR_DAYS), packaged_calendar())
    moves = due(date(2026, 7, 3), rolling(15, Unit.CALENDAR_DAYS), packaged_calendar())
    assert (stays.date, moves.date) == (saturday, date(2026, 7, 20))
    assert "没有规定末日遇休息日顺延，末日不作移动。" in sentences(stays)
    assert (
        "末日2026年7月18日（星期六）为周末，依据测试规定第2条，顺延至下一工作日2026年7月20日（星期一）。"
        in sentences(moves)
    )


def test_a_moved_last_day_skips_a_pause():
    pauses = [hearing(date(2026, 7, 20), date(2026, 7, 21))]
    deadline = due(date(2026, 7, 3), rolling(15, Unit.CALENDAR_DAYS), packaged_calendar(), pauses)
    assert deadline.date == date(2026, 7, 22)


def test_moving_the_last_day_without_a_clause_is_refused():
    rule = policy(15, Unit.CALENDAR_DAYS, last_day=LastDay.NEXT_WORKING_DAY)
    with pytest.raises(Refused, match="末日顺延却没有写明依据"):
        due(date(2026, 7, 3), rule, packaged_calendar())


def test_hours_run_over_midnight_and_stop_during_a_pause():
    start = datetime(2026, 7, 12, 9, 30, tzinfo=BEIJING)
    pause = InstantPause(
        PauseReason.SUPPLEMENT, start + timedelta(hours=5), start + timedelta(hours=6, minutes=20), "补正告知书"
    )
    deadline = due(start, policy(48, Unit.HOURS), EMPTY, [pause])
    assert deadline.at == datetime(2026, 7, 14, 10, 50, tzinfo=BEIJING)
    assert sentences(deadline)[2:] == [
        "到2026年7月12日（星期日）14:30已计5小时，还余43小时。",
        "暂停计时（等待补正材料，2026年7月12日（星期日）14:30至2026年7月12日（星期日）15:50，凭据：补正告知书），"
        "不计入期限。",
        "从2026年7月12日（星期日）15:50起再计43小时，到期时刻为2026年7月14日（星期二）10:50。",
    ]


def test_an_extension_lengthens_and_names_its_approver():
    rule = policy(60, Unit.CALENDAR_DAYS, max_extension=30, extension_approver="本单位负责人")
    plain = due(date(2026, 7, 1), rule, EMPTY)
    longer = due(date(2026, 7, 1), rule, EMPTY, extensions=[Extension(30, "本单位负责人", "情况复杂")])
    assert longer.date - plain.date == timedelta(days=30)
    assert "延长30日，批准人：本单位负责人，理由：情况复杂。" in sentences(longer)
    assert "延长后共90日。" in sentences(longer)


@pytest.mark.parametrize(
    ("extensions", "words"),
    [
        ([Extension(31, "负责人", "复杂")], "累计延长31日，超过上限30日"),
        ([Extension(20, "负责人", "复杂"), Extension(11, "负责人", "仍复杂")], "累计延长31日，超过上限30日"),
        ([Extension(10, " ", "复杂")], "须写明批准人和理由"),
        ([Extension(10, "负责人", "")], "须写明批准人和理由"),
        ([Extension(0, "负责人", "复杂")], "1以上的整数"),
        ([Extension(-5, "负责人", "复杂")], "1以上的整数"),
    ],
)
def test_unsound_extensions_are_refused(extensions, words):
    rule = policy(60, Unit.CALENDAR_DAYS, max_extension=30, extension_approver="本单位负责人")
    with pytest.raises(Refused, match=words):
        due(date(2026, 7, 1), rule, EMPTY, extensions=extensions)


def test_an_extension_the_policy_does_not_know_is_refused():
    with pytest.raises(Refused, match="没有规定可以延长"):
        due(date(2026, 7, 1), policy(5, Unit.CALENDAR_DAYS), EMPTY, extensions=[Extension(1, "负责人", "复杂")])


@pytest.mark.parametrize(
    ("pauses", "words"),
    [
        ([hearing(date(2026, 7, 5), date(2026, 7, 4))], "起止倒置"),
        ([hearing(date(2026, 7, 5), date(2026, 7, 6), " ")], "缺少凭据"),
        ([hearing(date(2026, 6, 30), date(2026, 7, 2))], "早于起算时间"),
        ([hearing(date(2026, 7, 5), date(2026, 7, 8)), hearing(date(2026, 7, 8), date(2026, 7, 9))], "重叠"),
        ([hearing(date(2026, 7, 8), date(2026, 7, 9)), hearing(date(2026, 7, 5), date(2026, 7, 20))], "重叠"),
        ([Pause("lunch", date(2026, 7, 5), date(2026, 7, 6), "凭据")], "不在暂停事由之内"),
        (
            [
                InstantPause(
                    PauseReason.HEARING,
                    datetime(2026, 7, 5, tzinfo=BEIJING),
                    datetime(2026, 7, 6, tzinfo=BEIJING),
                    "凭据",
                )
            ],
            "暂停以日期起止",
        ),
    ],
)
def test_unsound_pauses_are_refused(pauses, words):
    with pytest.raises(Refused, match=words):
        due(date(2026, 7, 1), policy(15, Unit.CALENDAR_DAYS), EMPTY, pauses)


def test_a_reason_the_policy_does_not_name_does_not_stop_the_clock():
    rule = policy(15, Unit.CALENDAR_DAYS, pause_reasons=frozenset({PauseReason.SUPPLEMENT}))
    with pytest.raises(Refused, match="没有规定听证期间不计入期限"):
        due(date(2026, 7, 1), rule, EMPTY, [hearing(date(2026, 7, 5), date(2026, 7, 6))])


def test_neighbouring_pauses_do_not_overlap():
    pauses = [hearing(date(2026, 7, 5), date(2026, 7, 6)), hearing(date(2026, 7, 7), date(2026, 7, 7))]
    assert due(date(2026, 7, 1), policy(15, Unit.CALENDAR_DAYS), EMPTY, pauses).date == date(2026, 7, 19)


@pytest.mark.parametrize("length", [0, -3])
def test_a_length_below_one_is_refused(length):
    with pytest.raises(Refused, match="1以上的整数"):
        due(date(2026, 7, 1), policy(length, Unit.CALENDAR_DAYS), EMPTY)


def test_hours_need_an_instant():
    with pytest.raises(Refused, match="起算须精确到时刻"):
        due(date(2026, 7, 1), policy(48, Unit.HOURS), EMPTY)


def test_an_incomplete_year_counts_as_missing():
    days = {day: Day(day, day.weekday() < 5) for day in days_of_year(2027)}
    assert WorkCalendar.of(days).is_working(date(2027, 1, 4))
    del days[date(2027, 12, 31)]
    with pytest.raises(CalendarMissing) as refusal:
        due(date(2027, 1, 1), policy(1, Unit.WORKING_DAYS), WorkCalendar.of(days))
    assert refusal.value.decision.reason == "没有2027年的工作日历，不能推算涉及2027年的期限。缺2027年12月31日的日期。"
    assert refusal.value.decision.who_can == (
        "请行政秘书在“工作日历”页下载2027年模板，按当年放假和调休通知填好后导入，由另一人确认；通知公布前不作推算。"
    )
