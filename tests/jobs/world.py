"""A job that waits."""

from admissions.jobs.models import Job
from tests.house.lookers import SECRETARY
from tests.house.world import World


def plant(world: World) -> None:
    job = Job.objects.create(kind="imports.check", title="预检", params={}, requested_by=world.who[SECRETARY])
    world.keep(job=job)
