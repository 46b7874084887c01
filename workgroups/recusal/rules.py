"""May X declare, rule, co-sign, challenge, review? Nobody decides about their own recusal."""

from django.db.models import Manager, QuerySet

from admissions.accounts.models import User
from admissions.accounts.permissions import Permission
from admissions.accounts.rules import may
from admissions.audit.gate import not_recused
from admissions.core.decision import Decision, Parts, allow, deny, in_parts
from admissions.seasons.lifecycle.rules import still_going
from admissions.seasons.models import Season
from workgroups.appointments.enums import RightArea
from workgroups.appointments.models import Appointment
from workgroups.appointments.selectors import holds
from workgroups.groups.enums import PostRank

from .consequences import WHO_MAY_RAISE
from .enums import ChallengeState, DiscoveryState, FactState, RulingLevel
from .models import (
    ActReview,
    CandidateBatch,
    Challenge,
    DeclaredRelation,
    LateDiscovery,
    RecusalFact,
    Screening,
    WithdrawalRequest,
)
from .models.signing import DoubleSigned

OWN_MATTER = "回避事项不由当事人本人裁定。"
ANOTHER_OFFICER = "请由其他回避审查员办理。"


def can_declare(user: User, season: Season) -> Decision:
    """Everybody declares for themself, as long as the season is not closed.

    Refuses: the account is not active; the season is closed or a template.
    """
    if not user.is_active:
        return deny("账号已停用，不能申报。", who_can="请联系安全管理员。")
    if season.is_template:
        return deny(f"{season}是模板，不能申报。", who_can="请切换到正在进行的录取季。")
    return still_going(season)


def can_declare_none(has_relations: bool) -> Decision:
    """“无” is a statement of its own; it cannot follow relations that are still in force.

    Refuses: earlier relations stand.
    """
    if has_relations:
        return deny(
            "您已申报过应回避的事项，不能改报“无”。",
            who_can="某一事项确已不存在的，请对该事项提出撤回申请，由回避审查员裁定。",
        )
    return allow()


def can_read_desk(user: User, season_id: int | None) -> Decision:
    """The officers' desk: officers work on it, supervisors read it."""
    officer = may(user, Permission.RULE_RECUSAL, "查看回避台账", season_id=season_id)
    return officer if officer.ok else _or_supervisor(user, season_id, officer)


def _or_supervisor(user: User, season_id: int | None, otherwise: Decision) -> Decision:
    supervisor = may(user, Permission.SUPERVISE, "查看回避台账", season_id=season_id)
    return supervisor if supervisor.ok else otherwise


def may_rule(user: User, season_id: int | None) -> Decision:
    """Recusal officers of the season."""
    return may(user, Permission.RULE_RECUSAL, "裁定回避", season_id=season_id)


def not_own(user: User, person: User) -> Decision:
    """Not the person concerned; whoever keeps away from that person or from what it is about is refused by the gate."""
    return deny(OWN_MATTER, WHO_MAY_RAISE, ANOTHER_OFFICER) if user.pk == person.pk else allow()


@in_parts
def can_rule_fact(user: User, fact: RecusalFact) -> Parts:
    """First signature on a fact.

    Refuses: not an officer; one's own fact; recused from the person or the object; expired; a ruling is pending.
    """
    yield not_own(user, fact.person)
    yield may_rule(user, fact.season_id)
    yield _not_expired(fact)
    yield _nothing_pending(fact.rulings)


@in_parts
def can_rule_withdrawal(user: User, request: WithdrawalRequest) -> Parts:
    """First signature on a request to withdraw a declared relation; refuses as `can_rule_fact`."""
    yield not_own(user, request.person)
    yield may_rule(user, request.relation.declaration.season_id)
    if request.answered_at:
        yield deny("这份撤回申请已答复。", who_can="请刷新页面查看答复。")
    yield _nothing_pending(request.rulings)


@in_parts
def can_rule_challenge(user: User, challenge: Challenge) -> Parts:
    """First signature on a challenge; who raised it does not decide it."""
    yield not_own(user, challenge.subject_person)
    yield not_raised_by(user, challenge)
    yield may_rule(user, challenge.season_id)
    if challenge.state != ChallengeState.OPEN:
        yield deny("这份回避申请已作出决定。", who_can="请刷新页面查看决定。")
    yield _nothing_pending(challenge.rulings)


def not_raised_by(user: User, challenge: Challenge) -> Decision:
    """Who asked for the recusal does not decide on it, neither first nor second."""
    if user.pk == challenge.raised_by_id:
        return deny("回避申请不由提出人本人决定。", who_can=ANOTHER_OFFICER)
    return allow()


def _not_expired(fact: RecusalFact) -> Decision:
    return (
        deny("这项回避事实已失效，不再裁定。", who_can="情况仍在的，请另行登记。")
        if fact.state == FactState.EXPIRED
        else allow()
    )


def _nothing_pending(rulings: Manager) -> Decision:
    waiting = rulings.filter(state="pending").first()
    if waiting is None:
        return allow()
    return deny(f"{waiting.first_name}已作出裁定，正在等待复签。", who_can="请在该裁定上复签或退回。")


@in_parts
def can_cosign(user: User, ruling: DoubleSigned, season_id: int) -> Parts:
    """Second signature: another person; one level up where the person concerned is a leader.

    Refuses: nothing pending; the first signer; the person concerned; recused; not entitled at this level.
    """
    if not ruling.is_pending:
        yield deny("这份裁定已办结，不再复签。", who_can="请刷新页面查看裁定。")
    yield not_own(user, ruling.person)
    yield _another_person(user, ruling)
    yield _entitled_to_cosign(user, ruling, season_id)


def _another_person(user: User, ruling: DoubleSigned) -> Decision:
    if user.pk == ruling.first_officer_id:
        return deny("复签须由裁定人以外的人作出。", who_can=ANOTHER_OFFICER)
    return allow()


def _entitled_to_cosign(user: User, ruling: DoubleSigned, season_id: int) -> Decision:
    if ruling.level != RulingLevel.LEVEL_UP:
        return may_rule(user, season_id)
    right = leads_above(user, ruling.person, season_id)
    principal = right.on_behalf_of
    if principal is not None and principal.person.pk == ruling.first_officer_id:
        return deny(
            f"{principal.person.name}已作出裁定，不能再由其代岗人复签。", who_can="请由另一位上一级工作组组长复签。"
        )
    return right


def can_withdraw_ruling(user: User, ruling: DoubleSigned, season_id: int) -> Decision:
    """Return a pending ruling: its author withdraws it, a co-signer sends it back."""
    if ruling.is_pending and user.pk == ruling.first_officer_id:
        return allow()
    return can_cosign(user, ruling, season_id)


def ruling_level(person: User, season_id: int) -> RulingLevel:
    """At which level a ruling about this person is co-signed.

    A leader: by the leader one level up (the pattern of 政务处分法第四十八条, recusal of a head decided above).
    A leader above whom there is no group with a leader: officers, quoting the superior's order that designates them.
    """
    led = list(_led_groups(person, season_id))
    if not led:
        return RulingLevel.OFFICERS
    return RulingLevel.LEVEL_UP if _leaders_above(person, season_id).exists() else RulingLevel.SUPERIOR


def leads_above(user: User, person: User, season_id: int) -> Decision:
    """Leader one level above what the person leads, by an own post or as that leader's deputy."""
    leading = set(_leaders_above(person, season_id).values_list("pk", flat=True))
    nobody = deny("当事人是工作组组长，其回避由上一级工作组组长复签。", who_can="请由上一级工作组组长复签。")
    return holds(user, RightArea.RECUSAL, lambda row: row.pk in leading, nobody)


def _led_groups(person: User, season_id: int) -> QuerySet[Appointment]:
    return Appointment.objects.current().filter(
        person=person, post__rank=PostRank.LEADER, post__group__season_id=season_id
    )


def _leaders_above(person: User, season_id: int) -> QuerySet[Appointment]:
    """Leaders on duty of the parent groups of what the person leads, without the person."""
    parents = _led_groups(person, season_id).values("post__group__parent_id")
    leading = Appointment.objects.in_force().filter(post__rank=PostRank.LEADER, post__group__in=parents)
    return leading.exclude(person=person)


@in_parts
def can_register_fact(user: User, person: User, season_id: int) -> Parts:
    """机关决定: an officer registers a recusal without anybody's application.

    Refuses: not an officer; for oneself (declare instead).  Clause: 公务员法第七十七条.
    """
    yield not_own(user, person)
    yield may_rule(user, season_id)


def can_acknowledge(user: User, fact: RecusalFact) -> Decision:
    """The person concerned may confirm a suspicion, never deny it by a click."""
    if user.pk != fact.person_id:
        return deny("只能由本人确认。", who_can="请联系当事人。")
    if fact.state != FactState.SUSPECTED:
        return deny("这项回避事实不在“疑似”状态。", who_can="请刷新页面查看现在的状态。")
    return allow()


def can_ask_withdrawal(user: User, relation: DeclaredRelation) -> Decision:
    """The person asks; the relation stays until ruled."""
    if user.pk != relation.declaration.person_id:
        return deny("只能由本人申请撤回。", who_can="请联系申报人。")
    if relation.withdrawn_at:
        return deny("这一事项已经裁定撤回。", who_can="请刷新页面查看裁定。")
    if relation.withdrawal_requests.filter(answered_at__isnull=True).exists():
        return deny("这一事项的撤回申请正在办理，不必重复提出。", who_can="由回避审查员裁定。")
    return allow()


def can_screen(user: User, season_id: int, batch: CandidateBatch | None) -> Decision:
    """Start a screening. Refuses: not an officer; no confirmed candidate file."""
    allowed = may(user, Permission.SCREEN_RECUSAL, "发起回避比对", season_id=season_id)
    if allowed.ok and batch is None:
        return deny(
            "本录取季还没有确认的考生摘要，无法比对。", who_can="请先由一名回避审查员导入考生摘要，另一名确认。"
        )
    return allowed


def can_resume_screening(user: User, screening: Screening) -> Decision:
    """Continue an interrupted screening.  Refuses: not an officer; finished; a job works on it."""
    allowed = may(user, Permission.SCREEN_RECUSAL, "继续回避比对", season_id=screening.season_id)
    if allowed.ok and not screening.is_interrupted:
        return deny("这次比对没有中断，不必继续。")
    return allowed


def can_raise_challenge(user: User, subject: User) -> Decision:
    """Anybody with an account may ask for another's recusal.

    Refuses: about oneself.  Clause: 公务员法第七十七条.
    """
    if user.pk == subject.pk:
        return deny("本人的回避请在“我的回避申报”中申报。", WHO_MAY_RAISE)
    return allow() if user.is_active else deny("账号已停用，不能提出申请。", who_can="请联系安全管理员。")


@in_parts
def can_order_review(user: User, fact: RecusalFact) -> Parts:
    """Have the earlier acts under a fact reviewed, whoever will do it. Refuses: one's own; not an officer."""
    yield not_own(user, fact.person)
    yield may_rule(user, fact.season_id)


@in_parts
def can_open_discovery(user: User, fact: RecusalFact, reviewer: User) -> Parts:
    """Open the re-review of earlier acts. Refuses: not an officer; conflicted; the reviewer is conflicted."""
    yield can_order_review(user, fact)
    yield fit_to_review(reviewer, fact)


def fit_to_review(reviewer: User, fact: RecusalFact) -> Decision:
    """A reviewer of acts is active, is not the person concerned, and is not recused from the same object."""
    if not reviewer.is_active:
        return deny(f"{reviewer}的账号已停用，不能复查。", who_can="请另选复查人。")
    if reviewer.pk == fact.person_id:
        return deny("复查人不能是当事人本人。", who_can="请另选没有利害关系的人员。")
    if not not_recused(reviewer, fact).ok:
        return deny(f"{reviewer}对同一对象负有回避义务，不能复查。", who_can="请另选没有利害关系的人员。")
    return allow()


def can_review_act(user: User, discovery: LateDiscovery) -> Decision:
    """The named reviewer, still unconflicted, while the discovery is open."""
    if user.pk != discovery.reviewer_id:
        return deny("这些行为由指定的复查人复查。", who_can=f"复查人：{discovery.reviewer}。")
    if discovery.state != DiscoveryState.OPEN:
        return deny("复查已办结。", who_can="请刷新页面查看复查结果。")
    return fit_to_review(user, discovery.fact)


@in_parts
def can_answer_review(user: User, review: ActReview) -> Parts:
    """One of these acts, once."""
    yield can_review_act(user, review.discovery)
    if review.result:
        yield deny("这项行为已经复查。", who_can="如需更正，请由回避审查员另行启动复查。")


@in_parts
def can_reassign_review(user: User, discovery: LateDiscovery, reviewer: User) -> Parts:
    """Name another reviewer, while the review is open. Refuses: as `can_open_discovery`; closed."""
    yield can_open_discovery(user, discovery.fact, reviewer)
    if discovery.state != DiscoveryState.OPEN:
        yield deny("复查已办结，不再改派。", who_can="请刷新页面查看复查结果。")
