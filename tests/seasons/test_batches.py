"""Batches and stages: what the rules refuse, what the database refuses, and the clock in the frame."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from psycopg2.errors import CheckViolation, ExclusionViolation

from admissions.accounts.enums import Role
from admissions.core.decision import Refused
from admissions.seasons.batches import services
from admissions.seasons.batches.chart import draw
from admissions.seasons.batches.enums import StageKind, Subject
from admissions.seasons.batches.models import Batch, BatchStage
from admissions.seasons.batches.rules import can_remove_batch, period_text
from admissions.seasons.batches.selectors import batches_of, stage_clock
from admissions.seasons.lifecycle.enums import SeasonStatus
from tests.accounts.test_races import together
from tests.factories.accounts import UserFactory, user_with
from tests.factories.seasons import BatchFactory, BatchStageFactory, OpenSeasonFactory, SeasonFactory, hours_of
from tests.trail import assert_recorded, assert_refused

pytestmark = pytest.mark.django_db
BEIJING = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def secretary():
    return user_with(Role.SECRETARIAT)


def at(day, hour=0):
    return datetime(2026, 7, day, tzinfo=BEIJING) + timedelta(hours=hour)


def add(actor, season, **fields):
    given = {"name": "本科批", "subject": Subject.ALL, "order": 1, "starts_on": None, "ends_on": None} | fields
    return services.add_batch(actor=actor, reason="工作日程", season=season, **given)


def change(actor, batch, **fields):
    given = {name: getattr(batch, name) for name in ("name", "subject", "order", "starts_on", "ends_on")} | fields
    return services.change_batch(actor=actor, reason="日程调整", batch=batch, **given)


def stage(actor, batch, starts_at, ends_at, kind=StageKind.FILING):
    return services.add_stage(
        actor=actor, reason="工作日程", batch=batch, kind=kind, starts_at=starts_at, ends_at=ends_at
    )


class TestBatches:
    def test_add(self, secretary):
        season = SeasonFactory()
        batch = add(secretary, season, starts_on=date(2026, 7, 8), ends_on=date(2026, 7, 14))
        event = assert_recorded("batch.add", actor=secretary, target=batch, reason="工作日程")
        assert (event.season_id, event.target_label) == (season.pk, "本科批")

    def test_dates_in_another_year_are_refused(self, secretary):
        with pytest.raises(Refused, match="开始日期不在2026年"):
            add(secretary, SeasonFactory(), starts_on=date(2025, 7, 8), ends_on=date(2025, 7, 14))

    @pytest.mark.parametrize(
        ("starts_on", "ends_on"),
        [(date(2026, 7, 8), None), (None, date(2026, 7, 8)), (date(2026, 7, 8), date(2026, 7, 7))],
    )
    def test_half_or_reversed_dates_are_refused(self, secretary, starts_on, ends_on):
        with pytest.raises(ValidationError, match="开始和结束日期须同时填写"):
            add(secretary, SeasonFactory(), starts_on=starts_on, ends_on=ends_on)

    @pytest.mark.parametrize(("starts_on", "ends_on"), [("2026-07-08", None), ("2026-07-08", "2026-07-07")])
    def test_the_database_refuses_them_too(self, second_connection, starts_on, ends_on):
        batch = BatchFactory()
        with second_connection.cursor() as cursor, pytest.raises(CheckViolation, match="batch_dates_in_order"):
            cursor.execute(
                "UPDATE seasons_batch SET starts_on = %s, ends_on = %s WHERE id = %s", [starts_on, ends_on, batch.pk]
            )

    def test_name_and_subject_stand_once_in_a_season(self, secretary):
        season = SeasonFactory()
        add(secretary, season)
        add(secretary, season, subject=Subject.ART)
        add(secretary, SeasonFactory())
        with pytest.raises(ValidationError, match="已有同名同科类的批次"):
            add(secretary, season)

    def test_days_that_would_leave_a_stage_outside_are_refused(self, secretary):
        batch = BatchFactory(starts_on=date(2026, 7, 10), ends_on=date(2026, 7, 19))
        BatchStageFactory(batch=batch, label="首次投档", period=hours_of(date(2026, 7, 10), 8, 18))
        with pytest.raises(Refused, match="“首次投档”（2026年7月10日 08:00 至 18:00）不在批次的新起止日期之内"):
            change(secretary, batch, starts_on=date(2026, 7, 11))
        assert_refused("batch.change", actor=secretary, target=batch)
        moved = change(secretary, batch, ends_on=date(2026, 7, 10))
        assert moved.ends_on == date(2026, 7, 10)

    def test_only_the_secretariat(self):
        member, batch = UserFactory(), BatchFactory()
        with pytest.raises(Refused, match="您没有编排批次的权限"):
            change(member, batch, order=9)

    @pytest.mark.parametrize("status", SeasonStatus)
    @pytest.mark.parametrize("has_stage", [False, True])
    @pytest.mark.parametrize("role", [None, *Role])
    def test_removing_by_role_state_and_content(self, status, has_stage, role):
        season = OpenSeasonFactory(status=status) if status != SeasonStatus.DRAFT else SeasonFactory()
        batch = BatchFactory(season=season)
        if has_stage:
            BatchStageFactory(batch=batch)
        allowed = can_remove_batch(user_with(role) if role else UserFactory(), batch).ok
        assert allowed == (role == Role.SECRETARIAT and status == SeasonStatus.DRAFT and not has_stage)

    def test_remove_leaves_its_history_and_an_event_on_the_season(self, secretary):
        batch = BatchFactory(name="误登批次")
        services.remove_batch(actor=secretary, reason="误登", batch=batch)
        assert not Batch.objects.exists()
        assert_recorded("batch.remove", actor=secretary, target=batch.season, reason="误登")
        assert Batch.history.filter(name="误登批次").values_list("history_type", flat=True)[0] == "-"


class TestStages:
    def test_add(self, secretary):
        batch = BatchFactory()
        added = stage(secretary, batch, at(10, 8), at(10, 18))
        assert (str(added), period_text(added)) == (f"{batch}·投档", "2026年7月10日 08:00 至 18:00")
        assert_recorded("stage.add", actor=secretary, target=added, reason="工作日程")

    def test_the_whole_last_day_may_be_used_but_no_minute_more(self, secretary):
        batch = BatchFactory(starts_on=date(2026, 7, 10), ends_on=date(2026, 7, 19))
        stage(secretary, batch, at(19, 8), at(20))
        with pytest.raises(Refused, match="阶段须在批次的起止日期之内（2026年7月10日 至 2026年7月19日）"):
            stage(secretary, batch, at(19, 8), at(20) + timedelta(minutes=1), StageKind.READING)
        with pytest.raises(Refused, match="阶段须在批次的起止日期之内"):
            stage(secretary, batch, at(10) - timedelta(minutes=1), at(10, 8), StageKind.READING)

    def test_a_batch_without_days_takes_any_time(self, secretary):
        assert stage(secretary, BatchFactory(starts_on=None, ends_on=None), at(1), at(2)).pk

    @pytest.mark.parametrize("hours", [0, -1])
    def test_an_end_not_after_the_start_is_refused(self, secretary, hours):
        with pytest.raises(Refused, match="结束时间不晚于开始时间"):
            stage(secretary, BatchFactory(), at(10, 8), at(10, 8 + hours))

    def test_two_of_one_kind_never_overlap_but_may_touch(self, secretary):
        batch = BatchFactory()
        stage(secretary, batch, at(10, 8), at(10, 18))
        with pytest.raises(Refused, match="与同类阶段“投档”（2026年7月10日 08:00 至 18:00）时间重叠"):
            stage(secretary, batch, at(10, 17), at(10, 20))
        stage(secretary, batch, at(10, 18), at(10, 20))
        stage(secretary, batch, at(10, 17), at(10, 20), StageKind.READING)
        assert BatchStage.objects.count() == 3

    def test_changing_a_stage_does_not_collide_with_itself(self, secretary):
        batch = BatchFactory()
        added = stage(secretary, batch, at(10, 8), at(10, 18))
        changed = services.change_stage(
            actor=secretary,
            reason="推迟",
            stage=added,
            kind=StageKind.FILING,
            label="首次投档",
            starts_at=at(10, 10),
            ends_at=at(10, 20),
        )
        assert (changed.title, period_text(changed)) == ("首次投档", "2026年7月10日 10:00 至 20:00")
        assert_recorded("stage.change", actor=secretary, target=added, reason="推迟")

    def test_remove(self, secretary):
        added = stage(secretary, BatchFactory(), at(10, 8), at(10, 18))
        services.remove_stage(actor=secretary, reason="取消", stage=added)
        assert not BatchStage.objects.exists()
        assert_recorded("stage.remove", actor=secretary, target=added.batch, reason="取消")

    def test_the_database_keeps_them_apart_without_any_rule(self, second_connection):
        first = BatchStageFactory()
        with second_connection.cursor() as cursor, pytest.raises(ExclusionViolation, match="batchstage_no_overlap"):
            cursor.execute(
                "INSERT INTO seasons_batchstage (revision, batch_id, kind, label, period)"
                " SELECT 0, batch_id, kind, '', period FROM seasons_batchstage WHERE id = %s",
                [first.pk],
            )


@pytest.mark.django_db(transaction=True)
def test_two_secretaries_placing_the_same_stage_at_once_place_it_once():
    batch = BatchFactory()
    people = [user_with(Role.SECRETARIAT) for _ in range(2)]
    results = together(*(lambda person=person: stage(person, batch, at(10, 8), at(10, 18)) for person in people))
    refusals = [result for result in results if isinstance(result, Refused)]
    assert len(refusals) == 1
    assert "时间重叠" in str(refusals[0])
    assert BatchStage.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_shortening_a_batch_while_a_stage_is_placed_never_leaves_it_outside():
    batch = BatchFactory(starts_on=date(2026, 7, 10), ends_on=date(2026, 7, 19))
    people = [user_with(Role.SECRETARIAT) for _ in range(2)]
    results = together(
        lambda: change(people[0], batch, ends_on=date(2026, 7, 12)),
        lambda: stage(people[1], batch, at(18, 8), at(18, 18)),
    )
    assert sum(isinstance(result, Refused) for result in results) == 1
    last = Batch.objects.get(pk=batch.pk).ends_on
    assert all(row.period.upper <= at(last.day, 24) for row in BatchStage.objects.all())


class TestClock:
    def test_the_running_stage_that_ends_first(self):
        season = SeasonFactory()
        one, two = BatchFactory(season=season, name="本科批"), BatchFactory(season=season, name="专科批")
        BatchStageFactory(batch=one, kind=StageKind.READING, period=hours_of(one.starts_on, 8, 30))
        BatchStageFactory(batch=two, kind=StageKind.FILING, period=hours_of(two.starts_on, 8, 20))
        clock = stage_clock(season, at(10, 12))
        assert (clock.label, clock.ends_at) == ("专科批·投档", at(10, 20))
        assert stage_clock(season, at(10, 21)).label == "本科批·阅档"

    def test_none_between_stages_and_the_end_is_not_inside(self):
        batch = BatchFactory()
        BatchStageFactory(batch=batch, period=hours_of(batch.starts_on, 8, 18))
        assert stage_clock(batch.season, at(10, 18)) is None
        assert stage_clock(None) is None

    def test_stages_of_other_seasons_do_not_count(self):
        BatchStageFactory()
        assert stage_clock(SeasonFactory(), at(10, 12)) is None


class TestChart:
    def drawing(self, season):
        return draw(list(batches_of(user_with(Role.SECRETARIAT), season)), lambda batch: f"/b/{batch.pk}/")

    def test_bars_stand_in_proportion_inside_the_batch(self):
        batch = BatchFactory(starts_on=date(2026, 7, 1), ends_on=date(2026, 7, 10))
        BatchStageFactory(batch=batch, period=hours_of(date(2026, 7, 6), 0, 24))
        (line,) = self.drawing(batch.season).lines
        (bar,) = line.bars
        assert bar.width == pytest.approx(line.span.width / 10, abs=0.1)
        assert bar.x == pytest.approx(line.span.x + line.span.width / 2, abs=0.1)
        assert bar.title == f"{batch}·投档：2026年7月6日 00:00 至 2026年7月7日 00:00"

    def test_nothing_dated_nothing_drawn(self):
        batch = BatchFactory(starts_on=None, ends_on=None)
        assert self.drawing(batch.season) is None

    def test_undated_batches_are_left_out_and_long_names_shortened(self):
        season = SeasonFactory()
        BatchFactory(season=season, starts_on=None, ends_on=None)
        BatchFactory(season=season, name="很长的批次名称" * 5)
        (line,) = self.drawing(season).lines
        assert (len(line.label), line.label[-1], line.title) == (17, "…", "很长的批次名称" * 5)

    def test_a_summer_has_at_most_fourteen_marks(self):
        season = SeasonFactory()
        BatchFactory(season=season, starts_on=date(2026, 7, 7), ends_on=date(2026, 8, 23))
        ticks = self.drawing(season).ticks
        assert len(ticks) <= 14
        assert ticks[0][1] == "7月7日"
