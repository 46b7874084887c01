"""What readiness owes to the house."""

from admissions.core.capability import Nothing, Provided
from admissions.core.navigation import NavItem, everybody
from admissions.house.questions import Capability, Indicator, Mount
from workgroups.appointments.ground import LAPSES
from workgroups.appointments.parts import PARTS

from .on_appointment import ReadinessPart
from .selectors import lapses

CAPABILITY = Capability(
    code="readiness",
    label="上岗资格",
    stands_on=("duty",),
    urls=(Mount("work/", "workgroups.readiness.urls"),),
    menu=(NavItem("上岗", 10, "上岗资格", "readiness:overview", "chart-bar", everybody),),
    frame=Nothing("shown on pages of its own"),
    todos=Nothing("what is missing is a to-do of whoever can mend it"),
    permissions=Nothing("who takes people on duty is decided by appointments"),
    areas=Nothing("is staffing, an area of appointments"),
    before_season_opens=Nothing("people become ready while the season is prepared and after it has begun"),
    before_season_closes=Nothing("derived; appointments say who is still on duty"),
    before_account_closes=Nothing("derived, held by nobody"),
    handover=Nothing("derived, held by nobody"),
    archive=Nothing("derived from what the others archive"),
    travels=Nothing("derived"),
    describes=Nothing("nothing travels"),
    overdue=Nothing("has no terms"),
    indicators=(Indicator("readiness"),),
    seeds=Nothing("derived"),
    demo=Nothing("derived"),
    subjects=Nothing("keeps no rows"),
    imports=Nothing("derived"),
    job_kinds=Nothing("nothing takes long"),
    timers=Nothing("derived at every look"),
    provides=(Provided(PARTS, ReadinessPart), Provided(LAPSES, lapses)),
)
