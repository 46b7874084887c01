"""May X propose, convene, attend, state a position, object, decide, follow up?"""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from admissions.accounts.permissions import Permission
from admissions.accounts.rules import may
from admissions.audit.grounds import DOCUMENT_NUMBER
from admissions.core.clock import minute_text
from admissions.core.decision import Decision, allow, deny, first_denial
from workgroups.appointments.enums import RightArea
from workgroups.appointments.models import Appointment
from workgroups.appointments.selectors import holds
from workgroups.recusal.rules import not_recused
from workgroups.recusal.selectors import kept_apart

from . import tally
from .enums import TO_BE_ANSWERED, VOTING, ItemStatus, MeetingStatus, MinutesStatus, OpinionKind, SeatKind, TaskStatus
from .models import (
    AgendaItem,
    DecisionMatter,
    ItemRecusal,
    Meeting,
    Minutes,
    Presence,
    Resolution,
    ResolutionTask,
    Seat,
    SupervisorOpinion,
)
from .proofs import content_hash, current_draft, names_of, open_deferrals

PARTY = "党组工作条例的会议规则；通过线按应到会成员计"
HEAD_LAST = "主要负责人末位表态（干部任用规则，一般议题沿用）"
RECUSED = "《公务员法》第七十六条"
RECONSIDER = "复议须超过半数成员同意（干部任用规则，一般议题沿用）"
SECRETARY = "请由行政秘书办理。"


def can_keep_matters(user: Any) -> Decision:
    return may(user, Permission.KEEP_MATTERS, "维护集体决策事项清单")


def can_run_meetings(user: Any, season: Any) -> Decision:
    """The secretariat prepares, convenes and records."""
    frozen = deny("录取季已结束，不能再办理会议。") if season.is_frozen else allow()
    return first_denial(may(user, Permission.RUN_MEETINGS, "办理会务", season_id=season.pk), frozen)


def can_propose_in(user: Any, season: Any) -> Decision:
    """The secretariat, or whoever is on duty in a group of the season."""
    right = holds(
        user, RightArea.MEETINGS, lambda row: row.post.group.season_id == season.pk, can_run_meetings(user, season)
    )
    frozen = deny("录取季已结束，不能再提请议题。") if season.is_frozen else allow()
    return first_denial(right, frozen)


def can_propose(user: Any, group: Any) -> Decision:
    """An item for this body."""
    return can_propose_in(user, group.season)


def can_change_item(user: Any, item: AgendaItem) -> Decision:
    """The proposer or the secretariat, until the item is open."""
    open_yet = item.status in (ItemStatus.PROPOSED, ItemStatus.SCHEDULED, ItemStatus.DEFERRED)
    state = (
        allow()
        if open_yet
        else deny(f"议题{item.get_status_display()}，内容不能再改。", who_can="如有新情况，请提请复议。")
    )
    own = allow() if item.proposer_id == user.pk else can_run_meetings(user, item.group.season)
    return first_denial(not_recused(user, item), own, state)


def can_withdraw_item(user: Any, item: AgendaItem) -> Decision:
    return can_change_item(user, item)


def can_add_paper(user: Any, item: AgendaItem) -> Decision:
    """Also after circulation and after the decision: a replacement is a new version everybody sees."""
    own = allow() if item.proposer_id == user.pk else can_run_meetings(user, item.group.season)
    ended = deny("议题已撤回。") if item.status == ItemStatus.WITHDRAWN else allow()
    return first_denial(not_recused(user, item), own, ended)


def missing_prerequisites(item: AgendaItem) -> list[str]:
    present = set(item.prerequisites.values_list("name", flat=True))
    return [name for name in item.matter.prerequisites if name not in present]


def can_schedule(user: Any, item: AgendaItem) -> Decision:
    """Prerequisites first: an item without them cannot be put on an agenda (#28)."""
    state = (
        allow()
        if item.status in (ItemStatus.PROPOSED, ItemStatus.DEFERRED)
        else deny(f"议题状态为“{item.get_status_display()}”，不能列入议程。")
    )
    missing = missing_prerequisites(item)
    ready = (
        deny(f"还缺前置材料：{'、'.join(missing)}，不能列入议程。", item.matter.name, "请由提请人补齐材料后再列入。")
        if missing
        else allow()
    )
    may_run = can_run_meetings(user, item.group.season)
    return first_denial(not_recused(user, item), may_run, state, ready, reconsideration_agreed(item))


def voters_on_reconsidering(item: AgendaItem) -> Any:
    """Seats whose consent a reconsideration needs: members of the deciding meeting who are not recused from it."""
    recused = item.recusals.values("person")
    return Seat.objects.filter(meeting=item.reconsiders.meeting_id, kind__in=VOTING).exclude(person__in=recused)


def reconsideration_agreed(item: AgendaItem) -> Decision:
    """More than half of the members agreed that the matter is decided again (#42)."""
    if item.reconsiders_id is None:
        return allow()
    voters = voters_on_reconsidering(item)
    members, agreed = voters.count(), item.consents.filter(agrees=True, seat__in=voters).count()
    if 2 * agreed > members:
        return allow()
    return deny(
        f"复议须超过半数成员同意：成员{members}人，已同意{agreed}人，还需{members // 2 + 1 - agreed}人。",
        RECONSIDER,
        "请原会议成员在待办中表示是否同意复议。",
    )


def can_consent(user: Any, item: AgendaItem) -> Decision:
    """A member of the meeting that decided, once, before the item is put on an agenda."""
    if item.reconsiders_id is None:
        return deny("本议题不是复议议题。")
    seat = seat_of(user, item.reconsiders.meeting)
    if seat is None or not seat.is_voting:
        return deny("是否复议由原会议的成员表示意见。", RECONSIDER)
    state = allow() if item.status == ItemStatus.PROPOSED else deny(f"复议议题{item.get_status_display()}。")
    given = item.consents.filter(seat=seat).exists()
    return first_denial(not_recused(user, item), state, deny("您已表示过是否同意复议。") if given else allow())


def can_place(item: AgendaItem, meeting: Meeting, is_motion: bool) -> Decision:
    """The meeting is of the deciding body and not over; short notice only as a motion the matter allows."""
    if meeting.group_id != item.group_id:
        return deny(f"“{item.matter}”由{item.group}决定，不能列入{meeting.group}的会议。")
    if meeting.status not in (MeetingStatus.DRAFT, MeetingStatus.CONVENED, MeetingStatus.OPEN):
        return deny(f"会议{meeting.get_status_display()}，不能再列入议题。", who_can="请选择其他会议。")
    notice = timedelta(hours=item.matter.notice_hours)
    if meeting.status != MeetingStatus.DRAFT or meeting.starts_at - timezone.now() < notice:
        if not is_motion:
            late = f"议题须在会前{item.matter.notice_hours}小时列入，会议将于{minute_text(meeting.starts_at)}开始或已发通知。"
            return deny(late, who_can="可改列下次会议；确需本次审议的，按临时动议办理。")
        if not item.matter.allows_motion:
            return deny(f"“{item.matter}”不得作为临时动议审议。", "临时动议一般不讨论", "请列入下次会议。")
    return allow()


def can_prepare_meeting(user: Any, meeting: Meeting) -> Decision:
    """Change the roll or the hour while nobody has been invited."""
    draft = allow() if meeting.status == MeetingStatus.DRAFT else deny("通知已发出，名单和时间不能再改。")
    return first_denial(can_run_meetings(user, meeting.group.season), draft)


def may_decide_in(seat: Seat, basis: str) -> Decision:
    """Members of the body, and whoever the superior designated by a document (#22): nobody packs a body.

    Refuses: no document; the designated and a member who decides must keep away from each other.
    """
    if not seat.is_voting or seat.appointment is not None:
        return allow()
    meeting = seat.meeting
    members = set(meeting.seats.filter(kind__in=VOTING).values_list("person_id", flat=True))
    apart = kept_apart({seat.person_id}, members, meeting.group.season_id)
    named = deny(
        f"{seat.name}不是{meeting.group}的在岗人员，作为{seat.get_kind_display()}参会须有上级指定的依据。",
        PARTY,
        "请填写批复或决议的文号；还没有的，先起草请示。",
    )
    return first_denial(
        allow() if DOCUMENT_NUMBER.search(basis) else named,
        deny(f"{seat.name}与参会成员之间应当回避，不能列入名单。", RECUSED, "请上级另行指定。") if apart else allow(),
    )


def can_convene(user: Any, meeting: Meeting) -> Decision:
    """Somebody leads, somebody decides, the supervisors are invited."""
    kinds = set(meeting.seats.values_list("kind", flat=True))
    lacking = [
        word
        for kind, word in (
            (SeatKind.HEAD, "主要负责人"),
            (SeatKind.MEMBER, "成员"),
            (SeatKind.SUPERVISOR, "列席监督人员"),
        )
        if kind not in kinds
    ]
    complete = deny(f"参会名单还缺{'、'.join(lacking)}。", who_can="请先补齐参会名单。") if lacking else allow()
    return first_denial(can_prepare_meeting(user, meeting), complete)


def can_cancel_meeting(user: Any, meeting: Meeting) -> Decision:
    before = meeting.status in (MeetingStatus.DRAFT, MeetingStatus.CONVENED)
    state = allow() if before else deny(f"会议{meeting.get_status_display()}，不能取消。")
    return first_denial(can_run_meetings(user, meeting.group.season), state)


def seat_of(user: Any, meeting: Meeting | None) -> Seat | None:
    """The user's seat in the meeting; found once for each meeting object, that is once for a page."""
    if meeting is None:
        return None
    known = meeting.__dict__.setdefault("_seats_found", {})
    if user.pk not in known:
        found = Seat.objects.filter(meeting=meeting, person=user).first()
        if found is None:
            return None
        # What the rules and the ledger ask next is in hand already.
        found.meeting, found.person = meeting, user
        known[user.pk] = found
    return known[user.pk]


def leads_or_records(user: Any, meeting: Meeting) -> Decision:
    """The head, the recorder, and the secretariat."""
    seat = seat_of(user, meeting)
    if seat is not None and seat.kind in (SeatKind.HEAD, SeatKind.RECORDER):
        return allow()
    return can_run_meetings(user, meeting.group.season)


def can_open_meeting(user: Any, meeting: Meeting) -> Decision:
    state = allow() if meeting.status == MeetingStatus.CONVENED else deny("会议尚未通知或已经开始。")
    return first_denial(leads_or_records(user, meeting), state)


def can_close_meeting(user: Any, meeting: Meeting) -> Decision:
    """Every item has an answer, and every supervisor in the room has said something on each (#36)."""
    state = allow() if meeting.status == MeetingStatus.OPEN else deny("会议不在进行中。")
    undone = meeting.items.filter(status__in=[ItemStatus.SCHEDULED, ItemStatus.COLLECTING])
    items = (
        deny(f"还有{undone.count()}项议题没有结论。", who_can="请逐项作出决定、暂缓或撤回后再闭会。")
        if undone.exists()
        else allow()
    )
    silent = silent_supervisors(meeting)
    spoken = (
        deny(f"{'、'.join(silent)}还没有发表监督意见，不能闭会。", "列席监督逐项记录意见", "请监督人员逐项填写。")
        if silent
        else allow()
    )
    return first_denial(leads_or_records(user, meeting), state, items, spoken)


def silent_supervisors(meeting: Meeting) -> list[str]:
    """Names with the number of items still without an opinion of theirs."""
    answered = [ItemStatus.DECIDED, ItemStatus.DEFERRED]
    items = list(meeting.items.filter(status__in=answered).values_list("pk", flat=True))
    given = set(SupervisorOpinion.objects.filter(item__in=items).values_list("seat_id", "item_id"))
    recused = set(ItemRecusal.objects.filter(item__in=items).values_list("person_id", "item_id"))
    found = []
    for seat in meeting.seats.filter(kind=SeatKind.SUPERVISOR):
        left = [pk for pk in items if (seat.pk, pk) not in given and (seat.person_id, pk) not in recused]
        if left:
            found.append(f"{seat.name}（{len(left)}项）")
    return found


def can_attend(user: Any, seat: Seat) -> Decision:
    """Sign in, step out, come back: one's own seat, or the recorder for somebody."""
    live = seat.meeting.status in (MeetingStatus.CONVENED, MeetingStatus.OPEN)
    state = allow() if live else deny(f"会议{seat.meeting.get_status_display()}，不能再登记到会情况。")
    own = allow() if seat.person_id == user.pk else leads_or_records(user, seat.meeting)
    return first_denial(own, state)


def can_recuse_from_item(user: Any, item: AgendaItem) -> Decision:
    """Anybody for themself, the secretariat for somebody, until the item is decided."""
    state = (
        deny(f"议题{item.get_status_display()}，不能再登记回避。", who_can="事后发现的，请按“事后发现”办理。")
        if item.status in (ItemStatus.DECIDED, ItemStatus.WITHDRAWN)
        else allow()
    )
    own = allow() if seat_of(user, item.meeting) else can_run_meetings(user, item.group.season)
    return first_denial(own, state)


def can_open_item(user: Any, item: AgendaItem) -> Decision:
    """The meeting is on, the quorum is there, and no other item is open (the database holds the last)."""
    state = allow() if item.status == ItemStatus.SCHEDULED else deny("议题不在待审议状态。")
    running = (
        allow() if item.meeting and item.meeting.status == MeetingStatus.OPEN else deny("会议没有在进行，不能审议。")
    )
    denial = first_denial(state, running)
    if not denial.ok:
        return denial
    leads = leads_or_records(user, item.meeting)
    return first_denial(leads, not_recused(user, item), body_can_decide(item), has_quorum(item))


def body_can_decide(item: AgendaItem) -> Decision:
    """Whether those left after recusals can reach the quorum at all, whoever comes (#22)."""
    numbers = current_draft(item)["computed"]
    able = numbers["roll"] - numbers["recused"]
    if able and able >= numbers["quorum"]:
        return allow()
    return deny(
        f"成员{numbers['roll']}人，须回避{numbers['recused']}人，能参加审议的只有{able}人，无论谁到会都达不到法定人数。",
        RECUSED,
        "请撤回议题，起草请示，请上级指定人员或者由上级决定。",
    )


def has_quorum(item: AgendaItem) -> Decision:
    numbers = current_draft(item)["computed"]
    if numbers["present"] >= numbers["quorum"]:
        return allow()
    short = numbers["quorum"] - numbers["present"]
    return deny(
        f"应到{numbers['due']}人、实到{numbers['present']}人，未达法定人数{numbers['quorum']}人，还需{short}人到会。",
        PARTY,
        "请等到会人数足够后再办理。",
    )


def can_state_position(user: Any, item: AgendaItem, seat: Seat | None = None) -> Decision:
    """A voting seat, present, not recused, while the item is open; the head after everybody else (#32, #33).

    `seat` is whose position it is: one's own, or one the recorder enters for a member in the room.
    """
    seat = seat or seat_of(user, item.meeting)
    if item.status != ItemStatus.COLLECTING:
        return deny(f"议题状态为“{item.get_status_display()}”，现在不能表态。", who_can="请等会议审议到这一项。")
    if seat is None or seat.meeting_id != item.meeting_id or not seat.is_voting:
        return deny("您不是本次会议的成员，列席人员没有表决权。", PARTY)
    own = allow() if seat.person_id == user.pk else leads_or_records(user, item.meeting)
    recused = ItemRecusal.objects.filter(item=item, person=seat.person_id).exists()
    apart = deny(f"{seat.name}对本议题回避，不能表态。", RECUSED) if recused else not_recused(seat.person, item)
    inside = (
        allow()
        if Presence.objects.filter(seat=seat).attending().exists()
        else deny(f"{seat.name}没有签到或已离席，不能表态。", who_can="请先签到。")
    )
    last = _head_may_speak(item) if seat.kind == SeatKind.HEAD else allow()
    return first_denial(own, apart, still_belongs(seat), inside, last)


def still_belongs(seat: Seat) -> Decision:
    """The roll stays as it was at the notice; who has lost the post since stays counted and cannot speak."""
    if seat.appointment_id is None or Appointment.objects.in_force().filter(pk=seat.appointment_id).exists():
        return allow()
    return deny(
        f"{seat.name}在{seat.post}的任职已结束或暂停，不能再表态。",
        "名单以会议通知时为准，应到人数不变",
        "请记录人员登记其离席。",
    )


def _head_may_speak(item: AgendaItem) -> Decision:
    proof = current_draft(item)
    names = {row["person"]: row["name"] for row in proof["roll"]}
    heads = {row["person"] for row in proof["roll"] if row["head"]}
    waiting = [names[person] for person in proof["computed"]["unstated"] if person not in heads]
    if waiting:
        return deny(f"主要负责人最后表态，还需{'、'.join(waiting)}先表态。", HEAD_LAST)
    deferring = [names[person] for person in open_deferrals(proof) if person not in heads]
    if deferring:
        return deny(
            f"{'、'.join(deferring)}提出的暂缓条件尚未解除。", HEAD_LAST, "由本人改变表态，或由会议裁定条件已解决。"
        )
    return allow()


def can_enter_positions(user: Any, item: AgendaItem) -> Decision:
    """Head, recorder or secretariat write down what a member in the room says."""
    state = allow() if item.status == ItemStatus.COLLECTING else deny("议题不在审议中。")
    if not state.ok:
        return state
    return first_denial(leads_or_records(user, item.meeting), not_recused(user, item))


def can_rule_deferral(user: Any, item: AgendaItem) -> Decision:
    state = allow() if item.status == ItemStatus.COLLECTING else deny("议题不在审议中。")
    if not state.ok:
        return state
    return first_denial(leads_or_records(user, item.meeting), not_recused(user, item))


def can_give_opinion(user: Any, item: AgendaItem) -> Decision:
    """The supervisor's seat, on an item that was opened."""
    seat = seat_of(user, item.meeting)
    if seat is None or seat.kind != SeatKind.SUPERVISOR:
        return deny("监督意见由列席监督人员发表。")
    if item.status not in (ItemStatus.COLLECTING, ItemStatus.DECIDED, ItemStatus.DEFERRED):
        return deny("议题还没有审议，不能发表意见。")
    if item.meeting.status == MeetingStatus.CLOSED:
        return deny("会议已闭会，不能补记监督意见。", who_can="可在监督工作中另行发出监督意见。")
    given = SupervisorOpinion.objects.filter(item=item, seat=seat).exists()
    return first_denial(not_recused(user, item), deny("您已对本议题发表监督意见。") if given else allow())


def can_answer_opinion(user: Any, opinion: SupervisorOpinion) -> Decision:
    owed = allow() if opinion.kind in TO_BE_ANSWERED else deny("“无异议”不需要答复。")
    open_yet = deny("监督意见已经认可，不必再答复。") if opinion.is_settled else allow()
    return first_denial(owed, open_yet, leads_or_records(user, opinion.item.meeting), not_recused(user, opinion.item))


def can_settle_opinion(user: Any, opinion: SupervisorOpinion) -> Decision:
    """Only who gave it says that the answer is enough."""
    if opinion.seat.person_id != user.pk:
        return deny("监督意见由发表人本人认可答复。", who_can=f"请由{opinion.seat.name}办理。")
    if opinion.is_settled:
        return deny("已经认可。")
    return allow() if opinion.answered_at else deny("还没有答复。", who_can="请等会议方面答复。")


def can_decide(user: Any, item: AgendaItem) -> Decision:
    """Who leads the meeting announces what the positions give, once nothing is missing.

    What only the head can add under 首长负责制, the decision and its reason, is asked on the page and by the command.
    """
    state = allow() if item.status == ItemStatus.COLLECTING else deny("议题不在审议中。")
    if not state.ok:
        return state
    return first_denial(
        leads_or_records(user, item.meeting), not_recused(user, item), has_quorum(item), _nothing_missing(item)
    )


def _nothing_missing(item: AgendaItem) -> Decision:
    proof = current_draft(item)
    if proof["computed"]["result"] in ("passed", "failed", "noted", "head_undecided", "no_reason"):
        return allow()
    return deny(tally.what_is_missing(proof["computed"], names_of(proof)), HEAD_LAST)


def can_defer(user: Any, item: AgendaItem) -> Decision:
    """Also below the quorum: nothing is decided."""
    state = allow() if item.status == ItemStatus.COLLECTING else deny("议题不在审议中。")
    if not state.ok:
        return state
    return first_denial(leads_or_records(user, item.meeting), not_recused(user, item))


def can_reconsider(user: Any, item: AgendaItem) -> Decision:
    """A decided item comes back as a new one, for new facts; the old decision stays as it was (#42)."""
    state = allow() if item.status == ItemStatus.DECIDED else deny("只有已作决定的议题可以提请复议。")
    pending = item.reconsiderations.exclude(status__in=[ItemStatus.WITHDRAWN, ItemStatus.DECIDED]).exists()
    once = deny("本议题已有复议正在办理。") if pending else allow()
    return first_denial(not_recused(user, item), can_propose(user, item.group), state, once)


def can_issue_resolution(user: Any, item: AgendaItem) -> Decision:
    """Only from a passed tally; a proposal never looks like a decision (#43)."""
    tally = getattr(item, "tally", None)
    passed = (
        allow()
        if item.status == ItemStatus.DECIDED and tally is not None and tally.outcome != "failed"
        else deny("议题没有通过，不能形成决议。", "议而未决的，不得写成决定")
    )
    once = deny("本议题已形成决议。") if hasattr(item, "resolution") else allow()
    return first_denial(not_recused(user, item), can_run_meetings(user, item.group.season), passed, once)


def in_force(resolution: Resolution) -> Decision:
    """May it be carried out now? Suspended by 制止, or stale because what it decided has changed (#36, #38)."""
    if content_hash(resolution.item) != resolution.content_hash:
        return deny("决议作出后议题材料有改动，决议已失效，须重新审议。", who_can="请提请复议。")
    stop = resolution.item.opinions.filter(kind=OpinionKind.STOP, is_settled=False).select_related("seat").first()
    if stop is not None:
        return deny(f"{stop.seat.name}已制止：{stop.text}", "监督制止期间暂停执行", "请先答复，并由监督人员认可。")
    return allow()


def can_assign_task(user: Any, resolution: Resolution) -> Decision:
    idle = deny("决议已注明无需执行。") if resolution.no_action_reason else allow()
    season = resolution.item.group.season
    return first_denial(not_recused(user, resolution.item), can_run_meetings(user, season), idle)


def can_report_task(user: Any, task: ResolutionTask) -> Decision:
    mine = (
        allow() if task.assignee_id == user.pk else deny("督办事项由责任人报告。", who_can=f"请由{task.assignee}办理。")
    )
    state = allow() if task.status == TaskStatus.OPEN else deny(f"督办事项{task.get_status_display()}，不必再报告。")
    return first_denial(mine, state, not_recused(user, task.resolution.item))


def can_accept_task(user: Any, task: ResolutionTask) -> Decision:
    mine = (
        allow()
        if task.acceptor_id == user.pk
        else deny("督办事项由验收人验收，责任人不能验收自己的事项。", who_can=f"请由{task.acceptor}办理。")
    )
    state = allow() if task.status == TaskStatus.REPORTED else deny("责任人还没有报告办理情况。")
    return first_denial(mine, state, not_recused(user, task.resolution.item))


def can_edit_minutes(user: Any, minutes: Minutes) -> Decision:
    state = (
        allow()
        if minutes.status == MinutesStatus.DRAFT
        else deny("纪要已送核，不能再改。", who_can="可由参会人员附更正意见。")
    )
    return first_denial(leads_or_records(user, minutes.meeting), state)


def can_confirm_minutes(user: Any, minutes: Minutes) -> Decision:
    """Whoever sat in the meeting, once."""
    seat = seat_of(user, minutes.meeting)
    if seat is None:
        return deny("您没有参加这次会议。")
    if minutes.status != MinutesStatus.CIRCULATED:
        return deny("纪要还没有送核。" if minutes.status == MinutesStatus.DRAFT else "纪要已定稿。")
    return deny("您已核对过这份纪要。") if minutes.confirmations.filter(seat=seat).exists() else allow()


def can_seal_minutes(user: Any, minutes: Minutes) -> Decision:
    """Everybody who attended and votes or supervises has answered."""
    state = allow() if minutes.status == MinutesStatus.CIRCULATED else deny("纪要没有在核对中。")
    waiting = waiting_for_minutes(minutes)
    complete = deny(f"还有{'、'.join(waiting)}没有核对。", who_can="请提醒其核对。") if waiting else allow()
    return first_denial(leads_or_records(user, minutes.meeting), state, complete)


def waiting_for_minutes(minutes: Minutes) -> list[str]:
    answered = minutes.confirmations.values("seat_id")
    kinds = (SeatKind.HEAD, SeatKind.MEMBER, SeatKind.SUPERVISOR)
    seats = minutes.meeting.seats.filter(kind__in=kinds, presences__isnull=False, excuse="").exclude(pk__in=answered)
    return [seat.name for seat in seats.distinct()]


def can_keep_matter(user: Any, matter: DecisionMatter) -> Decision:
    retired = deny("事项已停用。") if matter.is_retired else allow()
    return first_denial(can_keep_matters(user), retired)
