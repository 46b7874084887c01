"""May X give Y sight of Z, and take it back?"""

from datetime import datetime, timedelta

from django.db.models import Model
from django.utils import timezone

from admissions.accounts.enums import ADMINISTRATORS
from admissions.accounts.models import User
from admissions.accounts.permissions import Permission
from admissions.accounts.rules import THREE_ADMINS
from admissions.accounts.selectors import has_permission, roles_of
from admissions.core.citations import cite
from admissions.core.decision import Decision, Parts, allow, deny, first_yes, in_parts, needed
from admissions.core.promises import promised

from . import kinds
from .models import Sight
from .selectors import kept_away, live_sight

CLAUSE = cite("house-sight")
LONGEST = timedelta(days=90)


def can_offer(user: User, record: Model) -> Decision:
    """Whoever answers for the record, whoever is to look at it. Having sight of it is no such right."""
    kind = kinds.kind_of(record)
    if kind is None:
        return deny("这类记录不能授权他人查阅。", CLAUSE, who_can="需要查阅的，请由负责人打印或摘录后提供。")
    return kind.answers_for(user, record)


@in_parts
def can_give(user: User, record: Model, person: User, until: datetime) -> Parts:
    """To another person at work who need not keep away, for ninety days at most."""
    yield needed(can_offer(user, record))
    yield _another(user, person)
    yield _at_work(person)
    yield _no_administrator(person)
    yield _need_not_keep_away(person, record)
    yield _ends_in_time(until)
    yield _not_yet(person, record)


def can_withdraw(user: User, sight: Sight) -> Decision:
    """Who gave it, who answers for the record now, and who supervises its group."""
    if not sight.is_live:
        return deny(f"这项授权{sight.state.label}，不必再收回。", who_can="请刷新页面查看现在的状态。")
    if sight.given_by_id == user.pk or _supervises(user, sight):
        return allow()
    return first_yes(can_offer(user, promised(sight.record)), deny("授权查阅由授权人收回。", CLAUSE, _who(sight)))


def _who(sight: Sight) -> str:
    return f"请由{sight.given_by_name}或本组的驻点监督员办理。"


def _supervises(user: User, sight: Sight) -> bool:
    return has_permission(user, Permission.SUPERVISE, season_id=sight.season_id, group_id=sight.group_id)


def _another(user: User, person: User) -> Decision:
    return (
        allow()
        if person.pk != user.pk
        else deny("不能授权给本人。", CLAUSE, who_can="请选择其他人员；本人需要查阅的，请其他负责人授权。")
    )


def _at_work(person: User) -> Decision:
    return allow() if person.is_active else deny(f"{person.name}的账号已停用或注销。", who_can="请选择在用的账号。")


def _no_administrator(person: User) -> Decision:
    if not roles_of(person) & set(ADMINISTRATORS):
        return allow()
    return deny(f"{person.name}是系统、安全或审计管理员，不查阅业务内容。", THREE_ADMINS, "请授权给业务人员。")


def _need_not_keep_away(person: User, record: Model) -> Decision:
    if not kept_away(person, record):
        return allow()
    return deny(f"{person.name}对此事项负有回避义务，不能授权查阅。", cite("civil-servant-76"), "请授权给其他人员。")


def _ends_in_time(until: datetime) -> Decision:
    now = timezone.now()
    if until <= now:
        return deny("截止时间须在现在之后。", who_can="请改正截止时间。")
    return (
        allow()
        if until <= now + LONGEST
        else deny(f"一次授权最长{LONGEST.days}天。", CLAUSE, "到期仍需要的，请再次授权。")
    )


def _not_yet(person: User, record: Model) -> Decision:
    return (
        allow()
        if live_sight(person, record) is None
        else deny("此人已可查阅这项记录。", who_can="需要延长的，请先收回原授权，再重新授权。")
    )
