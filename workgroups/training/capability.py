"""What training owes to the house."""

from admissions.accounts.permissions import Permission
from admissions.core.capability import Nothing
from admissions.core.navigation import NavItem, everybody
from admissions.house.questions import Capability, Mount

from .models import Attempt
from .selectors import training_todos
from .unfinished import before_season_closes, before_season_opens

CAPABILITY = Capability(
    code="training",
    label="培训",
    stands_on=("appointments",),
    urls=(Mount("work/", "workgroups.training.urls"),),
    menu=(NavItem("上岗", 30, "培训", "training:courses", "school", everybody),),
    frame=Nothing("shown on pages of its own"),
    todos=(training_todos,),
    permissions=(Permission.MANAGE_TRAINING,),
    areas=Nothing("everybody answers in person"),
    before_season_opens=before_season_opens,
    before_season_closes=before_season_closes,
    before_account_closes=Nothing("an attempt is nobody else's affair"),
    handover=Nothing("knowledge is not handed over"),
    archive=Nothing("results are told in the trail of the pack"),
    travels=Nothing("questions follow the clauses in force and are written anew"),
    describes=Nothing("nothing travels"),
    overdue=Nothing("has no terms"),
    indicators=Nothing("the desk asks of readiness"),
    seeds=Nothing("courses are written by the training officer"),
    demo=Nothing("courses come with the demonstration season"),
    subjects=(Attempt,),
    imports=Nothing("typed in with their clauses"),
    job_kinds=Nothing("nothing takes long"),
    timers=Nothing("nothing is repeated"),
    provides=Nothing("asks only"),
)
