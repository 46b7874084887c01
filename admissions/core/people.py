"""People as the floors below accounts know them: the class of an account lies above, these are what is asked of it."""

from typing import Any, Protocol

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


class Visitor(Protocol):
    """Whoever looks at a page, signed in or not."""

    @property
    def pk(self) -> Any: ...

    @property
    def is_authenticated(self) -> bool: ...


class Person(Visitor, Protocol):
    """Somebody with an account: who acts, and whom an entry or a paper names."""

    name: Any
    username: Any
    staff_number: Any

    def get_full_name(self) -> str: ...


def signed_in(request: HttpRequest) -> Person:
    """Who looks at a page that opens only for people with an account."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    return request.user
