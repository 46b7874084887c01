import pytest

from tests.factories.followups import SCENES, refreshed
from tests.plugins.shared import undone


@pytest.fixture(scope="module", params=list(SCENES))
def laid(request, module_rows):
    """Each kind of origin once for a module; what a test does to it is undone after the test."""
    with undone():
        yield SCENES[request.param]()


@pytest.fixture
def scene(laid):
    return refreshed(laid)
