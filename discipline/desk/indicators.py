"""The indicators: each says its rule, the data it rests on, and what it found in the reader's own scope.

Every query is bounded by the day and the scope; nothing counts a whole table. Keys are made of what a finding rests on.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone

from admissions.audit.scope import TrailScope
from admissions.core.clock import minute_text
from admissions.operations.steps.models import StepRun
from admissions.seasons.lifecycle.enums import SeasonStatus
from workgroups.appointments.enums import AppointmentStatus
from workgroups.appointments.models import AppointmentPassage
from workgroups.duty.models import Handover
from workgroups.followups.models import FollowUp
from workgroups.groups.holders import acting_people
from workgroups.groups.models import Post
from workgroups.meetings.entries import entered_between, entry_state
from workgroups.readiness.selectors import appointments_for_readiness, readiness_of

from ..opinions.selectors import overdue_opinions
from . import limits
from .counting import Act, Pending, counted, pending
from .enums import Indicator

USUAL = (limits.DAY_BEGINS, limits.DAY_ENDS)


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
    subjects: tuple[str, ...] = ()

    def trail_scope(self) -> TrailScope:
        return TrailScope(group_id=self.group_id, person_id=self.person_id, subjects=self.subjects)


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

    @cached_property
    def counted(self) -> dict[Indicator, list[Act]]:
        """What the ledger says, in one statement for all indicators that read it."""
        begins, ends = (timezone.make_aware(datetime.combine(self.day, hour)) for hour in USUAL)
        return counted(self.user, self.start, self.end, (begins, ends))

    @cached_property
    def pending(self) -> Pending:
        return pending(self.day)


def record_url(event: Act) -> str:
    """The trail of the record an entry is about; the overview where it is about none."""
    overview, record = _addresses()
    if not event.target_type or not event.target_id:
        return overview
    return record.replace("type", event.target_type).replace("number", event.target_id)


@cache
def _addresses() -> tuple[str, str]:
    """Resolved once: a page of findings needs a hundred addresses."""
    return reverse("audit:trail"), reverse("audit:record", args=["type", "number"])


def _about(indicator: Indicator, event: Act, sentence: str, key: str = "", others: list[Act] | None = None) -> Finding:
    """`others`: further entries whose words stand in the sentence."""
    subjects = {subject for entry in (event, *(others or [])) for subject in entry.subjects}
    return Finding(
        indicator, key or event.pk, sentence, event.at, record_url(event), event.group_id, event.person_id,
        tuple(sorted(subjects)),
    )  # fmt: skip


def high_risk(watch: Watch) -> Iterator[Finding]:
    for event in watch.counted[Indicator.HIGH_RISK]:
        yield _about(Indicator.HIGH_RISK, event, f"{event.actor_name}办理“{event.action_label}”：{event.target_label}")


def by_person(events: list[Act]) -> Iterator[list[Act]]:
    """The entries of each person, the newest first."""
    found: dict[int | None, list[Act]] = defaultdict(list)
    for event in events:
        found[event.actor_id].append(event)
    yield from found.values()


def refusals(watch: Watch) -> Iterator[Finding]:
    """The first run of refusals of each person that is dense enough."""
    for events in by_person(watch.counted[Indicator.REFUSALS]):
        run = densest(events[::-1])
        if len(run) >= limits.REFUSALS:
            last = run[-1]
            minutes = int((last.at - run[0].at).total_seconds() // 60)
            what = "、".join(dict.fromkeys(event.action_label for event in run))
            sentence = f"{last.actor_name}在{minutes}分钟内被拒绝{len(run)}次：{what}"
            yield _about(Indicator.REFUSALS, last, sentence, others=run)


def hidden(watch: Watch) -> Iterator[Finding]:
    """People who keep opening what they are recused from, or many things outside their scope; one row a person."""
    for events in by_person(watch.counted[Indicator.HIDDEN]):
        recused = [event for event in events if event.by_recusal]
        if len(recused) < limits.HIDDEN and len(events) < limits.OUT_OF_SCOPE:
            continue
        newest = events[0]
        labels = list(dict.fromkeys(event.target_label for event in events))
        what = "、".join(labels[:3]) + (f"等{len(labels)}件" if len(labels) > 3 else "")
        some = f"，其中{len(recused)}次应当回避" if recused else ""
        sentence = f"{newest.actor_name}{len(events)}次试图查看不对其开放的记录{some}：{what}"
        yield _about(Indicator.HIDDEN, newest, sentence, others=events)


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
    for check in watch.counted[Indicator.PAIRS]:
        one, other = check.other_name, check.actor_name
        share = check.times / check.total
        sentence = f"{one}办理、{other}复核，七天内{check.times}次，占{other}复核的{share:.0%}"
        yield _about(Indicator.PAIRS, check, sentence, f"{check.other_id}-{check.actor_id}-{watch.day}")


def quick(watch: Watch) -> Iterator[Finding]:
    for check in watch.counted[Indicator.QUICK]:
        seconds = int((check.at - check.other_at).total_seconds())
        sentence = (
            f"{check.actor_name}在{check.other_name}办理后{seconds}秒即“{check.action_label}”：{check.target_label}"
        )
        yield _about(Indicator.QUICK, check, sentence)


def hours(watch: Watch) -> Iterator[Finding]:
    """Acts outside the usual hours, or on a day the calendar says is off; one row a person."""
    trail = reverse("audit:trail")
    for row in watch.counted[Indicator.HOURS]:
        span = minute_text(row.other_at)
        span += f"至{minute_text(row.at)}" if row.times > 1 else ""
        url = reverse("audit:person", args=[row.actor_id]) if row.actor_id else trail
        key = f"{row.actor_id}-{row.at.timestamp():.6f}"
        sentence = f"{row.actor_name}{span}办理{row.times}件"
        yield Finding(Indicator.HOURS, key, sentence, row.at, url, None, row.actor_id)


def after(watch: Watch) -> Iterator[Finding]:
    for event in watch.counted[Indicator.AFTER]:
        yield _about(Indicator.AFTER, event, f"{event.actor_name}“{event.action_label}”：{event.target_label}")


def unready(watch: Watch) -> Iterator[Finding]:
    """People on duty whose readiness no longer holds, and posts that somebody served and nobody can act on now."""
    if watch.season is None:
        return
    yield from _left_empty(watch)
    rows = list(appointments_for_readiness(watch.user, watch.season).in_force())
    states = readiness_of(rows)
    for row in rows:
        if not states[row.pk].ok:
            missing = "、".join(item.label for item in states[row.pk].missing)
            url = reverse("appointments:one", args=[row.pk])
            sentence = f"{row.person.name}（{row.post}）在岗，缺{missing}"
            yield Finding(
                Indicator.READINESS, f"{row.pk}-{missing}", sentence, None, url, row.post.group_id, row.person_id
            )


def _left_empty(watch: Watch) -> Iterator[Finding]:
    """Told of the post, not of who left it."""
    if watch.season.status != SeasonStatus.OPEN:
        return
    served = AppointmentPassage.objects.filter(to_status=AppointmentStatus.ON_DUTY).values("appointment__post")
    posts = Post.objects.visible_to(watch.user).of_season(watch.season).filter(pk__in=served, is_abolished=False)
    posts = list(posts.filter(headcount_min__gte=1).select_related("group"))
    acting = acting_people(watch.season) if posts else {}
    for post in posts:
        if not acting.get(post.pk):
            url = reverse("groups:post", args=[post.pk])
            yield Finding(Indicator.READINESS, f"post-{post.pk}", f"{post}现在无人在岗", None, url, post.group_id)


def tasks(watch: Watch) -> Iterator[Finding]:
    late = watch.pending
    if late.tasks:
        rows = FollowUp.objects.visible_to(watch.user).overdue(watch.day).select_related("assignee")
        for row in rows.order_by("due_on", "pk")[: limits.FOUND]:
            url = reverse("followups:one", args=[row.pk])
            sentence = f"{row.assignee.name}：{row.what}，应于{row.due_on.month}月{row.due_on.day}日办结"
            yield Finding(Indicator.TASKS, f"task-{row.pk}-{row.due_on}", sentence, None, url)
    for sheet in _unsigned(watch):
        url = reverse("duty:handover", args=[sheet.pk])
        sentence = f"{sheet}等待{'、'.join(sheet.waits_for())}签字，应于{minute_text(sheet.due_at)}前签署"
        group = sheet.appointment.post.group_id
        yield Finding(Indicator.TASKS, f"handover-{sheet.pk}", sentence, sheet.due_at, url, group)
    if not late.runs:
        return
    for run in StepRun.objects.visible_to(watch.user).overdue().select_related("group")[: limits.FOUND]:
        sentence = f"{run}，应于{minute_text(run.due_at)}前签署，现在{run.get_status_display()}"
        url = reverse("steps:run", args=[run.pk])
        yield Finding(Indicator.TASKS, f"run-{run.pk}-{run.due_at:%FT%R}", sentence, run.due_at, url, run.group_id)


def _unsigned(watch: Watch) -> Any:
    rows = Handover.objects.visible_to(watch.user).overdue().order_by("pk")
    return rows.select_related("appointment__person", "appointment__post__group", "receiver")[: limits.FOUND]


def opinions(watch: Watch) -> Iterator[Finding]:
    if not watch.pending.opinions:
        return
    for row in overdue_opinions(watch.user)[: limits.FOUND]:
        url = reverse("opinions:one", args=[row.pk])
        sentence = f"{row.group}没有答复{row}"
        yield Finding(Indicator.OPINIONS, f"{row.pk}-{row.due_at:%F}", sentence, row.due_at, url, row.group_id)


def entered(watch: Watch) -> Iterator[Finding]:
    """What somebody else wrote down as a member's position, and whether the member stands by it; never which it was."""
    for row in entered_between(watch.user, watch.start, watch.end)[: limits.FOUND]:
        state = entry_state(row)
        sentence = f"{row.entered_by.name}代录{row.seat.name}的表态，{state}：{row.item}"
        scope, url = row.trail_scope(), reverse("meetings:item", args=[row.item_id])
        key = f"{row.pk}-{state}"
        yield Finding(Indicator.ENTERED, key, sentence, row.at, url, row.item.group_id, None, scope.subjects)


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
        Indicator.HIDDEN,
        f"一天内{limits.HIDDEN}次以上试图查看须回避的记录，或{limits.OUT_OF_SCOPE}次以上试图查看不在职责范围的记录。",
        "当天打开隐去记录地址的留痕",
        hidden,
    ),
    Rule(
        Indicator.PAIRS,
        f"七天内同两人一办一核{limits.PAIR_TIMES}次以上，且占复核人全部复核的{limits.PAIR_SHARE:.0%}以上。",
        "提名与确认、上传与确认、裁定与复签、报告与验收、执行与复核等成对的留痕",
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
    Rule(
        Indicator.READINESS,
        "在岗人员的任命、账号、回避、培训、承诺书缺任何一项；有人任过职的岗位现在无人在岗。",
        "现在的任职和上岗资格",
        unready,
    ),
    Rule(
        Indicator.TASKS,
        "督办事项过了完成时限没有办结，环节单过了完成期限没有签署齐全，交接单过了签字期限没有双方签字。",
        "现在的督办事项、环节单和交接单",
        tasks,
    ),
    Rule(Indicator.OPINIONS, "监督意见过了答复期限没有答复。", "现在的监督意见", opinions),
    Rule(Indicator.ENTERED, "会议上由他人代录的成员表态，逐件看。", "当天的表态和代录确认", entered),
)
RULE_OF = {rule.indicator: rule for rule in RULES}
