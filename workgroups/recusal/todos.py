"""What recusal asks of a person now: declare, rule, co-sign, review, look into refused attempts."""

from collections.abc import Iterator
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
        yield Todo("申报回避", str(season), reverse("workgroups:recusal-declare"), button="申报")


def _reviews(user: Any) -> Iterator[Todo]:
    waiting = ActReview.objects.filter(discovery__reviewer=user, result="").values(
        "discovery_id", "discovery__fact__person__name"
    )
    for row in waiting.distinct()[:SHOWN]:
        url = reverse("workgroups:recusal-discovery", args=[row["discovery_id"]])
        yield Todo("复查", f"{row['discovery__fact__person__name']}回避前的行为", url, button="复查")


def _signatures(user: Any) -> Iterator[Todo]:
    """Pending rulings this person may co-sign: officers, and leaders one level above a leader."""
    kinds = (
        (FactRuling, "recusal-cosign", lambda ruling: ruling.fact.season_id, ("fact__person",)),
        (
            WithdrawalRuling,
            "recusal-withdrawal-cosign",
            lambda ruling: ruling.request.relation.declaration.season_id,
            ("request__relation__declaration",),
        ),
        (
            ChallengeRuling,
            "recusal-challenge-cosign",
            lambda ruling: ruling.challenge.season_id,
            ("challenge__subject_person",),
        ),
    )
    for model, name, season_of, related in kinds:
        rulings = model.objects.visible_to(user).filter(state=RulingState.PENDING).select_related("person", *related)
        for ruling in rulings[:SHOWN]:
            if rules.can_cosign(user, ruling, season_of(ruling)).ok:
                label = f"{ruling.person}的回避裁定（{ruling.first_name}）"
                yield Todo("复签", label, reverse(f"workgroups:{name}", args=[ruling.pk]), button="复签")


def _rulings(user: Any) -> Iterator[Todo]:
    facts = RecusalFact.objects.visible_to(user).open().exclude(person=user).exclude(rulings__state=RulingState.PENDING)
    count = facts.count()
    if count:
        url = f"{reverse('workgroups:recusal-facts')}?progress=open"
        yield Todo("裁定", f"{count}项回避事项", url, button="裁定")
    requests = WithdrawalRequest.objects.visible_to(user).filter(answered_at__isnull=True).exclude(person=user)
    for request in requests.exclude(rulings__state=RulingState.PENDING).select_related("person")[:SHOWN]:
        url = reverse("workgroups:recusal-withdrawal", args=[request.pk])
        yield Todo("裁定", f"{request.person}的撤回申请", url, button="裁定")
    yield from _challenges(user)


def _challenges(user: Any) -> Iterator[Todo]:
    challenges = Challenge.objects.visible_to(user).open().exclude(raised_by=user)
    challenges = challenges.exclude(rulings__state=RulingState.PENDING).select_related("subject_person")
    for challenge in challenges[:SHOWN]:
        url = reverse("workgroups:recusal-challenge", args=[challenge.pk])
        yield Todo("决定", str(challenge), url, due_at=_end_of(challenge.due_on), button="办理")


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
        yield Todo(
            "核查", f"近{ALERT_DAYS}天{count}次被拒的回避操作", reverse("workgroups:recusal-attempts"), button="查看"
        )
