"""What pledges owes to the house."""

from admissions.accounts.permissions import Permission
from admissions.core.capability import Nothing, Provided
from admissions.core.navigation import NavItem, everybody
from admissions.house.questions import Capability, Mount, PaperKind
from workgroups.appointments.parts import PARTS

from .archiving import pledge_paper, pledges
from .models import Pledge, PledgeScan
from .on_appointment import PledgesPart
from .selectors import pledge_todos
from .unfinished import before_season_closes, before_season_opens

CAPABILITY = Capability(
    code="pledges",
    label="承诺书",
    stands_on=("appointments", "archive"),
    urls=(
        Mount("", "workgroups.pledges.public_urls"),
        Mount("work/", "workgroups.pledges.urls"),
    ),
    menu=(NavItem("上岗", 20, "承诺书", "pledges:list", "signature", everybody),),
    frame=Nothing("shown on pages of its own"),
    todos=(pledge_todos,),
    permissions=(Permission.MANAGE_PLEDGES,),
    areas=Nothing("everybody signs in person"),
    before_season_opens=before_season_opens,
    before_season_closes=before_season_closes,
    before_account_closes=Nothing("a pledge is signed, not held"),
    handover=Nothing("a pledge is signed, not handed over"),
    archive=(PaperKind("承诺书", pledges, pledge_paper),),
    travels=Nothing("texts are published anew for each season and signed anew"),
    describes=Nothing("nothing travels"),
    overdue=Nothing("grace of a changed text ends by the clock and is a to-do"),
    indicators=Nothing("the desk asks of readiness"),
    seeds=Nothing("texts are written by the secretariat"),
    demo=Nothing("texts come with the demonstration season"),
    subjects=(Pledge, PledgeScan),
    imports=Nothing("signatures are never imported"),
    job_kinds=Nothing("nothing takes long"),
    timers=Nothing("nothing is repeated"),
    provides=(Provided(PARTS, PledgesPart),),
)
