"""What happens in the room: whose word is entered, who rules, who supervises, who is there; and that pages and papers say so."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.accounts.models import User
from admissions.core.decision import Refused
from tests.factories.accounts import user_with
from tests.factories.meetings import (
    body,
    called,
    convened,
    decided,
    entered,
    heard,
    kept_from_item,
    opened,
    proposed,
    ruled,
    seat,
    sign_in,
    sitting,
    stated,
)
from tests.factories.requests import fresh, person
from tests.races import together
from tests.trail import assert_recorded, assert_refused, setting_up
from workgroups.meetings import document, liability, printing, sitting_rules
from workgroups.meetings.enums import MeetingStatus, PresenceKind
from workgroups.meetings.models import DeferralRuling, Minutes, Position, PositionCheck, Presence, SupervisorRemark
from workgroups.meetings.room_todos import room_todos
from workgroups.meetings.selectors import meeting_todos, roll_of
from workgroups.meetings.services import agenda, decisions, rulings, sittings, supervision
from workgroups.meetings.services.entries import confirm_position, dispute_position
from workgroups.meetings.whereabouts import begin_presence

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def signed_in(settings):
    settings.MFA_REQUIRED = False


def page(somebody, name, *args):
    client = Client()
    client.force_login(User.objects.get(pk=somebody.pk))
    return client.get(reverse(name, args=args)).content.decode()


def post(somebody, name, pk, **answers):
    client = Client()
    client.force_login(User.objects.get(pk=somebody.pk))
    return client.post(reverse(name, args=[pk]), answers)


def verbs(somebody):
    return [todo.verb for todo in [*meeting_todos(person(somebody)), *room_todos(person(somebody))]]


def everybody_states(of, item):
    for somebody in [*of.members, of.head]:
        stated(item, somebody)


def decide(of, item):
    return decisions.decide(actor=of.head, reason="宣布", item=fresh(item))


def lines_of_minutes(meeting):
    return printing.lines_of(
        Minutes.objects.get(meeting=meeting), document.shown_to(meeting, meeting.seats.first().person)
    )


class TestOpening:
    def test_before_its_time_only_with_a_reason_that_is_kept(self):
        of = body(3)
        meeting = convened(of)
        with setting_up():
            meeting.starts_at = timezone.now() + timedelta(minutes=20)
            meeting.save()
        for somebody in of.everybody():
            sign_in(meeting, somebody)
        assert post(of.head, "meetings:open", meeting.pk, reason="开会").status_code == 422
        assert fresh(meeting).status == MeetingStatus.CONVENED
        assert post(of.head, "meetings:open", meeting.pk, reason="开会", early_reason="人已到齐").status_code == 302
        assert fresh(meeting).early_reason == "人已到齐"
        assert "人已到齐" in page(of.members[0], "meetings:one", meeting.pk)

    def test_on_time_nothing_more_is_asked(self):
        of = body(3)
        meeting = convened(of)
        for somebody in of.everybody():
            sign_in(meeting, somebody)
        assert "提前开会的理由" not in page(of.head, "meetings:open", meeting.pk)
        assert post(of.head, "meetings:open", meeting.pk, reason="开会").status_code == 302
        assert (fresh(meeting).early_reason, fresh(meeting).led_by) == ("", None)

    def test_days_before_nobody_signs_in(self):
        of = body(3)
        meeting = called(of)
        with pytest.raises(Refused, match="会议还没有开始签到"):
            sign_in(meeting, of.head)
        assert_refused("meetings.be_present", actor=of.head)
        assert 'value="present"' not in page(of.head, "meetings:seat-attend", seat(meeting, of.head).pk)
        assert sign_in(meeting, of.head, PresenceKind.EXCUSED).kind == "excused"

    def test_who_signed_in_long_before_is_not_there_when_it_opens(self):
        of = body(4)
        meeting = convened(of)
        early = seat(meeting, of.members[2])
        with setting_up():
            begin_presence(early, PresenceKind.PRESENT, timezone.now() - timedelta(days=2))
        for somebody in (of.head, *of.members[:2]):
            sign_in(meeting, somebody)
        assert early not in sitting_rules.voters_in_the_room(meeting)
        meeting = sittings.open_meeting(actor=of.head, reason="开会", meeting=meeting)
        assert not Presence.objects.filter(seat=early).in_the_room().exists()
        assert "签到过早" in dict(roll_of(meeting))[early]

    def test_without_the_head_a_member_leads_and_the_minutes_name_them(self):
        of = body(4)
        item = proposed(of)
        meeting = sitting(of, item, absent=(of.head,))
        assert meeting.led_by == seat(meeting, of.members[0])
        decisions.open_item(actor=of.secretary, reason="审议", item=fresh(item))
        for somebody in of.members:
            stated(item, somebody)
        decisions.decide(actor=of.secretary, reason="宣布", item=fresh(item))
        heard(of, item)
        sittings.close_meeting(actor=of.secretary, reason="闭会", meeting=meeting)
        assert f"{of.members[0].name}在" in lines_of_minutes(fresh(meeting))[0]

    def test_an_empty_room_opens_nothing(self):
        of = body(4)
        meeting = convened(of)
        with pytest.raises(Refused, match="应到4人、实到0人，半数以上到会方可开会，还需2人到会"):
            sittings.open_meeting(actor=of.head, reason="开会", meeting=meeting)


class TestLeaving:
    def test_the_reason_is_on_the_roll_and_in_the_minutes(self):
        of = body(3)
        item = proposed(of)
        meeting = sitting(of, item)
        place = seat(meeting, of.members[0])
        assert post(of.members[0], "meetings:seat-leave", place.pk, reason="").status_code == 422
        post(of.members[0], "meetings:seat-leave", place.pk, reason="接电话")
        words = dict(roll_of(meeting))[place]
        assert words.startswith("离席 ") and words.endswith("（接电话）")
        assert "（接电话）" in page(of.head, "meetings:live", meeting.pk)
        assert any("（接电话）" in line for line in document.movements(fresh(meeting)))

    def test_how_an_interval_ended_stays(self):
        of = body(3)
        meeting = sitting(of, proposed(of))
        sittings.step_out(actor=of.head, reason="接电话", seat=seat(meeting, of.head))
        with (
            pytest.raises(IntegrityError, match="只能结束"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE meetings_presence SET end_reason = '' WHERE end_reason <> ''")


class TestKeptOut:
    def test_the_item_sends_them_out_and_calls_them_back(self):
        of = body(4)
        item = proposed(of, title="追加名额")
        meeting = sitting(of, item)
        apart = of.members[0]
        kept_from_item(apart, item)
        assert "请离场；" not in page(apart, "meetings:live", meeting.pk)
        item = decisions.open_item(actor=of.head, reason="审议", item=fresh(item))
        now = Presence.objects.get(seat=seat(meeting, apart), period__endswith__isnull=True)
        assert now.kind == PresenceKind.RECUSED
        assert "现在审议您须回避的议题，请离场" in page(apart, "meetings:live", meeting.pk)
        assert "现在审议您须回避的议题，请离场" not in page(of.head, "meetings:live", meeting.pk)
        with pytest.raises(Refused, match="正在审议须回避的议题"):
            sign_in(meeting, apart)
        for somebody in [*of.members[1:], of.head]:
            stated(item, somebody)
        decide(of, item)
        assert not Presence.objects.filter(seat=seat(meeting, apart), period__endswith__isnull=True).exists()
        assert dict(roll_of(meeting))[seat(meeting, apart)] == "该议题审议结束，待签到"
        assert "请离场；" not in page(apart, "meetings:live", meeting.pk)
        assert sign_in(meeting, apart).kind == PresenceKind.PRESENT

    def test_putting_it_off_calls_them_back_as_well(self):
        of = body(4)
        item = proposed(of)
        meeting = sitting(of, item)
        kept_from_item(of.members[0], item)
        decisions.open_item(actor=of.head, reason="审议", item=fresh(item))
        decisions.defer_item(actor=of.head, reason="材料不全", item=fresh(item))
        assert sign_in(meeting, of.members[0]).kind == PresenceKind.PRESENT


class TestEntered:
    def test_only_who_is_there_and_silent_is_offered(self):
        of = body(4)
        item = opened(of, proposed(of))
        silent, spoken, gone = of.members
        stated(item, spoken)
        sittings.step_out(actor=gone, reason="接电话", seat=seat(item.meeting, gone))
        offered = page(of.secretary, "meetings:item-enter", item.pk).split('name="seat"')[1].split("</select>")[0]
        names = [one.name in offered for one in (silent, spoken, gone, of.head)]
        assert names == [True, False, False, False]
        assert (
            post(
                of.secretary, "meetings:item-enter", item.pk, seat=seat(item.meeting, spoken).pk, stance="agree"
            ).status_code
            == 422
        )
        assert (
            post(
                of.head, "meetings:item-enter", item.pk, seat=seat(item.meeting, silent).pk, stance="agree"
            ).status_code
            == 403
        )
        assert (
            post(
                of.secretary, "meetings:item-enter", item.pk, seat=seat(item.meeting, silent).pk, stance="agree"
            ).status_code
            == 302
        )
        assert_recorded("meetings.enter_position", actor=of.secretary)

    def test_it_is_marked_everywhere_until_the_member_confirms(self):
        of = body(3)
        item = opened(of, proposed(of))
        member, mark = of.members[0], f"由{of.secretary.name}代录，未经本人确认"
        position = entered(of, item, member)
        assert "确认" in verbs(member)
        stated(item, of.members[1])
        stated(item, of.head)
        assert mark in page(of.head, "meetings:item", item.pk)
        assert mark in page(of.head, "meetings:live", item.meeting_id)
        decide(of, item)
        heard(of, item)
        sittings.close_meeting(actor=of.head, reason="闭会", meeting=fresh(item.meeting))
        assert any(mark in line for line in lines_of_minutes(item.meeting))
        assert any(mark in line.what for part in liability.liability_of(fresh(item)) for line in part.lines)
        assert post(member, "meetings:position-confirm", position.pk).status_code == 302
        assert PositionCheck.objects.get().is_confirmed
        assert "确认" not in verbs(member)
        assert "本人已确认" in page(of.head, "meetings:item", item.pk)

    def test_what_is_disputed_is_said_anew_and_stays_on_record(self):
        of = body(3)
        item = opened(of, proposed(of))
        member = of.members[0]
        position = entered(of, item, member)
        assert post(member, "meetings:position-dispute", position.pk, reason="").status_code == 422
        assert post(member, "meetings:position-dispute", position.pk, reason="我不同意").status_code == 302
        stated(item, of.members[1])
        stated(item, of.head)
        with pytest.raises(Refused, match="对代录的表态提出异议，还没有重新表态"):
            decide(of, item)
        stated(item, member, "disagree", "没有依据")
        stated(item, of.head)
        record = decide(of, item)
        assert record.proof["computed"]["counted"]["disagree"] == 1
        whats = [line.what for part in liability.liability_of(fresh(item)) for line in part.lines]
        assert any("代录，本人有异议：我不同意；已由本人表态取代" in what for what in whats)

    @pytest.mark.parametrize("whose", ["head", "spoken"])
    def test_the_database_refuses_it_past_every_rule(self, whose):
        of = body(3)
        item = opened(of, proposed(of))
        everybody_states(of, item)
        who = of.head if whose == "head" else of.members[0]
        with (
            pytest.raises(IntegrityError, match="no entry for this seat"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                "INSERT INTO meetings_position (revision, item_id, seat_id, stance, text, at, entered_by_id)"
                " VALUES (1, %s, %s, 'agree', '', now(), %s)",
                [item.pk, seat(item.meeting, who).pk, of.secretary.pk],
            )


class TestRuling:
    def test_more_than_half_of_the_others_lift_it_and_pages_and_minutes_say_who(self):
        of = body(4)
        item = opened(of, proposed(of))
        author, second, third = of.members
        position = stated(item, author, "defer", "须补测算表")
        stated(item, second)
        stated(item, third)
        motion = rulings.rule_deferral(actor=of.head, reason="已补测算表", position=position)
        assert "表示意见" in verbs(second) and "表示意见" not in verbs(author)
        assert post(second, "meetings:ruling-answer", motion.pk, agrees="0", reason="").status_code == 422
        post(second, "meetings:ruling-answer", motion.pk, agrees="0", reason="没有看到")
        assert not DeferralRuling.objects.exists()
        assert "没有解决（没有看到）；正在听取意见" in page(author, "meetings:item", item.pk)
        post(third, "meetings:ruling-answer", motion.pk, agrees="1", reason="")
        assert DeferralRuling.objects.get().position == position
        assert "知悉" in verbs(author)
        words = (
            f"{of.head.name}、{third.name}认为已解决；{second.name}认为没有解决（没有看到）；裁定条件已解决，暂缓解除"
        )
        assert words in page(author, "meetings:item", item.pk)
        stated(item, of.head)
        decide(of, item)
        heard(of, item)
        sittings.close_meeting(actor=of.head, reason="闭会", meeting=fresh(item.meeting))
        assert any(words in line for line in lines_of_minutes(item.meeting))
        assert any(words in line.what for part in liability.liability_of(fresh(item)) for line in part.lines)

    def test_refused_it_stands_and_can_be_put_again(self):
        of = body(3)
        item = opened(of, proposed(of))
        position = stated(item, of.members[0], "defer", "须补测算表")
        stated(item, of.members[1])
        motion = rulings.rule_deferral(actor=of.head, reason="已补", position=position)
        rulings.answer_ruling(actor=of.members[1], reason="没有看到", motion=motion, agrees=False)
        with pytest.raises(Refused, match="暂缓条件尚未解除"):
            stated(item, of.head)
        ruled(of, fresh(position), of.members[1])
        stated(item, of.head)
        assert decide(of, item).proof["cleared"] == [position.pk]

    def test_who_has_left_is_not_counted(self):
        of = body(4)
        item = opened(of, proposed(of))
        position = stated(item, of.members[0], "defer", "须补测算表")
        for somebody in of.members[1:]:
            stated(item, somebody)
        sittings.step_out(actor=of.members[2], reason="接电话", seat=seat(item.meeting, of.members[2]))
        ruled(of, position, of.members[1])
        assert DeferralRuling.objects.exists()


class TestSupervisors:
    def test_one_who_falls_ill_is_excused_and_the_meeting_closes(self):
        of = body(3)
        item = decided(of, proposed(of))
        superior = user_with(Role.SUPERVISOR)
        with pytest.raises(Refused, match="还没有发表监督意见"):
            sittings.close_meeting(actor=of.head, reason="闭会", meeting=fresh(item.meeting))
        place = seat(item.meeting, of.supervisor)
        assert post(of.secretary, "meetings:supervisor-excuse", place.pk, reason="生病").status_code == 403
        assert reverse("meetings:supervisor-excuse", args=[place.pk]) in page(superior, "meetings:one", item.meeting_id)
        assert post(superior, "meetings:supervisor-excuse", place.pk, reason="生病住院").status_code == 302
        assert "免予列席：生病住院" in page(of.head, "meetings:one", item.meeting_id)
        assert sittings.close_meeting(actor=of.head, reason="闭会", meeting=fresh(item.meeting)).status == "closed"
        decisions.issue_resolution(actor=of.secretary, reason="形成", item=fresh(item), text="同意。")

    def test_one_whose_grant_ended_is_replaced_and_the_other_owes_what_was_left(self):
        of = body(3)
        first, second = proposed(of), proposed(of, title="第二项")
        meeting = sitting(of, first, second)
        superior, other = user_with(Role.SUPERVISOR), user_with(Role.SUPERVISOR)
        for number, item in enumerate((first, second)):
            decisions.open_item(actor=of.head, reason="审议", item=fresh(item))
            everybody_states(of, item)
            decide(of, item)
            if number == 0:
                heard(of, item)
                place = seat(meeting, of.supervisor)
                supervision.replace_supervisor(actor=superior, reason="授权到期", seat=place, person=other)
                sign_in(meeting, other)
        with pytest.raises(Refused, match=f"{other.name}（1项）还没有发表监督意见"):
            sittings.close_meeting(actor=of.head, reason="闭会", meeting=fresh(meeting))
        assert verbs(other) == ["填写监督意见"]
        supervision.give_remark(actor=other, reason="", item=fresh(second), kind="none")
        assert sittings.close_meeting(actor=of.head, reason="闭会", meeting=fresh(meeting)).status == "closed"

    def test_a_page_offers_to_sign_in_beside_the_opinion(self):
        of = body(3)
        item = opened(of, proposed(of))
        place = seat(item.meeting, of.supervisor)
        sittings.step_out(actor=of.supervisor, reason="接电话", seat=place)
        link = reverse("meetings:seat-attend", args=[place.pk])
        for name, key in (("meetings:item", item.pk), ("meetings:live", item.meeting_id)):
            assert link in page(of.supervisor, name, key)
        assert post(of.supervisor, "meetings:item-remark", item.pk, kind="none").status_code == 403

    def test_an_answer_that_is_not_enough_is_kept_and_another_is_asked(self):
        of = body(3)
        item = decided(of, proposed(of))
        remark = heard(of, item, "stop", "程序不合")
        post(of.head, "meetings:remark-answer", remark.pk, reason="没有问题")
        text = page(of.supervisor, "meetings:remark-settle", remark.pk)
        assert "程序不合" in text and "没有问题" in text
        assert "认可答复" in verbs(of.supervisor)
        assert post(of.supervisor, "meetings:remark-reject", remark.pk, reason="没有说明程序").status_code == 302
        assert verbs(of.head) == ["答复监督意见"]
        assert "没有说明程序" in page(of.head, "meetings:remark-answer", remark.pk)
        with pytest.raises(Refused, match="已制止：程序不合"):
            decisions.issue_resolution(actor=of.secretary, reason="形成", item=fresh(item), text="同意。")
        post(of.head, "meetings:remark-answer", remark.pk, reason="程序已补")
        post(of.supervisor, "meetings:remark-settle", remark.pk, reason="可以")
        assert "没有说明程序" in page(of.head, "meetings:item", item.pk)
        decisions.issue_resolution(actor=of.secretary, reason="形成", item=fresh(item), text="同意。")

    def test_what_was_said_stays_said(self):
        of = body(3)
        heard(of, decided(of, proposed(of)), "stop", "程序不合")
        with pytest.raises(IntegrityError, match="发表后不能改动"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE meetings_supervisorremark SET kind = 'none'")


def test_a_copied_recusal_keeps_who_registered_it_and_when():
    of = body(4)
    item = proposed(of)
    sitting(of, item)
    first = agenda.recuse_from_item(actor=of.members[0], reason="亲属", item=fresh(item))
    item = decisions.open_item(actor=of.head, reason="审议", item=fresh(item))
    for somebody in [*of.members[1:], of.head]:
        stated(item, somebody)
    decide(of, item)
    again = agenda.reconsider_item(
        actor=of.secretary, reason="复议", item=fresh(item), proposal="改为3名", new_facts="院校来函更正"
    )
    copied = again.recusals.get()
    assert (copied.recorded_by, copied.at) == (of.members[0], first.at)
    assert "沿用原议题" in page(of.secretary, "meetings:item", again.pk)


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_closing_and_an_opinion_at_once(self):
        """Either the opinion is in the meeting that closes, or the meeting does not close; never an opinion after it."""
        of = body(3)
        item = decided(of, proposed(of))
        meeting = fresh(item.meeting)
        opinion, closing = together(
            lambda: heard(of, item),
            lambda: sittings.close_meeting(actor=of.head, reason="闭会", meeting=fresh(meeting)),
        )
        assert isinstance(opinion, SupervisorRemark)
        if isinstance(closing, Refused):
            assert fresh(meeting).status == MeetingStatus.OPEN
        else:
            assert opinion.at <= fresh(meeting).closed_at

    def test_the_last_closing_and_a_second_supervisors_opinion(self):
        of = body(3)
        item = decided(of, proposed(of))
        heard(of, item)
        meeting = fresh(item.meeting)
        second, closing = together(
            lambda: heard(of, item, "stop", "再提"),
            lambda: sittings.close_meeting(actor=of.head, reason="闭会", meeting=fresh(meeting)),
        )
        assert isinstance(second, Refused)
        assert closing.status == MeetingStatus.CLOSED

    @pytest.mark.parametrize("_turn", range(3))
    def test_an_entry_and_the_members_own_word(self, _turn):
        """Whatever comes first, the member's own word is the last one."""
        of = body(3)
        item = opened(of, proposed(of))
        member = of.members[0]
        own, entry = together(lambda: stated(item, member, "disagree", "不宜"), lambda: entered(of, item, member))
        assert isinstance(own, Position)
        assert isinstance(entry, Position | Refused)
        last = Position.objects.filter(item=item, seat=seat(item.meeting, member)).order_by("pk").last()
        assert (last.entered_by, last.stance) == (member, "disagree")

    def test_two_answers_make_one_ruling(self):
        of = body(5)
        item = opened(of, proposed(of))
        position = stated(item, of.members[0], "defer", "须补测算表")
        for somebody in of.members[1:]:
            stated(item, somebody)
        motion = rulings.rule_deferral(actor=of.head, reason="已补", position=position)
        together(
            *(
                lambda who=who: rulings.answer_ruling(actor=who, reason="", motion=fresh(motion), agrees=True)
                for who in of.members[1:]
            )
        )
        assert DeferralRuling.objects.filter(position=position).count() == 1


def test_a_word_is_confirmed_once():
    of = body(3)
    item = opened(of, proposed(of))
    position = entered(of, item, of.members[0])
    confirm_position(actor=of.members[0], reason="一致", position=position)
    with pytest.raises(Refused, match="您已答复过这一代录"):
        dispute_position(actor=of.members[0], reason="不一致", position=fresh(position))
    assert_refused("meetings.dispute_position", actor=of.members[0])
