"""Commands of a decision: open, state positions, object, decide, defer, resolve."""

from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.commands import command, explain_unique
from admissions.audit.facts import Weight
from admissions.audit.locking import lock
from admissions.core.citations import cite
from admissions.core.decision import Refused
from admissions.core.numbering import next_number
from admissions.core.promises import promised
from admissions.core.transitions import move

from .. import question_rules, rules, tally
from ..enums import ITEM_TRANSITIONS, RESOLUTION_CODE, DecisionMode, DeliberationState, ItemStatus, Outcome
from ..models import AgendaItem, Position, Resolution, Seat, Tally
from ..proofs import content_hash, draft_proof, names_of
from ..whereabouts import call_back, send_out
from .deliberations import end_deliberation, open_deliberation
from .emergencies import settle_emergency
from .entries import append_position

explain_unique(Tally, "item", "议题已由他人宣布结果，请刷新页面。")
explain_unique(Resolution, "item", "本议题已形成决议。")


@command("meetings.open_item", "开始审议", clause=cite("sanction-30"))
def open_item(*, actor: User, reason: str, item: AgendaItem) -> AgendaItem:
    """Freeze the rule of the matter as it stands, and let the members state their positions.

    Refuses: below the quorum; another item is open; the meeting is not on.
    """
    item = lock(item)
    rules.can_open_item(actor, item).require()
    item.status = move(ITEM_TRANSITIONS, item.status, ItemStatus.COLLECTING)
    send_out(item)  # before the hour is taken: who must keep away is not among those in the room when it opens
    item.rule, item.opened_at = item.matter.as_rule(), timezone.now()
    item.full_clean()
    item.save()
    open_deliberation(item)
    return item


@command("meetings.state_position", "表态", clause=cite("meeting-3"))
def state_position(*, actor: User, reason: str, item: AgendaItem, seat: Seat, stance: str, text: str = "") -> Position:
    """Append a position of one's own; the last one counts. The database keeps the head last and the recused out.

    Refuses: not open; absent; recused; not one's own seat; the head before the others.
    """
    Seat.objects.select_for_update(of=("self",)).get(pk=seat.pk)  # what is entered for one waits for one's own word
    rules.can_state_position(actor, item, seat).require()
    return append_position(actor, item, seat, stance, text)


@command("meetings.decide", "宣布结果", clause=cite("meeting-2"), weight=Weight.BINDING)
def decide(*, actor: User, reason: str, item: AgendaItem, head_outcome: str = "", head_reason: str = "") -> Tally:
    """Compute the result from roll, presence and positions at this instant and keep the proof; it never changes again.

    Refuses: below the quorum; somebody present has not spoken; a 暂缓 stands; the head has not spoken last; under
    首长负责制 no decision of the head, or one against the majority without its reason.
    """
    item = lock(item)
    question_rules.can_announce(actor, item).require()
    decision = None
    if promised(item.rule)["mode"] == DecisionMode.HEAD and head_outcome:
        rules.can_decide_as_head(actor, item).require()
        decision = {"outcome": head_outcome, "reason": head_reason}
    now = timezone.now()
    proof = draft_proof(item, now, decision)
    result = proof["computed"]["result"]
    if result not in Outcome.values:
        raise Refused(tally.what_is_missing(proof["computed"], names_of(proof)), clause=rules.basis_of(item))
    record = Tally(
        item=item,
        proof=proof,
        digest=tally.digest_of(proof),
        outcome=result,
        sentence=tally.sentence(proof["computed"]),
        head_reason=head_reason,
        decided_at=now,
        decided_by=actor,
    )
    record.full_clean()
    record.save()
    item.status = move(ITEM_TRANSITIONS, item.status, ItemStatus.DECIDED)
    item.save()
    end_deliberation(item, DeliberationState.DECIDED)
    call_back(item)
    settle_emergency(item, result)
    return record


@command("meetings.defer", "暂缓审议", clause=cite("meeting-5"))
def defer_item(*, actor: User, reason: str, item: AgendaItem) -> AgendaItem:
    """Nothing is decided; the item can come back to a later meeting. Deferred is not missing.

    Refuses: not open; actor neither leads nor records the meeting.
    """
    item = lock(item)
    rules.can_defer(actor, item).require()
    item.status = move(ITEM_TRANSITIONS, item.status, ItemStatus.DEFERRED)
    item.deferral = reason
    item.save()
    end_deliberation(item, DeliberationState.DEFERRED)
    call_back(item)
    return item


@command("meetings.issue_resolution", "形成决议", clause=cite("sanction-30"), weight=Weight.DECISIVE)
def issue_resolution(
    *, actor: User, reason: str, item: AgendaItem, text: str, no_action_reason: str = ""
) -> Resolution:
    """The resolution of a passed item, numbered, bound to the hash of what was decided.

    Refuses: not passed; made already; actor does not run the meetings.
    """
    item = lock(item)
    rules.can_issue_resolution(actor, item).require()
    resolution = Resolution(
        item=item,
        number=next_number(Resolution.objects.all(), "number", RESOLUTION_CODE, timezone.localdate().year),
        text=text,
        content_hash=content_hash(item),
        no_action_reason=no_action_reason,
        issued_at=timezone.now(),
        issued_by=actor,
    )
    resolution.full_clean()
    resolution.save()
    return resolution
