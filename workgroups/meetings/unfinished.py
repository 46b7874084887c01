"""What of the meetings is still open when a season or an account is to be closed, or a post handed over."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse

from admissions.audit.enums import Outcome as EventOutcome
from admissions.audit.models import Event
from admissions.house.questions import HeldItem, Late, Unfinished
from admissions.house.unfinished import by_state, still_open
from admissions.seasons.lifecycle.enums import SeasonStatus

from .enums import (
    TO_BE_ANSWERED,
    UNRATIFIED,
    EmergencyStatus,
    ExplanationState,
    ItemStatus,
    MeetingStatus,
    MinutesStatus,
    Outcome,
)
from .models import (
    AgendaItem,
    DecisionMatter,
    EmergencyDecision,
    EmergencyEffect,
    Meeting,
    Minutes,
    SupervisorRemark,
)
from .resolution_grounds import undecided_acts, undecided_among

OPEN_MEETINGS = (MeetingStatus.DRAFT, MeetingStatus.CONVENED, MeetingStatus.OPEN)
OPEN_ITEMS = (ItemStatus.PROPOSED, ItemStatus.SCHEDULED, ItemStatus.COLLECTING, ItemStatus.DEFERRED)
OPEN_MINUTES = (MinutesStatus.DRAFT, MinutesStatus.CIRCULATED)
HEADS = "主要负责人"


def before_season_opens(season: Any, user: Any) -> list[Unfinished]:
    """The list of matters is there: without it no item can be proposed."""
    if DecisionMatter.objects.in_use().exists():
        return []
    later = "可在开启后登记；登记以前不能提请议题。"
    url = reverse("meetings:matters")
    return [Unfinished("集体决策事项清单尚未登记", 1, "行政秘书", carry_over=later, url=url)]


def before_season_closes(season: Any, user: Any) -> list[Unfinished]:
    """Meetings are held or cancelled, items decided or withdrawn, minutes settled, tasks accepted, emergencies ratified."""
    return [
        *by_state(
            Meeting.objects.of_season(season), user, "会议", OPEN_MEETINGS, "会议召集人闭会或取消",
        ),
        *by_state(
            AgendaItem.objects.of_season(season), user, "议题", OPEN_ITEMS, "会议作出决定，或由提请人撤回",
        ),
        *_unissued(season, user),
        *_minutes(season, user),
        *_remarks(season, user),
        *_emergencies(season, user),
        *_unexplained(season, user),
    ]  # fmt: skip


def _unissued(season: Any, user: Any) -> list[Unfinished]:
    """What was passed becomes a resolution."""
    passed = AgendaItem.objects.of_season(season).filter(status=ItemStatus.DECIDED, tally__outcome=Outcome.PASSED)
    return still_open(passed.filter(resolution__isnull=True), user, "议题（通过而未形成决议）", "行政秘书形成决议")


def _minutes(season: Any, user: Any) -> list[Unfinished]:
    """Also those nobody has begun to write."""
    closed = Meeting.objects.of_season(season).filter(status=MeetingStatus.CLOSED)
    rows = Minutes.objects.filter(meeting__group__season=season, status__in=OPEN_MINUTES)
    return [
        *still_open(closed.filter(minutes__isnull=True), user, "没有纪要的会议", "记录人起草纪要"),
        *still_open(rows, user, "会议纪要（未定稿）", "记录人送核并定稿"),
    ]


def _remarks(season: Any, user: Any) -> list[Unfinished]:
    rows = SupervisorRemark.objects.filter(
        item__group__season=season, kind__in=TO_BE_ANSWERED, answered_at__isnull=True
    )
    return still_open(rows, user, "会上监督意见（未答复）", HEADS)


def _emergencies(season: Any, user: Any) -> list[Unfinished]:
    effects = EmergencyEffect.objects.filter(decision__group__season=season, undone_at__isnull=True)
    effects = effects.filter(Q(decision__status=EmergencyStatus.REFUSED) | Q(decision__lapsed_at__isnull=False))
    return [
        *by_state(EmergencyDecision.objects.of_season(season), user, "临机处置", UNRATIFIED, "同签人，或由会议补议"),
        *still_open(effects, user, "临机处置的影响（未处理）", "决定人"),
    ]


def _unexplained(season: Any, user: Any) -> list[Unfinished]:
    """Acts without the decision they needed; of those outside the reader's own trail it is only said that there are some."""
    every = undecided_among(Event.objects.filter(outcome=EventOutcome.DONE), season.pk)
    acts, found = undecided_acts(user, season.pk), []
    for state, wanted, who, page in (
        (ExplanationState.OPEN, {"explanation__isnull": True}, "行政秘书说明", _to_explain),
        (
            ExplanationState.EXPLAINED,
            {"explanation__isnull": False, "settled__isnull": True},
            "驻点监督员认可",
            _explained,
        ),
    ):
        total, seen = every.filter(**wanted).count(), acts.filter(**wanted)
        if total:
            count = seen.count()
            found.append(Unfinished(f"应议未议（{state.label}）", count, who, count < total, rows=seen, page=page))
    return found


def _to_explain(act: Event) -> str:
    return reverse("meetings:act-explain", args=[act.pk])


def _explained(act: Event) -> str:
    return act.explanation.get_absolute_url()


def before_account_closes(account: Any, user: Any) -> list[Unfinished]:
    """Tasks to carry out or accept, emergencies to bring before the body, in seasons that are not over."""
    emergencies = EmergencyDecision.objects.filter(decided_by=account, status__in=UNRATIFIED)
    emergencies = emergencies.exclude(group__season__status=SeasonStatus.CLOSED)
    return still_open(emergencies, user, "临机处置（未补议）", "会议补议")


def items_of(appointment: Any, receiver: Any) -> Iterator[HeldItem]:
    """What the person has brought or is to present in the season, and emergencies that are not ratified."""
    person, season = appointment.person, appointment.post.group.season
    items = AgendaItem.objects.of_season(season).filter(Q(proposer=person) | Q(presenter=person), status__in=OPEN_ITEMS)
    for row in items.visible_to(person).without_recused(receiver).distinct():
        url = reverse("meetings:item", args=[row.pk])
        yield HeldItem(f"议题：{row}（{row.get_status_display()}）", url, row.trail_scope().subjects)
    emergencies = EmergencyDecision.objects.of_season(season).filter(decided_by=person, status__in=UNRATIFIED)
    for row in emergencies.visible_to(person).without_recused(receiver):
        url = reverse("meetings:emergency", args=[row.pk])
        yield HeldItem(f"临机处置：{row}（{row.get_status_display()}）", url, row.trail_scope().subjects)


def overdue(user: Any) -> list[Late]:
    """Tasks and ratifications past their term, of what the reader may see."""
    emergencies = EmergencyDecision.objects.visible_to(user).overdue()
    return [
        Late("临机处置", emergencies.count(), f"{reverse('meetings:emergencies')}?late=late"),
    ]
