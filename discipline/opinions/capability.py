"""What opinions of supervision owes to the house."""

from admissions.accounts.permissions import Permission
from admissions.audit.links import PROVIDERS
from admissions.core.capability import Nothing, Provided
from admissions.core.navigation import NavItem, everybody
from admissions.house.questions import Capability, Demonstration, Held, Indicator, Mount, PaperKind
from admissions.sight.kinds import KINDS
from workgroups.appointments.enums import RightArea

from .archiving import opinion_paper, opinions
from .flagging import flag_link
from .models import Flag, Opinion, OpinionPassage
from .sights import OPINIONS
from .todos import opinion_todos
from .unfinished import before_account_closes, before_season_closes, opinions_owed, overdue

CAPABILITY = Capability(
    code="opinions",
    label="监督意见",
    stands_on=("meetings",),
    urls=(Mount("supervision/", "discipline.opinions.urls"),),
    menu=(NavItem("监督", 5, "监督意见", "opinions:list", "speakerphone", everybody),),
    frame=Nothing("shown on pages of its own"),
    todos=(opinion_todos,),
    permissions=(Permission.SUPERVISE,),
    areas=(RightArea.OPINIONS,),
    before_season_opens=Nothing("needs acts to supervise"),
    before_season_closes=before_season_closes,
    before_account_closes=before_account_closes,
    handover=(Held("监督意见", opinions_owed),),
    archive=(PaperKind("监督意见书", opinions, opinion_paper),),
    travels=Nothing("an opinion is about what was done"),
    describes=Nothing("nothing travels"),
    overdue=overdue,
    indicators=(Indicator("opinions"),),
    seeds=Nothing("nothing is known beforehand"),
    demo=Demonstration(30, "demo_supervision"),
    subjects=(Flag, Opinion, OpinionPassage),
    imports=Nothing("opinions are never imported"),
    job_kinds=Nothing("nothing takes long"),
    timers=Nothing("terms are derived"),
    provides=(
        Provided(KINDS, OPINIONS),
        Provided(PROVIDERS, flag_link),
    ),
)
