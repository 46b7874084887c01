"""The number of to-dos in the frame: remembered for a minute, counted anew after what the person has done."""

from urllib.parse import quote

import pytest
from django.core.cache import caches
from django.urls import reverse

from admissions.accounts.enums import Role
from admissions.core.todos import own_count, remember_count
from tests.factories.accounts import user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def address():
    trail = f"{reverse('audit:trail')}?outcome=refused"
    return f"{reverse('audit:filter-save')}?of={quote(trail)}"


def test_it_is_remembered():
    person = user_with(Role.SUPERVISOR)
    remember_count(person, [None] * 7)
    assert own_count(person) == 7
    caches["counts"].clear()
    assert own_count(person) == 0


def test_an_act_has_it_counted_anew_and_a_form_with_faults_does_not(client, address):
    person = user_with(Role.SUPERVISOR)
    client.force_login(person)
    remember_count(person, [None] * 7)
    answer = client.post(address, {"name": ""})
    assert (answer.status_code, own_count(person)) == (422, 7)
    assert '<span class="count">7<' in answer.content.decode()
    answer = client.post(address, {"name": "被拒的"})
    assert (answer.status_code, own_count(person)) == (302, 0)
