"""Each part of each rule of appointments made false alone, the rule asked directly, its own sentence expected."""

from datetime import timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from admissions.accounts.enums import Role
from tests.factories.accounts import UserFactory, user_with
from tests.factories.readiness import CourseFactory, train
from tests.factories.recusal import declared, fact_about
from tests.factories.requests import line
from tests.factories.seasons import OpenSeasonFactory
from tests.factories.workgroups import AppointmentFactory, PostFactory, WorkGroupFactory, incompatible
from tests.parts import asked, but, only_missing
from tests.trail import setting_up
from workgroups.appointments import rules, selectors
from workgroups.appointments.enums import RightArea
from workgroups.appointments.models import Appointment
from workgroups.appointments.services import propose_appointment
from workgroups.duty.models import Delegation

pytestmark = pytest.mark.django_db
NO_RIGHT = "您没有办理任职的权限。"
OVER = "录取季已结束，不能再办理。"


def from_now(days=None):
    now = timezone.now()
    return DateTimeTZRange(now, now + timedelta(days=days) if days else None)


@pytest.fixture
def post():
    return PostFactory(group=WorkGroupFactory(season=OpenSeasonFactory()), headcount_max=1)


@pytest.fixture
def office():
    return user_with(Role.SECRETARIAT)


def ended(post):
    return but(post, group=but(post.group, season=but(post.group.season, status="closed")))


class TestAppointing:
    def ask(self, office, post, person=None, period=None):
        return asked(rules.can_appoint, office, person or UserFactory(), post, period or from_now())

    def test_yes(self, office, post):
        assert self.ask(office, post).ok

    def test_the_days(self, office, post):
        now, year = timezone.now(), post.group.season.year
        ask = self.ask
        ask(office, post, period=DateTimeTZRange(now - timedelta(days=2), None)).lacks_only(
            "任职不能倒签：开始日期早于今天。"
        )
        assert ask(office, post, period=DateTimeTZRange(now - timedelta(minutes=1), None)).ok
        late = f"开始时间在{year}年以后，不在{post.group.season}的工作期间内。"
        ask(office, post, period=DateTimeTZRange(now.replace(year=year + 1), None)).lacks_only(late)
        long = f"结束时间在{year + 1}年以后，超出{post.group.season}的工作期间。"
        ask(office, post, period=DateTimeTZRange(now, now.replace(year=year + 2))).lacks_only(long)
        assert ask(office, post, period=DateTimeTZRange(now, now.replace(year=year + 1))).ok

    def test_right_and_season(self, office, post):
        self.ask(UserFactory(), post).lacks_only(NO_RIGHT)
        self.ask(office, ended(post)).lacks_only(OVER)

    def test_the_post_is_gone(self, office, post):
        says = f"岗位“{post}”已撤销，不能任命。"
        self.ask(office, but(post, is_abolished=True)).lacks_only(says)
        self.ask(office, but(post, group=but(post.group, status="dissolved"))).lacks_only(says)

    def test_who_cannot_be_appointed(self, office, post):
        somebody = UserFactory(status="suspended")
        self.ask(office, post, somebody).lacks_only(f"{somebody.name}的账号已停用，不能任命。")
        self.ask(office, post, office).lacks_only("不能任命自己。")

    def test_who_has_something_undecided(self, office, post):
        somebody = UserFactory()
        fact_about(somebody, post.group.season, kind="institution", key=7)
        says = f"{somebody}有1项回避事项等待裁定，不能任命。"
        self.ask(office, post, somebody).lacks_only(says)
        row = AppointmentFactory(post=post, person=somebody, status="proposed")
        only_missing(says, rules.can_confirm_appointment, office, row)

    def test_twice_on_the_post(self, office, post):
        wide = but(post, headcount_max=2)
        seated = AppointmentFactory(post=post).person
        says = f"{seated.name}在这段期间已在“{post}”任职，不能重复任命。"
        self.ask(office, wide, seated).lacks_only(says)

    def test_over_the_headcount(self, office, post):
        until = timezone.now() + timedelta(days=3)
        AppointmentFactory(post=post, period=DateTimeTZRange(timezone.now(), until))
        says = f"“{post}”最多1人，这段期间已满。"
        only_missing(says, rules.within_headcount, post, DateTimeTZRange(until - timedelta(seconds=1), None))
        assert rules.within_headcount(post, DateTimeTZRange(until, None)).ok
        self.ask(office, post).lacks_only(says)

    def test_on_an_incompatible_post(self, office, post):
        other = PostFactory(group=post.group)
        pair = incompatible(post, other)
        seated = AppointmentFactory(post=other).person
        says = f"{seated.name}已任“{other}”，与“{post}”不相容：{pair.why}。"
        self.ask(office, post, seated).lacks_only(says)

    def test_deputising_counts_like_holding(self, office, post):
        other = PostFactory(group=post.group)
        pair = incompatible(post, other)
        deputy, held = UserFactory(), AppointmentFactory(post=other, status="on_duty")
        with setting_up():
            Delegation(appointment=held, deputy=deputy, scope="值守", period=from_now(2)).save()
        says = f"{deputy.name}正在代“{other}”的岗，与“{post}”不相容：{pair.why}。"
        self.ask(office, post, deputy).lacks_only(says)


def test_confirming(office, post):
    proposer, person = user_with(Role.SECRETARIAT), UserFactory()
    row = propose_appointment(actor=proposer, reason="提名", person=person, post=post, period=from_now())
    confirm = rules.can_confirm_appointment
    assert asked(confirm, office, row).ok
    only_missing(NO_RIGHT, confirm, UserFactory(), row)
    only_missing(OVER, confirm, office, but(row, post=ended(post)))
    only_missing("提名由您提出，不能由您确认。", confirm, proposer, row)
    only_missing("不能任命自己。", confirm, office, but(row, person=office))
    only_missing(f"岗位“{post}”已撤销，不能任命。", confirm, office, but(row, post=but(post, is_abolished=True)))
    suspended = but(row, person=but(person, status="suspended"))
    only_missing(f"{person.name}的账号已停用，不能任命。", confirm, office, suspended)
    found = asked(confirm, office, but(row, status="on_duty"))
    found.lacks_only(found.decision.reason)
    assert found.decision.reason.startswith(f"任职已是“在岗”（{proposer.name}于")
    bare = AppointmentFactory(post=PostFactory(group=post.group), status="on_duty")
    only_missing("任职是“在岗”，不能确认任命。", confirm, office, bare)


def test_changing_what_runs(office, post):
    row = AppointmentFactory(post=post, status="on_duty")
    for rule in (rules.can_suspend, rules.can_change_period):
        assert asked(rule, office, row).ok
        only_missing(NO_RIGHT, rule, UserFactory(), row)
        only_missing(OVER, rule, office, but(row, post=ended(post)))
        only_missing("不能任命自己。", rule, office, but(row, person=office))
    only_missing("任职是“待就绪”，不能暂停。", rules.can_suspend, office, but(row, status="pending"))
    only_missing("任职已结束，不能改期间。", rules.can_change_period, office, but(row, status="ended"))
    early = but(row, status="pending")
    assert asked(rules.can_withdraw, office, early).ok
    only_missing(NO_RIGHT, rules.can_withdraw, UserFactory(), early)
    only_missing("已上岗的人员离岗须办交接。", rules.can_withdraw, office, row)


def test_duty_lies_inside_the_period(post):
    now = timezone.now()
    row = AppointmentFactory(post=post)
    says = "现在不在任职期间内，不能上岗。"
    only_missing(says, rules.has_begun, but(row, period=DateTimeTZRange(now + timedelta(minutes=1), None)))
    only_missing(says, rules.has_begun, but(row, period=DateTimeTZRange(now - timedelta(days=1), now)))
    assert rules.has_begun(row).ok


def deputy_of(of, person, areas):
    """Somebody fit who stands in for the person in these matters."""
    deputy = UserFactory()
    declared(deputy, of.season)
    train(deputy, CourseFactory(season=of.season))
    with setting_up():
        held = Appointment.objects.get(person=person)
        Delegation(appointment=held, deputy=deputy, scope="值守", period=from_now(2), areas=areas).save()
    return deputy


def test_a_deputy_has_only_the_matters_given():
    of = line()
    deputy = deputy_of(of, of.head, [RightArea.MEETINGS])
    assert asked(selectors.leads, deputy, of.group, RightArea.MEETINGS).ok
    says = f"您正代{of.head.name}的岗，但“上岗与交接”不在代岗事项内。"
    only_missing(says, selectors.leads, deputy, of.group, RightArea.STAFF)
    says = f"您正代{of.head.name}的岗，但这项工作不在代岗事项内。"
    only_missing(says, selectors.leads, deputy, of.group)
    nobody = f"您不是{of.above}或其上级工作组的组长。"
    only_missing(nobody, selectors.leads, deputy, of.above, RightArea.STAFF)


def test_nobody_answers_for_who_leads_them():
    of = line()
    says = f"您在{of.head.name}领导的工作组任职，不能批准其紧急授权。"
    only_missing(says, selectors.may_approve_for, of.member, of.head)
    only_missing(says, selectors.may_approve_for, deputy_of(of, of.member, [RightArea.REQUESTS]), of.head)
    says = f"您在{of.chief.name}领导的工作组任职，不能批准其紧急授权。"
    only_missing(says, selectors.may_approve_for, of.member, of.chief)
    assert asked(selectors.may_approve_for, of.clerk, of.head).ok
