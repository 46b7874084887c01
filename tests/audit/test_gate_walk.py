"""Every command of the product, called by somebody who must keep away, and in a season that has ended.

The gate answers before the body, so arguments need only be saved records of the right model: planted rows of the test
world (`tests/house/arguments.py`). A command with an argument that neither its annotation nor `gate.py` can build fails here.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from admissions.audit.commands import COMMANDS
from admissions.audit.enums import Outcome
from admissions.audit.gate import GATES, closed_to, named_in
from admissions.audit.models import Event
from admissions.core.decision import Refused
from admissions.seasons.lifecycle.enums import SeasonStatus
from tests.factories.accounts import UserFactory
from tests.factories.meetings import kept_from_item
from tests.factories.recusal import fact_about
from tests.house.arguments import arguments, subjects_by_kind
from tests.house.gate import Command, gates
from tests.house.lookers import NO_ROLE
from tests.house.world import World
from tests.trail import setting_up
from workgroups.meetings.models import AgendaItem
from workgroups.recusal.enums import FactState

pytestmark = pytest.mark.django_db


def product_commands() -> Iterator[tuple[str, Command]]:
    for code, run in sorted(COMMANDS.items()):
        if not run.__module__.startswith("tests"):
            yield code, run


def name_the_institution(world: World) -> None:
    """In the item that was decided, so that what hangs on it names somebody."""
    with setting_up():
        world.decided_item.institution = world.institution
        world.decided_item.save()


def kept_from(world: World, kind: str, key: str) -> Any:
    """Somebody with a confirmed recusal from just this; one person for each of them."""
    name = f"kept from {kind} {key}"
    if name not in world.who:
        world.who[name] = UserFactory()
        if kind == "item":
            kept_from_item(world.who[name], AgendaItem.objects.get(pk=key))
        else:
            fact_about(world.who[name], world.season, kind=kind, key=key, state=FactState.CONFIRMED)
    return world.who[name]


def refusal_of(code: str, run: Command, actor: Any, given: dict[str, Any]) -> str:
    """What the command answers; empty unless it refuses and the attempt is on record."""
    try:
        run(actor=actor, reason="试办", **given)
    except Refused as refusal:
        newest = Event.objects.filter(actor_id=actor.pk).newest_first()[0]
        assert (newest.action, newest.outcome, newest.refusal) == (code, Outcome.REFUSED, refusal.decision.reason)
        return refusal.decision.reason
    return ""


def test_every_command_asks_the_gate(world):
    """One world for both walks."""
    name_the_institution(world)
    silent = {code for code, run in product_commands() if not GATES[code].veto and not keeps_away(world, code, run)}
    close_the_season(world)
    timeless = {
        code for code, run in product_commands() if not GATES[code].after_season and not is_over(world, code, run)
    }
    assert (silent, timeless) == (gates().names_nobody, gates().in_no_season)


def keeps_away(world: World, code: str, run: Command) -> bool:
    """Does the command name anybody? Whoever must keep away from one named is refused, others pass the gate."""
    given = arguments(world, run)
    named = subjects_by_kind(named_in(given).subjects)
    for kind, key in named:
        assert "回避" in refusal_of(code, run, kept_from(world, kind, key), given), (code, kind)
    assert GATES[code].after_season or closed_to(world.who[NO_ROLE], code, list(given.values())).ok, code
    return bool(named)


def close_the_season(world: World) -> None:
    with setting_up():
        world.season.status, world.season.closed_at = SeasonStatus.CLOSED, timezone.now()
        world.season.save()


def is_over(world: World, code: str, run: Command) -> bool:
    """Is the command about a season? Then it is refused now that this has ended."""
    given = arguments(world, run)
    if not named_in(given).seasons:
        return False
    assert "录取季已结束" in refusal_of(code, run, world.who[NO_ROLE], given), code
    return True


def test_the_exemptions_are_few_and_each_says_why(capsys):
    codes = [code for code, _ in product_commands()]
    veto = {code: GATES[code].veto.why for code in codes if GATES[code].veto}
    season = {code: GATES[code].after_season.why for code in codes if GATES[code].after_season}
    with capsys.disabled():
        print(f"\nexempt of {len(codes)} commands: {len(veto)} from the veto, {len(season)} from the end of the season")
        for code, why in {**veto, **season}.items():
            print(f"  {code}: {why}")
    assert set(veto) == gates().veto_exempt
    assert set(season) == gates().season_exempt
