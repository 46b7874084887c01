"""Who supervises a meeting now, what is still owed to supervision, and may X excuse or replace a supervisor?"""

from django.db.models import Q, QuerySet

from admissions.accounts.enums import AccountStatus, Role
from admissions.accounts.models import RoleGrant, User
from admissions.core.citations import cite
from admissions.core.decision import Decision, Parts, allow, deny, in_parts, needed
from workgroups.groups.models import WorkGroup

from .enums import MeetingStatus, RemarkKind, SeatKind
from .models import AgendaItem, ItemRecusal, Meeting, Presence, Seat, SupervisorChange, SupervisorRemark

IN_THE_ROOM = cite("house-supervisor-present")
SILENCE = cite("house-observer")
HALT = cite("house-halt")


def _grants(user: User) -> QuerySet[RoleGrant]:
    """Supervisor's grants in force now of an account in use, read anew and from no page's memory."""
    return RoleGrant.objects.live().filter(user=user.pk, role=Role.SUPERVISOR).filter(user__status=AccountStatus.ACTIVE)


def still_supervises(user: User, group: WorkGroup) -> bool:
    """By the account and the grants of this instant, read anew; what break-glass access opens is no right to act."""
    grants = _grants(user)
    covers = (Q(season=None) | Q(season=group.season_id)) & (Q(group=None) | Q(group=group.pk))
    return grants.filter(covers).exists()


def supervises_from_above(user: User, group: WorkGroup) -> bool:
    """A supervisor's grant wider than the group: of the group above, of the season, of the whole."""
    grants = _grants(user)
    whole = Q(group=None) & (Q(season=None) | Q(season=group.season_id))
    above = Q(group=group.parent_id) if group.parent_id else Q(pk__in=[])
    return grants.filter(whole | above).exists()


def supervisors_of(meeting: Meeting) -> list[Seat]:
    """Seats of those who supervise it, but the excused and replaced."""
    rows = Seat.objects.filter(meeting=meeting, kind=SeatKind.SUPERVISOR, change__isnull=True)
    return list(rows.select_related("person").order_by("order", "id"))


def is_in_the_room(seat: Seat) -> bool:
    return Presence.objects.filter(seat=seat).in_the_room().exists()


def supervisor_in_the_room(meeting: Meeting) -> Decision:
    """One who supervises the body is there, or it is on record why nobody is."""
    seats = supervisors_of(meeting)
    if any(is_in_the_room(seat) and still_supervises(seat.person, meeting.group) for seat in seats):
        return allow()
    if not seats and SupervisorChange.objects.filter(seat__meeting=meeting).exists():
        return allow()
    return deny(
        "没有列席监督人员在场，不能开始审议。",
        IN_THE_ROOM,
        "请监督人员签到；不能列席的，由另一名监督人员或者上级监督人员登记接替或者免予列席。",
    )


def owed_by(meeting: Meeting, items: list[int]) -> dict[int, list[Seat]]:
    """Key of each concluded item → supervisors whose opinion on it is still owed; who takes over owes what was left."""
    seats = supervisors_of(meeting)
    given = set(SupervisorRemark.objects.filter(item__in=items).values_list("seat_id", "item_id"))
    recused = set(ItemRecusal.objects.filter(item__in=items).values_list("person_id", "item_id"))
    spoke_for = {seat.pk: {seat.pk, *_before(seat)} for seat in seats}
    return {
        pk: [
            seat
            for seat in seats
            if not any((one, pk) in given for one in spoke_for[seat.pk]) and (seat.person_id, pk) not in recused
        ]
        for pk in items
    }


def _before(seat: Seat) -> list[int]:
    """Seats whose duty came over to this one."""
    found: list[int] = []
    change = SupervisorChange.objects.filter(successor=seat).first()
    while change is not None:
        found.append(change.seat_id)
        change = SupervisorChange.objects.filter(successor=change.seat_id).first()
    return found


def silent_supervisors(meeting: Meeting) -> list[str]:
    """Names with the number of items still without a remark of theirs."""
    items = list(AgendaItem.objects.heard_in(meeting).values_list("pk", flat=True))
    counts: dict[str, int] = {}
    for seats in owed_by(meeting, items).values():
        for seat in seats:
            counts[seat.name] = counts.get(seat.name, 0) + 1
    return [f"{name}（{count}项）" for name, count in counts.items()]


def not_stopped(item: AgendaItem) -> Decision:
    """Nothing that follows from the item goes on while a 制止 is not settled or a 要求复议 not answered."""
    stops = Q(kind=RemarkKind.STOP, is_settled=False) | Q(kind=RemarkKind.RECONSIDER, answered_at__isnull=True)
    stop = item.remarks.filter(stops).select_related("seat").order_by("pk").first()
    if stop is None:
        return allow()
    if stop.kind == RemarkKind.STOP:
        return deny(f"{stop.seat.name}已制止：{stop.text}", HALT, "请先答复，并由监督人员认可。")
    return deny(f"{stop.seat.name}要求复议：{stop.text}", HALT, "请先答复。")


@in_parts
def supervision_heard(item: AgendaItem) -> Parts:
    """Before anything follows from the item: each supervisor of the sitting has spoken, and nothing is stopped."""
    meeting = item.meeting
    silent = owed_by(meeting, [item.pk])[item.pk] if meeting and meeting.status == MeetingStatus.OPEN else []
    if silent:
        names = "、".join(seat.name for seat in silent)
        yield deny(f"{names}还没有对本议题发表监督意见。", SILENCE, "请先由监督人员填写监督意见。")
    yield not_stopped(item)


@in_parts
def can_change_supervisor(user: User, seat: Seat) -> Parts:
    """Excuse or replace: by another supervisor on the roll, or by who supervises the body from above."""
    if seat.kind != SeatKind.SUPERVISOR:
        yield needed(deny("只有列席监督人员可以登记接替或者免予列席。", who_can="请刷新页面，选择列席监督人员。"))
    meeting = seat.meeting
    if meeting.status not in (MeetingStatus.CONVENED, MeetingStatus.OPEN):
        now = meeting.get_status_display()
        yield deny(f"会议{now}，不能变更监督人员。", who_can="筹备中的会议，请直接调整名单。")
    if seat.person_id == user.pk:
        yield needed(
            deny("监督人员不能为自己登记接替或者免予列席。", IN_THE_ROOM, "请由另一名监督人员或者上级监督人员办理。")
        )
    beside = any(other.person_id == user.pk for other in supervisors_of(meeting))
    if not (beside and still_supervises(user, meeting.group)) and not supervises_from_above(user, meeting.group):
        who = "请由名单上的另一名监督人员，或者上级监督人员办理。"
        yield deny("监督人员的接替和免予列席，由另一名监督人员或者上级监督人员登记。", IN_THE_ROOM, who)
    if SupervisorChange.objects.filter(seat=seat).exists():
        yield deny(f"{seat.name}已由他人接替或者免予列席。", who_can="请刷新页面查看参会名单。")


@in_parts
def can_take_over(person: User, meeting: Meeting) -> Parts:
    """Who supervises the body and does not sit in the meeting otherwise."""
    if not still_supervises(person, meeting.group):
        yield deny(f"{person.name}没有监督{meeting.group}的授权，不能接替。", IN_THE_ROOM, "请选择本机构的监督人员。")
    if Seat.objects.filter(meeting=meeting, person=person).exists():
        yield deny(f"{person.name}已在参会名单中，不能接替。", who_can="请选择名单以外的监督人员，或者登记免予列席。")
