"""Who may do what in which state: every act, every state, everybody who could stand before the page."""

from datetime import timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from admissions.core.decision import Refused
from tests.factories.accounts import UserFactory
from tests.factories.readiness import CourseFactory, train
from tests.factories.recusal import declared, fact_about
from tests.factories.requests import (
    drafted,
    fresh,
    instructed,
    line,
    person,
    received,
    say,
    sent,
    sign,
    signed,
    submitted,
)
from tests.trail import setting_up
from workgroups.appointments.models import Appointment
from workgroups.duty.models import Delegation
from workgroups.requests import rules
from workgroups.requests.enums import SubmissionStatus
from workgroups.requests.models import Submission
from workgroups.requests.services import submissions

pytestmark = pytest.mark.django_db
RULES = {
    "change": rules.can_change_draft,
    "submit": rules.can_submit,
    "take_back": rules.can_take_back,
    "sign": rules.can_sign,
    "send": rules.can_send,
    "receive": rules.can_receive,
    "reply": rules.can_reply,
    "revise": rules.can_revise,
    "withdraw": rules.can_withdraw,
}
PEOPLE = ("member", "head", "clerk", "chief", "supervisor", "stranger")
OWN, ADDRESSED = {"member", "head"}, {"clerk", "chief"}
# state → act → who; everything else is refused with a sentence.
MAY = {
    "draft": {"change": OWN, "submit": OWN, "withdraw": OWN},
    "submitted": {"take_back": OWN, "sign": {"head"}, "withdraw": OWN},
    "signed": {"send": OWN, "revise": OWN, "withdraw": {"head"}},
    "sent": {"receive": ADDRESSED, "revise": OWN, "withdraw": {"head"}},
    "received": {"reply": ADDRESSED, "revise": OWN, "withdraw": {"head"}},
    "returned": {"revise": OWN, "withdraw": {"head"}},
    "answered": {},
    "withdrawn": {},
}
SEES = {state: {"member", "head", "supervisor"} for state in SubmissionStatus}
for delivered in ("sent", "received", "returned", "answered"):
    SEES[delivered] = SEES[delivered] | ADDRESSED


def brought_to(of, state):
    if state in ("answered", "returned"):
        row = received(of)
        say(of, row, "agree" if state == "answered" else "returned")
        return row
    if state == "withdrawn":
        return submissions.withdraw(actor=of.head, reason="撤回", submission=drafted(of))
    make = {"draft": drafted, "submitted": submitted, "signed": signed, "sent": sent, "received": received}
    return make[state](of)


@pytest.mark.parametrize("state", list(SubmissionStatus))
def test_every_act_in_every_state_for_everybody(state):
    of = line()
    row = fresh(brought_to(of, state))
    assert row.status == state
    people = {name: person(getattr(of, name, None) or UserFactory()) for name in PEOPLE}
    found = {
        (act, name): bool(rule(user, row)) for act, rule in RULES.items() for name, user in people.items()
    }  # fmt: skip
    wanted = {(act, name): name in MAY[state].get(act, ()) for act in RULES for name in PEOPLE}
    assert found == wanted
    assert all(rule(user, row).ok or rule(user, row).reason for rule in RULES.values() for user in people.values())
    seen = {name for name, user in people.items() if Submission.objects.visible_to(user).exists()}
    assert seen == SEES[state]


@pytest.mark.parametrize("state", list(SubmissionStatus))
def test_the_recused_may_nothing_in_any_state(state):
    of = line()
    someone = UserFactory()
    row = brought_to(of, state)
    with setting_up():
        row = fresh(row)
        row.subject_person = someone
        row.save()
    for user in (of.member, of.head, of.clerk, of.chief):
        fact_about(user, of.season, key=someone.pk)
        recused = person(user)
        assert not any(rule(recused, fresh(row)).ok for rule in RULES.values())
        assert not Submission.objects.visible_to(recused).exists()


def test_the_recused_begin_nothing_either():
    of = line()
    someone = UserFactory()
    fact_about(of.member, of.season, key=someone.pk)
    of.member = person(of.member)
    for begin in (drafted, instructed):
        with pytest.raises(Refused, match="回避义务"):
            begin(of, about={"subject_person": someone})


def test_a_deputy_signs_for_the_head_and_on_record():
    of = line()
    deputy = UserFactory(name="代岗之人")
    appointment = Appointment.objects.get(person=of.head)
    declared(deputy, of.season)
    train(deputy, CourseFactory(season=of.season))
    now = timezone.now()
    with setting_up():
        Delegation(
            appointment=appointment, deputy=deputy, scope="值守", period=DateTimeTZRange(now, now + timedelta(days=1))
        ).save()
    row = submitted(of)
    assert not rules.can_sign(person(of.member), row).ok
    of.head, head = person(deputy), of.head
    version = sign(of, row).versions.get()
    assert version.signed_name == f"代岗之人（代{head.name}）"
    assert version.signed_post == "录取管理组·组长"
