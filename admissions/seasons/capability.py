"""What seasons, batches, institutions and the calendar owes to the house."""

from admissions.accounts.permissions import Permission
from admissions.audit.access import SEASON_OVER
from admissions.audit.naming import NAMINGS, Naming
from admissions.core.capability import Nothing, Provided
from admissions.core.navigation import FramePart, NavItem, everybody
from admissions.core.seeds import Seed
from admissions.core.todos import CLOSED_SEASONS
from admissions.house.questions import Capability, Description, Mount, Travel

from .batches import travel
from .calendar.imports import CALENDAR
from .calendar.seeds import seed_calendar
from .frame import current_stage_clock
from .institutions.imports import INSTITUTIONS
from .institutions.models import Institution
from .lifecycle.rules import season_over
from .lifecycle.selectors import closed_seasons, current_season, seasons_of
from .unfinished import before_season_opens

CAPABILITY = Capability(
    code="seasons",
    label="录取季",
    stands_on=("evidence",),
    urls=(
        Mount("seasons/", "admissions.seasons.urls"),
        Mount("", "admissions.seasons.switch_urls"),
    ),
    menu=(
        NavItem("制度与基础", 10, "录取季", "seasons:list", "flag", everybody),
        NavItem("制度与基础", 20, "批次日程", "seasons:schedule-current", "calendar-event", everybody),
        NavItem("制度与基础", 30, "院校", "seasons:institutions", "school", everybody),
        NavItem("制度与基础", 40, "工作日历", "seasons:calendar", "calendar", everybody),
        NavItem("制度与基础", 50, "期限推算", "seasons:deadline", "calculator", everybody),
    ),
    frame=(
        FramePart("current_season", current_season),
        FramePart("seasons", seasons_of),
        FramePart("stage_clock", current_stage_clock),
    ),
    todos=Nothing("stages run by the clock"),
    permissions=(Permission.MANAGE_SEASONS,),
    areas=Nothing("a season is the secretariat's, not a post's"),
    before_season_opens=before_season_opens,
    before_season_closes=Nothing("stages end by the clock; nobody has to close them"),
    before_account_closes=Nothing("held by nobody"),
    handover=Nothing("held by nobody"),
    archive=Nothing("goes into a pack as records, not as papers"),
    travels=(
        Travel("批次", 10, travel.copy_batches),
        Travel("批次阶段", 20, travel.copy_stages),
    ),
    describes=(
        Description(10, travel.describe_batches),
        Description(20, travel.describe_stages),
    ),
    overdue=Nothing("stages run by the clock"),
    indicators=Nothing("the plan breaks no rule"),
    seeds=(Seed(10, "工作日历", seed_calendar),),
    demo=Nothing("the demonstration season is made with its groups"),
    subjects=(Institution,),
    imports=(INSTITUTIONS, CALENDAR),
    job_kinds=Nothing("imports are jobs of evidence"),
    timers=Nothing("stages are derived from the clock"),
    provides=(
        Provided(CLOSED_SEASONS, closed_seasons),
        Provided(SEASON_OVER, season_over),
        Provided(NAMINGS, Naming("institution", Institution, "name", 4)),
    ),
)
