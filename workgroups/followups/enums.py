"""督办的状态和逾期提醒的层级, with the permitted passages beside each state."""

from django.db.models import IntegerChoices, TextChoices

from admissions.core.status import tones


@tones(OPEN="info", REPORTED="warning", ACCEPTED="success", RETRACTED="muted")
class TaskStatus(TextChoices):
    """督办事项, as it is stored."""

    OPEN = "open", "办理中"
    REPORTED = "reported", "待验收"
    ACCEPTED = "accepted", "已办结"
    RETRACTED = "retracted", "已收回"


FINAL = (TaskStatus.ACCEPTED, TaskStatus.RETRACTED)
TASK_TRANSITIONS = {
    TaskStatus.OPEN: {TaskStatus.REPORTED, TaskStatus.RETRACTED},
    TaskStatus.REPORTED: {TaskStatus.ACCEPTED, TaskStatus.OPEN, TaskStatus.RETRACTED},
    TaskStatus.ACCEPTED: set(),
    TaskStatus.RETRACTED: set(),
}


@tones(OPEN="info", REPORTED="warning", ACCEPTED="success", STOPPED="danger", RETRACTED="muted")
class FollowUpState(TextChoices):
    """督办事项, as it is shown; stopped: what ordered it does not stand. Derived, never stored."""

    OPEN = "open", "办理中"
    REPORTED = "reported", "待验收"
    ACCEPTED = "accepted", "已办结"
    STOPPED = "stopped", "停止办理"
    RETRACTED = "retracted", "已收回"


STILL_TO_DO = (FollowUpState.OPEN, FollowUpState.REPORTED)


class ReminderLevel(IntegerChoices):
    """逾期督办逐级提醒: whom the next reminder reaches; after so many days past the term see `ladder.DAYS`."""

    ACCEPTOR = 1, "提醒责任人和验收人"
    HEAD = 2, "报主要负责人"
    SUPERVISOR = 3, "报监督人员"
