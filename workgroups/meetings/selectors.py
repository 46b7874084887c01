"""What the pages show of a meeting and its items, and what each person must do now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, TruncMonth
from django.urls import reverse
from django.utils.crypto import salted_hmac

from admissions.accounts.models import User
from admissions.accounts.permissions import Permission
from admissions.accounts.selectors import has_permission
from admissions.core.promises import promised
from admissions.core.todos import Todo
from admissions.seasons.lifecycle.enums import SeasonStatus
from admissions.seasons.lifecycle.models import Season
from workgroups.followups.enums import FINAL
from workgroups.followups.models import FollowUp
from workgroups.followups.selectors import tasks_of

from . import emergency_rules, rules, tally
from .document import agenda_numbers, last_positions, to_leave_for
from .entries import entry_word, is_entered
from .enums import (
    TO_BE_ANSWERED,
    UNRATIFIED,
    VOTING,
    EmergencyStatus,
    ExplanationState,
    ItemStatus,
    MeetingStatus,
    MinutesStatus,
    PresenceKind,
    SeatKind,
    Stance,
)
from .grounds import seats_without_ground
from .models import (
    AgendaItem,
    DeferralAnswer,
    DeferralMotion,
    Deliberation,
    EmergencyDecision,
    Meeting,
    Minutes,
    Position,
    PositionCheck,
    Presence,
    Resolution,
    Seat,
    SupervisorChange,
    SupervisorRemark,
)
from .models.scoping import supervises
from .proofs import current_draft, names_of, open_deferrals
from .resolution_grounds import undecided_acts
from .supervision_rules import owed_by
from .whereabouts import keeps_away_now, whereabouts


@dataclass(frozen=True)
class RollRow:
    """One line of the roll of an item: who, whether in the room, what the reader may know of the position."""

    seat: Seat
    presence: str
    is_recused: bool
    position: Position | None
    is_sealed: bool
    turn: int = 0  # as which of the members they spoke last; 0 while they have not

    @property
    def word(self) -> str:
        if self.is_recused:
            return "回避"
        if self.position is None:
            return "未表态" if self.seat.is_voting else "—"
        return "已表态（封存）" if self.is_sealed else self.position.get_stance_display()

    @property
    def entry(self) -> str:
        """Who entered it for the member, and whether the member stands by it; what a dispute says is sealed with it."""
        if self.position is None:
            return ""
        return (
            f"由{self.position.entered_by.name}代录"
            if self.is_sealed and is_entered(self.position)
            else entry_word(self.position)
        )


@dataclass(frozen=True)
class Floor:
    """The state of an open or decided item: numbers, what is missing, the roll."""

    numbers: dict[str, Any]
    needs: str
    has_quorum: bool
    rows: list[RollRow]
    is_sealed: bool
    deferrals: list[Position]


def floor_of(item: AgendaItem, reader: User) -> Floor:
    """Positions are sealed for everybody but their author until all present but the head have spoken (#33).

    The head speaks last and has heard the others by then (#32).
    """
    decided = getattr(item, "tally", None)
    proof = decided.proof if decided else current_draft(item)
    numbers = proof["computed"]
    heads = {row["person"] for row in proof["roll"] if row["head"]}
    sealed = decided is None and bool(set(numbers["unstated"]) - heads)
    last = {row.seat_id: row for row in last_positions(item)}
    turns = {row.seat_id: turn for turn, row in enumerate(sorted(last.values(), key=lambda row: row.pk), 1)}
    recused = set(item.recusals.values_list("person_id", flat=True))
    seats = list(Seat.objects.filter(meeting=item.meeting_id).order_by("order", "id"))
    if decided:
        recused, present = _as_decided(seats, proof)
    else:
        present = whereabouts(promised(item.meeting))
    rows = []
    for seat in seats:
        position = last.get(seat.pk)
        hides = sealed and position is not None and seat.person_id != reader.pk
        absent, apart = present.get(seat.pk, "未到"), seat.person_id in recused
        rows.append(RollRow(seat, absent, apart, position, hides, turns.get(seat.pk, 0)))
    waiting = {person: row for row in last.values() for person in [row.seat.person_id] if row.stance == Stance.DEFER}
    deferrals = [] if sealed or decided else [waiting[person] for person in open_deferrals(proof) if person in waiting]
    return Floor(
        numbers,
        "" if decided else tally.what_is_missing(numbers, names_of(proof)),
        numbers["present"] >= numbers["quorum"],
        rows,
        sealed,
        deferrals,
    )


def _as_decided(seats: list[Seat], proof: dict[str, Any]) -> tuple[set[int], dict[int, str]]:
    """Who was recused, and the words for where each seat's person was at the decision; the seats show names and parts of the proof."""
    roll = {row["person"]: row for row in proof["roll"]}
    spoken = tally.standing_positions(proof)
    words = {}
    for seat in seats:
        row = roll.get(seat.person_id)
        if row is None:
            seat.kind = SeatKind.OBSERVER if seat.is_voting else seat.kind
            continue
        seat.name, seat.post, seat.kind = row["name"], row["post"], SeatKind.HEAD if row["head"] else SeatKind.MEMBER
        here = [kind for start, end, kind in row["present"] if tally.covers(start, end, proof["decided_at"])]
        left = "表态后离席" if row["person"] in spoken else "未到"
        words[seat.pk] = PresenceKind(here[0]).label if here else left
    return {person for person, row in roll.items() if row["recused"]}, words


# Nobody loses a seat in these any more.
OVER = (MeetingStatus.CLOSED, MeetingStatus.CANCELLED)


def roll_of(meeting: Meeting) -> list[tuple[Seat, str]]:
    """Everybody on the roll with where they are now, who supervises instead of whom, and whose seat has lost its ground."""
    words = whereabouts(meeting)
    seats = meeting.seats.select_related("person", "change__successor").order_by("order", "id")
    ended = {} if meeting.status in OVER else seats_without_ground(meeting)
    found = []
    for seat in seats:
        word = words.get(seat.pk, f"请假：{seat.excuse}" if seat.excuse else "未到")
        change = getattr(seat, "change", None)
        lost = f"；{ended[seat.pk]}不计入到会人数。" if seat.pk in ended else ""
        found.append((seat, f"{change}：{change.reason}" if change else f"{word}{lost}"))
    return found


def state_token(meeting: Meeting, reader: User) -> str:
    """Changes whenever something the live page shows this reader has changed, and tells nothing else; indexed reads only."""
    seats = Presence.objects.filter(seat__meeting=meeting).aggregate(
        count=Count("id"),
        left=Count("id", filter=Q(period__endswith__isnull=False)),
        posts=Sum("seat__appointment__revision"),
    )
    rows = AgendaItem.objects.visible_to(reader).sat_in(meeting).order_by("pk")
    shown = list(rows.values_list("pk", "status", "revision", _count(Position), _count(SupervisorRemark)))
    state = [meeting.pk, reader.pk, meeting.revision, seats["count"], seats["left"], seats["posts"], shown]
    state.append(to_leave_for(meeting, reader, len(shown)))
    items = [row[0] for row in shown]
    state += [model.objects.filter(**{f"{path}__in": items}).count() for model, path in _BESIDE]
    state += [SupervisorChange.objects.filter(seat__meeting=meeting).count(), must_leave_now(meeting, reader)]
    return salted_hmac("meetings.state_token", repr(state), algorithm="sha256").hexdigest()


def must_leave_now(meeting: Meeting, reader: User) -> bool:
    """Whether what is on the table is withheld from the reader, who sits in the meeting."""
    seat = rules.seat_of(reader, meeting)
    return seat is not None and seat.pk in keeps_away_now(meeting)


# What is said beside the positions, and how it reaches its item.
_BESIDE = (
    (PositionCheck, "position__item"),
    (DeferralMotion, "position__item"),
    (DeferralAnswer, "motion__position__item"),
)


def _count(model: type[Position | SupervisorRemark]) -> Coalesce:
    """How many rows of the model the item of the query outside has."""
    rows = model._base_manager.filter(item=OuterRef("pk")).order_by().values("item")
    return Coalesce(Subquery(rows.annotate(count=Count("pk")).values("count")), 0)


def agenda_of(meeting: Meeting, reader: User) -> tuple[list[AgendaItem], int]:
    """The items the reader may see, each with its `number`, and for how many others the reader has to leave the room."""
    rows = AgendaItem.objects.visible_to(reader).sat_in(meeting)
    shown = list(rows.select_related("matter", "presenter", "tally", "resolution"))
    numbers = agenda_numbers(meeting)
    sat = {row.item_id: row for row in meeting.deliberations.all()}
    for item in shown:
        item.number = numbers[item.pk]
        item.in_sitting = sat.get(item.pk) or Deliberation(state=item.status)
    return shown, to_leave_for(meeting, reader, len(shown))


def earlier_tasks(meeting: Meeting, reader: User) -> QuerySet[FollowUp]:
    """上次决议执行情况: tasks of the body's earlier resolutions that are still open or ended since the last meeting."""
    before = Resolution.objects.filter(item__group=meeting.group, item__meeting__starts_at__lt=meeting.starts_at)
    tasks = tasks_of(reader, before)
    last = (
        Meeting.objects.filter(group=meeting.group, starts_at__lt=meeting.starts_at, status=MeetingStatus.CLOSED)
        .order_by("-starts_at")
        .first()
    )
    since = Q(accepted_at__gte=last.opened_at) | Q(retracted_at__gte=last.opened_at) if last else Q()
    return tasks.filter(~Q(status__in=FINAL) | since)


def resolutions_of(reader: User, season: Season) -> QuerySet[Resolution]:
    open_tasks = Count("tasks", filter=~Q(tasks__status__in=FINAL))
    rows = Resolution.objects.visible_to(reader).filter(item__group__season=season)
    return rows.select_related("item__group").annotate(left=open_tasks)


def meeting_todos(user: User) -> list[Todo]:
    """State a position, give a remark, answer, check the minutes."""
    if not Seat.objects.filter(person=user).exists():
        return [*_emergency_todos(user), *_undecided_todos(user)]
    return [
        *_consent_todos(user),
        *_emergency_todos(user),
        *_undecided_todos(user),
        *_position_todos(user),
        *_remark_todos(user),
        *_minutes_todos(user),
    ]


def _of_item(verb: str, item: AgendaItem, page: str, **fields: Any) -> Todo:
    url = reverse(page, args=[item.pk])
    return Todo(verb, f"“{item}”", url, season_id=item.group.season_id, **fields)


def _position_todos(user: User) -> list[Todo]:
    items = (
        AgendaItem.objects.visible_to(user)
        .filter(status=ItemStatus.COLLECTING, meeting__seats__person=user)
        .exclude(pk__in=Position.objects.filter(seat__person=user, seat__meeting=F("item__meeting")).values("item"))
        .select_related("meeting__group", "group")
    )
    return [
        _of_item("表态", item, "meetings:item-state", button="去表态")
        for item in items.distinct()
        if rules.can_state_position(user, item).ok
    ]


def _remark_todos(user: User) -> list[Todo]:
    items = (
        AgendaItem.objects.visible_to(user)
        .filter(
            status__in=(ItemStatus.DECIDED, ItemStatus.DEFERRED),
            meeting__status=MeetingStatus.OPEN,
            meeting__seats__person=user,
            meeting__seats__kind=SeatKind.SUPERVISOR,
        )
        .exclude(
            pk__in=SupervisorRemark.objects.filter(seat__person=user, seat__meeting=F("item__meeting")).values("item")
        )
    )
    found = [
        _of_item("填写监督意见", item, "meetings:item-remark")
        for item in items.select_related("group", "meeting").distinct()
        if any(seat.person_id == user.pk for seat in owed_by(promised(item.meeting), [item.pk])[item.pk])
    ]
    owed = SupervisorRemark.objects.visible_to(user).filter(
        kind__in=TO_BE_ANSWERED,
        answered_at__isnull=True,
        seat__meeting__seats__person=user,
        seat__meeting__seats__kind=SeatKind.HEAD,
    )
    return found + [
        Todo(
            "答复监督意见",
            f"“{row.item}”",
            reverse("meetings:remark-answer", args=[row.pk]),
            season_id=row.item.group.season_id,
        )
        for row in owed.select_related("item__group").distinct()
    ]


def _consent_todos(user: User) -> list[Todo]:
    items = (
        AgendaItem.objects.visible_to(user)
        .filter(
            status=ItemStatus.PROPOSED,
            reconsiders__meeting__seats__person=user,
            reconsiders__meeting__seats__kind__in=VOTING,
        )
        .exclude(consents__seat__person=user)
    )
    return [
        _of_item("表示是否同意复议", item, "meetings:item-consent", button="去表示")
        for item in items.select_related("group").distinct()
    ]


def _emergency_todos(user: User) -> list[Todo]:
    """Sign with it, bring it before the body, undo; once late, the secretariat and the supervisors see it too."""
    going_on = [*UNRATIFIED, EmergencyStatus.REFUSED]
    if not EmergencyDecision.objects.filter(status__in=going_on).exists():  # before the scope, which is dear to ask
        return []
    rows = EmergencyDecision.objects.visible_to(user).filter(status__in=going_on)
    found = []
    for row in rows.select_related("group__season", "decided_by", "cosigned_by", "item"):
        url = reverse("meetings:emergency", args=[row.pk])
        label, season = f"临机处置“{row}”", row.group.season_id
        if emergency_rules.can_cosign(user, row).ok:
            found.append(Todo("同签", label, url, due_at=row.ratify_by, season_id=season))
        elif emergency_rules.can_submit(user, row).ok:
            found.append(Todo("提请补议", label, url, due_at=row.ratify_by, season_id=season))
        elif row.is_overdue and supervises(user):
            found.append(Todo("督促补议", label, url, due_at=row.ratify_by, button="查看", season_id=season))
        effect = row.effects.filter(undone_at__isnull=True).select_related("decision__group__season").first()
        if effect is not None and emergency_rules.can_undo(user, effect).ok:
            due = row.settled_at or row.lapsed_at
            found.append(Todo("处理处置影响", label, url, due_at=due, season_id=season))
    return found


def _undecided_todos(user: User) -> list[Todo]:
    """One line for all acts that wait for the secretariat's explanation; one for all that wait for the supervisor."""
    runs = has_permission(user, Permission.RUN_MEETINGS)
    if not runs and not supervises(user):
        return []
    wanted = {"explanation__isnull": True} if runs else {"explanation__isnull": False, "settled__isnull": True}
    verb, state = ("说明", ExplanationState.OPEN) if runs else ("认可说明", ExplanationState.EXPLAINED)
    url = f"{reverse('meetings:undecided-acts')}?state={state.value}"
    seasons = Season.objects.visible_to(user).real().filter(status=SeasonStatus.OPEN)
    counts = [(season, undecided_acts(user, season.pk).filter(**wanted).count()) for season in seasons]
    return [Todo(verb, f"{season}：应议未议{count}项", url, season_id=season.pk) for season, count in counts if count]


def emergency_months(emergencies: QuerySet[EmergencyDecision]) -> list[Mapping[str, object]]:
    """Figures of each month, the latest first: month, count, ratified, refused, lapsed (#41)."""
    rows = emergencies.order_by().annotate(month=TruncMonth("happened_at")).values("month")
    return list(
        rows.annotate(
            count=Count("id"),
            ratified=Count("id", filter=Q(status=EmergencyStatus.RATIFIED)),
            refused=Count("id", filter=Q(status=EmergencyStatus.REFUSED)),
            lapsed=Count("id", filter=Q(lapsed_at__isnull=False)),
        ).order_by("-month")
    )


def _minutes_todos(user: User) -> list[Todo]:
    rows = Minutes.objects.filter(status=MinutesStatus.CIRCULATED, meeting__seats__person=user).exclude(
        confirmations__seat__person=user
    )
    return [
        Todo(
            "核对",
            f"《{row}》",
            reverse("meetings:minutes", args=[row.pk]),
            season_id=row.meeting.group.season_id,
        )
        for row in rows.select_related("meeting__group")
    ]
