"""What substitution and handover owes to the house."""

from admissions.core.capability import Nothing, Provided
from admissions.house.questions import Capability, Held, Mount
from workgroups.appointments.deputies import DELEGATIONS, Delegations
from workgroups.appointments.parts import PARTS

from . import handover_sheet  # noqa: F401  its question is asked before the house is closed
from .models import Delegation, Handover
from .on_appointment import DutyPart
from .selectors import handover_todos, posts_deputised, standing_in, stood_in_for
from .unfinished import before_account_closes, before_season_closes, delegations_of, overdue, todos_held

CAPABILITY = Capability(
    code="duty",
    label="代岗与交接",
    stands_on=("pledges", "training", "recusal"),
    urls=(Mount("work/", "workgroups.duty.urls"),),
    menu=Nothing("reached from the appointment"),
    frame=Nothing("whom a person deputises for is told by appointments"),
    todos=(handover_todos,),
    permissions=Nothing("who arranges it is decided by posts"),
    areas=Nothing("is staffing, an area of appointments"),
    before_season_opens=Nothing("needs people on duty"),
    before_season_closes=before_season_closes,
    before_account_closes=before_account_closes,
    handover=(Held("未办事项", todos_held), Held("代岗", delegations_of)),
    archive=Nothing("sheets go into a pack as records"),
    travels=Nothing("people are appointed anew each year"),
    describes=Nothing("nothing travels"),
    overdue=overdue,
    indicators=Nothing("breaks no rule"),
    seeds=Nothing("nothing is known beforehand"),
    demo=Nothing("comes with the demonstration season"),
    subjects=(Delegation, Handover),
    imports=Nothing("never imported"),
    job_kinds=Nothing("nothing takes long"),
    timers=Nothing("periods end by the clock"),
    provides=(
        Provided(DELEGATIONS, Delegations(stood_in_for, posts_deputised, standing_in)),
        Provided(PARTS, DutyPart),
    ),
)
