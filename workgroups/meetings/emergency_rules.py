"""May X dispose of an emergency alone with a second person, bring it before the body, undo what it changed?"""

from collections.abc import Callable

from admissions.accounts.models import User
from admissions.core.citations import cite
from admissions.core.decision import Decision, Parts, deny, in_parts, needed
from admissions.seasons.lifecycle.rules import still_going
from admissions.seasons.models import Season
from workgroups.appointments.enums import RightArea
from workgroups.appointments.models import Appointment
from workgroups.appointments.selectors import holds, live_appointments
from workgroups.groups.models import WorkGroup

from .enums import EmergencyStatus, ItemStatus
from .models import DecisionMatter, EmergencyDecision, EmergencyEffect
from .rules import can_run_meetings

TWO_PEOPLE = cite("house-two-people")


def on_duty_in(user: User, group: WorkGroup) -> Decision:
    """Who holds a post of the body, or stands in for one who does."""
    nobody = deny(f"临机处置由{group}的在岗成员决定和同签。", TWO_PEOPLE, who_can="请由该机构的在岗成员办理。")
    return holds(user, RightArea.MEETINGS, lambda row: row.post.group_id == group.pk, nobody)


def bodies_of(user: User, season: Season) -> list[Appointment]:
    """Appointments of the user, own or stood in for, in bodies of the season that may dispose of something first."""
    in_body = _in_bodies_of(season)
    return [row for row in live_appointments(user, RightArea.MEETINGS) if in_body(row)]


def _in_bodies_of(season: Season) -> Callable[[Appointment], bool]:
    bodies = set(DecisionMatter.objects.in_use().filter(allows_emergency=True).values_list("body", flat=True))
    return lambda row: row.post.group.season_id == season.pk and row.post.group.kind in bodies


@in_parts
def can_declare_in(user: User, season: Season) -> Parts:
    """Somebody on duty in a body of the season that decides such matters; the command asks for the body itself."""
    nobody = deny("临机处置由决策机构的在岗成员登记。", TWO_PEOPLE, who_can="请由决策机构的在岗成员办理。")
    yield holds(user, RightArea.MEETINGS, _in_bodies_of(season), nobody)
    yield still_going(season)


@in_parts
def can_declare(user: User, group: WorkGroup) -> Parts:
    yield on_duty_in(user, group)
    yield can_declare_in(user, group.season)


@in_parts
def can_dispose_of(user: User, group: WorkGroup, matter: DecisionMatter) -> Parts:
    """Of a matter which this body decides and which may be disposed of first."""
    yield can_declare(user, group)
    if not matter.allows_emergency or matter.is_retired:
        yield deny(f"“{matter}”不得先行处置。", TWO_PEOPLE, "请提请会议审议。")
    if matter.body != group.kind:
        yield deny(
            f"“{matter}”由{matter.get_body_display()}决定，不能由{group}先行处置。",
            who_can="请由有权决定的机构先行处置。",
        )


@in_parts
def can_cosign(user: User, emergency: EmergencyDecision) -> Parts:
    """Another person on duty in the body, not recused."""
    if emergency.status != EmergencyStatus.PROPOSED:
        yield deny(f"临机处置{emergency.get_status_display()}，不必再同签。")
    if emergency.decided_by_id == user.pk:
        yield deny("决定人不能自己同签。", TWO_PEOPLE, "请另一名在岗成员同签。")
    yield on_duty_in(user, emergency.group)


@in_parts
def can_withdraw(user: User, emergency: EmergencyDecision) -> Parts:
    """Who proposed it, as long as nobody has signed with them: nothing was done yet."""
    if emergency.decided_by_id != user.pk:
        yield deny("临机处置由决定人撤回。", who_can=f"请由{emergency.decided_by}办理。")
    if emergency.status != EmergencyStatus.PROPOSED:
        yield deny("已经同签生效，不能撤回，只能提请补议。", who_can="请提请补议。")


@in_parts
def can_submit(user: User, emergency: EmergencyDecision) -> Parts:
    """Decider, second signer or secretariat bring it before the body; one item at a time."""
    if user.pk not in (emergency.decided_by_id, emergency.cosigned_by_id):
        yield can_run_meetings(user, emergency.group.season)
    if emergency.status != EmergencyStatus.IN_EFFECT:
        yield deny(f"临机处置{emergency.get_status_display()}，不能提请补议。", who_can="请刷新页面，按当前状态办理。")
    if emergency.item and emergency.item.status != ItemStatus.WITHDRAWN:
        yield deny(f"补议议题“{emergency.item}”正在办理。", who_can="请将其列入会议议程。")


@in_parts
def can_undo(user: User, effect: EmergencyEffect) -> Parts:
    """What was changed is put right once the body refused it or let its time pass."""
    if effect.undone_at is not None:
        yield needed(deny("这项影响已处理。", who_can="请刷新页面查看处理情况。"))
    emergency = effect.decision
    if user.pk not in (emergency.decided_by_id, emergency.cosigned_by_id):
        yield can_run_meetings(user, emergency.group.season)
    owed = emergency.status == EmergencyStatus.REFUSED or emergency.lapsed_at is not None
    if not owed:
        yield deny("补议未被否决，也没有逾期，不需要恢复。")
