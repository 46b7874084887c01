"""The page of an appointment: its own acts and those that capabilities above hang on it, in one order."""

import pytest
from django.test import Client
from django.urls import reverse

from admissions.accounts.enums import Role
from tests.factories.accounts import user_with
from tests.factories.workgroups import AppointmentFactory
from workgroups.appointments.enums import AppointmentStatus
from workgroups.appointments.parts import parts_of
from workgroups.duty.on_appointment import DutyPart
from workgroups.pledges.on_appointment import PledgesPart
from workgroups.readiness.on_appointment import ReadinessPart

pytestmark = pytest.mark.django_db

ACTS = {
    AppointmentStatus.PROPOSED: ["确认任命", "变更期间", "撤回任职"],
    AppointmentStatus.PENDING: ["办理上岗", "变更期间", "撤回任职"],
    AppointmentStatus.ON_DUTY: ["暂停", "安排代岗", "离岗交接", "变更期间"],
    AppointmentStatus.SUSPENDED: ["恢复上岗", "离岗交接", "变更期间"],
    AppointmentStatus.ENDED: [],
}


@pytest.mark.parametrize("status", AppointmentStatus)
def test_acts_of_all_capabilities_stand_in_one_order_what_is_open_first(status):
    client = Client()
    client.force_login(user_with(Role.SECRETARIAT))
    row = AppointmentFactory(status=status)
    page = client.get(reverse("appointments:one", args=[row.pk]))
    actions = page.context["actions"]
    able, unable = ([a.label for a in actions if bool(a.decision) is is_open] for is_open in (True, False))
    assert sorted([*able, *unable]) == sorted(ACTS[status])
    assert [able, unable] == [[label for label in ACTS[status] if label in row] for row in (able, unable)]


def test_the_product_hangs_three_parts_on_the_page():
    row = AppointmentFactory()
    assert [type(part) for part in parts_of(row.person, row)] == [ReadinessPart, PledgesPart, DutyPart]
