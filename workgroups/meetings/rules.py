"""May X propose, convene, attend, state a position, object, decide?"""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from admissions.accounts.models import User
from admissions.accounts.permissions import Permission
from admissions.accounts.rules import may
from admissions.audit.gate import not_recused
from admissions.core.citations import cite
from admissions.core.clock import minute_text
from admissions.core.decision import Decision, Parts, allow, deny, first_yes, in_parts, needed
from admissions.core.promises import promised
from admissions.seasons.lifecycle.rules import still_going
from admissions.seasons.models import Season
from workgroups.appointments.enums import RightArea
from workgroups.appointments.ground import still_holds
from workgroups.appointments.selectors import holds
from workgroups.groups.models import WorkGroup

from . import tally
from .entries import nothing_disputed
from .enums import VOTING, DecisionMode, ItemStatus, MeetingStatus, Outcome, SeatKind
from .grounds import present_without_ground
from .models import (
    AgendaItem,
    DecisionMatter,
    ItemRecusal,
    Meeting,
    Paper,
    Presence,
    Resolution,
    Seat,
)
from .proofs import content_hash, current_draft, names_of, open_deferrals
from .supervision_rules import not_stopped, supervision_heard, supervisor_in_the_room

PARTY = cite("meeting-1", "meeting-2")
HEAD_LAST = cite("meeting-3")
RECUSED = cite("civil-servant-76")
RECONSIDER = cite("house-reconsider")
COLLECTIVE = cite("house-collective")
BY_HEAD = cite("house-head-decides")
SECRETARY = "请由行政秘书办理。"


def can_keep_matters(user: User) -> Decision:
    return may(user, Permission.KEEP_MATTERS, "维护集体决策事项清单")


@in_parts
def can_run_meetings(user: User, season: Season) -> Parts:
    """The secretariat prepares, convenes and records."""
    yield may(user, Permission.RUN_MEETINGS, "办理会务", season_id=season.pk)
    yield still_going(season)


@in_parts
def can_propose_in(user: User, season: Season) -> Parts:
    """The secretariat, or whoever is on duty in a group of the season."""
    office = can_run_meetings(user, season)
    yield holds(user, RightArea.MEETINGS, lambda row: row.post.group.season_id == season.pk, office)
    yield still_going(season)


def can_propose(user: User, group: WorkGroup) -> Decision:
    """An item for this body."""
    return can_propose_in(user, group.season)


@in_parts
def can_change_item(user: User, item: AgendaItem) -> Parts:
    """The proposer or the secretariat, until the item is open."""
    if item.proposer_id != user.pk:
        yield can_run_meetings(user, item.group.season)
    open_yet = item.status in (ItemStatus.PROPOSED, ItemStatus.SCHEDULED, ItemStatus.DEFERRED)
    if not open_yet:
        yield deny(f"议题{item.get_status_display()}，内容不能再改。", who_can="如有新情况，请提请复议。")


@in_parts
def decides_on(group: WorkGroup, matter: DecisionMatter) -> Parts:
    """Only the body that the list names decides a matter, as long as the matter is in use."""
    if matter.is_retired:
        yield deny(f"事项“{matter}”已停用。", who_can="请从事项清单中选择其他事项。")
    if group.kind != matter.body:
        yield deny(f"“{matter}”由{matter.get_body_display()}决定，不能提交{group}。", who_can="请提交有权决定的机构。")


@in_parts
def can_withdraw_item(user: User, item: AgendaItem) -> Parts:
    yield can_change_item(user, item)
    yield sitting_is_over(item)


def sitting_is_over(item: AgendaItem) -> Decision:
    """A deferred item stays in its sitting until that is closed: there supervision still owes its opinion."""
    if item.status != ItemStatus.DEFERRED or promised(item.meeting).status != MeetingStatus.OPEN:
        return allow()
    return deny(
        f"本议题在“{item.meeting}”上暂缓，会议还没有闭会。",
        cite("house-observer"),
        "请在监督人员发表意见、会议闭会以后办理。",
    )


@in_parts
def can_add_paper(user: User, item: AgendaItem) -> Parts:
    """Also after circulation and after the decision: a replacement is a new version everybody sees."""
    if item.proposer_id != user.pk:
        yield can_run_meetings(user, item.group.season)
    if item.status == ItemStatus.WITHDRAWN:
        yield deny("议题已撤回。", who_can="需要审议的，请重新提请。")


def can_read_paper(user: User, paper: Paper) -> Decision:
    """Whoever the item is open to."""
    if Paper.objects.visible_to(user).filter(pk=paper.pk).exists():
        return allow()
    return deny("这份议题材料没有向您开放。", who_can=SECRETARY)


def missing_prerequisites(item: AgendaItem) -> list[str]:
    present = set(item.prerequisites.values_list("name", flat=True))
    return [name for name in item.matter.prerequisites if name not in present]


@in_parts
def can_schedule(user: User, item: AgendaItem) -> Parts:
    """Prerequisites first: an item without them cannot be put on an agenda (#28)."""
    yield can_run_meetings(user, item.group.season)
    if item.status not in (ItemStatus.PROPOSED, ItemStatus.DEFERRED):
        yield deny(f"议题状态为“{item.get_status_display()}”，不能列入议程。", who_can="请刷新页面查看议题现在的状态。")
    missing = missing_prerequisites(item)
    if missing:
        yield deny(
            f"还缺前置材料：{'、'.join(missing)}，不能列入议程。", item.matter.name, "请由提请人补齐材料后再列入。"
        )
    yield reconsideration_agreed(item)
    yield sitting_is_over(item)


def voters_on_reconsidering(item: AgendaItem) -> QuerySet[Seat]:
    """Seats whose consent a reconsideration needs: members of the deciding meeting who are not recused from it."""
    recused = item.recusals.values("person")
    return Seat.objects.filter(meeting=promised(promised(item.reconsiders).meeting), kind__in=VOTING).exclude(
        person__in=recused
    )


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


@in_parts
def can_consent(user: User, item: AgendaItem) -> Parts:
    """A member of the meeting that decided, once, before the item is put on an agenda."""
    if item.reconsiders_id is None:
        yield needed(deny("本议题不是复议议题。", who_can="请刷新页面，按议题的一般程序办理。"))
    seat = seat_of(user, promised(item.reconsiders).meeting)
    if seat is None or not seat.is_voting:
        yield deny("是否复议由原会议的成员表示意见。", RECONSIDER, who_can="请由原会议的成员办理。")
        return
    if item.status != ItemStatus.PROPOSED:
        yield deny(f"复议议题{item.get_status_display()}。", who_can="请刷新页面查看议题现在的状态。")
    given = item.consents.filter(seat=seat).exists()
    if given:
        yield deny("您已表示过是否同意复议。", who_can="请等待其他成员表示意见。")


def can_place(item: AgendaItem, meeting: Meeting, is_motion: bool) -> Decision:
    """The meeting is of the deciding body and not over; short notice only as a motion the matter allows."""
    if meeting.group_id != item.group_id:
        return deny(
            f"“{item.matter}”由{item.group}决定，不能列入{meeting.group}的会议。", who_can="请列入该机构的会议。"
        )
    if meeting.status not in (MeetingStatus.DRAFT, MeetingStatus.CONVENED, MeetingStatus.OPEN):
        return deny(f"会议{meeting.get_status_display()}，不能再列入议题。", who_can="请选择其他会议。")
    notice = timedelta(hours=item.matter.notice_hours)
    if meeting.status != MeetingStatus.DRAFT or meeting.starts_at - timezone.now() < notice:
        if not is_motion:
            late = f"议题须在会前{item.matter.notice_hours}小时列入，会议将于{minute_text(meeting.starts_at)}开始或已发通知。"
            return deny(late, who_can="可改列下次会议；确需本次审议的，按临时动议办理。")
        if not item.matter.allows_motion:
            return deny(f"“{item.matter}”不得作为临时动议审议。", cite("meeting-6"), "请列入下次会议。")
    return allow()


def seat_of(user: User, meeting: Meeting | None) -> Seat | None:
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


def leads_or_records(user: User, meeting: Meeting) -> Decision:
    """The head, the recorder, as long as the ground of the seat holds, and the secretariat."""
    seat, office = seat_of(user, meeting), can_run_meetings(user, meeting.group.season)
    if seat is not None and seat.kind in (SeatKind.HEAD, SeatKind.RECORDER):
        return first_yes(office, still_belongs(seat))
    return office


@in_parts
def can_recuse_from_item(user: User, item: AgendaItem) -> Parts:
    """Anybody for themself, the secretariat for somebody, until the item is decided."""
    if not seat_of(user, item.meeting):
        yield can_run_meetings(user, item.group.season)
    if item.status in (ItemStatus.DECIDED, ItemStatus.WITHDRAWN):
        yield deny(f"议题{item.get_status_display()}，不能再登记回避。", who_can="事后发现的，请按“事后发现”办理。")


@in_parts
def can_open_item(user: User, item: AgendaItem) -> Parts:
    """The meeting is on, the quorum is there, and no other item is open (the database holds the last)."""
    if item.status != ItemStatus.SCHEDULED:
        yield needed(deny("议题不在待审议状态。", who_can="请刷新页面查看议题现在的状态。"))
    if not item.meeting or item.meeting.status != MeetingStatus.OPEN:
        yield needed(deny("会议没有在进行，不能审议。", who_can="请在会议开始后审议。"))
    yield leads_or_records(user, promised(item.meeting))
    yield needed(body_can_decide(item))
    yield has_quorum(item)
    yield supervisor_in_the_room(promised(item.meeting))


def basis_of(item: AgendaItem) -> str:
    """By what the item is decided: the practice of party groups is no basis for what the head decides."""
    return BY_HEAD if (item.rule or item.matter.as_rule())["mode"] == DecisionMode.HEAD else PARTY


def body_can_decide(item: AgendaItem) -> Decision:
    """Whether those left after recusals can decide at all, whoever comes: the quorum, two, more than half of the body (#22)."""
    numbers = current_draft(item)["computed"]
    able = numbers["able"]
    if able and able >= numbers["quorum"]:
        return _is_a_collective(able, numbers["roll"])
    return deny(
        f"成员{numbers['roll']}人，须回避{numbers['recused']}人，能参加审议的只有{able}人，无论谁到会都达不到法定人数。",
        RECUSED,
        "请撤回议题，起草请示，请上级指定人员或者由上级决定。",
    )


def _is_a_collective(able: int, roll: int) -> Decision:
    """One person left after recusals is no collective, nor is half of the body or less."""
    if able >= 2 and 2 * able > roll:
        return allow()
    return deny(
        f"成员{roll}人，能参加审议的只有{able}人；集体决定须有两人以上，并超过全体成员的半数。",
        COLLECTIVE,
        "请撤回议题，起草请示，请上级指定人员或者由上级决定。",
    )


def has_quorum(item: AgendaItem) -> Decision:
    numbers = current_draft(item)["computed"]
    present = numbers["present"] - len(present_without_ground(item))
    if present >= numbers["quorum"]:
        if present >= 2:
            return allow()
        return deny("会场只有1名能参加审议的成员，一个人不能作出集体决定。", COLLECTIVE, "请等其他成员到会后再办理。")
    short = numbers["quorum"] - present
    return deny(
        f"应到{numbers['due']}人、实到{present}人，未达法定人数{numbers['quorum']}人，还需{short}人到会。",
        basis_of(item),
        "请等到会人数足够后再办理。",
    )


@in_parts
def can_state_position(user: User, item: AgendaItem, seat: Seat | None = None) -> Parts:
    """A voting seat, present, not recused, while the item is open; the head after everybody else (#32, #33).

    `seat` is whose position it is, one's own; what the recorder enters for somebody is asked in `entry_rules`.
    """
    if item.status != ItemStatus.COLLECTING:
        waits = f"议题状态为“{item.get_status_display()}”，现在不能表态。"
        yield needed(deny(waits, who_can="请等会议审议到这一项。"))
    seat = seat or seat_of(user, item.meeting)
    if seat is None or seat.meeting_id != item.meeting_id or not seat.is_voting:
        yield deny("您不是本次会议的成员，列席人员没有表决权。", PARTY, who_can="请由本次会议的成员表态。")
        return
    if seat.person_id != user.pk:
        yield deny("表态由成员本人作出。", PARTY, "在场成员不便操作的，由记录人员代录，并由本人确认。")
    if ItemRecusal.objects.filter(item=item, person=seat.person_id).exists():
        yield deny(f"{seat.name}对本议题回避，不能表态。", RECUSED, who_can="请由其他成员表态。")
    else:
        yield not_recused(seat.person, item)
    yield still_belongs(seat)
    if not Presence.objects.filter(seat=seat).attending().exists():
        yield deny(f"{seat.name}没有签到或已离席，不能表态。", who_can="请先签到。")
    if seat.kind == SeatKind.HEAD:
        yield _head_may_speak(item)


def still_belongs(seat: Seat) -> Decision:
    """Whose seat rests on a post keeps its rights as long as the post does, by the answer of this instant."""
    return allow() if seat.appointment is None else still_holds(seat.appointment)


def _head_may_speak(item: AgendaItem) -> Decision:
    proof = current_draft(item)
    names = {row["person"]: row["name"] for row in proof["roll"]}
    heads = {row["person"] for row in proof["roll"] if row["head"]}
    waiting = [names[person] for person in proof["computed"]["unstated"] if person not in heads]
    if waiting:
        return deny(f"主要负责人最后表态，还需{'、'.join(waiting)}先表态。", HEAD_LAST, who_can="请在他们表态后办理。")
    deferring = [names[person] for person in open_deferrals(proof) if person not in heads]
    if deferring:
        return deny(
            f"{'、'.join(deferring)}提出的暂缓条件尚未解除。", HEAD_LAST, "由本人改变表态，或由会议裁定条件已解决。"
        )
    return allow()


def _under_deliberation(item: AgendaItem) -> Decision:
    return (
        allow()
        if item.status == ItemStatus.COLLECTING
        else deny("议题不在审议中。", who_can="请刷新页面查看议题现在的状态。")
    )


@in_parts
def can_enter_positions(user: User, item: AgendaItem) -> Parts:
    """Recorder or secretariat write down what a member in the room says; the head, who speaks last, never does."""
    yield needed(_under_deliberation(item))
    seat = seat_of(user, item.meeting)
    if seat is not None and seat.kind == SeatKind.HEAD:
        yield needed(deny("主要负责人不代录成员表态。", HEAD_LAST, "请由记录人员或者行政秘书代录，由本人确认。"))
    yield leads_or_records(user, promised(item.meeting))


@in_parts
def can_rule_deferral(user: User, item: AgendaItem) -> Parts:
    yield needed(_under_deliberation(item))
    yield leads_or_records(user, promised(item.meeting))


@in_parts
def can_decide(user: User, item: AgendaItem) -> Parts:
    """Who leads the meeting announces what the positions give, once nothing is missing.

    What only the head can add under 首长负责制, the decision and its reason, is asked on the page and by the command.
    """
    yield needed(_under_deliberation(item))
    yield leads_or_records(user, promised(item.meeting))
    yield needed(has_quorum(item))
    yield nothing_disputed(item)
    yield _nothing_missing(item)


def can_decide_as_head(user: User, item: AgendaItem) -> Decision:
    """Under 首长负责制 the head in person; no recorder writes it down for them."""
    seat = seat_of(user, item.meeting)
    if seat is not None and seat.kind == SeatKind.HEAD:
        return still_belongs(seat)
    return deny("首长负责制事项由主要负责人本人作出决定。", BY_HEAD, who_can="请由主要负责人登录办理。")


def _nothing_missing(item: AgendaItem) -> Decision:
    proof = current_draft(item)
    if proof["computed"]["result"] in ("passed", "failed", "noted", "head_undecided", "no_reason"):
        return allow()
    return deny(tally.what_is_missing(proof["computed"], names_of(proof)), HEAD_LAST, who_can="请在补齐后作出决定。")


@in_parts
def can_defer(user: User, item: AgendaItem) -> Parts:
    """Also below the quorum: nothing is decided."""
    yield needed(_under_deliberation(item))
    yield leads_or_records(user, promised(item.meeting))


@in_parts
def can_reconsider(user: User, item: AgendaItem) -> Parts:
    """A decided item comes back as a new one, for new facts; the old decision stays as it was (#42)."""
    yield can_propose(user, item.group)
    if item.status != ItemStatus.DECIDED:
        yield deny("只有已作决定的议题可以提请复议。", who_can="请在议题作出决定以后提请。")
    pending = item.reconsiderations.exclude(status__in=[ItemStatus.WITHDRAWN, ItemStatus.DECIDED]).exists()
    if pending:
        yield deny("本议题已有复议正在办理。", who_can="请等待该复议作出决定。")


@in_parts
def can_issue_resolution(user: User, item: AgendaItem) -> Parts:
    """Only from a passed tally; a proposal never looks like a decision (#43)."""
    yield can_run_meetings(user, item.group.season)
    tally = getattr(item, "tally", None)
    if tally is not None and tally.outcome == Outcome.NOTED:
        yield deny(
            "会议听取备案的议题没有作出决定，不能形成决议。", cite("house-undecided"), "需要决定的，请另行提请议题。"
        )
    elif not (item.status == ItemStatus.DECIDED and tally is not None and tally.outcome == Outcome.PASSED):
        yield deny("议题没有通过，不能形成决议。", cite("house-undecided"), who_can="需要再议的，请申请复议。")
    if hasattr(item, "resolution"):
        yield deny("本议题已形成决议。", who_can="请在“决议”查看。")
    yield supervision_heard(item)


def in_force(resolution: Resolution) -> Decision:
    """May it be carried out now? Suspended by 制止, or stale because what it decided has changed (#36, #38)."""
    if content_hash(resolution.item) != resolution.content_hash:
        return deny("决议作出后议题材料有改动，决议已失效，须重新审议。", who_can="请提请复议。")
    return not_stopped(resolution.item)


@in_parts
def can_order_tasks(user: User, resolution: Resolution) -> Parts:
    """Who gives tasks for a resolution: the secretariat, unless it says that nothing is to be done."""
    yield can_run_meetings(user, resolution.item.group.season)
    if resolution.no_action_reason:
        yield deny("决议已注明无需执行。")


@in_parts
def can_keep_matter(user: User, matter: DecisionMatter) -> Parts:
    yield can_keep_matters(user)
    if matter.is_retired:
        yield deny("事项已停用。", who_can="需要的，请重新登记事项。")
