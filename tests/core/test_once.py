"""The same form sent twice is carried out once, and the second answer leads to what the first one did."""

import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from admissions.accounts.enums import Role
from admissions.audit.enums import Outcome
from admissions.audit.models import Event, UsedForm
from admissions.evidence.models import ImportBatch
from tests.factories.accounts import user_with
from tests.factories.files import csv_file
from tests.factories.meetings import MatterFactory, body
from tests.races import together
from workgroups.meetings.models import AgendaItem

pytestmark = pytest.mark.django_db
KEY = re.compile(r'name="once" value="([^"]+)"')
DONE = "这份表单已经提交并办理过，没有重复办理。"


@pytest.fixture(autouse=True)
def without_codes(settings, tmp_path):
    settings.MFA_REQUIRED, settings.MEDIA_ROOT = False, tmp_path


@pytest.fixture
def of():
    return body(3)


def client_of(person):
    client = Client()
    client.force_login(person)
    return client


def key_on(client, address):
    return KEY.search(client.get(address).content.decode()).group(1)


def proposal(of, key, title="追加计划"):
    matter = MatterFactory._meta.model.objects.first() or MatterFactory()
    return {
        "group": of.group.pk, "matter": matter.pk, "title": title, "proposal": "拟追加5名。",
        "presenter": of.secretary.pk, "reason": "院校来函", "once": key,
    }  # fmt: skip


PROPOSE = "meetings:item-propose"


def test_sent_again_it_leads_to_the_record_and_nothing_is_refused(of):
    client = client_of(of.secretary)
    given = proposal(of, key_on(client, reverse(PROPOSE)))
    first = client.post(reverse(PROPOSE), given)
    item = AgendaItem.objects.get()
    again = client.post(reverse(PROPOSE), given, follow=True)
    assert (first.status_code, AgendaItem.objects.count()) == (302, 1)
    assert again.redirect_chain == [(item.get_absolute_url(), 302)]
    assert DONE in again.content.decode()
    assert not Event.objects.filter(outcome=Outcome.REFUSED).exists()


def test_with_other_content_nothing_is_lost_and_it_is_asked_once_more(of):
    client = client_of(of.secretary)
    given = proposal(of, key_on(client, reverse(PROPOSE)))
    client.post(reverse(PROPOSE), given)
    other = client.post(reverse(PROPOSE), given | {"title": "另一项"})
    page = other.content.decode()
    assert (other.status_code, AgendaItem.objects.count()) == (422, 1)
    assert "确要再办一次的，请再次提交。" in page and "另一项" in page
    client.post(reverse(PROPOSE), given | {"title": "另一项", "once": KEY.search(page).group(1)})
    assert sorted(AgendaItem.objects.values_list("title", flat=True)) == ["另一项", "追加计划"]


def test_a_form_with_faults_keeps_its_key_for_the_next_try(of):
    client = client_of(of.secretary)
    given = proposal(of, key_on(client, reverse(PROPOSE)))
    faulty = client.post(reverse(PROPOSE), given | {"title": ""}).content.decode()
    assert KEY.search(faulty).group(1) == given["once"]
    assert client.post(reverse(PROPOSE), given).status_code == 302


def test_the_key_of_another_person_says_nothing_of_what_was_done(of):
    key = str(uuid4())
    client_of(of.secretary).post(reverse(PROPOSE), proposal(of, key))
    stranger = user_with(Role.SECRETARIAT, season=of.group.season)
    answer = client_of(stranger).post(reverse(PROPOSE), proposal(of, key))
    assert (answer.status_code, AgendaItem.objects.count()) == (422, 1)
    assert DONE not in answer.content.decode()


@pytest.mark.parametrize("key", ["", "²", "x" * 5000, "0" * 32 + "1"])
def test_a_key_that_is_none_is_as_no_key(of, key):
    client = client_of(of.secretary)
    for _ in range(2):
        assert client.post(reverse(PROPOSE), proposal(of, key)).status_code == 302
    assert (AgendaItem.objects.count(), UsedForm.objects.count()) == (2, 0)


def test_an_act_that_closes_its_own_door_leads_back_and_is_no_attempt(client):
    admin, person = user_with(Role.SECURITY_ADMIN), user_with(Role.RULE_EDITOR)
    client.force_login(admin)
    address = reverse("accounts:suspend", args=[person.pk])
    given = {"reason": "调离", "once": key_on(client, address)}
    assert client.post(address, given).status_code == 302
    again = client.post(address, given)
    assert (again.status_code, again.url) == (302, person.get_absolute_url())
    assert not Event.objects.filter(outcome=Outcome.REFUSED).exists()


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """Two connections, the same form in one session: a second click that a browser did not catch, or two tabs."""

    def tabs(self, person):
        first, second = client_of(person), Client()
        second.cookies = first.cookies
        return first, second

    def test_one_item(self, of):
        clients = self.tabs(of.secretary)
        given = proposal(of, key_on(clients[0], reverse(PROPOSE)))
        answers = together(*(lambda c=client: c.post(reverse(PROPOSE), given) for client in clients))
        item = AgendaItem.objects.get()
        assert [answer.url for answer in answers] == [item.get_absolute_url()] * 2

    def test_one_import(self):
        clients = self.tabs(user_with(Role.SECURITY_ADMIN))
        address = reverse("evidence:import-upload", args=["roster"])
        key, content = (
            key_on(clients[0], address),
            csv_file([["姓名", "工号", "单位", "人员身份"], ["甲", "1", "无", "专职"]]),
        )

        def send(client):
            file = SimpleUploadedFile("名单.csv", content)
            return client.post(address, {"file": file, "reason": "人事处报送", "once": key})

        answers = together(*(lambda c=client: send(c) for client in clients))
        batch = ImportBatch.objects.get()
        assert [answer.url for answer in answers] == [batch.get_absolute_url()] * 2
