"""Every command of the product, called by somebody without any right.

A page asks the same rule before it shows the form, so that tests of pages do not notice a command that asks nothing.
"""

import traceback

import pytest

from admissions.core.decision import Decision, Refused
from tests.audit.test_gate_walk import product_commands
from tests.house.arguments import arguments
from tests.house.gate import gates
from tests.house.lookers import NO_ROLE

pytestmark = pytest.mark.django_db


def test_every_command_asks_whether_one_may(world):
    """Refused by a rule that the command itself asks, and by nothing else: not by a state, a form or the database."""
    stranger, found = world.who[NO_ROLE], {}
    for code, run in product_commands():
        given = arguments(world, run)
        try:
            run(actor=stranger, reason="试办", **given)
            found[code] = "done"
        except Exception as error:
            if not came_from_a_rule(error):
                found[code] = repr(error)
    assert {code: how for code, how in found.items() if code not in gates().asks_nobody} == {}
    assert set(found) == gates().asks_nobody


def came_from_a_rule(error: Exception) -> bool:
    frames = [frame.f_code for frame, _ in traceback.walk_tb(error.__traceback__)]
    return isinstance(error, Refused) and Decision.require.__code__ in frames
