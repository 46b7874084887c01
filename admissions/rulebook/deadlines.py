"""The rulebook's deadline policies as the engine takes them, each with its citation."""

from collections.abc import Iterator

from admissions.seasons.deadlines.enums import PauseReason, Unit
from admissions.seasons.deadlines.policy import Policy

from .models import DeadlinePolicy


def deadline_policies() -> Iterator[tuple[str, Policy]]:
    """Code → policy, for the calculator and for the clocks of the apps above."""
    rows = DeadlinePolicy.objects.select_related("clause__source").order_by("pk")
    return ((row.code, as_policy(row)) for row in rows)


def as_policy(row: DeadlinePolicy) -> Policy:
    """Moving the last day is off: none of the sources says so."""
    return Policy(
        f"{row.name}（自{row.start_event}起）",
        row.length,
        Unit(row.unit),
        str(row.clause),
        frozenset(PauseReason(reason) for reason in row.pause_reasons),
        row.extension,
        row.extension_approver,
    )
