"""A deputy has the rights of the areas delegated and no others (#7); the rest answers with who can act."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.accounts.models import User
from admissions.core.decision import Refused, deny
from discipline.opinions.models import Opinion
from discipline.opinions.services import answer_opinion
from discipline.opinions.todos import opinion_todos
from tests.factories.accounts import UserFactory, user_with
from tests.factories.readiness import CourseFactory, PledgeVersionFactory, make_ready, train
from tests.factories.recusal import declared, fact_about
from tests.factories.seasons import OpenSeasonFactory
from tests.factories.supervision import issued, watched
from tests.factories.workgroups import AppointmentFactory, PostFactory, WorkGroupFactory, leader_of
from tests.trail import assert_recorded, assert_refused, setting_up
from workgroups.appointments.enums import ANY_AREA, RightArea
from workgroups.appointments.models import Appointment, AppointmentPassage
from workgroups.appointments.selectors import holds, leads, led_groups, live_appointments, responsible_at
from workgroups.duty.models import Delegation
from workgroups.duty.responsible import lines_for
from workgroups.duty.rules import leads_holder
from workgroups.duty.services import delegate
from workgroups.groups.models import Step, StepDuty
from workgroups.meetings.emergency_rules import on_duty_in
from workgroups.meetings.rules import can_propose_in
from workgroups.readiness.services import activate_appointment
from workgroups.recusal.models.scoping import leaders_one_level_below
from workgroups.recusal.rules import leads_above
from workgroups.requests.rules import can_draft_in, groups_worked_in, heads, works_in

pytestmark = pytest.mark.django_db
NOW = timezone.now()
CLAUSE = "《录取工作管理办理规则》“代岗人只办理代岗事项”"


def days(first, last=None):
    return DateTimeTZRange(NOW + timedelta(days=first), last and NOW + timedelta(days=last))


def again(person):
    return User.objects.get(pk=person.pk)


@pytest.fixture
def season():
    return OpenSeasonFactory()


@pytest.fixture
def group(season):
    return WorkGroupFactory(season=season, name="录取管理组")


@pytest.fixture
def principal(group):
    return leader_of(group, status="on_duty", period=days(-1, 20), person__name="张三")


@pytest.fixture
def below(season, group):
    """A leader one level below, whose recusal the principal co-signs."""
    return leader_of(
        WorkGroupFactory(season=season, name="一批组", parent=group), status="on_duty", period=days(-1, 20)
    )


@pytest.fixture
def waiting(season, group, course):
    row = AppointmentFactory(post=PostFactory(group=group, name="录检员"), status="pending")
    return make_ready(row, course, PledgeVersionFactory(template__season=season))


@pytest.fixture
def course(season):
    return CourseFactory(season=season)


@pytest.fixture
def deputy(season, course):
    person = UserFactory(name="李四")
    declared(person, season)
    train(person, course)
    return person


def arrange(principal, deputy, *areas, **fields):
    return delegate(
        actor=principal.person,
        reason="请假",
        appointment=principal,
        deputy=deputy,
        period=days(0, 3),
        areas=areas or None,
        **fields,
    )


def questions(principal, below):
    """Every right that comes with the leader's post, by its area."""
    group = principal.post.group
    season = group.season
    return {
        RightArea.STAFF: [lambda user: leads_holder(user, below)],
        RightArea.RECUSAL: [lambda user: leads_above(user, below.person, season.pk)],
        RightArea.MEETINGS: [lambda user: can_propose_in(user, season), lambda user: on_duty_in(user, group)],
        RightArea.REQUESTS: [
            lambda user: works_in(user, group),
            lambda user: heads(user, group),
            lambda user: can_draft_in(user, season),
            lambda user: leads(user, group, RightArea.REQUESTS),
        ],
        RightArea.OPINIONS: [lambda user: leads(user, group, RightArea.OPINIONS)],
        RightArea.STEPS: [
            lambda user: holds(user, RightArea.STEPS, lambda row: row.post.group_id == group.pk, deny("不在本环节"))
        ],
    }


class TestRights:
    @pytest.mark.parametrize("area", RightArea)
    def test_only_the_delegated_area(self, principal, below, deputy, area):
        arrange(principal, deputy, area)
        user = again(deputy)
        for asked, rights in questions(principal, below).items():
            for right in rights:
                answer = right(user)
                assert answer.ok == (asked == area)
                if asked == area:
                    assert answer.on_behalf_of.person == principal.person
                else:
                    assert answer.reason == f"您正代张三的岗，但“{asked.label}”不在代岗事项内。"
                    assert (answer.clause, answer.on_behalf_of) == (CLAUSE, None)
                    assert answer.who_can == "请由张三或录取管理组的其他有权人员办理，或重新安排代岗。"

    def test_without_a_choice_all_of_them(self, principal, below, deputy):
        row = arrange(principal, deputy)
        assert row.areas == RightArea.values
        user = again(deputy)
        assert all(right(user).ok for rights in questions(principal, below).values() for right in rights)

    @pytest.mark.parametrize("area", RightArea)
    def test_the_principal_keeps_everything(self, principal, below, deputy, area):
        arrange(principal, deputy, area)
        user = again(principal.person)
        assert all(right(user).ok for rights in questions(principal, below).values() for right in rights)

    @pytest.mark.parametrize("area", RightArea)
    def test_a_right_of_ones_own_is_not_narrowed(self, principal, below, deputy, group, area):
        second = PostFactory(group=group, rank="leader", name="第二组长")
        AppointmentFactory(post=second, person=deputy, status="on_duty", period=days(-1, 20))
        arrange(principal, deputy, area)
        user = again(deputy)
        for rights in questions(principal, below).values():
            assert all((right(user).ok, right(user).on_behalf_of) == (True, None) for right in rights)

    def test_who_asks_for_no_area_asks_for_the_whole_post(self, principal, group, deputy):
        row = arrange(principal, deputy, RightArea.STAFF)
        user = again(deputy)
        assert (live_appointments(user), led_groups(user)) == ([], {})
        assert leads(user, group).reason == "您正代张三的岗，但这项工作不在代岗事项内。"
        assert live_appointments(user, ANY_AREA) == [principal]
        assert row.areas == ["staff"]

    def test_others_are_told_what_they_were_told_before(self, principal, below, group):
        stranger = UserFactory()
        assert leads(stranger, group, RightArea.STAFF).reason == "您不是录取管理组或其上级工作组的组长。"
        assert works_in(stranger, group).reason == "您不是录取管理组的在岗人员。"


class TestSight:
    """What the principal reads by an area, a deputy without it does not."""

    def test_the_roster_of_the_group_belongs_to_every_deputy(self, principal, waiting, deputy):
        arrange(principal, deputy, RightArea.OPINIONS)
        assert set(Appointment.objects.visible_to(again(deputy))) == {principal, waiting}

    @pytest.mark.parametrize("area", RightArea)
    def test_the_rest_by_its_area(self, season, principal, below, deputy, group, area):
        arrange(principal, deputy, area)
        user = again(deputy)
        assert [row.pk for row in groups_worked_in(user, season)] == ([group.pk] if area == "requests" else [])
        assert list(leaders_one_level_below(user)) == ([{"person_id": below.person_id}] if area == "recusal" else [])


class TestActs:
    def test_a_deputy_for_another_matter_is_refused_and_that_is_on_record(self, client, principal, waiting, deputy):
        arrange(principal, deputy, RightArea.REQUESTS)
        with pytest.raises(Refused, match="“上岗与交接”不在代岗事项内"):
            activate_appointment(actor=again(deputy), reason="已就绪", appointment=waiting)
        event = assert_refused("appointments.activate", actor=deputy)
        assert (event.on_behalf_of_id, event.on_behalf_of_name) == (None, "")
        client.force_login(deputy)
        page = client.get(reverse("appointments:one", args=[waiting.pk])).content.decode()
        assert "“上岗与交接”不在代岗事项内" in page

    def test_a_deputy_for_the_matter_acts(self, principal, waiting, deputy):
        arrange(principal, deputy, RightArea.STAFF)
        activate_appointment(actor=again(deputy), reason="已就绪", appointment=waiting)
        assert assert_recorded("appointments.activate", actor=deputy).on_behalf_of_name == "张三"


class TestOpinions:
    @pytest.mark.parametrize("area", RightArea)
    def test_answered_seen_and_owed_only_by_the_deputy_for_it(self, area):
        of = watched()
        opinion, person = issued(of), UserFactory(name="李四")
        declared(person, of.season)
        train(person, CourseFactory(season=of.season))
        leader = Appointment.objects.get(person=of.leader)
        arrange(leader, person, area)
        entitled = area == RightArea.OPINIONS
        assert Opinion.objects.visible_to(again(person)).exists() == entitled
        assert len(opinion_todos(again(person))) == int(entitled)
        if entitled:
            answer_opinion(actor=again(person), reason="答复", opinion=opinion, text="已改正。")
            assert assert_recorded("opinions.answer", actor=person).on_behalf_of_id == leader.person_id
        else:
            with pytest.raises(Refused, match="“答复监督意见”不在代岗事项内"):
                answer_opinion(actor=again(person), reason="答复", opinion=opinion, text="已改正。")

    def test_who_is_recused_from_the_principal_reads_the_opinion_without_the_answer(self, client):
        of = watched()
        opinion, person = issued(of), UserFactory(name="李四")
        declared(person, of.season)
        train(person, CourseFactory(season=of.season))
        arrange(Appointment.objects.get(person=of.leader), person, RightArea.OPINIONS)
        answer_opinion(actor=again(person), reason="答复", opinion=opinion, text="已改正。")
        apart = user_with(Role.SUPERVISOR, season=of.season)
        fact_about(apart, of.season, key=of.leader.pk)
        for reader, answers in ((of.supervisor, list(opinion.passages.all())), (apart, [])):
            client.force_login(again(reader))
            page = client.get(reverse("opinions:one", args=[opinion.pk]))
            assert list(page.context["passages"]) == answers
            assert ("已改正。" in page.content.decode()) == bool(answers)


class TestArranging:
    def test_only_what_the_post_has(self, group, deputy):
        member = AppointmentFactory(post__group=group, post__name="录检员", status="on_duty", period=days(-1, 20))
        with pytest.raises(Refused, match="录取管理组·录检员只能委托议题与临机处置、请示报告、环节签署。"):
            arrange(member, deputy, RightArea.STAFF)
        row = arrange(member, deputy)
        assert row.areas == ["meetings", "requests", "steps"]
        assert row.matters == "全部事项"

    def test_nothing_is_no_delegation(self, principal, deputy):
        with pytest.raises(Refused, match="请至少选择一项代岗事项。"):
            delegate(
                actor=principal.person, reason="请假", appointment=principal, deputy=deputy, period=days(0, 3), areas=[]
            )

    @pytest.mark.parametrize("areas", ["{}", "{staff,everything}"])
    def test_the_database_knows_the_areas_too(self, principal, deputy, areas):
        row = arrange(principal, deputy)
        with (
            pytest.raises(IntegrityError, match="delegation_areas_known"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE duty_delegation SET areas = %s WHERE id = %s", [areas, row.pk])

    def test_the_form_offers_what_the_post_has_and_all_of_it_is_ticked(self, client, principal, deputy):
        client.force_login(user_with(Role.SECRETARIAT))
        address = reverse("duty:delegate", args=[principal.pk])
        form = client.get(address).context["form"]
        assert [value for value, _ in form.fields["areas"].choices] == RightArea.values
        assert form["areas"].value() == RightArea.values
        begin, end = NOW + timedelta(minutes=5), NOW + timedelta(days=2)
        typed = {
            "deputy": deputy.pk,
            "starts_at": timezone.localtime(begin).strftime("%Y-%m-%d %H:%M"),
            "ends_at": timezone.localtime(end).strftime("%Y-%m-%d %H:%M"),
            "reason": "出差",
        }
        assert client.post(address, typed).status_code == 422
        assert not Delegation.objects.exists()
        assert client.post(address, typed | {"areas": ["requests", "staff"]}).status_code == 302
        assert Delegation.objects.get().areas == ["staff", "requests"]


class TestShown:
    def test_on_the_pages_the_trail_and_who_was_responsible(self, client, season, group, principal, deputy):
        row = arrange(principal, deputy, RightArea.REQUESTS, RightArea.STAFF, scope="周末值守")
        assert row.matters == "上岗与交接、请示报告（周末值守）"
        secretary = user_with(Role.SECRETARIAT)
        client.force_login(secretary)
        assert row.matters in client.get(reverse("appointments:one", args=[principal.pk])).content.decode()
        trail = client.get(reverse("audit:record", args=["duty.delegation", row.pk])).content.decode()
        assert "上岗与交接、请示报告" in trail
        step = Step(season=season, stage="filing", name="投档")
        with setting_up():
            step.save()
            StepDuty(step=step, post=principal.post, letter="A").save()
            AppointmentPassage(appointment=principal, to_status="on_duty", actor=secretary, reason="任命").save()
        lines = lines_for(secretary, responsible_at(step, timezone.now()))
        assert [line.note for line in lines if line.is_deputy] == [f"代岗事项：{row.matters}"] * 2
