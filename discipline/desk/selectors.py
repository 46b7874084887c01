"""The desk of one supervisor on one day."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.access import recused_scope, trail_access
from admissions.core.capability import Slot
from admissions.core.clock import day_in, minute_text
from admissions.core.todos import Todo
from admissions.house.questions import Late

from .enums import Indicator
from .indicators import RULE_OF, RULES, Finding, Rule, Watch
from .limits import FOUND, SHOWN
from .models import Dismissal
from .reading import families_in, month_before, readings_of
from .rules import can_review, reviews_families

Overdue = Callable[[User], Iterable[Late]]
OVERDUE: Slot[Overdue] = Slot("overdue", Overdue)


class Row(NamedTuple):
    """A finding as the page shows it."""

    sentence: str
    at_text: str
    url: str
    aside: str


@dataclass(frozen=True)
class Panel:
    """One indicator with what it found; `count` in words, `more` when there is more than is shown."""

    rule: Rule
    findings: list[Row]
    count: str
    dismissed: int
    more: bool


# (who, what of, with which scope) → (when counted, findings); in the process only, for `DESK_REMEMBERED`.
_counted: dict[Hashable, tuple[datetime, dict[Indicator, list[Finding]]]] = {}
MOST_KEPT = 64


def findings(watch: Watch) -> tuple[datetime, dict[Indicator, list[Finding]]]:
    """What every indicator finds, and when it was counted; counted again after half a minute or when the scope changed."""
    user, season = watch.user, getattr(watch.season, "pk", None)
    key = (user.pk, watch.day, season, trail_access(user), recused_scope(user))
    now = timezone.now()
    kept = _counted.get(key)
    if kept is not None and _is_fresh(kept[0], now):
        return kept
    _make_room(_counted)
    _counted[key] = (now, {rule.indicator: list(rule.find(watch)) for rule in RULES})
    return _counted[key]


def _is_fresh(kept_at: datetime, now: datetime) -> bool:
    """Never what was counted "later": a clock that was set back would show the findings of then until it had caught up."""
    return timedelta() <= now - kept_at < settings.DESK_REMEMBERED


def _make_room(kept: dict[Hashable, Any]) -> None:
    while len(kept) >= MOST_KEPT:
        kept.pop(next(iter(kept)))


def panels(found: dict[Indicator, list[Finding]]) -> list[Panel]:
    """Every indicator, without what was put aside."""
    keys = [finding.key[:100] for findings in found.values() for finding in findings]
    aside: dict[str, set[str]] = defaultdict(set)
    for indicator, key in Dismissal._base_manager.filter(key__in=keys).values_list("indicator", "key"):
        aside[indicator].add(key)
    return [_panel(rule, found[rule.indicator], aside[rule.indicator]) for rule in RULES]


def _panel(rule: Rule, findings: list[Finding], aside: set[str]) -> Panel:
    left = [finding for finding in findings if finding.key[:100] not in aside]
    count = f"{FOUND}+" if len(left) >= FOUND else str(len(left))
    return Panel(rule, [_row(finding) for finding in left[:SHOWN]], count, len(findings) - len(left), len(left) > SHOWN)


def _row(finding: Finding) -> Row:
    at_text = minute_text(finding.at) if finding.at else ""
    return Row(finding.sentence, at_text, finding.url, urlencode({"key": finding.key}))


def finding_of(watch: Watch, indicator: str, key: str) -> Finding | None:
    """The finding as the indicator sees it now; None when it is no longer there."""
    rule = RULE_OF[Indicator(indicator)]
    return next((finding for finding in rule.find(watch) if finding.key == key), None)


def day_given(text: str) -> date:
    """The day asked for, today by default; never one to come."""
    return min(day_in(text) or timezone.localdate(), timezone.localdate())


def days_around(day: date) -> tuple[date, date | None]:
    """The day before, and the day after unless it is to come."""
    following = day + timedelta(days=1)
    return day - timedelta(days=1), following if following <= timezone.localdate() else None


# The same of what is past its term.
_late: dict[Hashable, tuple[datetime, list[Late]]] = {}


def late_everywhere(user: User) -> list[Late]:
    """What every capability says is past its term, of what the reader may see; counted as seldom as the indicators are."""
    key, now = (user.pk, trail_access(user), recused_scope(user)), timezone.now()
    kept = _late.get(key)
    if kept is None or not _is_fresh(kept[0], now):
        _make_room(_late)
        kept = _late[key] = (now, [late for ask in OVERDUE for late in ask(user) if late.count])
    return kept[1]


def desk_todos(user: User) -> list[Todo]:
    """Whoever reviews reads what another line looked at last month."""
    families = reviews_families(user)
    if not families:
        return []
    today = timezone.localdate()
    month = month_before(today)
    people = {pk: held for pk, held in families_in(month).items() if held <= families and pk != user.pk}
    if not people:
        return []
    waiting = [row for row in readings_of(month, people) if can_review(user, row, month).ok and row.reads + row.exports]
    if not waiting:
        return []
    label = f"{month.year}年{month.month}月，{len(waiting)}人"
    return [Todo("复核查阅", label, f"{reverse('desk:readings')}?month={month:%Y-%m}", button="去复核")]
