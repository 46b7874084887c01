"""Who stands on the roll of a meeting, and as what."""

import pytest

from tests.factories.meetings import body, prepared, seat
from tests.factories.workgroups import AppointmentFactory, PostFactory
from workgroups.appointments.enums import AppointmentStatus
from workgroups.groups.enums import PostRank
from workgroups.meetings.enums import SeatKind

pytestmark = pytest.mark.django_db


def test_of_two_leaders_the_first_in_order_is_the_head():
    of = body(2)
    post = PostFactory(group=of.group, name="常务组长", rank=PostRank.LEADER, order=9)
    second = AppointmentFactory(post=post, status=AppointmentStatus.ON_DUTY).person
    meeting = prepared(of)
    assert [seat(meeting, person).kind for person in (of.head, *of.members, second)] == [
        SeatKind.HEAD,
        SeatKind.MEMBER,
        SeatKind.MEMBER,
    ]
