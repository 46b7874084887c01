"""申请他人回避: raised by anybody, decided in writing under two signatures, answered to who raised it."""

from django.utils import timezone

from admissions.accounts.models import User
from admissions.accounts.permissions import Permission
from admissions.accounts.rules import may
from admissions.audit.commands import command, explain_constraint, explain_unique, machine_action
from admissions.audit.facts import No, Weight
from admissions.audit.gate import Exempt
from admissions.audit.locking import lock
from admissions.core.citations import cite
from admissions.core.transitions import move
from admissions.seasons.models import Season

from .. import rules
from ..clock import NOT_SET, challenge_due
from ..consequences import RECUSAL_GROUNDS
from ..enums import (
    CHALLENGE_TRANSITIONS,
    ChallengeState,
    ChallengeVerdict,
    FactSource,
    FactState,
)
from ..models import Challenge, ChallengeRuling, RecusalFact, RecusalSettings
from .facts import Scope, add_fact, corroborate, pass_to, standing_fact
from .signing import send_back, sign_first, sign_second

explain_unique(RecusalSettings, "season", "本录取季的回避设置刚由他人保存，请刷新页面。")
explain_constraint("challenge_not_of_oneself", "本人的回避请在“我的回避申报”中申报。")


@command(
    "recusal.challenge",
    "申请他人回避",
    clause=cite("civil-servant-77"),
    veto=Exempt("whoever has an interest may ask for another's recusal; asking decides nothing"),
)
def raise_challenge(
    *, actor: User, reason: str, season: Season, subject_person: User, scope: Scope, raised_for: str = ""
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


def count_terms() -> int:
    """Give a date to open challenges that were raised before a calendar of their days was loaded; how many.

    A limit that the office sets later counts for later challenges only: it was not in force when these were raised.
    """
    counted = 0
    for asked in Challenge.objects.open().filter(due_on=None).exclude(due_trace=[NOT_SET]):
        due_on, trace = challenge_due(asked.season, timezone.localdate(asked.raised_at))
        if due_on is None:
            continue
        with machine_action("recusal.count_term", "补算回避申请的决定期限", "工作日历已经载入", target=asked):
            challenge = lock(asked)  # the date of one that was decided meanwhile does no harm
            challenge.due_on, challenge.due_trace = due_on, trace
            challenge.save()
        counted += 1
    return counted


@command("recusal.rule_challenge", "决定回避申请", clause=cite("civil-servant-76"), weight=Weight.BINDING)
def rule_challenge(
    *, actor: User, reason: str, challenge: Challenge, verdict: ChallengeVerdict, superior_order: str = ""
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


@command(
    "recusal.cosign_challenge",
    "复签回避申请的决定",
    clause=cite("civil-servant-76"),
    weight=Weight.DECISIVE,
    checks="recusal.rule_challenge",
)
def cosign_challenge(*, actor: User, reason: str, ruling: ChallengeRuling) -> ChallengeRuling:
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


def _recuse(challenge: Challenge, ruling: ChallengeRuling, actor: User) -> RecusalFact:
    """The fact an upheld challenge leads to: confirmed, since two persons have signed."""
    scope = Scope(challenge.scope_kind, challenge.scope_key, challenge.scope_label)
    why = f"回避申请成立。{ruling.first_name}决定，{ruling.second_name}复签：{ruling.reason}"
    source, clause = FactSource.CHALLENGE, ruling.clause
    fact = standing_fact(challenge.season, challenge.subject_person, scope)
    if fact is None:
        return add_fact(
            season=challenge.season,
            person=challenge.subject_person,
            scope=scope,
            state=FactState.CONFIRMED,
            source=source,
            actor=actor,
            reason=why,
            clause=clause,
        )
    if fact.state == FactState.CONFIRMED:
        corroborate(fact, source=source, actor=actor, reason=why, clause=clause)
    else:
        pass_to(fact, FactState.CONFIRMED, source=source, actor=actor, reason=why, clause=clause)
    return fact


@command("recusal.return_challenge", "退回回避申请的决定", clause=cite("civil-servant-76"))
def return_challenge(*, actor: User, reason: str, ruling: ChallengeRuling) -> ChallengeRuling:
    """Return the draft; the challenge stays open.  Refuses: `rules.can_withdraw_ruling`."""
    ruling = lock(ruling)
    send_back(ruling, actor=actor, note=reason, season_id=ruling.challenge.season_id)
    return ruling


@command(
    "recusal.settings",
    "设定回避申请的决定时限",
    clause=No("没有查到规定这一时限的条款，由本单位按录取季设定"),
    weight=Weight.DECISIVE,
)
def set_challenge_days(*, actor: User, reason: str, season: Season, days: int, basis: str) -> RecusalSettings:
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
