"""Constraints of supervision opinions that nobody runs into."""

from .models import Opinion

NEVER_MET = {
    "opinion_occurrence_counts": "the command counts from the opinion it follows",
    (Opinion, "number"): "numbers of one series wait for each other: core/numbering.py",
}
