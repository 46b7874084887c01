"""May X dispose of an emergency alone with a second person, bring it before the body, undo what it changed?"""

from collections.abc import Callable
from typing import Any

from admissions.core.decision import Decision, allow, deny, first_denial
from workgroups.appointments.enums import RightArea
from workgroups.appointments.selectors import holds, live_appointments
from workgroups.recusal.rules import not_recused

from .enums import EmergencyStatus, ItemStatus
from .models import DecisionMatter, EmergencyDecision, EmergencyEffect
from .rules import can_run_meetings

TWO_PEOPLE = "临机处置须两人同签，事后由决策机构补议"


def on_duty_in(user: Any, group: Any) -> Decision:
    """Who holds a post of the body, or stands in for one who does."""
    nobody = deny(f"临机处置由{group}的在岗成员决定和同签。", TWO_PEOPLE)
    return holds(user, RightArea.MEETINGS, lambda row: row.post.group_id == group.pk, nobody)


def bodies_of(user: Any, season: Any) -> list[Any]:
    """Appointments of the user, own or stood in for, in bodies of the season that may dispose of something first."""
    in_body = _in_bodies_of(season)
    return [row for row in live_appointments(user, RightArea.MEETINGS) if in_body(row)]


def _in_bodies_of(season: Any) -> Callable[[Any], bool]:
    bodies = set(DecisionMatter.objects.in_use().filter(allows_emergency=True).values_list("body", flat=True))
    return lambda row: row.post.group.season_id == season.pk and row.post.group.kind in bodies


def can_declare_in(user: Any, season: Any) -> Decision:
    """Somebody on duty in a body of the season that decides such matters; the command asks for the body itself."""
    nobody = deny("临机处置由决策机构的在岗成员登记。", TWO_PEOPLE)
    right = holds(user, RightArea.MEETINGS, _in_bodies_of(season), nobody)
    frozen = deny("录取季已结束，不能再登记临机处置。") if season.is_frozen else allow()
    return first_denial(right, frozen)


def can_declare(user: Any, group: Any) -> Decision:
    return first_denial(on_duty_in(user, group), can_declare_in(user, group.season))


def can_cosign(user: Any, emergency: EmergencyDecision) -> Decision:
    """Another person on duty in the body, not recused."""
    state = (
        allow()
        if emergency.status == EmergencyStatus.PROPOSED
        else deny(f"临机处置{emergency.get_status_display()}，不必再同签。")
    )
    another = (
        deny("决定人不能自己同签。", TWO_PEOPLE, "请另一名在岗成员同签。")
        if emergency.decided_by_id == user.pk
        else allow()
    )
    return first_denial(state, another, not_recused(user, emergency), on_duty_in(user, emergency.group))


def can_withdraw(user: Any, emergency: EmergencyDecision) -> Decision:
    """Who proposed it, as long as nobody has signed with them: nothing was done yet."""
    own = (
        allow()
        if emergency.decided_by_id == user.pk
        else deny("临机处置由决定人撤回。", who_can=f"请由{emergency.decided_by}办理。")
    )
    state = allow() if emergency.status == EmergencyStatus.PROPOSED else deny("已经同签生效，不能撤回，只能提请补议。")
    return first_denial(own, state)


def can_submit(user: Any, emergency: EmergencyDecision) -> Decision:
    """Decider, second signer or secretariat bring it before the body; one item at a time."""
    state = (
        allow()
        if emergency.status == EmergencyStatus.IN_EFFECT
        else deny(f"临机处置{emergency.get_status_display()}，不能提请补议。")
    )
    pending = (
        deny(f"补议议题“{emergency.item}”正在办理。", who_can="请将其列入会议议程。")
        if emergency.item and emergency.item.status != ItemStatus.WITHDRAWN
        else allow()
    )
    own = (
        allow()
        if user.pk in (emergency.decided_by_id, emergency.cosigned_by_id)
        else can_run_meetings(user, emergency.group.season)
    )
    return first_denial(own, not_recused(user, emergency), state, pending)


def can_undo(user: Any, effect: EmergencyEffect) -> Decision:
    """What was changed is put right once the body refused it or let its time pass."""
    emergency = effect.decision
    if effect.undone_at is not None:
        return deny("这项影响已处理。")
    owed = emergency.status == EmergencyStatus.REFUSED or emergency.lapsed_at is not None
    state = allow() if owed else deny("补议未被否决，也没有逾期，不需要恢复。")
    own = (
        allow()
        if user.pk in (emergency.decided_by_id, emergency.cosigned_by_id)
        else can_run_meetings(user, emergency.group.season)
    )
    return first_denial(own, not_recused(user, emergency), state)
