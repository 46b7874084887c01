"""What appointments owes to the house."""

from admissions.accounts.break_glass.rules import approval_checks
from admissions.accounts.permissions import Permission
from admissions.audit.access import POST_OF
from admissions.core.capability import Nothing, Provided
from admissions.core.navigation import FramePart, NavItem, everybody
from admissions.house.questions import Capability, Held, Mount
from admissions.seasons.lifecycle.selectors import WORKS_IN
from workgroups.groups.holders import ACTING

from . import parts  # noqa: F401  its question is asked before the house is closed
from .enums import RightArea
from .frame import person_post
from .ground import still_hold
from .models import Appointment, AppointmentPassage
from .selectors import ending_todos, may_approve_for, post_of, seasons_worked_in
from .unfinished import before_account_closes, before_season_closes, before_season_opens, duties_of

CAPABILITY = Capability(
    code="appointments",
    label="任职",
    stands_on=("groups",),
    urls=(Mount("work/", "workgroups.appointments.urls"),),
    menu=(NavItem("组织", 20, "任职", "appointments:list", "id-badge-2", everybody),),
    frame=(FramePart("person_post", person_post),),
    todos=(ending_todos,),
    permissions=(Permission.APPOINT,),
    areas=(RightArea.STAFF,),
    before_season_opens=before_season_opens,
    before_season_closes=before_season_closes,
    before_account_closes=before_account_closes,
    handover=(Held("岗位职责", duties_of),),
    archive=Nothing("told by the responsibility matrix and the trail"),
    travels=Nothing("people are appointed anew each year"),
    describes=Nothing("nothing travels"),
    overdue=Nothing("periods end by the clock"),
    indicators=Nothing("the desk asks of readiness"),
    seeds=Nothing("nobody is appointed beforehand"),
    demo=Nothing("people come with the demonstration season"),
    subjects=(Appointment, AppointmentPassage),
    imports=Nothing("the roster brings accounts, not appointments"),
    job_kinds=Nothing("nothing takes long"),
    timers=Nothing("periods end by the clock"),
    provides=(
        Provided(POST_OF, post_of),
        Provided(approval_checks, may_approve_for),
        Provided(WORKS_IN, seasons_worked_in),
        Provided(ACTING, still_hold),
    ),
)
