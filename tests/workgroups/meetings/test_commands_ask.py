"""Commands of meetings ask their rule themselves, whatever page was before them."""

import pytest

from admissions.core.decision import Refused
from tests.factories.accounts import UserFactory
from tests.factories.meetings import body, decided, opened, proposed, stated
from tests.trail import assert_refused
from workgroups.meetings.enums import MinutesStatus, RemarkKind
from workgroups.meetings.models import DeferralRuling, MinutesConfirmation
from workgroups.meetings.services import minutes, rulings, sittings, supervision

pytestmark = pytest.mark.django_db


def test_ruling_on_a_deferral():
    of = body(3)
    item = opened(of, proposed(of))
    position = stated(item, of.members[0], "defer", "补测算表")
    stated(item, of.members[1])
    with pytest.raises(Refused, match="您没有办理会务的权限"):
        rulings.rule_deferral(actor=of.members[1], reason="已补", position=position)
    assert_refused("meetings.rule_deferral", actor=of.members[1])
    assert not DeferralRuling.objects.exists()
    motion = rulings.rule_deferral(actor=of.head, reason="已补", position=position)
    assert not DeferralRuling.objects.exists()  # of the two asked, only the head has agreed
    rulings.answer_ruling(actor=of.members[1], reason="", motion=motion, agrees=True)
    ruling = DeferralRuling.objects.get()
    assert (ruling.position, ruling.ruled_by, ruling.text) == (position, of.head, "已补")


def test_checking_and_finishing_the_minutes():
    of = body(2)
    meeting = decided(of, proposed(of)).meeting
    supervision.give_remark(actor=of.supervisor, reason="", item=meeting.items.get(), kind=RemarkKind.NONE)
    meeting = sittings.close_meeting(actor=of.head, reason="闭会", meeting=meeting)
    report = meeting.minutes
    with pytest.raises(Refused, match="纪要还没有送核"):
        minutes.confirm_minutes(actor=of.members[0], reason="无误", minutes=report)
    report = minutes.circulate_minutes(actor=of.head, reason="送核", minutes=report)
    with pytest.raises(Refused, match="您没有参加这次会议"):
        minutes.confirm_minutes(actor=UserFactory(), reason="无误", minutes=report)
    assert not MinutesConfirmation.objects.exists()
    with pytest.raises(Refused, match="没有核对"):
        minutes.seal_minutes(actor=of.head, reason="定稿", minutes=report)
    for somebody in (*of.everybody(), of.supervisor):
        minutes.confirm_minutes(actor=somebody, reason="无误", minutes=report)
    with pytest.raises(Refused, match="您已核对过这份纪要"):
        minutes.confirm_minutes(actor=of.head, reason="再看", minutes=report)
    with pytest.raises(Refused, match="您没有办理会务的权限"):
        minutes.seal_minutes(actor=of.members[0], reason="定稿", minutes=report)
    assert minutes.seal_minutes(actor=of.head, reason="定稿", minutes=report).status == MinutesStatus.SEALED
