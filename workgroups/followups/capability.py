"""What 督办 owes to the house."""

from admissions.core.capability import Nothing
from admissions.core.navigation import NavItem, everybody
from admissions.house.questions import Capability, Held, Indicator, Mount, Timer

from . import checks  # noqa: F401  registers the check
from .tasks import watch_follow_ups
from .todos import follow_up_todos
from .unfinished import before_account_closes, before_season_closes, overdue, tasks_of

CAPABILITY = Capability(
    code="followups",
    label="督办",
    stands_on=("recusal",),
    urls=(Mount("work/follow-ups/", "workgroups.followups.urls"),),
    menu=(NavItem("议事", 40, "督办", "followups:list", "checklist", everybody),),
    frame=Nothing("shown on pages of its own"),
    todos=(follow_up_todos,),
    permissions=Nothing("who orders, the origin says; who carries out and accepts, the task names"),
    areas=Nothing("a task is given to a person and not to a post"),
    before_season_opens=Nothing("a season begins without tasks"),
    before_season_closes=before_season_closes,
    before_account_closes=before_account_closes,
    handover=(Held("督办事项", tasks_of),),
    archive=Nothing("a task is no document; the records of the season hold it"),
    travels=Nothing("tasks end with their season"),
    describes=Nothing("nothing travels"),
    overdue=overdue,
    indicators=(Indicator("tasks"),),
    seeds=Nothing("nothing to begin with"),
    demo=Nothing("comes with the demonstration season"),
    subjects=Nothing("a task names nobody itself; its rows follow those of its origin"),
    imports=Nothing("tasks are never imported"),
    job_kinds=Nothing("nothing takes long"),
    timers=(Timer("watch-follow-ups", watch_follow_ups, 300.0),),
    provides=Nothing("asks its own question, ORIGINS"),
)
