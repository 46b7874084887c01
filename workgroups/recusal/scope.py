"""The one source of what a person is recused from, for rows, gate, ledger, exports and packs. Asked once per request, and by
each command anew.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection

from admissions.audit.access import RecusedScope
from admissions.core.capability import Slot

from .enums import ENFORCED, ScopeKind
from .models import RecusalFact


@dataclass(frozen=True)
class Apart:
    """Where it stands that somebody is kept apart: a statement for (kind, key as text), with one `%s` for the person's key.

    `values`: what its further `%s` stand for.
    """

    statement: str
    values: tuple[Any, ...] = ()


# Read together in one statement: the facts, and what capabilities above know of matters one was kept away from by name.
APART: Slot[Apart] = Slot("apart", Apart)
# Everything not cleared and not expired counts: a suspicion hides as much as a ruling.
FACTS = Apart(
    f"SELECT scope_kind, scope_key FROM {RecusalFact._meta.db_table}"
    " WHERE person_id = %s AND scope_kind <> %s AND state = ANY(%s)",
    (ScopeKind.MATTER.value, [state.value for state in ENFORCED]),
)


def recused_scope_of(user: Any) -> RecusedScope:
    """Nobody is hidden from themselves."""
    with connection.cursor() as cursor:
        cursor.execute(_statement(), [value for source in APART for value in (user.pk, *source.values)])
        rows = cursor.fetchall()
    if not rows:
        return RecusedScope()
    keys: dict[str, set[str]] = defaultdict(set)
    for kind, key in rows:
        keys[kind].add(key)
    return RecusedScope(
        persons=frozenset(int(key) for key in keys[ScopeKind.PERSON]) - {user.pk},
        institutions=frozenset(int(key) for key in keys[ScopeKind.INSTITUTION]),
        candidates=frozenset(keys[ScopeKind.CANDIDATE]),
        districts=frozenset(keys[ScopeKind.DISTRICT]),
        schools=frozenset(keys[ScopeKind.SCHOOL]),
        items=frozenset(int(key) for key in keys["item"]),
    )


@cache
def _statement() -> str:
    """Every command pays for this question: it is not put together anew each time."""
    return " UNION ALL ".join(source.statement for source in APART)
