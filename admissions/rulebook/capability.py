"""What the rulebook owes to the house."""

from admissions.accounts.permissions import Permission
from admissions.core.capability import Nothing, Provided
from admissions.core.citations import CITATION
from admissions.core.navigation import NavItem, everybody
from admissions.core.seeds import Seed
from admissions.house.questions import Capability, Mount
from admissions.seasons.deadlines.policies import PROVIDERS

from .citations import citation_of
from .deadlines import deadline_policies
from .seeds import seed_rulebook

CAPABILITY = Capability(
    code="rulebook",
    label="制度库",
    stands_on=("seasons",),
    urls=(Mount("rules/", "admissions.rulebook.urls"),),
    menu=(NavItem("制度与基础", 5, "制度库", "rulebook:clauses", "book", everybody),),
    frame=Nothing("shown on pages of its own"),
    todos=Nothing("clauses wait for nobody"),
    permissions=(Permission.EDIT_RULES,),
    areas=Nothing("rules are kept by an office, not by a post"),
    before_season_opens=Nothing("holds for all seasons"),
    before_season_closes=Nothing("holds for all seasons"),
    before_account_closes=Nothing("a clause is nobody's"),
    handover=Nothing("a clause is nobody's"),
    archive=Nothing("quoted where it was applied"),
    travels=Nothing("holds for all seasons"),
    describes=Nothing("nothing travels"),
    overdue=Nothing("has no terms of its own"),
    indicators=Nothing("breaks no rule"),
    seeds=(Seed(10, "制度库", seed_rulebook),),
    demo=Nothing("the reference data is enough"),
    subjects=Nothing("names nobody"),
    imports=Nothing("typed in with its source"),
    job_kinds=Nothing("nothing takes long"),
    timers=Nothing("versions come into force by their date"),
    provides=(Provided(PROVIDERS, deadline_policies), Provided(CITATION, citation_of)),
)
