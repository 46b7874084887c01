"""申请他人回避: raised by anybody, decided in writing under two signatures, answered to who raised it."""

from typing import Any

from django.utils import timezone

from admissions.accounts.permissions import Permission
from admissions.accounts.rules import may
from admissions.audit.commands import command, explain_constraint
from admissions.audit.locking import lock
from admissions.core.transitions import move

from .. import rules
from ..clock import challenge_due
from ..consequences import RECUSAL_GROUNDS, WHO_MAY_RAISE
from ..enums import (
    CHALLENGE_TRANSITIONS,
    ChallengeState,
    ChallengeVerdict,
    FactSource,
    FactState,
)
from ..models import Challenge, ChallengeRuling, RecusalFact, RecusalSettings
from .facts import Scope, add_fact, pass_to, standing_fact, write_passage
from .signing import send_back, sign_first, sign_second

explain_constraint("challenge_not_of_oneself", "本人的回避请在“我的回避申报”中申报。")


@command("recusal.challenge", "申请他人回避", clause=WHO_MAY_RAISE)
def raise_challenge(
    *, actor: Any, reason: str, season: Any, subject_person: Any, scope: Scope, raised_for: str = ""
) -> Challenge:
    """Ask that somebody stands aside; `reason` are the grounds.

    Refuses: about oneself.  Effects: the clock starts, if the season has one; acts in that scope are flagged.
    Clause: 公务员法第七十七条.
    """
    rules.can_raise_challenge(actor, subject_person).require()
    now = timezone.now()
    due_on, trace = challenge_due(season, timezone.localdate(now))
    challenge = Challenge(
        season=season,
        subject_person=subject_person,
        scope_kind=scope.kind,
        scope_key=scope.key,
        scope_label=scope.label,
        raised_by=actor,
        raised_for=raised_for,
        grounds=reason,
        raised_at=now,
        due_on=due_on,
        due_trace=trace,
    )
    challenge.full_clean()
    challenge.save()
    return challenge


@command("recusal.rule_challenge", "决定回避申请", clause=RECUSAL_GROUNDS, critical=True)
def rule_challenge(
    *, actor: Any, reason: str, challenge: Challenge, verdict: ChallengeVerdict, superior_order: str = ""
) -> ChallengeRuling:
    """First signature on a challenge.

    Refuses: `rules.can_rule_challenge`; somebody was faster.
    """
    challenge = lock(challenge)
    rules.can_rule_challenge(actor, challenge).require()
    ruling = ChallengeRuling(
        challenge=challenge, person=challenge.subject_person, verdict=verdict, clause=RECUSAL_GROUNDS
    )
    sign_first(ruling, actor=actor, reason=reason, season_id=challenge.season_id, superior_order=superior_order)
    challenge.save()
    return ruling


@command("recusal.cosign_challenge", "复签回避申请的决定", clause=RECUSAL_GROUNDS, critical=True)
def cosign_challenge(*, actor: Any, reason: str, ruling: ChallengeRuling) -> ChallengeRuling:
    """Second signature: the decision is final; upheld, the person is recused from that moment.

    Refuses: `rules.can_cosign`; who raised the challenge.
    """
    ruling = lock(ruling)
    challenge = Challenge.objects.select_for_update(of=("self",)).get(pk=ruling.challenge_id)
    rules.not_raised_by(actor, challenge).require()
    sign_second(ruling, actor=actor, note=reason, season_id=challenge.season_id)
    upheld = ruling.verdict == ChallengeVerdict.UPHOLD
    target = ChallengeState.UPHELD if upheld else ChallengeState.DISMISSED
    challenge.state = move(CHALLENGE_TRANSITIONS, challenge.state, target)
    challenge.decision, challenge.decided_at = ruling.reason, timezone.now()
    challenge.fact = _recuse(challenge, ruling, actor) if upheld else None
    challenge.full_clean()
    challenge.save()
    return ruling


def _recuse(challenge: Challenge, ruling: ChallengeRuling, actor: Any) -> RecusalFact:
    """The fact an upheld challenge leads to: confirmed, since two persons have signed."""
    scope = Scope(challenge.scope_kind, challenge.scope_key, challenge.scope_label)
    why = f"回避申请成立。{ruling.first_name}决定，{ruling.second_name}复签：{ruling.reason}"
    how = {"source": FactSource.CHALLENGE, "actor": actor, "reason": why, "clause": ruling.clause}
    fact = standing_fact(challenge.season, challenge.subject_person, scope)
    if fact is None:
        return add_fact(
            season=challenge.season,
            person=challenge.subject_person,
            scope=scope,
            state=FactState.CONFIRMED,
            **how,
        )
    if fact.state == FactState.CONFIRMED:
        write_passage(fact, fact.state, **how)
    else:
        pass_to(fact, FactState.CONFIRMED, **how)
    return fact


@command("recusal.return_challenge", "退回回避申请的决定")
def return_challenge(*, actor: Any, reason: str, ruling: ChallengeRuling) -> ChallengeRuling:
    """Return the draft; the challenge stays open.  Refuses: `rules.can_withdraw_ruling`."""
    ruling = lock(ruling)
    send_back(ruling, actor=actor, note=reason, season_id=ruling.challenge.season_id)
    return ruling


@command("recusal.settings", "设定回避申请的决定时限")
def set_challenge_days(*, actor: Any, reason: str, season: Any, days: int, basis: str) -> RecusalSettings:
    """Set how many working days there are to decide a challenge; for challenges raised from now on.

    Refuses: not an officer.
    """
    may(actor, Permission.RULE_RECUSAL, "设定回避时限", season_id=season.pk).require()
    found = RecusalSettings.objects.filter(season=season).first()
    chosen = lock(found) if found else RecusalSettings(season=season)
    chosen.challenge_days, chosen.basis = days, basis
    chosen.full_clean()
    chosen.save()
    return chosen
