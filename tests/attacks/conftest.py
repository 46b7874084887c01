import os

import pytest

from tests.plugins.database import Origin, Workshop, maintenance
from tests.plugins.worlds import demonstration_template


@pytest.fixture(scope="session", autouse=True)
def on_demonstration(django_db_setup, django_db_blocker):
    """`make attack` plays on a copy of the demonstration data; the suite on tables that are empty before each attack."""
    if os.environ.get("ATTACK_DEMONSTRATION"):
        with django_db_blocker.unblock():
            Workshop.template = demonstration_template()
            Workshop.stand_on(Workshop.template)
            with maintenance(Workshop.database) as cursor:
                Workshop.origin = Origin.read(cursor)
