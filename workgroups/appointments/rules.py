"""May X appoint, confirm, suspend, relieve?"""

from datetime import datetime, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q
from django.utils import timezone

from admissions.accounts.models import User
from admissions.accounts.permissions import Permission
from admissions.accounts.rules import may
from admissions.core.citations import cite
from admissions.core.clock import minute_text
from admissions.core.decision import Decision, Parts, allow, deny, in_parts
from admissions.seasons.lifecycle.rules import still_going
from admissions.seasons.models import Season
from workgroups.groups.enums import GroupStatus
from workgroups.groups.models import Post, PostIncompatibility

from .deputies import posts_deputised
from .enums import AppointmentStatus
from .models import Appointment
from .prechecks import precheck

SEPARATION = cite("separation-1")
RESPONSIBILITY = cite("responsibility-3")
# A form that was opened before midnight may still be sent after it.
BACKDATING = timedelta(hours=1)


@in_parts
def can_appoint_in(user: User, season: Season) -> Parts:
    """The secretariat keeps the roster of the season."""
    yield may(user, Permission.APPOINT, "办理任职", season_id=season.pk)
    yield still_going(season)


@in_parts
def can_appoint(user: User, person: User, post: Post, period: DateTimeTZRange) -> Parts:
    """Right of the actor, state of post and person, then every reason why this person cannot sit there then."""
    yield can_appoint_in(user, post.group.season)
    yield _post_is_open(post)
    yield _account_is_open(person)
    yield _not_oneself(user, person)
    yield timely(period, post.group.season)
    yield fits(person, post, period)
    yield precheck(person, post)


@in_parts
def timely(period: DateTimeTZRange, season: Season) -> Parts:
    """Nobody is appointed for days that are past, nor beyond the season's work."""
    now, starts = timezone.now(), timezone.localtime(period.lower)
    if starts.date() < timezone.localdate(now - BACKDATING):
        yield deny("任职不能倒签：开始日期早于今天。", RESPONSIBILITY, "请把开始时间改为今天或以后。")
    last = max(season.year, timezone.localdate(now).year)
    if starts.year > last:
        yield deny(
            f"开始时间在{last}年以后，不在{season}的工作期间内。", who_can="请核对开始时间，或在相应的录取季提名。"
        )
    elif period.upper is not None and timezone.localtime(period.upper).year > last + 1:
        yield deny(f"结束时间在{last + 1}年以后，超出{season}的工作期间。", who_can="请核对结束时间。")


def _account_is_open(person: User) -> Decision:
    if person.is_active:
        return allow()
    return deny(f"{person.name}的账号已停用，不能任命。", who_can="请联系安全管理员。")


def _post_is_open(post: Post) -> Decision:
    if post.is_abolished or post.group.status == GroupStatus.DISSOLVED:
        return deny(f"岗位“{post}”已撤销，不能任命。", who_can="请选择其他岗位。")
    return allow()


def _not_oneself(user: User, person: User) -> Decision:
    if person.pk == user.pk:
        return deny("不能任命自己。", cite("civil-servant-76"), "请由另一位行政秘书办理。")
    return allow()


@in_parts
def fits(person: User, post: Post, period: DateTimeTZRange, ignore: int | None = None) -> Parts:
    """Not twice on the post, not on an incompatible one, not over the headcount, in any part of the period."""
    yield not_twice(person, post, period, ignore)
    yield compatible(person, post, period, ignore)
    yield within_headcount(post, period, ignore)


def not_twice(person: User, post: Post, period: DateTimeTZRange, ignore: int | None = None) -> Decision:
    same = Appointment.objects.seated().filter(person=person, post=post, period__overlap=period).exclude(pk=ignore)
    if same.exists():
        return deny(f"{person.name}在这段期间已在“{post}”任职，不能重复任命。", who_can="请改期间，或先结束现有任职。")
    return allow()


def compatible(person: User, post: Post, period: DateTimeTZRange, ignore: int | None = None) -> Decision:
    """No other post held or deputised for in the period is incompatible with this one: deputising counts like holding."""
    held = Appointment.objects.seated().filter(person=person, period__overlap=period).exclude(pk=ignore)
    pair = _incompatible_pair(post, held.values("post_id"))
    if pair is not None:
        return deny(
            f"{person.name}已任“{_other(pair, post)}”，与“{post}”不相容：{pair.why}。",
            SEPARATION,
            "请任命其他人，或先办理离岗。",
        )
    pair = _incompatible_pair(post, posts_deputised(person, period))
    if pair is not None:
        return deny(
            f"{person.name}正在代“{_other(pair, post)}”的岗，与“{post}”不相容：{pair.why}。",
            SEPARATION,
            "请先结束代岗。",
        )
    return allow()


def _incompatible_pair(post: Post, others: Any) -> PostIncompatibility | None:
    pairs = PostIncompatibility.objects.filter(
        Q(first=post, second_id__in=others) | Q(second=post, first_id__in=others)
    )
    return pairs.select_related("first__group", "second__group").first()


def _other(pair: PostIncompatibility, post: Post) -> Post:
    return pair.second if pair.first_id == post.pk else pair.first


def within_headcount(post: Post, period: DateTimeTZRange, ignore: int | None = None) -> Decision:
    """At no instant of the period more people than seats."""
    others = [
        row.period
        for row in Appointment.objects.seated()
        .filter(post=post, period__overlap=period)
        .exclude(pk=ignore)
        .only("period")
    ]
    instants = [period.lower, *(other.lower for other in others if _covers(period, other.lower))]
    busiest = max((sum(_covers(other, instant) for other in others) for instant in instants), default=0)
    if busiest >= post.headcount_max:
        return deny(
            f"“{post}”最多{post.headcount_max}人，这段期间已满。", who_can="请先办理离岗，或由行政秘书调整岗位人数。"
        )
    return allow()


def _covers(period: DateTimeTZRange, instant: datetime) -> bool:
    return period.lower <= instant and (period.upper is None or instant < period.upper)


@in_parts
def can_confirm_appointment(user: User, appointment: Appointment) -> Parts:
    """A proposal becomes an appointment through a second person; what could have changed since is asked again."""
    person, post = appointment.person, appointment.post
    yield can_appoint_in(user, post.group.season)
    yield _in_status(appointment, AppointmentStatus.PROPOSED, "确认任命")
    yield _not_oneself(user, person)
    yield _not_the_proposer(user, appointment)
    yield _post_is_open(post)
    yield _account_is_open(person)
    yield precheck(person, post)


def _not_the_proposer(user: User, appointment: Appointment) -> Decision:
    """One person never carries an appointment alone from proposal to order."""
    proposal = appointment.passages.first()
    if proposal is not None and proposal.actor_id == user.pk:
        return deny("提名由您提出，不能由您确认。", SEPARATION, "请由另一位行政秘书确认。")
    return allow()


@in_parts
def can_suspend(user: User, appointment: Appointment) -> Parts:
    yield can_appoint_in(user, appointment.post.group.season)
    yield _in_status(appointment, AppointmentStatus.ON_DUTY, "暂停")
    yield _not_oneself(user, appointment.person)


@in_parts
def can_change_period(user: User, appointment: Appointment) -> Parts:
    yield can_appoint_in(user, appointment.post.group.season)
    if appointment.status == AppointmentStatus.ENDED:
        yield deny("任职已结束，不能改期间。", who_can="需要继续任职的，请另行提名。")
    yield _not_oneself(user, appointment.person)


@in_parts
def can_withdraw(user: User, appointment: Appointment) -> Parts:
    """Somebody who never was on duty leaves without a handover."""
    yield can_appoint_in(user, appointment.post.group.season)
    early = (AppointmentStatus.PROPOSED, AppointmentStatus.PENDING)
    if appointment.status not in early:
        yield deny("已上岗的人员离岗须办交接。", who_can="请走“离岗交接”。")


def _in_status(appointment: Appointment, status: AppointmentStatus, verb: str) -> Decision:
    if appointment.status == status:
        return allow()
    word = AppointmentStatus(appointment.status).label
    last = appointment.passages.select_related("actor").last()
    if last is not None:
        who = f"（{last.actor.name}于{minute_text(last.at)}办理）"
        return deny(f"任职已是“{word}”{who}，不能{verb}。", who_can="请刷新页面，按当前状态办理。")
    return deny(f"任职是“{word}”，不能{verb}。", who_can="请刷新页面，按当前状态办理。")


def has_begun(appointment: Appointment) -> Decision:
    """Duty lies inside the period of the appointment."""
    if _covers(appointment.period, timezone.now()):
        return allow()
    return deny("现在不在任职期间内，不能上岗。", who_can="请核对任职期间。")
