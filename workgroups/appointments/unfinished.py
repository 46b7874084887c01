"""Posts that are still held when a season or an account is to be closed, and what a post is to be handed over with."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef

from admissions.house.questions import HeldItem, Unfinished
from admissions.house.unfinished import by_state, still_open
from admissions.seasons.lifecycle.enums import SeasonStatus
from workgroups.groups.models import Post

from .enums import SERVED, AppointmentStatus
from .models import Appointment

NOT_YET = (AppointmentStatus.PROPOSED, AppointmentStatus.PENDING)


def before_season_opens(season: Any, user: Any) -> list[Unfinished]:
    """Posts to which nobody is appointed; people may be appointed after the season has begun."""
    seated = Appointment.objects.seated().filter(post=OuterRef("pk"))
    posts = Post.objects.of_season(season).filter(~Exists(seated), is_abolished=False, headcount_min__gte=1)
    return still_open(posts, user, "无人任职的岗位", "行政秘书", "可在开启后由行政秘书提名和确认任命。")


def before_season_closes(season: Any, user: Any) -> list[Unfinished]:
    """Who never came on duty is withdrawn; whoever serves to the end leaves with the season."""
    rows = Appointment.objects.of_season(season)
    ends = "岗位职责随录取季结束而终止，不必逐人办理离岗；任职记录留存备查。"
    return [
        *by_state(rows, user, "任职", NOT_YET, "行政秘书撤回任职，或由本人办齐上岗手续"),
        *by_state(rows, user, "任职", SERVED, "行政秘书", ends),
    ]


def before_account_closes(account: Any, user: Any) -> list[Unfinished]:
    """Posts of seasons that are not over: served ones are handed over first, others withdrawn."""
    rows = Appointment.objects.filter(person=account).exclude(post__group__season__status=SeasonStatus.CLOSED)
    return [
        *_posts(rows.filter(status__in=SERVED), user, "本人或组长办理离岗交接"),
        *_posts(rows.filter(status__in=NOT_YET), user, "行政秘书撤回任职"),
    ]


def _posts(rows: Any, user: Any, who: str) -> list[Unfinished]:
    """Named, also for who keeps accounts and sees no appointments: where somebody works is no secret of the house."""
    posts = [str(row.post) for row in rows.select_related("post__group")]
    if not posts:
        return []
    seen = rows.visible_to(user)
    return [Unfinished(f"任职（{'、'.join(posts)}）", len(posts), who, rows=seen if seen.exists() else None)]


def duties_of(appointment: Appointment, receiver: Any) -> Iterator[HeldItem]:
    for duty in appointment.post.duties.all():
        yield HeldItem(duty.text)
