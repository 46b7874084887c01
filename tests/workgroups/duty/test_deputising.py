"""What a deputy may do, in whose name it stands on record, and when it is over."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.accounts.models import User
from admissions.audit.access import forget_answers
from admissions.audit.models import Event
from admissions.core.decision import ALLOWED, Principal, Refused
from tests.factories.accounts import UserFactory, user_with
from tests.factories.readiness import CourseFactory, PledgeFactory, PledgeVersionFactory, make_ready, train
from tests.factories.recusal import declared, fact_about, officer
from tests.factories.rulebook import clause_in_force
from tests.factories.seasons import InstitutionFactory, OpenSeasonFactory
from tests.factories.workgroups import AppointmentFactory, PostFactory, WorkGroupFactory, incompatible, leader_of
from tests.races import together
from tests.trail import assert_recorded, assert_refused, setting_up, unguarded
from workgroups.appointments.models import Appointment, AppointmentPassage
from workgroups.appointments.selectors import (
    leads,
    led_groups,
    live_appointments,
    own_appointments,
    post_of,
    responsible_at,
)
from workgroups.appointments.services import change_period, propose_appointment, suspend_appointment
from workgroups.duty import rules
from workgroups.duty.models import Delegation
from workgroups.duty.services import delegate, end_delegation, prepare_handover, sign_handover
from workgroups.groups import services as groups
from workgroups.groups.models import PostDuty, PostIncompatibility
from workgroups.readiness.rules import can_put_on_duty
from workgroups.readiness.services import activate_appointment
from workgroups.recusal.models import FactPassage, RecusalFact
from workgroups.recusal.services.ruling import cosign_fact_ruling, rule_fact

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def days(first, last=None):
    upper = None if last is None else NOW + timedelta(days=last)
    return DateTimeTZRange(NOW + timedelta(days=first), upper)


def again(person):
    """The same person in a new request: what was asked once per request is asked anew."""
    return User.objects.get(pk=person.pk)


@pytest.fixture
def season():
    return OpenSeasonFactory()


@pytest.fixture
def course(season):
    return CourseFactory(season=season)


@pytest.fixture
def version(season):
    return PledgeVersionFactory(template__season=season, template__name="岗位承诺书")


@pytest.fixture
def top(season):
    return WorkGroupFactory(season=season, name="录取领导组")


@pytest.fixture
def group(season, top):
    return WorkGroupFactory(season=season, name="录取管理组", parent=top)


@pytest.fixture
def below(season, group):
    return WorkGroupFactory(season=season, name="一批组", parent=group)


@pytest.fixture
def principal(group):
    return leader_of(group, status="on_duty", period=days(-1, 20), person__name="张三")


@pytest.fixture
def secretary():
    return user_with(Role.SECRETARIAT)


@pytest.fixture
def deputy(season, course):
    return make_fit(UserFactory(name="李四"), season, course)


def make_fit(person, season, course):
    declared(person, season)
    train(person, course)
    return person


@pytest.fixture
def waiting(group, course, version):
    """A member who is ready and waits to be put on duty."""
    row = AppointmentFactory(post=PostFactory(group=group, name="录检员"), status="pending")
    return make_ready(row, course, version)


def arrange(row, deputy, period=None, actor=None):
    return delegate(
        actor=actor or row.person,
        reason="请假",
        appointment=row,
        deputy=deputy,
        period=period or days(0, 3),
        scope="值守",
    )


@pytest.fixture
def delegation(principal, deputy):
    return arrange(principal, deputy)


def activate(actor, row):
    return activate_appointment(actor=again(actor), reason="已就绪", appointment=row)


class TestRights:
    def test_the_deputy_leads_what_the_principal_leads_and_nothing_else(
        self, season, top, group, below, principal, deputy, delegation
    ):
        deputy = again(deputy)
        on_behalf = Principal(principal.person, "录取管理组·组长")
        assert {pk: right.on_behalf_of for pk, right in led_groups(deputy).items()} == {group.pk: on_behalf}
        for led in (group, below):
            assert leads(deputy, led).on_behalf_of == on_behalf
        for other in (top, WorkGroupFactory(season=season)):
            assert not leads(deputy, other).ok
        assert leads(principal.person, group) == ALLOWED

    def test_a_right_of_ones_own_goes_first(self, top, group, below, principal, deputy, delegation):
        leader_of(top, person=deputy, status="on_duty")
        for led in (top, group, below):
            assert leads(again(deputy), led) == ALLOWED

    def test_both_posts_are_live_and_only_the_own_one_is_the_label(self, season, principal, deputy, delegation):
        own = AppointmentFactory(
            person=deputy,
            post=PostFactory(group=WorkGroupFactory(season=season, name="信息组"), name="录入员"),
            status="on_duty",
        )
        deputy = again(deputy)
        assert live_appointments(deputy) == [own, principal]
        assert own_appointments(deputy) == [own]
        assert post_of(deputy, principal.post.group_id) == "信息组·录入员"

    def test_the_deputy_sees_what_the_principal_sees(self, principal, waiting, below, deputy):
        hidden = AppointmentFactory(post=PostFactory(group=WorkGroupFactory(season=below.season)))
        under = AppointmentFactory(post=PostFactory(group=below))
        assert not Appointment.objects.visible_to(again(deputy)).exists()
        arrange(principal, deputy)
        seen = set(Appointment.objects.visible_to(again(deputy)))
        assert seen == {principal, waiting, under}
        assert hidden not in seen

    @pytest.mark.parametrize(("moment", "ok"), [(-0.01, False), (1, True), (2.99, True), (3, False)])
    def test_rights_begin_and_end_with_the_period(self, group, principal, deputy, moment, ok):
        arrange(principal, deputy, days(1, 3) if moment < 0 else days(0, 3))
        with time_machine.travel(NOW + timedelta(days=moment), tick=False):
            assert leads(again(deputy), group).ok == ok
            assert bool(Appointment.objects.visible_to(again(deputy)).exists()) == ok

    def test_rights_end_when_the_delegation_is_ended(self, group, principal, deputy, delegation):
        assert leads(again(deputy), group).ok
        end_delegation(actor=principal.person, reason="回岗", delegation=delegation)
        assert not leads(again(deputy), group).ok

    def test_rights_end_when_the_principal_hands_over(self, group, principal, deputy, delegation, secretary):
        sheet = prepare_handover(actor=secretary, reason="调岗", appointment=principal, receiver=secretary)
        for person in (principal.person, secretary):
            assert leads(again(deputy), group).ok
            sign_handover(actor=person, reason="签", handover=sheet)
        assert not leads(again(deputy), group).ok
        assert live_appointments(again(deputy)) == []

    def test_rights_end_when_the_principals_appointment_is_shortened(
        self, group, principal, deputy, delegation, secretary
    ):
        change_period(actor=secretary, reason="提前结束", appointment=principal, period=days(-1, 1))
        with time_machine.travel(NOW + timedelta(days=2), tick=False):
            assert not leads(again(deputy), group).ok

    def test_nobody_has_anything_by_a_suspended_principal(self, group, principal, deputy, delegation, secretary):
        suspend_appointment(actor=secretary, reason="核查", appointment=principal)
        assert not leads(again(principal.person), group).ok
        assert not leads(again(deputy), group).ok

    def test_a_members_deputy_leads_nobody(self, group, principal, deputy, waiting):
        member = AppointmentFactory(post=waiting.post, status="on_duty", period=days(-1, 9))
        arrange(member, deputy)
        deputy = again(deputy)
        assert live_appointments(deputy) == [member]
        assert not leads(deputy, group).ok
        assert waiting in Appointment.objects.visible_to(deputy)
        assert not can_put_on_duty(deputy, waiting).ok


class TestAnUnfitDeputyHasNothing:
    """Fit when the delegation was made, not any more when it is used; the period runs all the same."""

    def lapse_training(self, deputy, season, group):
        CourseFactory(season=season)

    def suspect(self, deputy, season, group):
        fact_about(deputy, season, kind="institution", key=InstitutionFactory().pk)

    def keep_from_a_colleague(self, deputy, season, group):
        colleague = AppointmentFactory(post=PostFactory(group=group), status="on_duty").person
        fact_about(deputy, season, key=colleague.pk, state="confirmed")

    def be_kept_from_by_a_colleague(self, deputy, season, group):
        colleague = AppointmentFactory(post=PostFactory(group=group), status="on_duty").person
        fact_about(colleague, season, key=deputy.pk, state="confirmed")

    def close(self, deputy, season, group):
        deputy.status = "suspended"
        with setting_up():
            deputy.save()

    @pytest.mark.parametrize(
        "lose", [lapse_training, suspect, keep_from_a_colleague, be_kept_from_by_a_colleague, close]
    )
    def test_no_right_no_sight_no_title(self, client, season, group, waiting, deputy, delegation, lose):
        assert leads(again(deputy), group).ok
        lose(self, deputy, season, group)
        unfit = again(deputy)
        assert Delegation.objects.live().filter(deputy=unfit).exists()
        assert live_appointments(unfit) == []
        assert not leads(unfit, group).ok
        assert not Appointment.objects.visible_to(unfit).exists()
        with pytest.raises(Refused, match="没有办理任职的权限"):
            activate(deputy, waiting)
        event = assert_refused("appointments.activate", actor=deputy)
        assert (event.on_behalf_of_id, event.on_behalf_of_name) == (None, "")
        client.force_login(unfit)
        assert "代张三" not in client.get(reverse("groups:list")).content.decode()

    def test_recused_from_another_institution_by_a_ruling_that_lets_serve_keeps_the_right(
        self, season, group, deputy, delegation
    ):
        fact_about(deputy, season, kind="institution", key=InstitutionFactory().pk, state="confirmed")
        assert leads(again(deputy), group).ok


class TestOnRecord:
    def test_event_passage_and_timeline_name_the_principal(
        self, client, principal, waiting, deputy, delegation, secretary
    ):
        client.force_login(deputy)
        url = reverse("readiness:activate", args=[waiting.pk])
        assert "您代张三（录取管理组·组长）办理，留痕记为“李四（代张三）”。" in client.get(url).content.decode()
        assert client.post(url, {"reason": "已就绪"}).status_code == 302
        waiting.refresh_from_db()
        assert waiting.status == "on_duty"
        event = assert_recorded("appointments.activate", actor=deputy, target=waiting)
        assert (event.actor_name, event.actor_post) == ("李四", "录取管理组·组长")
        assert (event.on_behalf_of_id, event.on_behalf_of_name) == (principal.person_id, "张三")
        assert f"person:{principal.person_id}" in event.subjects
        passage = waiting.passages.last()
        assert (passage.actor, passage.on_behalf_of) == (deputy, principal.person)
        page = client.get(reverse("appointments:one", args=[waiting.pk])).content.decode()
        assert "李四（代张三）：待就绪 → 在岗" in page
        client.force_login(secretary)
        trail = client.get(reverse("audit:record", args=["appointments.appointment", waiting.pk])).content.decode()
        assert "李四（代张三）（录取管理组·组长）办理了“办理上岗”" in trail

    @pytest.mark.parametrize("own", ["secretariat", "leads_above", "not_a_deputy"])
    def test_an_act_by_own_right_is_not_marked(self, client, top, principal, waiting, deputy, own):
        if own == "secretariat":
            deputy = make_fit(user_with(Role.SECRETARIAT), top.season, CourseFactory(season=top.season, status="draft"))
            train(deputy, CourseFactory._meta.model.objects.get(status="open"))
        if own == "leads_above":
            leader_of(top, person=deputy, status="on_duty")
        actor = principal.person if own == "not_a_deputy" else deputy
        arrange(principal, deputy)
        assert leads(again(deputy), principal.post.group).ok
        client.force_login(actor)
        page = client.get(reverse("readiness:activate", args=[waiting.pk])).content.decode()
        assert "留痕记为" not in page
        activate(actor, waiting)
        event = assert_recorded("appointments.activate", actor=actor)
        assert (event.on_behalf_of_id, event.on_behalf_of_name) == (None, "")
        assert event.actor_post != "" and waiting.passages.last().on_behalf_of is None

    def test_a_refused_attempt_by_the_deputised_right_names_the_principal_too(
        self, principal, waiting, deputy, delegation
    ):
        activate(deputy, waiting)
        with pytest.raises(Refused, match="任职是“在岗”"):
            activate(deputy, waiting)
        event = assert_refused("appointments.activate", actor=deputy)
        assert (event.on_behalf_of_name, event.actor_post) == ("张三", "录取管理组·组长")

    def test_the_next_act_of_the_same_person_is_their_own(self, season, principal, waiting, deputy, delegation):
        person = again(deputy)
        activate_appointment(actor=person, reason="已就绪", appointment=waiting)
        declared(person, season)
        own = Event.objects.filter(action="recusal.declare", actor_id=deputy.pk).order_by("at").last()
        assert (own.on_behalf_of_id, own.actor_post) == (None, "")

    def test_nobody_claims_to_act_for_somebody(self, principal, waiting):
        with pytest.raises(TypeError):
            activate_appointment(actor=principal.person, reason="试", appointment=waiting, on_behalf_of=waiting.person)

    def test_a_reader_recused_from_the_principal_does_not_read_the_name(
        self, client, season, group, principal, waiting, deputy, delegation
    ):
        activate(deputy, waiting)
        supervisor = user_with(Role.SUPERVISOR, season=season)
        events = Event.objects.filter(action="appointments.activate")
        assert events.visible_to(supervisor).exists()
        fact_about(supervisor, season, key=principal.person_id)
        forget_answers(supervisor)
        assert not events.visible_to(supervisor).exists()
        client.force_login(again(supervisor))
        assert "张三" not in client.get(reverse("audit:trail")).content.decode()

    def test_nor_in_the_course_of_the_appointment(self, client, season, principal, waiting, deputy, delegation):
        activate(deputy, waiting)
        secretary = user_with(Role.SECRETARIAT)
        fact_about(secretary, season, key=principal.person_id)
        client.force_login(secretary)
        page = client.get(reverse("appointments:one", args=[waiting.pk])).content.decode()
        assert "任职经过" in page and "张三" not in page

    def test_the_page_of_the_post_says_who_stands_in_and_who_may_end_it(self, client, principal, deputy, delegation):
        url = reverse("appointments:one", args=[principal.pk])
        end = reverse("duty:delegation-end", args=[delegation.pk])
        for reader, may_end in ((principal.person, True), (deputy, False)):
            client.force_login(reader)
            answer = client.get(url)
            assert (("现由", "李四代岗") in answer.context["responsible"], end in answer.content.decode()) == (
                True,
                may_end,
            )
        end_delegation(actor=principal.person, reason="回岗", delegation=delegation)
        client.force_login(principal.person)
        answer = client.get(url)
        assert ("现由", "李四代岗") not in answer.context["responsible"]
        assert "已结束" in answer.content.decode() and end not in answer.content.decode()

    def test_the_frame_says_for_whom(self, client, principal, deputy, delegation):
        client.force_login(deputy)
        page = client.get(reverse("groups:list")).content.decode()
        assert "录取管理组·组长（代张三）" in page
        client.force_login(principal.person)
        assert "代张三" not in client.get(reverse("groups:list")).content.decode()


class TestLimits:
    """What nobody does in another's name."""

    def test_a_deputy_decides_nothing_about_the_person_stood_in_for(self, principal, deputy, delegation, secretary):
        deputy = again(deputy)
        words = "不能以张三的名义办理张三本人的事项"
        assert words in rules.leads_holder(deputy, principal).reason
        for rule in (rules.can_delegate, rules.can_prepare_handover):
            assert not rule(deputy, principal).ok
        assert not rules.can_end_delegation(deputy, delegation).ok
        suspended = suspend_appointment(actor=secretary, reason="核查", appointment=principal)
        assert not can_put_on_duty(deputy, suspended).ok

    def test_a_leaders_deputy_arranges_deputies_of_members(
        self, season, course, principal, waiting, deputy, delegation
    ):
        member = AppointmentFactory(post=waiting.post, status="on_duty", period=days(-1, 9))
        other = make_fit(UserFactory(), season, course)
        row = arrange(member, other, days(0, 2), actor=again(deputy))
        assert assert_recorded("duty.delegate", actor=deputy, target=row).on_behalf_of_name == "张三"

    def test_a_members_deputy_hands_the_post_on_to_nobody(self, season, course, waiting, deputy):
        member = AppointmentFactory(post=waiting.post, status="on_duty", period=days(-1, 9))
        arrange(member, deputy)
        assert not rules.can_delegate(again(deputy), member).ok
        assert rules.can_delegate(member.person, member).ok

    def test_nobody_signs_a_handover_for_another(self, principal, deputy, delegation, secretary):
        sheet = prepare_handover(actor=secretary, reason="调岗", appointment=principal, receiver=secretary)
        with pytest.raises(Refused, match="只能由移交人和接收人签字"):
            sign_handover(actor=again(deputy), reason="代签", handover=sheet)

    def test_nobody_puts_themself_on_duty_as_a_deputy(self, group, course, version, principal, deputy, delegation):
        row = AppointmentFactory(post=PostFactory(group=group), person=deputy, status="pending")
        PledgeFactory(appointment=row, version=version)
        with pytest.raises(Refused, match="不能为自己办理上岗"):
            activate(deputy, row)


class TestRecusalOneLevelUp:
    """The leader above co-signs the recusal of a leader; so does that leader's deputy, in that leader's name."""

    @pytest.fixture
    def above(self, top):
        return leader_of(top, status="on_duty", period=days(-1, 20), person__name="王五")

    @pytest.fixture
    def fact(self, season, principal):
        return fact_about(principal.person, season, kind="institution", key=7)

    def test_the_deputy_reads_and_cosigns_on_behalf(self, above, fact, deputy):
        ruling = rule_fact(actor=officer(), reason="经核实", fact=fact, verdict="confirm")
        with pytest.raises(Refused, match="上一级工作组组长"):
            cosign_fact_ruling(actor=again(deputy), reason="同意", ruling=ruling)
        assert not RecusalFact.objects.visible_to(again(deputy)).exists()
        arrange(above, deputy)
        assert list(RecusalFact.objects.visible_to(again(deputy))) == [fact]
        signed = cosign_fact_ruling(actor=again(deputy), reason="同意", ruling=ruling)
        assert (signed.second_officer, signed.second_name, signed.on_behalf_of) == (deputy, "李四", above.person)
        fact.refresh_from_db()
        assert fact.state == "confirmed"
        assert fact.passages.last().actor_name == "李四（代王五）"
        event = assert_recorded("recusal.cosign", actor=deputy)
        assert (event.on_behalf_of_name, event.actor_post) == ("王五", "录取领导组·组长")

    def test_a_reader_recused_from_the_principal_does_not_read_that_part_of_the_course(
        self, client, season, above, fact, deputy
    ):
        arrange(above, deputy)
        ruling = rule_fact(actor=officer(), reason="经核实", fact=fact, verdict="confirm")
        cosign_fact_ruling(actor=again(deputy), reason="同意", ruling=ruling)
        reader, apart = officer(), officer()
        fact_about(apart, season, key=above.person_id)
        cosigned = fact.passages.last()
        for one, rows in ((reader, list(fact.passages.all())), (apart, list(fact.passages.exclude(pk=cosigned.pk)))):
            client.force_login(one)
            page = client.get(reverse("recusal:fact", args=[fact.pk]))
            assert list(page.context["passages"]) == rows != []
            assert list(FactPassage.objects.visible_to(again(one)).filter(fact=fact)) == rows

    def test_one_principal_does_not_sign_twice_through_a_deputy(self, season, course, top, fact, deputy):
        ruling_officer = officer()
        above = leader_of(top, person=ruling_officer, status="on_duty", period=days(-1, 20))
        arrange(above, deputy)
        ruling = rule_fact(actor=ruling_officer, reason="经核实", fact=fact, verdict="confirm")
        with pytest.raises(Refused, match="不能再由其代岗人复签"):
            cosign_fact_ruling(actor=again(deputy), reason="同意", ruling=ruling)


def insert_delegation(row, deputy, period):
    with transaction.atomic(), unguarded("duty_delegation"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO duty_delegation (revision, appointment_id, deputy_id, period, scope, areas)"
            " VALUES (1, %s, %s, %s, '值守', '{requests}') RETURNING id",
            [row.pk, deputy.pk, period],
        )
        return cursor.fetchone()[0]


def move_delegation(pk, period):
    with transaction.atomic(), unguarded("duty_delegation"), connection.cursor() as cursor:
        cursor.execute("UPDATE duty_delegation SET period = %s WHERE id = %s", [period, pk])


class TestIncompatible:
    """By the database: deputising counts like holding, whoever comes first."""

    @pytest.fixture
    def posts(self, group):
        entering, checking = PostFactory(group=group, name="录入员"), PostFactory(group=group, name="复核员")
        incompatible(entering, checking)
        return entering, checking

    @pytest.fixture
    def rows(self, posts):
        return [AppointmentFactory(post=post, status="on_duty", period=days(-1, 30)) for post in posts]

    @pytest.mark.parametrize("status", ["proposed", "pending", "on_duty", "suspended", "ended"])
    @pytest.mark.parametrize(("period", "overlaps"), [(days(3, 6), True), (days(5, 7), False)])
    def test_holding_the_other_post(self, posts, rows, deputy, status, period, overlaps):
        AppointmentFactory(person=deputy, post=posts[1], status=status, period=days(0, 5))
        if overlaps and status != "ended":
            with pytest.raises(IntegrityError, match="deputy of an incompatible post"):
                insert_delegation(rows[0], deputy, period)
            assert "已任“录取管理组·复核员”" in rules.can_deputise(deputy, rows[0], period).reason
        else:
            assert insert_delegation(rows[0], deputy, period)

    @pytest.mark.parametrize(("period", "overlaps"), [(days(3, 6), True), (days(5, 7), False)])
    def test_deputising_for_the_other_post(self, rows, deputy, period, overlaps):
        insert_delegation(rows[1], deputy, days(0, 5))
        if overlaps:
            with pytest.raises(IntegrityError, match="deputy of an incompatible post"):
                insert_delegation(rows[0], deputy, period)
            assert "正在代“录取管理组·复核员”的岗" in rules.can_deputise(deputy, rows[0], period).reason
        else:
            assert insert_delegation(rows[0], deputy, period)

    def test_moving_into_the_overlap_and_shortening_out_of_it(self, rows, deputy):
        first = insert_delegation(rows[0], deputy, days(0, 5))
        second = insert_delegation(rows[1], deputy, days(5, 9))
        with pytest.raises(IntegrityError, match="deputy of an incompatible post"):
            move_delegation(second, days(4, 9))
        move_delegation(first, days(0, 2))
        move_delegation(second, days(2, 9))

    @pytest.mark.parametrize(("period", "ok"), [(days(2, 9), False), (days(3, 9), True)])
    def test_being_appointed_to_the_other_post(self, posts, rows, deputy, secretary, period, ok):
        arrange(rows[0], deputy, days(0, 3))
        if ok:
            assert AppointmentFactory(person=deputy, post=posts[1], period=period).pk
            return
        with pytest.raises(IntegrityError, match="incompatible with a deputised post"):
            AppointmentFactory(person=deputy, post=posts[1], period=period)
        with pytest.raises(Refused, match="正在代“录取管理组·录入员”的岗"):
            propose_appointment(actor=secretary, reason="任命", person=deputy, post=posts[1], period=period)

    def test_extending_an_appointment_into_the_delegation(self, posts, rows, deputy, secretary):
        held = AppointmentFactory(person=deputy, post=posts[1], status="on_duty", period=days(-1, 2))
        arrange(rows[0], deputy, days(2, 4))
        with pytest.raises(Refused, match="正在代“录取管理组·录入员”的岗"):
            change_period(actor=secretary, reason="延长", appointment=held, period=days(-1, 3))
        assert change_period(actor=secretary, reason="缩短", appointment=held, period=days(-1, 1)).pk

    def test_making_the_posts_incompatible_meanwhile(self, group, deputy, secretary):
        one, other = PostFactory(group=group), PostFactory(group=group)
        held = AppointmentFactory(post=one, status="on_duty", period=days(-1, 30))
        AppointmentFactory(person=deputy, post=other, status="on_duty", period=days(-1, 30))
        delegation = arrange(held, deputy)

        def declare():
            return groups.declare_incompatible(
                actor=secretary, reason="录入与复核须由不同的人承担", post=one, other=other
            )

        with pytest.raises(Refused, match="有人在同一时间任或代这两个岗位"):
            declare()
        assert not PostIncompatibility.objects.exists()
        end_delegation(actor=held.person, reason="回岗", delegation=delegation)
        assert declare().pk


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    """One person, two posts that one person must not have, two offices: the second reads why, whichever it is."""

    @pytest.fixture
    def offices(self):
        return [user_with(Role.SECRETARIAT) for _ in range(2)]

    @pytest.fixture
    def rows(self, group):
        posts = [PostFactory(group=group, name=name) for name in ("录入员", "复核员")]
        incompatible(*posts)
        return [AppointmentFactory(post=post, status="on_duty", period=days(-1, 30)) for post in posts]

    def lost(self, results):
        (refusal,) = [result for result in results if isinstance(result, Exception)]
        assert isinstance(refusal, Refused)
        return refusal.decision.reason

    @pytest.mark.parametrize("attempt", range(3))
    def test_a_delegation_and_an_appointment(self, rows, deputy, offices, attempt):
        results = together(
            lambda: arrange(rows[0], deputy, actor=offices[0]),
            lambda: propose_appointment(
                actor=offices[1], reason="任命", person=deputy, post=rows[1].post, period=days(0, 9)
            ),
        )
        reason = self.lost(results)
        assert any(words in reason for words in ("正代不相容的岗位", "正在代“", "已任或正代不相容的岗位", "已任“"))
        assert Delegation.objects.count() + Appointment.objects.filter(person=deputy).count() == 1
        assert Event.objects.filter(outcome="refused", refusal=reason).count() == 1

    def test_two_delegations(self, rows, deputy, offices):
        results = together(*(lambda n=n: arrange(rows[n], deputy, actor=offices[n]) for n in range(2)))
        reason = self.lost(results)
        assert any(words in reason for words in ("已任或正代不相容的岗位", "正在代“"))
        assert Delegation.objects.count() == 1

    def test_a_delegation_and_the_handover_of_the_post(self, rows, deputy, secretary, season, course):
        """They meet on the appointment; neither waits for the other for ever, and nobody stands in for who has left."""
        row, old = rows[0], make_fit(UserFactory(), season, course)
        arrange(row, old, days(0, 1))
        sheet = prepare_handover(actor=secretary, reason="调岗", appointment=row, receiver=secretary)
        sign_handover(actor=row.person, reason="签", handover=sheet)
        results = together(
            lambda: sign_handover(actor=again(secretary), reason="签", handover=sheet),
            lambda: arrange(Appointment.objects.get(pk=row.pk), deputy, days(2, 3), actor=again(secretary)),
        )
        assert not [result for result in results if isinstance(result, Exception) and not isinstance(result, Refused)]
        row.refresh_from_db()
        assert row.status == "ended"
        assert not Delegation.objects.not_over().exists()


def at(hours):
    return NOW + timedelta(hours=hours)


class TestWhoStoodIn:
    @pytest.fixture
    def step(self, season, group, principal, secretary):
        step = groups.add_step(actor=secretary, reason="按方案", season=season, stage="filing", name="投档操作")
        post = PostFactory(group=group, name="投档员")
        groups.assign_step(actor=secretary, reason="按方案", step=step, post=post, letter="A")
        with setting_up():
            AppointmentPassage(
                appointment=principal, to_status="on_duty", actor=secretary, reason="上岗", at=at(-24)
            ).save()
        return step

    @pytest.fixture
    def executor(self, step, secretary):
        post = step.duties.get().post
        row = AppointmentFactory(post=post, status="on_duty", period=days(-1, 9), person__name="赵六")
        with setting_up():
            AppointmentPassage(appointment=row, to_status="on_duty", actor=secretary, reason="上岗", at=at(-24)).save()
        return row

    @pytest.mark.parametrize(("hour", "stood_in"), [(1, False), (2, True), (5.99, True), (6, False)])
    def test_the_deputy_of_that_instant(self, step, executor, deputy, hour, stood_in):
        row = arrange(executor, deputy, DateTimeTZRange(at(2), at(6)))
        (found,) = responsible_at(step, at(hour)).rows
        assert found.delegations == ((row,) if stood_in else ())

    def test_ended_early_and_after_the_principal_has_left_the_past_stays(self, step, executor, deputy, secretary):
        row = arrange(executor, deputy, DateTimeTZRange(at(1), at(9)))
        with time_machine.travel(at(4), tick=False):
            sheet = prepare_handover(actor=secretary, reason="调岗", appointment=executor, receiver=secretary)
            for person in (executor.person, secretary):
                sign_handover(actor=person, reason="签", handover=sheet)
        row.refresh_from_db()
        assert [r.delegations for r in responsible_at(step, at(2)).rows] == [(row,)]
        assert responsible_at(step, at(5)).rows == []

    def test_leaders_have_deputies_too(self, step, principal, delegation):
        (leader,) = responsible_at(step, at(1)).leaders
        assert leader.delegations == (delegation,)

    def page(self, client, step, moment):
        local = timezone.localtime(moment)
        return client.get(reverse("duty:responsible"), {"step": step.pk, "at": f"{local:%Y-%m-%dT%H:%M}"})

    def lines(self, client, step, moment):
        found = self.page(client, step, moment).context["lines"]
        return [(line.part, line.name, line.note) for line in found]

    def test_the_page_names_who_stood_in_and_who_was_absent(self, client, step, principal, executor, deputy, secretary):
        arrange(executor, deputy, DateTimeTZRange(at(2), at(6)))
        client.force_login(secretary)
        assert self.lines(client, step, at(3)) == [
            ("主体责任", "张三", ""),
            ("执行（直接责任）", "赵六", "由李四代岗"),
            ("执行（代岗）", "李四（代赵六）", "代岗事项：全部事项（值守）"),
        ]
        page = self.page(client, step, at(3)).content.decode()
        assert "李四（代赵六）" in page
        assert "李四" not in self.page(client, step, at(7)).content.decode()
        suspend_appointment(actor=secretary, reason="核查", appointment=executor)
        assert self.lines(client, step, at(7))[1] == ("执行（直接责任）", "赵六", "不在岗，无人代岗")

    def test_a_reader_recused_from_the_deputy_reads_nothing_of_it(
        self, client, season, step, executor, deputy, secretary
    ):
        arrange(executor, deputy, DateTimeTZRange(at(2), at(6)))
        fact_about(secretary, season, key=deputy.pk)
        client.force_login(secretary)
        assert self.lines(client, step, at(3)) == [("主体责任", "张三", ""), ("执行（直接责任）", "赵六", "")]
        assert "李四" not in self.page(client, step, at(3)).content.decode()

    def test_the_page_has_the_same_number_of_queries_for_more_people(
        self, client, season, course, step, executor, secretary, django_assert_max_num_queries
    ):
        client.force_login(secretary)
        moment = at(3)

        def queries():
            with django_assert_max_num_queries(200) as counted:
                assert self.page(client, step, moment).status_code == 200
            return len(counted)

        arrange(executor, make_fit(UserFactory(), season, course), DateTimeTZRange(at(2), at(6)))
        queries()
        one = queries()
        for _ in range(2):
            row = AppointmentFactory(post=executor.post, status="on_duty", period=days(-1, 9))
            with setting_up():
                AppointmentPassage(
                    appointment=row, to_status="on_duty", actor=secretary, reason="上岗", at=at(-24)
                ).save()
            arrange(row, make_fit(UserFactory(), season, course), DateTimeTZRange(at(2), at(6)))
        assert queries() == one


class TestVersionsOfThatInstant:
    """#4: the pledge and the rule as they stood then, not as they stand today."""

    @pytest.fixture
    def step(self, season, group, secretary):
        step = groups.add_step(actor=secretary, reason="按方案", season=season, stage="filing", name="投档操作")
        groups.assign_step(
            actor=secretary, reason="按方案", step=step, post=PostFactory(group=group, name="投档员"), letter="A"
        )
        return step

    @pytest.fixture
    def executor(self, step, secretary):
        row = AppointmentFactory(post=step.duties.get().post, status="on_duty", period=days(-9, 9), person__name="赵六")
        with setting_up():
            AppointmentPassage(appointment=row, to_status="on_duty", actor=secretary, reason="上岗", at=at(-200)).save()
        return row

    def context(self, client, reader, step, moment):
        client.force_login(reader)
        local = timezone.localtime(moment)
        answer = client.get(reverse("duty:responsible"), {"step": step.pk, "at": f"{local:%Y-%m-%dT%H:%M}"})
        return answer.context, answer.content.decode()

    def test_each_document_in_the_version_signed_and_the_one_in_force(self, client, season, step, executor, secretary):
        first = PledgeVersionFactory(template__season=season, template__name="岗位承诺书", published_at=at(-20))
        PledgeVersionFactory(template=first.template, number=2, published_at=at(-10))
        other = PledgeVersionFactory(template__season=season, template__name="保密承诺书", published_at=at(-20))
        PledgeFactory(appointment=executor, version=first, answered_at=at(-18))
        PledgeFactory(
            appointment=executor, version=other, answered_at=at(-16), answer="declined", decline_reason="有异议"
        )

        def pledges(hour):
            (line,) = self.context(client, secretary, step, at(hour))[0]["lines"]
            return [(str(then.pledge.version), then.pledge.answer, then.is_outdated) for then in line.pledges]

        assert pledges(-19) == []
        assert pledges(-17) == [("岗位承诺书第1版", "signed", False)]
        assert pledges(-15) == [("岗位承诺书第1版", "signed", False), ("保密承诺书第1版", "declined", False)]
        assert pledges(-5) == [("岗位承诺书第1版", "signed", True), ("保密承诺书第1版", "declined", False)]
        page = self.context(client, secretary, step, at(-5))[1]
        for words in ("当时现行为第2版", "拒签"):
            assert words in page
        assert "没有签" in self.context(client, secretary, step, at(-19))[1]

    def test_the_clauses_of_the_duties_in_the_version_in_force_then(self, client, step, executor, secretary):
        clause = clause_in_force("不得违反程序投档。", clause__title="投档程序")
        older = clause.versions.get()
        with setting_up():
            PostDuty(post=executor.post, text="操作投档", clause=clause).save()
            PostDuty(post=executor.post, text="核对名单", clause=clause).save()
            PostDuty(post=executor.post, text="其他").save()
            older.period = DateTimeTZRange(at(-48), at(-24))
            older.save()
            newer = type(older)(
                clause=clause,
                number=2,
                text="新",
                text_hash="",
                period=DateTimeTZRange(at(-24), None),
                verification=older.verification,
            )
            newer.save()

        def rules_then(hour):
            found = self.context(client, secretary, step, at(hour))[0]["rules"]
            return [(rule.clause.title, rule.version, [str(post) for post in rule.posts]) for rule in found]

        posts = ["录取管理组·投档员"]
        assert rules_then(-30) == [("投档程序", older, posts)]
        assert rules_then(-23) == [("投档程序", newer, posts)]
        assert rules_then(-60) == [("投档程序", None, posts)]
        assert "当时没有施行的版本" in self.context(client, secretary, step, at(-60))[1]
        assert "第2版" in self.context(client, secretary, step, at(-1))[1]

    def test_duties_without_a_clause_are_said_to_lack_one(self, client, step, executor, secretary):
        assert "没有登记制度依据" in self.context(client, secretary, step, at(-1))[1]
