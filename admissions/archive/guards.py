"""Archived seasons are read-only."""

from admissions.audit.guarding import EachOf

from .models import SeasonArchive
from .readonly import CONSTRAINT, SAYS, archived_guard, guarded_models

GUARDS = (EachOf(guarded_models, archived_guard, {CONSTRAINT: SAYS}),)

NEVER_MET = {
    "archive_ready_with_file": "the job writes file, seal and time together",
    (SeasonArchive, "number"): "numbers of one series wait for each other: core/numbering.py",
}
