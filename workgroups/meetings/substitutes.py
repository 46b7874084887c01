"""Whom the superior body could designate where members must keep away from an item (#22)."""

from collections import Counter
from typing import Any

from django.db.models import Q

from admissions.accounts.models import User
from admissions.audit.gate import not_recused
from admissions.core.decision import Decision, Parts, deny, in_parts, needed
from workgroups.appointments.models import Appointment
from workgroups.duty.substitutes import Nearness, Substitute, fitness, ranked
from workgroups.groups.enums import GroupKind, PostRank
from workgroups.recusal.selectors import kept_apart, recused_from

from .enums import VOTING, ItemStatus, SeatKind
from .models import AgendaItem, Seat
from .proofs import current_draft
from .rules import RECUSED, can_run_meetings, seat_of

BODY = Nearness(1, "本机构成员，未列入名单")
ABOVE = Nearness(2, "上级机构成员")
LEADER = Nearness(3, "其他工作组组长")
DEPUTY = Nearness(4, "其他工作组副组长")
# Who supervises what is decided does not decide it.
APART = (GroupKind.SUPERVISION, GroupKind.DISCIPLINE)


# What is asked of the superior is asked before the item is decided.
UNDECIDED = (ItemStatus.SCHEDULED, ItemStatus.COLLECTING)


@in_parts
def can_read_substitutes(user: Any, item: AgendaItem) -> Parts:
    """Who runs meetings, and the head of this one; neither where they keep away from the item themselves."""
    seat = seat_of(user, item.meeting)
    head = seat is not None and seat.kind == SeatKind.HEAD
    if not head:
        yield needed(can_run_meetings(user, item.group.season))
    if item.recusals.filter(person=user).exists():
        yield needed(deny("您已在本议题回避，不能提名代替的人。", RECUSED, who_can="请由其他成员提名。"))
    yield needed(not_recused(user, item))
    if item.meeting is None or item.status not in UNDECIDED:
        yield deny("议题没有列入议程或者已有结论，不必请上级指定人员。")


def lacks_members(item: AgendaItem) -> bool:
    """Does somebody who would decide the item keep away from it?"""
    return item.recusals.filter(person__in=_voters(item).values("person")).exists()


def standing_of(item: AgendaItem) -> list[tuple[str, Any]]:
    """The body as it stands for the item: roll, who keeps away, who is left, how many it takes, who was designated."""
    numbers = current_draft(item)["computed"]
    recused = item.recusals.filter(person__in=_voters(item).values("person")).select_related("person")
    designated = [f"{seat.name}（{seat.basis}）" for seat in _voters(item).exclude(basis="")]
    return [
        ("会议", item.meeting),
        ("应到成员", f"{numbers['roll']}人"),
        ("须回避", "、".join(row.person.name for row in recused) or "无"),
        ("能参加审议", f"{numbers['roll'] - numbers['recused']}人"),
        ("法定人数", f"{numbers['quorum']}人"),
        ("上级已指定", "、".join(designated) or "无"),
    ]


def _voters(item: AgendaItem) -> Any:
    return Seat.objects.filter(meeting=item.meeting_id, kind__in=VOTING)


def substitutes(reader: Any, item: AgendaItem) -> list[Substitute]:
    """Everybody who could be designated for the item, in the order to be proposed, then who could not and why."""
    group = item.group
    rows = Appointment.objects.visible_to(reader).in_force().of_season(group.season)
    led = Q(post__rank__in=(PostRank.LEADER, PostRank.DEPUTY))
    rows = rows.filter(Q(post__group__in=[group.pk, group.parent_id or 0]) | led).exclude(post__group__kind__in=APART)
    roll = _roll(item)
    rows = rows.filter(person__in=User.objects.active()).exclude(person__in=roll)
    found = list(rows.select_related("person", "post__group__season"))
    people, season_id = {row.person_id for row in found}, group.season_id
    fit = fitness(found)
    recused = recused_from(item.trail_scope().all_subjects(), season_id)
    recused |= set(item.recusals.values_list("person_id", flat=True))
    apart = kept_apart(people, roll - recused, season_id)
    decisions = {row.pk: _able(fit[row.pk], row.person_id in recused, row.person_id in apart) for row in found}
    return ranked([(_nearness(row, group), row) for row in found], times_designated(people, season_id), decisions)


@in_parts
def _able(fit: Decision, must_keep_away: bool, kept_from_members: bool) -> Parts:
    yield fit
    if must_keep_away:
        yield deny("须回避本议题。")
    if kept_from_members:
        yield deny("与参会成员之间应当回避。")


def _roll(item: AgendaItem) -> set[int]:
    return set(Seat.objects.filter(meeting=item.meeting_id).values_list("person_id", flat=True))


def _nearness(row: Appointment, group: Any) -> Nearness:
    if row.post.group_id == group.pk:
        return BODY
    if row.post.group_id == group.parent_id:
        return ABOVE
    return LEADER if row.post.rank == PostRank.LEADER else DEPUTY


def times_designated(people: set[int], season_id: int) -> Counter[int]:
    """How often each sat this season in a body they do not belong to, by designation."""
    seats = Seat.objects.filter(person__in=people, kind__in=VOTING, meeting__group__season=season_id)
    return Counter(seats.exclude(basis="").values_list("person_id", flat=True))
