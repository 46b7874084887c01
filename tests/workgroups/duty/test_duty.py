"""Deputies and handovers: who is fit, when it ends, and that nobody leaves a post without two signatures."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.core.decision import Refused
from admissions.seasons.lifecycle.enums import SeasonStatus
from tests.factories.accounts import PASSWORD, UserFactory, user_with
from tests.factories.readiness import CourseFactory, train
from tests.factories.recusal import declared, fact_about
from tests.factories.seasons import InstitutionFactory, OpenSeasonFactory
from tests.factories.workgroups import AppointmentFactory, PostFactory, WorkGroupFactory, incompatible, leader_of
from tests.trail import assert_recorded, assert_refused, setting_up
from workgroups.appointments.models import Appointment
from workgroups.appointments.services import propose_appointment, suspend_appointment, withdraw_appointment
from workgroups.duty import rules
from workgroups.duty.enums import HANDOVER_TRANSITIONS, HandoverStatus
from workgroups.duty.models import Delegation, Handover
from workgroups.duty.selectors import handover_todos
from workgroups.duty.services import delegate, end_delegation, prepare_handover, sign_handover, void_handover
from workgroups.groups.models import PostDuty

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def days(first, last=None):
    upper = None if last is None else NOW + timedelta(days=last)
    return DateTimeTZRange(NOW + timedelta(days=first), upper)


@pytest.fixture
def season():
    return OpenSeasonFactory()


@pytest.fixture
def course(season):
    return CourseFactory(season=season)


@pytest.fixture
def group(season):
    return WorkGroupFactory(season=season, name="录取管理组")


@pytest.fixture
def held(group):
    return AppointmentFactory(post=PostFactory(group=group, name="录检员"), status="on_duty", period=days(-1, 20))


@pytest.fixture
def leader(group):
    return leader_of(group, status="on_duty").person


@pytest.fixture
def secretary():
    return user_with(Role.SECRETARIAT)


@pytest.fixture
def fit(season, course):
    return make_fit(UserFactory(), season, course)


def make_fit(person, season, course):
    declared(person, season)
    train(person, course)
    return person


def arrange(actor, held, deputy, period=None, scope="值守"):
    return delegate(
        actor=actor, reason="请假", appointment=held, deputy=deputy, period=period or days(0, 3), scope=scope
    )


class TestDelegating:
    def test_holder_leader_and_secretariat_arrange_it(self, held, leader, secretary, season, course):
        for number, actor in enumerate((held.person, leader, secretary)):
            deputy = make_fit(UserFactory(), season, course)
            row = arrange(actor, held, deputy, days(number * 2, number * 2 + 1))
            event = assert_recorded("duty.delegate", actor=actor, target=row)
            assert (event.group_id, event.person_id, event.clause) == (
                held.post.group_id,
                held.person_id,
                rules.DEPUTY_CLAUSE,
            )
        assert Delegation.objects.count() == 3

    @pytest.mark.parametrize("role", [role for role in Role if role != Role.SECRETARIAT])
    def test_nobody_else_does(self, held, fit, role):
        with pytest.raises(Refused, match="没有办理任职的权限"):
            arrange(user_with(role), held, fit)

    def test_a_colleague_does_not(self, held, fit):
        colleague = AppointmentFactory(post=held.post, status="on_duty").person
        assert not rules.can_delegate(colleague, held).ok
        assert not rules.can_delegate(fit, held).ok

    @pytest.mark.parametrize("status", ["proposed", "pending", "on_duty", "suspended", "ended"])
    def test_only_for_a_post_in_service(self, held, secretary, status):
        held.status = status
        assert rules.can_delegate(secretary, held).ok == (status == "on_duty")

    def test_not_in_a_closed_season(self, held, fit, season):
        season.status = SeasonStatus.CLOSED
        with setting_up():
            season.save()
        with pytest.raises(Refused, match="录取季已结束"):
            arrange(held.person, Appointment.objects.get(pk=held.pk), fit)


class TestFitness:
    def refused(self, held, deputy, match, period=None):
        with pytest.raises(Refused, match=match):
            arrange(held.person, held, deputy, period)
        assert not Delegation.objects.exists()
        assert assert_refused("duty.delegate", actor=held.person).refusal

    def test_not_oneself(self, held, season, course):
        make_fit(held.person, season, course)
        self.refused(held, held.person, "不能由本人代自己的岗")

    def test_not_with_a_closed_account(self, held, fit):
        fit.status = "suspended"
        with setting_up():
            fit.save()
        self.refused(held, fit, "账号已停用")

    def test_not_untrained(self, held, season, course):
        person = UserFactory()
        declared(person, season)
        self.refused(held, person, "不能代岗：《上岗培训")

    def test_not_undeclared(self, held, course):
        person = UserFactory()
        train(person, course)
        self.refused(held, person, "回避未核清")

    def test_not_while_a_recusal_is_open(self, held, fit, season):
        fact_about(fit, season, kind="institution", key=InstitutionFactory().pk)
        self.refused(held, fit, "等待裁定")

    def test_not_into_the_group_of_somebody_to_keep_away_from(self, held, fit, season, group):
        """The ruling has been made; the deputy may serve, but not beside that colleague."""
        colleague = AppointmentFactory(post=PostFactory(group=group), status="on_duty").person
        fact_about(fit, season, key=colleague.pk, state="confirmed")
        self.refused(held, fit, "之间应当回避")

    def test_not_holding_an_incompatible_post(self, held, fit, group):
        other = PostFactory(group=group, name="复核员")
        incompatible(held.post, other)
        AppointmentFactory(person=fit, post=other, period=days(2, 10))
        self.refused(held, fit, "已任“录取管理组·复核员”")
        assert arrange(held.person, held, fit, days(0, 2)).pk

    def test_not_deputising_for_an_incompatible_post(self, held, fit, group):
        other = AppointmentFactory(post=PostFactory(group=group, name="复核员"), status="on_duty", period=days(-1))
        incompatible(held.post, other.post)
        arrange(other.person, other, fit, days(2, 10))
        with pytest.raises(Refused, match="正在代“录取管理组·复核员”的岗"):
            arrange(held.person, held, fit, days(0, 3))
        assert arrange(held.person, held, fit, days(0, 2)).pk

    @pytest.mark.parametrize("period", [days(-2, 1), days(19, 21), days(21, 22)])
    def test_not_outside_the_appointment(self, held, fit, period):
        self.refused(held, fit, "超出了任职期间", period)

    def test_up_to_the_end_of_the_appointment_is_inside(self, held, fit):
        assert arrange(held.person, held, fit, days(0, 20)).pk

    @pytest.mark.parametrize(
        ("period", "words"), [(days(-1, 1), "代岗不能倒签"), (days(-0.9, -0.5), "代岗期间已经过去")]
    )
    def test_not_backdated(self, held, fit, period, words):
        self.refused(held, fit, words, period)

    def test_a_form_opened_a_moment_ago_begins_now(self, held, fit):
        """No instant before the command is ever covered: the answer to “who stood in then?” cannot change later."""
        before = timezone.now()
        row = arrange(held.person, held, fit, DateTimeTZRange(before - timedelta(minutes=20), NOW + timedelta(days=1)))
        assert before <= row.period.lower <= timezone.now()

    def test_not_without_an_end(self, held, fit):
        self.refused(held, fit, "代岗须有截止时间", days(0))
        with pytest.raises(IntegrityError, match="delegation_has_an_end"):
            insert(held, fit, days(0))

    def test_not_two_at_a_time(self, held, fit, season, course):
        arrange(held.person, held, fit, days(0, 5))
        second = make_fit(UserFactory(), season, course)
        with pytest.raises(Exception, match="这段期间已有人代岗"):
            arrange(held.person, held, second, days(4, 6))
        with pytest.raises(IntegrityError, match="delegation_one_deputy"):
            insert(held, second, days(4, 6))
        assert arrange(held.person, held, second, days(5, 6)).pk

    def test_who_deputises_is_not_appointed_to_an_incompatible_post(self, held, fit, group, secretary):
        """The other way round: first deputy, then appointed."""
        other = PostFactory(group=group, name="复核员")
        incompatible(held.post, other)
        delegation = arrange(held.person, held, fit)

        def propose():
            return propose_appointment(actor=secretary, reason="任命", person=fit, post=other, period=days(0, 9))

        with pytest.raises(Refused, match="正在代“录取管理组·录检员”的岗"):
            propose()
        end_delegation(actor=held.person, reason="回岗", delegation=delegation)
        assert propose().pk


def insert(held, deputy, period):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO duty_delegation (revision, appointment_id, deputy_id, period, scope, areas)"
            " VALUES (1, %s, %s, %s, '值守', '{requests}')",
            [held.pk, deputy.pk, period],
        )


class TestAfterwards:
    def test_a_delegation_ends_by_itself(self, held, fit):
        delegation = arrange(held.person, held, fit, days(1, 3))
        assert list(Delegation.objects.live(NOW + timedelta(days=1))) == [delegation]
        for moment in (NOW + timedelta(days=1) - timedelta(seconds=1), NOW + timedelta(days=3)):
            assert not Delegation.objects.live(moment).exists()
        with time_machine.travel(NOW + timedelta(days=4), tick=False):
            assert not Delegation.objects.live().exists()
            # What one did as a deputy stays readable for oneself.
            assert list(Delegation.objects.visible_to(fit)) == [delegation]
            with pytest.raises(Refused, match="代岗已经结束"):
                end_delegation(actor=held.person, reason="回岗", delegation=delegation)

    def test_ending_early_shortens_the_period_to_now(self, held, fit, season, course):
        delegation = arrange(held.person, held, fit, days(1, 3))
        with time_machine.travel(NOW + timedelta(days=2), tick=False):
            ended = end_delegation(actor=held.person, reason="提前回岗", delegation=delegation)
            assert ended.period == days(1, 2)
            assert_recorded("duty.end_delegation", actor=held.person, target=delegation, reason="提前回岗")
            assert not Delegation.objects.live().exists()
        assert arrange(held.person, held, make_fit(UserFactory(), season, course), days(2, 3)).pk

    def test_ending_before_the_start_leaves_nothing(self, held, fit):
        delegation = arrange(held.person, held, fit, days(2, 3))
        assert end_delegation(actor=held.person, reason="不必了", delegation=delegation).period.isempty

    def test_the_deputy_does_not_end_it(self, held, fit):
        delegation = arrange(held.person, held, fit)
        with pytest.raises(Refused, match="没有办理任职的权限"):
            end_delegation(actor=fit, reason="不想代", delegation=delegation)

    def test_nobody_deputises_for_a_post_whose_holder_has_left(self, held, fit, leader):
        now_and_later = [arrange(held.person, held, fit, days(0, 1)), arrange(held.person, held, fit, days(5, 6))]
        sheet = prepare_handover(actor=leader, reason="调岗", appointment=held, receiver=leader)
        sign_handover(actor=held.person, reason="本人签字", handover=sheet)
        assert Delegation.objects.live().exists()
        sign_handover(actor=leader, reason="本人签字", handover=sheet)
        assert not Delegation.objects.live().exists()
        for row in now_and_later:
            row.refresh_from_db()
        assert now_and_later[0].period.upper <= timezone.now()
        assert now_and_later[1].period.isempty

    def test_a_shortened_appointment_takes_the_delegation_with_it(self, held, fit):
        arrange(held.person, held, fit, days(0, 10))
        held.period = days(-1, 2)
        with setting_up():
            held.save()
        assert Delegation.objects.live(NOW + timedelta(days=1)).exists()
        assert not Delegation.objects.live(NOW + timedelta(days=3)).exists()


class TestHandover:
    @pytest.fixture
    def sheet(self, held, leader):
        return prepare_handover(actor=leader, reason="调岗", appointment=held, receiver=leader, remarks="钥匙一把")

    def test_only_the_second_signature_relieves(self, held, leader, sheet):
        once = sign_handover(actor=leader, reason="本人签字", handover=sheet)
        held.refresh_from_db()
        assert (once.status, held.status, once.given_at) == ("open", "on_duty", None)
        done = sign_handover(actor=held.person, reason="本人签字", handover=sheet)
        held.refresh_from_db()
        assert (done.status, held.status) == ("done", "ended")
        assert held.period.upper <= timezone.now()
        last = held.passages.last()
        assert (last.from_status, last.to_status, last.reason) == ("on_duty", "ended", "离岗交接完成：调岗")
        signatures = [("giver", held.person), ("taker", leader)]
        for _, person in signatures:
            assert_recorded("duty.sign_handover", actor=person, target=sheet)

    def test_each_signs_once_and_nobody_else_signs(self, held, leader, sheet, secretary):
        sign_handover(actor=held.person, reason="签", handover=sheet)
        with pytest.raises(Refused, match="您已签字"):
            sign_handover(actor=held.person, reason="再签", handover=sheet)
        with pytest.raises(Refused, match="只能由移交人和接收人签字") as caught:
            sign_handover(actor=secretary, reason="代签", handover=sheet)
        assert caught.value.decision.who_can == f"请由{held.person.name}和{leader.name}签字。"

    def test_the_database_wants_both_signatures(self, sheet):
        with (
            pytest.raises(IntegrityError, match="handover_done_is_signed_by_both"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE duty_handover SET status = 'done' WHERE id = %s", [sheet.pk])

    def test_one_open_sheet_at_a_time(self, held, leader, sheet):
        with pytest.raises(Exception, match="已有一份未完成的交接单"):
            prepare_handover(actor=leader, reason="再编", appointment=held, receiver=leader)
        void_handover(actor=leader, reason="不走了", handover=sheet)
        assert prepare_handover(actor=leader, reason="再编", appointment=held, receiver=leader).pk

    @pytest.mark.parametrize("status", HandoverStatus)
    def test_signing_and_voiding_by_state(self, held, leader, sheet, status):
        sheet.status = status
        is_open = status == HandoverStatus.OPEN
        assert rules.can_sign_handover(held.person, sheet).ok == is_open
        assert rules.can_void_handover(leader, sheet).ok == is_open
        assert bool(HANDOVER_TRANSITIONS[status]) == is_open

    def test_a_void_sheet_relieves_nobody(self, held, leader, sheet):
        sign_handover(actor=held.person, reason="签", handover=sheet)
        voided = void_handover(actor=leader, reason="不走了", handover=sheet)
        assert (voided.status, voided.given_at is None) == ("void", False)
        with pytest.raises(Refused, match="不能再签"):
            sign_handover(actor=leader, reason="签", handover=sheet)
        held.refresh_from_db()
        assert held.status == "on_duty"
        assert_recorded("duty.void_handover", actor=leader, target=sheet, reason="不走了")

    def test_not_to_oneself_and_not_to_a_closed_account(self, held, leader):
        for receiver, words in ((held.person, "不能移交给自己"), (UserFactory(status="suspended"), "账号已停用")):
            with pytest.raises(Refused, match=words):
                prepare_handover(actor=leader, reason="调岗", appointment=held, receiver=receiver)

    @pytest.mark.parametrize("status", ["proposed", "pending"])
    def test_who_never_served_needs_none(self, leader, group, status):
        row = AppointmentFactory(post=PostFactory(group=group), status=status)
        with pytest.raises(Refused, match="不必交接"):
            prepare_handover(actor=leader, reason="调岗", appointment=row, receiver=leader)

    @pytest.mark.parametrize("is_suspended", [False, True])
    def test_there_is_no_way_off_duty_but_the_handover(self, held, leader, secretary, is_suspended):
        if is_suspended:
            suspend_appointment(actor=secretary, reason="核查", appointment=held)
        with pytest.raises(Refused, match="离岗须办交接"):
            withdraw_appointment(actor=secretary, reason="走", appointment=held)
        sheet = prepare_handover(actor=leader, reason="调岗", appointment=held, receiver=leader)
        for person in (held.person, leader):
            sign_handover(actor=person, reason="签", handover=sheet)
        held.refresh_from_db()
        assert held.status == "ended"

    def test_the_sheet_lists_duties_todos_and_deputies(self, held, leader, fit, group):
        with setting_up():
            PostDuty(post=held.post, text="审查录退意见").save()
        arrange(held.person, held, fit)
        sections = {
            row["label"]: [line["text"] for line in row["items"]]
            for row in prepare_handover(actor=leader, reason="调岗", appointment=held, receiver=leader).items
        }
        assert sections["岗位职责"] == ["审查录退意见"]
        assert sections["代岗"] == [f"{fit.name}（代{held.person.name}）：全部事项（值守）"]
        assert "申报回避：1项" in sections["未办事项"]

    def test_a_receiver_of_another_group_sees_signs_and_is_reminded(self, client, held, leader):
        receiver = UserFactory()
        sheet = prepare_handover(actor=leader, reason="调岗", appointment=held, receiver=receiver)
        assert [todo.button for todo in handover_todos(receiver)] == ["去签字"]
        client.force_login(receiver)
        assert client.get(reverse("duty:handover", args=[sheet.pk])).status_code == 200
        answer = client.post(reverse("duty:handover-sign", args=[sheet.pk]), {"own_password": PASSWORD})
        assert answer.status_code == 302
        sheet.refresh_from_db()
        assert (sheet.taken_at is None, sheet.status) == (False, "open")
        assert handover_todos(receiver)[0].waiting_on == f"{held.person.name}签字"

    def test_a_wrong_password_signs_nothing(self, client, held, sheet):
        client.force_login(held.person)
        answer = client.post(reverse("duty:handover-sign", args=[sheet.pk]), {"own_password": "猜的"})
        assert answer.status_code == 422
        sheet.refresh_from_db()
        assert (sheet.given_at, Handover.objects.get().status) == (None, "open")

    def test_strangers_do_not_see_the_sheet(self, sheet):
        assert not Handover.objects.visible_to(UserFactory()).exists()
