"""States, acts and the table of passages: which part signs what, from where to where."""

from dataclasses import dataclass

from django.db.models import TextChoices

from admissions.core.status import tones
from workgroups.groups.enums import DutyLetter


@tones(
    PENDING="muted", EXECUTED="info", REVIEWING="info", PASSED="info", RETURNED="danger", CONFIRMED="success",
    ARCHIVED="success", VOID="muted",
)  # fmt: skip
class RunStatus(TextChoices):
    """环节单状态. Whether supervision has stopped the work is kept beside it, not in it."""

    PENDING = "pending", "待执行"
    EXECUTED = "executed", "已执行"
    REVIEWING = "reviewing", "复核中"
    PASSED = "passed", "复核通过"
    RETURNED = "returned", "退回"
    CONFIRMED = "confirmed", "监督确认"
    ARCHIVED = "archived", "归档"
    VOID = "void", "作废"


FINAL = (RunStatus.ARCHIVED, RunStatus.VOID)
# All three have signed, or it is given up: no deadline runs any more.
SIGNED = (*FINAL, RunStatus.CONFIRMED)
# Material may be added and taken off in these only.
OPEN_TO_WORK = (RunStatus.PENDING, RunStatus.RETURNED)


@tones(
    OPEN="info", EXECUTE="info", TAKE="info", PASS="success", RETURN="danger", REJECT="danger", CONFIRM="success",
    ARCHIVE="success", VOID="muted", HOLD="danger", LIFT="info",
)  # fmt: skip
class Act(TextChoices):
    """签署事项."""

    OPEN = "open", "下达"
    EXECUTE = "execute", "执行完毕"
    TAKE = "take", "接收复核"
    PASS = "pass", "复核通过"
    RETURN = "return", "复核退回"
    REJECT = "reject", "监督退回"
    CONFIRM = "confirm", "监督确认"
    ARCHIVE = "archive", "归档"
    VOID = "void", "作废"
    HOLD = "hold", "监督制止"
    LIFT = "lift", "解除制止"


class Side(TextChoices):
    """材料类别."""

    INPUT = "input", "输入"
    OUTPUT = "output", "结果"


@dataclass(frozen=True)
class Passage:
    """Which part acts, in which states, and what comes of it; an empty `leads_to` leaves the state as it is."""

    letter: DutyLetter
    starts: tuple[RunStatus, ...]
    leads_to: str = ""


_ON_THE_WAY = tuple(status for status in RunStatus if status not in FINAL)
PASSAGES: dict[Act, Passage] = {
    Act.OPEN: Passage(DutyLetter.ACCOUNTABLE, (), RunStatus.PENDING),
    Act.EXECUTE: Passage(DutyLetter.EXECUTE, OPEN_TO_WORK, RunStatus.EXECUTED),
    # From 复核中 only when the reviewer sits on no reviewing post any more.
    Act.TAKE: Passage(DutyLetter.REVIEW, (RunStatus.EXECUTED, RunStatus.REVIEWING), RunStatus.REVIEWING),
    Act.PASS: Passage(DutyLetter.REVIEW, (RunStatus.REVIEWING,), RunStatus.PASSED),
    Act.RETURN: Passage(DutyLetter.REVIEW, (RunStatus.REVIEWING,), RunStatus.RETURNED),
    # Also what supervision has confirmed, as long as nobody has archived it: material can turn out damaged that late.
    Act.REJECT: Passage(DutyLetter.SUPERVISE, (RunStatus.PASSED, RunStatus.CONFIRMED), RunStatus.RETURNED),
    Act.CONFIRM: Passage(DutyLetter.SUPERVISE, (RunStatus.PASSED,), RunStatus.CONFIRMED),
    Act.ARCHIVE: Passage(DutyLetter.ACCOUNTABLE, (RunStatus.CONFIRMED,), RunStatus.ARCHIVED),
    Act.VOID: Passage(DutyLetter.ACCOUNTABLE, OPEN_TO_WORK, RunStatus.VOID),
    Act.HOLD: Passage(DutyLetter.SUPERVISE, _ON_THE_WAY),
    Act.LIFT: Passage(DutyLetter.SUPERVISE, _ON_THE_WAY),
}
# Stopping the work and letting it go on: also for resident supervisors by their office, and no part of any group.
BY_OFFICE = (Act.HOLD, Act.LIFT)
# Executing, reviewing, supervising: these lie with different groups where the step says so.
PARTS = (DutyLetter.EXECUTE, DutyLetter.REVIEW, DutyLetter.SUPERVISE)
# Whose turn it is in a state, where somebody is to act.
TURNS: dict[RunStatus, DutyLetter] = {
    RunStatus.PENDING: DutyLetter.EXECUTE,
    RunStatus.EXECUTED: DutyLetter.REVIEW,
    RunStatus.REVIEWING: DutyLetter.REVIEW,
    RunStatus.PASSED: DutyLetter.SUPERVISE,
    RunStatus.RETURNED: DutyLetter.EXECUTE,
    RunStatus.CONFIRMED: DutyLetter.ACCOUNTABLE,
}
