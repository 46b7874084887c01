"""Every address, every looker: the answer stands in `tests.matrix`, and no address is missing there."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.matrix import arguments_of, expected
from tests.world import ANONYMOUS, LOOKERS, make_world, named_urls


def test_every_address_is_in_the_matrix():
    assert sorted(named_urls()) == sorted(expected())


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
        found = {name: _status(client, name, parameters, world) for name, parameters in named_urls().items()}
        wrong = {name: status for name, status in found.items() if status != wanted.get(name)}
        assert (looker, wrong) == (looker, {})
        assert 500 not in found.values()


def _status(client, name, parameters, world):
    response = client.get(reverse(name, args=arguments_of(name, parameters, world)))
    if response.streaming:
        b"".join(response.streaming_content)
    return response.status_code
