"""What waits for whom in a meeting beside positions: entries to confirm, rulings to answer, answers to take for enough."""

from collections.abc import Iterator

from django.db.models import F
from django.urls import reverse

from admissions.accounts.models import User
from admissions.core.todos import Todo

from .enums import TO_BE_ANSWERED, VOTING, ItemStatus
from .models import DeferralMotion, DeferralRuling, Position, SupervisorRemark
from .models.room import due_of_check
from .ruling_rules import can_answer_motion


def room_todos(user: User) -> list[Todo]:
    return [*_entries(user), *_rulings(user), *_lifted(user), *_answers(user)]


def _entries(user: User) -> Iterator[Todo]:
    """Whose word it is confirms or disputes; who entered it waits."""
    rows = Position.objects.filter(member_check__isnull=True).exclude(entered_by=F("seat__person"))
    for row in rows.filter(seat__person=user).select_related("item__group", "entered_by"):
        url, label = (
            reverse("meetings:position-confirm", args=[row.pk]),
            f"{row.entered_by.name}代录的表态：“{row.item}”",
        )
        due = due_of_check(row)
        yield Todo("确认", label, url, due_at=due, button="去确认", season_id=row.item.group.season_id)
    for row in rows.filter(entered_by=user).select_related("item__group", "seat"):
        url, label = reverse("meetings:item", args=[row.item_id]), f"代录的表态：“{row.item}”"
        waits, season = f"{row.seat.name}确认", row.item.group.season_id
        yield Todo("等候确认", label, url, due_at=due_of_check(row), waiting_on=waits, season_id=season)


def _rulings(user: User) -> Iterator[Todo]:
    rows = DeferralMotion.objects.filter(
        position__ruling__isnull=True,
        position__item__status=ItemStatus.COLLECTING,
        position__item__meeting__seats__person=user,
        position__item__meeting__seats__kind__in=VOTING,
    )
    for row in rows.select_related("position__item__group", "position__seat").distinct():
        if can_answer_motion(user, row).ok:
            label = f"{row.position.seat.name}的暂缓条件是否已解决：“{row.position.item}”"
            url = reverse("meetings:ruling-answer", args=[row.pk])
            yield Todo("表示意见", label, url, season_id=row.position.item.group.season_id)


def _lifted(user: User) -> Iterator[Todo]:
    """The author learns that the meeting has lifted the 暂缓, while another position can still be stated."""
    rows = DeferralRuling.objects.filter(position__seat__person=user, position__item__status=ItemStatus.COLLECTING)
    for row in rows.select_related("position__item__group"):
        item = row.position.item
        if not Position.objects.filter(item=item, seat=row.position.seat_id, pk__gt=row.position_id).exists():
            url = reverse("meetings:item", args=[item.pk])
            yield Todo(
                "知悉", f"您提出的暂缓已由会议裁定解除：“{item}”", url, button="查看", season_id=item.group.season_id
            )


def _answers(user: User) -> Iterator[Todo]:
    """An answered remark waits for who gave it."""
    rows = SupervisorRemark.objects.visible_to(user).filter(
        seat__person=user, kind__in=TO_BE_ANSWERED, answered_at__isnull=False, is_settled=False
    )
    for row in rows.select_related("item__group"):
        url = reverse("meetings:remark-settle", args=[row.pk])
        yield Todo("认可答复", f"“{row.item}”", url, button="去查看", season_id=row.item.group.season_id)
