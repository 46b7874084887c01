"""What backup and restore owes to the house."""

from admissions.core.capability import Nothing, Provided
from admissions.house.questions import Capability, Mount

from .restore import AFTER_RESTORE, OWN_CHECKS

CAPABILITY = Capability(
    code="upkeep",
    label="运行维护",
    stands_on=("evidence",),
    urls=(Mount("", "admissions.upkeep.urls"),),
    menu=Nothing("run from the command line; its figures are for machines"),
    frame=Nothing("has no pages"),
    todos=Nothing("done by the operators of the machine"),
    permissions=Nothing("the machine's own account runs it"),
    areas=Nothing("no right of a post concerns it"),
    before_season_opens=Nothing("belongs to no season"),
    before_season_closes=Nothing("belongs to no season"),
    before_account_closes=Nothing("held by nobody"),
    handover=Nothing("held by nobody"),
    archive=Nothing("a backup is not an archive"),
    travels=Nothing("belongs to no season"),
    describes=Nothing("nothing travels"),
    overdue=Nothing("monitoring watches it"),
    indicators=Nothing("monitoring watches it"),
    seeds=Nothing("keeps no rows"),
    demo=Nothing("the demonstration is not backed up"),
    subjects=Nothing("keeps no rows"),
    imports=Nothing("restoring is no import"),
    job_kinds=Nothing("runs from the command line, without the database it restores"),
    timers=Nothing("the machine's own timer starts it"),
    provides=tuple(Provided(AFTER_RESTORE, check) for check in OWN_CHECKS),
)
