"""What the database itself holds about 督办, past every form: what was ordered stays, what is accepted is over."""

from admissions.audit.guarding import AppendOnly, Frozen, Passages, Refuse

from .enums import TASK_TRANSITIONS
from .models import FollowUp, FollowUpReminder

KEPT = "督办事项的来源、任务和时限不能改动；已收回的、办结的不能再改。"

GUARDS = (
    Frozen(
        FollowUp,
        "follow_up_kept",
        KEPT,
        fields=("origin_type", "origin_id", "origin_title", "origin_number", "group", "what", "due_on"),
    ),
    Refuse(
        FollowUp,
        "follow_up_kept",
        KEPT,
        on="UPDATE",
        when="OLD.status IN ('accepted', 'retracted')",
        name="follow_up_over",
    ),
    Passages(
        FollowUp,
        "follow_up_passage",
        "督办事项须先报告、后验收。",
        state="status",
        allowed={(start, end) for start, ends in TASK_TRANSITIONS.items() for end in ends},
    ),
    AppendOnly(FollowUpReminder, "follow_up_append_only", "逾期提醒只能追加，不能改动。"),
)

NEVER_MET = {
    "followup_accepted_when": "the command writes it together with the state",
    "followup_retracted_why": "the command writes it together with the state",
    "followupreminder_once": "written by the timer alone, which takes the task's row first",
}
