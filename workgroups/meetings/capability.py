"""What meetings and their decisions owes to the house."""

from admissions.accounts.permissions import Permission
from admissions.audit.naming import NAMINGS, Naming
from admissions.audit.quoted_grounds import CHECKS
from admissions.core.capability import Nothing, Provided
from admissions.core.navigation import NavItem, everybody
from admissions.core.seeds import Seed
from admissions.house.questions import Capability, Held, Indicator, Mount, PaperKind, Timer
from admissions.sight.kinds import KINDS
from workgroups.appointments.enums import RightArea
from workgroups.followups.origins import ORIGINS
from workgroups.recusal.scope import APART

from . import models
from .apart import ITEM_RECUSALS
from .archiving import minutes, minutes_paper
from .ordering import RESOLUTIONS
from .question_todos import question_todos
from .resolution_grounds import resolution_carries
from .room_todos import room_todos
from .seeds import seed_matters
from .selectors import meeting_todos
from .sights import ITEMS, MEETINGS
from .tasks import watch_terms
from .unfinished import before_account_closes, before_season_closes, before_season_opens, items_of, overdue

CAPABILITY = Capability(
    code="meetings",
    label="集体议事",
    stands_on=("duty", "followups"),
    urls=(Mount("work/meetings/", "workgroups.meetings.urls"),),
    menu=(
        NavItem("议事", 10, "会议", "meetings:list", "users-group", everybody),
        NavItem("议事", 20, "议题", "meetings:items", "list", everybody),
        NavItem("议事", 30, "决议", "meetings:resolutions", "clipboard-check", everybody),
        NavItem("议事", 50, "临机处置", "meetings:emergencies", "bolt", everybody),
        NavItem("议事", 55, "应议未议", "meetings:undecided-acts", "alert-triangle", everybody),
        NavItem("议事", 58, "事项清单", "meetings:matters", "clipboard-list", everybody),
    ),
    frame=Nothing("shown on pages of its own"),
    todos=(meeting_todos, question_todos, room_todos),
    permissions=(Permission.RUN_MEETINGS, Permission.KEEP_MATTERS),
    areas=(RightArea.MEETINGS,),
    before_season_opens=before_season_opens,
    before_season_closes=before_season_closes,
    before_account_closes=before_account_closes,
    handover=(Held("议题和临机处置", items_of),),
    archive=(PaperKind("会议纪要", minutes, minutes_paper),),
    travels=Nothing("what was decided is not decided again; matters hold for all seasons"),
    describes=Nothing("nothing travels"),
    overdue=overdue,
    indicators=(Indicator("entered"),),
    seeds=(Seed(60, "集体决策事项", seed_matters),),
    demo=Nothing("comes with the demonstration season"),
    subjects=(
        models.AgendaItem,
        models.AnswerRejection,
        models.DeferralAnswer,
        models.DeferralMotion,
        models.DeferralRuling,
        models.Deliberation,
        models.ElectorateAnswer,
        models.ElectorateQuestion,
        models.EmergencyDecision,
        models.EmergencyEffect,
        models.ItemRecusal,
        models.Paper,
        models.PaperReceipt,
        models.Position,
        models.PositionCheck,
        models.Prerequisite,
        models.ReconsiderConsent,
        models.Resolution,
        models.SupervisorRemark,
        models.Tally,
    ),
    imports=Nothing("decisions are never imported"),
    job_kinds=Nothing("nothing takes long"),
    timers=(Timer("watch-terms", watch_terms, 300.0),),
    provides=(
        Provided(KINDS, ITEMS),
        Provided(KINDS, MEETINGS),
        Provided(CHECKS, resolution_carries),
        Provided(ORIGINS, RESOLUTIONS),
        Provided(APART, ITEM_RECUSALS),
        Provided(NAMINGS, Naming("item", models.AgendaItem, "title", 4)),
    ),
)
