"""Proposing, confirming, suspending, changing and withdrawing: by command, by database, by two offices at once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.accounts.models import User
from admissions.audit.enums import Outcome
from admissions.audit.models import Event
from admissions.core.decision import Refused
from admissions.seasons.lifecycle.enums import SeasonStatus
from tests.factories.accounts import RoleGrantFactory, UserFactory, user_with
from tests.factories.seasons import OpenSeasonFactory
from tests.factories.workgroups import (
    AppointmentFactory,
    PostFactory,
    SeasonFactory,
    WorkGroupFactory,
    incompatible,
    leader_of,
)
from tests.races import together
from tests.trail import assert_recorded, assert_refused, setting_up, unguarded
from workgroups.appointments import rules
from workgroups.appointments.enums import APPOINTMENT_TRANSITIONS, SEATED, AppointmentStatus
from workgroups.appointments.models import Appointment
from workgroups.appointments.services import (
    change_period,
    confirm_appointment,
    propose_appointment,
    suspend_appointment,
    withdraw_appointment,
)
from workgroups.groups.enums import GroupStatus
from workgroups.groups.models import LEVELS

START = timezone.now()


def days(first, last=None):
    upper = None if last is None else START + timedelta(days=last)
    return DateTimeTZRange(START + timedelta(days=first), upper)


@pytest.fixture
def secretary(db):
    return user_with(Role.SECRETARIAT)


def insert(person, post, period, status="pending"):
    """Past the application: the row as plain SQL."""
    with transaction.atomic(), unguarded("appointments_appointment"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO appointments_appointment (revision, person_id, post_id, kind, period, status, basis)"
            " VALUES (1, %s, %s, 'principal', %s, %s, '决议')",
            [person.pk, post.pk, period, status],
        )


def update(appointment, column, value):
    with transaction.atomic(), unguarded("appointments_appointment"), connection.cursor() as cursor:
        cursor.execute(f"UPDATE appointments_appointment SET {column} = %s WHERE id = %s", [value, appointment.pk])


@pytest.mark.django_db
class TestProposing:
    def test_the_event_says_who_where_and_why(self, secretary):
        person, post = UserFactory(), PostFactory()
        row = propose_appointment(actor=secretary, reason="工作需要", person=person, post=post, period=days(0, 9))
        event = assert_recorded("appointments.propose", actor=secretary, target=row, reason="工作需要")
        assert (event.group_id, event.person_id, event.season_id) == (post.group_id, person.pk, post.group.season_id)
        (passage,) = row.passages.all()
        assert (passage.from_status, passage.to_status, passage.actor, passage.reason) == (
            "",
            "proposed",
            secretary,
            "工作需要",
        )

    def test_a_closed_season_takes_nobody(self, secretary):
        post = PostFactory(group__season=SeasonFactory(status=SeasonStatus.CLOSED))
        with pytest.raises(Refused, match="录取季已结束"):
            propose_appointment(actor=secretary, reason="补任", person=UserFactory(), post=post, period=days(0))
        assert not Appointment.objects.exists()

    @pytest.mark.parametrize("gone", ["post", "group"])
    def test_an_abolished_seat_takes_nobody_not_even_by_sql(self, secretary, gone):
        status = GroupStatus.DISSOLVED if gone == "group" else GroupStatus.ACTIVE
        post = PostFactory(group=WorkGroupFactory(status=status), is_abolished=gone == "post")
        with pytest.raises(Refused, match="已撤销，不能任命"):
            propose_appointment(actor=secretary, reason="任命", person=UserFactory(), post=post, period=days(0))
        with pytest.raises(IntegrityError, match="abolished"):
            insert(UserFactory(), post, days(0))

    def test_a_suspended_account_is_not_appointed(self, secretary):
        person = UserFactory(status="suspended")
        with pytest.raises(Refused, match="账号已停用"):
            propose_appointment(actor=secretary, reason="任命", person=person, post=PostFactory(), period=days(0))

    def test_overlapping_periods_are_refused_by_sql_and_touching_ones_are_not(self):
        held = AppointmentFactory(period=days(0, 10))
        for period in (days(9, 12), days(-3, 1), days(2, 3), days(-1)):
            with pytest.raises(IntegrityError, match="appointment_once_per_post"):
                insert(held.person, held.post, period)
        insert(held.person, held.post, days(10, 12))
        assert Appointment.objects.filter(person=held.person).count() == 2

    def test_incompatible_posts_name_the_other_post_and_the_way_out(self, secretary):
        group = WorkGroupFactory(name="录检组")
        one, other = PostFactory(group=group, name="录入"), PostFactory(group=group, name="复核")
        incompatible(one, other)
        held = AppointmentFactory(post=other, period=days(0, 10))
        with pytest.raises(Refused) as caught:
            propose_appointment(actor=secretary, reason="兼任", person=held.person, post=one, period=days(9))
        decision = caught.value.decision
        assert "已任“录检组·复核”，与“录检组·录入”不相容" in decision.reason
        assert decision.clause == rules.SEPARATION
        assert decision.who_can
        event = assert_refused("appointments.propose", actor=secretary)
        assert event.refusal == decision.reason
        with pytest.raises(IntegrityError, match="incompatible posts"):
            insert(held.person, one, days(9))

    def test_a_seat_taken_is_refused_by_sql(self):
        post = PostFactory(headcount_max=1)
        AppointmentFactory(post=post, period=days(0, 10))
        with pytest.raises(IntegrityError, match="seats"):
            insert(UserFactory(), post, days(9))
        insert(UserFactory(), post, days(10))

    def test_an_ended_row_cannot_be_reopened_by_sql_when_the_seat_is_taken(self):
        post = PostFactory(headcount_max=1)
        ended = AppointmentFactory(post=post, period=days(0, 10), status="ended")
        AppointmentFactory(post=post, period=days(0, 10))
        with pytest.raises(IntegrityError, match="seats"):
            update(ended, "status", "pending")


@pytest.mark.django_db
class TestConfirming:
    def test_a_second_person_confirms_what_the_first_proposed(self, secretary):
        second = user_with(Role.SECRETARIAT)
        row = propose_appointment(
            actor=secretary, reason="工作需要", person=UserFactory(), post=PostFactory(), period=days(0)
        )
        with pytest.raises(Refused, match="另一位行政秘书"):
            confirm_appointment(actor=secretary, reason="自己确认", appointment=row, basis="决议1号")
        assert_refused("appointments.confirm", actor=secretary, target=row)
        row.refresh_from_db()
        assert (row.status, row.basis) == ("proposed", "")
        confirmed = confirm_appointment(actor=second, reason="会议决定", appointment=row, basis=" 决议1号 ")
        assert (confirmed.status, confirmed.basis) == ("pending", "决议1号")
        assert [(p.actor, p.to_status) for p in row.passages.all()] == [(secretary, "proposed"), (second, "pending")]

    def test_nobody_confirms_their_own_appointment(self, secretary):
        row = AppointmentFactory(person=secretary, status="proposed", basis="")
        with pytest.raises(Refused, match="不能任命自己"):
            confirm_appointment(actor=secretary, reason="自任", appointment=row, basis="决议1号")

    def test_a_pending_row_without_a_number_is_refused_by_sql(self):
        row = AppointmentFactory(status="proposed", basis="")
        with pytest.raises(IntegrityError, match="appointment_has_basis"):
            update(row, "status", "pending")

    def test_what_changed_since_the_proposal_is_asked_again(self, secretary):
        """The person may have lost the account, or the pre-check may object by now."""
        row = AppointmentFactory(status="proposed", basis="", person=UserFactory(status="suspended"))
        with pytest.raises(Refused, match="账号已停用"):
            confirm_appointment(actor=secretary, reason="确认", appointment=row, basis="决议1号")


RULES = {
    "confirm": (rules.can_confirm_appointment, {AppointmentStatus.PROPOSED}),
    "suspend": (rules.can_suspend, {AppointmentStatus.ON_DUTY}),
    "period": (rules.can_change_period, set(SEATED)),
    "withdraw": (rules.can_withdraw, {AppointmentStatus.PROPOSED, AppointmentStatus.PENDING}),
}


@pytest.mark.django_db
@pytest.mark.parametrize("verb", RULES)
def test_full_product_of_state_and_role(verb):
    """Only the secretariat, and only in the states of the verb; every “no” is a sentence."""
    rule, states = RULES[verb]
    rows = {status: AppointmentFactory(status=status, basis="决议") for status in AppointmentStatus}
    actors = {role: user_with(role) for role in Role} | {None: UserFactory()}
    for role, actor in actors.items():
        for status, row in rows.items():
            decision = rule(actor, row)
            assert decision.ok == (role == Role.SECRETARIAT and status in states), (role, status)
            assert decision.ok or decision.reason.endswith("。")


@pytest.mark.django_db
def test_a_leader_sees_the_appointments_of_all_groups_below_and_nobody_elses():
    """Down to the fifth level, as deep as the tree may be."""
    season = SeasonFactory()
    groups = [WorkGroupFactory(season=season)]
    while len(groups) < LEVELS:
        groups.append(WorkGroupFactory(season=season, parent=groups[-1]))
    leader = leader_of(groups[0], status="on_duty")
    members = [AppointmentFactory(post=PostFactory(group=group)) for group in groups]
    aside = AppointmentFactory(post=PostFactory(group__season=season))
    visible = Appointment.objects.visible_to(leader.person)
    assert {row.pk for row in visible} == {leader.pk, *(row.pk for row in members)}
    assert [row.pk for row in Appointment.objects.visible_to(aside.person)] == [aside.pk]
    assert {row.pk for row in Appointment.objects.visible_to(members[-1].person)} == {members[-1].pk}


@pytest.mark.django_db
class TestPassages:
    def test_transitions_are_the_table(self):
        """`ended` is final, and every passage the table knows leads to a known status."""
        assert set(APPOINTMENT_TRANSITIONS) == set(AppointmentStatus)
        assert APPOINTMENT_TRANSITIONS[AppointmentStatus.ENDED] == set()
        assert {status for targets in APPOINTMENT_TRANSITIONS.values() for status in targets} == {
            AppointmentStatus.PENDING,
            AppointmentStatus.ON_DUTY,
            AppointmentStatus.SUSPENDED,
            AppointmentStatus.ENDED,
        }

    def test_suspending_keeps_the_seat(self, secretary):
        post = PostFactory(headcount_max=1)
        row = AppointmentFactory(post=post, status="on_duty")
        suspended = suspend_appointment(actor=secretary, reason="核查期间", appointment=row)
        assert suspended.status == "suspended"
        assert_recorded("appointments.suspend", actor=secretary, target=row, reason="核查期间")
        assert not Appointment.objects.in_force().exists()
        with pytest.raises(Refused, match="已满"):
            propose_appointment(actor=secretary, reason="顶岗", person=UserFactory(), post=post, period=days(0))

    def test_suspending_twice_says_who_was_faster(self, secretary):
        row = AppointmentFactory(status="on_duty")
        suspend_appointment(actor=secretary, reason="核查", appointment=row)
        with pytest.raises(Refused, match=f"任职已是“暂停”（{secretary.name}于"):
            suspend_appointment(actor=user_with(Role.SECRETARIAT), reason="核查", appointment=row)

    def test_withdrawing_frees_the_seat_and_ends_the_period(self, secretary):
        post = PostFactory(headcount_max=1)
        row = AppointmentFactory(post=post, period=days(-2))
        ended = withdraw_appointment(actor=secretary, reason="另有任用", appointment=row)
        assert ended.status == "ended"
        assert ended.period.upper <= timezone.now()
        assert_recorded("appointments.withdraw", actor=secretary, target=row)
        propose_appointment(actor=secretary, reason="补任", person=UserFactory(), post=post, period=days(0))

    def test_withdrawing_before_the_period_leaves_no_day_of_duty(self, secretary):
        row = AppointmentFactory(period=days(5, 9))
        assert withdraw_appointment(actor=secretary, reason="取消", appointment=row).period.isempty

    @pytest.mark.parametrize("status", ["on_duty", "suspended"])
    def test_who_has_served_is_not_simply_withdrawn(self, secretary, status):
        row = AppointmentFactory(status=status)
        with pytest.raises(Refused, match="离岗须办交接"):
            withdraw_appointment(actor=secretary, reason="走人", appointment=row)
        row.refresh_from_db()
        assert row.status == status


@pytest.mark.django_db
class TestChangingThePeriod:
    def test_shortening_and_extending(self, secretary):
        row = AppointmentFactory(period=days(0, 10))
        for period in (days(0, 5), days(0, 20), days(1)):
            assert change_period(actor=secretary, reason="调整", appointment=row, period=period).period == period
        assert Event.objects.filter(action="appointments.change_period", outcome=Outcome.DONE).count() == 3

    def test_the_beginning_is_not_put_back(self, secretary):
        row = AppointmentFactory(period=days(-1, 10))
        assert change_period(actor=secretary, reason="缩短", appointment=row, period=days(-1, 5)).pk
        with pytest.raises(Refused, match="任职不能倒签"):
            change_period(actor=secretary, reason="提前", appointment=row, period=days(-3, 5))

    def test_into_another_appointment_of_the_same_person(self, secretary):
        row = AppointmentFactory(period=days(0, 10))
        AppointmentFactory(person=row.person, post=row.post, period=days(10, 20))
        with pytest.raises(Refused, match="不能重复任命"):
            change_period(actor=secretary, reason="延长", appointment=row, period=days(0, 11))
        with pytest.raises(IntegrityError, match="appointment_once_per_post"):
            update(row, "period", days(0, 11))

    def test_into_a_full_post(self, secretary):
        post = PostFactory(headcount_max=1)
        row = AppointmentFactory(post=post, period=days(0, 10))
        AppointmentFactory(post=post, period=days(10, 20))
        with pytest.raises(Refused, match="已满"):
            change_period(actor=secretary, reason="延长", appointment=row, period=days(0, 11))
        with pytest.raises(IntegrityError, match="seats"):
            update(row, "period", days(0, 11))

    def test_into_an_incompatible_post(self, secretary):
        group = WorkGroupFactory()
        one, other = PostFactory(group=group), PostFactory(group=group)
        incompatible(one, other)
        row = AppointmentFactory(post=one, period=days(0, 10))
        AppointmentFactory(person=row.person, post=other, period=days(10, 20))
        with pytest.raises(Refused, match="不相容"):
            change_period(actor=secretary, reason="延长", appointment=row, period=days(0))
        with pytest.raises(IntegrityError, match="incompatible posts"):
            update(row, "period", days(0))

    def test_not_after_the_end_and_not_ones_own(self, secretary):
        with pytest.raises(Refused, match="任职已结束"):
            change_period(
                actor=secretary, reason="续", appointment=AppointmentFactory(status="ended"), period=days(0, 3)
            )
        with pytest.raises(Refused, match="不能任命自己"):
            change_period(
                actor=secretary, reason="续", appointment=AppointmentFactory(person=secretary), period=days(0, 3)
            )


@pytest.mark.django_db(transaction=True)
class TestTwoOfficesAtOnce:
    def test_confirming_one_proposal_through_two_open_forms(self):
        """One gets the appointment, the other reads who was faster; one passage, one event, one refusal."""
        OpenSeasonFactory()
        names = ["甲秘书", "乙秘书"]
        row = AppointmentFactory(
            status="proposed", basis="", post__group__season=OpenSeasonFactory(), period=days(-1, 30)
        )
        address = reverse("appointments:confirm", args=[row.pk])
        seen = f"seen:appointments.appointment:{row.pk}"
        clients = []
        for name in names:
            client = Client()
            client.force_login(RoleGrantFactory(user=UserFactory(name=name), role=Role.SECRETARIAT).user)
            clients.append(client)

        def confirm(client, basis):
            return lambda: client.post(
                address,
                f"basis={basis}&reason=会议决定&{seen}={row.revision}",
                content_type="application/x-www-form-urlencoded",
            )

        answers = together(confirm(clients[0], "A1"), confirm(clients[1], "B2"))
        assert sorted(answer.status_code for answer in answers) == [302, 422]
        loser = next(number for number, answer in enumerate(answers) if answer.status_code == 422)
        winner = names[1 - loser]
        assert f"已由他人处理：{winner}于" in answers[loser].content.decode()
        row.refresh_from_db()
        assert (row.status, row.basis) == ("pending", ["A1", "B2"][1 - loser])
        assert row.passages.count() == 1
        outcomes = Event.objects.filter(action="appointments.confirm").values_list("outcome", "actor_name")
        assert sorted(outcomes) == [("done", winner), ("refused", names[loser])]

    def test_the_last_seat_goes_to_one(self):
        post = PostFactory(headcount_max=1)
        people, offices = [UserFactory(), UserFactory()], [user_with(Role.SECRETARIAT) for _ in range(2)]

        def propose(office, person):
            return lambda: propose_appointment(actor=office, reason="补缺", person=person, post=post, period=days(0))

        results = together(*map(propose, offices, people))
        (refusal,) = [result for result in results if isinstance(result, Refused)]
        assert "满" in refusal.decision.reason
        assert Appointment.objects.filter(post=post).count() == 1

    def test_one_person_is_not_put_on_two_incompatible_posts(self):
        group, person = WorkGroupFactory(), UserFactory()
        posts = [PostFactory(group=group), PostFactory(group=group)]
        incompatible(*posts)
        offices = [user_with(Role.SECRETARIAT) for _ in range(2)]

        def propose(office, post):
            return lambda: propose_appointment(
                actor=office, reason="补缺", person=User.objects.get(pk=person.pk), post=post, period=days(0)
            )

        results = together(*map(propose, offices, posts))
        (refusal,) = [result for result in results if isinstance(result, Refused)]
        assert "不相容" in refusal.decision.reason
        assert Appointment.objects.filter(person=person).count() == 1


@pytest.mark.django_db
class TestTheRoleEndsWhileTheFormIsOpen:
    def end(self, user):
        grant = user.role_grants.get()
        grant.period = DateTimeTZRange(grant.period.lower, timezone.now())
        with setting_up():
            grant.save()

    @pytest.mark.parametrize(
        "name",
        [
            "appointments:confirm",
            "appointments:period",
            "appointments:withdraw",
            "appointments:suspend",
            "readiness:activate",
        ],
    )
    def test_a_command_on_a_record(self, client, name):
        secretary = user_with(Role.SECRETARIAT)
        status = {"appointments:confirm": "proposed", "appointments:suspend": "on_duty"}.get(name, "pending")
        row = AppointmentFactory(status=status, post__group__season=OpenSeasonFactory())
        client.force_login(secretary)
        address = reverse(name, args=[row.pk])
        # Going on duty is not open before readiness; the answer after the role ended must still be about the role.
        assert client.get(address).status_code == (403 if name == "readiness:activate" else 200)
        self.end(secretary)
        done = Event.objects.filter(outcome=Outcome.DONE).count()
        answer = client.post(address, {"reason": "继续", "basis": "决议", "starts_at": "2026-07-01T08:00"})
        assert answer.status_code == 404
        text = answer.content.decode()
        assert "您提交的内容没有保存" in text
        assert "您的授权或任职可能在打开页面之后已经结束" in text
        row.refresh_from_db()
        assert (row.status, row.revision) == (status, 1)
        assert Event.objects.filter(outcome=Outcome.DONE).count() == done

    def test_a_colleague_who_still_sees_the_record_reads_when_the_role_ended(self, client):
        """The attempt is kept in the ledger with the record it was about."""
        secretary = user_with(Role.SECRETARIAT)
        row = AppointmentFactory(status="proposed", post__group__season=OpenSeasonFactory())
        AppointmentFactory(person=secretary, post=PostFactory(group=row.post.group), status="on_duty")
        client.force_login(secretary)
        address = reverse("appointments:confirm", args=[row.pk])
        assert client.get(address).status_code == 200
        self.end(secretary)
        answer = client.post(address, {"reason": "会议决定", "basis": "决议"})
        assert answer.status_code == 403
        assert "您的“行政秘书”授权已于" in answer.content.decode()
        row.refresh_from_db()
        assert (row.status, row.revision) == ("proposed", 1)
        event = assert_refused("appointments.confirm", actor=secretary, target=row, reason="会议决定")
        assert event.refusal.startswith("您的“行政秘书”授权已于")
        assert (event.action_label, event.group_id) == ("确认任命", row.post.group_id)

    def test_proposing(self, client):
        secretary, season = user_with(Role.SECRETARIAT), OpenSeasonFactory()
        post, person = PostFactory(group__season=season), UserFactory()
        client.force_login(secretary)
        address = reverse("appointments:propose")
        assert client.get(address).status_code == 200
        self.end(secretary)
        answer = client.post(
            address,
            {
                "person": person.pk,
                "post": post.pk,
                "kind": "principal",
                "starts_at": "2026-07-01T08:00",
                "reason": "任命",
            },
        )
        assert answer.status_code == 403
        assert "您的“行政秘书”授权已于" in answer.content.decode()
        assert "这次尝试已留痕" in answer.content.decode()
        assert assert_refused("appointments.propose", actor=secretary).action_label == "提名任职"
        assert not Appointment.objects.exists()
