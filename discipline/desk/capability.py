"""What the supervisors' desk owes to the house."""

from admissions.accounts.permissions import Permission
from admissions.core.capability import Nothing
from admissions.core.navigation import NavItem
from admissions.house.questions import Capability, Indicator, Mount

from .models import AccessReview, Dismissal
from .rules import reviews_reading, supervises
from .selectors import desk_todos

CAPABILITY = Capability(
    code="desk",
    label="监督工作台",
    stands_on=("readiness", "steps", "opinions"),
    urls=(Mount("supervision/", "discipline.desk.urls"),),
    menu=(
        NavItem("监督", 1, "监督工作台", "desk:one", "shield-check", supervises),
        NavItem("监督", 50, "查阅复核", "desk:readings", "eye", reviews_reading),
    ),
    frame=Nothing("shown on pages of its own"),
    todos=(desk_todos,),
    permissions=(Permission.READ_WHOLE_TRAIL,),
    areas=Nothing("supervision acts by its office, not by a post"),
    before_season_opens=Nothing("looks at every season"),
    before_season_closes=Nothing("reviews go by months, not by seasons"),
    before_account_closes=Nothing("a review falls to whoever supervises next"),
    handover=Nothing("a review falls to whoever supervises next"),
    archive=Nothing("what it finds is archived as opinions"),
    travels=Nothing("looks at every season"),
    describes=Nothing("nothing travels"),
    overdue=Nothing("shows what the others say"),
    indicators=(
        Indicator("high_risk"),
        Indicator("refusals"),
        Indicator("hidden"),
        Indicator("pairs"),
        Indicator("quick"),
        Indicator("hours"),
        Indicator("after"),
    ),
    seeds=Nothing("thresholds stand in the code of the desk"),
    demo=Nothing("counts what the demonstration does"),
    subjects=(Dismissal, AccessReview),
    imports=Nothing("never imported"),
    job_kinds=Nothing("nothing takes long"),
    timers=Nothing("counted at every look"),
    provides=Nothing("asks only"),
)
