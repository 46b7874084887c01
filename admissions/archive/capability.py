"""What archives owes to the house."""

from admissions.core.capability import Nothing, Provided
from admissions.core.navigation import NavItem
from admissions.house.questions import Capability, Mount
from admissions.seals.leftovers import KEPT_PACKS

from .rules import sees_archives
from .selectors import kept_packs
from .services import make_archive

CAPABILITY = Capability(
    code="archive",
    label="归档",
    stands_on=("seals", "rulebook"),
    urls=(Mount("archives/", "admissions.archive.urls"),),
    menu=(NavItem("监督", 60, "归档", "archive:list", "archive", sees_archives),),
    frame=Nothing("shown on pages of its own"),
    todos=Nothing("a season that has ended waits in the list of archives"),
    permissions=Nothing("who puts a season away keeps the seasons"),
    areas=Nothing("the archive is an office, not a post"),
    before_season_opens=Nothing("belongs to a season that is over"),
    before_season_closes=Nothing("a season is put away after it has ended"),
    before_account_closes=Nothing("held by nobody"),
    handover=Nothing("held by nobody"),
    archive=Nothing("makes the pack of what the others print"),
    travels=Nothing("belongs to a season that is over"),
    describes=Nothing("nothing travels"),
    overdue=Nothing("has no terms"),
    indicators=Nothing("breaks no rule"),
    seeds=Nothing("nothing is known beforehand"),
    demo=Nothing("the demonstration season is not over"),
    subjects=Nothing("a pack is given whole, to who is recused from nothing"),
    imports=Nothing("read back by a command of the operators"),
    job_kinds=(make_archive,),
    timers=Nothing("nothing is repeated"),
    provides=(Provided(KEPT_PACKS, kept_packs),),
)
