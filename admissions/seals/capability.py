"""What seals owes to the house."""

from admissions.audit.access import UNPROVABLE, may_read_trail
from admissions.audit.critical import LISTENERS
from admissions.core.capability import Nothing, Provided
from admissions.core.navigation import NavItem
from admissions.house.questions import Capability, Mount, Timer
from admissions.upkeep.restore import AFTER_RESTORE, AfterRestore

from .checking import tree_is_sound
from .leftovers import KEPT_PACKS, kept_exports
from .selectors import without_salt
from .services import make_export
from .tasks import seal_ledger, seal_soon, sweep_ledger, sweep_packs

CAPABILITY = Capability(
    code="seals",
    label="封存",
    stands_on=("upkeep",),
    urls=(
        Mount("seals/", "admissions.seals.urls"),
        Mount("", "admissions.seals.public_urls"),
    ),
    menu=(
        NavItem("监督", 30, "印记", "seals:list", "rubber-stamp", may_read_trail),
        NavItem("监督", 40, "核验包", "seals:exports", "package", may_read_trail),
    ),
    frame=Nothing("shown on pages of its own"),
    todos=Nothing("lag is shown red on the supervisors' pages"),
    permissions=Nothing("who witnesses and who audits is decided by roles of accounts"),
    areas=Nothing("no right of a post concerns it"),
    before_season_opens=Nothing("is always there"),
    before_season_closes=Nothing("a season is sealed and archived after it has ended"),
    before_account_closes=Nothing(
        "a witness is a device; its key is kept by the office, its change is an act of its own"
    ),
    handover=Nothing("a witness is handed on by registering another"),
    archive=Nothing("proves packs, prints nothing"),
    travels=Nothing("the tree goes on"),
    describes=Nothing("nothing travels"),
    overdue=Nothing("lag is shown red on the supervisors' pages"),
    indicators=Nothing("the desk's page shows the state of the seals as such"),
    seeds=Nothing("the key is made by the operators"),
    demo=Nothing("seals what the demonstration does"),
    subjects=Nothing("commits to salted digests; names nobody"),
    imports=Nothing("is never imported"),
    job_kinds=(make_export,),
    timers=(
        Timer("seal-ledger", seal_ledger, 60.0),
        Timer("sweep-ledger", sweep_ledger, 3600.0),
        Timer("sweep-packs", sweep_packs, 3600.0),
    ),
    provides=(
        Provided(LISTENERS, seal_soon),
        Provided(KEPT_PACKS, kept_exports),
        Provided(UNPROVABLE, without_salt),
        Provided(AFTER_RESTORE, AfterRestore("印记和签名经独立核验程序核对", tree_is_sound)),
    ),
)
