"""A reply somebody else wrote down: confirmed or disputed by whose word it is, marked wherever it is quoted."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from admissions.audit.commands import command
from admissions.audit.facts import No
from admissions.audit.quoted_grounds import quote
from admissions.core.decision import Refused
from tests.factories.accounts import UserFactory
from tests.factories.recusal import fact_about
from tests.factories.requests import fresh, line, matter, person, received, say
from tests.factories.seasons import SeasonFactory
from tests.races import together
from tests.trail import assert_recorded, assert_refused, setting_up
from tests.workgroups.requests.test_pages import as_, no_second_factor, posted, text_of, url, words_in  # noqa: F401
from workgroups.followups.services import accept_task, assign_task, report_task
from workgroups.followups.todos import follow_up_todos
from workgroups.requests import rules
from workgroups.requests.enums import DocumentKind, WordStatus
from workgroups.requests.models import Reply
from workgroups.requests.services import replies, submissions
from workgroups.requests.todos import request_todos

pytestmark = pytest.mark.django_db
WRONG = "我说的是只增加夜班一人。"


def todos(user):
    return [(todo.verb, todo.waiting_on) for todo in request_todos(person(user))]


def own(of, row, **fields):
    """The head writes the own word down."""
    said = {"said_by": of.chief, "said_at": timezone.now(), "kind": "agree", "text": "同意。", **fields}
    return replies.reply(actor=of.chief, reason="批复", submission=fresh(row), **said)


def dispute(of, reply):
    return replies.dispute_reply(actor=of.chief, reason=WRONG, reply=fresh(reply))


def confirm(of, reply):
    return replies.confirm_reply(actor=of.chief, reason="本人确认", reply=fresh(reply))


def ordered(of, reply):
    return assign_task(
        actor=of.clerk, reason="交办", origin=reply, what="落实值守", assignee=of.member, acceptor=of.chief,
        due_on=timezone.localdate(),
    )  # fmt: skip


class TestAnswering:
    def test_the_own_word_needs_no_confirmation(self):
        of = line()
        reply = own(of, received(of))
        assert (reply.status, reply.word, reply.clock) == ("confirmed", None, None)
        with pytest.raises(Refused, match="本人录入，不需确认"):
            confirm(of, reply)

    def test_anothers_waits_and_both_are_told(self):
        of = line()
        reply = say(of, received(of))
        assert (reply.is_waiting, reply.word) == (True, WordStatus.WAITING)
        assert ("确认", "") in todos(of.chief)
        assert ("等候确认", f"{of.chief.name}确认") in todos(of.clerk)
        confirm(of, reply)
        assert "确认" not in [verb for verb, _ in todos(of.chief)]
        assert_recorded("requests.confirm_reply", actor=of.chief, target=reply)

    @pytest.mark.parametrize("act", [replies.confirm_reply, replies.dispute_reply])
    def test_only_whose_word_it_is_and_only_once(self, act):
        of = line()
        reply = say(of, received(of))
        for user in (of.clerk, of.member, of.head, of.supervisor):
            with pytest.raises(Refused, match="批复人本人"):
                act(actor=user, reason="代为确认", reply=fresh(reply))
        assert_refused(act.action_code, actor=of.clerk)
        act(actor=of.chief, reason="本人", reply=fresh(reply))
        for again in (replies.confirm_reply, replies.dispute_reply):
            with pytest.raises(Refused, match="不能再答复"):
                again(actor=of.chief, reason="改主意", reply=fresh(reply))

    def test_not_once_recused(self):
        of = line()
        someone = UserFactory()
        reply = say(of, received(of, about={"subject_person": someone}))
        fact_about(of.chief, of.season, key=someone.pk)
        with pytest.raises(Refused):
            replies.confirm_reply(actor=person(of.chief), reason="确认", reply=fresh(reply))
        assert ("确认", "") not in todos(of.chief)

    def test_a_dispute_says_what_was_said(self):
        of = line()
        reply = say(of, received(of))
        with pytest.raises(ValidationError, match="与事实不符之处"):
            replies.dispute_reply(actor=of.chief, reason="", reply=reply)
        reply = dispute(of, reply)
        assert (reply.text, reply.answer, reply.status) == ("同意。", WRONG, "disputed")

    def test_no_path_changes_words_or_answers(self):
        of = line()
        waiting, answered = say(of, received(of)), say(of, received(of, text={"title": "另一件"}))
        confirm(of, answered)
        by_hand = own(of, received(of, text={"title": "第三件"}))
        statements = [
            (waiting, "text = 'x'"),
            (waiting, "said_name = 'x', status = 'confirmed', answered_at = now()"),
            (answered, "status = 'disputed', answer = 'x'"),
            (by_hand, "status = 'disputed', answer = 'x'"),
        ]
        for reply, change in statements:
            with pytest.raises(IntegrityError) as error, transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"UPDATE requests_reply SET {change} WHERE id = %s", [reply.pk])
            assert error.value.__cause__.diag.constraint_name == "reply_kept"

    def test_no_path_confirms_in_anothers_name(self):
        of = line()
        row, now = received(of), timezone.now()
        with pytest.raises(IntegrityError) as error, setting_up(), transaction.atomic():
            Reply(
                submission=row, version=row.versions.get(), kind="agree", text="同意", said_by=of.chief, said_name="x",
                said_at=now, entered_by=of.clerk, entered_at=now, status="confirmed", answered_at=now,
            ).save()  # fmt: skip
        assert error.value.__cause__.diag.constraint_name == "reply_confirmed_by_its_author"


class TestConsequences:
    def test_disputed_the_request_waits_again(self):
        of = line()
        row = received(of)
        dispute(of, say(of, row))
        assert fresh(row).status == "received"
        assert fresh(row).is_awaited
        assert ("批复", "") in todos(of.chief)
        own(of, row, kind="agree_noted", text=WRONG)
        assert fresh(row).status == "answered"
        assert Reply.objects.filter(submission=row).count() == 2

    def test_a_disputed_return_too_but_not_once_it_is_revised(self):
        of = line()
        row = received(of)
        reply = say(of, row, "returned", "退回。")
        submissions.revise(actor=of.member, reason="补充", submission=fresh(row))
        dispute(of, reply)
        assert fresh(row).status == "draft"
        other = received(of, text={"title": "另一件"})
        dispute(of, say(of, other, "returned", "退回。"))
        assert fresh(other).status == "received"

    def test_a_disputed_notice_concluded_nothing(self):
        of = line()
        row = received(of, matter(DocumentKind.REPORT))
        dispute(of, say(of, row, "directed", "按此办。"))
        assert fresh(row).status == "received"

    def test_unconfirmed_it_is_carried_out_disputed_it_stops(self):
        of = line()
        reply = say(of, received(of))
        task = ordered(of, reply)
        assert [todo.verb for todo in follow_up_todos(person(of.member))] == ["办理"]
        dispute(of, reply)
        assert follow_up_todos(person(of.member)) == []
        with pytest.raises(Refused, match="停止办理"):
            report_task(actor=of.member, reason="报告", task=fresh(task), report="已办。")
        with pytest.raises(Refused, match="停止办理"):
            ordered(of, fresh(reply))
        assert not type(task).objects.open().exists()

    def test_a_reported_task_is_not_accepted_after_the_dispute(self):
        of = line()
        reply = say(of, received(of))
        task = report_task(actor=of.member, reason="报告", task=ordered(of, reply), report="已办。")
        dispute(of, reply)
        with pytest.raises(Refused, match="停止办理"):
            accept_task(actor=of.chief, reason="好", task=fresh(task), is_done=True)


@command("test.lean_on", "凭批复办理", clause=No("只在测试中"))
def lean_on(*, actor, reason, season, ground):
    quote(ground, season.pk)


class TestGrounds:
    def lean(self, of, row, season=None):
        lean_on(actor=of.head, reason="办理", season=season or of.season, ground=f"依据{fresh(row).number}的批复")

    def test_only_an_agreement_that_is_confirmed_carries_an_act(self):
        of = line()
        row = received(of)
        with pytest.raises(Refused, match="没有批复不等于同意"):
            self.lean(of, row)
        reply = say(of, row)
        with pytest.raises(Refused, match="尚未确认，不能作为依据"):
            self.lean(of, row)
        confirm(of, reply)
        self.lean(of, row)
        assert rules.may_rely_on_reply(fresh(reply)).ok

    def test_a_dispute_takes_it_away(self):
        of = line()
        row = received(of)
        reply = dispute(of, say(of, row))
        assert "有异议" in rules.may_rely_on_reply(reply).sentence
        with pytest.raises(Refused, match="没有批复"):
            self.lean(of, row)

    @pytest.mark.parametrize("kind", ["disagree", "noted"])
    def test_no_other_word_is_an_agreement(self, kind):
        of = line()
        row = received(of)
        own(of, row, kind=kind)
        with pytest.raises(Refused):
            self.lean(of, row)

    def test_of_a_head_recused_meanwhile_it_justifies_nothing(self):
        of = line()
        someone = UserFactory()
        row = received(of, about={"subject_person": someone})
        own(of, row)
        fact_about(of.chief, of.season, key=someone.pk)
        with pytest.raises(Refused, match="回避"):
            self.lean(of, row)

    def test_reports_unknown_numbers_and_other_seasons_do_not(self):
        of = line()
        with pytest.raises(Refused, match="报告不产生批准"):
            self.lean(of, received(of, matter(DocumentKind.REPORT)))
        with pytest.raises(Refused, match="没有编号为演录管〔2020〕7号"):
            lean_on(actor=of.head, reason="办理", season=of.season, ground="演录管〔2020〕7号")
        row = received(of)
        own(of, row)
        with pytest.raises(Refused, match="没有编号为"):
            self.lean(of, row, SeasonFactory())

    def test_numbers_of_other_bodies_are_not_ours_to_judge(self):
        of = line()
        lean_on(actor=of.head, reason="办理", season=of.season, ground="省教〔2026〕12号")


class TestMarked:
    def test_wherever_it_is_quoted(self):
        of = line()
        row = received(of)
        reply = say(of, row, text="同意增加一人。")
        task = ordered(of, reply)
        client = as_(of.member)
        places = (
            url("requests:one", row.pk),
            url("requests:list"),
            url("followups:one", task.pk),
            url("followups:list"),
        )
        for address in places:
            assert "待本人确认" in text_of(client.get(address)), address
        assert "（批复待本人确认）" in text_of(client.get(f"{url('requests:list')}?export=csv&purpose=work"))
        assert f"{of.clerk.name}代录，待本人确认" in words_in(client.get(url("requests:docx", row.pk)))
        confirm(of, reply)
        for address in (url("requests:list"), url("followups:list")):
            assert "待本人确认" not in text_of(client.get(address)).replace('<option value="waiting">待本人确认', ""), (
                address
            )
        assert "本人已确认" in words_in(client.get(url("requests:docx", row.pk)))
        assert "本人已确认" in text_of(client.get(url("followups:one", task.pk)))

    def test_a_dispute_with_its_words(self):
        of = line()
        row = received(of)
        reply = say(of, row)
        task = ordered(of, reply)
        dispute(of, reply)
        client = as_(of.member)
        for address in (url("requests:one", row.pk), url("followups:one", task.pk)):
            page = text_of(client.get(address))
            assert (WRONG in page, "停止办理" in page) == (True, True), address
        assert "停止办理" in text_of(client.get(url("followups:list")))
        assert f"本人有异议：{WRONG}" in words_in(client.get(url("requests:docx", row.pk)))

    def test_through_the_forms(self):
        of = line()
        row = received(of)
        reply = say(of, row)
        chief, clerk = as_(of.chief), as_(of.clerk)
        page = text_of(chief.get(url("requests:one", row.pk)))
        assert url("requests:reply-confirm", reply.pk) in page
        assert url("requests:reply-confirm", reply.pk) not in text_of(clerk.get(url("requests:one", row.pk)))
        assert clerk.get(url("requests:reply-confirm", reply.pk)).status_code == 403
        assert posted(chief, url("requests:reply-dispute", reply.pk), {"reason": ""}).status_code == 422
        assert posted(chief, url("requests:reply-dispute", reply.pk), {"reason": WRONG}).status_code == 302
        assert fresh(reply).is_disputed

    def test_found_by_the_filter(self):
        of = line()
        say(of, received(of, text={"title": "甲件"}))
        own(of, received(of, text={"title": "乙件"}))
        page = text_of(as_(of.member).get(f"{url('requests:list')}?late=waiting"))
        assert ("甲件" in page, "乙件" in page) == (True, False)

    def test_the_recused_are_not_told(self):
        of = line()
        someone = UserFactory()
        row = received(of, text={"title": "示密"}, about={"subject_person": someone})
        reply = say(of, row)
        fact_about(of.clerk, of.season, key=someone.pk)
        client = as_(of.clerk)
        assert todos(of.clerk) == []
        for name in ("requests:reply-confirm", "requests:reply-dispute"):
            assert client.get(url(name, reply.pk)).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_confirmed_or_disputed_but_not_both():
    of = line()
    row = received(of)
    reply = say(of, row)
    outcomes = together(lambda: confirm(of, reply), lambda: dispute(of, reply))
    assert sum(isinstance(found, Refused) for found in outcomes) == 1
    status = fresh(reply).status
    assert fresh(row).status == {"confirmed": "answered", "disputed": "received"}[status]
