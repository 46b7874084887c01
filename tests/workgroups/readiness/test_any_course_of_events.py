"""An appointment, its deputies and readiness under any acts by anybody, with the clock moving: no right without its ground."""

from datetime import timedelta

import time_machine
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from admissions.accounts.enums import AccountStatus, Employment, Role
from admissions.accounts.models import User
from admissions.audit.access import forget_answers
from admissions.core.decision import Refused
from tests.factories.accounts import UserFactory, user_with
from tests.factories.readiness import CourseFactory, PledgeVersionFactory, make_ready, train
from tests.factories.recusal import declared, fact_about, ruled
from tests.factories.seasons import OpenSeasonFactory
from tests.factories.workgroups import AppointmentFactory, PostFactory, WorkGroupFactory, leader_of
from tests.trail import setting_up
from workgroups.appointments.enums import APPOINTMENT_TRANSITIONS, AppointmentStatus, RightArea
from workgroups.appointments.models import Appointment
from workgroups.appointments.rules import can_change_period, can_confirm_appointment, can_suspend, can_withdraw
from workgroups.appointments.selectors import leads
from workgroups.appointments.services import change_period, suspend_appointment
from workgroups.duty.models import Delegation, Handover
from workgroups.duty.rules import can_prepare_handover
from workgroups.duty.selectors import handover_todos
from workgroups.duty.services import delegate, end_delegation, prepare_handover, sign_handover, void_handover
from workgroups.readiness.rules import can_put_on_duty
from workgroups.readiness.selectors import readiness
from workgroups.readiness.services import activate_appointment
from workgroups.recusal.enums import Verdict
from workgroups.recusal.models import RecusalFact

FEW = settings(max_examples=5, stateful_step_count=14, deadline=None, phases=[Phase.generate])
WHO = st.sampled_from(("leader", "deputy", "office", "stranger"))


class Staffing(RuleBasedStateMachine):
    """One leader's post, whoever deputises, and the clock."""

    @initialize()
    def begin(self):
        self.block = transaction.atomic()
        self.block._from_testcase = True  # as the test's own: commands open theirs inside
        self.block.__enter__()
        self.clock = time_machine.travel(timezone.now(), tick=False)
        self.traveller = self.clock.start()
        season = OpenSeasonFactory()
        self.season, self.course = season, CourseFactory(season=season, valid_days=30)
        self.version, self.group = PledgeVersionFactory(template__season=season), WorkGroupFactory(season=season)
        held = make_ready(leader_of(self.group, status=AppointmentStatus.ON_DUTY), self.course, self.version)
        self.held, self.waiting = held.pk, self.newcomer()
        deputy = UserFactory()
        declared(deputy, season)
        train(deputy, self.course)
        self.people = {
            "leader": held.person_id,
            "deputy": deputy.pk,
            "office": user_with(Role.SECRETARIAT).pk,
            "stranger": UserFactory().pk,
        }

    def teardown(self):
        if hasattr(self, "block"):
            self.clock.stop()
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    def newcomer(self):
        row = AppointmentFactory(post=PostFactory(group=self.group), status=AppointmentStatus.PENDING)
        return make_ready(row, self.course, self.version).pk

    def who(self, name):
        return User.objects.get(pk=self.people[name])

    def row(self):
        return Appointment.objects.select_related("person", "post__group__season").get(pk=self.held)

    def tried(self, act, **given):
        """Whether it was done; a refusal has its sentence, and anything else is a fault."""
        try:
            act(reason="试", **given)
        except Refused as refusal:
            assert refusal.decision.reason.endswith("。"), refusal.decision.reason
            return False
        except ValidationError as error:  # a constraint in its own words, for the form
            assert all(sentence.endswith("。") for sentence in error.messages), error.messages
            return False
        return True

    @rule(days=st.sampled_from((1, 6, 25)))
    def time_passes(self, days):
        self.traveller.shift(timedelta(days=days))

    @rule(actor=WHO)
    def somebody_suspends(self, actor):
        self.tried(suspend_appointment, actor=self.who(actor), appointment=self.row())

    @rule(actor=WHO)
    def somebody_puts_back(self, actor):
        self.tried(activate_appointment, actor=self.who(actor), appointment=self.row())

    @rule(actor=WHO)
    def somebody_uses_the_right(self, actor):
        person, row = self.who(actor), self.row()
        has = self.has_right(person, row) or actor == "office"
        waiting = Appointment.objects.get(pk=self.waiting)
        ready = readiness(Appointment.objects.select_related("person", "post__group__season").get(pk=self.waiting)).ok
        done = self.tried(activate_appointment, actor=person, appointment=waiting)
        assert done == (has and ready), (actor, has, ready)
        if done:
            self.waiting = self.newcomer()

    @rule(actor=WHO, days=st.sampled_from((2, 40)))
    def somebody_arranges_the_deputy(self, actor, days):
        now = timezone.now()
        period = DateTimeTZRange(now, now + timedelta(days=days))
        before = self.row()
        done = self.tried(delegate, actor=self.who(actor), appointment=before, deputy=self.who("deputy"), period=period)
        assert not done or self.ground(before)

    @rule(actor=WHO)
    def somebody_ends_the_deputy(self, actor):
        for running in Delegation.objects.not_over()[:1]:
            self.tried(end_delegation, actor=self.who(actor), delegation=running)

    @rule(actor=WHO, days=st.sampled_from((1, 15)))
    def somebody_shortens_or_extends(self, actor, days):
        row = self.row()
        if not row.period.isempty:
            period = DateTimeTZRange(row.period.lower, timezone.now() + timedelta(days=days))
            self.tried(change_period, actor=self.who(actor), appointment=row, period=period)

    @rule(actor=WHO)
    def somebody_prepares_the_handover(self, actor):
        self.tried(prepare_handover, actor=self.who(actor), appointment=self.row(), receiver=self.who("deputy"))

    @rule(actor=WHO, signs=st.booleans())
    def somebody_answers_the_handover(self, actor, signs):
        for sheet in Handover.objects.waiting()[:1]:
            self.tried(sign_handover if signs else void_handover, actor=self.who(actor), handover=sheet)

    @rule(name=st.sampled_from(("leader", "deputy")))
    def somebody_passes_again(self, name):
        train(self.who(name), self.course)

    @rule()
    def a_recusal_is_found_and_lifted(self):
        person = self.who("leader")
        person.employment = Employment.SECONDED
        with setting_up():
            person.save()
        fact = fact_about(
            person,
            self.season,
            kind="candidate",
            key=f"h1:{RecusalFact.objects.count():02}",
            is_candidate_relative=True,
        )
        assert not leads(self.who("leader"), self.group, RightArea.STAFF).ok
        ruled(fact, Verdict.CLEAR, superior_order="省招委〔2026〕9号")
        forget_answers(person)

    @rule(is_open=st.booleans())
    def the_leaders_account_is_closed_or_opened(self, is_open):
        person = self.who("leader")
        person.status = AccountStatus.ACTIVE if is_open else AccountStatus.SUSPENDED
        with setting_up():
            person.save()

    def ground(self, row):
        """What a right by the post rests on, told from the rows by themselves."""
        now = timezone.now()
        inside = (
            not row.period.isempty and row.period.lower <= now and (row.period.upper is None or now < row.period.upper)
        )
        passed = row.person.attempts.filter(course=self.course).order_by("-finished_at").first()
        trained = passed is not None and now <= passed.finished_at + timedelta(days=self.course.valid_days)
        return row.status == AppointmentStatus.ON_DUTY and inside and row.person.is_active and trained

    def has_right(self, person, row):
        if not self.ground(row):
            return False
        if person.pk == row.person_id:
            return True
        running = Delegation.objects.filter(deputy=person, appointment=row, period__contains=timezone.now())
        passed = person.attempts.filter(course=self.course).order_by("-finished_at").first()
        limit = timedelta(days=self.course.valid_days)
        return running.exists() and passed is not None and timezone.now() <= passed.finished_at + limit

    @invariant()
    def no_right_without_its_ground(self):
        if hasattr(self, "people"):
            for name in ("leader", "deputy", "stranger"):
                answer = leads(self.who(name), self.group, RightArea.STAFF)
                assert answer.ok == self.has_right(self.who(name), self.row()), (name, answer)
                assert answer.ok or answer.reason.endswith("。")

    @invariant()
    def somebody_can_move_what_is_not_final(self):
        if not hasattr(self, "people"):
            return
        row, office = self.row(), self.who("office")
        moves = (
            can_confirm_appointment,
            can_suspend,
            can_withdraw,
            can_prepare_handover,
            can_change_period,
            can_put_on_duty,
        )
        if APPOINTMENT_TRANSITIONS[row.status]:
            assert any(may(office, row).ok for may in moves)
        for sheet in Handover.objects.waiting():
            signers = (sheet.appointment.person_id, sheet.receiver_id)
            for person in User.objects.filter(pk__in=signers):
                assert [todo for todo in handover_todos(person) if todo.due_at == sheet.due_at]
            if sheet.is_overdue:
                assert handover_todos(office)


def test_an_appointment_with_its_deputies_and_readiness(db):
    run_state_machine_as_test(Staffing, settings=FEW)
