"""Every address, every looker: the answer stands in `tests.matrix`, no address is missing there, and pages are whole."""

import re
from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse

from tests.matrix import arguments_of, expected
from tests.world import ANONYMOUS, LOOKERS, make_world, named_urls


def test_every_address_is_in_the_matrix():
    assert sorted(named_urls()) == sorted(expected())


@pytest.mark.walk
@pytest.mark.django_db
@pytest.mark.parametrize("half", [0, 1])
def test_matrix(half, settings):
    """Every second looker on one world, which takes longer to make than to look at."""
    settings.MFA_REQUIRED = False
    world = make_world()
    for looker in LOOKERS[half::2]:
        client = Client(raise_request_exception=False)
        if looker != ANONYMOUS:
            client.force_login(world.who[looker])
        column = LOOKERS.index(looker)
        wanted = {name: row[column] for name, row in expected().items()}
        seen = {name: _look(client, name, parameters, world) for name, parameters in named_urls().items()}
        found = {name: status for name, (status, _) in seen.items()}
        wrong = {name: status for name, status in found.items() if status != wanted.get(name)}
        assert (looker, wrong) == (looker, {})
        assert 500 not in found.values()
        faults = {name: faults for name, (_, page) in seen.items() if (faults := _faults(page))}
        assert (looker, faults) == (looker, {})


def _look(client, name, parameters, world):
    """The status, and the page where it is one."""
    response = client.get(reverse(name, args=arguments_of(name, parameters, world)))
    if response.streaming:
        b"".join(response.streaming_content)
        return response.status_code, ""
    text = response.content.decode(errors="replace")
    return response.status_code, text if text.lstrip().lower().startswith("<!doctype html") else ""


def _faults(page):
    """One heading, no id twice, and from each form of the frame a way back."""
    if not page:
        return []
    found = [f"id {name} twice" for name, count in Counter(re.findall(r'\sid="([^"]+)"', page)).items() if count > 1]
    if page.count("<h1") != 1:
        found.append("not one heading")
    if 'class="form-page' in page and ">返回</a>" not in page:
        found.append("no way back")
    return found
