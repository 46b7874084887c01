"""裁定, 复签, 机关决定: what recusal officers do with facts and with requests to withdraw."""

from datetime import date

from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.commands import command, explain_constraint
from admissions.audit.facts import Weight
from admissions.audit.gate import Exempt
from admissions.audit.locking import lock
from admissions.core.citations import cite
from admissions.core.decision import Refused
from admissions.seasons.models import Season

from .. import rules
from ..consequences import RECUSAL_GROUNDS, WHO_MAY_RAISE
from ..enums import STATE_AFTER, FactSource, FactState, Verdict, WithdrawalVerdict
from ..models import DeclaredRelation, FactRuling, RecusalFact, WithdrawalRequest, WithdrawalRuling
from .facts import Scope, add_fact, pass_to, standing_fact
from .signing import send_back, sign_first, sign_second

FOUND_LATER = Exempt("what was concealed is often found after the season, and judged for it")
for kind in ("factruling", "withdrawalruling", "challengeruling"):
    explain_constraint(f"{kind}_two_persons", "复签须由裁定人以外的人作出。请由其他回避审查员复签。")
    explain_constraint(f"{kind}_not_own_first", "不能裁定本人的回避事项。请由其他回避审查员办理。")
    explain_constraint(f"{kind}_not_own_second", "不能复签本人的回避事项。请由其他回避审查员办理。")
    explain_constraint(f"{kind}_one_pending", "已由他人处理：另一份裁定正在等待复签。请刷新页面。")
explain_constraint("recusalfact_once", "此人对同一对象的回避已有登记。请在原记录上办理。")


@command("recusal.register", "登记机关决定的回避", clause=cite("civil-servant-77"), after_season=FOUND_LATER)
def register_fact(
    *, actor: User, reason: str, season: Season, person: User, scope: Scope, since: date | None = None
) -> RecusalFact:
    """机关决定: an officer registers a suspected conflict that nobody declared; it is enforced at once.

    Refuses: not an officer; about oneself; the same thing is registered already.  Clause: 公务员法第七十七条.
    """
    rules.can_register_fact(actor, person, season.pk).require()
    if standing_fact(season, person, scope) is not None:
        raise Refused("此人对同一对象的回避已有登记。", who_can="请在原记录上办理。")
    return add_fact(
        actor=actor,
        season=season,
        person=person,
        scope=scope,
        source=FactSource.OFFICE,
        state=FactState.SUSPECTED,
        reason=reason,
        clause=WHO_MAY_RAISE,
        since=since,
    )


@command("recusal.rule", "裁定回避", clause=cite("civil-servant-76"), weight=Weight.BINDING, after_season=FOUND_LATER)
def rule_fact(
    *,
    actor: User,
    reason: str,
    fact: RecusalFact,
    verdict: Verdict,
    finds_concealment: bool = False,
    superior_order: str = "",
) -> FactRuling:
    """First signature on a fact. The fact itself stays as it is, and enforced, until the second signature.

    Refuses: `rules.can_rule_fact`; somebody was faster; concealment without confirming.
    """
    fact = lock(fact)
    rules.can_rule_fact(actor, fact).require()
    if finds_concealment and verdict != Verdict.CONFIRM:
        raise Refused("认定隐瞒不报的，裁定应为“认定回避”。", who_can="请改正后重新提交。")
    ruling = FactRuling(
        fact=fact, person=fact.person, verdict=verdict, finds_concealment=finds_concealment, clause=RECUSAL_GROUNDS
    )
    sign_first(ruling, actor=actor, reason=reason, season_id=fact.season_id, superior_order=superior_order)
    # The fact's revision grows, so that whoever has the page open reads that somebody was faster.
    fact.save()
    return ruling


@command(
    "recusal.cosign",
    "复签回避裁定",
    clause=cite("civil-servant-76"),
    weight=Weight.DECISIVE,
    checks="recusal.rule",
    after_season=FOUND_LATER,
)
def cosign_fact_ruling(*, actor: User, reason: str, ruling: FactRuling) -> FactRuling:
    """Second signature: the ruling takes effect and pins the fact.

    Refuses: `rules.can_cosign`.  Effects: the fact changes state, with its passage.
    """
    ruling = lock(ruling)
    sign_second(ruling, actor=actor, note=reason, season_id=ruling.fact.season_id)
    fact = RecusalFact.objects.select_for_update(of=("self",)).get(pk=ruling.fact_id)
    fact.is_concealed = ruling.finds_concealment
    state = STATE_AFTER[Verdict(ruling.verdict)]
    signatures = f"{ruling.first_name}裁定，{ruling.second_name}复签：{ruling.reason}"
    if fact.state != state:
        pass_to(fact, state, source=fact.source, actor=actor, reason=signatures, clause=ruling.clause)
    else:
        fact.save()
    return ruling


@command("recusal.return", "退回回避裁定", clause=cite("civil-servant-76"), after_season=FOUND_LATER)
def return_fact_ruling(*, actor: User, reason: str, ruling: FactRuling) -> FactRuling:
    """The co-signer does not agree, or the author takes the draft back; the fact stays as it is.

    Refuses: `rules.can_withdraw_ruling`.
    """
    ruling = lock(ruling)
    send_back(ruling, actor=actor, note=reason, season_id=ruling.fact.season_id)
    return ruling


@command("recusal.rule_withdrawal", "裁定撤回申请", clause=cite("civil-servant-76"), weight=Weight.BINDING)
def rule_withdrawal(
    *, actor: User, reason: str, request: WithdrawalRequest, verdict: WithdrawalVerdict, superior_order: str = ""
) -> WithdrawalRuling:
    """First signature on a request to withdraw a declared relation.

    Refuses: `rules.can_rule_withdrawal`; somebody was faster.
    """
    request = lock(request)
    rules.can_rule_withdrawal(actor, request).require()
    ruling = WithdrawalRuling(request=request, person=request.person, verdict=verdict)
    season_id = request.relation.declaration.season_id
    sign_first(ruling, actor=actor, reason=reason, season_id=season_id, superior_order=superior_order)
    request.save()
    return ruling


@command(
    "recusal.cosign_withdrawal",
    "复签撤回裁定",
    clause=cite("civil-servant-76"),
    weight=Weight.DECISIVE,
    checks="recusal.rule_withdrawal",
)
def cosign_withdrawal(*, actor: User, reason: str, ruling: WithdrawalRuling) -> WithdrawalRuling:
    """Second signature on a withdrawal: if agreed, the relation no longer counts and its facts expire.

    Refuses: `rules.can_cosign`.
    """
    ruling = lock(ruling)
    request = WithdrawalRequest.objects.select_for_update(of=("self",)).get(pk=ruling.request_id)
    relation = request.relation
    sign_second(ruling, actor=actor, note=reason, season_id=relation.declaration.season_id)
    request.answered_at = timezone.now()
    request.save()
    if ruling.verdict == WithdrawalVerdict.AGREE:
        _withdraw(relation, actor, f"{ruling.first_name}裁定，{ruling.second_name}复签：{ruling.reason}")
    return ruling


def _withdraw(relation: DeclaredRelation, actor: User, why: str) -> None:
    relation.withdrawn_at = timezone.now()
    relation.save()
    facts = RecusalFact.objects.select_for_update(of=("self",)).filter(relation=relation)
    for fact in facts.exclude(state=FactState.EXPIRED):
        pass_to(fact, FactState.EXPIRED, source=fact.source, actor=actor, reason=why)


@command("recusal.return_withdrawal", "退回撤回裁定", clause=cite("civil-servant-76"))
def return_withdrawal(*, actor: User, reason: str, ruling: WithdrawalRuling) -> WithdrawalRuling:
    """Return the draft; the request stays open.  Refuses: `rules.can_withdraw_ruling`."""
    ruling = lock(ruling)
    send_back(ruling, actor=actor, note=reason, season_id=ruling.request.relation.declaration.season_id)
    return ruling
