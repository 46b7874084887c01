"""What accounts owes to the house."""

from admissions.audit.access import TRAIL_ACCESS
from admissions.audit.naming import NAMINGS, Naming
from admissions.core.capability import Nothing, Provided
from admissions.core.navigation import FramePart, NavItem, everybody
from admissions.core.views import identity_askers
from admissions.house.questions import Capability, Mount

from .break_glass.models import BreakGlassAccess, BreakGlassPassage
from .break_glass.selectors import trail_access_with_break_glass
from .break_glass.todos import break_glass_todos
from .break_glass.views import break_glass_banner
from .identity_check import ask_identity
from .models import RoleGrant, User
from .permissions import Permission
from .roster import ROSTER
from .rules import may_enter_admin, may_view_accounts
from .todos import account_todos
from .unfinished import before_account_closes, before_season_closes

CAPABILITY = Capability(
    code="accounts",
    label="账号与授权",
    stands_on=("audit",),
    urls=(
        Mount("login/", "admissions.accounts.login_urls"),
        Mount("accounts/", "admissions.accounts.urls"),
    ),
    menu=(
        NavItem("管理", 10, "账号与授权", "accounts:list", "users", may_view_accounts),
        NavItem("管理", 20, "单位", "accounts:organisations", "building", may_view_accounts),
        NavItem("监督", 90, "紧急授权", "accounts:break-glass-accesses", "lock-open", everybody),
        NavItem("管理", 90, "管理后台", "admin:index", "database", may_enter_admin),
    ),
    frame=(FramePart("break_glass", break_glass_banner),),
    todos=(account_todos, break_glass_todos),
    permissions=(Permission.VIEW_ACCOUNTS, Permission.CREATE_ACCOUNTS, Permission.GRANT_ROLES),
    areas=Nothing("rights of posts are those of appointments"),
    before_season_opens=Nothing("accounts are kept the whole year"),
    before_season_closes=before_season_closes,
    before_account_closes=before_account_closes,
    handover=Nothing("a role is granted to a person and is not handed over"),
    archive=Nothing("grants are told in the trail of the pack"),
    travels=Nothing("people and roles belong to no season"),
    describes=Nothing("nothing travels"),
    overdue=Nothing("reviews of break-glass accesses are to-dos of their supervisors"),
    indicators=Nothing("the desk counts from the ledger"),
    seeds=Nothing("the first administrators are made by bootstrap_admins, by hand"),
    demo=Nothing("the demonstration season brings its people"),
    subjects=(User, RoleGrant, BreakGlassAccess, BreakGlassPassage),
    imports=(ROSTER,),
    job_kinds=Nothing("nothing takes long"),
    timers=Nothing("grants end by their period"),
    provides=(
        Provided(identity_askers, ask_identity),
        Provided(TRAIL_ACCESS, trail_access_with_break_glass),
        Provided(NAMINGS, Naming("person", User, "name")),
    ),
)
