"""Every page that takes a form names the command it calls or says why it calls none; every page says where it lies.

From the named command the page knows at its door what the gate would answer to the post (`at_the_gate`), so who is
recused or comes after the season reads why before filling in anything.
"""

import ast
import inspect
import sys
import textwrap
from collections.abc import Iterator

import pytest
from django.urls import reverse
from django.utils import timezone

from admissions.audit.commands import COMMANDS
from admissions.core.capability import Nothing
from admissions.core.views import Page
from admissions.seasons.lifecycle.enums import SeasonStatus
from tests.factories.accounts import UserFactory
from tests.factories.seasons import OpenSeasonFactory
from tests.house.doors import OPEN, watched
from tests.house.gate import gates
from tests.house.pages import pages, view_of
from tests.house.test_pages import opener, signed_in
from tests.trail import setting_up


def form_pages() -> dict[str, type[Page]]:
    views = {name: view_of(name) for name in pages()}
    return {
        name: view
        for name, view in views.items()
        if isinstance(view, type) and issubclass(view, Page) and "post" in view.http_method_names
    }


FORMS = form_pages()
# Whose record lies in the season that is still to open, or in none.
NOT_OF_THIS_SEASON = {
    "evidence:import-upload": "people belong to no season",
    "recusal:screening-resume": "of the coming season",
    "seasons:batch-remove": "of the coming season",
    "seasons:correct": "the coming season",
    "seasons:open": "the coming season",
}


def test_every_page_that_takes_a_form_names_its_command_or_says_why_not():
    silent = {name for name, view in FORMS.items() if not view.action_code() and not isinstance(view.command, Nothing)}
    assert silent == set()


@pytest.mark.parametrize("name", FORMS)
def test_a_page_calls_the_command_it_names_and_no_other(name):
    view = FORMS[name]
    called = set(called_in(view))
    assert isinstance(view.command, Nothing) or called <= {view.action_code()}
    assert view.action_code() in ("", *COMMANDS)


def called_in(view: type[Page]) -> Iterator[str]:
    """Codes of the commands whose names stand in the methods of the page, of those above it outside the kernel too."""
    for kind in view.__mro__:
        if kind.__module__.startswith(("admissions.core.", "django.", "builtins")):
            continue
        names = vars(sys.modules[kind.__module__])
        tree = ast.parse(textwrap.dedent(inspect.getsource(kind)))
        for method in (node for node in tree.body[0].body if isinstance(node, ast.FunctionDef)):
            found = (_named(node, names) for node in ast.walk(method) if isinstance(node, ast.Name | ast.Attribute))
            yield from (code for code in found if code)


def _named(node: ast.Name | ast.Attribute, names: dict[str, object]) -> str:
    """Code of the command that `name` or `module.name` means in that file; empty for anything else."""
    if isinstance(node, ast.Name):
        return getattr(names.get(node.id), "action_code", "") if not isinstance(names.get(node.id), type) else ""
    if isinstance(node.value, ast.Name) and inspect.ismodule(names.get(node.value.id)):
        return getattr(getattr(names[node.value.id], node.attr, None), "action_code", "")
    return ""


@pytest.mark.walk
@pytest.mark.django_db
def test_after_the_season_every_page_says_so_before_anybody_fills_in_a_form(world, settings, light):
    """Only pages of commands that are of no season, or go on after it, still show their form."""
    settings.MFA_REQUIRED = False
    with setting_up():
        world.season.status, world.season.closed_at = SeasonStatus.CLOSED, timezone.now()
        world.season.save()
    settings.MIDDLEWARE = watched()
    goes_on = gates().in_no_season | gates().season_exempt
    shown = set()
    for name, view in FORMS.items():
        page = pages()[name]
        if not view.action_code() or view.action_code() in goes_on or page.status != 200 or page.never:
            continue
        client = opener(world, page) if page.opened else signed_in(world, page.may()[0])
        address = page.opened_address(world) if page.opened else page.address(world)
        answer = client.get(f"{address}{'&' if '?' in address else '?'}season={world.season.pk}")
        if answer.status_code not in (403, 404) or OPEN in answer.headers:
            shown.add(name)
    assert shown == set(NOT_OF_THIS_SEASON)


@pytest.mark.django_db
class TestRefusedPage:
    def refused(self, client, person, name, record):
        client.force_login(person)
        answer = client.get(reverse(name, args=[record.pk]))
        assert answer.status_code == 403
        return answer.context["back"]

    def test_leads_back_to_the_record(self, client, settings):
        settings.MFA_REQUIRED = False
        season = OpenSeasonFactory()
        assert self.refused(client, UserFactory(), "seasons:close", season) == season.get_absolute_url()

    def test_leads_to_no_page_that_says_no_too(self, client, settings):
        settings.MFA_REQUIRED = False
        person = UserFactory()
        assert self.refused(client, person, "accounts:close", person) == ""
