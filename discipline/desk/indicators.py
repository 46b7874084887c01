"""The indicators: each says its rule, the data it rests on, and what it found in the reader's own scope.

Every query is bounded by the day and the scope; nothing counts a whole table. Keys are made of what a finding rests on.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Max, Min, Q
from django.urls import reverse
from django.utils import timezone

from admissions.audit.enums import Outcome
from admissions.audit.models import Event
from admissions.core.clock import minute_text
from admissions.seasons.calendar.selectors import day_on
from workgroups.meetings.enums import TaskStatus
from workgroups.meetings.models import ResolutionTask
from workgroups.readiness.selectors import appointments_for_readiness, readiness_of
from workgroups.requests.models import ReplyTask

from ..opinions.selectors import overdue_opinions
from . import limits
from .enums import Indicator


@dataclass(frozen=True)
class Finding:
    """One row of the desk. `url` leads to the record's own trail or page."""

    indicator: Indicator
    key: str
    sentence: str
    at: datetime | None = None
    url: str = ""
    group_id: int | None = None
    person_id: int | None = None


class Act(NamedTuple):
    """What the indicators read of an entry; thousands of them are looked at, so no model instances."""

    pk: UUID
    at: datetime
    action: str
    action_label: str
    outcome: str
    actor_id: int | None
    actor_name: str
    target_type: str
    target_id: str
    target_label: str
    group_id: int | None
    person_id: int | None


def acts(rows: Any) -> list[Act]:
    return [Act._make(row) for row in rows.values_list(*Act._fields)]


@dataclass
class Watch:
    """One supervisor, one day, and the entries of the scope that the indicators share."""

    user: Any
    season: Any
    day: date

    @cached_property
    def start(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.day, time.min))

    @property
    def end(self) -> datetime:
        return self.start + timedelta(days=1)

    def events(self, start: datetime, end: datetime) -> Any:
        """Entries of the scope between two instants, the newest first."""
        return Event.objects.visible_to(self.user).filter(at__gte=start, at__lt=end).newest_first()

    def today(self) -> Any:
        return self.events(self.start, self.end)

    @cached_property
    def notable(self) -> list[Act]:
        """Today's acts that a register names, and what was refused: one passage over the day for three indicators."""
        named = Q(action__in={*limits.HIGH_RISK, *limits.AFTER}, outcome=Outcome.DONE)
        return acts(self.today().filter(named | Q(outcome=Outcome.REFUSED))[: limits.READ])

    def done(self, codes: tuple[str, ...]) -> list[Act]:
        return [act for act in self.notable if act.outcome == Outcome.DONE and act.action in codes][: limits.SHOWN]

    @cached_property
    def checks(self) -> list[tuple[Act, Act]]:
        """(act, its check) of the last seven days, by records that both are about."""
        codes = [*limits.CHECKED_BY, *limits.CHECKED_BY.values()]
        rows = self.events(self.end - limits.PAIR_SPAN, self.end).filter(action__in=codes, outcome=Outcome.DONE)
        by_record: dict[tuple[str, str], list[Act]] = defaultdict(list)
        for event in acts(rows[: limits.READ]):
            by_record[event.target_type, event.target_id].append(event)
        return [pair for events in by_record.values() for pair in _pairs(events)]


def _pairs(events: list[Act]) -> Iterator[tuple[Act, Act]]:
    """Each check with the act it checked: the last one of the matching code before it; `events` are newest first."""
    acts_of = {check: act for act, check in limits.CHECKED_BY.items()}
    for place, event in enumerate(events):
        wanted = acts_of.get(event.action)
        act = next((earlier for earlier in events[place + 1 :] if earlier.action == wanted), None)
        if act is not None and act.actor_id != event.actor_id:
            yield act, event


def record_url(event: Act) -> str:
    """The trail of the record an entry is about; the overview where it is about none."""
    if not event.target_type or not event.target_id:
        return reverse("audit:trail")
    return reverse("audit:record", args=[event.target_type, event.target_id])


def _about(indicator: Indicator, event: Act, sentence: str, key: str = "") -> Finding:
    return Finding(
        indicator, key or str(event.pk), sentence, event.at, record_url(event), event.group_id, event.person_id
    )


def high_risk(watch: Watch) -> Iterator[Finding]:
    for event in watch.done(limits.HIGH_RISK):
        yield _about(Indicator.HIGH_RISK, event, f"{event.actor_name}办理“{event.action_label}”：{event.target_label}")


def refusals(watch: Watch) -> Iterator[Finding]:
    """The first run of refusals of each person that is dense enough."""
    by_person: dict[int | None, list[Act]] = defaultdict(list)
    for event in watch.notable:
        if event.outcome != Outcome.REFUSED:
            continue
        by_person[event.actor_id].append(event)
    for events in by_person.values():
        run = densest(events[::-1])
        if len(run) >= limits.REFUSALS:
            last = run[-1]
            minutes = int((last.at - run[0].at).total_seconds() // 60)
            what = "、".join(dict.fromkeys(event.action_label for event in run))
            sentence = f"{last.actor_name}在{minutes}分钟内被拒绝{len(run)}次：{what}"
            yield _about(Indicator.REFUSALS, last, sentence)


def densest(events: list[Act]) -> list[Act]:
    """The longest run, oldest first, that lies within the span."""
    best: list[Act] = []
    first = 0
    for last in range(len(events)):
        while events[last].at - events[first].at > limits.REFUSAL_SPAN:
            first += 1
        if last - first + 1 > len(best):
            best = events[first : last + 1]
    return best


def pairs(watch: Watch) -> Iterator[Finding]:
    """Two people who nearly always act together, one doing, the other checking."""
    together: dict[tuple[int, int], list[Act]] = defaultdict(list)
    checks_of: Counter[int] = Counter()
    names: dict[int, str] = {}
    for act, check in watch.checks:
        together[act.actor_id, check.actor_id].append(check)
        checks_of[check.actor_id] += 1
        names |= {act.actor_id: act.actor_name, check.actor_id: check.actor_name}
    for (one, other), checks in together.items():
        share = len(checks) / checks_of[other]
        if len(checks) >= limits.PAIR_TIMES and share >= limits.PAIR_SHARE:
            sentence = f"{names[one]}办理、{names[other]}复核，七天内{len(checks)}次，占{names[other]}复核的{share:.0%}"
            newest = max(checks, key=lambda event: event.at)
            yield _about(Indicator.PAIRS, newest, sentence, f"{one}-{other}-{watch.day}")


def quick(watch: Watch) -> Iterator[Finding]:
    for act, check in watch.checks:
        seconds = (check.at - act.at).total_seconds()
        if check.at >= watch.start and seconds < limits.QUICK.total_seconds():
            sentence = f"{check.actor_name}在{act.actor_name}办理后{seconds:.0f}秒即“{check.action_label}”：{check.target_label}"
            yield _about(Indicator.QUICK, check, sentence)


def hours(watch: Watch) -> Iterator[Finding]:
    """Acts outside the usual hours, or on a day the calendar says is off; one row a person."""
    rows = watch.today().filter(outcome=Outcome.DONE)
    day = day_on(watch.day)
    if day is None or day.is_work:
        begins = timezone.make_aware(datetime.combine(watch.day, limits.DAY_BEGINS))
        ends = timezone.make_aware(datetime.combine(watch.day, limits.DAY_ENDS))
        rows = rows.filter(Q(at__lt=begins) | Q(at__gte=ends))
    people = (
        rows.order_by()
        .values("actor_id", "actor_name")
        .annotate(count=Count("pk"), first=Min("at"), last=Max("at"))
        .order_by("-count", "actor_id")
    )
    for row in people[: limits.SHOWN]:
        span = minute_text(row["first"])
        span += f"至{minute_text(row['last'])}" if row["count"] > 1 else ""
        url = reverse("audit:person", args=[row["actor_id"]]) if row["actor_id"] else reverse("audit:trail")
        sentence = f"{row['actor_name']}{span}办理{row['count']}件"
        key = f"{row['actor_id']}-{row['last'].timestamp():.6f}"
        yield Finding(Indicator.HOURS, key, sentence, row["last"], url, None, row["actor_id"])


def after(watch: Watch) -> Iterator[Finding]:
    for event in watch.done(limits.AFTER):
        yield _about(Indicator.AFTER, event, f"{event.actor_name}“{event.action_label}”：{event.target_label}")


def unready(watch: Watch) -> Iterator[Finding]:
    """People on duty whose readiness no longer holds."""
    if watch.season is None:
        return
    rows = list(appointments_for_readiness(watch.user, watch.season).in_force())
    states = readiness_of(rows)
    for row in rows:
        if not states[row.pk].ok:
            missing = "、".join(item.label for item in states[row.pk].missing)
            url = reverse("workgroups:appointment", args=[row.pk])
            sentence = f"{row.person.name}（{row.post}）在岗，缺{missing}"
            yield Finding(
                Indicator.READINESS, f"{row.pk}-{missing}", sentence, None, url, row.post.group_id, row.person_id
            )


def tasks(watch: Watch) -> Iterator[Finding]:
    for model, name in ((ResolutionTask, "task"), (ReplyTask, "reply-task")):
        late = model._base_manager.filter(due_on__lt=watch.day).exclude(status=TaskStatus.ACCEPTED)
        if not late.exists():  # the usual case: whose tasks one may see is a dear question
            continue
        rows = model.objects.visible_to(watch.user).open().filter(pk__in=late.values("pk"))
        for row in rows.select_related("assignee").order_by("due_on", "pk")[: limits.SHOWN]:
            url = reverse(f"workgroups:{name}", args=[row.pk])
            sentence = f"{row.assignee.name}：{row.what}，应于{row.due_on.month}月{row.due_on.day}日办结"
            yield Finding(Indicator.TASKS, f"{name}-{row.pk}-{row.due_on}", sentence, None, url)


def opinions(watch: Watch) -> Iterator[Finding]:
    for row in overdue_opinions(watch.user)[: limits.SHOWN]:
        url = reverse("discipline:opinion", args=[row.pk])
        sentence = f"{row.group}没有答复{row}"
        yield Finding(Indicator.OPINIONS, f"{row.pk}-{row.due_at:%F}", sentence, row.due_at, url, row.group_id)


@dataclass(frozen=True)
class Rule:
    """How an indicator is explained: the rule, the data, and the function that looks."""

    indicator: Indicator
    rule: str
    data: str
    find: Callable[[Watch], Iterator[Finding]]


RULES = (
    Rule(Indicator.HIGH_RISK, "决定人、结果或权限的办理，逐件看。", "当天留痕", high_risk),
    Rule(
        Indicator.REFUSALS,
        f"同一人{limits.REFUSAL_SPAN.seconds // 60}分钟内被拒绝{limits.REFUSALS}次以上。",
        "当天被拒绝的留痕",
        refusals,
    ),
    Rule(
        Indicator.PAIRS,
        f"七天内同两人一办一核{limits.PAIR_TIMES}次以上，且占复核人全部复核的{limits.PAIR_SHARE:.0%}以上。",
        "提名与确认、上传与确认、裁定与复签、报告与验收等成对的留痕",
        pairs,
    ),
    Rule(Indicator.QUICK, f"办理后不足{limits.QUICK.seconds}秒即复核。", "当天成对留痕的时间差", quick),
    Rule(
        Indicator.HOURS,
        f"{limits.DAY_BEGINS:%H:%M}以前、{limits.DAY_ENDS:%H:%M}以后，或工作日历上的休息日办理。",
        "当天留痕、工作日历",
        hours,
    ),
    Rule(Indicator.AFTER, "签发、决定、开启或任命之后又作更改。", "当天留痕", after),
    Rule(Indicator.READINESS, "在岗人员的任命、账号、回避、培训、承诺书缺任何一项。", "现在的上岗资格", unready),
    Rule(Indicator.TASKS, "督办事项过了完成时限没有办结。", "现在的督办事项", tasks),
    Rule(Indicator.OPINIONS, "监督意见过了答复期限没有答复。", "现在的监督意见", opinions),
)
RULE_OF = {rule.indicator: rule for rule in RULES}
