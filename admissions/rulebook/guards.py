"""Constraints of the rulebook that nobody runs into."""

from .models import DeadlinePolicy, RelativeKind

NEVER_MET = {
    (DeadlinePolicy, "code"): "written by the reference data alone",
    (RelativeKind, "code"): "written by the reference data alone",
}
