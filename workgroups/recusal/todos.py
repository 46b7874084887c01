"""What recusal asks of a person now: declare, rule, co-sign, review, look into refused attempts."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.accounts.permissions import Permission
from admissions.accounts.selectors import has_permission, live_grants
from admissions.audit.enums import Outcome
from admissions.audit.models import Event
from admissions.core.todos import Todo
from admissions.seasons.lifecycle.enums import SeasonStatus
from admissions.seasons.models import Season
from workgroups.appointments.models import Appointment

from . import rules
from .enums import RulingState
from .models import (
    ActReview,
    Challenge,
    ChallengeRuling,
    FactRuling,
    RecusalDeclaration,
    RecusalFact,
    WithdrawalRequest,
    WithdrawalRuling,
)

SHOWN = 20
ALERT_DAYS = 7


def recusal_todos(user: Any) -> Iterator[Todo]:
    yield from _declarations(user)
    yield from _reviews(user)
    yield from _signatures(user)
    if has_permission(user, Permission.RULE_RECUSAL):
        yield from _rulings(user)
    if has_permission(user, Permission.SUPERVISE):
        yield from _alerts(user)


def _declarations(user: Any) -> Iterator[Todo]:
    """Everybody on a post of a season that is not over declares, and so do those who judge others."""
    seated = Appointment.objects.seated().filter(person=user).values("post__group__season_id")
    expected = Q(pk__in=seated)
    for grant in live_grants(user):
        if grant.role == Role.RECUSAL_OFFICER:
            expected |= Q(pk=grant.season_id) if grant.season_id else Q(status=SeasonStatus.OPEN)
    declared = RecusalDeclaration.objects.filter(person=user).values("season_id")
    seasons = Season.objects.real().exclude(status=SeasonStatus.CLOSED).filter(expected)
    for season in seasons.exclude(pk__in=declared):
        yield Todo("申报回避", str(season), reverse("recusal:declare"), button="申报", season_id=season.pk)


def _reviews(user: Any) -> Iterator[Todo]:
    waiting = ActReview.objects.filter(discovery__reviewer=user, result="").values(
        "discovery_id", "discovery__fact__person__name"
    )
    rows = list(waiting.distinct().order_by("discovery_id"))
    # What was done before a recusal is reviewed after the season too.
    yield from _rest(rows, lambda row: None, "复查", "人回避前的行为", reverse("recusal:discoveries"))
    for row in rows[:SHOWN]:
        url = reverse("recusal:discovery", args=[row["discovery_id"]])
        label = f"{row['discovery__fact__person__name']}回避前的行为"
        yield Todo("复查", label, url, button="复查")


def _signatures(user: Any) -> Iterator[Todo]:
    """Pending rulings this person may co-sign: officers, and leaders one level above a leader."""
    kinds = (
        (
            FactRuling,
            "recusal:ruling-cosign",
            f"{reverse('recusal:facts')}?progress=pending",
            lambda ruling: ruling.fact.season_id,
            ("fact__person",),
        ),
        (
            WithdrawalRuling,
            "recusal:withdrawal-cosign",
            f"{reverse('recusal:withdrawals')}?open=yes",
            lambda ruling: ruling.request.relation.declaration.season_id,
            ("request__relation__declaration",),
        ),
        (
            ChallengeRuling,
            "recusal:challenge-cosign",
            reverse("recusal:challenges"),
            lambda ruling: ruling.challenge.season_id,
            ("challenge__subject_person",),
        ),
    )
    for model, name, others, season_of, related in kinds:
        if not model.objects.filter(state=RulingState.PENDING).exists():  # before the scope, which is dear to ask
            continue
        rulings = model.objects.visible_to(user).filter(state=RulingState.PENDING).select_related("person", *related)
        waiting = list(rulings.order_by("pk"))
        # A conflict found after the season is still ruled on, under two signatures.
        season = (lambda ruling: None) if model is FactRuling else season_of
        yield from _rest(waiting, season, "复签", "份回避裁定待复签", others)
        for ruling in waiting[:SHOWN]:
            if rules.can_cosign(user, ruling, season_of(ruling)).ok:
                label = f"{ruling.person}的回避裁定（{ruling.first_name}）"
                url = reverse(name, args=[ruling.pk])
                yield Todo("复签", label, url, button="复签", season_id=season(ruling))


def _rulings(user: Any) -> Iterator[Todo]:
    facts = RecusalFact.objects.visible_to(user).open().exclude(person=user).exclude(rulings__state=RulingState.PENDING)
    count = facts.count()
    if count:
        url = f"{reverse('recusal:facts')}?progress=open"
        yield Todo("裁定", f"{count}项回避事项", url, button="裁定")
    requests = WithdrawalRequest.objects.visible_to(user).filter(answered_at__isnull=True).exclude(person=user)
    requests = requests.exclude(rulings__state=RulingState.PENDING).select_related("person", "relation__declaration")
    asked = list(requests.order_by("pk"))
    yield from _rest(asked, _season_of_withdrawal, "裁定", "份撤回申请", f"{reverse('recusal:withdrawals')}?open=yes")
    for request in asked[:SHOWN]:
        url = reverse("recusal:withdrawal", args=[request.pk])
        label = f"{request.person}的撤回申请"
        yield Todo("裁定", label, url, button="裁定", season_id=_season_of_withdrawal(request))
    yield from _challenges(user)


def _season_of_withdrawal(request: WithdrawalRequest) -> int:
    return request.relation.declaration.season_id


def _challenges(user: Any) -> Iterator[Todo]:
    challenges = Challenge.objects.visible_to(user).open().exclude(raised_by=user)
    challenges = challenges.exclude(rulings__state=RulingState.PENDING).select_related("subject_person")
    raised = list(challenges.order_by("due_on", "pk"))
    yield from _rest(raised, lambda challenge: challenge.season_id, "决定", "份回避申请", reverse("recusal:challenges"))
    for challenge in raised[:SHOWN]:
        url = reverse("recusal:challenge", args=[challenge.pk])
        due = _end_of(challenge.due_on)
        yield Todo("决定", str(challenge), url, due_at=due, button="办理", season_id=challenge.season_id)


def _rest(rows: list[Any], season_of: Callable[[Any], int | None], verb: str, what: str, url: str) -> Iterator[Todo]:
    """What does not stand in a row of its own is counted, for each season, and leads to its list."""
    for season_id, more in Counter(map(season_of, rows[SHOWN:])).items():
        yield Todo(verb, f"另有{more}{what}", url, button="查看", season_id=season_id)


def _end_of(day: Any) -> datetime | None:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min)) if day else None


def _alerts(user: Any) -> Iterator[Todo]:
    """Attempts at recusal records refused in the last days, as far as this supervisor's scope reaches."""
    since = timezone.now() - timedelta(days=ALERT_DAYS)
    attempts = Event.objects.visible_to(user).filter(
        outcome=Outcome.REFUSED, action__startswith="recusal.", at__gte=since
    )
    count = attempts.count()
    if count:
        yield Todo("核查", f"近{ALERT_DAYS}天{count}次被拒的回避操作", reverse("recusal:attempts"), button="查看")
