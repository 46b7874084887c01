"""Commands of a decision: open, state positions, object, decide, defer, resolve, follow up."""

from datetime import date
from typing import Any

from django.utils import timezone

from admissions.audit.commands import command, explain_constraint
from admissions.audit.locking import lock
from admissions.core.decision import Refused
from admissions.core.numbering import next_number
from admissions.core.transitions import move
from admissions.evidence.services import keep_file

from .. import rules, tally
from ..enums import (
    ITEM_TRANSITIONS,
    NEEDS_TEXT,
    RESOLUTION_CODE,
    TASK_TRANSITIONS,
    DecisionMode,
    ItemStatus,
    OpinionKind,
    Outcome,
    Stance,
    TaskStatus,
)
from ..models import (
    AgendaItem,
    DeferralRuling,
    Position,
    Resolution,
    ResolutionTask,
    Seat,
    SupervisorOpinion,
    Tally,
)
from ..proofs import content_hash, draft_proof, names_of
from .emergencies import settle_emergency

explain_constraint("position_while_collecting", "议题已不在审议中，表态没有计入。")
explain_constraint("position_of_a_voter", "列席或回避的人员不能表态。")
explain_constraint("position_of_one_present", "没有签到或已离席，不能表态。")
explain_constraint("position_head_last", "主要负责人须在其他成员都表态之后表态。")
explain_constraint("tally_while_collecting", "议题已由他人宣布结果，请刷新页面。")
explain_constraint("workgroups_tally_item_id_key", "议题已由他人宣布结果，请刷新页面。")
explain_constraint("workgroups_resolution_item_id_key", "本议题已形成决议。")
explain_constraint("meeting_append_only", "表态、计票和裁定只能追加，不能改动。")
explain_constraint("opinion_once", "您已对本议题发表监督意见。")


@command("meetings.open_item", "开始审议")
def open_item(*, actor: Any, reason: str, item: AgendaItem) -> AgendaItem:
    """Freeze the rule of the matter as it stands, and let the members state their positions.

    Refuses: below the quorum; another item is open; the meeting is not on.
    """
    item = lock(item)
    rules.can_open_item(actor, item).require()
    item.status = move(ITEM_TRANSITIONS, item.status, ItemStatus.COLLECTING)
    item.rule, item.opened_at = item.matter.as_rule(), timezone.now()
    item.full_clean()
    item.save()
    return item


@command("meetings.state_position", "表态")
def state_position(*, actor: Any, reason: str, item: AgendaItem, seat: Seat, stance: str, text: str = "") -> Position:
    """Append a position; the last one counts. The database keeps the head last and the recused out.

    Refuses: not open; absent; recused; not one's own seat unless recorded by the office; the head before the others.
    """
    rules.can_state_position(actor, item, seat).require()
    if stance in NEEDS_TEXT and not text.strip():
        raise Refused(NEEDS_TEXT[Stance(stance)])
    position = Position(item=item, seat=seat, stance=stance, text=text, at=timezone.now(), entered_by=actor)
    position.clean_fields(exclude=["item", "seat", "entered_by"])  # rows in hand; the database keeps the references
    position.save()
    return position


@command("meetings.rule_deferral", "裁定暂缓条件已解决")
def rule_deferral(*, actor: Any, reason: str, position: Position) -> DeferralRuling:
    """Lift a 暂缓 whose condition is met; its author may also simply state another position.

    Refuses: not a standing 暂缓; actor neither leads nor records the meeting; one's own 暂缓.
    """
    item = lock(position.item)
    rules.can_rule_deferral(actor, item).require()
    if position.stance != Stance.DEFER:
        raise Refused("这一表态不是暂缓。")
    ruling = DeferralRuling(position=position, text=reason, ruled_by=actor, at=timezone.now())
    ruling.full_clean()
    ruling.save()
    return ruling


@command("meetings.give_opinion", "发表监督意见")
def give_opinion(*, actor: Any, reason: str, item: AgendaItem, kind: str) -> SupervisorOpinion:
    """What the supervisor in the room says about the item: never a vote; 制止 suspends execution until answered.

    Refuses: not a supervisor's seat; the item was not opened; said already.
    """
    rules.can_give_opinion(actor, item).require()
    text = "" if kind == OpinionKind.NONE else reason
    opinion = SupervisorOpinion(
        item=item, seat=rules.seat_of(actor, item.meeting), kind=kind, text=text, at=timezone.now()
    )
    opinion.full_clean()
    opinion.save()
    return opinion


@command("meetings.answer_opinion", "答复监督意见")
def answer_opinion(*, actor: Any, reason: str, opinion: SupervisorOpinion) -> SupervisorOpinion:
    """The answer of the meeting; whoever gave the opinion says whether it is enough."""
    opinion = lock(opinion)
    rules.can_answer_opinion(actor, opinion).require()
    opinion.answer, opinion.answered_by, opinion.answered_at = reason, actor, timezone.now()
    opinion.full_clean()
    opinion.save()
    return opinion


@command("meetings.settle_opinion", "认可答复")
def settle_opinion(*, actor: Any, reason: str, opinion: SupervisorOpinion) -> SupervisorOpinion:
    """The opinion is settled; a resolution that was stopped may be carried out."""
    opinion = lock(opinion)
    rules.can_settle_opinion(actor, opinion).require()
    opinion.is_settled = True
    opinion.save()
    return opinion


@command("meetings.decide", "宣布结果", critical=True)
def decide(*, actor: Any, reason: str, item: AgendaItem, head_outcome: str = "", head_reason: str = "") -> Tally:
    """Compute the result from roll, presence and positions at this instant and keep the proof; it never changes again.

    Refuses: below the quorum; somebody present has not spoken; a 暂缓 stands; the head has not spoken last; under
    首长负责制 no decision of the head, or one against the majority without its reason.
    """
    item = lock(item)
    rules.can_decide(actor, item).require()
    decision = None
    if item.rule["mode"] == DecisionMode.HEAD and head_outcome:
        _require_head(actor, item)
        decision = {"outcome": head_outcome, "reason": head_reason}
    now = timezone.now()
    proof = draft_proof(item, now, decision)
    result = proof["computed"]["result"]
    if result not in Outcome.values:
        raise Refused(tally.what_is_missing(proof["computed"], names_of(proof)), clause=rules.PARTY)
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
    settle_emergency(item, result)
    return record


def _require_head(actor: Any, item: AgendaItem) -> None:
    seat = rules.seat_of(actor, item.meeting)
    if seat is None or seat.kind != "head":
        raise Refused("首长负责制事项由主要负责人本人作出决定。", who_can="请由主要负责人登录办理。")


@command("meetings.defer", "暂缓审议")
def defer_item(*, actor: Any, reason: str, item: AgendaItem) -> AgendaItem:
    """Nothing is decided; the item can come back to a later meeting. Deferred is not missing.

    Refuses: not open; actor neither leads nor records the meeting.
    """
    item = lock(item)
    rules.can_defer(actor, item).require()
    item.status = move(ITEM_TRANSITIONS, item.status, ItemStatus.DEFERRED)
    item.deferral = reason
    item.save()
    return item


@command("meetings.issue_resolution", "形成决议", critical=True)
def issue_resolution(*, actor: Any, reason: str, item: AgendaItem, text: str, no_action_reason: str = "") -> Resolution:
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


@command("meetings.assign_task", "交办督办事项")
def assign_task(
    *, actor: Any, reason: str, resolution: Resolution, what: str, assignee: Any, acceptor: Any, due_on: date
) -> ResolutionTask:
    """A person, a time, and somebody else who accepts the result.

    Refuses: stopped or stale resolution; acceptor is the assignee; either is recused from the item.
    """
    rules.can_assign_task(actor, resolution).require()
    rules.in_force(resolution).require()
    for person in (assignee, acceptor):
        apart = resolution.item.recusals.filter(person=person).exists()
        if apart or not rules.not_recused(person, resolution.item).ok:
            raise Refused(f"{person}对本议题回避，不能承办或验收。", clause=rules.RECUSED)
    task = ResolutionTask(resolution=resolution, what=what, assignee=assignee, acceptor=acceptor, due_on=due_on)
    task.full_clean()
    task.save()
    return task


@command("meetings.report_task", "报告办理情况")
def report_task(*, actor: Any, reason: str, task: ResolutionTask, report: str, incoming: Any = None) -> ResolutionTask:
    """What was done, with evidence; a resolution stopped or stale is not carried out.

    Refuses: not the assignee; stopped or stale.
    """
    task = lock(task)
    rules.can_report_task(actor, task).require()
    rules.in_force(task.resolution).require()
    if incoming is not None:
        task.evidence = keep_file(actor, incoming, f"督办证据：{task.what}")
    task.status = move(TASK_TRANSITIONS, task.status, TaskStatus.REPORTED)
    task.report, task.reported_at = report, timezone.now()
    task.full_clean()
    task.save()
    return task


@command("meetings.accept_task", "验收督办事项")
def accept_task(*, actor: Any, reason: str, task: ResolutionTask, is_done: bool) -> ResolutionTask:
    """Somebody other than who did it says that it is done, or sends it back with the reason."""
    task = lock(task)
    rules.can_accept_task(actor, task).require()
    task.status = move(TASK_TRANSITIONS, task.status, TaskStatus.ACCEPTED if is_done else TaskStatus.OPEN)
    task.accepted_at = timezone.now() if is_done else None
    task.verdict = reason
    task.full_clean()
    task.save()
    return task
