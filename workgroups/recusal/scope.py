"""The row filter's source: what a person is recused from, read once per request."""

from collections import defaultdict
from typing import Any

from admissions.audit.access import RecusedScope

from .enums import ScopeKind
from .models import RecusalFact


def recused_scope_of(user: Any) -> RecusedScope:
    """Everything not cleared and not expired counts: a suspicion hides as much as a ruling.

    Nobody is hidden from themself.
    """
    keys: dict[str, set[str]] = defaultdict(set)
    facts = RecusalFact.objects.enforced().filter(person=user).exclude(scope_kind=ScopeKind.MATTER)
    for kind, key in facts.values_list("scope_kind", "scope_key"):
        keys[kind].add(key)
    return RecusedScope(
        persons=frozenset(int(key) for key in keys[ScopeKind.PERSON]) - {user.pk},
        institutions=frozenset(int(key) for key in keys[ScopeKind.INSTITUTION]),
        candidates=frozenset(keys[ScopeKind.CANDIDATE]),
        districts=frozenset(keys[ScopeKind.DISTRICT]),
        schools=frozenset(keys[ScopeKind.SCHOOL]),
    )
