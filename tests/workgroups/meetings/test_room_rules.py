"""Each part of the rules of the room made false alone: opening, signing in, entering, ruling, supervising."""

from datetime import timedelta

import pytest
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.accounts.models import RoleGrant
from admissions.core.clock import minute_text
from tests.factories.accounts import RoleGrantFactory, UserFactory, user_with
from tests.factories.meetings import (
    body,
    called,
    convened,
    decided,
    entered,
    heard,
    its_time,
    kept_from_item,
    opened,
    prepared,
    proposed,
    seat,
    sign_in,
    sitting,
    stated,
)
from tests.factories.requests import fresh
from tests.factories.workgroups import WorkGroupFactory
from tests.parts import asked, but, only_missing
from tests.trail import setting_up
from workgroups.meetings import (
    entries,
    entry_rules,
    remark_rules,
    rules,
    ruling_rules,
    sitting_rules,
    supervision_rules,
)
from workgroups.meetings.models import DeferralRuling
from workgroups.meetings.services import agenda, decisions, rulings, sittings, supervision
from workgroups.meetings.services.entries import confirm_position, dispute_position

pytestmark = pytest.mark.django_db
NOT_OFFICE = "您没有办理会务的权限。"


def end_grants(somebody):
    with setting_up():
        for row in RoleGrant.objects.filter(user=somebody):
            row.period = type(row.period)(row.period.lower, timezone.now() - timedelta(seconds=1))
            row.save()


def ended_before(**delta):
    return timezone.now() - timedelta(**delta)


class TestOpening:
    def test_who_supervises_may_do_so(self):
        of = body(3)
        meeting = prepared(of)
        agenda.schedule_item(actor=of.secretary, reason="列入", item=proposed(of), meeting=meeting)
        assert asked(sitting_rules.can_convene, of.secretary, meeting).ok
        end_grants(of.supervisor)
        says = f"{of.supervisor.name}没有监督领导小组的授权，不能列席监督。"
        only_missing(says, sitting_rules.can_convene, of.secretary, meeting)

    def test_notice_is_given_in_time(self):
        of = body(3)
        meeting = prepared(of)
        agenda.schedule_item(actor=of.secretary, reason="列入", item=proposed(of), meeting=meeting)
        soon = but(meeting, starts_at=timezone.now() + timedelta(minutes=59))
        says = sitting_rules.notice_in_time(soon, soon.starts_at, timezone.now()).reason
        assert says.startswith("“招生计划调整”须提前1小时通知")
        only_missing(says, sitting_rules.notice_in_time, soon, soon.starts_at, timezone.now())
        found = asked(sitting_rules.can_convene, of.secretary, soon)
        found.lacks_only(found.decision.reason)
        assert "须提前1小时通知" in found.decision.reason

    def test_half_of_the_members_are_there(self):
        of = body(4)
        meeting = convened(of)
        few = "应到4人、实到1人，半数以上到会方可开会，还需1人到会。"
        sign_in(meeting, of.head)
        only_missing(few, sitting_rules.can_open_meeting, of.head, meeting)
        sign_in(meeting, of.members[0])
        assert asked(sitting_rules.can_open_meeting, of.head, meeting).ok
        only_missing(NOT_OFFICE, sitting_rules.can_open_meeting, of.members[0], meeting)

    def test_before_its_time_the_notice_is_counted_to_the_real_opening(self):
        of = body(3)
        meeting = convened(of)
        for person in of.everybody():
            sign_in(meeting, person)
        early = but(meeting, starts_at=timezone.now() + timedelta(minutes=30))
        assert asked(sitting_rules.can_open_meeting, of.head, early).ok
        late = but(early, convened_at=ended_before(minutes=59))
        found = asked(sitting_rules.can_open_meeting, of.head, late)
        found.lacks_only(found.decision.reason)
        assert "须提前1小时通知" in found.decision.reason

    def test_somebody_leads_and_an_early_opening_says_why(self):
        of = body(3)
        meeting = convened(of)
        for person in of.members:
            sign_in(meeting, person)
        place, head = seat(meeting, of.members[0]), seat(meeting, of.head)
        nobody = "主要负责人不在会场，须写明由哪位到会成员代为主持。"
        for led_by in (None, head):
            only_missing(nobody, sitting_rules.opens_properly, meeting, led_by, "")
        assert asked(sitting_rules.opens_properly, meeting, place, "").ok
        early = but(meeting, starts_at=timezone.now() + timedelta(minutes=30))
        says = f"会议定于{minute_text(early.starts_at)}开始，提前开会须写明理由。"
        only_missing(says, sitting_rules.opens_properly, early, place, " ")
        assert asked(sitting_rules.opens_properly, early, place, "人已到齐").ok
        sign_in(meeting, of.head)
        assert asked(sitting_rules.opens_properly, meeting, None, "").ok

    def test_signing_in_begins_an_hour_before(self):
        of = body(3)
        meeting = called(of)
        place = seat(meeting, of.head)
        begins = minute_text(meeting.starts_at - timedelta(hours=1))
        only_missing(f"会议还没有开始签到，{begins}起可以签到。", sitting_rules.can_sign_in, of.head, place, "present")
        assert asked(sitting_rules.can_sign_in, of.head, place, "excused").ok
        meeting = its_time(meeting)
        place = seat(meeting, of.head)
        assert asked(sitting_rules.can_sign_in, of.head, place, "present").ok
        only_missing(NOT_OFFICE, sitting_rules.can_sign_in, UserFactory(), place, "present")

    def test_nobody_signs_in_to_what_they_keep_away_from(self):
        of = body(4)
        item = proposed(of)
        sitting(of, item)
        kept_from_item(of.members[0], item)
        item = decisions.open_item(actor=of.head, reason="审议", item=fresh(item))
        place = seat(item.meeting, of.members[0])
        only_missing("正在审议须回避的议题，不能签到。", sitting_rules.can_sign_in, of.members[0], place, "present")

    def test_who_is_in_the_room_steps_out(self):
        of = body(3)
        meeting = convened(of)
        place = seat(meeting, of.head)
        only_missing(f"{of.head.name}现在不在会上。", sitting_rules.can_step_out, of.head, place)
        sign_in(meeting, of.head)
        assert asked(sitting_rules.can_step_out, of.head, place).ok
        only_missing(NOT_OFFICE, sitting_rules.can_step_out, UserFactory(), place)


class TestEntering:
    def test_only_for_who_is_there_and_has_not_spoken(self):
        of = body(4)
        item = opened(of, proposed(of))
        silent, spoken, gone = of.members
        place = seat(item.meeting, silent)
        rule = entry_rules.can_enter_position
        assert asked(rule, of.secretary, item, place).ok
        only_missing(NOT_OFFICE, rule, spoken, item, place)
        only_missing("主要负责人不代录成员表态。", rule, of.head, item, place)
        only = "只能为本次会议的成员代录表态，主要负责人须本人表态。"
        for other in (seat(item.meeting, of.head), seat(item.meeting, of.supervisor), but(place, meeting_id=0)):
            only_missing(only, rule, of.secretary, item, other)
        stated(item, spoken)
        says = f"{spoken.name}已经表态，不能代录。"
        only_missing(says, rule, of.secretary, item, seat(item.meeting, spoken))
        sittings.step_out(actor=gone, reason="接电话", seat=seat(item.meeting, gone))
        says = f"{gone.name}没有签到或已离席，不能表态。"
        only_missing(says, rule, of.secretary, item, seat(item.meeting, gone))

    def test_nobody_enters_for_themself(self):
        of = body(3)
        item = opened(of, proposed(of))
        clerk = RoleGrantFactory(user=of.members[0], role=Role.SECRETARIAT).user
        place = seat(item.meeting, clerk)
        only_missing("本人的表态不能代录。", entry_rules.can_enter_position, clerk, item, place)

    def test_the_member_confirms_once(self):
        of = body(3)
        item = opened(of, proposed(of))
        position = entered(of, item, of.members[0])
        rule = entry_rules.can_check_position
        assert asked(rule, of.members[0], position).ok
        only_missing("代录的表态由本人确认。", rule, of.secretary, position)
        own = stated(item, of.members[1])
        only_missing("这是本人提交的表态，不需要确认。", rule, of.members[1], own)
        confirm_position(actor=of.members[0], reason="一致", position=position)
        only_missing("您已答复过这一代录。", rule, of.members[0], fresh(position))

    def test_a_disputed_word_decides_nothing(self):
        of = body(3)
        item = opened(of, proposed(of))
        position = entered(of, item, of.members[0])
        stated(item, of.members[1])
        stated(item, of.head)
        assert asked(rules.can_decide, of.head, fresh(item)).ok
        dispute_position(actor=of.members[0], reason="我没有同意", position=position)
        says = f"{of.members[0].name}对代录的表态提出异议，还没有重新表态。"
        only_missing(says, rules.can_decide, of.head, fresh(item))
        only_missing(says, entries.nothing_disputed, fresh(item))
        stated(item, of.members[0], "disagree", "没有依据")
        assert entries.nothing_disputed(fresh(item)).ok


class TestRuling:
    def deferred(self, size=4):
        of = body(size)
        item = opened(of, proposed(of))
        position = stated(item, of.members[0], "defer", "补测算表")
        for somebody in of.members[1:]:
            stated(item, somebody)
        return of, item, fresh(position)

    def test_who_puts_the_question(self):
        of, _, position = self.deferred()
        rule = ruling_rules.can_rule_on
        assert asked(rule, of.head, position).ok
        only_missing("这一表态不是暂缓。", rule, of.head, but(position, stance="agree"))
        only_missing(NOT_OFFICE, rule, of.members[1], position)
        own = but(position, seat=but(position.seat, person_id=of.head.pk))
        only_missing("本人提出的暂缓，不能由本人提请裁定。", rule, of.head, own)
        motion = rulings.rule_deferral(actor=of.head, reason="已补", position=position)
        only_missing("裁定已经提请，正在听取意见。", rule, of.head, fresh(position))
        for somebody in of.members[1:]:
            rulings.answer_ruling(actor=somebody, reason="没有看到", motion=motion, agrees=False)
        assert asked(rule, of.head, fresh(position)).ok  # refused: it may be put again
        motion = rulings.rule_deferral(actor=of.head, reason="已补齐", position=fresh(position))
        for somebody in of.members[1:]:
            if not DeferralRuling.objects.exists():
                rulings.answer_ruling(actor=somebody, reason="", motion=motion, agrees=True)
        only_missing("这一暂缓已经裁定。", rule, of.head, fresh(position))

    def test_what_its_author_has_changed_is_not_ruled_on(self):
        of, item, position = self.deferred()
        stated(item, of.members[0])
        only_missing("这一暂缓已被其后的表态取代，不需要裁定。", ruling_rules.can_rule_on, of.head, position)

    def test_nothing_sealed_is_put(self):
        of = body(3)
        item = opened(of, proposed(of))
        position = fresh(stated(item, of.members[0], "defer", "补测算表"))
        sealed = "成员尚未全部表态，暂缓的内容还在封存，不能提请裁定。"
        only_missing(sealed, ruling_rules.can_rule_on, of.head, position)

    def test_who_answers(self):
        of, _, position = self.deferred(5)
        motion = rulings.rule_deferral(actor=of.secretary, reason="已补", position=position)
        rule, nobody = ruling_rules.can_answer_motion, "裁定由在场成员表示意见，提出暂缓的成员除外。"
        assert asked(rule, of.members[1], motion).ok
        for somebody in (of.members[0], of.secretary, of.supervisor):
            only_missing(nobody, rule, somebody, motion)
        rulings.answer_ruling(actor=of.members[1], reason="", motion=motion, agrees=True)
        only_missing("您已对这一裁定表示意见。", rule, of.members[1], motion)
        for somebody in of.members[2:]:
            rulings.answer_ruling(actor=somebody, reason="", motion=motion, agrees=True)
        only_missing("这一暂缓已经解除，不需要再表示意见。", rule, of.head, fresh(motion))


class TestSupervising:
    def test_an_opinion_needs_the_grant_and_the_room(self):
        of = body(3)
        item = opened(of, proposed(of))
        rule = remark_rules.can_give_remark
        assert asked(rule, of.supervisor, item).ok
        sittings.step_out(actor=of.supervisor, reason="接电话", seat=seat(item.meeting, of.supervisor))
        only_missing("您没有签到或已离席，不能发表监督意见。", rule, of.supervisor, fresh(item))
        sign_in(item.meeting, of.supervisor)
        end_grants(of.supervisor)
        only_missing("您对本机构的监督授权已经结束，不能发表监督意见。", rule, of.supervisor, fresh(item))

    def test_who_was_excused_gives_none(self):
        of = body(3)
        item = opened(of, proposed(of))
        superior = user_with(Role.SUPERVISOR)
        supervision.excuse_supervisor(actor=superior, reason="生病", seat=seat(item.meeting, of.supervisor))
        says = "您已由他人接替或者免予列席，不再发表监督意见。"
        only_missing(says, remark_rules.can_give_remark, of.supervisor, fresh(item))

    def test_nothing_opens_without_supervision(self):
        of = body(3)
        item = proposed(of)
        meeting = sitting(of, item, absent=(of.supervisor,))
        says = "没有列席监督人员在场，不能开始审议。"
        only_missing(says, rules.can_open_item, of.head, fresh(item))
        only_missing(says, supervision_rules.supervisor_in_the_room, meeting)
        superior = user_with(Role.SUPERVISOR)
        supervision.excuse_supervisor(actor=superior, reason="生病", seat=seat(meeting, of.supervisor))
        assert asked(rules.can_open_item, of.head, fresh(item)).ok

    def test_what_follows_waits_for_supervision(self):
        of = body(3)
        item = decided(of, proposed(of))
        silent = f"{of.supervisor.name}还没有对本议题发表监督意见。"
        only_missing(silent, supervision_rules.supervision_heard, item)
        remark = heard(of, item, "reconsider", "数字有误")
        says = f"{of.supervisor.name}要求复议：数字有误"
        only_missing(says, supervision_rules.not_stopped, fresh(item))
        only_missing(says, supervision_rules.supervision_heard, fresh(item))
        supervision.answer_remark(actor=of.head, reason="已更正", remark=remark)
        assert asked(supervision_rules.supervision_heard, fresh(item)).ok

    def test_a_stop_holds_it_until_it_is_settled(self):
        of = body(3)
        item = decided(of, proposed(of))
        heard(of, item, "stop", "程序不合")
        only_missing(f"{of.supervisor.name}已制止：程序不合", supervision_rules.not_stopped, fresh(item))

    def test_who_changes_a_supervisor(self):
        of = body(3)
        meeting, rule = convened(of), supervision_rules.can_change_supervisor
        place = seat(meeting, of.supervisor)
        superior, beside = (
            user_with(Role.SUPERVISOR),
            user_with(Role.SUPERVISOR, group=of.group, season=of.group.season),
        )
        assert asked(rule, superior, place).ok
        nobody = "监督人员的接替和免予列席，由另一名监督人员或者上级监督人员登记。"
        for somebody in (of.head, of.secretary, beside):
            only_missing(nobody, rule, somebody, place)
        only_missing("监督人员不能为自己登记接替或者免予列席。", rule, of.supervisor, place)
        only_missing("只有列席监督人员可以登记接替或者免予列席。", rule, superior, seat(meeting, of.head))
        for status, word in (("draft", "筹备"), ("closed", "已闭会")):
            elsewhen = but(place, meeting=but(meeting, status=status))
            only_missing(f"会议{word}，不能变更监督人员。", rule, superior, elsewhen)
        change = supervision.replace_supervisor(actor=superior, reason="生病", seat=place, person=beside)
        only_missing(f"{of.supervisor.name}已由他人接替或者免予列席。", rule, superior, fresh(place))
        assert asked(rule, superior, change.successor).ok

    def test_another_on_the_roll_may(self):
        of = body(3)
        meeting = prepared(of)
        beside = user_with(Role.SUPERVISOR, group=of.group, season=of.group.season)
        sittings.invite(actor=of.secretary, reason="列席监督", meeting=meeting, person=beside, kind="supervisor")
        place = but(seat(meeting, of.supervisor), meeting=but(meeting, status="convened"))
        assert asked(supervision_rules.can_change_supervisor, beside, place).ok

    def test_who_takes_over(self):
        of = body(3)
        meeting, rule = convened(of), supervision_rules.can_take_over
        elsewhere = user_with(Role.SUPERVISOR, group=WorkGroupFactory(season=of.group.season), season=of.group.season)
        for somebody in (UserFactory(), elsewhere):
            only_missing(f"{somebody.name}没有监督领导小组的授权，不能接替。", rule, somebody, meeting)
        only_missing(f"{of.supervisor.name}已在参会名单中，不能接替。", rule, of.supervisor, meeting)
        assert asked(rule, user_with(Role.SUPERVISOR), meeting).ok

    def test_an_answer_that_is_not_enough(self):
        of = body(3)
        remark = heard(of, decided(of, proposed(of)), "stop", "程序不合")
        only_missing("还没有答复。", remark_rules.can_reject_answer, of.supervisor, remark)
        supervision.answer_remark(actor=of.head, reason="已改", remark=remark)
        assert asked(remark_rules.can_reject_answer, of.supervisor, fresh(remark)).ok
        only_missing("监督意见由发表人本人认可答复。", remark_rules.can_reject_answer, of.head, fresh(remark))
