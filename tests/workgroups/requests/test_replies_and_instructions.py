"""What was answered and by whom, what it orders, and what was only said aloud."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from admissions.core.decision import Refused
from tests.factories.accounts import UserFactory
from tests.factories.recusal import fact_about
from tests.factories.requests import fresh, instructed, line, matter, person, received, say, sent
from tests.factories.workgroups import AppointmentFactory, PostFactory, WorkGroupFactory, leader_of
from tests.races import together
from tests.trail import assert_recorded, assert_refused, setting_up
from workgroups.appointments.enums import AppointmentStatus
from workgroups.groups.enums import GroupKind, PostRank
from workgroups.requests import rules
from workgroups.requests.enums import REPLIES_TO, DocumentKind, ReplyKind, WordStatus
from workgroups.requests.models import OralInstruction, Reply, Submission
from workgroups.requests.services import instructions, replies, submissions
from workgroups.requests.todos import request_todos

pytestmark = pytest.mark.django_db


def verbs(user):
    return [todo.verb for todo in request_todos(person(user)) if not todo.waiting_on]


class TestReplies:
    @pytest.mark.parametrize(
        ("kind", "status"),
        [("agree", "answered"), ("agree_noted", "answered"), ("disagree", "answered"), ("returned", "returned"),
         ("noted", "received")],
    )  # fmt: skip
    def test_what_each_word_does_to_a_request(self, kind, status):
        of = line()
        row = received(of)
        say(of, row, kind, "原话。")
        assert fresh(row).status == status

    def test_read_is_not_agreed(self):
        of = line()
        row = received(of)
        say(of, row, "noted", "已阅。")
        assert fresh(row).is_awaited
        assert "批复" in verbs(of.chief)
        say(of, row, "agree")
        assert fresh(row).status == "answered"

    def test_a_kind_that_does_not_fit_is_refused(self):
        of = line()
        asked, told = received(of), received(of, matter(DocumentKind.REPORT))
        for row in (asked, told):
            for kind in set(ReplyKind) - set(REPLIES_TO[DocumentKind(row.kind)]):
                with pytest.raises(Refused):
                    say(of, row, kind)
        assert not Reply.objects.exists()

    def test_only_the_head_there_has_said_it(self):
        of = line()
        row = received(of)
        for user in (of.clerk, of.member, of.head, UserFactory()):
            with pytest.raises(Refused):
                say(of, row, said_by=user)
        with pytest.raises(Refused, match="不是领导小组的在岗人员"):
            replies.reply(
                actor=of.head, reason="录入", submission=fresh(row), kind="agree", text="同意。", said_by=of.chief,
                said_at=timezone.now(),
            )  # fmt: skip
        assert_refused("requests.reply", actor=of.head)

    def test_nobody_answers_what_they_signed(self):
        of = line()
        post = PostFactory(group=of.above, rank=PostRank.LEADER, name="兼任组长", headcount_max=1)
        AppointmentFactory(post=post, person=of.head, status=AppointmentStatus.ON_DUTY)
        row = received(of)
        with pytest.raises(Refused, match="签发人不能批复"):
            say(of, row, said_by=person(of.head))
        version = row.versions.get()
        with pytest.raises(IntegrityError) as error, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO requests_reply (revision, submission_id, version_id, kind, text, said_by_id, said_name,"
                " said_post, said_at, entered_by_id, entered_at)"
                " VALUES (1, %s, %s, 'agree', 'x', %s, 'x', '', now(), %s, now())",
                [row.pk, version.pk, of.head.pk, of.clerk.pk],
            )
        assert error.value.__cause__.diag.constraint_name == "reply_not_by_signer"

    def test_not_before_it_was_sent_and_not_tomorrow(self):
        of = line()
        row = received(of)
        for moment, words in (
            (timezone.now() - timedelta(hours=1), "不能早于报送时间"),
            (timezone.now() + timedelta(hours=1), "不能晚于现在"),
        ):
            with pytest.raises(Refused, match=words):
                say(of, row, said_at=moment)

    def test_only_after_receipt_and_with_words(self):
        of = line()
        with pytest.raises(Refused, match="不能批复"):
            say(of, sent(of))
        row = received(of, text={"title": "另一件"})
        with pytest.raises(ValidationError):
            say(of, row, text="")

    def test_a_recused_head_does_not_answer_and_sees_nothing(self):
        of = line()
        someone = UserFactory()
        row = received(of, about={"subject_person": someone})
        fact_about(of.chief, of.season, key=someone.pk)
        chief = person(of.chief)
        with pytest.raises(Refused, match="回避义务"):
            say(of, row, said_by=chief)
        assert not Submission.objects.visible_to(chief).exists()

    def test_returned_it_comes_back_as_another_version(self):
        of = line()
        row = received(of)
        say(of, row, "returned", "请补充测算。")
        assert "修改并送签" in verbs(of.member)
        row = submissions.revise(actor=of.member, reason="补充测算", submission=fresh(row))
        assert (row.status, row.versions.count()) == ("draft", 2)

    def test_silence_is_noticed_one_level_up(self):
        of = line()
        top = WorkGroupFactory(season=of.season, kind=GroupKind.OTHER, name="上一级")
        chief = leader_of(top, status=AppointmentStatus.ON_DUTY).person

        with setting_up():
            of.above.parent = top
            of.above.save()
        row = received(of)
        assert verbs(chief) == []
        with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
            assert fresh(row).is_overdue
            assert list(Submission.objects.overdue()) == [row]
            assert verbs(chief) == ["督促批复"]
            assert verbs(of.chief) == ["批复"]
            say(of, row)
            assert verbs(chief) == []


class TestInstructions:
    def test_written_down_and_confirmed(self):
        of = line()
        row = instructed(of)
        assert not rules.may_rely_on(row).ok
        assert verbs(of.chief) == ["确认"]
        row = instructions.confirm_instruction(actor=of.chief, reason="本人确认", instruction=row)
        assert rules.may_rely_on(row).ok
        assert_recorded("requests.confirm_instruction", actor=of.chief, target=row)

    def test_disputed_it_stays_beside_the_words_of_the_receiver(self):
        of = line()
        row = instructed(of)
        row = instructions.dispute_instruction(actor=of.chief, reason="我说的是增加两人。", instruction=row)
        assert (row.text, row.answer, row.status) == ("今晚值守增加一人。", "我说的是增加两人。", "disputed")
        assert "异议" in rules.may_rely_on(row).sentence

    @pytest.mark.parametrize("act", [instructions.confirm_instruction, instructions.dispute_instruction])
    def test_only_the_instructor_and_only_once(self, act):
        of = line()
        row = instructed(of)
        for user in (of.member, of.head, of.supervisor):
            with pytest.raises(Refused, match="指示人本人"):
                act(actor=user, reason="代为确认", instruction=fresh(row))
        act(actor=of.chief, reason="已读", instruction=fresh(row))
        for again in (instructions.confirm_instruction, instructions.dispute_instruction):
            with pytest.raises(Refused, match="不能再答复"):
                again(actor=of.chief, reason="改主意", instruction=fresh(row))

    @pytest.mark.parametrize(("hours", "ok"), [(23, True), (25, False)])
    def test_written_down_late_it_justifies_nothing(self, hours, ok):
        of = line()
        row = instructed(of, said_at=timezone.now() - timedelta(hours=hours))
        row = instructions.confirm_instruction(actor=of.chief, reason="确认", instruction=row)
        assert (row.is_late, rules.may_rely_on(row).ok) == (not ok, ok)

    def test_unconfirmed_after_a_day_it_is_listed(self):
        of = line()
        row = instructed(of)
        assert not OralInstruction.objects.unconfirmed().exists()
        with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=1), tick=False):
            assert list(OralInstruction.objects.unconfirmed()) == [row]

    def test_of_a_recused_instructor_it_justifies_nothing(self):
        of = line()
        someone = UserFactory()
        row = instructed(of, about={"subject_person": someone})
        row = instructions.confirm_instruction(actor=of.chief, reason="确认", instruction=row)
        fact_about(of.chief, of.season, key=someone.pk)
        row = fresh(row)
        assert "回避" in rules.may_rely_on(row).sentence

    def test_bad_input(self):
        of = line()
        with pytest.raises(Refused, match="不能晚于现在"):
            instructed(of, said_at=timezone.now() + timedelta(minutes=5))
        with pytest.raises(ValidationError, match="不能是接受人本人"):
            instructed(of, instructor=of.member)
        moment = timezone.now()
        instructed(of, said_at=moment)
        with pytest.raises(ValidationError, match="已经补录"):
            instructed(of, said_at=moment)

    def test_no_path_changes_the_words(self):
        row = instructed(line())
        for column in ("text", "witnesses", "channel"):
            with pytest.raises(IntegrityError) as error, transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"UPDATE requests_oralinstruction SET {column} = 'face' WHERE id = %s", [row.pk])
            assert error.value.__cause__.diag.constraint_name == "instruction_kept"


@pytest.mark.django_db(transaction=True)
def test_confirmed_or_disputed_but_not_both():
    of = line()
    row = instructed(of)
    outcomes = together(
        lambda: instructions.confirm_instruction(actor=of.chief, reason="确认", instruction=fresh(row)),
        lambda: instructions.dispute_instruction(actor=of.chief, reason="没说过", instruction=fresh(row)),
    )
    assert sum(isinstance(found, Refused) for found in outcomes) == 1
    assert fresh(row).status in (WordStatus.CONFIRMED, WordStatus.DISPUTED)
