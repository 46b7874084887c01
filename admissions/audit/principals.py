"""In whose stead somebody signed: kept as a key beside the signer's name, and read only by who may know of the principal."""

from django.conf import settings
from django.db import models

from admissions.core.people import Person, Visitor

from .access import recused_scope


def principal_key() -> models.ForeignKey:
    """The column of a signature beside the signer's own name; null where the signer acted by an own right.

    Filled with `principal_id()` of the command under way. Never in the text: a text cannot be withheld from one reader.
    """
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="代何人", null=True, blank=True, related_name="+"
    )


def may_know(reader: Visitor, principal: Person | None) -> bool:
    """Not where the reader keeps away from the principal, as with the entries of the ledger."""
    return principal is not None and principal.pk not in recused_scope(reader).persons


def signed_by(name: str, principal: Person | None, reader: Visitor) -> str:
    """“李四（代王五）”; of the principal nothing for a reader who keeps away from that person."""
    return acting_for(name, principal if may_know(reader, principal) else None)


def acting_for(name: str, principal: Person | None) -> str:
    """In full, for whoever may know of the principal: the archive, and rows that are themselves hidden from the others."""
    return f"{name}（代{principal.get_full_name()}）" if principal is not None else name
