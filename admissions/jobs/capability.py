"""What background jobs owes to the house."""

from admissions.accounts.permissions import Permission
from admissions.core.capability import Nothing
from admissions.core.navigation import NavItem, everybody
from admissions.house.questions import Capability, Mount, Timer

from .tasks import resend_lost

CAPABILITY = Capability(
    code="jobs",
    label="后台任务",
    stands_on=("accounts",),
    urls=(Mount("jobs/", "admissions.jobs.urls"),),
    menu=(NavItem("管理", 80, "后台任务", "jobs:list", "player-play", everybody),),
    frame=Nothing("progress is shown where the job was ordered"),
    todos=Nothing("a machine works on it"),
    permissions=(Permission.RUN_SYSTEM,),
    areas=Nothing("no right of a post concerns it"),
    before_season_opens=Nothing("a job belongs to no season"),
    before_season_closes=Nothing("a job belongs to no season; whoever ordered it says what it still makes"),
    before_account_closes=Nothing("a job runs to its end without its requester"),
    handover=Nothing("nobody works on it"),
    archive=Nothing("its result is archived where it belongs"),
    travels=Nothing("past work is not repeated"),
    describes=Nothing("nothing travels"),
    overdue=Nothing("a lost job is sent again by the timer"),
    indicators=Nothing("figures are given to monitoring"),
    seeds=Nothing("nothing is known beforehand"),
    demo=Nothing("runs what the demonstration orders"),
    subjects=Nothing("names nobody; its result is shown where it belongs"),
    imports=Nothing("is never imported"),
    job_kinds=Nothing("runs those of the others"),
    timers=(Timer("resend-lost-jobs", resend_lost, 60.0),),
    provides=Nothing("asks only"),
)
