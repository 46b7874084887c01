"""What sheets of steps owes to the house."""

from admissions.core.capability import Nothing, Provided
from admissions.core.navigation import NavItem, everybody
from admissions.house.questions import Capability, Demonstration, Held, Mount, PaperKind
from admissions.sight.kinds import KINDS
from workgroups.appointments.enums import RightArea

from .archiving import run_paper, runs
from .models import StepMaterial, StepRun, StepSignature
from .sights import RUNS
from .todos import step_todos
from .unfinished import before_account_closes, before_season_closes, overdue, runs_of

CAPABILITY = Capability(
    code="steps",
    label="环节签署",
    stands_on=("requests",),
    urls=(Mount("operations/", "admissions.operations.steps.urls"),),
    menu=(NavItem("办理", 10, "环节签署", "steps:runs", "signature", everybody),),
    frame=Nothing("shown on pages of its own"),
    todos=(step_todos,),
    permissions=Nothing("who signs is decided by posts and the matrix"),
    areas=(RightArea.STEPS,),
    before_season_opens=Nothing("steps come with the groups"),
    before_season_closes=before_season_closes,
    before_account_closes=before_account_closes,
    handover=(Held("环节单", runs_of),),
    archive=(PaperKind("环节签署单", runs, run_paper),),
    travels=Nothing("steps travel with the groups, sheets do not"),
    describes=Nothing("described with the groups"),
    overdue=overdue,
    indicators=Nothing("quick and paired signatures are found in the ledger"),
    seeds=Nothing("steps come with the template season"),
    demo=Demonstration(20, "demo_operations"),
    subjects=(StepRun, StepMaterial, StepSignature),
    imports=Nothing("sheets are never imported"),
    job_kinds=Nothing("nothing takes long"),
    timers=Nothing("deadlines are derived"),
    provides=(Provided(KINDS, RUNS),),
)
