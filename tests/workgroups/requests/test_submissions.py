"""请示 and 报告 through their states: what is refused by rule, by form of text, and by the database."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.core.decision import Refused
from tests.factories.accounts import UserFactory, user_with
from tests.factories.requests import (
    ASKING,
    drafted,
    fresh,
    line,
    matter,
    received,
    say,
    sent,
    sign,
    signed,
    submitted,
)
from tests.factories.workgroups import WorkGroupFactory
from tests.races import together
from tests.trail import assert_recorded, assert_refused, unguarded
from workgroups.groups.enums import GroupKind
from workgroups.requests import document, rules
from workgroups.requests.enums import SUBMISSION_TRANSITIONS, DocumentKind, SubmissionStatus
from workgroups.requests.models import LetterCode, Reply, Submission
from workgroups.requests.services import matters, submissions
from workgroups.requests.wording import asking_words

pytestmark = pytest.mark.django_db


def changed(of, submission, **text):
    return submissions.change_draft(
        actor=of.member, reason="修改", submission=fresh(submission), urgency="normal", text={**ASKING, **text}
    )


class TestWords:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("系统已恢复，请批准延长时间。", "请批准"),
            ("以上安排妥否。", "妥否"),
            ("当否，望告。", "当否"),
            ("特此请示。", "请示"),
            ("请批复。", "请批复"),
            ("请予审定。", "请予审定"),
            ("可以吗？", "？"),
            ("is it?", "?"),
            ("是否同意另行通知。", "是否同意"),
        ],
    )
    def test_a_report_that_asks_is_found_out(self, text, words):
        assert asking_words(text) == words

    @pytest.mark.parametrize(
        "text", ["今日投档3批，数据核对无误。", "已按批复执行完毕。", "稳妥推进，未否决任何一项。"]
    )
    def test_a_report_that_tells_is_left_alone(self, text):
        assert asking_words(text) == ""

    def test_a_report_with_a_request_in_it_is_bounced(self):
        of = line()
        with pytest.raises(ValidationError) as error:
            drafted(of, matter(DocumentKind.REPORT), {"body": "系统中断两小时。是否可以延长填报时间？"})
        assert "单独写成请示" in error.value.message_dict["body"][0]
        assert not Submission.objects.exists()
        assert_refused("requests.draft", actor=of.member)

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"opinion": " "}, "opinion"),
            ({"options": ["只有一个"]}, "options"),
            ({"options": []}, "options"),
            ({"options": [], "single_option_reason": "没有别的"}, "options"),
            ({"options": ["甲", " "]}, "options"),
        ],
    )
    def test_a_request_needs_an_opinion_and_a_choice(self, change, field):
        with pytest.raises(ValidationError) as error:
            drafted(line(), text=change)
        assert list(error.value.message_dict) == [field]

    def test_one_option_with_its_reason_is_enough(self):
        row = drafted(line(), text={"options": ["只有一个"], "single_option_reason": "规定只允许这一种"})
        assert row.versions.get().options == ["只有一个"]


class TestStates:
    def test_every_passage_outside_the_table_is_refused(self):
        for state in SubmissionStatus:
            for target in SubmissionStatus:
                allowed = target in SUBMISSION_TRANSITIONS[state]
                if not allowed:
                    with pytest.raises(Refused):
                        submissions.move(SUBMISSION_TRANSITIONS, state, target)
                else:
                    assert submissions.move(SUBMISSION_TRANSITIONS, state, target) == target

    def test_from_draft_to_answer(self):
        of = line()
        row = received(of)
        reply = say(of, row, "agree_noted", "原则同意，先试行一周。")
        row = fresh(row)
        year = timezone.localdate().year
        assert (row.status, row.number) == ("answered", f"演录管〔{year}〕1号")
        assert row.answer_due_at == row.sent_at + timedelta(hours=24)
        assert (reply.text, reply.said_name, reply.entered_by) == ("原则同意，先试行一周。", of.chief.name, of.clerk)
        version = row.versions.get()
        assert (version.signed_name, version.signed_post) == (of.head.name, "录取管理组·组长")
        assert document.is_intact(version)
        for action in ("draft", "submit", "sign", "send", "receive", "reply"):
            assert_recorded(f"requests.{action}")

    def test_the_addressee_is_the_body_the_matter_names(self):
        of = line()
        elsewhere = WorkGroupFactory(season=of.season, kind=GroupKind.PETITION, name="信访组")
        for group in (elsewhere, of.group):
            with pytest.raises(Refused, match="应主送领导小组"):
                submissions.draft(
                    actor=of.member, reason="起草", group=of.group, matter=matter(), addressee=group, urgency="normal",
                    text=ASKING,
                )  # fmt: skip

    def test_only_the_head_signs_what_was_read(self):
        of = line()
        row = submitted(of)
        digest = document.digest_of(document.content_of(row, rules.newest(row)))
        with pytest.raises(Refused, match="不是录取管理组的组长"):
            submissions.sign(actor=of.member, reason="签发", submission=row, seen_digest=digest)
        submissions.take_back(actor=of.head, reason="意见再具体些", submission=fresh(row))
        changed(of, row, opinion="改采方案二。")
        submissions.submit(actor=of.member, reason="再送签", submission=fresh(row))
        with pytest.raises(Refused, match="在您打开页面之后有改动"):
            submissions.sign(actor=of.head, reason="签发", submission=fresh(row), seen_digest=digest)
        assert fresh(row).status == "submitted"
        assert sign(of, row).versions.get().opinion == "改采方案二。"

    def test_no_letters_no_number(self):
        of = line()
        row = submitted(of)
        with transaction.atomic(), unguarded("requests_lettercode"), connection.cursor() as cursor:
            cursor.execute("DELETE FROM requests_lettercode")
        assert not rules.can_sign(of.head, row).ok
        assert "机关代字" in rules.can_sign(of.head, row).sentence

    def test_a_change_after_signing_goes_back_to_the_signer(self):
        of = line()
        row = sent(of)
        number = row.number
        submissions.revise(actor=of.member, reason="数字有误", submission=fresh(row))
        changed(of, row, title="关于值守安排的请示（修改）", body="现有值守人员缺两名。")
        row = fresh(row)
        first, second = row.versions.order_by("number")
        assert (row.status, row.title, second.change) == ("draft", ASKING["title"], "数字有误")
        assert (first.body, document.is_intact(first)) == (ASKING["body"], True)
        with pytest.raises(Refused, match="不能报送"):
            submissions.send(actor=of.member, reason="报送", submission=row)
        submissions.submit(actor=of.member, reason="送签", submission=fresh(row))
        row = submissions.send(actor=of.member, reason="报送", submission=sign(of, row))
        assert (row.number, row.title) == (number, "关于值守安排的请示（修改）")
        assert fresh(second).signed_by == of.head

    def test_withdrawn_only_before_the_answer(self):
        of = line()
        row = received(of)
        assert not rules.can_withdraw(of.member, row).ok
        say(of, row)
        with pytest.raises(Refused, match="已批复"):
            submissions.withdraw(actor=of.head, reason="情况变化", submission=fresh(row))
        other = submissions.withdraw(actor=of.head, reason="情况变化", submission=sent(of, text={"title": "另一件"}))
        assert (other.status, other.sequence) == ("withdrawn", 2)

    def test_a_received_report_is_neither_withdrawn_nor_changed(self):
        of = line()
        row = received(of, matter(DocumentKind.REPORT))
        assert (row.status, row.answer_due_at) == ("received", None)
        for rule in (rules.can_withdraw, rules.can_revise):
            assert "另报一份" in rule(of.head, row).sentence

    def test_a_closed_season_and_a_stranger(self):
        of = line()
        row = drafted(of)
        assert not rules.can_submit(UserFactory(), row).ok
        assert not rules.can_change_draft(of.clerk, row).ok
        row.group.season.status = "closed"
        assert "录取季已结束" in rules.can_submit(of.member, row).sentence

    def test_a_double_click_makes_one_draft(self):
        of = line()
        drafted(of)
        with pytest.raises(ValidationError, match="同名的草稿"):
            drafted(of)
        assert Submission.objects.count() == 1


class TestDatabase:
    def refuses(self, sql, params, constraint):
        with pytest.raises(IntegrityError) as error, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, params)
        assert error.value.__cause__.diag.constraint_name == constraint

    def test_a_signed_text_cannot_be_changed_by_any_path(self):
        row = signed(line())
        version = row.versions.get()
        for column in ("title", "body", "opinion", "digest", "signed_name"):
            self.refuses(
                f"UPDATE requests_submissionversion SET {column} = 'x' WHERE id = %s",
                [version.pk],
                "version_signed_kept",
            )
        self.refuses("DELETE FROM requests_submissionversion WHERE id = %s", [version.pk], "version_signed_kept")

    def test_a_number_stays_and_leaves_no_gap(self):
        of = line()
        row, other = signed(of), drafted(of, text={"title": "另一件"})
        self.refuses("UPDATE requests_submission SET sequence = 9 WHERE id = %s", [row.pk], "submission_number_kept")
        self.refuses("DELETE FROM requests_submission WHERE id = %s", [row.pk], "submission_number_kept")
        self.refuses(
            "UPDATE requests_submission SET code = 'x', year = %s, sequence = 7 WHERE id = %s",
            [row.year, other.pk],
            "submission_number_gapless",
        )

    def test_a_signed_state_without_a_number_is_impossible(self):
        row = drafted(line())
        self.refuses(
            "UPDATE requests_submission SET status = 'signed' WHERE id = %s", [row.pk], "submission_signed_has_number"
        )

    def test_a_reply_stays_as_written(self):
        of = line()
        reply = say(of, received(of))
        self.refuses("UPDATE requests_reply SET text = '不同意。' WHERE id = %s", [reply.pk], "reply_kept")
        self.refuses("DELETE FROM requests_reply WHERE id = %s", [reply.pk], "reply_kept")


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_two_signers_never_share_a_number_and_leave_no_gap(self):
        of = line()
        rows = [submitted(of, text={"title": f"第{number}件"}) for number in range(4)]
        outcomes = together(*(lambda row=row: sign(of, row) for row in rows))
        assert [type(found).__name__ for found in outcomes] == ["Submission"] * 4
        assert sorted(Submission.objects.values_list("sequence", flat=True)) == [1, 2, 3, 4]

    def test_one_request_signed_twice_at_once_has_one_number(self):
        of = line()
        row = submitted(of)
        outcomes = together(lambda: sign(of, row), lambda: sign(of, row))
        assert sorted(type(found).__name__ for found in outcomes) == ["Refused", "Submission"]
        assert fresh(row).sequence == 1

    def test_two_answers_at_once_are_one(self):
        of = line()
        row = received(of)
        outcomes = together(lambda: say(of, row, "agree"), lambda: say(of, row, "disagree", "不同意。"))
        assert sorted(type(found).__name__ for found in outcomes) == ["Refused", "Reply"]
        assert Reply.objects.count() == 1

    def test_withdrawn_or_answered_but_not_both(self):
        of = line()
        row = received(of)
        outcomes = together(
            lambda: say(of, row),
            lambda: submissions.withdraw(actor=of.head, reason="撤回", submission=fresh(row)),
        )
        assert sum(isinstance(found, Refused) for found in outcomes) == 1
        assert (fresh(row).status == "answered") == Reply.objects.exists()


class TestLetters:
    def test_the_secretariat_gives_each_group_its_own(self):
        of = line()
        other = WorkGroupFactory(season=of.season)
        with pytest.raises(Refused):
            matters.set_letter_code(actor=of.head, reason="登记", group=other, code="演信息")
        secretary = user_with(Role.SECRETARIAT)
        with pytest.raises(ValidationError, match="已有工作组使用"):
            matters.set_letter_code(actor=secretary, reason="登记", group=other, code="演录管")
        matters.set_letter_code(actor=secretary, reason="登记", group=other, code="演信息")
        row = signed(of)
        matters.set_letter_code(actor=secretary, reason="更名", group=of.group, code="演录取")
        assert fresh(row).code == "演录管"
        assert LetterCode.objects.get(group=of.group).code == "演录取"
