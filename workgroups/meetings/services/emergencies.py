"""Commands of emergency decisions: declare, sign with, bring before the body, undo."""

from datetime import datetime, timedelta

from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.commands import command, explain_constraint, machine_action
from admissions.audit.facts import Weight
from admissions.audit.locking import lock
from admissions.core.citations import cite
from admissions.core.decision import Refused
from admissions.core.transitions import move
from admissions.seasons.models import Institution
from workgroups.groups.models import WorkGroup

from .. import emergency_rules as rules
from ..enums import EMERGENCY_TRANSITIONS, EmergencyStatus, Outcome
from ..models import AgendaItem, DecisionMatter, EmergencyDecision, EmergencyEffect

explain_constraint("emergency_two_people", "同签人不能是决定人本人。")


@command("emergencies.declare", "登记临机处置", clause=cite("house-two-people"), weight=Weight.DECISIVE)
def declare_emergency(
    *,
    actor: User,
    reason: str,
    group: WorkGroup,
    matter: DecisionMatter,
    category: str,
    title: str,
    measures: str,
    limits: str,
    effects: list[str],
    happened_at: datetime,
    subject_person: User | None = None,
    institution: Institution | None = None,
) -> EmergencyDecision:
    """What has to be done before the body can meet; in effect once a second member of the body signs with it.

    Refuses: actor is not on duty in the body; the matter may not be disposed of first; another body decides it; no
    effect named; the hour is in the future.
    """
    rules.can_dispose_of(actor, group, matter).require()
    if happened_at > timezone.now():
        raise Refused("处置时间不能在现在之后。", who_can="请改正处置时间。")
    if not effects:
        raise Refused("请至少写明一项处置影响，补议未通过时据此恢复。")
    emergency = EmergencyDecision(
        group=group,
        matter=matter,
        category=category,
        title=title,
        measures=measures,
        limits=limits,
        subject_person=subject_person,
        institution=institution,
        happened_at=happened_at,
        decided_by=actor,
        ratify_by=happened_at + timedelta(hours=matter.ratify_hours),
    )
    emergency.full_clean()
    emergency.save()
    for what in effects:
        effect = EmergencyEffect(decision=emergency, what=what)
        effect.full_clean()
        effect.save()
    return emergency


@command(
    "emergencies.cosign",
    "同签临机处置",
    clause=cite("house-two-people"),
    weight=Weight.BINDING,
    checks="emergencies.declare",
)
def cosign_emergency(*, actor: User, reason: str, emergency: EmergencyDecision) -> EmergencyDecision:
    """The second signature puts it into effect.

    Refuses: the decider; not on duty in the body; recused; signed or withdrawn already.
    """
    emergency = lock(emergency)
    rules.can_cosign(actor, emergency).require()
    emergency.status = move(EMERGENCY_TRANSITIONS, emergency.status, EmergencyStatus.IN_EFFECT)
    emergency.cosigned_by, emergency.cosigned_at = actor, timezone.now()
    emergency.full_clean()
    emergency.save()
    return emergency


@command("emergencies.withdraw", "撤回临机处置", clause=cite("house-two-people"))
def withdraw_emergency(*, actor: User, reason: str, emergency: EmergencyDecision) -> EmergencyDecision:
    """Nobody signed with it, so nothing was done.

    Refuses: not the decider; in effect already.
    """
    emergency = lock(emergency)
    rules.can_withdraw(actor, emergency).require()
    emergency.status = move(EMERGENCY_TRANSITIONS, emergency.status, EmergencyStatus.WITHDRAWN)
    emergency.save()
    return emergency


@command("emergencies.submit", "提请补议", clause=cite("house-two-people"))
def submit_for_ratification(*, actor: User, reason: str, emergency: EmergencyDecision) -> AgendaItem:
    """An item of its body: passed it is ratified, not passed its effects are to be undone.

    Refuses: not in effect; an item is under way; actor has no part in it and runs no meetings.
    """
    emergency = lock(emergency)
    rules.can_submit(actor, emergency).require()
    item = AgendaItem(
        group=emergency.group,
        matter=emergency.matter,
        title=f"补议：{emergency.title}",
        proposal=f"处置内容：{emergency.measures}\n处置边界：{emergency.limits}\n提请追认上述临机处置。",
        proposer=actor,
        presenter=emergency.decided_by,
        subject_person=emergency.subject_person,
        institution=emergency.institution,
    )
    item.full_clean()
    item.save()
    emergency.item = item
    emergency.save()
    return item


def settle_emergency(item: AgendaItem, outcome: str) -> None:
    """Part of announcing the result of a ratifying item, in the same transaction."""
    emergency = EmergencyDecision.objects.select_for_update(of=("self",)).filter(item=item).first()
    if emergency is None:
        return
    settled = EmergencyStatus.REFUSED if outcome == Outcome.FAILED else EmergencyStatus.RATIFIED
    emergency.status = move(EMERGENCY_TRANSITIONS, emergency.status, settled)
    emergency.settled_at = timezone.now()
    emergency.full_clean()
    emergency.save()


@command(
    "emergencies.undo",
    "处理处置影响",
    clause=cite("house-two-people"),
    weight=Weight.DECISIVE,
    alters="已生效的临机处置",
)
def undo_effect(*, actor: User, reason: str, effect: EmergencyEffect) -> EmergencyEffect:
    """What was done to put right what the disposal changed.

    Refuses: neither refused nor lapsed; done already; actor has no part in it and runs no meetings.
    """
    effect = lock(effect)
    rules.can_undo(actor, effect).require()
    effect.undone, effect.undone_by, effect.undone_at = reason, actor, timezone.now()
    effect.full_clean()
    effect.save()
    return effect


def lapse_unratified() -> int:
    """Mark every disposal whose time has passed without a decision of its body, each in its own transaction; how many.

    Run by the timer; running it twice marks nothing twice.
    """
    marked = 0
    for pk in list(EmergencyDecision.objects.overdue().filter(lapsed_at__isnull=True).values_list("pk", flat=True)):
        with machine_action("emergencies.lapse", "临机处置逾期未补议", "补议时限已过") as action:
            row = EmergencyDecision.objects.select_for_update(of=("self",)).get(pk=pk)
            action.target = row
            if row.lapsed_at is None and row.is_overdue:
                row.lapsed_at = timezone.now()
                row.save()
                marked += 1
    return marked
