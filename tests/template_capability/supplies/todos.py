"""What supplies ask of whom: a state that waits needs somebody who is told."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from admissions.core.todos import Todo

from .models import Supply


def supply_todos(user: Any) -> Iterator[Todo]:
    """Whoever took something brings it back."""
    for row in Supply.objects.visible_to(user).still_out().filter(taken_by=user).select_related("group"):
        yield Todo("归还", str(row), reverse("supplies:list"), season_id=row.group.season_id)
