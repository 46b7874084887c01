"""A form is carried out once: each form carries a key, and the command it leads to uses it up in its own transaction.

The same form sent again (a second click, a reload, another tab, two processes at once) changes nothing; its answer leads
to what the first one did. A form sent again with other content is shown again, so that nothing typed is lost.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from .capability import Slot
from .people import Person

FIELD = "once"
# Not part of what was meant: the token of the session, and the key itself.
NOT_CONTENT = ("csrfmiddlewaretoken", FIELD)


@dataclass(frozen=True)
class Submission:
    """One form as it was sent: its key, and a keyed digest of what stood in it (64 hex digits)."""

    key: UUID
    digest: str


@dataclass(frozen=True)
class Earlier:
    """What was done by a form: with which content, and the record it led to, as far as the person may see it."""

    digest: str
    record: Any


class SubmittedBefore(Exception):
    """The key has been used up. No refusal: the person may do it, and has."""


_waiting: ContextVar[Submission | None] = ContextVar("submission", default=None)
# (person, key) → what this person did with it; None where nothing was done.
EARLIER: Slot[Callable[[Person, UUID], Earlier | None]] = Slot("earlier_submission", Callable, one=True)


def key_of(request: HttpRequest) -> UUID | None:
    """As it was sent; None for a form without one, which is carried out as often as it is sent."""
    try:
        return UUID(request.POST.get(FIELD, ""))
    except ValueError:
        return None


def new_key() -> UUID:
    return uuid4()


def submission_of(request: HttpRequest) -> Submission | None:
    key = key_of(request)
    return None if key is None else Submission(key, _digest(request, key))


def _digest(request: HttpRequest, key: UUID) -> str:
    """Files count by name and length: their content is looked at when they are kept."""
    fields = [(name, values) for name, values in sorted(request.POST.lists()) if name not in NOT_CONTENT]
    files = [(name, [(one.name, one.size) for one in rows]) for name, rows in sorted(request.FILES.lists())]
    return salted_hmac(f"once {key}", repr((fields, files)), algorithm="sha256").hexdigest()


@contextmanager
def submitting(request: HttpRequest) -> Iterator[None]:
    """While a page calls its command. Of several commands the first uses the key up."""
    token = _waiting.set(submission_of(request))
    try:
        yield
    finally:
        _waiting.reset(token)


def take() -> Submission | None:
    """For the command under way: what it has to use up before it does anything."""
    taken = _waiting.get()
    if taken is not None:
        _waiting.set(None)
    return taken
