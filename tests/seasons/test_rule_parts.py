"""Each part of each rule of seasons, batches and deadlines made false alone, the rule asked directly."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.house.questions import Unfinished
from admissions.seasons.batches import rules as batches
from admissions.seasons.deadlines.checks import check
from admissions.seasons.deadlines.enums import PauseReason, Unit
from admissions.seasons.deadlines.policy import Extension, InstantPause, Pause
from admissions.seasons.deadlines.wording import pause_text
from admissions.seasons.lifecycle import rules
from admissions.seasons.models import Season
from tests.factories.accounts import UserFactory, user_with
from tests.factories.seasons import (
    BatchFactory,
    BatchStageFactory,
    SeasonFactory,
    TemplateFactory,
    hours_of,
)
from tests.house.answering import answering
from tests.parts import asked, but, only_missing

from .policies import policy, rolling

BEIJING = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def office(db):
    return user_with(Role.SECRETARIAT)


def test_preparing(office):
    season, nobody = SeasonFactory(), UserFactory()
    assert asked(rules.can_clone_season, office, season).ok
    only_missing("您没有建立录取季的权限。", rules.can_create_season, nobody)
    only_missing("您没有建立录取季的权限。", rules.can_clone_season, nobody, season)
    only_missing("没有可供复制的录取季或模板。", rules.can_clone_season, office, Season())
    assert asked(rules.can_correct_season, office, season).ok
    only_missing("您没有更正录取季的权限。", rules.can_correct_season, nobody, season)
    open_one = but(season, status="open")
    word = open_one.get_status_display()
    says = f"{season.name}当前为“{word}”，不能更正年份和名称。"
    only_missing(says, rules.can_correct_season, office, open_one)
    assert asked(rules.can_change_plan, office, season).ok
    only_missing("您没有编排批次的权限。", rules.can_change_plan, nobody, season)
    only_missing("录取季已结束，不能再办理。", rules.can_change_plan, office, but(season, status="closed"))


@pytest.mark.parametrize(
    ("rule", "whole", "slot", "what", "start"),
    [
        (rules.can_prepare_opening, rules.can_open_season, rules.BEFORE_OPENING, "开启", "draft"),
        (rules.can_prepare_closing, rules.can_close_season, rules.BEFORE_CLOSING, "结束", "open"),
    ],
)
def test_opening_and_closing(office, rule, whole, slot, what, start):
    season = but(SeasonFactory(), status=start)
    assert asked(rule, office, season).ok
    for one in (rule, whole):
        only_missing(f"您没有{what}录取季的权限。", one, UserFactory(), season)
        over = but(season, status="closed")
        word = over.get_status_display()
        only_missing(f"{season.name}当前为“{word}”，不能{what}。", one, office, over)
    left = Unfinished("会议", 2, "请先闭会")
    with answering(slot, lambda asked_season, user: [left]):
        found = asked(whole, office, season)
        found.lacks_only(found.decision.reason)
        assert found.decision.reason.startswith("还有") and found.decision.reason.endswith(f"{season.name}不能{what}。")


def test_a_template_is_never_opened(office):
    only_missing("模板不能开启。", rules.can_prepare_opening, office, TemplateFactory())


def test_the_difference_was_seen_and_a_basis_given():
    season = Season(name="2026年招生录取")
    assert rules.difference_was_seen(season, "a", "a").ok
    only_missing("开启2026年招生录取之前须先查看与上年的差异。", rules.difference_was_seen, season, "", "a")
    says = "2026年招生录取的编排在您查看差异之后又有变化，不能按旧的比较结果开启。"
    only_missing(says, rules.difference_was_seen, season, "b", "a")
    assert rules.has_basis("招委〔2026〕1号").ok
    only_missing("开启录取季须注明依据的决议或文件文号。", rules.has_basis, "  ")


def test_batches(office):
    batch = BatchFactory()
    assert asked(batches.can_remove_batch, office, batch).ok
    only_missing("您没有编排批次的权限。", batches.can_remove_batch, UserFactory(), batch)
    opened = but(batch, season=but(batch.season, opened_at=timezone.now()))
    only_missing(f"{batch.season.name}已开启，批次只能调整，不能删除。", batches.can_remove_batch, office, opened)
    stage = BatchStageFactory(batch=batch)
    only_missing(f"“{batch}”下还有阶段，不能删除。", batches.can_remove_batch, office, batch)
    assert batches.batch_is_sound(batch).ok
    elsewhen = but(batch, starts_on=date(2027, 7, 10))
    only_missing(f"“{batch}”的开始日期不在2026年。", batches.batch_is_sound, elsewhen)
    later = but(batch, starts_on=batch.starts_on + timedelta(days=1))
    period = batches.period_text(stage)
    says = f"阶段“{stage.title}”（{period}）不在批次的新起止日期之内。"
    only_missing(says, batches.batch_is_sound, later)


def test_stages(db):
    stage = BatchStageFactory()
    day = stage.batch.starts_on
    assert batches.stage_is_sound(stage).ok
    only_missing("阶段的结束时间不晚于开始时间。", batches.stage_is_sound, but(stage, period=hours_of(day, 9, 9)))
    until_midnight = but(stage, period=hours_of(stage.batch.ends_on, 8, 24))
    assert batches.stage_is_sound(until_midnight).ok
    outside = but(stage, period=hours_of(stage.batch.ends_on, 8, 25))
    says = f"阶段须在批次的起止日期之内（{batches.days_text(stage.batch)}）。"
    only_missing(says, batches.stage_is_sound, outside)
    other = BatchStageFactory.build(batch=stage.batch, period=hours_of(day, 17, 20))
    says = f"与同类阶段“{stage.title}”（{batches.period_text(stage)}）时间重叠。"
    only_missing(says, batches.stage_is_sound, other)


class TestDeadlines:
    START = date(2026, 7, 1)
    PAUSE = Pause(PauseReason.values[0], date(2026, 7, 2), date(2026, 7, 3), "通知书1号")

    def ask(self, found=None, start=None, pauses=(), extensions=()):
        return asked(
            check, start or self.START, found or policy(10, Unit.CALENDAR_DAYS, max_extension=5), pauses, extensions
        )

    def test_yes(self):
        assert self.ask(pauses=[self.PAUSE], extensions=[Extension(5, "主任", "材料复杂")]).ok

    def test_the_policy(self):
        self.ask(policy(0, Unit.CALENDAR_DAYS)).lacks_only("“测试期限”的期限长度应为1以上的整数。")
        assert self.ask(rolling(5, Unit.CALENDAR_DAYS)).ok
        self.ask(rolling(5, Unit.WORKING_DAYS)).lacks_only("“测试期限”按工作日计算，不适用末日顺延。")
        self.ask(policy(5, Unit.CALENDAR_DAYS, max_extension=-1)).lacks_only("“测试期限”的最长延期不能是负数。")

    def test_rolling_needs_its_clause(self):
        bare = replace(rolling(5, Unit.CALENDAR_DAYS), last_day_clause=" ")
        self.ask(bare).lacks_only("“测试期限”规定末日顺延却没有写明依据。")

    def test_hours_begin_at_an_instant(self):
        self.ask(policy(24, Unit.HOURS)).lacks_only("“测试期限”按小时计算，起算须精确到时刻。")
        self.ask(policy(24, Unit.HOURS), datetime(2026, 7, 1, 9)).lacks_only("“测试期限”按小时计算，起算须精确到时刻。")
        assert self.ask(policy(24, Unit.HOURS), datetime(2026, 7, 1, 9, tzinfo=BEIJING)).ok

    def test_pauses(self):
        pause, label = self.PAUSE, PauseReason(self.PAUSE.reason).label
        self.ask(pauses=[replace(pause, reason="下雨")]).lacks_only("“下雨”不在暂停事由之内。")
        self.ask(policy(10, Unit.CALENDAR_DAYS, pause_reasons=frozenset()), pauses=[pause]).lacks_only(
            f"“测试期限”没有规定{label}期间不计入期限，不能扣除。"
        )
        self.ask(pauses=[replace(pause, evidence=" ")]).lacks_only(f"暂停计时（{pause_text(pause)}）缺少凭据。")
        at = datetime(2026, 7, 2, 9, tzinfo=BEIJING)
        instant = InstantPause(pause.reason, at, at + timedelta(hours=1), "通知书1号")
        self.ask(pauses=[instant]).lacks_only("按小时计算的期限，暂停以时刻起止；按日计算的期限，暂停以日期起止。")

    def test_order_of_pauses(self):
        pause = self.PAUSE
        one_day = replace(pause, last=pause.first)
        assert self.ask(pauses=[one_day]).ok
        found = self.ask(pauses=[replace(pause, last=date(2026, 7, 1))])
        found.lacks_only(found.decision.reason)
        assert found.decision.reason.endswith("的起止倒置。")
        found = self.ask(pauses=[replace(pause, first=date(2026, 6, 30))])
        found.lacks_only(found.decision.reason)
        assert found.decision.reason.endswith("早于起算时间。")
        assert self.ask(pauses=[replace(pause, first=self.START)]).ok
        found = self.ask(pauses=[pause, replace(pause, first=pause.last, last=date(2026, 7, 5))])
        found.lacks_only(found.decision.reason)
        assert found.decision.reason.startswith("两段暂停计时重叠：")

    def test_extensions(self):
        longer = Extension(5, "主任", "材料复杂")
        self.ask(policy(10, Unit.CALENDAR_DAYS), extensions=[longer]).lacks_only("“测试期限”没有规定可以延长。")
        self.ask(extensions=[Extension(0, "主任", "材料复杂")]).lacks_only("延长的长度应为1以上的整数。")
        for bare in (Extension(1, " ", "材料复杂"), Extension(1, "主任", "")):
            self.ask(extensions=[bare]).lacks_only("延长期限须写明批准人和理由。")
        found = self.ask(extensions=[longer, Extension(1, "主任", "材料复杂")])
        found.lacks_only(found.decision.reason)
        assert found.decision.reason.startswith("累计延长")
