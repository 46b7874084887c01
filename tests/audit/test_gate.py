"""The gate of commands: who must keep away is refused by the command itself, whatever page, job or import called it."""

import threading
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.accounts.grants import grant_role
from admissions.accounts.models import RoleGrant, User
from admissions.audit import access
from admissions.audit.access import recused_scope
from admissions.audit.commands import command, machine_action
from admissions.audit.facts import No
from admissions.audit.gate import Exempt, closed_to, named_in
from admissions.audit.models import Event
from admissions.core.decision import Refused
from admissions.evidence.services import confirm_import
from admissions.seasons.batches.services import add_batch
from admissions.seasons.lifecycle.enums import SeasonStatus
from admissions.seasons.lifecycle.services import close_season
from admissions.seasons.models import Institution
from discipline.opinions.models import Opinion
from discipline.opinions.services import answer_opinion
from tests.factories.accounts import OrganisationFactory, UserFactory, user_with
from tests.factories.imports import UNIT, checked, person, roster
from tests.factories.meetings import body, proposed, upload
from tests.factories.readiness import CourseFactory, train
from tests.factories.recusal import declared, fact_about
from tests.factories.seasons import InstitutionFactory, OpenSeasonFactory
from tests.factories.supervision import again, issued, watched
from tests.factories.workgroups import AppointmentFactory, PostFactory, SeasonFactory, WorkGroupFactory
from tests.races import together
from tests.trail import assert_recorded, assert_refused, setting_up
from workgroups.appointments.enums import AppointmentStatus
from workgroups.appointments.models import Appointment
from workgroups.appointments.services import confirm_appointment, propose_appointment, suspend_appointment
from workgroups.duty.models import Delegation
from workgroups.meetings.models import ItemRecusal, Paper
from workgroups.meetings.services.agenda import add_paper
from workgroups.recusal.enums import FactState, ScopeKind

pytestmark = pytest.mark.django_db
VETO, OVER = "您对此事项负有回避义务", "录取季已结束，不能再办理"


def next_week():
    now = timezone.now()
    return DateTimeTZRange(now, now + timedelta(days=7))


def kept_from(actor, season, other, kind=ScopeKind.PERSON):
    """Confirmed by two officers as far as the gate can see; the actor's own object has heard nothing of it."""
    fact_about(again(actor), season, kind=kind, key=other.pk, state=FactState.CONFIRMED)


class TestProviders:
    @pytest.mark.parametrize(
        "slot",
        [access.RECUSED_SCOPE, access.TRAIL_ACCESS, access.POST_OF, access.SEASON_OVER],
        ids=lambda s: s.question,
    )
    def test_each_question_has_one_answer_by_a_capability(self, slot):
        """That the project does not start without one is tested of every slot in `tests/house`."""
        assert slot.one and len(slot.answered_by) == 1

    def test_nothing_is_permitted_where_nobody_answers(self, monkeypatch):
        actor, other = UserFactory(), UserFactory()
        monkeypatch.setattr(access.RECUSED_SCOPE, "_given", None)
        with pytest.raises(ImproperlyConfigured, match="recused_scope"):
            recused_scope(actor)
        with pytest.raises(ImproperlyConfigured, match="recused_scope"):
            User.objects.visible_to(other)

    def test_a_question_is_answered_once(self):
        with pytest.raises(ImproperlyConfigured, match="season_over is closed"):
            access.SEASON_OVER.fill([("test", access.season_over)])

    def test_an_exemption_says_why(self):
        with pytest.raises(ValueError, match="says why"):
            Exempt(" ")


class TestPeople:
    """The five acts that a recused actor could do (finding F3)."""

    @pytest.fixture
    def season(self):
        return OpenSeasonFactory()

    @pytest.fixture
    def secretary(self):
        return user_with(Role.SECRETARIAT)

    def test_propose_appointment(self, season, secretary):
        other, post = UserFactory(), PostFactory(group__season=season)
        kept_from(secretary, season, other)
        with pytest.raises(Refused, match=VETO):
            propose_appointment(actor=secretary, reason="提名", person=other, post=post, period=next_week())
        event = assert_refused("appointments.propose", actor=secretary)
        assert f"person:{other.pk}" in event.subjects
        assert not Appointment.objects.exists()

    @pytest.mark.parametrize(
        ("act", "status", "given"),
        [
            (confirm_appointment, AppointmentStatus.PROPOSED, {"basis": "纪要1号"}),
            (suspend_appointment, AppointmentStatus.ON_DUTY, {}),
        ],
    )
    def test_confirm_and_suspend_appointment(self, season, secretary, act, status, given):
        row = AppointmentFactory(post__group__season=season, status=status)
        kept_from(secretary, season, row.person)
        with pytest.raises(Refused, match=VETO):
            act(actor=secretary, reason="办理", appointment=row, **given)
        assert_refused(act.action_code, actor=secretary, target=row)
        row.refresh_from_db()
        assert row.status == status

    def test_grant_role(self, season):
        officer, other = user_with(Role.SECURITY_ADMIN), UserFactory()
        kept_from(officer, season, other)
        with pytest.raises(Refused, match=VETO):
            grant_role(actor=officer, reason="授权", account=other, role=Role.TRAINING_OFFICER, basis="纪要1号")
        assert_refused("grant.give", actor=officer)
        assert not RoleGrant.objects.filter(user=other).exists()

    def test_answer_opinion(self, season):
        of = watched(season)
        opinion = issued(of, person=of.member)
        kept_from(of.leader, season, of.member)
        with pytest.raises(Refused, match=VETO):
            answer_opinion(actor=of.leader, reason="答复", opinion=opinion, text="已改。")
        assert Opinion.objects.get(pk=opinion.pk).status == opinion.status

    def test_supervision_sees_the_attempt_and_the_recused_do_not(self, season, secretary):
        group = WorkGroupFactory(season=season)
        row = AppointmentFactory(post__group=group, status=AppointmentStatus.PROPOSED)
        kept_from(secretary, season, row.person)
        with pytest.raises(Refused):
            confirm_appointment(actor=secretary, reason="办理", appointment=row, basis="纪要1号")
        event = assert_refused("appointments.confirm", actor=secretary)
        supervisor = user_with(Role.SUPERVISOR, season=season, group=group)
        assert event in Event.objects.visible_to(again(supervisor))
        assert event not in Event.objects.visible_to(again(secretary))

    def test_a_recusal_counts_from_the_moment_it_stands(self, season, secretary):
        """The page was opened, and the request had already asked, before the recusal came."""
        row = AppointmentFactory(post__group__season=season, status=AppointmentStatus.PROPOSED)
        assert recused_scope(secretary).persons == frozenset()
        kept_from(secretary, season, row.person)
        with pytest.raises(Refused, match=VETO):
            confirm_appointment(actor=secretary, reason="办理", appointment=row, basis="纪要1号")

    def test_a_page_opened_before_the_recusal_changes_nothing(self, season, secretary, client, settings):
        settings.MFA_REQUIRED = False
        row = AppointmentFactory(post__group__season=season, status=AppointmentStatus.PROPOSED)
        client.force_login(secretary)
        url = reverse("appointments:confirm", args=[row.pk])
        assert client.get(url).status_code == 200
        kept_from(secretary, season, row.person)
        assert client.post(url, {"basis": "纪要1号", "reason": "办理"}).status_code == 404
        row.refresh_from_db()
        assert row.status == AppointmentStatus.PROPOSED


def deputy_of(of):
    """Somebody fit for the leader's post who stands in for the leader."""
    deputy, post = UserFactory(), Appointment.objects.get(person=of.leader)
    declared(deputy, of.season)
    train(deputy, CourseFactory(season=of.season))
    with setting_up():
        Delegation(appointment=post, deputy=deputy, period=next_week(), scope="代岗").save()
    return deputy


class TestInSomebodysName:
    def test_a_deputy_does_not_do_what_the_principal_must_keep_away_from(self):
        of = watched()
        opinion = issued(of, person=of.member)
        deputy = deputy_of(of)
        kept_from(of.leader, of.season, of.member)
        with pytest.raises(Refused, match=f"您所代的{of.leader.name}对此事项负有回避义务"):
            answer_opinion(actor=again(deputy), reason="答复", opinion=opinion, text="已改。")
        event = assert_refused("opinions.answer", actor=deputy)
        assert event.on_behalf_of_id == of.leader.pk
        assert Opinion.objects.get(pk=opinion.pk).status == opinion.status

    def test_a_deputy_keeps_away_for_themself(self):
        of = watched()
        opinion = issued(of, person=of.member)
        deputy = deputy_of(of)
        kept_from(deputy, of.season, of.member)
        with pytest.raises(Refused, match=VETO):
            answer_opinion(actor=again(deputy), reason="答复", opinion=opinion, text="已改。")

    def test_the_machine_does_not_touch_it_for_whoever_gave_the_order(self):
        row, officer = AppointmentFactory(), UserFactory()
        kept_from(officer, row.post.group.season, row.person)
        with (
            pytest.raises(Refused, match=VETO),
            machine_action("test.job", "后台办理", "任务", target=row, asked_by=officer),
        ):
            raise AssertionError("the body ran")
        assert_refused("test.job", actor=officer, target=row)
        with machine_action("test.job", "后台办理", "任务", target=row, asked_by=UserFactory()):
            pass
        assert_recorded("test.job", target=row, outcome="machine")


class TestImports:
    @pytest.fixture(autouse=True)
    def own_files(self, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        self.unit = OrganisationFactory(name=UNIT)

    def test_a_roster_that_corrects_somebody(self):
        other = UserFactory(staff_number="S0001", name="吕示正", organisation=self.unit, title="科长")
        batch, officer = checked(roster(person(title="处长"))), user_with(Role.SECURITY_ADMIN)
        kept_from(officer, SeasonFactory(), other)
        with pytest.raises(Refused, match=VETO):
            confirm_import(actor=officer, reason="核对无误", batch=batch)
        assert_refused("imports.confirm", actor=officer, target=batch)
        other.refresh_from_db()
        assert other.title == "科长"

    def test_a_roster_of_others_is_confirmed(self):
        batch, officer = checked(roster(person())), user_with(Role.SECURITY_ADMIN)
        kept_from(officer, SeasonFactory(), UserFactory())
        confirm_import(actor=officer, reason="核对无误", batch=batch)
        assert User.objects.filter(staff_number="S0001").exists()


@dataclass
class Parcel:
    content: object


@command("test.touch", "办理测试对象", clause=No("只在测试中"))
def touch(*, actor, reason, given):
    return None


@command("test.make", "建立测试任职", clause=No("只在测试中"))
def make(*, actor, reason, post_id, person_id):
    """Whom it is about only the new record says."""
    row = Appointment(post_id=post_id, person_id=person_id, period=next_week(), status="proposed")
    row.save()
    return row


class TestReach:
    @pytest.mark.parametrize(
        "wrap",
        [
            lambda row: row,
            lambda row: [row],
            lambda row: (row,),
            lambda row: {"about": {"institution": row}},
            lambda row: Parcel(row),
            lambda row: Institution.objects.filter(pk=row.pk),
        ],
    )
    def test_wherever_the_record_stands_among_the_arguments(self, wrap):
        actor, college = UserFactory(), InstitutionFactory()
        touch(actor=actor, reason="无关", given=wrap(college))
        kept_from(actor, SeasonFactory(), college, ScopeKind.INSTITUTION)
        with pytest.raises(Refused, match=VETO):
            touch(actor=actor, reason="有关", given=wrap(college))
        touch(actor=actor, reason="无关", given=wrap(InstitutionFactory()))

    def test_the_digest_of_a_candidate(self):
        actor, digest = UserFactory(), "h1:" + "cd" * 32
        fact_about(again(actor), SeasonFactory(), kind=ScopeKind.CANDIDATE, key=digest, state=FactState.CONFIRMED)
        with pytest.raises(Refused, match=VETO):
            touch(actor=actor, reason="有关", given={"candidate_digest": digest})

    def test_what_the_command_makes_is_asked_about_and_taken_back(self):
        actor, other, post = UserFactory(), UserFactory(), PostFactory()
        kept_from(actor, post.group.season, other)
        with pytest.raises(Refused, match=VETO):
            make(actor=actor, reason="建立", post_id=post.pk, person_id=other.pk)
        assert_refused("test.make", actor=actor)
        assert not Appointment.objects.exists()
        make(actor=actor, reason="建立", post_id=post.pk, person_id=UserFactory().pk)

    def test_an_item_somebody_was_kept_away_from(self):
        of = body()
        item = proposed(of)
        with setting_up():
            ItemRecusal(item=item, person=of.secretary, reason="亲属", recorded_by=of.head, at=timezone.now()).save()
        with pytest.raises(Refused, match="您已在此事项回避"):
            add_paper(actor=again(of.secretary), reason="补充", item=item, title="测算", change="", incoming=upload())
        assert not Paper.objects.exists()

    def test_unsaved_records_do_not_stop_the_gate(self):
        other = UserFactory()
        assert named_in({"rows": [Appointment(person=other)]}).subjects == {f"person:{other.pk}"}

    def test_one_question_for_an_attempt_and_none_where_nobody_is_named(self, monkeypatch):
        actor, group, row, asked = UserFactory(), WorkGroupFactory(), AppointmentFactory(), []
        answer = access.RECUSED_SCOPE.answer
        counting = [("recusal", lambda user: asked.append(user.pk) or answer(user))]
        monkeypatch.setattr(access.RECUSED_SCOPE, "_given", counting)
        touch(actor=actor, reason="组", given=group)
        touch(actor=actor, reason="本人", given=again(actor))
        assert asked == []
        touch(actor=actor, reason="任职", given=[row, row.person])
        assert asked == [actor.pk]


class TestSeason:
    def test_one_wording_for_command_page_and_button(self, client, settings):
        settings.MFA_REQUIRED = False
        season = OpenSeasonFactory()
        secretary = user_with(Role.SECRETARIAT)
        row = AppointmentFactory(post__group__season=season, status=AppointmentStatus.ON_DUTY)
        client.force_login(secretary)
        page = reverse("appointments:one", args=[row.pk])
        assert OVER not in client.get(page).content.decode()
        with setting_up():
            season.status = SeasonStatus.CLOSED
            season.save()
        with pytest.raises(Refused, match=OVER):
            suspend_appointment(actor=secretary, reason="暂停", appointment=row)
        assert OVER in client.get(page).content.decode()
        url = reverse("appointments:suspend", args=[row.pk])
        assert client.get(url).status_code == 403
        answer = client.post(url, {"reason": "暂停"})
        assert (answer.status_code, OVER in answer.content.decode()) == (403, True)

    def test_a_stale_season_object_does_not_help(self):
        season, secretary = OpenSeasonFactory(), user_with(Role.SECRETARIAT)
        with setting_up():
            fresh = type(season).objects.get(pk=season.pk)
            fresh.status = SeasonStatus.CLOSED
            fresh.save()
        with pytest.raises(Refused, match=OVER):
            add_batch(actor=secretary, reason="登记", season=season, name="本科批", order=1)

    @pytest.mark.django_db(transaction=True)
    def test_a_season_ends_after_the_commands_under_way(self):
        season, secretary = OpenSeasonFactory(), user_with(Role.SECRETARIAT)
        begun, ended = threading.Event(), threading.Event()

        @command("test.long", "长时间办理", clause=No("只在测试中"))
        def work(*, actor, reason, season):
            begun.set()
            assert not ended.wait(timeout=0.5), "the season ended over a command under way"

        def end():
            assert begun.wait(timeout=10)
            close_season(actor=again(secretary), reason="结束", season=season)
            ended.set()

        assert together(lambda: work(actor=again(secretary), reason="办理", season=season), end) == [None, None]
        assert ended.is_set()
        with pytest.raises(Refused, match=OVER):
            work(actor=secretary, reason="再办", season=season)

    def test_an_exempt_command_is_told_so_too(self):
        season = SeasonFactory(status=SeasonStatus.CLOSED)
        actor = UserFactory()
        assert closed_to(actor, "season.clone", [season]).ok
        assert not closed_to(actor, "season.correct", [season]).ok
        assert not closed_to(actor, "", [season]).ok
