"""What the pages show of a meeting and its items, and what each person must do now."""

from dataclasses import dataclass
from datetime import datetime, time
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.permissions import Permission
from admissions.accounts.selectors import has_permission
from admissions.core.todos import Todo
from admissions.seasons.lifecycle.enums import SeasonStatus
from admissions.seasons.lifecycle.models import Season

from . import emergency_rules, rules, tally
from .document import last_positions
from .enums import (
    TO_BE_ANSWERED,
    UNRATIFIED,
    VOTING,
    EmergencyStatus,
    ExplanationState,
    ItemStatus,
    MeetingStatus,
    MinutesStatus,
    ReminderLevel,
    SeatKind,
    Stance,
    TaskStatus,
)
from .grounds import undecided_acts
from .models import (
    AgendaItem,
    EmergencyDecision,
    Meeting,
    Minutes,
    Position,
    Presence,
    Resolution,
    ResolutionTask,
    Seat,
    SupervisorOpinion,
)
from .models.scoping import supervises
from .proofs import current_draft, names_of, open_deferrals


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


@dataclass(frozen=True)
class Floor:
    """The state of an open or decided item: numbers, what is missing, the roll."""

    numbers: dict[str, Any]
    needs: str
    has_quorum: bool
    rows: list[RollRow]
    is_sealed: bool
    deferrals: list[Position]


def floor_of(item: AgendaItem, reader: Any) -> Floor:
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
    present = _presence_words(item.meeting)
    rows = []
    for seat in Seat.objects.filter(meeting=item.meeting_id).order_by("order", "id"):
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


def _presence_words(meeting: Meeting) -> dict[int, str]:
    rows = Presence.objects.filter(seat__meeting=meeting, period__contains=timezone.now())
    words = {row.seat_id: row.get_kind_display() for row in rows}
    if meeting.status == MeetingStatus.CLOSED:
        everybody = Presence.objects.filter(seat__meeting=meeting).order_by("period")
        return {row.seat_id: row.get_kind_display() for row in everybody}
    return words


def roll_of(meeting: Meeting) -> list[tuple[Seat, str]]:
    """Everybody on the roll with where they are now."""
    words = _presence_words(meeting)
    seats = meeting.seats.select_related("person").order_by("order", "id")
    return [(seat, words.get(seat.pk, f"请假：{seat.excuse}" if seat.excuse else "未到")) for seat in seats]


def state_token(meeting: Meeting) -> str:
    """Changes whenever something a live page shows has changed; four indexed reads."""
    seats = Presence.objects.filter(seat__meeting=meeting).aggregate(
        count=Count("id"), left=Count("id", filter=Q(period__endswith__isnull=False))
    )
    said = Position.objects.filter(item__meeting=meeting).count()
    opinions = SupervisorOpinion.objects.filter(item__meeting=meeting).count()
    rows = AgendaItem.objects.filter(meeting=meeting).order_by("pk").values_list("pk", "status", "revision")
    items = ".".join(f"{pk}{status}{revision}" for pk, status, revision in rows)
    return f"{meeting.revision}-{seats['count']}-{seats['left']}-{said}-{opinions}-{items}"


def agenda_of(meeting: Meeting, reader: Any) -> tuple[list[AgendaItem], int]:
    """The items the reader may see, in order, and how many are withheld."""
    rows = AgendaItem.objects.visible_to(reader).filter(meeting=meeting)
    shown = list(rows.select_related("matter", "presenter", "tally", "resolution").order_by("order", "id"))
    return shown, AgendaItem.objects.filter(meeting=meeting).count() - len(shown)


def earlier_tasks(meeting: Meeting, reader: Any) -> Any:
    """上次决议执行情况: tasks of the body's earlier resolutions that are still open or were accepted since the last meeting."""
    tasks = ResolutionTask.objects.visible_to(reader).filter(resolution__item__group=meeting.group)
    tasks = tasks.filter(resolution__item__meeting__starts_at__lt=meeting.starts_at)
    last = (
        Meeting.objects.filter(group=meeting.group, starts_at__lt=meeting.starts_at, status=MeetingStatus.CLOSED)
        .order_by("-starts_at")
        .first()
    )
    since = Q(accepted_at__gte=last.opened_at) if last else Q()
    return tasks.filter(~Q(status=TaskStatus.ACCEPTED) | since).select_related("resolution", "assignee", "acceptor")


def resolutions_of(reader: Any, season: Any) -> Any:
    open_tasks = Count("tasks", filter=~Q(tasks__status=TaskStatus.ACCEPTED))
    rows = Resolution.objects.visible_to(reader).filter(item__group__season=season)
    return rows.select_related("item__group").annotate(left=open_tasks)


def meeting_todos(user: Any) -> list[Todo]:
    """State a position, give an opinion, answer, report, accept, check the minutes."""
    return [
        *_consent_todos(user),
        *_emergency_todos(user),
        *_undecided_todos(user),
        *_position_todos(user),
        *_opinion_todos(user),
        *_task_todos(user),
        *_minutes_todos(user),
    ]


def _position_todos(user: Any) -> list[Todo]:
    items = (
        AgendaItem.objects.visible_to(user)
        .filter(status=ItemStatus.COLLECTING, meeting__seats__person=user)
        .exclude(positions__seat__person=user)
        .select_related("meeting__group")
    )
    return [
        Todo("表态", f"“{item}”", reverse("workgroups:item-state", args=[item.pk]), button="去表态")
        for item in items.distinct()
        if rules.can_state_position(user, item).ok
    ]


def _opinion_todos(user: Any) -> list[Todo]:
    items = (
        AgendaItem.objects.visible_to(user)
        .filter(
            status__in=(ItemStatus.DECIDED, ItemStatus.DEFERRED),
            meeting__status=MeetingStatus.OPEN,
            meeting__seats__person=user,
            meeting__seats__kind=SeatKind.SUPERVISOR,
        )
        .exclude(opinions__seat__person=user)
    )
    found = [
        Todo("填写监督意见", f"“{item}”", reverse("workgroups:item-opinion", args=[item.pk]))
        for item in items.distinct()
    ]
    owed = SupervisorOpinion.objects.visible_to(user).filter(
        kind__in=TO_BE_ANSWERED,
        answered_at__isnull=True,
        item__meeting__seats__person=user,
        item__meeting__seats__kind=SeatKind.HEAD,
    )
    return found + [
        Todo("答复监督意见", f"“{row.item}”", reverse("workgroups:opinion-answer", args=[row.pk]))
        for row in owed.select_related("item").distinct()
    ]


def _consent_todos(user: Any) -> list[Todo]:
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
        Todo("表示是否同意复议", f"“{item}”", reverse("workgroups:item-consent", args=[item.pk]), button="去表示")
        for item in items.distinct()
    ]


def _emergency_todos(user: Any) -> list[Todo]:
    """Sign with it, bring it before the body, undo; once late, the secretariat and the supervisors see it too."""
    rows = EmergencyDecision.objects.visible_to(user).filter(status__in=[*UNRATIFIED, EmergencyStatus.REFUSED])
    found = []
    for row in rows.select_related("group__season", "decided_by", "cosigned_by", "item"):
        url = reverse("workgroups:emergency", args=[row.pk])
        label = f"临机处置“{row}”"
        if emergency_rules.can_cosign(user, row).ok:
            found.append(Todo("同签", label, url, due_at=row.ratify_by))
        elif emergency_rules.can_submit(user, row).ok:
            found.append(Todo("提请补议", label, url, due_at=row.ratify_by))
        elif row.is_overdue and supervises(user):
            found.append(Todo("督促补议", label, url, due_at=row.ratify_by, button="查看"))
        effect = row.effects.filter(undone_at__isnull=True).select_related("decision__group__season").first()
        if effect is not None and emergency_rules.can_undo(user, effect).ok:
            found.append(Todo("处理处置影响", label, url, due_at=row.settled_at or row.lapsed_at))
    return found


def _undecided_todos(user: Any) -> list[Todo]:
    """One line for all acts that wait for the secretariat's explanation; one for all that wait for the supervisor."""
    runs = has_permission(user, Permission.RUN_MEETINGS)
    if not runs and not supervises(user):
        return []
    wanted = {"explanation__isnull": True} if runs else {"explanation__isnull": False, "settled__isnull": True}
    verb, state = ("说明", ExplanationState.OPEN) if runs else ("认可说明", ExplanationState.EXPLAINED)
    url = f"{reverse('workgroups:undecided-acts')}?state={state.value}"
    seasons = Season.objects.visible_to(user).real().filter(status=SeasonStatus.OPEN)
    counts = [(season, undecided_acts(user, season.pk).filter(**wanted).count()) for season in seasons]
    return [Todo(verb, f"{season}：应议未议{count}项", url) for season, count in counts if count]


def emergency_months(emergencies: Any) -> list[dict[str, Any]]:
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


def _task_todos(user: Any) -> list[Todo]:
    tasks = ResolutionTask.objects.visible_to(user).open().filter(Q(assignee=user) | Q(acceptor=user))
    found = []
    for task in tasks.select_related("assignee"):
        url, due = reverse("workgroups:task", args=[task.pk]), _end_of(task.due_on)
        if task.status == TaskStatus.REPORTED and task.acceptor_id == user.pk:
            found.append(Todo("验收", task.what, url, due_at=due))
        elif task.status == TaskStatus.OPEN and task.assignee_id == user.pk:
            found.append(Todo("办理", task.what, url, due_at=due))
        else:
            waiting = task.assignee.name if task.status == TaskStatus.OPEN else "验收人验收"
            found.append(Todo("督办", task.what, url, due_at=due, waiting_on=waiting))
    return found + _overdue_todos(user)


def _overdue_todos(user: Any) -> list[Todo]:
    """What the ladder has carried up to this person: acceptor, head of the body, supervisors of the group."""
    levels = [Q(reminders__level=ReminderLevel.ACCEPTOR, acceptor=user, status=TaskStatus.OPEN)]
    heads = {"resolution__item__meeting__seats__person": user, "resolution__item__meeting__seats__kind": SeatKind.HEAD}
    levels.append(Q(reminders__level=ReminderLevel.HEAD, **heads))
    if supervises(user):
        levels.append(Q(reminders__level=ReminderLevel.SUPERVISOR))
    tasks = ResolutionTask.objects.visible_to(user).open().filter(reduce(or_, levels)).exclude(assignee=user)
    return [
        Todo(
            "督促办理",
            f"{task.what}（{task.assignee.name}，已逾期）",
            reverse("workgroups:task", args=[task.pk]),
            due_at=_end_of(task.due_on),
            button="查看",
        )
        for task in tasks.select_related("assignee").distinct()
    ]


def _end_of(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(23, 59)))


def _minutes_todos(user: Any) -> list[Todo]:
    rows = Minutes.objects.filter(status=MinutesStatus.CIRCULATED, meeting__seats__person=user).exclude(
        confirmations__seat__person=user
    )
    return [
        Todo("核对", f"《{row}》", reverse("workgroups:minutes", args=[row.pk]))
        for row in rows.select_related("meeting")
    ]
