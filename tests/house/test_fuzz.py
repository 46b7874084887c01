"""Whatever is sent to whatever address, the answer is never a fault of ours.

Each address that the resolver knows is asked and posted to, with odd keys, odd queries and its own form filled in oddly, by
who may open it and by others. The suite asks every address once; `make test-all` sends ten thousand requests.
`FUZZ_SEED` draws others.
"""

import logging
import os
import re
import sys
import traceback
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from http.cookies import SimpleCookie

import pytest
from django import forms
from django.db import connection, transaction
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from django_filters import FilterSet

from admissions.core import navigation
from tests.house.lookers import LOOKERS, NO_ROLE, SYSTEM
from tests.house.odd_values import Odd, encoded, multipart, quoted
from tests.house.pages import pages
from tests.house.test_pages import signed_in
from tests.sizes import ALL

SEED = os.environ.get("FUZZ_SEED", "2026")
REQUESTS = int(os.environ.get("FUZZ_REQUESTS", 10_000 if ALL else 0))
# Names that every list and every form of the house knows.
COMMON = {"season", "page", "per_page", "sort", "export", "purpose", "purpose_note", "reason", "next", "cursor"}
ASKED_FOR = re.compile(
    r"""\.(?:GET|POST)(?:\.get(?:list)?\(|\[)["']([\w-]+)["']|["']([\w-]+)["'] in \w+(?:\.request)?\.(?:GET|POST)"""
)
TAG = re.compile(r"<(input|select|option|textarea|button|form)\b([^>]*)>")
ATTRIBUTE = re.compile(r'([\w:-]+)(?:="([^"]*)")?')
PLACE = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<\w+>(?:[^()\\]|\\.|\[[^]]*\])*\)")
SENT = {"text": "示例文字", "number": "1", "password": "示例口令Aa1!", "search": "示"}


@dataclass(frozen=True)
class Address:
    """`route` has its places in it."""

    name: str
    route: str
    view: object = field(compare=False)

    def odd(self, odd: Odd, good: list[object]) -> str:
        """At least one of its places filled with what never was a key."""
        places = PLACE.findall(self.route)
        wrong = odd.random.randrange(len(places)) if places else -1
        chosen = iter(
            quoted(good[number]) if number != wrong and number < len(good) and odd.often(0.6) else odd.key()
            for number in range(len(places))
        )
        return PLACE.sub(lambda _: next(chosen), self.route)


@cache
def every_address() -> tuple[Address, ...]:
    """Those of the libraries and of the back office too."""
    return tuple(_walk(get_resolver(), "/", ""))


def _walk(resolver, route, prefix):
    for entry in resolver.url_patterns:
        pattern = str(entry.pattern).removeprefix("^").removesuffix("$").replace("\\", "")
        if isinstance(entry, URLResolver):
            yield from _walk(entry, route + pattern, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
        elif isinstance(entry, URLPattern):
            yield Address(f"{prefix}{entry.name}", route + pattern, entry.callback)


def names_of(view):
    """The fields that the module of a view asks for, in forms, filters and by name."""
    kind = getattr(view, "view_class", view)
    return COMMON | set().union(
        *(_names_in(one.__module__) for one in getattr(kind, "__mro__", [kind]) if hasattr(one, "__module__"))
    )


@cache
def _names_in(module):
    if not module.startswith(("admissions", "workgroups", "discipline", "publicity")):
        return frozenset()
    found = sys.modules[module]
    with open(found.__file__, encoding="utf-8") as source:
        names = {one or other for one, other in ASKED_FOR.findall(source.read())}
    for value in vars(found).values():
        if isinstance(value, type) and issubclass(value, forms.BaseForm):
            names |= set(value.base_fields) | {f"form-0-{name}" for name in value.base_fields}
        if isinstance(value, type) and issubclass(value, FilterSet):
            names |= set(value.base_filters)
    return frozenset(names)


def filled_in(text, odd):
    """The form of a page as somebody would send it: what stands in it, the first that can be chosen, words of the right kind."""
    pairs, chosen, open_select = [], {}, ""
    for tag, rest in TAG.findall(text):
        told = {name: unescape(value) for name, value in ATTRIBUTE.findall(rest)}
        name, kind = told.get("name", ""), told.get("type", "text")
        if tag == "select":
            open_select = name
        elif (
            tag == "option"
            and told.get("value")
            and (open_select not in chosen or "selected" in told or odd.often(0.2))
        ):
            chosen[open_select] = told["value"]
        elif tag == "textarea" and name:
            pairs.append((name, "示例文字"))
        elif tag == "input" and name and kind == "file":
            pairs.append((name, odd.file()))
        elif tag == "input" and name and (kind not in ("radio", "checkbox") or "checked" in told or odd.often(0.3)):
            pairs.append((name, told.get("value") or _typed(kind)))
    return pairs + [pair for pair in chosen.items() if pair[0]]


def _typed(kind):
    now = timezone.localtime()
    return {"date": f"{now:%Y-%m-%d}", "datetime-local": f"{now:%Y-%m-%dT%H:%M}", "time": "09:00"}.get(
        kind, SENT.get(kind, "示例")
    )


class Sender:
    """Sends requests of signed-in people, each of which is undone; keeps what went wrong."""

    def __init__(self, world, odd):
        self.world, self.odd = world, odd
        self.wrong, self.statuses, self.clients, self.sent = {}, Counter(), {}, 0

    def client(self, address):
        """Of somebody who may open it; now and then of anybody."""
        page = pages().get(address.name)
        if page is not None and page.opened is not None and self.odd.often(0.8):
            return self._of(page.opened.by, page.opened.just_in)
        may = page.may() if page is not None else [SYSTEM]
        usual = may or [NO_ROLE]
        return self._of(self.odd.one(usual) if self.odd.often(0.85) else self.odd.one(LOOKERS))

    def _of(self, looker, just_in=False):
        if (looker, just_in) not in self.clients:
            client = signed_in(self.world, looker, just_in)
            client.raise_request_exception = True
            self.clients[looker, just_in] = client, client.cookies.output()
        return self.clients[looker, just_in]

    def send(self, address, method, path, client, body=b"", kind="application/octet-stream"):
        """The text of the answer; nothing where it failed."""
        client, cookies = client
        client.cookies = SimpleCookie(cookies.replace("Set-Cookie: ", ""))
        mark = transaction.savepoint()
        self.sent += 1
        told = f"{method} {path[:300]} {body[:600]!r} {kind[:80]}"
        try:
            answer = client.generic(method, path, body, kind, headers=self.odd.headers())
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            self.statuses[answer.status_code] += 1
            if answer.status_code == 500:
                self.wrong.setdefault((address.name, method, "500"), told)
            return content.decode(errors="replace") if answer.status_code in (200, 422) else ""
        except Exception as error:
            where = [f"{one.filename}:{one.lineno}" for one in traceback.extract_tb(error.__traceback__)]
            self.wrong.setdefault((where[-1], f"{type(error).__name__}: {error}"[:200]), f"{told}\n{_ours(error)}")
            return ""
        finally:
            connection.needs_rollback = False
            transaction.savepoint_rollback(mark)
            connection.run_on_commit = []


def _ours(error):
    frames = [one for one in traceback.extract_tb(error.__traceback__) if "site-packages" not in one.filename]
    return " < ".join(f"{one.filename.split('/')[-1]}:{one.lineno}" for one in reversed(frames[-4:]))


def good_of(address, world):
    """A right address of the page and the keys in it."""
    page = pages().get(address.name)
    if page is None:
        return "", []
    if page.opened is not None:
        return page.opened_address(world), page.arguments(world, page.opened.of)
    return page.address(world), page.arguments(world)


def ask(sender, address):
    """At its right address an odd query; then an odd form there, or anything at an odd address."""
    odd, names = sender.odd, names_of(address.view)
    good, keys = good_of(address, sender.world)
    good, client = good or address.odd(odd, []), sender.client(address)
    query = "" if odd.often(0.4) else f"{'&' if '?' in good else '?'}{odd.query(names)}"
    shown = sender.send(address, "GET", good + query, client)
    if not PLACE.search(address.route) or odd.often(0.6):
        sender.send(address, "POST", good, client, *form_body(odd, shown, names))
    elif odd.often(0.5):
        sender.send(address, "GET", f"{address.odd(odd, keys)}?{odd.query(names)}", client)
    else:
        sender.send(address, "POST", address.odd(odd, keys), client, *form_body(odd, "", names))


def form_body(odd, shown, names):
    if odd.often(0.1):
        return odd.body()
    filled = filled_in(shown, odd) or [(name, "示例") for name in names]
    pairs = odd.spoilt(filled)
    if 'enctype="multipart' in shown or odd.often(0.05):
        return multipart(pairs)
    return encoded(pairs).encode(), "application/x-www-form-urlencoded"


@pytest.mark.walk
@pytest.mark.django_db
def test_no_request_is_a_fault_of_ours(world, settings, light, monkeypatch):
    settings.MFA_REQUIRED = False
    # What waits for the person does not depend on what was asked, and is most of the work of an answer.
    monkeypatch.setattr(navigation, "own_count", lambda user: 0)
    monkeypatch.setattr(logging.root.manager, "disable", logging.CRITICAL)
    addresses, sender = list(every_address()), Sender(world, Odd(SEED))
    assert {address.name for address in addresses} >= set(pages())
    while not sender.sent or sender.sent < REQUESTS:
        sender.odd.random.shuffle(addresses)
        for address in addresses:
            ask(sender, address)
    print(f"seed {SEED}: {sender.sent} requests, {dict(sender.statuses)}")
    assert sender.wrong == {}
