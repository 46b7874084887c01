"""Walking as one person over all addresses there are: what is drawn for them, and what stands in it."""

import inspect
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import resolve, reverse

from admissions.audit.models import AuditedModel
from admissions.core.views import FormPage, ListPage
from tests.house.doors import Room, asked, empty, watched
from tests.house.marked import audited
from tests.house.pages import addresses, pages
from tests.house.world import World

# A page that looks at nothing but who asks.
ASKS = re.compile(r"self\.request(?!\.user\b)|\brequest\.(?!user\b|method\b)|\(request\b")


def reads_its_address(address: str) -> bool:
    page = getattr(resolve(address).func, "view_class", None)
    return page is None or asks_the_request(page)


@cache
def asks_the_request(page: type) -> bool:
    """Whether the page may answer a query: lists do, and whatever our own code above the generic pages hands the request to."""
    return issubclass(page, ListPage) or any(
        ASKS.search(re.sub(r"super\(\)\.\w+\(request", "", source)) for source in own_sources(page)
    )


def gives_out(address: str) -> bool:
    """Whether the page may answer `?export=`: lists do, and pages whose own code speaks of it."""
    page = getattr(resolve(address).func, "view_class", None)
    return page is None or issubclass(page, ListPage) or any("export" in source for source in own_sources(page))


@cache
def own_sources(page: type) -> list[str]:
    """The code of a page above the generic ones."""
    return [
        inspect.getsource(kind)
        for kind in page.__mro__
        if not kind.__module__.startswith(("admissions.core.", "django.")) and kind is not object
    ]


def places(world: World) -> list[str]:
    """The address of every page: of its planted record, and of the record at which it opens for somebody else."""
    turns = [page.opened_address(world).split("?")[0] for page in pages().values() if page.opened is not None]
    return list(dict.fromkeys([*addresses(world).values(), *turns]))


def named_rows(subjects: set[str], most: int = 12) -> dict[type[AuditedModel], list[AuditedModel]]:
    """Of every kind the newest rows that name one of the subjects, by their `RECUSAL_PATHS`."""
    found: dict[type[AuditedModel], dict[int, AuditedModel]] = {}
    for model in audited():
        for kind, path in model.RECUSAL_PATHS.items():
            keys = [subject.split(":", 1)[1] for subject in subjects if subject.startswith(f"{kind}:")]
            rows = model._base_manager.filter(**{f"{path}__in": keys}).order_by("-pk")[:most] if keys else ()
            found.setdefault(model, {}).update({row.pk: row for row in rows})
    return {model: list(rows.values()) for model, rows in found.items() if rows}


def own_places(rows: list[AuditedModel]) -> list[str]:
    """The pages that show the rows, and their histories."""
    found = [url for row in rows if (url := row.get_absolute_url())]
    return [*found, *(reverse("audit:record", args=[row._meta.label_lower, row.pk]) for row in rows)]


def texts_of(client: Client, found: Iterable[str], *queries: str) -> Iterator[tuple[str, str]]:
    """(address, text) of every page; of those that may answer a query also with the queries: searched, sorted, exported."""
    for address in found:
        asked_for = [query for query in queries if not query.startswith("?export") or gives_out(address)]
        for query in ("", *(asked_for if reads_its_address(address) else ())):
            response = client.get(f"{address}{query}")
            assert response.status_code != 500, address
            yield f"{address}{query}", text_of(response)
            if response.status_code in (403, 404):  # a query opens no door
                break


def text_of(response: Any) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode("utf-8", "replace")


def opening(client: Client, found: list[str], settings: Any, room: Room = empty) -> dict[str, HttpResponse]:
    """Address → answer of those that do not answer as if nothing were there; asked at the doors, without a picture."""
    settings.MIDDLEWARE, before = watched(), settings.MIDDLEWARE
    knocking = Client(raise_request_exception=False)
    knocking.cookies = client.cookies
    answers = asked(knocking, {address: address for address in found}, room=room)
    settings.MIDDLEWARE = before
    return {address: answer for address, answer in answers.items() if answer.status_code != 404}


def is_form(address: str) -> bool:
    page = getattr(resolve(address).func, "view_class", None)
    return page is not None and issubclass(page, FormPage)


def without_what_was_typed(text: str, address: str, name: str) -> str:
    """A search page shows the question again; that is the reader's own word, not the record's."""
    return text.replace(f'value="{name}"', "").replace(f"：{name}<", "<") if name in address else text
