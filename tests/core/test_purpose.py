"""A file is taken for a stated purpose, and the ledger keeps it (#108)."""

import pytest
from django.urls import reverse

from admissions.accounts.enums import Role
from admissions.audit.enums import Outcome
from admissions.audit.models import Event
from tests.factories.accounts import user_with
from tests.factories.workgroups import AppointmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary(client, settings):
    settings.MFA_REQUIRED = False
    AppointmentFactory()
    user = user_with(Role.SECRETARIAT)
    client.force_login(user)
    return user


def export(client, **query):
    return client.get(reverse("appointments:list"), {"export": "csv", **query})


def exports():
    return Event.objects.filter(outcome=Outcome.EXPORT)


def test_without_a_purpose_no_file_but_the_question(client, secretary):
    response = export(client, q="甲")
    page = response.content.decode()
    assert (response.status_code, "Content-Disposition" in response) == (200, False)
    assert "导出《任职名册》" in page
    assert '<input type="hidden" name="q" value="甲">' in page
    assert '<input type="hidden" name="export" value="csv">' in page
    assert not exports().exists()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"purpose": "supervision"}, "监督检查"),
        ({"purpose": "other", "purpose_note": " 报送上级 "}, "其他：报送上级"),
        ({"purpose": "archive", "purpose_note": "本季归档"}, "归档：本季归档"),
    ],
)
def test_the_purpose_stands_in_the_entry(client, secretary, query, words):
    assert "attachment" in export(client, **query)["Content-Disposition"]
    assert exports().get().reason == words


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"purpose": "other"}, "请写明用来做什么"),
        ({"purpose": "private"}, "不在可用的选项中"),
        ({"purpose": ""}, "必填"),
    ],
)
def test_an_empty_or_unknown_purpose_is_asked_again(client, secretary, query, sentence):
    response = export(client, **query)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not exports().exists()


def test_the_trail_and_the_decision_register_ask_as_well(client, secretary):
    auditor = user_with(Role.AUDIT_ADMIN)
    for person, name, query in (
        (auditor, "audit:trail", {"export": "csv"}),
        (secretary, "meetings:register", {}),
    ):
        client.force_login(person)
        asked = client.get(reverse(name), query)
        assert "用途" in asked.content.decode()
        given = client.get(reverse(name), {**query, "purpose": "archive"})
        assert "attachment" in given["Content-Disposition"]
    assert set(exports().values_list("reason", flat=True)) == {"归档"}
