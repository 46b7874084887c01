"""Who co-signed for whom: a reader who keeps away from the principal reads the signature without the principal's name."""

import pytest
from django.urls import reverse

from tests.factories.accounts import UserFactory
from tests.factories.readiness import CourseFactory
from tests.factories.recusal import declared, fact_about, id_number, officer, relative
from tests.factories.seasons import OpenSeasonFactory
from tests.factories.workgroups import WorkGroupFactory, leader_of
from workgroups.recusal.models import RecusalFact
from workgroups.recusal.services import challenging, declaring, ruling
from workgroups.recusal.services.facts import Scope

from .test_deputising import again, arrange, days, make_fit

pytestmark = pytest.mark.django_db
DEPUTY, PRINCIPAL = "李四", "王五"


@pytest.fixture
def season():
    return OpenSeasonFactory()


@pytest.fixture
def top(season):
    return WorkGroupFactory(season=season, name="录取领导组")


@pytest.fixture
def above(top):
    """Whose deputy co-signs what is ruled about `leader`."""
    return leader_of(top, status="on_duty", period=days(-1, 20), person__name=PRINCIPAL)


@pytest.fixture
def leader(season, top):
    group = WorkGroupFactory(season=season, name="录取管理组", parent=top)
    return leader_of(group, status="on_duty", period=days(-1, 20), person__name="张三").person


@pytest.fixture
def deputy(season, above):
    person = make_fit(UserFactory(name=DEPUTY), season, CourseFactory(season=season))
    arrange(above, person)
    return again(person)


def of_a_fact(season, leader, deputy):
    fact = fact_about(leader, season, kind="institution", key=7)
    first = ruling.rule_fact(actor=officer(), reason="经核实", fact=fact, verdict="confirm")
    return fact, ruling.cosign_fact_ruling(actor=deputy, reason="同意", ruling=first)


def of_a_withdrawal(season, leader, deputy):
    relation = declared(leader, season, relative(id_number(1))).relations.get()
    request = declaring.ask_withdrawal(actor=again(leader), reason="已离异", relation=relation)
    first = ruling.rule_withdrawal(actor=officer(), reason="经核实", request=request, verdict="agree")
    return request, ruling.cosign_withdrawal(actor=deputy, reason="同意", ruling=first)


def of_a_challenge(season, leader, deputy):
    challenge = challenging.raise_challenge(
        actor=UserFactory(),
        reason="与院校有往来",
        season=season,
        subject_person=leader,
        scope=Scope("institution", "7", "某学院"),
    )
    first = challenging.rule_challenge(actor=officer(), reason="经核实", challenge=challenge, verdict="uphold")
    return challenge, challenging.cosign_challenge(actor=deputy, reason="同意", ruling=first)


RULED = {"recusal:fact": of_a_fact, "recusal:withdrawal": of_a_withdrawal, "recusal:challenge": of_a_challenge}


@pytest.mark.parametrize("name", RULED)
def test_of_the_second_signature(client, season, above, leader, deputy, name):
    record, signed = RULED[name](season, leader, deputy)
    assert (signed.second_officer, signed.second_name) == (deputy, DEPUTY)
    assert signed.on_behalf_of == above.person
    reader, apart = officer(), officer()
    fact_about(apart, season, key=above.person_id)
    for one, names in ((reader, True), (apart, False)):
        client.force_login(again(one))
        page = client.get(reverse(name, args=[record.pk])).content.decode()
        assert DEPUTY in page
        assert (f"{DEPUTY}（代{PRINCIPAL}）" in page) == (PRINCIPAL in page) == names


def test_nor_in_the_reason_of_what_an_upheld_challenge_leads_to(client, season, above, leader, deputy):
    challenge, _ = of_a_challenge(season, leader, deputy)
    fact = RecusalFact.objects.get(pk=challenge.__class__.objects.get(pk=challenge.pk).fact_id)
    assert f"{DEPUTY}复签" in fact.reason and PRINCIPAL not in fact.reason
    apart = officer()
    fact_about(apart, season, key=above.person_id)
    client.force_login(again(apart))
    for address in (reverse("recusal:fact", args=[fact.pk]), f"{reverse('recusal:facts')}?export=csv&purpose=work"):
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code == 200 and PRINCIPAL not in body.decode(), address


def test_sent_back_for_the_principal(client, season, above, leader, deputy):
    fact = fact_about(leader, season, kind="institution", key=7)
    first = ruling.rule_fact(actor=officer(), reason="经核实", fact=fact, verdict="confirm")
    back = ruling.return_fact_ruling(actor=deputy, reason="不同意", ruling=first)
    assert (back.second_name, back.on_behalf_of) == (DEPUTY, above.person)
