"""What requests, reports and oral instructions owes to the house."""

from admissions.audit.quoted_grounds import CHECKS
from admissions.core.capability import Nothing, Provided
from admissions.core.navigation import NavItem, everybody
from admissions.core.seeds import Seed
from admissions.house.questions import Capability, Description, Held, Mount, PaperKind, Timer, Travel
from admissions.sight.kinds import KINDS
from workgroups.appointments.enums import RightArea
from workgroups.followups.origins import ORIGINS

from . import models
from .archiving import document_paper, documents
from .ordering import REPLIES
from .reply_grounds import reply_carries
from .seeds import seed_codes, seed_reportables
from .sights import SUBMISSIONS
from .tasks import watch_duties
from .todos import request_todos
from .travel import copy_codes, describe_codes
from .unfinished import before_account_closes, before_season_closes, documents_of, duties_owed, overdue

CAPABILITY = Capability(
    code="requests",
    label="请示报告",
    stands_on=("meetings",),
    urls=(Mount("work/requests/", "workgroups.requests.urls"),),
    menu=(
        NavItem("议事", 60, "请示报告", "requests:list", "mail", everybody),
        NavItem("议事", 70, "应报事项", "requests:report-duties", "bell", everybody),
        NavItem("议事", 80, "口头指示", "requests:instructions", "phone", everybody),
    ),
    frame=Nothing("shown on pages of its own"),
    todos=(request_todos,),
    permissions=Nothing("who signs and answers is decided by posts"),
    areas=(RightArea.REQUESTS,),
    before_season_opens=Nothing("a group without letters is told so when it signs"),
    before_season_closes=before_season_closes,
    before_account_closes=before_account_closes,
    handover=(Held("请示报告", documents_of), Held("应报事项", duties_owed)),
    archive=(PaperKind("请示报告", documents, document_paper),),
    travels=(Travel("机关代字", 40, copy_codes),),
    describes=(Description(40, describe_codes),),
    overdue=overdue,
    indicators=Nothing("overdue tasks are those of 督办"),
    seeds=(Seed(70, "应报事项", seed_reportables), Seed(71, "机关代字", seed_codes)),
    demo=Nothing("comes with the demonstration season"),
    subjects=(
        models.Attachment,
        models.Call,
        models.CallReceipt,
        models.OralInstruction,
        models.Reply,
        models.ReportDuty,
        models.Submission,
        models.SubmissionVersion,
    ),
    imports=Nothing("documents are never imported"),
    job_kinds=Nothing("nothing takes long"),
    timers=(Timer("watch-report-duties", watch_duties, 60.0),),
    provides=(
        Provided(KINDS, SUBMISSIONS),
        Provided(CHECKS, reply_carries),
        Provided(ORIGINS, REPLIES),
    ),
)
