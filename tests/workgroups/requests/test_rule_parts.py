"""Each part of each rule of requests made false alone, the rule asked directly, its own sentence expected."""

from datetime import timedelta

import pytest
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.audit.gate import not_recused
from tests.factories.accounts import UserFactory, user_with
from tests.factories.followups import resolution_row
from tests.factories.recusal import fact_about
from tests.factories.requests import (
    TELLING,
    attach,
    drafted,
    fresh,
    instructed,
    line,
    matter,
    person,
    received,
    say,
    sent,
    submitted,
)
from tests.parts import asked, but, only_missing
from tests.trail import setting_up
from workgroups.meetings.models import ItemRecusal
from workgroups.requests import reply_grounds, rules
from workgroups.requests.enums import DocumentKind
from workgroups.requests.models import ReportDuty
from workgroups.requests.services import calls, submissions

pytestmark = pytest.mark.django_db
OVER = "录取季已结束，不能再办理。"


def in_ended(group):
    return but(group, season=but(group.season, status="closed"))


def test_lists_and_letters():
    of = line()
    office = user_with(Role.SECRETARIAT)
    row = matter()
    only_missing("您没有维护应报事项清单的权限。", rules.can_keep_reportable, of.head, row)
    only_missing("事项已停用。", rules.can_keep_reportable, user_with(Role.RULE_EDITOR), but(row, is_retired=True))
    assert asked(rules.can_set_code, office, of.group).ok
    only_missing("您没有登记机关代字的权限。", rules.can_set_code, of.head, of.group)
    only_missing(OVER, rules.can_set_code, office, in_ended(of.group))


def test_drafting():
    of = line()
    assert asked(rules.can_draft_in, of.member, of.season).ok
    only_missing("您没有在岗的工作组。", rules.can_draft_in, UserFactory(), of.season)
    only_missing(OVER, rules.can_draft_in, of.member, but(of.season, status="closed"))
    for rule in (rules.can_draft, rules.can_record_instruction):
        assert asked(rule, of.member, of.group).ok
        only_missing("您不是录取管理组的在岗人员。", rule, of.clerk, of.group)
        only_missing(OVER, rule, of.member, in_ended(of.group))
        only_missing("录取管理组已撤销。", rule, of.member, but(of.group, status="dissolved"))


def test_whom_a_request_addresses():
    of = line()
    assert rules.can_address(of.group, of.above, matter()).ok
    says = f"“{matter()}”应主送领导小组，不能主送录取管理组。"
    only_missing(says, rules.can_address, of.group, of.group, matter())


def test_the_text_of_a_draft():
    of = line()
    row = drafted(of)
    outside = "您不是录取管理组的在岗人员。"
    for rule in (rules.can_change_draft, rules.can_submit):
        assert asked(rule, of.member, row).ok
        only_missing(outside, rule, of.clerk, row)
    only_missing("当前状态为“待签发”，不能修改文稿。", rules.can_change_draft, of.member, but(row, status="submitted"))
    only_missing("当前状态为“待签发”，不能送签。", rules.can_submit, of.member, but(row, status="submitted"))
    with setting_up():
        version = rules.newest(row)
        version.opinion = ""
        version.save()
    found = asked(rules.can_submit, of.member, fresh(row))
    found.lacks_only(rules.text_stands(row.kind, version).reason)
    paper = attach(of, row).versions.get().attachments.get()
    assert asked(rules.can_detach, of.member, paper).ok
    only_missing(outside, rules.can_detach, of.clerk, paper)
    kept = but(paper, version=but(paper.version, signed_at=timezone.now()))
    only_missing("这一稿已经签发，附件不能改动。", rules.can_detach, of.member, kept)


def test_signing():
    of = line()
    row = submitted(of)
    assert asked(rules.can_sign, of.head, row).ok
    only_missing("您不是录取管理组的组长。", rules.can_sign, of.member, row)
    only_missing("当前状态为“起草”，不能签发。", rules.can_sign, of.head, but(row, status="draft"))
    only_missing("录取管理组已撤销。", rules.can_sign, of.head, but(row, group=but(of.group, status="dissolved")))
    with setting_up():
        version = rules.newest(row)
        version.opinion = ""
        version.save()
    asked(rules.can_sign, of.head, row).lacks_only(rules.text_stands(row.kind, version).reason)


def test_a_group_without_letters_cannot_sign():
    of = line()
    row = submitted(of)
    only_missing("领导小组还没有机关代字，不能编号。", rules.can_sign, of.chief, but(row, group=of.above))


def test_on_the_way_to_the_addressee():
    of = line()
    row = submitted(of)
    outside, above = "您不是录取管理组的在岗人员。", "您不是领导小组的在岗人员。"
    only_missing(outside, rules.can_take_back, of.clerk, row)
    only_missing("当前状态为“起草”，不能退改。", rules.can_take_back, of.head, but(row, status="draft"))
    signed = but(row, status="signed")
    assert asked(rules.can_send, of.member, signed).ok
    only_missing(outside, rules.can_send, of.clerk, signed)
    only_missing("当前状态为“待签发”，不能报送。", rules.can_send, of.member, row)
    away = but(row, status="sent")
    only_missing(above, rules.can_receive, of.head, away)
    only_missing("当前状态为“待签发”，不能签收。", rules.can_receive, of.clerk, row)
    there = but(row, status="received")
    only_missing(above, rules.can_reply, of.head, there)
    only_missing("当前状态为“已报送”，不能批复。", rules.can_reply, of.clerk, away)
    only_missing(outside, rules.can_revise, of.clerk, there)
    only_missing("当前状态为“待签发”，不能改动签发后的内容。", rules.can_revise, of.member, row)
    told = but(there, kind=DocumentKind.REPORT)
    only_missing("报告已签收，不能再改。", rules.can_revise, of.member, told)
    assert asked(rules.can_withdraw, of.member, row).ok
    only_missing(outside, rules.can_withdraw, of.clerk, row)
    only_missing("您不是录取管理组的组长。", rules.can_withdraw, of.member, there)
    only_missing("当前状态为“已批复”，不能撤回。", rules.can_withdraw, of.head, but(row, status="answered"))
    only_missing("报告已签收，不能撤回。", rules.can_withdraw, of.head, told)


def test_whose_word_is_a_reply():
    of = line()
    row = received(of)
    version = rules.newest(row)
    assert asked(rules.can_have_said, of.chief, row, version).ok
    for own in (but(version, signed_by=of.chief), but(version, on_behalf_of=of.chief)):
        only_missing("请示的签发人不能批复自己签发的请示。", rules.can_have_said, of.chief, row, own)
    says = f"{of.clerk.name}不是领导小组或其上级工作组的组长，其意见不是批复。"
    only_missing(says, rules.can_have_said, of.clerk, row, version)


def test_a_recused_head_has_not_said_anything():
    of, concerned = line(), UserFactory()
    row = received(of, about={"subject_person": concerned})
    fact_about(of.chief, of.season, key=concerned.pk)
    says = f"{of.chief.name}对此事项负有回避义务，不能批复。"
    only_missing(says, rules.can_have_said, person(of.chief), fresh(row), rules.newest(row))


def test_who_keeps_away_from_the_item_replies_to_nothing_about_it():
    of = line()
    item = resolution_row(of, "追加计划").item
    row = received(of)
    with setting_up():
        row = fresh(row)
        row.item = item
        row.save()
        ItemRecusal(item=item, person=of.chief, reason="亲属", recorded_by=of.clerk, at=timezone.now()).save()
    only_missing("您已在此事项回避，不能办理。", not_recused, person(of.chief), row)
    assert asked(not_recused, person(of.clerk), row).ok
    says = f"{of.chief.name}对此事项负有回避义务，不能批复。"
    only_missing(says, rules.can_have_said, of.chief, row, rules.newest(row))


def test_going_on_with_a_report():
    of = line()
    chain = matter(DocumentKind.REPORT)
    with setting_up():
        chain.chain_hours = 2
        chain.save()
    row = sent(of, chain)
    assert asked(rules.can_continue, of.member, row).ok
    only_missing("这份报告不需要续报。", rules.can_continue, of.member, but(row, stage="final"))
    only_missing("您不是录取管理组的在岗人员。", rules.can_continue, of.clerk, row)
    only_missing("上一份报告还没有报送。", rules.can_continue, of.member, but(row, sent_at=None))
    only_missing("上一份报告已撤回。", rules.can_continue, of.member, but(row, status="withdrawn"))


def test_calling_is_for_the_first_report_of_something_urgent():
    of = line()
    row = sent(of)
    only_missing("只有已报送的首报需要逐级通知。", rules.can_call, of.member, row)
    only_missing("只有已报送的首报需要回执。", rules.can_acknowledge, of.clerk, row)


def test_after_the_reply():
    of = line()
    reply = say(of, received(of))
    for somebody in (of.clerk, of.head):
        assert asked(rules.can_order_tasks, somebody, reply).ok
    only_missing("您不是录取管理组的组长。", rules.can_order_tasks, of.member, reply)
    ended = but(reply, submission=but(reply.submission, status="withdrawn"))
    only_missing("已经撤回，不能交办。", rules.can_order_tasks, of.head, ended)
    assert rules.still_ordered(reply).ok
    disputed = but(reply, status="disputed")
    only_missing("批复人对这条代录的批复有异议，停止办理。", rules.still_ordered, disputed)
    assert asked(rules.can_answer_reply, of.chief, reply).ok
    only_missing("代录的批复由批复人本人确认或者提出异议。", rules.can_answer_reply, of.clerk, reply)
    by_hand = but(reply, entered_by=of.chief)
    only_missing("这条批复由批复人本人录入，不需确认。", rules.can_answer_reply, of.chief, by_hand)
    word = but(reply, status="confirmed").get_status_display()
    only_missing(f"这条批复{word}，不能再答复。", rules.can_answer_reply, of.chief, but(reply, status="confirmed"))


def test_whether_a_reply_carries_an_act():
    of = line()
    reply = but(say(of, received(of)), status="confirmed")
    assert rules.may_rely_on_reply(reply).ok
    only_missing("批复人对这条代录的批复有异议，不能作为依据。", rules.may_rely_on_reply, but(reply, status="disputed"))
    refused = but(reply, kind="disagree")
    says = f"批复的结论是“{refused.get_kind_display()}”，不是同意。"
    only_missing(says, rules.may_rely_on_reply, refused)
    waiting = but(reply, status="waiting")
    asked(rules.may_rely_on_reply, waiting).lacks_only(rules.may_rely_on_reply(waiting).reason)
    assert "尚未确认，不能作为依据" in rules.may_rely_on_reply(waiting).reason


def test_oral_instructions():
    of = line()
    row = instructed(of)
    assert asked(rules.can_answer_instruction, of.chief, row).ok
    only_missing("口头指示由指示人本人确认或者提出异议。", rules.can_answer_instruction, of.member, row)
    confirmed = but(row, status="confirmed")
    word = confirmed.get_status_display()
    only_missing(f"这条口头指示{word}，不能再答复。", rules.can_answer_instruction, of.chief, confirmed)
    assert rules.may_rely_on(confirmed).ok
    disputed = "指示人对这条口头指示有异议，不能作为例外的依据。"
    only_missing(disputed, rules.may_rely_on, but(row, status="disputed"))
    waiting = rules.may_rely_on(row).reason
    assert "尚未确认，不能作为例外的依据" in waiting
    only_missing(waiting, rules.may_rely_on, row)
    late = but(confirmed, said_at=confirmed.recorded_at - timedelta(hours=24, seconds=1))
    only_missing("补录时已超过24小时，不能作为例外的依据。", rules.may_rely_on, late)
    assert rules.may_rely_on(but(confirmed, said_at=confirmed.recorded_at - timedelta(hours=24))).ok


@pytest.mark.parametrize("which", ["instruction", "reply"])
def test_nothing_rests_on_the_word_of_somebody_recused(which):
    of, concerned = line(), UserFactory()
    about = {"subject_person": concerned}
    row = instructed(of, about=about) if which == "instruction" else say(of, received(of, about=about))
    fact_about(of.chief, of.season, key=concerned.pk)
    rule = rules.may_rely_on if which == "instruction" else rules.may_rely_on_reply
    word = (
        "指示人对此事项负有回避义务，其指示不能作为依据。"
        if which == "instruction"
        else "批复人对此事项负有回避义务，其批复不能作为依据。"
    )
    only_missing(word, rule, but(fresh(row), status="confirmed"))


def test_being_excused_from_a_report():
    of = line()
    with setting_up():
        duty = ReportDuty(
            matter=matter(DocumentKind.REPORT), group=of.group, addressee=of.above, what="断电", opened_by=of.member,
            happened_at=timezone.now(), due_at=timezone.now() + timedelta(hours=1),
        )  # fmt: skip
        duty.save()
    assert asked(rules.can_waive_duty, of.chief, duty).ok
    only_missing("您不是领导小组的组长。", rules.can_waive_duty, of.head, duty)
    found = asked(rules.can_waive_duty, of.chief, but(duty, waived_at=timezone.now()))
    found.lacks_only(found.decision.reason)
    assert found.decision.reason.endswith("不必免报。")


def test_a_quoted_request():
    of = line()
    row = received(of)
    number = fresh(row).number
    unanswered = f"{number}还没有批复，没有批复不等于同意。"
    only_missing(unanswered, reply_grounds.reply_carries, f"依据{number}", "any", of.season.pk)
    code, rest = number.split("〔")
    absent = f"{code}〔{rest.split('号')[0].rsplit('〕')[0]}〕9999号"
    only_missing(f"本录取季没有编号为{absent}的请示。", reply_grounds.reply_carries, absent, "any", of.season.pk)
    reply = say(of, fresh(row))
    found = asked(reply_grounds.reply_carries, number, "any", of.season.pk)
    found.lacks_only(f"{number}：{rules.may_rely_on_reply(fresh(reply)).reason}")


def test_a_quoted_report():
    of = line()
    number = fresh(sent(of, matter(DocumentKind.REPORT))).number
    says = f"{number}是报告，报告不产生批准，不能作为依据。"
    only_missing(says, reply_grounds.reply_carries, number, "any", of.season.pk)


def test_under_which_matter_and_for_which_duty():
    of = line()
    under = matter()
    assert asked(rules.can_draft_under, of.member, of.group, under).ok
    only_missing("您不是录取管理组的在岗人员。", rules.can_draft_under, of.clerk, of.group, under)
    retired = but(under, is_retired=True)
    only_missing(f"事项“{under}”已停用。", rules.can_draft_under, of.member, of.group, retired)
    duty = ReportDuty(matter=under, group=of.group, addressee=of.above, due_at=timezone.now() + timedelta(hours=1))
    assert asked(rules.fulfils, duty, of.group, under).ok
    says = "所选的应报义务不属于本组或不是这一事项。"
    only_missing(says, rules.fulfils, duty, of.above, under)
    only_missing(says, rules.fulfils, duty, of.group, matter(DocumentKind.REPORT))
    waived = but(duty, waived_at=timezone.now())
    only_missing(f"这项应报义务{waived.state.label}，不必再报。", rules.fulfils, waived, of.group, under)


def test_interest_in_the_matter():
    of, concerned = line(), UserFactory()
    row = received(of, about={"subject_person": concerned})
    fact_about(of.chief, of.season, key=concerned.pk)
    bound = "您对此事项负有回避义务（含疑似和已申报、尚未裁定的），不能办理。"
    only_missing(bound, not_recused, person(of.chief), fresh(row))


def test_a_report_is_continued_once():
    of = line()
    chain = matter(DocumentKind.REPORT)
    with setting_up():
        chain.chain_hours = 2
        chain.save()
    row = sent(of, chain)
    submissions.continue_report(actor=of.member, reason="续报", submission=fresh(row), stage="follow_up", text=TELLING)
    says = "这份报告已有续报，请在最新一份之后续报。"
    only_missing(says, rules.can_continue, of.member, fresh(row))
    only_missing("不必通知本人，请直接回执。", rules.can_tell, of.chief, fresh(row), of.chief)
    only_missing(f"{of.member.name}不在通知名单内。", rules.can_tell, of.clerk, fresh(row), of.member)
    only_missing("您不是录取管理组的在岗人员。", rules.can_call, UserFactory(), fresh(row))
    only_missing("您不是录取管理组的在岗人员。", rules.can_tell, UserFactory(), fresh(row), of.chief)
    only_missing("您不在逐级通知的名单内，不需要回执。", rules.can_acknowledge, of.member, fresh(row))
    calls.acknowledge(actor=of.chief, reason="收到", submission=fresh(row))
    only_missing("您已经回执，不必重复。", rules.can_acknowledge, of.chief, fresh(row))
