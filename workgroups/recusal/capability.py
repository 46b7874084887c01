"""What recusal owes to the house."""

from admissions.accounts.permissions import Permission
from admissions.audit.access import RECUSED_SCOPE
from admissions.core.capability import Nothing, Provided
from admissions.core.navigation import NavItem, everybody
from admissions.house.questions import Capability, Held, Mount, Timer
from workgroups.appointments.enums import RightArea
from workgroups.appointments.prechecks import PRECHECKS

from . import models
from .candidate_import import KIND_OF_IMPORT
from .prechecks import precheck
from .scope import APART, FACTS, recused_scope_of
from .selectors import works_on_recusal
from .tasks import count_challenge_terms, screening_job
from .todos import recusal_todos
from .unfinished import before_account_closes, before_season_closes, reviews_of

CAPABILITY = Capability(
    code="recusal",
    label="回避",
    stands_on=("appointments",),
    urls=(Mount("work/recusal/", "workgroups.recusal.urls"),),
    menu=(
        NavItem("上岗", 12, "我的回避申报", "recusal:own", "writing", everybody),
        NavItem("上岗", 13, "回避台账", "recusal:facts", "scale", works_on_recusal),
        NavItem("上岗", 14, "申请他人回避", "recusal:challenges", "hand-stop", everybody),
    ),
    frame=Nothing("shown on pages of its own"),
    todos=(recusal_todos,),
    permissions=(Permission.RULE_RECUSAL, Permission.SCREEN_RECUSAL),
    areas=(RightArea.RECUSAL,),
    before_season_opens=Nothing(
        "people declare while the season is prepared and after it has begun; nobody goes on duty before"
    ),
    before_season_closes=before_season_closes,
    before_account_closes=before_account_closes,
    handover=(Held("回避前行为的复查", reviews_of),),
    archive=Nothing("facts go into a pack as records; a paper of them would be read by the wrong people"),
    travels=Nothing("everybody declares anew each year"),
    describes=Nothing("nothing travels"),
    overdue=Nothing("terms of challenges are to-dos with their clock"),
    indicators=Nothing("the desk counts refused attempts from the ledger"),
    seeds=Nothing("categories of relatives come with the rulebook"),
    demo=Nothing("declarations come with the demonstration season"),
    subjects=(
        models.ActReview,
        models.Challenge,
        models.ChallengeRuling,
        models.DeclaredRelation,
        models.FactPassage,
        models.FactRuling,
        models.LateDiscovery,
        models.RecusalDeclaration,
        models.RecusalFact,
        models.WithdrawalRequest,
        models.WithdrawalRuling,
    ),
    imports=(KIND_OF_IMPORT,),
    job_kinds=(screening_job,),
    timers=(Timer("count-challenge-terms", count_challenge_terms, 600.0),),
    provides=(
        Provided(RECUSED_SCOPE, recused_scope_of),
        Provided(APART, FACTS),
        Provided(PRECHECKS, precheck),
    ),
)
