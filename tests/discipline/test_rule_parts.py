"""Each part of each rule of supervision made false alone, the rule asked directly, its own sentence expected."""

import pytest
from django.utils import timezone

from admissions.accounts.enums import Role, RoleFamily
from admissions.audit.models import Event
from discipline.desk import rules as desk
from discipline.desk.models import AccessReview
from discipline.desk.reading import Reading, month_before
from discipline.opinions import rules
from discipline.opinions.enums import OpinionKind
from discipline.opinions.models import Flag
from discipline.opinions.services import note_recurrence
from tests.factories.accounts import UserFactory, user_with
from tests.factories.supervision import again, answered, closed, in_days, issued, watched
from tests.parts import asked, but, only_missing

pytestmark = pytest.mark.django_db


def test_flagging():
    of = watched()
    issued(of)
    event = Event.objects.filter(group_id=of.group.pk).first()
    assert asked(rules.can_flag, of.supervisor, event).ok
    only_missing("您没有标记留痕的权限。", rules.can_flag, of.member, event)
    only_missing("这条留痕不在您的监督范围。", rules.can_flag, watched().supervisor, event)
    flag = Flag(flagged_by=of.supervisor, flagged_by_name=of.supervisor.name)
    assert asked(rules.can_settle_flag, of.supervisor, flag).ok
    only_missing("标记由标记人了结。", rules.can_settle_flag, watched().supervisor, flag)
    only_missing("这条标记已经了结。", rules.can_settle_flag, of.supervisor, but(flag, settled_at=timezone.now()))
    only_missing("这条标记已经了结。", rules.can_settle_flag, of.supervisor, but(flag, opinion_id=1))


def test_answering_and_taking_back():
    of = watched()
    opinion = issued(of)
    assert asked(rules.can_answer, again(of.leader), opinion).ok
    only_missing(f"您不是{of.group}或其上级工作组的组长。", rules.can_answer, again(of.member), opinion)
    over = but(opinion, status="closed")
    word = over.get_status_display()
    only_missing(f"意见现在是“{word}”，不能答复。", rules.can_answer, again(of.leader), over)
    assert asked(rules.can_withdraw, of.supervisor, opinion).ok
    only_missing("意见由签发人撤回。", rules.can_withdraw, user_with(Role.SUPERVISOR), opinion)
    only_missing(f"意见现在是“{word}”，不能撤回。", rules.can_withdraw, of.supervisor, over)
    only_missing("您没有撤回监督意见的权限。", rules.can_withdraw, of.member, but(opinion, issued_by=of.member))


def test_checking_is_for_who_issued_it():
    of = watched()
    opinion = answered(of)
    other = user_with(Role.SUPERVISOR, season=of.season)
    assert asked(rules.can_check, of.supervisor, opinion).ok
    only_missing("谁发出的意见由谁复查销号。", rules.can_check, other, opinion)
    only_missing("您没有复查监督意见的权限。", rules.can_check, of.member, opinion)
    word = but(opinion, status="issued").get_status_display()
    says = f"意见现在是“{word}”，答复以后才能复查。"
    only_missing(says, rules.can_check, of.supervisor, but(opinion, status="issued"))
    assert asked(rules.can_check, other, but(opinion, issued_by=UserFactory())).ok


def test_a_matter_that_comes_back():
    of = watched()
    opinion = closed(of)
    assert asked(rules.can_note_recurrence, of.supervisor, opinion).ok
    early = "意见还没有销号，问题再次出现的，请在复查时退回整改。"
    only_missing(early, rules.can_note_recurrence, of.supervisor, but(opinion, status="answered"))
    note_recurrence(
        actor=again(of.supervisor),
        reason="再次出现",
        opinion=opinion,
        kind=opinion.kind,
        text="又没有记录。",
        due_on=in_days(3),
    )
    again_issued = "已就再次出现的问题发出新的意见。"
    only_missing(again_issued, rules.can_note_recurrence, of.supervisor, opinion)


def test_reviewing_what_somebody_read():
    auditor = user_with(Role.AUDIT_ADMIN)
    today = timezone.localdate()
    month = month_before(today)
    found = asked(desk.can_review_reading, UserFactory())
    found.lacks_only(found.decision.reason)
    assert found.decision.reason.startswith("您不能复核他人的查阅。")
    may = Reading(UserFactory(), set())
    assert asked(desk.can_review, auditor, may, month).ok
    only_missing("不能复核自己的查阅。", desk.can_review, auditor, Reading(auditor, set()), month)
    done = Reading(may.reader, set(), review=AccessReview(reviewer_name="王某"))
    only_missing("王某已经复核。", desk.can_review, auditor, done, month)
    only_missing("这个月还没有结束，下月初再复核。", desk.can_review, auditor, may, today.replace(day=1))
    every = Reading(may.reader, set(RoleFamily))
    found = asked(desk.can_review, auditor, every, month)
    found.lacks_only(found.decision.reason)
    assert found.decision.reason.startswith("这份查阅不由您复核。")


def test_again_at_least_as_strict():
    of = watched()
    opinion = closed(of)
    kinds = list(OpinionKind)
    strict, mild = but(opinion, kind=kinds[1]), kinds[0]
    assert asked(rules.can_issue_again, of.supervisor, strict, kinds[1]).ok
    says = f"再次出现的问题不能轻于前次的“{strict.get_kind_display()}”。"
    only_missing(says, rules.can_issue_again, of.supervisor, strict, mild)
    early = "意见还没有销号，问题再次出现的，请在复查时退回整改。"
    only_missing(early, rules.can_issue_again, of.supervisor, but(strict, status="answered"), kinds[1])
