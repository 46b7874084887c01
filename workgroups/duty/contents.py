"""What a handover sheet lists; capabilities above register their own open items."""

from collections.abc import Callable
from typing import Any

from admissions.core.todos import own_todos

Lister = Callable[[Any], list[str]]
_listers: list[tuple[str, Lister]] = []


def register(label: str, lister: Lister) -> None:
    """`lister(appointment)` names the open items of one kind."""
    _listers.append((label, lister))


def sheet(appointment: Any) -> list[dict[str, Any]]:
    """Sections of the sheet: duties of the post, open to-dos of the person, then the registered kinds."""
    duties = [duty.text for duty in appointment.post.duties.all()]
    todos = [f"{todo.verb}：{todo.object_label}" for todo in own_todos(appointment.person)]
    deputies = [f"{row}：{row.matters}" for row in appointment.delegations.live()]
    sections = [("岗位职责", duties), ("未办事项", todos), ("代岗", deputies)]
    sections += [(label, lister(appointment)) for label, lister in _listers]
    return [{"label": label, "items": items} for label, items in sections]
