"""What 授权查阅 owes to the house."""

from admissions.audit.access import SIGHTED, SIGHTED_GROUPS
from admissions.core.capability import Nothing, Provided
from admissions.core.navigation import NavItem, everybody
from admissions.core.views import beside_records
from admissions.house.questions import Capability, Mount, Timer

from .models import Sight
from .selectors import sighted_groups, sighted_rows
from .tasks import tidy
from .views import beside_record

CAPABILITY = Capability(
    code="sight",
    label="授权查阅",
    stands_on=("accounts",),
    urls=(Mount("sight/", "admissions.sight.urls"),),
    menu=(NavItem("办理", 90, "授权查阅", "sight:list", "eye", everybody),),
    frame=Nothing("shown on pages of its own and beside each record"),
    todos=Nothing("it ends by itself; who needs more asks again"),
    permissions=Nothing("whoever answers for a record gives sight of it"),
    areas=Nothing("given by the right the record asks for"),
    before_season_opens=Nothing("needs records to look at"),
    before_season_closes=Nothing("what is over is looked into afterwards; each sight has its own end"),
    before_account_closes=Nothing("who cannot sign in looks at nothing, and each sight has its own end"),
    handover=Nothing("given to a person for a purpose; a successor is given an own one"),
    archive=Nothing("goes into a pack as records, not as papers"),
    travels=Nothing("records of the next season are other records"),
    describes=Nothing("nothing travels"),
    overdue=Nothing("ends by its period"),
    indicators=Nothing("each giving is decisive, so the desk shows it among the acts looked at one by one"),
    seeds=Nothing("nothing is known beforehand"),
    demo=Nothing("guests of the demonstration's meetings look at them by it"),
    subjects=(Sight,),
    imports=Nothing("given one by one"),
    job_kinds=Nothing("nothing takes long"),
    timers=(Timer("tidy-sights", tidy, 600.0),),
    provides=(
        Provided(SIGHTED, sighted_rows),
        Provided(SIGHTED_GROUPS, sighted_groups),
        Provided(beside_records, beside_record),
    ),
)
