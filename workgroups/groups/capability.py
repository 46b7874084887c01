"""What groups, posts and duties owes to the house."""

from admissions.accounts.permissions import Permission
from admissions.core.capability import Nothing, Provided
from admissions.core.navigation import NavItem, everybody
from admissions.core.seeds import Seed
from admissions.house.questions import Capability, Demonstration, Description, Mount, Travel
from admissions.sight.kinds import KINDS

from .seeds import seed_template_season
from .sights import TRAILS
from .travel import copy_structure, describe_structure
from .unfinished import before_season_opens

CAPABILITY = Capability(
    code="groups",
    label="工作组",
    stands_on=("rulebook",),
    urls=(Mount("work/", "workgroups.groups.urls"),),
    menu=(
        NavItem("组织", 10, "工作组", "groups:list", "sitemap", everybody),
        NavItem("组织", 30, "职责矩阵", "groups:matrix", "table", everybody),
    ),
    frame=Nothing("shown on pages of its own"),
    todos=Nothing("structure waits for nobody"),
    permissions=(Permission.MANAGE_GROUPS,),
    areas=Nothing("rights of posts are those of appointments"),
    before_season_opens=before_season_opens,
    before_season_closes=Nothing("structure stays as it was; who sits in it is asked of appointments"),
    before_account_closes=Nothing("a post is held through an appointment"),
    handover=Nothing("duties of the post stand on the sheet through appointments"),
    archive=Nothing("goes into a pack as records, not as papers"),
    travels=(Travel("工作组、岗位和职责", 30, copy_structure),),
    describes=(Description(30, describe_structure),),
    overdue=Nothing("has no terms"),
    indicators=Nothing("the desk asks of readiness"),
    seeds=(Seed(50, "录取季模板", seed_template_season),),
    demo=Demonstration(10, "demo_season"),
    subjects=Nothing("names posts, not people"),
    imports=Nothing("made from the template"),
    job_kinds=Nothing("nothing takes long"),
    timers=Nothing("nothing is repeated"),
    provides=(Provided(KINDS, TRAILS),),
)
