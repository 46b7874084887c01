"""Seasons: who prepares, copies, opens and closes them; what travels and what the difference shows."""

import pytest

from admissions.accounts.enums import Role
from admissions.core.decision import Refused
from admissions.core.transitions import move
from admissions.house.questions import Travel
from admissions.seasons import cloning
from admissions.seasons.batches.enums import StageKind, Subject
from admissions.seasons.batches.models import Batch, BatchStage
from admissions.seasons.batches.services import add_batch, change_batch
from admissions.seasons.lifecycle import rules, services
from admissions.seasons.lifecycle.differences import ChangeKind, base_of, compare
from admissions.seasons.lifecycle.enums import SEASON_TRANSITIONS, SeasonStatus
from admissions.seasons.lifecycle.models import Season
from admissions.seasons.lifecycle.selectors import copied_parts
from admissions.seasons.models import CalendarDay
from tests.accounts.test_races import together
from tests.factories.accounts import UserFactory, user_with
from tests.factories.seasons import (
    BatchFactory,
    BatchStageFactory,
    OpenSeasonFactory,
    SeasonFactory,
    TemplateFactory,
    calendar_of,
    hours_of,
)
from tests.factories.workgroups import WorkGroupFactory
from tests.house.answering import answering
from tests.trail import assert_recorded, assert_refused
from workgroups.groups.enums import GroupKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary():
    return user_with(Role.SECRETARIAT)


def season_in(status):
    return {
        SeasonStatus.DRAFT: SeasonFactory,
        SeasonStatus.OPEN: OpenSeasonFactory,
        SeasonStatus.CLOSED: lambda: SeasonFactory(status=SeasonStatus.CLOSED, basis="决议"),
    }[status]()


def led(season):
    """With the body and the calendar without which no season opens."""
    WorkGroupFactory(season=season, kind=GroupKind.LEADING)
    if not CalendarDay.objects.of_year(season.year).exists():
        calendar_of(season.year)
    return season


def opened(actor, season):
    return services.open_season(
        actor=actor, reason="决议", season=season, basis="招委〔2026〕5号", seen=compare(season).digest
    )


class TestStates:
    @pytest.mark.parametrize("current", SeasonStatus)
    @pytest.mark.parametrize("target", SeasonStatus)
    def test_only_from_draft_to_open_to_closed(self, current, target):
        if (current, target) in {
            (SeasonStatus.DRAFT, SeasonStatus.OPEN),
            (SeasonStatus.OPEN, SeasonStatus.CLOSED),
        }:
            assert move(SEASON_TRANSITIONS, current, target) == target
        else:
            with pytest.raises(Refused):
                move(SEASON_TRANSITIONS, current, target)

    @pytest.mark.parametrize("status", SeasonStatus)
    @pytest.mark.parametrize("role", [None, *Role])
    def test_every_state_by_every_role(self, status, role):
        user = user_with(role) if role else UserFactory()
        season = led(season_in(status))
        is_secretary = role == Role.SECRETARIAT
        assert rules.can_create_season(user).ok == is_secretary
        assert rules.can_clone_season(user, season).ok == is_secretary
        assert rules.can_correct_season(user, season).ok == (is_secretary and status == SeasonStatus.DRAFT)
        assert rules.can_change_plan(user, season).ok == (is_secretary and status != SeasonStatus.CLOSED)
        assert rules.can_open_season(user, season).ok == (is_secretary and status == SeasonStatus.DRAFT)
        assert rules.can_close_season(user, season).ok == (is_secretary and status == SeasonStatus.OPEN)

    def test_a_secretary_of_another_season_has_no_say(self):
        season, other = SeasonFactory(), SeasonFactory()
        user = user_with(Role.SECRETARIAT, season=other)
        decision = rules.can_change_plan(user, season)
        assert (decision.ok, decision.reason) == (False, "您没有编排批次的权限。")
        assert rules.can_change_plan(user, other).ok


class TestCreating:
    def test_an_empty_season(self, secretary):
        season = services.create_season(actor=secretary, reason="新建", year=2027, name="2027年招生录取")
        assert (season.status, season.is_template, season.cloned_from) == (SeasonStatus.DRAFT, False, None)
        event = assert_recorded("season.create", actor=secretary, target=season, reason="新建")
        assert (event.season_id, event.season_label) == (season.pk, "2027年招生录取")

    def test_refused_to_others_with_the_way_out(self):
        member = UserFactory()
        with pytest.raises(Refused, match="您没有建立录取季的权限。请联系行政秘书办理。"):
            services.create_season(actor=member, reason="新建", year=2027, name="2027年")
        assert_refused("season.create", actor=member)
        assert not Season.objects.exists()


class TestCloning:
    @pytest.fixture
    def source(self):
        season = SeasonFactory(year=2024)
        early = BatchFactory(season=season, name="本科提前批", subject=Subject.ART, order=2)
        BatchFactory(season=season, name="本科批", order=1, starts_on=None, ends_on=None)
        BatchStageFactory(batch=early, kind=StageKind.FILING, label="首次投档")
        BatchStageFactory(
            batch=early, kind=StageKind.COLLECTING, period=hours_of(early.starts_on.replace(day=15), 8, 17)
        )
        return season

    def test_copies_batches_and_stages_moved_to_the_new_year(self, secretary, source):
        season = services.clone_season(actor=secretary, reason="复制", source=source, year=2026, name="2026年")
        batches = list(Batch.objects.of_season(season).values_list("name", "subject", "order", "starts_on", "ends_on"))
        old = Batch.objects.get(season=source, name="本科提前批")
        assert batches == [
            ("本科批", "all", 1, None, None),
            ("本科提前批", "art", 2, old.starts_on.replace(year=2026), old.ends_on.replace(year=2026)),
        ]
        stages = list(BatchStage.objects.of_season(season).values_list("batch__name", "kind", "label", "period"))
        day = old.starts_on.replace(year=2026)
        assert stages == [
            ("本科提前批", "filing", "首次投档", hours_of(day, 8, 18)),
            ("本科提前批", "collecting", "", hours_of(day.replace(day=15), 8, 17)),
        ]
        assert season.cloned_from == source
        assert (season.status, season.basis, season.opened_at) == (SeasonStatus.DRAFT, "", None)

    def test_the_event_says_what_was_copied(self, secretary, source):
        season = services.clone_season(actor=secretary, reason="复制", source=source, year=2026, name="2026年")
        event = assert_recorded("season.clone", actor=secretary, target=season, reason="复制")
        assert (event.details["copied"]["批次"], event.details["copied"]["批次阶段"]) == (2, 2)
        assert copied_parts(season)["批次"] == 2

    def test_the_source_is_left_as_it_was(self, secretary, source):
        before = (source.revision, Batch.objects.of_season(source).count(), source.history.count())
        services.clone_season(actor=secretary, reason="复制", source=source, year=2026, name="2026年")
        after = Season.objects.get(pk=source.pk)
        assert (after.revision, Batch.objects.of_season(source).count(), after.history.count()) == before

    def test_the_29th_of_february_becomes_the_28th(self, secretary):
        source = SeasonFactory(year=2024)
        leap = source.year, 2, 29
        BatchFactory(season=source, starts_on=f"{leap[0]}-02-28", ends_on=f"{leap[0]}-02-29")
        season = services.clone_season(actor=secretary, reason="复制", source=source, year=2025, name="2025年")
        assert str(Batch.objects.get(season=season).ends_on) == "2025-02-28"

    def test_a_name_that_is_taken_is_refused_and_nothing_stays(self, secretary, source):
        SeasonFactory(name="2026年招生")
        with pytest.raises(Exception, match="已有同名的录取季"):
            services.clone_season(actor=secretary, reason="复制", source=source, year=2026, name="2026年招生")
        assert Season.objects.filter(cloned_from=source).count() == 0
        assert Batch.objects.exclude(season=source).count() == 0

    def test_parts_are_copied_in_order_and_find_the_copies_of_earlier_ones(self, secretary, source):
        """Any capability declares its part the same way."""
        found = []

        def copier(old, new, copies):
            found.append((copies.copy_of(old), copies.copy_of(Batch.objects.of_season(old).first()).season))
            return 7

        with answering(cloning.PARTS, Travel("测试部分", 900, copier)):
            season = services.clone_season(actor=secretary, reason="复制", source=source, year=2026, name="2026年")
        assert found == [(season, season)]
        assert copied_parts(season)["测试部分"] == 7


class TestDifference:
    def test_against_last_year_not_against_the_template(self):
        template = TemplateFactory(year=2026)
        last = OpenSeasonFactory(year=2025)
        OpenSeasonFactory(year=2024)
        assert base_of(SeasonFactory(year=2026, cloned_from=template)) == last

    def test_against_the_template_in_the_first_year(self):
        template = TemplateFactory(year=2026)
        assert base_of(SeasonFactory(year=2026, cloned_from=template)) == template

    def test_without_anything_to_compare_all_is_new(self):
        season = SeasonFactory()
        BatchFactory(season=season, name="本科批")
        comparison = compare(season)
        assert (comparison.base, comparison.unchanged) == (None, 0)
        assert [(row.kind, row.key, row.change) for row in comparison.differences] == [
            ("批次", "本科批", ChangeKind.ADDED)
        ]

    def test_a_copy_does_not_differ_although_its_dates_are_of_another_year(self, secretary):
        last = OpenSeasonFactory(year=2025)
        BatchStageFactory(batch=BatchFactory(season=last))
        season = services.clone_season(actor=secretary, reason="复制", source=last, year=2026, name="2026年")
        comparison = compare(season)
        assert (comparison.differences, comparison.unchanged) == ([], 2)

    def test_added_removed_and_changed_with_old_and_new(self):
        last, season = OpenSeasonFactory(year=2025), SeasonFactory(year=2026)
        BatchFactory(season=last, name="本科一批", order=1)
        BatchFactory(season=last, name="本科批", order=2)
        BatchFactory(season=season, name="本科批", order=1)
        BatchFactory(season=season, name="专科批", order=2)
        comparison = compare(season)
        assert {row.key: (row.change, row.fields) for row in comparison.differences} == {
            "本科批": (ChangeKind.CHANGED, [("顺序", "2", "1")]),
            "专科批": (ChangeKind.ADDED, [("顺序", "", "2"), ("起止日期", "", "7月10日 至 7月19日")]),
            "本科一批": (ChangeKind.REMOVED, [("顺序", "1", ""), ("起止日期", "7月10日 至 7月19日", "")]),
        }
        assert [comparison.counts[change] for change in ChangeKind] == [1, 1, 1]

    def test_a_second_stage_of_one_kind_is_compared_by_itself(self):
        last, season = OpenSeasonFactory(year=2025), SeasonFactory(year=2026)
        for year in (last, season):
            batch = BatchFactory(season=year, name="本科批", order=1)
            BatchStageFactory(batch=batch)
        BatchStageFactory(batch=batch, period=hours_of(batch.starts_on.replace(day=14), 8, 10))
        assert [(row.key, row.change) for row in compare(season).differences] == [
            ("本科批·投档（第2次）", ChangeKind.ADDED)
        ]


class TestOpening:
    def test_on_a_basis_after_looking_at_the_difference(self, secretary):
        season = opened(secretary, led(SeasonFactory()))
        assert (season.status, season.basis) == (SeasonStatus.OPEN, "招委〔2026〕5号")
        event = assert_recorded("season.open", actor=secretary, target=season)
        assert event.clause == "招委〔2026〕5号"

    def test_without_having_looked_it_is_refused(self, secretary):
        season = led(SeasonFactory())
        with pytest.raises(Refused, match="须先查看与上年的差异"):
            services.open_season(actor=secretary, reason="决议", season=season, basis="招委〔2026〕5号", seen="")
        assert_refused("season.open", actor=secretary, target=season)
        assert Season.objects.get(pk=season.pk).status == SeasonStatus.DRAFT

    def test_a_plan_that_changed_after_looking_is_refused(self, secretary):
        season = led(SeasonFactory())
        batch = BatchFactory(season=season)
        seen = compare(season).digest
        change_batch(
            actor=secretary,
            reason="调整",
            batch=batch,
            name=batch.name,
            subject=batch.subject,
            order=99,
            starts_on=batch.starts_on,
            ends_on=batch.ends_on,
        )
        with pytest.raises(Refused, match="在您查看差异之后又有变化"):
            services.open_season(actor=secretary, reason="决议", season=season, basis="招委〔2026〕5号", seen=seen)

    @pytest.mark.parametrize("basis", ["", "   "])
    def test_without_a_basis_it_is_refused(self, secretary, basis):
        season = led(SeasonFactory())
        with pytest.raises(Refused, match="须注明依据的决议或文件文号"):
            services.open_season(
                actor=secretary, reason="决议", season=season, basis=basis, seen=compare(season).digest
            )

    def test_a_template_is_never_opened(self, secretary):
        template = TemplateFactory()
        with pytest.raises(Refused, match="模板不能开启。请以此模板新建录取季。"):
            opened(secretary, template)

    def test_the_database_does_not_let_a_template_open_either(self, second_connection):
        template = TemplateFactory()
        with second_connection.cursor() as cursor, pytest.raises(Exception, match="season_template_never_opens"):
            cursor.execute("UPDATE seasons_season SET status = 'open' WHERE id = %s", [template.pk])

    def test_without_a_body_that_decides_it_is_refused(self, secretary):
        with pytest.raises(Refused, match="领导小组尚未设立"):
            opened(secretary, SeasonFactory())

    def test_batches_without_dates_are_completed_first(self, secretary):
        season = led(SeasonFactory())
        BatchFactory(season=season, starts_on=None, ends_on=None)
        with pytest.raises(Refused, match="没有起止日期的批次1项"):
            opened(secretary, season)


class TestClosing:
    def test_closing_is_final(self, secretary):
        season = services.close_season(actor=secretary, reason="录取结束", season=OpenSeasonFactory())
        assert season.status == SeasonStatus.CLOSED
        assert season.closed_at is not None
        assert_recorded("season.close", actor=secretary, target=season, reason="录取结束")
        with pytest.raises(Refused, match="录取季已结束"):
            opened(secretary, season)

    def test_a_closed_season_takes_no_batches(self, secretary):
        season = SeasonFactory(status=SeasonStatus.CLOSED, basis="决议")
        with pytest.raises(Refused, match="录取季已结束"):
            add_batch(actor=secretary, reason="补登", season=season, name="补录", subject=Subject.ALL, order=1)
        assert not Batch.objects.exists()


class TestCorrecting:
    def test_year_and_name_while_in_preparation(self, secretary):
        season = services.correct_season(
            actor=secretary, reason="笔误", season=SeasonFactory(), year=2027, name="2027年招生录取"
        )
        assert (season.year, season.name) == (2027, "2027年招生录取")
        assert_recorded("season.correct", actor=secretary, target=season, reason="笔误")

    def test_not_after_opening(self, secretary):
        season = OpenSeasonFactory(name="原名")
        with pytest.raises(Refused, match="当前为“进行”，不能更正年份和名称"):
            services.correct_season(actor=secretary, reason="改名", season=season, year=2027, name="新名")
        assert Season.objects.get(pk=season.pk).name == "原名"


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_two_secretaries_opening_at_once_open_it_once(self):
        season = led(SeasonFactory())
        people = [user_with(Role.SECRETARIAT) for _ in range(2)]
        results = together(*(lambda person=person: opened(person, season) for person in people))
        assert sorted(type(result).__name__ for result in results) == ["Refused", "Season"]
        assert_recorded("season.open", target=season)
        assert Season.objects.get(pk=season.pk).history.count() == 2

    def test_a_batch_added_while_the_season_closes_is_never_left_in_a_closed_season_unnoticed(self):
        """Whoever comes first, the other sees it: either the batch is there before closing, or it is refused."""
        season = OpenSeasonFactory()
        people = [user_with(Role.SECRETARIAT) for _ in range(2)]
        closed, added = together(
            lambda: services.close_season(actor=people[0], reason="结束", season=season),
            lambda: add_batch(actor=people[1], reason="补登", season=season, name="补录", subject=Subject.ALL, order=1),
        )
        assert isinstance(closed, Season)
        if isinstance(added, Refused):
            assert not Batch.objects.filter(season=season).exists()
        else:
            created = added.history.get().history_date
            assert created < Season.objects.get(pk=season.pk).history.first().history_date

    def test_two_clones_of_one_name_give_one_season(self):
        source = SeasonFactory(year=2025)
        BatchFactory(season=source)
        people = [user_with(Role.SECRETARIAT) for _ in range(2)]

        def clone(person):
            return lambda: services.clone_season(
                actor=person, reason="复制", source=source, year=2026, name="2026年招生录取"
            )

        together(*(clone(person) for person in people))
        assert Season.objects.filter(name="2026年招生录取").count() == 1
        assert Batch.objects.exclude(season=source).count() == 1


def test_nothing_personal_travels(secretary):
    """Only structure is registered: a clone writes no row that names a person or carries a signature."""
    source = SeasonFactory(year=2025)
    BatchStageFactory(batch=BatchFactory(season=source))
    season = services.clone_season(actor=secretary, reason="复制", source=source, year=2026, name="2026年")
    event = assert_recorded("season.clone", target=season)
    written = {entry.split(":")[0] for entry in event.touched}
    forbidden = ("appointment", "pledge", "signature", "recusal", "declar", "fact", "training", "attempt", "delegation")
    assert {"seasons.season", "seasons.batch", "seasons.batchstage"} <= written
    assert not [label for label in written if any(word in label for word in forbidden)]
