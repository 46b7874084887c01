"""Who may flag, issue, answer, re-check, close, withdraw, and note a recurrence."""

from typing import Any

from admissions.accounts.permissions import Permission
from admissions.accounts.rules import may
from admissions.accounts.selectors import has_permission
from admissions.audit.access import recused_scope
from admissions.audit.models import Event
from admissions.core.decision import Decision, allow, deny, first_denial
from workgroups.appointments.enums import RightArea
from workgroups.appointments.selectors import leads
from workgroups.groups.models import WorkGroup

from .enums import OPINION_TRANSITIONS, OpinionStatus
from .models import Flag, Opinion

SUPERVISORS = "请由本组的驻点监督员办理。"


def can_supervise(user: Any, group: WorkGroup | None, what: str) -> Decision:
    """A live supervisor's grant that covers the group."""
    if group is None:
        return may(user, Permission.SUPERVISE, what)
    return may(user, Permission.SUPERVISE, what, season_id=group.season_id, group_id=group.pk)


def can_flag(user: Any, event: Event) -> Decision:
    """Supervisors, on entries they may read."""
    right = may(user, Permission.SUPERVISE, "标记留痕")
    seen = (
        allow() if Event.objects.visible_to(user).filter(pk=event.pk).exists() else deny("这条留痕不在您的监督范围。")
    )
    return first_denial(right, seen)


def can_settle_flag(user: Any, flag: Flag) -> Decision:
    """Who flagged it, while it has led to nothing else."""
    if flag.opinion_id is not None or flag.settled_at is not None:
        return deny("这条标记已经了结。")
    if flag.flagged_by_id != user.pk:
        return deny("标记由标记人了结。", who_can=f"请由{flag.flagged_by_name}办理。")
    return may(user, Permission.SUPERVISE, "了结标记")


def can_issue(user: Any, group: WorkGroup, person: Any = None) -> Decision:
    """A supervisor of the group who is not recused from the person it is about."""
    return first_denial(can_supervise(user, group, "发出监督意见"), not_recused_from(user, person))


def not_recused_from(user: Any, person: Any) -> Decision:
    if person is not None and person.pk in recused_scope(user).persons:
        return deny("您对意见涉及的人员应当回避。", who_can="请由其他监督员办理。")
    return allow()


def can_answer(user: Any, opinion: Opinion) -> Decision:
    """Whoever leads the group, or a group above it, answers; a deputy does on the leader's behalf."""
    return first_denial(
        _passes_to(opinion, OpinionStatus.ANSWERED, "答复"), leads(user, opinion.group, RightArea.OPINIONS)
    )


def can_check(user: Any, opinion: Opinion) -> Decision:
    """The issuer re-checks; another supervisor of the group only when the issuer holds the right no more."""
    if opinion.status != OpinionStatus.ANSWERED:
        return deny(f"意见现在是“{opinion.get_status_display()}”，答复以后才能复查。")
    right = first_denial(can_supervise(user, opinion.group, "复查监督意见"), not_recused_from(user, opinion.person))
    if not right.ok or opinion.issued_by_id == user.pk:
        return right
    group = opinion.group
    if has_permission(opinion.issued_by, Permission.SUPERVISE, season_id=group.season_id, group_id=group.pk):
        return deny("谁发出的意见由谁复查销号。", who_can=f"请由{opinion.issued_by_name}办理。")
    return right


def can_withdraw(user: Any, opinion: Opinion) -> Decision:
    """The issuer, before anybody has answered."""
    if opinion.issued_by_id != user.pk:
        return deny("意见由签发人撤回。", who_can=f"请由{opinion.issued_by_name}办理。")
    return first_denial(
        _passes_to(opinion, OpinionStatus.WITHDRAWN, "撤回"), can_supervise(user, opinion.group, "撤回监督意见")
    )


def can_note_recurrence(user: Any, opinion: Opinion) -> Decision:
    """A closed matter came back: a new opinion follows, the old one stays closed."""
    if opinion.status != OpinionStatus.CLOSED:
        return deny("意见还没有销号，问题再次出现的，请在复查时退回整改。")
    if Opinion.objects.filter(recurrence_of=opinion).exists():
        return deny("已就再次出现的问题发出新的意见。", who_can="请在最近一次意见上办理。")
    return can_issue(user, opinion.group, opinion.person)


def _passes_to(opinion: Opinion, status: OpinionStatus, verb: str) -> Decision:
    if status in OPINION_TRANSITIONS[OpinionStatus(opinion.status)]:
        return allow()
    return deny(f"意见现在是“{opinion.get_status_display()}”，不能{verb}。")
