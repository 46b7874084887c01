"""May X appoint, confirm, suspend, relieve?"""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from admissions.accounts.permissions import Permission
from admissions.accounts.rules import may
from admissions.core.clock import minute_text
from admissions.core.decision import Decision, allow, deny, first_denial
from workgroups.groups.enums import GroupStatus
from workgroups.groups.models import Post, PostIncompatibility

from .deputies import posts_deputised
from .enums import AppointmentStatus
from .models import Appointment
from .prechecks import precheck

SEPARATION = "《录取工作方案》：任何一个组、任何一个人都不能独立完成一个考生的录取过程"


def can_appoint_in(user: Any, season: Any) -> Decision:
    """The secretariat keeps the roster of the season."""
    frozen = deny("录取季已结束，不能再任命。") if season.is_frozen else allow()
    return first_denial(may(user, Permission.APPOINT, "办理任职", season_id=season.pk), frozen)


def can_appoint(user: Any, person: Any, post: Post, period: Any) -> Decision:
    """Right of the actor, state of post and person, then every reason why this person cannot sit there then."""
    return first_denial(
        can_appoint_in(user, post.group.season),
        _post_is_open(post),
        _account_is_open(person),
        _not_oneself(user, person),
        fits(person, post, period),
        precheck(person, post),
    )


def _account_is_open(person: Any) -> Decision:
    if person.is_active:
        return allow()
    return deny(f"{person.name}的账号已停用，不能任命。", who_can="请联系安全管理员。")


def _post_is_open(post: Post) -> Decision:
    if post.is_abolished or post.group.status == GroupStatus.DISSOLVED:
        return deny(f"岗位“{post}”已撤销，不能任命。", who_can="请选择其他岗位。")
    return allow()


def _not_oneself(user: Any, person: Any) -> Decision:
    if person.pk == user.pk:
        return deny("不能任命自己。", "回避：不得办理涉及本人的事项", "请由另一位行政秘书办理。")
    return allow()


def fits(person: Any, post: Post, period: Any, ignore: int | None = None) -> Decision:
    """Not twice on the post, not on an incompatible one, not over the headcount, in any part of the period."""
    return first_denial(
        not_twice(person, post, period, ignore),
        compatible(person, post, period, ignore),
        within_headcount(post, period, ignore),
    )


def not_twice(person: Any, post: Post, period: Any, ignore: int | None = None) -> Decision:
    same = Appointment.objects.seated().filter(person=person, post=post, period__overlap=period).exclude(pk=ignore)
    if same.exists():
        return deny(f"{person.name}在这段期间已在“{post}”任职，不能重复任命。", who_can="请改期间，或先结束现有任职。")
    return allow()


def compatible(person: Any, post: Post, period: Any, ignore: int | None = None) -> Decision:
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


def within_headcount(post: Post, period: Any, ignore: int | None = None) -> Decision:
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


def _covers(period: Any, instant: datetime) -> bool:
    return period.lower <= instant and (period.upper is None or instant < period.upper)


def can_confirm_appointment(user: Any, appointment: Appointment) -> Decision:
    """A proposal becomes an appointment through a second person; what could have changed since is asked again."""
    person, post = appointment.person, appointment.post
    return first_denial(
        can_appoint_in(user, post.group.season),
        _in_status(appointment, AppointmentStatus.PROPOSED, "确认任命"),
        _not_oneself(user, person),
        _not_the_proposer(user, appointment),
        _post_is_open(post),
        _account_is_open(person),
        precheck(person, post),
    )


def _not_the_proposer(user: Any, appointment: Appointment) -> Decision:
    """One person never carries an appointment alone from proposal to order."""
    proposal = appointment.passages.first()
    if proposal is not None and proposal.actor_id == user.pk:
        return deny("提名由您提出，不能由您确认。", SEPARATION, "请由另一位行政秘书确认。")
    return allow()


def can_suspend(user: Any, appointment: Appointment) -> Decision:
    return first_denial(
        can_appoint_in(user, appointment.post.group.season),
        _in_status(appointment, AppointmentStatus.ON_DUTY, "暂停"),
        _not_oneself(user, appointment.person),
    )


def can_change_period(user: Any, appointment: Appointment) -> Decision:
    ended = deny("任职已结束，不能改期间。") if appointment.status == AppointmentStatus.ENDED else allow()
    return first_denial(
        can_appoint_in(user, appointment.post.group.season), ended, _not_oneself(user, appointment.person)
    )


def can_withdraw(user: Any, appointment: Appointment) -> Decision:
    """Somebody who never was on duty leaves without a handover."""
    early = (AppointmentStatus.PROPOSED, AppointmentStatus.PENDING)
    return first_denial(
        can_appoint_in(user, appointment.post.group.season),
        allow() if appointment.status in early else deny("已上岗的人员离岗须办交接。", who_can="请走“离岗交接”。"),
    )


def _in_status(appointment: Appointment, status: AppointmentStatus, verb: str) -> Decision:
    if appointment.status == status:
        return allow()
    word = AppointmentStatus(appointment.status).label
    last = appointment.passages.select_related("actor").last()
    if last is not None:
        who = f"（{last.actor.name}于{minute_text(last.at)}办理）"
        return deny(f"任职已是“{word}”{who}，不能{verb}。", who_can="请刷新页面，按当前状态办理。")
    return deny(f"任职是“{word}”，不能{verb}。")


def has_begun(appointment: Appointment) -> Decision:
    """Duty lies inside the period of the appointment."""
    if _covers(appointment.period, timezone.now()):
        return allow()
    return deny("现在不在任职期间内，不能上岗。", who_can="请核对任职期间。")
