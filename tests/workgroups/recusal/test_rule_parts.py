"""Each part of each rule of recusal made false alone, the rule asked directly, its own sentence expected."""

from datetime import timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from admissions.accounts.enums import Role
from tests.factories.accounts import UserFactory, user_with
from tests.factories.readiness import CourseFactory, train
from tests.factories.recusal import CandidateBatchFactory, at_college, declared, fact_about, officer
from tests.factories.requests import person
from tests.factories.seasons import InstitutionFactory, OpenSeasonFactory
from tests.factories.workgroups import AppointmentFactory, PostFactory, WorkGroupFactory, leader_of
from tests.parts import asked, but, only_missing
from tests.trail import setting_up
from workgroups.appointments.enums import AppointmentStatus
from workgroups.duty.models import Delegation
from workgroups.recusal import prechecks, rules
from workgroups.recusal.models import (
    ActReview,
    Challenge,
    DeclaredRelation,
    FactRuling,
    LateDiscovery,
    RecusalDeclaration,
    RecusalFact,
    Screening,
    WithdrawalRequest,
)
from workgroups.recusal.services.challenging import raise_challenge, rule_challenge
from workgroups.recusal.services.declaring import ask_withdrawal
from workgroups.recusal.services.facts import Scope
from workgroups.recusal.services.ruling import rule_fact, rule_withdrawal

pytestmark = pytest.mark.django_db
OWN = "回避事项不由当事人本人裁定。"
NO_OFFICER = "您没有裁定回避的权限。"


@pytest.fixture
def season():
    return OpenSeasonFactory()


@pytest.fixture
def judge():
    return officer()


@pytest.fixture
def fact(season):
    return fact_about(UserFactory(), season, kind="institution", key=7)


def test_declaring(season):
    somebody = UserFactory()
    assert asked(rules.can_declare, somebody, season).ok
    only_missing("账号已停用，不能申报。", rules.can_declare, but(somebody, status="suspended"), season)
    only_missing(f"{season}是模板，不能申报。", rules.can_declare, somebody, but(season, is_template=True))
    only_missing("录取季已结束，不能再办理。", rules.can_declare, somebody, but(season, status="closed"))
    only_missing("您已申报过应回避的事项，不能改报“无”。", rules.can_declare_none, True)
    assert rules.can_declare_none(False).ok


def test_reading_the_desk(season, judge):
    for somebody in (judge, user_with(Role.SUPERVISOR, season=season)):
        assert asked(rules.can_read_desk, somebody, season.pk).ok
    only_missing("您没有查看回避台账的权限。", rules.can_read_desk, UserFactory(), season.pk)


def test_first_signature_on_a_fact(fact, judge):
    assert asked(rules.can_rule_fact, judge, fact).ok
    only_missing(OWN, rules.can_rule_fact, judge, but(fact, person=judge))
    only_missing(NO_OFFICER, rules.can_rule_fact, UserFactory(), fact)
    only_missing("这项回避事实已失效，不再裁定。", rules.can_rule_fact, judge, but(fact, state="expired"))
    rule_fact(actor=judge, reason="经核实", fact=fact, verdict="confirm")
    pending = f"{judge.name}已作出裁定，正在等待复签。"
    only_missing(pending, rules.can_rule_fact, officer(), fact)


def test_first_signature_on_a_withdrawal(season, judge):
    declaration = RecusalDeclaration(pk=1, season=season, person=UserFactory())
    request = WithdrawalRequest(
        pk=1, person=declaration.person, relation=DeclaredRelation(pk=1, declaration=declaration)
    )
    assert asked(rules.can_rule_withdrawal, judge, request).ok
    only_missing(OWN, rules.can_rule_withdrawal, judge, but(request, person=judge))
    only_missing(NO_OFFICER, rules.can_rule_withdrawal, UserFactory(), request)
    answered = but(request, answered_at=timezone.now())
    only_missing("这份撤回申请已答复。", rules.can_rule_withdrawal, judge, answered)


def test_first_signature_on_a_challenge(season, judge):
    challenge = Challenge(pk=1, season=season, subject_person=UserFactory(), raised_by=UserFactory())
    assert asked(rules.can_rule_challenge, judge, challenge).ok
    only_missing(OWN, rules.can_rule_challenge, judge, but(challenge, subject_person=judge))
    raised = "回避申请不由提出人本人决定。"
    only_missing(raised, rules.can_rule_challenge, judge, but(challenge, raised_by=judge))
    only_missing(NO_OFFICER, rules.can_rule_challenge, UserFactory(), challenge)
    decided = but(challenge, state="dismissed")
    only_missing("这份回避申请已作出决定。", rules.can_rule_challenge, judge, decided)


def test_second_signature(fact, judge):
    ruling = rule_fact(actor=judge, reason="经核实", fact=fact, verdict="confirm")
    other, season_id = officer(), fact.season_id
    assert asked(rules.can_cosign, other, ruling, season_id).ok
    only_missing("这份裁定已办结，不再复签。", rules.can_cosign, other, but(ruling, state="signed"), season_id)
    only_missing("复签须由裁定人以外的人作出。", rules.can_cosign, judge, ruling, season_id)
    only_missing(NO_OFFICER, rules.can_cosign, UserFactory(), ruling, season_id)
    about_other = but(ruling, person=other)
    only_missing(OWN, rules.can_cosign, other, about_other, season_id)
    assert asked(rules.can_withdraw_ruling, judge, ruling, season_id).ok
    only_missing("这份裁定已办结，不再复签。", rules.can_withdraw_ruling, other, but(ruling, state="signed"), season_id)


def test_a_head_is_ruled_upon_one_level_up(season, judge):
    above = WorkGroupFactory(season=season)
    group = WorkGroupFactory(season=season, parent=above)
    chief = leader_of(above, status=AppointmentStatus.ON_DUTY).person
    head = leader_of(group, status=AppointmentStatus.ON_DUTY).person
    ruling = FactRuling(
        fact=fact_about(head, season, kind="institution", key=7), level="level_up", first_officer=judge, person=head
    )
    assert asked(rules.can_cosign, person(chief), ruling, season.pk).ok
    says = "当事人是工作组组长，其回避由上一级工作组组长复签。"
    only_missing(says, rules.can_cosign, officer(), ruling, season.pk)


def test_who_ruled_does_not_sign_again_by_a_deputy(season):
    above = WorkGroupFactory(season=season)
    chief = leader_of(above, status=AppointmentStatus.ON_DUTY)
    head = leader_of(WorkGroupFactory(season=season, parent=above), status=AppointmentStatus.ON_DUTY).person
    deputy = UserFactory()
    declared(deputy, season)
    train(deputy, CourseFactory(season=season))
    now = timezone.now()
    with setting_up():
        period = DateTimeTZRange(now, now + timedelta(days=1))
        Delegation(appointment=chief, deputy=deputy, period=period, areas=["recusal"]).save()
    fact = fact_about(head, season, kind="institution", key=7)
    ruling = FactRuling(fact=fact, level="level_up", first_officer=officer(), person=head)
    assert asked(rules.can_cosign, deputy, ruling, season.pk).ok
    says = f"{chief.person.name}已作出裁定，不能再由其代岗人复签。"
    only_missing(says, rules.can_cosign, deputy, but(ruling, first_officer=chief.person), season.pk)


def test_registering_and_confirming(season, judge, fact):
    somebody = UserFactory()
    assert asked(rules.can_register_fact, judge, somebody, season.pk).ok
    only_missing(OWN, rules.can_register_fact, judge, judge, season.pk)
    only_missing(NO_OFFICER, rules.can_register_fact, UserFactory(), somebody, season.pk)
    assert asked(rules.can_acknowledge, fact.person, fact).ok
    only_missing("只能由本人确认。", rules.can_acknowledge, somebody, fact)
    only_missing("这项回避事实不在“疑似”状态。", rules.can_acknowledge, fact.person, but(fact, state="declared"))


def test_asking_for_a_withdrawal(season):
    somebody = UserFactory()
    relation = DeclaredRelation(pk=1, declaration=RecusalDeclaration(pk=1, season=season, person=somebody))
    assert asked(rules.can_ask_withdrawal, somebody, relation).ok
    only_missing("只能由本人申请撤回。", rules.can_ask_withdrawal, UserFactory(), relation)
    gone = but(relation, withdrawn_at=timezone.now())
    only_missing("这一事项已经裁定撤回。", rules.can_ask_withdrawal, somebody, gone)


def test_screening(season, judge):
    batch = CandidateBatchFactory(season=season)
    assert asked(rules.can_screen, judge, season.pk, batch).ok
    only_missing("您没有发起回避比对的权限。", rules.can_screen, UserFactory(), season.pk, batch)
    only_missing("本录取季还没有确认的考生摘要，无法比对。", rules.can_screen, judge, season.pk, None)
    done = Screening(pk=1, season=season, batch=batch, state="done")
    only_missing("您没有继续回避比对的权限。", rules.can_resume_screening, UserFactory(), but(done, state="running"))
    only_missing("这次比对没有中断，不必继续。", rules.can_resume_screening, judge, done)


def test_challenging_somebody():
    one, other = UserFactory(), UserFactory()
    assert asked(rules.can_raise_challenge, one, other).ok
    only_missing("本人的回避请在“我的回避申报”中申报。", rules.can_raise_challenge, one, one)
    only_missing("账号已停用，不能提出申请。", rules.can_raise_challenge, but(one, status="suspended"), other)


def test_reviewing_earlier_acts(season, judge, fact):
    reviewer = UserFactory()
    assert asked(rules.can_open_discovery, judge, fact, reviewer).ok
    only_missing(OWN, rules.can_open_discovery, judge, but(fact, person=judge), reviewer)
    only_missing(NO_OFFICER, rules.can_open_discovery, UserFactory(), fact, reviewer)
    suspended = but(reviewer, status="suspended")
    only_missing(f"{reviewer}的账号已停用，不能复查。", rules.can_open_discovery, judge, fact, suspended)
    only_missing("复查人不能是当事人本人。", rules.can_open_discovery, judge, fact, fact.person)
    discovery = LateDiscovery(pk=1, fact=fact, reviewer=reviewer)
    assert asked(rules.can_review_act, reviewer, discovery).ok
    only_missing("这些行为由指定的复查人复查。", rules.can_review_act, judge, discovery)
    only_missing("复查已办结。", rules.can_review_act, reviewer, but(discovery, state="closed"))
    only_missing(
        f"{reviewer}的账号已停用，不能复查。", rules.can_review_act, suspended, but(discovery, reviewer=suspended)
    )
    fact_about(reviewer, season, key=fact.person_id)
    bound = f"{reviewer}对同一对象负有回避义务，不能复查。"
    only_missing(bound, rules.can_open_discovery, judge, fact, person(reviewer))
    only_missing(bound, rules.can_review_act, person(reviewer), discovery)


class TestBeforeAnAppointment:
    def test_a_fact_that_waits(self, season):
        somebody = UserFactory()
        post = PostFactory(group=WorkGroupFactory(season=season))
        assert asked(prechecks.precheck, somebody, post).ok
        fact_about(somebody, season, kind="institution", key=7)
        says = f"{somebody}有1项回避事项等待裁定，不能任命。"
        only_missing(says, prechecks.precheck, somebody, post)

    @pytest.mark.parametrize(
        ("fields", "says"),
        [
            ({"is_candidate_relative": True}, "借调、外聘等兼职人员：不得参加本年度录取工作。"),
            ({"is_concealed": True}, "应回避而隐瞒不报：停止参加当年及下一年度国家教育考试工作，并依规给予处分。"),
        ],
    )
    def test_a_fact_that_bars_from_the_season(self, season, fields, says):
        somebody, post = UserFactory(employment="seconded"), PostFactory(group=WorkGroupFactory(season=season))
        fact_about(somebody, season, kind="candidate", key="h1:1", state="confirmed")
        assert asked(prechecks.precheck, somebody, post).ok
        fact_about(somebody, season, kind="candidate", key="h1:2", state="confirmed", **fields)
        only_missing(f"{somebody}{says}", prechecks.precheck, somebody, post)
        only_missing(f"{somebody}{says}", prechecks._not_barred, list(RecusalFact.objects.filter(person=somebody)))

    def test_two_who_must_keep_apart_do_not_sit_in_one_group(self, season):
        group = WorkGroupFactory(season=season)
        seated = AppointmentFactory(post=PostFactory(group=group), status=AppointmentStatus.ON_DUTY).person
        somebody = UserFactory()
        fact_about(seated, season, key=somebody.pk, state="confirmed")
        says = f"{somebody}与{group}的{seated}之间应当回避，不能在同一工作组任职。"
        only_missing(says, prechecks.precheck, somebody, PostFactory(group=group))
        assert asked(prechecks.precheck, somebody, PostFactory(group=WorkGroupFactory(season=season))).ok


class TestWhatIsUnderWay:
    def test_a_withdrawal_is_asked_for_once(self, season):
        somebody = UserFactory()
        declaration = declared(somebody, season, at_college(InstitutionFactory()))
        relation = declaration.relations.get()
        assert asked(rules.can_ask_withdrawal, somebody, relation).ok
        ask_withdrawal(actor=somebody, reason="已不兼职", relation=relation)
        says = "这一事项的撤回申请正在办理，不必重复提出。"
        only_missing(says, rules.can_ask_withdrawal, somebody, relation)

    def test_an_act_is_reviewed_once(self, fact):
        reviewer = UserFactory()
        review = ActReview(discovery=LateDiscovery(pk=1, fact=fact, reviewer=reviewer))
        assert asked(rules.can_answer_review, reviewer, review).ok
        only_missing("这些行为由指定的复查人复查。", rules.can_answer_review, UserFactory(), review)
        only_missing("这项行为已经复查。", rules.can_answer_review, reviewer, but(review, result="uphold"))

    def test_another_reviewer_while_it_is_open(self, fact, judge):
        discovery = LateDiscovery(pk=1, fact=fact, reviewer=UserFactory())
        somebody = UserFactory()
        assert asked(rules.can_reassign_review, judge, discovery, somebody).ok
        only_missing(NO_OFFICER, rules.can_reassign_review, UserFactory(), discovery, somebody)
        closed = but(discovery, state="closed")
        only_missing("复查已办结，不再改派。", rules.can_reassign_review, judge, closed, somebody)

    def test_a_ruling_waits_for_its_second_signature(self, season, judge):
        somebody = UserFactory()
        relation = declared(somebody, season, at_college(InstitutionFactory())).relations.get()
        request = ask_withdrawal(actor=somebody, reason="已不兼职", relation=relation)
        rule_withdrawal(actor=judge, reason="属实", request=request, verdict="agree")
        says = f"{judge.name}已作出裁定，正在等待复签。"
        only_missing(says, rules.can_rule_withdrawal, officer(), request)

    def test_a_ruling_on_a_challenge_waits_too(self, season, judge):
        challenge = raise_challenge(
            actor=UserFactory(), reason="同住", season=season, subject_person=UserFactory(),
            scope=Scope("institution", str(InstitutionFactory().pk), "院校"),
        )  # fmt: skip
        assert asked(rules.can_rule_challenge, judge, challenge).ok
        rule_challenge(actor=judge, reason="属实", challenge=challenge, verdict="uphold")
        says = f"{judge.name}已作出裁定，正在等待复签。"
        only_missing(says, rules.can_rule_challenge, officer(), challenge)
