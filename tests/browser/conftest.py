import pytest
from playwright.sync_api import expect

from admissions.accounts.models import User
from tests.browser.people import PATIENCE, Person
from tests.factories.accounts import PASSWORD

# What a script does comes a moment after its page: it is expected, never asked once.
expect.set_options(timeout=PATIENCE)


@pytest.fixture
def context(context):
    context.set_default_timeout(PATIENCE)
    return context


@pytest.fixture
def arrive(browser, browser_context_args, live_server, settings, tmp_path):
    """Somebody's own window: `arrive(person)`."""
    settings.MFA_REQUIRED, settings.MEDIA_ROOT = False, tmp_path / "media"
    windows = {}

    def come(person):
        if person.pk not in windows:
            login = User.objects.get(pk=person.pk).username
            windows[person.pk] = Person(browser, live_server.url, browser_context_args).sign_in(login, PASSWORD)
        return windows[person.pk]

    yield come
    for window in windows.values():
        window.context.close()
