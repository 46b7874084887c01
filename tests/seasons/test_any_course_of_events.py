"""Seasons under any acts by anybody: what opens has what it needs, nobody is moved, nothing stands that nobody can move."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from admissions.accounts.enums import Role
from admissions.accounts.models import User
from admissions.core.decision import Refused
from admissions.seasons.calendar.days import days_in_year
from admissions.seasons.lifecycle import rules, services
from admissions.seasons.lifecycle.differences import compare
from admissions.seasons.lifecycle.enums import SEASON_TRANSITIONS, SeasonStatus
from admissions.seasons.lifecycle.selectors import running_for
from admissions.seasons.models import CalendarDay, Season
from tests.factories.accounts import UserFactory, user_with
from tests.factories.seasons import BatchFactory, invented_years
from tests.factories.workgroups import AppointmentFactory, WorkGroupFactory, leader_of
from workgroups.appointments.enums import AppointmentStatus
from workgroups.appointments.models import Appointment
from workgroups.duty.services import prepare_handover, sign_handover, void_handover
from workgroups.groups.enums import GroupKind

FEW = settings(max_examples=8, stateful_step_count=16, deadline=None, phases=[Phase.generate])
YEARS = (2026, 2027)
ACTOR = st.sampled_from(("office", "stranger"))
WHICH = st.integers(0, 3)


class Seasons(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        self.block = transaction.atomic()
        self.block._from_testcase = True  # as the test's own: commands open theirs inside
        self.block.__enter__()
        self.people = {"office": user_with(Role.SECRETARIAT), "stranger": UserFactory()}
        self.where: dict[int, int] = {}

    def teardown(self):
        if hasattr(self, "block"):
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    def tried(self, act, **given):
        try:
            return act(reason="试", **given)
        except Refused as refusal:
            assert refusal.decision.reason.endswith("。"), refusal.decision.reason
            return None
        except ValidationError as error:  # a constraint in its own words, for the form
            assert all(sentence.endswith("。") for sentence in error.messages), error.messages
            return None

    def one(self, number):
        seasons = list(Season.objects.order_by("pk"))
        return seasons[number % len(seasons)] if seasons else None

    @rule(actor=ACTOR, year=st.sampled_from(YEARS), number=st.integers(0, 99))
    def prepare(self, actor, year, number):
        if Season.objects.count() < 4:
            self.tried(services.create_season, actor=self.people[actor], year=year, name=f"{year}年第{number}次")

    @rule(which=WHICH, year=st.sampled_from(YEARS))
    def a_batch_is_planned(self, which, year):
        season = self.one(which)
        if season is not None and not season.is_frozen:
            BatchFactory(
                season=season, starts_on=date(season.year, 12, 20), ends_on=date(max(season.year, year), 12, 28)
            )

    @rule(which=WHICH)
    def the_body_is_set_up(self, which):
        season = self.one(which)
        if season is not None and not season.is_frozen:
            leader_of(WorkGroupFactory(season=season, kind=GroupKind.LEADING), status=AppointmentStatus.ON_DUTY)

    @rule(year=st.sampled_from(YEARS))
    def a_calendar_comes(self, year):
        if not CalendarDay.objects.of_year(year).exists():
            invented_years(year)

    @rule(actor=ACTOR, which=WHICH, basis=st.sampled_from(("招委〔2026〕5号", "")), looked=st.booleans())
    def somebody_opens(self, actor, which, basis, looked):
        season = self.one(which)
        if season is None:
            return
        seen = compare(season).digest if looked else ""
        done = self.tried(services.open_season, actor=self.people[actor], season=season, basis=basis, seen=seen)
        if done is not None:
            assert actor == "office" and basis and looked
            days = [day for batch in done.batches.all() for day in (batch.starts_on, batch.ends_on)]
            for year in {done.year, *(day.year for day in days)}:
                assert CalendarDay.objects.of_year(year).count() == days_in_year(year)

    @rule(which=WHICH)
    def somebody_is_put_on_duty(self, which):
        season = self.one(which)
        if season is not None and season.status == SeasonStatus.OPEN:
            person = AppointmentFactory(post__group__season=season, status=AppointmentStatus.ON_DUTY).person
            if len(self.where) < 3:
                self.where[person.pk] = season.pk

    @rule(which=WHICH, what=st.sampled_from(("prepare", "sign", "void")))
    def a_post_is_handed_over(self, which, what):
        season = self.one(which)
        held = leader_in(season)
        if held is None:
            return
        sheet = held.handovers.filter(status="open").first()
        if what == "prepare":
            self.tried(prepare_handover, actor=held.person, appointment=held, receiver=self.people["stranger"])
        elif sheet is not None and what == "sign":
            for person in (held.person, sheet.receiver):
                self.tried(sign_handover, actor=person, handover=sheet)
        elif sheet is not None:
            self.tried(void_handover, actor=self.people["office"], handover=sheet)

    @rule(actor=ACTOR, which=WHICH)
    def somebody_closes(self, actor, which):
        season = self.one(which)
        if season is None:
            return
        held = leader_in(season)
        unsigned = held is not None and held.handovers.filter(status="open").exists()
        done = self.tried(services.close_season, actor=self.people[actor], season=season)
        assert done is None or (actor == "office" and not unsigned)

    @invariant()
    def nobody_is_moved_out_of_the_season_they_work_in(self):
        for pk, season in getattr(self, "where", {}).items():
            running = list(Season.objects.filter(status=SeasonStatus.OPEN))
            found = running_for(User.objects.get(pk=pk), running)
            if season in {one.pk for one in running}:
                assert found.pk == season
            elif running:
                assert found == min(running, key=lambda one: (one.opened_at, one.pk))

    @invariant()
    def somebody_can_move_what_is_not_final(self):
        office = getattr(self, "people", {}).get("office")
        for season in Season.objects.all() if office else ():
            if not SEASON_TRANSITIONS[season.status]:
                continue
            may, missing = (
                (rules.can_prepare_opening, rules.missing_in)
                if season.status == SeasonStatus.DRAFT
                else (rules.can_prepare_closing, rules.left_in)
            )
            assert may(office, season).ok
            for one in missing(season, office):
                assert one.who and (one.url or one.rows is not None), one


def leader_in(season):
    """Whoever leads a body of the season on duty."""
    if season is None or season.status != SeasonStatus.OPEN:
        return None
    rows = Appointment.objects.in_force(timezone.now()).of_season(season)
    return rows.filter(post__rank="leader").select_related("person").order_by("pk").first()


def test_seasons(db):
    run_state_machine_as_test(Seasons, settings=FEW)
