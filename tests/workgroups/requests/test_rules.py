"""Who may do what in which state: every act, every state, everybody who could stand before the page."""

import pytest
from django.db import IntegrityError, connection, transaction

from admissions.accounts.enums import Role
from admissions.audit.commands import COMMANDS
from admissions.core.decision import Refused
from tests.factories.accounts import UserFactory, user_with
from tests.factories.recusal import fact_about
from tests.factories.requests import (
    drafted,
    fresh,
    instructed,
    line,
    person,
    received,
    say,
    sent,
    signed,
    signed_by_a_deputy,
    submitted,
)
from tests.factories.workgroups import AppointmentFactory, PostFactory
from tests.trail import setting_up
from tests.workgroups.requests.test_pages import as_, text_of, url, words_in
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
        for act in RULES:
            code = "requests.change_draft" if act == "change" else f"requests.{act}"
            with pytest.raises(Refused, match="回避义务"):
                COMMANDS[code](actor=recused, reason="试办", submission=fresh(row))
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
    _, head, deputy, row = signed_by_a_deputy()
    version = row.versions.get()
    assert (version.signed_by, version.signed_name, version.on_behalf_of) == (deputy, "代岗之人", head)
    assert version.signed_post == "录取管理组·组长"


def test_who_keeps_away_from_the_head_reads_who_signed_and_not_for_whom(settings):
    settings.MFA_REQUIRED = False
    of, head, _, row = signed_by_a_deputy()
    reader, apart = (user_with(Role.SUPERVISOR, season=of.season) for _ in range(2))
    fact_about(apart, of.season, key=head.pk)
    for one, names in ((reader, True), (apart, False)):
        client = as_(one)
        page, paper = client.get(url("requests:one", row.pk)), client.get(url("requests:docx", row.pk))
        for words in (text_of(page), words_in(paper)):
            assert "签发人：代岗之人" in words
            assert (f"代岗之人（代{head.name}）" in words) == (head.name in words) == names


def test_nobody_answers_what_was_signed_in_their_name():
    of, head, _, row = signed_by_a_deputy()
    post = PostFactory(group=of.above, rank="leader", name="兼任组长", headcount_max=1)
    AppointmentFactory(post=post, person=head, status="on_duty")
    submissions.send(actor=of.member, reason="报送", submission=row)
    row = submissions.receive(actor=of.clerk, reason="签收", submission=fresh(row))
    with pytest.raises(Refused, match="签发人不能批复"):
        say(of, row, said_by=person(head))
    with pytest.raises(IntegrityError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO requests_reply (revision, submission_id, version_id, kind, text, said_by_id, said_name,"
            " said_post, said_at, entered_by_id, entered_at)"
            " VALUES (1, %s, %s, 'agree', 'x', %s, 'x', '', now(), %s, now())",
            [row.pk, row.versions.get().pk, head.pk, of.clerk.pk],
        )
    assert error.value.__cause__.diag.constraint_name == "reply_not_by_signer"
