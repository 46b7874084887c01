"""Every address, every looker: the answer stands in the `pages.py` of its capability, and pages are whole.

Who may enter is asked of every page for everybody. A page is drawn for one of those who may; a list or a record, which is put
together from what its reader may see and do, for one of each kind of them.
"""

import re
import time
from collections import Counter
from importlib.util import find_spec

import pytest
from allauth.account.internal.flows import login
from django.test import Client

from admissions.core.navigation import MENU
from admissions.core.views import DetailPage, ListPage, Page
from admissions.house.collection import packages
from tests.house.doors import OPEN, asked, watched
from tests.house.lookers import ANONYMOUS, LEADER, LOOKERS, MEMBER, NO_ROLE, SUPERVISOR
from tests.house.pages import addresses, folder_of, named_urls, pages, view_of

# Drawn for everybody: it is put together from what each may see.
FOR_EVERYBODY = ("home",)
WAY = 'aria-label="所在位置"'
# Pages of ours outside the navigation that lie below no other, and why.
NO_WAY = {
    "home": "the first page, which everything else lies below",
    "accounts:mine": "opened from one's own name at the top of every page",
    "paper-verify": "for a stranger who holds the paper: nothing of the house is below or above it",
    "pledge-verify": "for a stranger who holds the paper: nothing of the house is below or above it",
    "desk:sheet": "a sheet to print, with its own way back",
    "seals:sheet": "a sheet to print, with its own way back",
}
KINDS = {SUPERVISOR: "supervision", LEADER: "lead", MEMBER: "work", NO_ROLE: "work", ANONYMOUS: "outside"}


@pytest.mark.parametrize("package", packages())
def test_every_capability_says_its_pages_and_its_rows(package):
    assert [name for name in ("pages", "world") if find_spec(f"{folder_of(package)}.{name}") is None] == []


def test_every_exemption_from_the_way_is_of_a_page():
    assert set(NO_WAY) <= set(pages())


def test_every_address_is_declared():
    assert sorted(named_urls()) == sorted(pages())


def test_every_page_opens_for_somebody_or_says_why_not():
    """For one of the lookers, or for somebody else at another record; only what is no page says why it never opens."""
    unclear = {
        page.name
        for page in pages().values()
        if sum([bool(page.opens) and page.status == 200, page.opened is not None, bool(page.never)]) != 1
    }
    assert unclear == set()


@pytest.mark.walk
@pytest.mark.django_db
@pytest.mark.parametrize("looker", LOOKERS)
def test_doors(looker, world, settings, light):
    """A door that opens where no 200 is wanted leads to a page that answers otherwise: then the page is asked.

    Each door is asked through the whole site by one of the lookers in turn.
    """
    settings.MFA_REQUIRED = False
    whole, knocking = signed_in(world, looker), Client(raise_request_exception=False)
    whole.handler.load_middleware()
    settings.MIDDLEWARE = watched()
    knocking.cookies = whole.cookies
    places = addresses(world)
    answers = asked(knocking, places)
    answers |= {name: knocking.get(places[name]) for name in list(places)[LOOKERS.index(looker) :: len(LOOKERS)]}
    wrong = {}
    for name, response in answers.items():
        wanted = pages()[name].wanted(looker)
        if OPEN in response.headers and wanted != 200:
            response = whole.get(places[name])
        if response.status_code != wanted:
            wrong[name] = (wanted, response.status_code)
    assert wrong == {}


@pytest.mark.walk
@pytest.mark.django_db
@pytest.mark.parametrize("part", range(4))
def test_pages_are_whole(part, world, settings, light):
    settings.MFA_REQUIRED = False
    clients = {looker: signed_in(world, looker) for looker in LOOKERS}
    found = {
        (name, looker): fault
        for name, address in list(addresses(world).items())[part::4]
        for looker in chosen(name)
        if (fault := drawn(clients[looker].get(address), name))
    }
    assert found == {}


@pytest.mark.walk
@pytest.mark.django_db
def test_pages_of_other_people_are_whole(world, settings, light):
    """What none of the lookers may open opens for the person whose turn it is."""
    settings.MFA_REQUIRED = False
    found = {
        name: fault
        for name, page in pages().items()
        if page.opened is not None
        if (fault := drawn(opener(world, page).get(page.opened_address(world)), name))
    }
    assert found == {}


@pytest.mark.walk
@pytest.mark.django_db
@pytest.mark.parametrize("status", [403, 404])
def test_a_no_is_a_whole_page_for_everybody(status, world, settings, light):
    settings.MFA_REQUIRED = False
    places = addresses(world)
    for looker in LOOKERS[1:]:
        wanted = (
            name for name in places if name.startswith("meetings:item-") and pages()[name].wanted(looker) == status
        )
        name = next(wanted, None)
        page = signed_in(world, looker).get(places[name]) if name else None
        assert page is None or (page.status_code, _faults(page.content.decode())) == (status, []), (looker, name)


def chosen(name):
    """Who draws the page: all kinds of people in turn, over the whole of the walk."""
    page = pages()[name]
    may = page.may() if page.status == 200 else []
    if name in FOR_EVERYBODY or not may:
        return may
    if not isinstance(view_of(name), type) or not issubclass(view_of(name), ListPage | DetailPage):
        return [may[len(name) % len(may)]]
    turned = may[len(name) % len(may) :] + may
    return list({KINDS.get(looker, "office"): looker for looker in turned}.values())


def opener(world, page):
    return signed_in(world, page.opened.by, page.opened.just_in)


def signed_in(world, looker, just_in=False):
    """A looker, or somebody the world keeps under this name."""
    client = Client(raise_request_exception=False)
    if looker == ANONYMOUS:
        return client
    client.force_login(world.who[looker] if looker in world.who else world.records[looker])
    if just_in:
        session = client.session
        session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = session["_auth_user_id"]
        proof = {"method": "mfa", "type": "totp", "at": time.time(), "reauthenticated": True}
        session["account_authentication_methods"] = [proof]
        session.save()
    return client


def drawn(response, name):
    """What is wrong with it; nothing with a file or a page that is whole."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if response.status_code != 200:
        return [f"status {response.status_code}"]
    text = body.decode(errors="replace")
    if not text.lstrip().lower().startswith("<!doctype html"):
        return []
    return _faults(text) + ([] if WAY in text or stands_alone(name) else ["nowhere: no crumbs"])


def stands_alone(name):
    """A page that the navigation leads to, a step of signing in (none of ours), or one with a reason."""
    view = view_of(name)
    ours = isinstance(view, type) and issubclass(view, Page)
    return not ours or name in NO_WAY or name in {item.url_name for item in MENU}


def _faults(page):
    """One heading, no id twice, and from each form of the frame a way back."""
    found = [f"id {name} twice" for name, count in Counter(re.findall(r'\sid="([^"]+)"', page)).items() if count > 1]
    if page.count("<h1") != 1:
        found.append("not one heading")
    if 'class="form-page' in page and ">返回</a>" not in page:
        found.append("no way back")
    return found
