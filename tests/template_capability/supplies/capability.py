"""What supplies owe to the house."""

from admissions.core.capability import Nothing
from admissions.core.navigation import NavItem, everybody
from admissions.house.questions import Capability, Held, Mount, PaperKind

from .archiving import supplies, supply_paper
from .models import Supply
from .todos import supply_todos
from .unfinished import before_account_closes, before_season_closes, supplies_of

CAPABILITY = Capability(
    code="supplies",
    label="物品领用",
    stands_on=("appointments", "archive"),
    urls=(Mount("work/supplies/", "supplies.urls"),),
    menu=(NavItem("组织", 90, "物品领用", "supplies:list", "package", everybody),),
    frame=Nothing("shown on pages of its own"),
    todos=(supply_todos,),
    permissions=Nothing("kept by who manages groups"),
    areas=Nothing("the store is an office, not a post"),
    before_season_opens=Nothing("needs people who take something"),
    before_season_closes=before_season_closes,
    before_account_closes=before_account_closes,
    handover=(Held("领用未还的物品", supplies_of),),
    archive=(PaperKind("领用单", supplies, supply_paper),),
    travels=Nothing("what was taken is brought back"),
    describes=Nothing("nothing travels"),
    overdue=Nothing("has no terms"),
    indicators=Nothing("breaks no rule of admission"),
    seeds=Nothing("nothing is known beforehand"),
    demo=Nothing("the demonstration does without"),
    subjects=(Supply,),
    imports=Nothing("typed in one by one"),
    job_kinds=Nothing("nothing takes long"),
    timers=Nothing("nothing is repeated"),
    provides=Nothing("asks only"),
)
