"""What stored files and imports owes to the house."""

from admissions.accounts.permissions import Permission
from admissions.core.capability import Nothing, Provided
from admissions.core.navigation import NavItem
from admissions.house.questions import Capability, Mount, Timer
from admissions.sight.kinds import KINDS

from .jobs import apply, check
from .models import ImportBatch, StoredFile
from .rules import may_see_imports
from .sights import FILES
from .tasks import sweep_files
from .unfinished import before_season_closes

CAPABILITY = Capability(
    code="evidence",
    label="材料与导入",
    stands_on=("jobs", "sight"),
    urls=(Mount("files/", "admissions.evidence.urls"),),
    menu=(NavItem("制度与基础", 60, "数据导入", "evidence:imports", "file-import", may_see_imports),),
    frame=Nothing("shown on pages of its own"),
    todos=Nothing("who confirms an import is told by who uploaded it"),
    permissions=(Permission.IMPORT_REFERENCE, Permission.IMPORT_CANDIDATES),
    areas=Nothing("no right of a post concerns it"),
    before_season_opens=Nothing("what must be imported is asked by whoever needs it"),
    before_season_closes=before_season_closes,
    before_account_closes=Nothing("an import not confirmed can be voided by others"),
    handover=Nothing("a file belongs to the record it is attached to"),
    archive=Nothing("files go into a pack with their records"),
    travels=Nothing("files stay with the year they were stored in"),
    describes=Nothing("nothing travels"),
    overdue=Nothing("has no terms"),
    indicators=Nothing("reads are counted from the ledger"),
    seeds=Nothing("nothing is known beforehand"),
    demo=Nothing("files come with the records of the demonstration"),
    subjects=(StoredFile, ImportBatch),
    imports=Nothing("the kinds are those of others"),
    job_kinds=(check, apply),
    timers=(Timer("sweep-files", sweep_files, 3600.0),),
    provides=(Provided(KINDS, FILES),),
)
