"""Each part of each rule of meetings made false alone, the rule asked directly, its own sentence expected."""

from datetime import timedelta

import pytest
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.audit.models import Event
from admissions.core.decision import allow, deny
from tests.factories.accounts import UserFactory, user_with
from tests.factories.meetings import (
    MatterFactory,
    body,
    convened,
    decided,
    heard,
    opened,
    prepared,
    proposed,
    resolved,
    resolved_unheard,
    seat,
    sitting,
    stated,
)
from tests.factories.recusal import fact_about
from tests.factories.requests import fresh, person
from tests.factories.workgroups import WorkGroupFactory
from tests.parts import asked, but, only_missing
from tests.trail import setting_up
from workgroups.meetings import (
    emergency_rules,
    minutes_rules,
    oversight,
    remark_rules,
    rules,
    sitting_rules,
    substitutes,
)
from workgroups.meetings.models import ActExplanation, EmergencyDecision, EmergencyEffect, ItemRecusal, ListedAction
from workgroups.meetings.resolution_grounds import resolution_carries
from workgroups.meetings.services import agenda, decisions, sittings, supervision
from workgroups.meetings.services.minutes import circulate_minutes, confirm_minutes
from workgroups.meetings.services.oversight import consent_to_reconsider

pytestmark = pytest.mark.django_db
OVER = "录取季已结束，不能再办理。"
NOT_OFFICE = "您没有办理会务的权限。"


def ended(season):
    return but(season, status="closed")


def keep_away(item, somebody, by):
    with setting_up():
        ItemRecusal(item=item, person=somebody, reason="亲属", recorded_by=by, at=timezone.now()).save()


def test_preparing_and_proposing():
    of = body(3)
    group, season, secretary = of.group, of.group.season, of.secretary
    assert asked(rules.can_run_meetings, secretary, season).ok
    only_missing(NOT_OFFICE, rules.can_run_meetings, of.head, season)
    only_missing(OVER, rules.can_run_meetings, secretary, ended(season))
    assert asked(rules.can_propose, of.members[0], group).ok
    only_missing(NOT_OFFICE, rules.can_propose_in, UserFactory(), season)
    only_missing(OVER, rules.can_propose_in, of.members[0], ended(season))
    matter = MatterFactory()
    only_missing("您没有维护集体决策事项清单的权限。", rules.can_keep_matter, of.head, matter)
    only_missing("事项已停用。", rules.can_keep_matter, user_with(Role.RULE_EDITOR), but(matter, is_retired=True))


def test_an_item_before_it_is_open():
    of = body(3)
    item, secretary = proposed(of, proposal="拟追加5名。"), of.secretary
    member = of.members[0]
    own = but(item, proposer=member)
    for rule in (rules.can_change_item, rules.can_withdraw_item):
        assert asked(rule, secretary, item).ok
        assert asked(rule, member, own).ok
        only_missing(NOT_OFFICE, rule, member, item)
        for status, word in (("collecting", "审议表态"), ("decided", "已作决定"), ("withdrawn", "撤回")):
            only_missing(f"议题{word}，内容不能再改。", rule, member, but(own, status=status))
    only_missing(NOT_OFFICE, rules.can_add_paper, member, item)
    assert asked(rules.can_add_paper, member, but(own, status="decided")).ok
    only_missing("议题已撤回。", rules.can_add_paper, member, but(own, status="withdrawn"))
    only_missing(NOT_OFFICE, rules.can_schedule, member, item)
    only_missing("议题状态为“列入议程”，不能列入议程。", rules.can_schedule, secretary, but(item, status="scheduled"))
    asking = but(item, matter=but(item.matter, prerequisites=["测算表"]))
    only_missing("还缺前置材料：测算表，不能列入议程。", rules.can_schedule, secretary, asking)


def test_placing_an_item():
    of = body(3)
    item, meeting = proposed(of), prepared(of)
    assert rules.can_place(item, meeting, False).ok
    elsewhere = WorkGroupFactory(season=of.group.season)
    only_missing(
        f"“{item.matter}”由{item.group}决定，不能列入{elsewhere}的会议。",
        rules.can_place, item, but(meeting, group=elsewhere), False,
    )  # fmt: skip
    only_missing("会议已闭会，不能再列入议题。", rules.can_place, item, but(meeting, status="closed"), False)
    soon = but(meeting, starts_at=timezone.now() + timedelta(minutes=59))
    assert "议题须在会前1小时列入" in rules.can_place(item, soon, False).reason
    assert "议题须在会前1小时列入" in rules.can_place(item, but(meeting, status="convened"), False).reason
    late = rules.can_place(item, soon, False).reason
    only_missing(late, rules.can_place, item, soon, False)
    assert rules.can_place(item, soon, True).ok
    never = but(item, matter=but(item.matter, allows_motion=False))
    only_missing(f"“{item.matter}”不得作为临时动议审议。", rules.can_place, never, soon, True)


def test_a_meeting_until_it_begins():
    of = body(3)
    meeting, secretary, head = prepared(of), of.secretary, of.head
    stranger = UserFactory()
    only_missing("议程上还没有议题，不能发出通知。", sitting_rules.can_convene, secretary, meeting)
    agenda.schedule_item(actor=secretary, reason="列入", item=proposed(of), meeting=meeting)
    assert asked(sitting_rules.can_convene, secretary, meeting).ok
    only_missing(NOT_OFFICE, sitting_rules.can_prepare_meeting, head, meeting)
    only_missing(
        "通知已发出，名单和时间不能再改。",
        sitting_rules.can_prepare_meeting,
        secretary,
        but(meeting, status="convened"),
    )
    only_missing(
        "通知已发出，名单和时间不能再改。", sitting_rules.can_convene, secretary, but(meeting, status="convened")
    )
    for status in ("draft", "convened"):
        assert asked(sitting_rules.can_cancel_meeting, secretary, but(meeting, status=status)).ok
    only_missing(NOT_OFFICE, sitting_rules.can_cancel_meeting, head, meeting)
    for status, word in (("open", "进行中"), ("closed", "已闭会"), ("cancelled", "已取消")):
        only_missing(
            f"会议{word}，不能取消。", sitting_rules.can_cancel_meeting, secretary, but(meeting, status=status)
        )
    only_missing("会议尚未通知或已经开始。", sitting_rules.can_open_meeting, head, meeting)
    only_missing("会议尚未通知或已经开始。", sitting_rules.can_open_meeting, head, but(meeting, status="open"))
    own = but(seat(meeting, head), meeting=but(meeting, status="convened"))
    assert asked(sitting_rules.can_attend, head, own).ok
    only_missing(NOT_OFFICE, sitting_rules.can_attend, stranger, own)
    for status, word in (("draft", "筹备"), ("closed", "已闭会")):
        elsewhen = but(own, meeting=but(meeting, status=status))
        only_missing(f"会议{word}，不能再登记到会情况。", sitting_rules.can_attend, head, elsewhen)
    other = proposed(of, title="另一项")
    with setting_up():
        empty = type(meeting)(group=of.group, title="第二次会议", place="会议室", starts_at=meeting.starts_at)
        empty.save()
        other.meeting, other.status = empty, "scheduled"
        other.save()
    only_missing("参会名单还缺主要负责人、成员、列席监督人员。", sitting_rules.can_convene, secretary, empty)


def test_nobody_packs_a_body():
    of = body(3)
    meeting = prepared(of)
    place = but(seat(meeting, of.head), appointment=None, appointment_id=None)
    needs = f"{of.head.name}不是领导小组的在岗人员，作为主要负责人参会须有上级指定的依据。"
    assert sitting_rules.may_decide_in(place, "省招委〔2026〕7号").ok
    only_missing(needs, sitting_rules.may_decide_in, place, "省招委电话通知")
    assert sitting_rules.may_decide_in(but(place, kind="observer"), "").ok
    fact_about(of.head, of.group.season, key=of.members[0].pk)
    apart = f"{of.head.name}与参会成员之间应当回避，不能列入名单。"
    only_missing(apart, sitting_rules.may_decide_in, place, "省招委〔2026〕7号")


def test_opening_an_item():
    of = body(3)
    item = proposed(of)
    meeting = sitting(of, item)
    for somebody in of.members:
        sittings.step_out(actor=somebody, reason="接电话", seat=seat(meeting, somebody))
    item, head = fresh(item), of.head
    only_missing("议题不在待审议状态。", rules.can_open_item, head, but(item, status="collecting"))
    only_missing(
        "会议没有在进行，不能审议。", rules.can_open_item, head, but(item, meeting=but(meeting, status="convened"))
    )
    only_missing("会议没有在进行，不能审议。", rules.can_open_item, head, but(item, meeting=None))
    few = "应到3人、实到1人，未达法定人数2人，还需1人到会。"
    only_missing(few, rules.can_open_item, head, item)
    sittings.be_present(actor=of.members[0], reason="签到", seat=seat(meeting, of.members[0]), kind="present")
    assert asked(rules.can_open_item, head, fresh(item)).ok
    only_missing(NOT_OFFICE, rules.can_open_item, of.members[0], fresh(item))


def test_nobody_left_to_decide():
    of = body(3)
    item = proposed(of)
    sitting(of, item)
    for somebody in of.everybody():
        keep_away(item, somebody, of.secretary)
    says = rules.body_can_decide(fresh(item)).reason
    assert says.startswith("成员3人，须回避3人，能参加审议的只有0人")
    only_missing(says, rules.body_can_decide, fresh(item))


def test_stating_a_position():
    of = body(3)
    item = opened(of, proposed(of))
    member, other = of.members
    place = seat(item.meeting, member)
    assert asked(rules.can_state_position, member, item).ok
    only_missing(
        "议题状态为“列入议程”，现在不能表态。", rules.can_state_position, member, but(item, status="scheduled")
    )
    only_missing("您不是本次会议的成员，列席人员没有表决权。", rules.can_state_position, of.supervisor, item)
    only_missing("您不是本次会议的成员，列席人员没有表决权。", rules.can_state_position, UserFactory(), item)
    for somebody in (other, of.secretary):
        only_missing("表态由成员本人作出。", rules.can_state_position, somebody, item, place)
    last = f"主要负责人最后表态，还需{member.name}、{other.name}先表态。"
    only_missing(last, rules.can_state_position, of.head, item)


def test_whose_position_is_not_taken():
    of = body(4)
    item = opened(of, proposed(of))
    recused, gone, relieved = of.members
    keep_away(item, recused, of.secretary)
    only_missing(f"{recused.name}对本议题回避，不能表态。", rules.can_state_position, recused, item)
    sittings.step_out(actor=gone, reason="离席", seat=seat(item.meeting, gone))
    only_missing(f"{gone.name}没有签到或已离席，不能表态。", rules.can_state_position, gone, item)
    place = seat(item.meeting, relieved)
    with setting_up():
        place.appointment.status = "suspended"
        place.appointment.save()
    says = f"{place.appointment}的任职已暂停，暂停期间不能办理，也不能由他人代办。"
    only_missing(says, rules.can_state_position, relieved, item)


def test_who_must_keep_away_from_whom_it_is_about_states_nothing():
    of, concerned = body(3), UserFactory()
    member = of.members[0]
    item = opened(of, proposed(of, subject_person=concerned))
    fact_about(member, of.group.season, key=concerned.pk)
    bound = "您对此事项负有回避义务（含疑似和已申报、尚未裁定的），不能办理。"
    only_missing(bound, rules.can_state_position, person(member), fresh(item))


def test_the_head_waits_for_open_deferrals():
    of = body(3)
    item = opened(of, proposed(of))
    stated(item, of.members[0], "defer", "补测算表")
    stated(item, of.members[1])
    says = f"{of.members[0].name}提出的暂缓条件尚未解除。"
    only_missing(says, rules.can_state_position, of.head, fresh(item))


@pytest.mark.parametrize(
    "rule", [rules.can_enter_positions, rules.can_rule_deferral, rules.can_defer, rules.can_decide]
)
def test_who_leads_while_the_item_is_deliberated(rule):
    of = body(3)
    item = opened(of, proposed(of))
    only_missing("议题不在审议中。", rule, of.head, but(item, status="scheduled"))
    if rule is not rules.can_decide:
        assert asked(rule, of.secretary, item).ok
        if rule is rules.can_enter_positions:
            only_missing("主要负责人不代录成员表态。", rule, of.head, item)
        else:
            assert asked(rule, of.head, item).ok
        only_missing(NOT_OFFICE, rule, of.members[0], item)


def test_deciding():
    of = body(3)
    item = opened(of, proposed(of))
    found = asked(rules.can_decide, of.head, item)
    found.lacks_only(found.decision.reason)
    assert of.members[0].name in found.decision.reason
    for somebody in [*of.members, of.head]:
        stated(item, somebody)
    item = fresh(item)
    assert asked(rules.can_decide, of.head, item).ok
    only_missing(NOT_OFFICE, rules.can_decide, of.members[0], item)
    for somebody in of.members:
        sittings.step_out(actor=somebody, reason="离席", seat=seat(item.meeting, somebody))
    found = asked(rules.has_quorum, fresh(item))
    found.lacks_only("应到3人、实到1人，未达法定人数2人，还需1人到会。")


def test_keeping_away_is_registered_until_the_decision():
    of = body(3)
    item = opened(of, proposed(of))
    member = of.members[0]
    assert asked(rules.can_recuse_from_item, member, item).ok
    only_missing(NOT_OFFICE, rules.can_recuse_from_item, UserFactory(), item)
    for status, word in (("decided", "已作决定"), ("withdrawn", "撤回")):
        only_missing(f"议题{word}，不能再登记回避。", rules.can_recuse_from_item, member, but(item, status=status))


def test_supervision_speaks_on_what_was_opened_in_a_meeting_that_is_on():
    of = body(3)
    item = opened(of, proposed(of))
    supervisor = of.supervisor
    assert asked(remark_rules.can_give_remark, supervisor, item).ok
    only_missing("监督意见由列席监督人员发表。", remark_rules.can_give_remark, of.head, item)
    only_missing("监督意见由列席监督人员发表。", remark_rules.can_give_remark, UserFactory(), item)
    only_missing(
        "议题还没有审议，不能发表意见。", remark_rules.can_give_remark, supervisor, but(item, status="scheduled")
    )
    closed = but(item, status="decided", meeting=but(item.meeting, status="closed"))
    only_missing("会议已闭会，不能补记监督意见。", remark_rules.can_give_remark, supervisor, closed)
    remark = supervision.give_remark(actor=supervisor, reason="未见测算依据", item=item, kind="remind")
    only_missing("您已对本议题发表监督意见。", remark_rules.can_give_remark, supervisor, fresh(item))
    assert asked(remark_rules.can_answer_remark, of.head, remark).ok
    only_missing("“无异议”不需要答复。", remark_rules.can_answer_remark, of.head, but(remark, kind="none"))
    only_missing(
        "监督意见已经认可，不必再答复。", remark_rules.can_answer_remark, of.head, but(remark, is_settled=True)
    )
    only_missing(NOT_OFFICE, remark_rules.can_answer_remark, of.members[0], remark)
    answered = but(remark, answered_at=timezone.now())
    assert asked(remark_rules.can_settle_remark, supervisor, answered).ok
    only_missing("监督意见由发表人本人认可答复。", remark_rules.can_settle_remark, of.head, answered)
    only_missing("已经认可。", remark_rules.can_settle_remark, supervisor, but(answered, is_settled=True))
    only_missing("还没有答复。", remark_rules.can_settle_remark, supervisor, remark)


def test_closing_a_meeting():
    of = body(3)
    first, second = proposed(of), proposed(of, title="调整批次")
    meeting = sitting(of, first, second)
    item = decisions.open_item(actor=of.head, reason="审议", item=fresh(first))
    for somebody in [*of.members, of.head]:
        stated(item, somebody)
    only_missing("还有2项议题没有结论。", sitting_rules.can_close_meeting, of.head, meeting)
    decisions.decide(actor=of.head, reason="宣布", item=item)
    agenda.withdraw_item(actor=of.secretary, reason="材料不齐", item=fresh(second))
    silent = f"{of.supervisor.name}（1项）还没有发表监督意见，不能闭会。"
    only_missing(silent, sitting_rules.can_close_meeting, of.head, meeting)
    keep_away(item, of.supervisor, of.secretary)
    assert asked(sitting_rules.can_close_meeting, of.head, meeting).ok
    only_missing(NOT_OFFICE, sitting_rules.can_close_meeting, of.members[0], meeting)
    only_missing("会议不在进行中。", sitting_rules.can_close_meeting, of.head, but(meeting, status="closed"))


def test_after_the_decision():
    of = body(3)
    item = decided(of, proposed(of))
    secretary, head = of.secretary, of.head
    silent = f"{of.supervisor.name}还没有对本议题发表监督意见。"
    only_missing(silent, rules.can_issue_resolution, secretary, item)
    heard(of, item)
    assert asked(rules.can_issue_resolution, secretary, item).ok
    only_missing(NOT_OFFICE, rules.can_issue_resolution, head, item)
    undecided = "议题没有通过，不能形成决议。"
    only_missing(undecided, rules.can_issue_resolution, secretary, but(item, status="collecting"))
    failed = fresh(item)
    failed.tally.outcome = "failed"
    only_missing(undecided, rules.can_issue_resolution, secretary, failed)
    assert asked(rules.can_reconsider, head, item).ok
    only_missing(NOT_OFFICE, rules.can_reconsider, UserFactory(), item)
    only_missing("只有已作决定的议题可以提请复议。", rules.can_reconsider, head, but(item, status="deferred"))
    resolution = decisions.issue_resolution(actor=secretary, reason="形成决议", item=item, text="同意。")
    only_missing("本议题已形成决议。", rules.can_issue_resolution, secretary, fresh(item))
    assert asked(rules.can_order_tasks, secretary, resolution).ok
    only_missing(NOT_OFFICE, rules.can_order_tasks, head, resolution)
    idle = but(resolution, no_action_reason="备查")
    only_missing("决议已注明无需执行。", rules.can_order_tasks, secretary, idle)
    only_missing(
        "决议作出后议题材料有改动，决议已失效，须重新审议。", rules.in_force, but(resolution, content_hash="0" * 64)
    )


def test_supervision_stops_a_resolution():
    of = body(3)
    resolution = resolved_unheard(of, proposed(of))
    assert rules.in_force(resolution).ok
    heard(of, resolution.item, "stop", "未见测算依据")
    only_missing(f"{of.supervisor.name}已制止：未见测算依据", rules.in_force, fresh(resolution))


def test_deciding_again():
    of = body(3)
    item = decided(of, proposed(of))
    again = agenda.reconsider_item(
        actor=of.secretary, reason="新情况", item=item, proposal="重新核算。", new_facts="计划数有误。"
    )  # fmt: skip
    only_missing("本议题已有复议正在办理。", rules.can_reconsider, of.head, fresh(item))
    member = of.members[0]
    assert asked(rules.can_consent, member, again).ok
    only_missing("本议题不是复议议题。", rules.can_consent, member, item)
    only_missing("是否复议由原会议的成员表示意见。", rules.can_consent, UserFactory(), again)
    only_missing("是否复议由原会议的成员表示意见。", rules.can_consent, of.supervisor, again)
    only_missing("复议议题撤回。", rules.can_consent, member, but(again, status="withdrawn"))
    lacking = "复议须超过半数成员同意：成员3人，已同意0人，还需2人。"
    only_missing(lacking, rules.can_schedule, of.secretary, again)
    consent_to_reconsider(actor=member, reason="同意", item=again, agrees=True)
    only_missing("您已表示过是否同意复议。", rules.can_consent, member, fresh(again))


def test_minutes():
    of = body(3)
    meeting = decided(of, proposed(of)).meeting
    supervision.give_remark(actor=of.supervisor, reason="", item=meeting.items.get(), kind="none")
    meeting = sittings.close_meeting(actor=of.head, reason="闭会", meeting=meeting)
    minutes, member = meeting.minutes, of.members[0]
    assert asked(minutes_rules.can_edit_minutes, of.head, minutes).ok
    only_missing(NOT_OFFICE, minutes_rules.can_edit_minutes, member, minutes)
    only_missing("纪要已送核，不能再改。", minutes_rules.can_edit_minutes, of.head, but(minutes, status="circulated"))
    only_missing("纪要还没有送核。", minutes_rules.can_confirm_minutes, member, minutes)
    only_missing("纪要已定稿。", minutes_rules.can_confirm_minutes, member, but(minutes, status="sealed"))
    minutes = circulate_minutes(actor=of.head, reason="送核", minutes=minutes)
    only_missing("您没有参加这次会议。", minutes_rules.can_confirm_minutes, UserFactory(), minutes)
    assert asked(minutes_rules.can_confirm_minutes, member, minutes).ok
    confirm_minutes(actor=member, reason="无误", minutes=minutes)
    only_missing("您已核对过这份纪要。", minutes_rules.can_confirm_minutes, member, minutes)
    found = asked(minutes_rules.can_seal_minutes, of.head, minutes)
    waiting = minutes_rules.waiting_for_minutes(minutes)
    assert sorted(waiting) == sorted([of.head.name, of.members[1].name, of.supervisor.name])
    found.lacks_only(f"还有{'、'.join(waiting)}没有核对。")
    for somebody in (of.head, of.members[1], of.supervisor):
        confirm_minutes(actor=somebody, reason="无误", minutes=minutes)
    assert asked(minutes_rules.can_seal_minutes, of.head, minutes).ok
    only_missing(NOT_OFFICE, minutes_rules.can_seal_minutes, member, minutes)
    only_missing("纪要没有在核对中。", minutes_rules.can_seal_minutes, of.head, but(minutes, status="draft"))


def test_disposing_of_an_emergency():
    of = body(3)
    group, season = of.group, of.group.season
    one, other = of.members
    nobody = "临机处置由决策机构的在岗成员登记。"
    only_missing(nobody, emergency_rules.can_declare_in, one, season)
    MatterFactory(allows_emergency=True)
    assert asked(emergency_rules.can_declare, one, group).ok
    only_missing(nobody, emergency_rules.can_declare_in, of.secretary, season)
    only_missing(OVER, emergency_rules.can_declare_in, one, ended(season))
    only_missing(f"临机处置由{group}的在岗成员决定和同签。", emergency_rules.can_declare, of.secretary, group)
    of_old = but(group, season=ended(season))
    only_missing(OVER, emergency_rules.can_declare, one, of_old)
    emergency = EmergencyDecision(group=group, decided_by=one, status="proposed")
    assert asked(emergency_rules.can_cosign, other, emergency).ok
    only_missing("决定人不能自己同签。", emergency_rules.can_cosign, one, emergency)
    only_missing(f"临机处置由{group}的在岗成员决定和同签。", emergency_rules.can_cosign, of.secretary, emergency)
    effective = but(emergency, status="in_effect", cosigned_by=other)
    word = effective.get_status_display()
    only_missing(f"临机处置{word}，不必再同签。", emergency_rules.can_cosign, other, effective)
    assert asked(emergency_rules.can_withdraw, one, emergency).ok
    only_missing("临机处置由决定人撤回。", emergency_rules.can_withdraw, other, emergency)
    only_missing("已经同签生效，不能撤回，只能提请补议。", emergency_rules.can_withdraw, one, effective)
    for somebody in (one, other, of.secretary):
        assert asked(emergency_rules.can_submit, somebody, effective).ok
    only_missing(NOT_OFFICE, emergency_rules.can_submit, of.head, effective)
    word = emergency.get_status_display()
    only_missing(f"临机处置{word}，不能提请补议。", emergency_rules.can_submit, one, emergency)
    item = proposed(of)
    only_missing(f"补议议题“{item}”正在办理。", emergency_rules.can_submit, one, but(effective, item=item))
    assert asked(emergency_rules.can_submit, one, but(effective, item=but(item, status="withdrawn"))).ok
    effect = EmergencyEffect(decision=but(effective, status="refused"))
    assert asked(emergency_rules.can_undo, one, effect).ok
    assert asked(emergency_rules.can_undo, other, but(effect, decision=but(effective, lapsed_at=timezone.now()))).ok
    only_missing(NOT_OFFICE, emergency_rules.can_undo, of.head, effect)
    only_missing(
        "补议未被否决，也没有逾期，不需要恢复。", emergency_rules.can_undo, one, but(effect, decision=effective)
    )
    only_missing("这项影响已处理。", emergency_rules.can_undo, one, but(effect, undone_at=timezone.now()))


def test_who_proposes_who_stands_in():
    of = body(3)
    item = proposed(of)
    sitting(of, item)
    item = fresh(item)
    for somebody in (of.head, of.secretary):
        assert asked(substitutes.can_read_substitutes, somebody, item).ok
    only_missing(NOT_OFFICE, substitutes.can_read_substitutes, of.members[0], item)
    over = "议题没有列入议程或者已有结论，不必请上级指定人员。"
    only_missing(over, substitutes.can_read_substitutes, of.head, but(item, status="decided"))
    only_missing(over, substitutes.can_read_substitutes, of.secretary, but(item, meeting=None))
    keep_away(item, of.head, of.secretary)
    own = "您已在本议题回避，不能提名代替的人。"
    only_missing(own, substitutes.can_read_substitutes, of.head, fresh(item))


def test_who_reads_who_answers_for_a_decision():
    of = body(3)
    item = decided(of, proposed(of))
    for somebody in (of.head, of.supervisor, of.secretary):
        assert asked(oversight.can_read_liability, somebody, item).ok
    refused = "决策责任一览由会务、主要负责人和监督人员查阅。"
    only_missing(refused, oversight.can_read_liability, of.members[0], item)
    only_missing("议题还没有作出决定。", oversight.can_read_liability, of.head, but(item, status="collecting"))


def test_who_explains_and_who_accepts_it():
    of = body(3)
    proposed(of)
    event = Event.objects.filter(action="meetings.propose_item").get()
    assert asked(oversight.can_explain, of.secretary, event).ok
    only_missing("您没有说明应议未议事项的权限。", oversight.can_explain, of.head, event)
    with setting_up():
        explanation = ActExplanation(
            event=event.pk, act="提请", text="时间紧", explained_by=of.secretary, explained_at=timezone.now()
        )
        explanation.save()
    only_missing("这项办理已有说明。", oversight.can_explain, of.secretary, event)
    assert asked(oversight.can_settle_explanation, of.supervisor, explanation).ok
    settled = but(explanation, settled_at=timezone.now())
    only_missing("说明已经认可。", oversight.can_settle_explanation, of.supervisor, settled)
    own = but(explanation, explained_by=of.supervisor)
    only_missing("说明人不能认可自己的说明。", oversight.can_settle_explanation, of.supervisor, own)
    refused = "应议未议的说明由监督人员认可。"
    only_missing(refused, oversight.can_settle_explanation, of.head, explanation)
    elsewhere = user_with(Role.SUPERVISOR, season=of.group.season, group=WorkGroupFactory(season=of.group.season))
    only_missing(refused, oversight.can_settle_explanation, elsewhere, explanation)


def test_who_decides_on_what():
    of = body(3)
    matter = MatterFactory()
    assert asked(rules.decides_on, of.group, matter).ok
    only_missing(f"事项“{matter}”已停用。", rules.decides_on, of.group, but(matter, is_retired=True))
    other = WorkGroupFactory(season=of.group.season)
    says = f"“{matter}”由{matter.get_body_display()}决定，不能提交{other}。"
    only_missing(says, rules.decides_on, other, matter)
    first = but(matter, allows_emergency=True)
    with setting_up():
        first.save()
    member = of.members[0]
    assert asked(emergency_rules.can_dispose_of, member, of.group, first).ok
    only_missing(f"“{matter}”不得先行处置。", emergency_rules.can_dispose_of, member, of.group, matter)
    only_missing(
        f"“{matter}”不得先行处置。", emergency_rules.can_dispose_of, member, of.group, but(first, is_retired=True)
    )
    elsewhere = but(first, body="supervision")
    says = f"“{matter}”由{elsewhere.get_body_display()}决定，不能由{of.group}先行处置。"
    only_missing(says, emergency_rules.can_dispose_of, member, of.group, elsewhere)
    nobody = f"临机处置由{of.group}的在岗成员决定和同签。"
    only_missing(nobody, emergency_rules.can_dispose_of, of.secretary, of.group, first)


def test_the_head_alone_decides_as_head():
    of = body(3)
    item = opened(of, proposed(of))
    assert asked(rules.can_decide_as_head, of.head, item).ok
    says = "首长负责制事项由主要负责人本人作出决定。"
    for somebody in (of.members[0], of.secretary, UserFactory()):
        only_missing(says, rules.can_decide_as_head, somebody, item)


def test_deciding_below_the_quorum():
    of = body(3)
    item = opened(of, proposed(of))
    for somebody in [*of.members, of.head]:
        stated(item, somebody)
    for somebody in of.members:
        sittings.step_out(actor=somebody, reason="离席", seat=seat(item.meeting, somebody))
    only_missing("应到3人、实到1人，未达法定人数2人，还需1人到会。", rules.can_decide, of.head, fresh(item))


def test_nothing_is_opened_that_nobody_can_decide():
    of = body(3)
    item = proposed(of)
    sitting(of, item)
    for somebody in of.everybody():
        keep_away(item, somebody, of.secretary)
    says = rules.body_can_decide(fresh(item)).reason
    only_missing(says, rules.can_open_item, of.head, fresh(item))


def test_nobody_is_designated_who_must_keep_away():
    yes, no = substitutes._able, allow()
    assert asked(yes, no, False, False).ok
    only_missing("培训未完成。", yes, deny("培训未完成。"), False, False)
    only_missing("须回避本议题。", yes, no, True, False)
    only_missing("与参会成员之间应当回避。", yes, no, False, True)


def test_the_bound_do_not_propose_who_stands_in():
    of, concerned = body(3), UserFactory()
    item = proposed(of, subject_person=concerned)
    sitting(of, item)
    fact_about(of.head, of.group.season, key=concerned.pk)
    bound = "您对此事项负有回避义务（含疑似和已申报、尚未裁定的），不能办理。"
    only_missing(bound, substitutes.can_read_substitutes, person(of.head), fresh(item))


@pytest.mark.parametrize("kind", ["present", "video"])
def test_who_has_no_vote_attends_as_an_observer(kind):
    of = body(3)
    meeting = convened(of, proposed(of))
    row = sittings.be_present(actor=of.supervisor, reason="签到", seat=seat(meeting, of.supervisor), kind=kind)
    assert row.kind == "observing"


class TestQuotingAResolution:
    def ask(self, words, action="appointments.confirm", season=None):
        return asked(resolution_carries, words, action, season)

    def test_it_stands(self):
        of = body(3)
        resolution = resolved(of, proposed(of))
        number, season_id = resolution.number, of.group.season_id
        assert self.ask(f"依据{number}", season=season_id).ok
        self.ask("招录决〔2026〕999号").lacks_only("没有编号为招录决〔2026〕999号的决议。")
        self.ask(number, season=season_id + 1).lacks_only(f"{number}是其他录取季的决议，不能引用。")
        other = MatterFactory(code="other", name="其他事项")
        with setting_up():
            ListedAction(matter=other, action="appointments.confirm", since=timezone.now()).save()
        matter = resolution.item.matter
        self.ask(number, season=season_id).lacks_only(f"{number}决定的是“{matter}”，不能作为这项办理的依据。")

    def test_it_is_stopped(self):
        of = body(3)
        resolution = resolved_unheard(of, proposed(of))
        heard(of, resolution.item, "stop", "未见测算依据")
        says = f"{resolution.number}现在不得执行：{of.supervisor.name}已制止：未见测算依据"
        self.ask(resolution.number).lacks_only(says)
