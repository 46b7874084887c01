"""A walk over every address: what a supervisor of one group must find nowhere."""

import pytest
from django.test import Client
from django.urls import reverse

from admissions.core.decision import Refused
from tests.factories.accounts import UserFactory
from tests.factories.workgroups import AppointmentFactory, PostFactory
from tests.house.lookers import LEADER, SUPERVISOR
from tests.house.walking import opening, places, texts_of
from workgroups.appointments.enums import AppointmentStatus
from workgroups.appointments.services import suspend_appointment

pytestmark = [pytest.mark.django_db, pytest.mark.walk, pytest.mark.usefixtures("light")]


def test_a_supervisor_of_one_group_finds_nothing_of_another(world, settings):
    settings.MFA_REQUIRED = False
    neighbour = AppointmentFactory(
        post=PostFactory(group=world.other_group, name="邻组岗位"),
        status=AppointmentStatus.ON_DUTY,
        person=UserFactory(name="邻组之人"),
    )
    with pytest.raises(Refused):
        suspend_appointment(actor=world.who[LEADER], reason="邻组事由", appointment=neighbour)
    client = Client(raise_request_exception=False)
    client.force_login(world.who[SUPERVISOR])
    opened = opening(client, places(world), settings)
    found = {
        (word, address)
        for address, text in texts_of(client, opened, "?export=csv&purpose=work")
        for word in ("邻组之人", "邻组岗位", "邻组事由")
        if word in text
    }
    assert sorted(found) == []
    for address in (
        reverse("audit:group", args=[world.other_group.pk]),
        reverse("audit:record", args=["appointments.appointment", neighbour.pk]),
        reverse("audit:person", args=[neighbour.person_id]),
        reverse("appointments:one", args=[neighbour.pk]),
        f"{reverse('audit:trail')}?q=邻组",
    ):
        text = client.get(address).content.decode()
        assert "邻组事由" not in text and "邻组之人" not in text, address
