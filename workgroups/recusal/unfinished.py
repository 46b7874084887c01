"""Questions of recusal that nobody has ruled on when a season or an account is to be closed."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from admissions.house.questions import HeldItem, Unfinished
from admissions.house.unfinished import by_state, still_open

from .enums import ChallengeState, DiscoveryState, RulingState
from .models import (
    ActReview,
    Challenge,
    ChallengeRuling,
    FactRuling,
    LateDiscovery,
    RecusalFact,
    Screening,
    WithdrawalRequest,
    WithdrawalRuling,
)

OFFICERS, COSIGNERS = "回避审查员裁定", "第二名签署人复签或退回"
IN_SEASON = "relation__declaration__season"


def before_season_closes(season: Any, user: Any) -> list[Unfinished]:
    """Every fact, request and challenge has its ruling under two signatures; every act reviewed; nothing is being compared."""
    facts = RecusalFact.objects.filter(season=season).open()
    requests = WithdrawalRequest.objects.filter(**{IN_SEASON: season}, answered_at__isnull=True)
    challenges = Challenge.objects.filter(season=season)
    discoveries = LateDiscovery.objects.filter(fact__season=season)
    screenings = Screening.objects.of_season(season).unfinished()
    return [
        *still_open(facts, user, "回避事项（待裁定）", OFFICERS),
        *still_open(requests, user, "撤回申请（待裁定）", OFFICERS),
        *by_state(challenges, user, "回避申请", (ChallengeState.OPEN,), OFFICERS, field="state"),
        *_waiting_for_a_second(season, user),
        *by_state(
            discoveries,
            user,
            "回避前行为",
            (DiscoveryState.OPEN,),
            "指定的复查人",
            field="state",
        ),
        *still_open(screenings, user, "回避比对（未完成）", "回避审查员等待或继续比对"),
    ]


def _waiting_for_a_second(season: Any, user: Any) -> list[Unfinished]:
    found = []
    for model, path, kind in (
        (FactRuling, "fact__season", "回避裁定（待复签）"),
        (WithdrawalRuling, f"request__{IN_SEASON}", "撤回裁定（待复签）"),
        (ChallengeRuling, "challenge__season", "回避申请的决定（待复签）"),
    ):
        rows = model.objects.filter(**{path: season}, state=RulingState.PENDING)
        found += still_open(rows, user, kind, COSIGNERS)
    return found


def _reviews_by(person: Any) -> Any:
    """Also of seasons that are over: what is found late is reviewed late."""
    return ActReview.objects.filter(discovery__reviewer=person, result="")


def before_account_closes(account: Any, user: Any) -> list[Unfinished]:
    """Reviews of earlier acts that were given to the person."""
    return still_open(_reviews_by(account), user, "回避前行为的复查", "本人办结，或由回避审查员另行指定")


def reviews_of(appointment: Any, receiver: Any) -> Iterator[HeldItem]:
    season = appointment.post.group.season
    rows = _reviews_by(appointment.person).filter(discovery__fact__season=season).without_recused(receiver)
    for row in rows.select_related("discovery__fact__person"):
        fact = row.discovery.fact
        url = reverse("recusal:discovery", args=[row.discovery_id])
        yield HeldItem(f"复查：{fact.person}回避前的行为", url, (f"person:{fact.person_id}",))
