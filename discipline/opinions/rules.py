"""Who may flag, issue, answer, re-check, close, withdraw, and note a recurrence."""

from admissions.accounts.models import User
from admissions.accounts.permissions import Permission
from admissions.accounts.rules import may
from admissions.accounts.selectors import has_permission
from admissions.audit.models import Event
from admissions.core.decision import Decision, Parts, allow, deny, in_parts, needed
from workgroups.appointments.enums import RightArea
from workgroups.appointments.selectors import leads
from workgroups.groups.models import WorkGroup

from .enums import OPINION_TRANSITIONS, STRENGTH, OpinionStatus
from .models import Flag, Opinion

SUPERVISORS = "请由本组的驻点监督员办理。"


def can_supervise(user: User, group: WorkGroup | None, what: str) -> Decision:
    """A live supervisor's grant that covers the group."""
    if group is None:
        return may(user, Permission.SUPERVISE, what)
    return may(user, Permission.SUPERVISE, what, season_id=group.season_id, group_id=group.pk)


@in_parts
def can_flag(user: User, event: Event) -> Parts:
    """Supervisors, on entries of their own scope; sight of another group's trail is no supervision."""
    yield may(user, Permission.SUPERVISE, "标记留痕")
    if not Event.objects.supervised_by(user).filter(pk=event.pk).exists():
        yield deny("这条留痕不在您的监督范围。", who_can="请由该工作组的驻点监督员标记。")


def can_settle_flag(user: User, flag: Flag) -> Decision:
    """Who flagged it, while it has led to nothing else."""
    if flag.opinion_id is not None or flag.settled_at is not None:
        return deny("这条标记已经了结。", who_can="结果在“标记的留痕”查看。")
    if flag.flagged_by_id != user.pk:
        return deny("标记由标记人了结。", who_can=f"请由{flag.flagged_by_name}办理。")
    return may(user, Permission.SUPERVISE, "了结标记")


def can_issue(user: User, group: WorkGroup) -> Decision:
    """A supervisor of the group; whoever keeps away from the person it is about is refused by the gate."""
    return can_supervise(user, group, "发出监督意见")


@in_parts
def can_answer(user: User, opinion: Opinion) -> Parts:
    """Whoever leads the group, or a group above it, answers; a deputy does on the leader's behalf."""
    yield _passes_to(opinion, OpinionStatus.ANSWERED, "答复")
    yield leads(user, opinion.group, RightArea.OPINIONS)


def can_check(user: User, opinion: Opinion) -> Decision:
    """The issuer re-checks; another supervisor of the group only when the issuer holds the right no more."""
    if opinion.status != OpinionStatus.ANSWERED:
        return deny(f"意见现在是“{opinion.get_status_display()}”，答复以后才能复查。", who_can="请等待工作组组长答复。")
    right = can_supervise(user, opinion.group, "复查监督意见")
    if not right.ok or opinion.issued_by_id == user.pk:
        return right
    group = opinion.group
    if has_permission(opinion.issued_by, Permission.SUPERVISE, season_id=group.season_id, group_id=group.pk):
        return deny("谁发出的意见由谁复查销号。", who_can=f"请由{opinion.issued_by_name}办理。")
    return right


@in_parts
def can_withdraw(user: User, opinion: Opinion) -> Parts:
    """The issuer, before anybody has answered."""
    if opinion.issued_by_id != user.pk:
        yield needed(deny("意见由签发人撤回。", who_can=f"请由{opinion.issued_by_name}办理。"))
    yield _passes_to(opinion, OpinionStatus.WITHDRAWN, "撤回")
    yield can_supervise(user, opinion.group, "撤回监督意见")


def can_note_recurrence(user: User, opinion: Opinion) -> Decision:
    """A closed matter came back: a new opinion follows, the old one stays closed."""
    if opinion.status != OpinionStatus.CLOSED:
        return deny("意见还没有销号，问题再次出现的，请在复查时退回整改。")
    if Opinion.objects.filter(recurrence_of=opinion).exists():
        return deny("已就再次出现的问题发出新的意见。", who_can="请在最近一次意见上办理。")
    return can_issue(user, opinion.group)


@in_parts
def can_issue_again(user: User, opinion: Opinion, kind: str) -> Parts:
    """At least as strict as before."""
    yield can_note_recurrence(user, opinion)
    if STRENGTH.index(kind) < STRENGTH.index(opinion.kind):
        yield deny(f"再次出现的问题不能轻于前次的“{opinion.get_kind_display()}”。", who_can="请选同样或更严的种类。")


def _passes_to(opinion: Opinion, status: OpinionStatus, verb: str) -> Decision:
    if status in OPINION_TRANSITIONS[OpinionStatus(opinion.status)]:
        return allow()
    return deny(f"意见现在是“{opinion.get_status_display()}”，不能{verb}。", who_can="请刷新页面，按当前状态办理。")
