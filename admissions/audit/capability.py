"""What the ledger owes to the house."""

from admissions.core.capability import Nothing, Provided
from admissions.core.navigation import NavItem
from admissions.core.once import EARLIER
from admissions.core.views import export_recorders, gate_keepers, refusal_recorders, told_of_missing
from admissions.house.questions import Capability, Mount, Timer

from .access import may_read_trail, may_see_alarms
from .commands import record_refused_post
from .gate import closed_to
from .once import earlier_submission
from .tasks import note_soon, reconcile_trail
from .trail import record_list_export

CAPABILITY = Capability(
    code="audit",
    label="留痕",
    stands_on=Nothing("the ground everything stands on"),
    urls=(Mount("trail/", "admissions.audit.urls"),),
    menu=(
        NavItem("监督", 10, "留痕总览", "audit:trail", "timeline-event", may_read_trail),
        NavItem("监督", 20, "库外修改告警", "audit:alarms", "alert-triangle", may_see_alarms),
    ),
    frame=Nothing("shown on pages of its own"),
    todos=Nothing("nobody has to work on an entry; supervision does so through opinions and the desk"),
    permissions=Nothing("who reads it is decided by roles, which accounts keep"),
    areas=Nothing("no right of a post concerns it"),
    before_season_opens=Nothing("is always there"),
    before_season_closes=Nothing("is written on, also after a season"),
    before_account_closes=Nothing("nobody holds an entry"),
    handover=Nothing("nobody holds an entry"),
    archive=Nothing("entries go into a pack as they are, not as papers"),
    travels=Nothing("what happened does not happen again"),
    describes=Nothing("nothing travels"),
    overdue=Nothing("has no terms"),
    indicators=Nothing("the desk reads entries, it does not ask for them"),
    seeds=Nothing("nothing is known beforehand"),
    demo=Nothing("filled by what the others do"),
    subjects=Nothing("an entry carries its subjects as text; the ledger filters them itself"),
    imports=Nothing("is never imported"),
    job_kinds=Nothing("reconciling is a timer"),
    timers=(Timer("reconcile-trail", reconcile_trail, 3600.0),),
    provides=(
        Provided(export_recorders, record_list_export),
        Provided(refusal_recorders, record_refused_post),
        Provided(gate_keepers, closed_to),
        Provided(told_of_missing, note_soon),
        Provided(EARLIER, earlier_submission),
    ),
)
