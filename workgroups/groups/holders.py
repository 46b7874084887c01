"""Who really acts on a post now; answered by the capability that keeps the appointments, which lies above this one."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from admissions.core.capability import Slot
from admissions.core.decision import Decision

from .models import Post

# Appointments (with person and post__group__season loaded) → by id whether the holder may act by it at this instant.
Acting = Callable[[Iterable[Any]], Mapping[int, Decision]]
ACTING: Slot[Acting] = Slot("acting_on_posts", Acting, one=True)


def with_grounds(rows: Iterable[Any]) -> list[Any]:
    """The same appointments, each with `ground`: whether it gives its holder a right at this instant, and why not."""
    rows = list(rows)
    grounds = ACTING(rows) if rows else {}
    for row in rows:
        row.ground = grounds[row.pk]
    return rows


def by_post(rows: Iterable[Any]) -> dict[int, list[Any]]:
    """Post → its appointments, each with `ground`."""
    found: dict[int, list[Any]] = {}
    for row in with_grounds(rows):
        found.setdefault(row.post_id, []).append(row)
    return found


def acting_people(season: Any) -> dict[int, set[int]]:
    """Post → ids of the people who may act on it at this instant."""
    appointments = Post._meta.get_field("appointments").related_model.objects
    rows = appointments.of_season(season).in_force().select_related("person", "post__group__season")
    return {post: {row.person_id for row in held if row.ground.ok} for post, held in by_post(rows).items()}
