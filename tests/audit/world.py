"""A filter of the trail that two people keep; entries come of what others do."""

from django.urls import reverse

from admissions.audit.models import SavedFilter
from tests.house.lookers import AUDITOR, SUPERVISOR
from tests.house.world import World


def plant(world: World) -> None:
    """Nothing before there are people."""


def plant_over(world: World) -> None:
    query = "outcome=refused"
    rows = {
        name: SavedFilter.objects.create(owner=world.who[looker], name="夜间", path=reverse("audit:trail"), query=query)
        for name, looker in (("filter_of_auditor", AUDITOR), ("filter_of_supervisor", SUPERVISOR))
    }
    world.keep(**rows)
