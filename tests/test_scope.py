"""Walks over every address: what a recused leader and a supervisor of one group must find nowhere."""

import pytest
from django.test import Client
from django.urls import reverse

from admissions.accounts.enums import Role
from admissions.core.decision import Refused
from tests.factories.accounts import RoleGrantFactory, UserFactory
from tests.factories.recusal import fact_about
from tests.factories.workgroups import AppointmentFactory, PostFactory
from tests.matrix import arguments_of
from tests.world import INSTITUTION_NAME, LEADER, MEMBER_NAME, SUPERVISOR, make_world, named_urls
from workgroups.appointments.enums import AppointmentStatus
from workgroups.appointments.services import suspend_appointment
from workgroups.recusal.enums import FactState, ScopeKind

pytestmark = [pytest.mark.django_db, pytest.mark.walk]
BUSINESS = [Role.SECRETARIAT, Role.RULE_EDITOR, Role.TRAINING_OFFICER, Role.RECUSAL_OFFICER]


@pytest.fixture
def world():
    return make_world()


def texts_of(client, world, *queries):
    """(address, text) of every page, each also with the queries: searched, sorted, exported."""
    for name, parameters in named_urls().items():
        address = reverse(name, args=arguments_of(name, parameters, world))
        for query in ("", *queries):
            response = client.get(f"{address}{query}")
            assert response.status_code != 500, address
            body = b"".join(response.streaming_content) if response.streaming else response.content
            yield f"{address}{query}", body.decode("utf-8", "replace")


def test_a_recused_leader_with_every_role_finds_nothing(world, settings):
    settings.MFA_REQUIRED = False
    leader = world.who[LEADER]
    with_everything(leader)
    for kind, key in ((ScopeKind.PERSON, world.member.person_id), (ScopeKind.INSTITUTION, world.institution.pk)):
        fact_about(leader, world.season, kind=kind, key=key, state=FactState.CONFIRMED, label="回避对象")
    client = Client(raise_request_exception=False)
    client.force_login(leader)
    searches = (
        f"?text={MEMBER_NAME}&q={MEMBER_NAME}",
        f"?text={INSTITUTION_NAME}&q={INSTITUTION_NAME}",
        "?export=csv&purpose=work",
    )
    found = {
        (name, address)
        for address, text in texts_of(client, world, *searches)
        for name in (MEMBER_NAME, INSTITUTION_NAME)
        if name in without_what_was_typed(text, address, name)
    }
    assert sorted(found) == []
    for name in ("workgroups:pledge-pdf", "workgroups:pledge-docx", "workgroups:pledge"):
        assert client.get(reverse(name, args=[world.member_pledge.pk])).status_code == 404


def test_the_same_walk_finds_them_without_a_recusal(world, settings):
    """The walk itself is not blind."""
    settings.MFA_REQUIRED = False
    leader = world.who[LEADER]
    with_everything(leader)
    client = Client(raise_request_exception=False)
    client.force_login(leader)
    found = {name for _, text in texts_of(client, world) for name in (MEMBER_NAME, INSTITUTION_NAME) if name in text}
    assert found == {MEMBER_NAME, INSTITUTION_NAME}


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
    found = {
        (word, address)
        for address, text in texts_of(client, world, "?export=csv&purpose=work")
        for word in ("邻组之人", "邻组岗位", "邻组事由")
        if word in text
    }
    assert sorted(found) == []
    for address in (
        reverse("audit:group", args=[world.other_group.pk]),
        reverse("audit:record", args=["workgroups.appointment", neighbour.pk]),
        reverse("audit:person", args=[neighbour.person_id]),
        reverse("workgroups:appointment", args=[neighbour.pk]),
        f"{reverse('audit:trail')}?q=邻组",
    ):
        text = client.get(address).content.decode()
        assert "邻组事由" not in text and "邻组之人" not in text, address


def with_everything(user):
    for role in BUSINESS:
        RoleGrantFactory(user=user, role=role)


def without_what_was_typed(text, address, name):
    """A search page shows the question again; that is the reader's own word, not the record's."""
    return text.replace(f'value="{name}"', "").replace(f"：{name}<", "<") if name in address else text
