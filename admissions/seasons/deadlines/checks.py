"""What the engine refuses before it counts: each answer names the mistake and the way out."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import pairwise

from django.utils import timezone

from admissions.core.decision import Decision, Parts, allow, deny, in_parts, needed

from .enums import LastDay, PauseReason, Unit
from .policy import Extension, InstantPause, Pause, Policy
from .wording import length_text, local_day, pause_text


@in_parts
def check(
    start: date | datetime, policy: Policy, pauses: Sequence[Pause | InstantPause], extensions: Sequence[Extension]
) -> Parts:
    """Everything that must hold before a deadline is counted."""
    yield _policy_is_sound(policy)
    yield needed(_start_fits(start, policy))
    yield from (_pause_is_sound(pause, policy) for pause in pauses)
    yield from _pauses_in_order(start, pauses, policy)
    yield _extensions_are_sound(policy, extensions)


def _policy_is_sound(policy: Policy) -> Decision:
    if policy.length < 1:
        return deny(f"“{policy.name}”的期限长度应为1以上的整数。", who_can="请制度管理员改正期限规则。")
    if policy.last_day == LastDay.NEXT_WORKING_DAY and not policy.last_day_clause.strip():
        return deny(f"“{policy.name}”规定末日顺延却没有写明依据。", who_can="请注明条款；没有依据的，末日不顺延。")
    if policy.last_day == LastDay.NEXT_WORKING_DAY and policy.unit in (Unit.HOURS, Unit.WORKING_DAYS):
        return deny(
            f"“{policy.name}”按{policy.unit.label.removeprefix('个')}计算，不适用末日顺延。",
            who_can="请制度管理员改正期限规则。",
        )
    if policy.max_extension < 0:
        return deny(f"“{policy.name}”的最长延期不能是负数。", who_can="请制度管理员改正期限规则。")
    return allow()


def _start_fits(start: date | datetime, policy: Policy) -> Decision:
    if policy.unit != Unit.HOURS:
        return allow()
    if isinstance(start, datetime) and timezone.is_aware(start):
        return allow()
    return deny(f"“{policy.name}”按小时计算，起算须精确到时刻。", who_can="请补充起算的时和分。")


def _pause_is_sound(pause: Pause | InstantPause, policy: Policy) -> Decision:
    if pause.reason not in PauseReason.values:
        return deny(f"“{pause.reason}”不在暂停事由之内。", who_can=f"可选：{'、'.join(PauseReason.labels)}。")
    if pause.reason not in policy.pause_reasons:
        label = PauseReason(pause.reason).label
        return deny(
            f"“{policy.name}”没有规定{label}期间不计入期限，不能扣除。",
            policy.clause,
            who_can="请去掉这段暂停，或请制度管理员核对期限规则。",
        )
    if not pause.evidence.strip():
        return deny(f"暂停计时（{pause_text(pause)}）缺少凭据。", who_can="请注明通知书、告知书等凭据的名称和文号。")
    if (policy.unit == Unit.HOURS) != isinstance(pause, InstantPause):
        return deny("按小时计算的期限，暂停以时刻起止；按日计算的期限，暂停以日期起止。", who_can="请改正暂停的起止。")
    first, last = _ends(pause)
    late = first >= last if isinstance(pause, InstantPause) else first > last
    return deny(f"暂停计时（{pause_text(pause)}）的起止倒置。", who_can="请改正起止时间。") if late else allow()


def _pauses_in_order(start: date | datetime, pauses: Sequence[Pause | InstantPause], policy: Policy) -> list[Decision]:
    """Pauses begin no earlier than the clock and never cover the same time twice."""
    if any(isinstance(pause, InstantPause) != (policy.unit == Unit.HOURS) for pause in pauses):
        return []
    begins = start if policy.unit == Unit.HOURS else local_day(start)
    answers = [
        deny(f"暂停计时（{pause_text(pause)}）早于起算时间。", who_can="请改正起止时间。")
        for pause in pauses
        if _ends(pause)[0] < begins
    ]
    ordered = sorted(pauses, key=lambda pause: _ends(pause)[0])
    for earlier, later in pairwise(ordered):
        end, begin = _ends(earlier)[1], _ends(later)[0]
        if begin < end or (begin == end and isinstance(later, Pause)):
            answers.append(
                deny(
                    f"两段暂停计时重叠：{pause_text(earlier)}与{pause_text(later)}。",
                    who_can="同一时间只能扣除一次，请合并或改正起止时间。",
                )
            )
    return answers


def _extensions_are_sound(policy: Policy, extensions: Sequence[Extension]) -> Decision:
    if not extensions:
        return allow()
    if not policy.max_extension:
        return deny(f"“{policy.name}”没有规定可以延长。", policy.clause, who_can="请去掉延长，按原期限办理。")
    for extension in extensions:
        if extension.length < 1:
            return deny("延长的长度应为1以上的整数。", who_can="请改正延长的长度。")
        if not extension.approver.strip() or not extension.ground.strip():
            return deny(
                "延长期限须写明批准人和理由。",
                policy.clause,
                f"由{policy.extension_approver}批准。" if policy.extension_approver else "",
            )
    total = sum(extension.length for extension in extensions)
    if total > policy.max_extension:
        return deny(
            f"累计延长{length_text(total, policy.unit)}，超过上限{length_text(policy.max_extension, policy.unit)}。",
            policy.clause,
            who_can="请缩短延长的长度。",
        )
    return allow()


def _ends(pause: Pause | InstantPause) -> tuple:
    return (pause.starts_at, pause.ends_at) if isinstance(pause, InstantPause) else (pause.first, pause.last)
