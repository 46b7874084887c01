"""Each part of each rule of deputising and handing over made false alone, the rule asked directly."""

from datetime import timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from tests.factories.accounts import UserFactory
from tests.factories.readiness import CourseFactory, PledgeTemplateFactory, PledgeVersionFactory, sign, train
from tests.factories.recusal import declared, fact_about
from tests.factories.requests import line, person
from tests.factories.workgroups import AppointmentFactory, PostFactory, incompatible
from tests.parts import asked, but, only_missing
from tests.trail import setting_up
from workgroups.appointments.models import Appointment
from workgroups.duty import rules, substitutes
from workgroups.duty.models import Delegation, Handover

pytestmark = pytest.mark.django_db
NOT_YOURS = "您没有办理任职的权限。"


def days(first, last):
    now = timezone.now()
    return DateTimeTZRange(now + timedelta(days=first), now + timedelta(days=last))


@pytest.fixture
def of():
    found = line()
    found.held = Appointment.objects.get(person=found.member)
    return found


@pytest.fixture
def fit(of):
    """Somebody trained and cleared in the season."""
    somebody = UserFactory()
    declared(somebody, of.season)
    train(somebody, CourseFactory(season=of.season))
    return somebody


def test_who_arranges(of):
    handover = Handover(appointment=of.held, receiver=UserFactory())
    delegation = Delegation(appointment=of.held, deputy=UserFactory(), period=days(0, 1))
    for rule, record in (
        (rules.can_delegate, of.held),
        (rules.can_prepare_handover, of.held),
        (rules.can_end_delegation, delegation),
        (rules.can_void_handover, handover),
    ):
        for somebody in (of.member, of.head, of.chief):
            assert asked(rule, somebody, record).ok
        only_missing(NOT_YOURS, rule, of.clerk, record)
    waiting = but(of.held, status="pending")
    only_missing(f"{waiting}尚未上岗，不能以此岗位办理。", rules.can_delegate, of.member, waiting)
    only_missing("未上岗的任职不必交接，可直接撤回。", rules.can_prepare_handover, of.member, waiting)
    only_missing("代岗已经结束。", rules.can_end_delegation, of.member, but(delegation, period=days(-2, -1)))
    only_missing("交接单已经结束。", rules.can_void_handover, of.member, but(handover, status="voided"))


class TestDeputising:
    def ask(self, of, deputy, period=None, held=None):
        return asked(rules.can_deputise, person(deputy), held or of.held, period or days(0, 1))

    def test_yes(self, of, fit):
        assert self.ask(of, fit).ok
        assert self.ask(of, fit, days(-1 / 25, 1)).ok

    def test_oneself(self, of, fit):
        self.ask(of, fit, held=but(of.held, person=fit)).lacks_only("不能由本人代自己的岗。")

    def test_closed_account(self, of, fit):
        suspended = but(person(fit), status="suspended")
        says = f"{fit.name}的账号已停用。"
        asked(rules.can_deputise, suspended, of.held, days(0, 1)).lacks_only(says)

    def test_backdated(self, of, fit):
        found = self.ask(of, fit, days(-1 / 23, 1))
        found.lacks_only(found.decision.reason)
        assert "倒签" in found.decision.reason or "早于" in found.decision.reason

    def test_over_before_it_is_arranged(self, of, fit):
        self.ask(of, fit, days(-1 / 2, -1 / 25)).lacks_only("代岗期间已经过去。")

    def test_outside_the_appointment(self, of, fit):
        held = but(of.held, period=days(-1, 1))
        found = self.ask(of, fit, days(0, 2), held)
        found.lacks_only(found.decision.reason)
        assert found.decision.reason.endswith("期间。")

    def test_on_an_incompatible_post(self, of, fit):
        other = PostFactory(group=of.above)
        pair = incompatible(of.held.post, other)
        AppointmentFactory(post=other, person=fit)
        says = f"{fit.name}已任“{other}”，与“{of.held.post}”不相容：{pair.why}。"
        self.ask(of, fit).lacks_only(says)

    def test_not_trained(self, of):
        CourseFactory(season=of.season)
        somebody = UserFactory()
        declared(somebody, of.season)
        found = self.ask(of, somebody)
        found.lacks_only(found.decision.reason)
        assert found.decision.reason.startswith(f"{somebody.name}不能代岗：")

    def test_not_cleared(self, of):
        somebody = UserFactory()
        train(somebody, CourseFactory(season=of.season))
        self.ask(of, somebody).lacks_only(f"{somebody.name}不能代岗：回避未核清。")

    def test_kept_apart_from_somebody_of_the_group(self, of, fit):
        fact_about(of.head, of.season, key=fit.pk, state="confirmed")
        says = f"{fit}与录取管理组的{of.head}之间应当回避，不能在同一工作组任职。"
        self.ask(of, fit).lacks_only(says)


def test_which_matters_can_be_delegated(of):
    only_missing("请至少选择一项代岗事项。", rules.can_delegate_areas, of.held, [])
    found = asked(rules.can_delegate_areas, of.held, ["staff"])
    found.lacks_only(found.decision.reason)
    assert found.decision.reason.startswith(f"{of.held.post}只能委托")


def test_handing_over(of):
    receiver = UserFactory()
    assert asked(rules.can_take_over, receiver, of.held).ok
    only_missing("不能移交给自己。", rules.can_take_over, of.member, of.held)
    suspended = but(receiver, status="suspended")
    only_missing(f"{receiver.name}的账号已停用，不能接收。", rules.can_take_over, suspended, of.held)
    sheet = Handover(appointment=of.held, receiver=receiver)
    for somebody in (of.member, receiver):
        assert asked(rules.can_sign_handover, somebody, sheet).ok
    only_missing("交接单只能由移交人和接收人签字。", rules.can_sign_handover, of.head, sheet)
    only_missing("您已签字。", rules.can_sign_handover, of.member, but(sheet, given_at=timezone.now()))
    only_missing("您已签字。", rules.can_sign_handover, receiver, but(sheet, taken_at=timezone.now()))
    voided = but(sheet, status="voided")
    word = voided.get_status_display()
    only_missing(f"交接单是“{word}”，不能再签。", rules.can_sign_handover, of.member, voided)


def test_nobody_decides_about_whom_they_stand_in_for(of, fit):
    held = Appointment.objects.get(person=of.head)
    with setting_up():
        Delegation(appointment=held, deputy=fit, scope="值守", period=days(0, 1)).save()
    says = f"您正代{of.head.name}的岗，不能以{of.head.name}的名义办理{of.head.name}本人的事项。"
    only_missing(says, rules.leads_holder, person(fit), held)


class TestFitForThePostHeld:
    """What a substitute is asked for the own post: each thing missing alone."""

    def ask(self, of):
        held = Appointment.objects.select_related("person", "post__group__season").get(person=of.member)
        return asked(lambda: substitutes.fitness([held])[held.pk])

    def make(self, of, *, cleared=True, trained=True, pledged=True):
        course = CourseFactory(season=of.season)
        version = PledgeVersionFactory(template=PledgeTemplateFactory(season=of.season))
        if cleared:
            declared(of.member, of.season)
        if trained:
            train(of.member, course)
        if pledged:
            sign(of.held, version)

    def test_yes(self, of):
        self.make(of)
        assert self.ask(of).ok

    @pytest.mark.parametrize(
        ("lacking", "says"),
        [("cleared", "回避未核清。"), ("trained", "培训未完成。"), ("pledged", "承诺书未签署。")],
    )
    def test_no(self, of, lacking, says):
        self.make(of, **{lacking: False})
        self.ask(of).lacks_only(says)


class TestProposedAsDeputy:
    """What the list of deputies says of one candidate: each thing missing alone."""

    def ask(self, of):
        return asked(lambda: next(row.decision for row in self.listed(of) if row.person == of.head))

    def listed(self, of):
        return substitutes.deputies_for(person(of.member), of.held)

    def make(self, of, *, cleared=True, trained=True):
        course = CourseFactory(season=of.season)
        if cleared:
            declared(of.head, of.season)
        if trained:
            train(of.head, course)

    def test_yes(self, of):
        self.make(of)
        assert self.ask(of).ok

    @pytest.mark.parametrize(("lacking", "says"), [("cleared", "回避未核清。"), ("trained", "未完成这一岗位的培训。")])
    def test_no(self, of, lacking, says):
        self.make(of, **{lacking: False})
        self.ask(of).lacks_only(says)

    def test_on_an_incompatible_post(self, of):
        self.make(of)
        incompatible(of.held.post, Appointment.objects.get(person=of.head).post)
        self.ask(of).lacks_only("所任或所代的岗位与这一岗位不相容。")

    def test_kept_apart_from_somebody_of_the_group(self, of):
        self.make(of)
        third = AppointmentFactory(post=PostFactory(group=of.group), status="on_duty").person
        fact_about(of.head, of.season, key=third.pk, state="confirmed")
        self.ask(of).lacks_only("与本组成员之间应当回避。")
