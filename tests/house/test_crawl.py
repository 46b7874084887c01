"""Six kinds of person at all addresses there are: four who must keep away from planted records, one without any right, a stranger.

What each of the four is shown before they are recused is the measure: a kind of record that nobody was shown proves nothing.
"""

import re

import pytest
from django.db import DatabaseError
from django.http import HttpResponse, QueryDict
from django.test import Client
from django.urls import resolve, reverse

from admissions.accounts.enums import Role
from admissions.audit.actions import Action
from admissions.audit.enums import Outcome
from admissions.audit.trail import scope_of, write_event
from admissions.core.given import whole_number
from admissions.core.views import FormPage, ListPage
from tests.factories.accounts import RoleGrantFactory, UserFactory, user_with
from tests.factories.meetings import kept_from_item
from tests.factories.recusal import fact_about
from tests.house.doors import OPEN, asked, watched
from tests.house.lookers import ANONYMOUS, LEADER, NO_ROLE
from tests.house.marked import audited, can_name_somebody, marked_words
from tests.house.pages import pages
from tests.house.test_pages import signed_in
from tests.house.walking import (
    is_form,
    named_rows,
    opening,
    own_places,
    places,
    texts_of,
    without_what_was_typed,
)
from tests.house.world import INSTITUTION_NAME, ITEM_NAME, MEMBER_NAME
from tests.trail import setting_up
from workgroups.recusal.enums import FactState, ScopeKind

pytestmark = [pytest.mark.django_db, pytest.mark.walk, pytest.mark.usefixtures("light")]
BUSINESS = [Role.SECRETARIAT, Role.RULE_EDITOR, Role.TRAINING_OFFICER, Role.RECUSAL_OFFICER]
PRINCIPAL_NAME = "蔡代隐"
NAMES = (MEMBER_NAME, INSTITUTION_NAME, ITEM_NAME, PRINCIPAL_NAME)
MISSING = 10**9
# Header of a room: in which fields a hidden key was answered otherwise than one that does not exist.
TOLD = "X-Told"
EXPORT = "?export=csv&purpose=work"


def holders(world):
    """A leader with every role of business, supervision, and two of the three administrators."""
    for role in BUSINESS:
        RoleGrantFactory(user=world.who[LEADER], role=role)
    others = {str(role): user_with(role) for role in (Role.SUPERVISOR, Role.AUDIT_ADMIN, Role.SECURITY_ADMIN)}
    return {LEADER: world.who[LEADER], **others}


def subjects_of(world, principal):
    return {
        f"person:{world.member.person_id}",
        f"person:{principal.pk}",
        f"institution:{world.institution.pk}",
        f"item:{world.item_apart.pk}",
    }


def keep_away(world, person, principal):
    for kind, key in (
        (ScopeKind.PERSON, world.member.person_id),
        (ScopeKind.PERSON, principal.pk),
        (ScopeKind.INSTITUTION, world.institution.pk),
    ):
        fact_about(person, world.season, kind=kind, key=key, state=FactState.CONFIRMED, label="回避对象")
    kept_from_item(person, world.item_apart)


def acted_for(principal, world):
    """In whose name somebody acted, wherever a record keeps it: the newest row of each kind, or another one like it."""
    found = set()
    for model in audited():
        if any(field.name == "on_behalf_of" for field in model._meta.concrete_fields):
            row = model._base_manager.order_by("-pk").first()
            if with_principal(row, principal) or with_principal(row, principal, anew=True):
                found.add(model._meta.label)
    action = Action("test.for", "代办", world.who[LEADER], "代办", target=world.group, on_behalf_of=principal)
    write_event(action, Outcome.DONE, scope_of(world.group))
    return found


def with_principal(row, principal, anew=False):
    row.on_behalf_of = principal
    if anew:
        row.pk, row._state.adding = None, True
    try:
        with setting_up():
            row.save()
    except DatabaseError:
        return False
    return True


def squeezed(text):
    """Without white space: a word may be broken over lines."""
    return re.sub(r"\s+", "", text)


class Measure:
    """Which kinds of planted records were shown: by their words, or by a bare name on a page of their own."""

    def __init__(self, rows):
        self.words = {
            model._meta.label: {squeezed(word) for word in marked_words(model)} for model in can_name_somebody()
        }
        self.own = {model._meta.label: set(own_places(found)) for model, found in rows.items()}
        self.left = {*self.words, *NAMES}

    def note(self, address, text):
        text = squeezed(text)
        self.left -= {name for name in NAMES if name in text}
        for label in self.left & self.words.keys():
            words = self.words[label]
            if words - set(NAMES) or address in self.own.get(label, ()):
                self.left -= {label} if any(word in text for word in words) else set()


def test_whoever_keeps_away_finds_nothing_of_what_they_were_shown(world, settings):
    settings.MFA_REQUIRED = False
    principal = UserFactory(name=PRINCIPAL_NAME)
    assert len(acted_for(principal, world)) > 7
    people, rows = holders(world), named_rows(subjects_of(world, principal), most=3)
    own = dict.fromkeys(place for found in rows.values() for place in own_places(found))
    everywhere = [*own, *(place for place in places(world) if place not in own)]
    measure = Measure(rows)
    for person in people:
        show(people[person], everywhere, measure, settings)
    assert sorted(measure.left) == []
    for person in people.values():
        keep_away(world, person, principal)
    drawn: set[str] = set()
    leaks = set()
    for number, (name, person) in enumerate(people.items()):
        leaks |= {
            (name, *leak) for leak in leaks_to(person, everywhere, drawn, NAMES[number:] + NAMES[:number], settings)
        }
    assert sorted(leaks) == []


def show(person, everywhere, measure, settings):
    """Until every kind has been shown to somebody; forms show nothing that lists and records do not."""
    client = client_of(person)
    found = opening(client, [place for place in everywhere if not is_form(place)], settings) if measure.left else {}
    wanted = [place for place, answer in found.items() if answer.status_code == 200]
    for address, text in texts_of(client, wanted, EXPORT):
        measure.note(address, text)
        if not measure.left:
            return


def leaks_to(person, everywhere, drawn, names, settings):
    """Pages that a person has drawn who must keep away from all of these, and the name found there.

    A form, and a sentence why not, are drawn for the first of them; lists are searched for one name by each.
    """
    client, first = client_of(person), not drawn
    found = opening(client, everywhere, settings)
    wanted = [
        place
        for place, answer in found.items()
        if first or (answer.status_code == 200 and not (is_form(place) and place in drawn))
    ]
    drawn |= set(wanted)
    search = f"?text={names[0]}&q={names[0]}"
    for address, text in texts_of(client, wanted, search, EXPORT):
        for name in names:
            if name in without_what_was_typed(text, address, name):
                yield address, name


def client_of(person):
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return client


def test_who_has_no_right_and_who_is_no_one_find_no_planted_words(world, settings):
    """Names of people and institutions they may meet; what was written about them, nowhere."""
    settings.MFA_REQUIRED = False
    words = {word for model in can_name_somebody() for word in marked_words(model)} - set(NAMES) | {ITEM_NAME}
    for looker in (NO_ROLE, ANONYMOUS):
        client = signed_in(world, looker)
        found = opening(client, places(world), settings)
        wanted = [place for place, answer in found.items() if answer.status_code == 200]
        leaks = {
            (address, word) for address, text in texts_of(client, wanted, EXPORT) for word in words if word in text
        }
        assert (looker, sorted(leaks)) == (looker, [])


def test_a_hidden_key_is_answered_like_one_that_does_not_exist(world, settings):
    """In addresses that are posted to, and in every field of a form or a filter that takes the key of a record."""
    settings.MFA_REQUIRED = False
    principal = UserFactory(name=PRINCIPAL_NAME)
    rows = named_rows(subjects_of(world, principal), most=1)
    every, tried = places(world), set()
    for name, person in holders(world).items():
        keep_away(world, person, principal)
        client = client_of(person)
        found = opening(client, every, settings, keys_tried(rows, tried))
        told = {place: answer.headers[TOLD] for place, answer in found.items() if answer.headers.get(TOLD)}
        assert (name, told) == (name, {})
        shut = {page.name: page.address(world) for page in pages().values() if page.of}
        shut = {page: address for page, address in shut.items() if address not in found}
        assert len(shut) > 20 and posted(client, shut, settings) == posted(client, nowhere(shut), settings), name
    assert len(tried) > 12


def posted(client, addresses, settings):
    """Page → what it answers to an empty post."""
    settings.MIDDLEWARE, before = watched(), settings.MIDDLEWARE
    knocking = Client(raise_request_exception=False)
    knocking.cookies = client.cookies
    answers = asked(knocking, addresses, "POST")
    settings.MIDDLEWARE = before
    return {page: answer.status_code for page, answer in answers.items()}


def nowhere(addresses):
    return {page: missing_like(page, address) for page, address in addresses.items()}


def missing_like(name, address):
    match = resolve(address)
    return reverse(
        name,
        kwargs={key: MISSING if whole_number(str(value)) is not None else value for key, value in match.kwargs.items()},
    )


def keys_tried(rows, tried):
    """A room in which each field that takes a record is given the key of a hidden one, and one that does not exist."""

    def room(page):
        told = []
        make = maker(page)
        for name, field in make(None).fields.items() if make else ():
            model = getattr(getattr(field, "queryset", None), "model", None)
            for row in rows.get(model, ()):
                tried.add((type(page).__name__, name))
                key = str(field.prepare_value(row) or row.pk)
                answers = [errors(make, name, value).replace(value, "") for value in (key, missing(key))]
                if answers[0] != answers[1]:
                    told.append(f"{name}={model.__name__}")
        return HttpResponse(headers={OPEN: "open", TOLD: ",".join(told)})

    return room


def missing(key):
    return str(MISSING) if len(key) < 10 else "9" * len(key)


def maker(page):
    """What makes the page's form, or its filters, of what was sent."""
    if isinstance(page, ListPage) and page.filterset_class:
        return lambda data: page.filterset_class(data, queryset=page.get_queryset(), request=page.request).form
    return (lambda data: page.get_form(data)) if isinstance(page, FormPage) else None


def errors(make, name, value):
    data = QueryDict(mutable=True)
    data[make(None).add_prefix(name)] = value
    return str(make(data).errors.get(name, ""))
