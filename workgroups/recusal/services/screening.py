"""比对: started by an officer, run by a sealed job, continued where a killed worker stopped."""

from collections.abc import Callable

from django.urls import reverse
from django.utils import timezone

from admissions.accounts.models import User
from admissions.audit.commands import command, explain_constraint, machine_action
from admissions.audit.locking import lock
from admissions.core.citations import cite
from admissions.core.transitions import move
from admissions.jobs.runner import enqueue
from admissions.seasons.models import Season

from .. import rules
from ..enums import (
    SCREENING_TRANSITIONS,
    CandidateAnswer,
    FactSource,
    FactState,
    ScopeKind,
    ScreeningState,
)
from ..matching import compare, unanswered_hits
from ..models import CandidateBatch, RecusalFact, Screening, ScreeningHit
from ..selectors import unchecked
from .facts import Scope, add_fact, corroborate, standing_fact

explain_constraint("screening_one_at_a_time", "本录取季已有一次比对正在进行。请等它完成后再发起。")
JOB = "recusal.screening"
Progress = Callable[[int, int, str], None]


@command("recusal.start_screening", "发起回避比对", clause=cite("civil-servant-74"))
def start_screening(*, actor: User, reason: str, season: Season) -> Screening:
    """Compare all declared relatives with the newest confirmed set of candidates.

    Refuses: not an officer; no candidates; a comparison is under way.
    Effects: a job is queued (on commit).
    """
    batch = CandidateBatch.objects.newest(season)
    rules.can_screen(actor, season.pk, batch).require()
    now = timezone.now()
    screening = Screening(season=season, batch=batch, covers_until=now, started_by=actor, started_at=now)
    screening.full_clean()
    screening.save()
    return _queue(screening, actor)


@command("recusal.resume_screening", "继续回避比对", clause=cite("civil-servant-74"))
def resume_screening(*, actor: User, reason: str, screening: Screening) -> Screening:
    """Go on with a run whose job was given up; what is done stays done.

    Refuses: not an officer; finished, or somebody works on it.
    """
    screening = lock(screening)
    rules.can_resume_screening(actor, screening).require()
    return _queue(screening, actor)


def _queue(screening: Screening, actor: User) -> Screening:
    params = {"screening": screening.pk, "result_url": reverse("recusal:screening", args=[screening.pk])}
    screening.job = enqueue(kind=JOB, title=str(screening), params=params, requested_by=actor)
    screening.save()
    return screening


def run_screening(screening_id: int, report: Progress, asked_by: User | None = None) -> Screening:
    """The sealed job: compare once, answer each hit in its own transaction, then close the run.

    Killed at any point it may be called again: hits and passages are unique, so nothing is found twice.
    `asked_by`: who gave this job; without one whoever started the run. Each entry says so. A hit is registered whoever
    asked: a suspicion is not withheld for the sake of the person who must keep away from it.
    """
    screening = Screening.objects.select_related("started_by").get(pk=screening_id)
    asked_by = asked_by or screening.started_by
    if screening.state == ScreeningState.DONE:
        return screening
    report(0, 1, "正在比对证件号摘要")
    screening = _compare(screening, asked_by)
    waiting = unanswered_hits(screening)
    total = max(screening.hit_count, len(waiting))
    for number, hit_id in enumerate(waiting, start=total - len(waiting) + 1):
        _answer_hit(screening, hit_id, asked_by)
        report(number, total, "正在登记疑似回避")
    return _close(screening, asked_by)


def _compare(screening: Screening, asked_by: User) -> Screening:
    what, why = "比对证件号摘要", "按本次比对的范围执行"
    with machine_action("recusal.compare", what, why, target=screening, asked_by=asked_by):
        screening = Screening.objects.select_for_update(of=("self",)).get(pk=screening.pk)
        if screening.state != ScreeningState.RUNNING:
            screening.state = move(SCREENING_TRANSITIONS, screening.state, ScreeningState.RUNNING)
        found = compare(screening)
        screening.relation_count, screening.hit_count = found.relations, found.hits
        screening.save()
    return screening


def _answer_hit(screening: Screening, hit_id: int, asked_by: User) -> None:
    """A hit becomes a suspicion, or corroborates the fact that exists; a ruled fact keeps its ruling."""
    related = ("person", "relation__relative_kind", "relation__institution", "relation__staff")
    hit = ScreeningHit.objects.select_related(*related).get(pk=hit_id)
    with machine_action("recusal.hit", "登记比中", _reason(hit)) as action:
        action.asked_by = asked_by
        scope = _scope_of(hit)
        fact = standing_fact(screening.season, hit.person, scope)
        if fact is None:
            fact = _suspect(screening, hit, scope)
        else:
            _corroborate(screening, hit, fact)
        action.target = fact


def _reason(hit: ScreeningHit) -> str:
    found = "考生摘要" if hit.scope_kind == ScopeKind.CANDIDATE else "工作人员名册"
    reason = f"系统比对：申报的{hit.relation.what}，证件号摘要与{found}相符。"
    if hit.scope_kind == ScopeKind.CANDIDATE and hit.relation.candidate_answer == CandidateAnswer.NO:
        reason += "本人申报为“未报考”。"
    return reason


def _scope_of(hit: ScreeningHit) -> Scope:
    if hit.scope_kind == ScopeKind.CANDIDATE:
        return Scope(ScopeKind.CANDIDATE, hit.scope_key, f"报考的亲属：{hit.relation.what}")
    return Scope(ScopeKind.PERSON, hit.scope_key, f"工作人员：{hit.relation.what}")


def _suspect(screening: Screening, hit: ScreeningHit, scope: Scope) -> RecusalFact:
    return add_fact(
        actor=None,
        season=screening.season,
        person=hit.person,
        scope=scope,
        source=FactSource.SCREENING,
        state=FactState.SUSPECTED,
        reason=_reason(hit),
        relation=hit.relation,
        since=hit.relation.since,
        screening=screening,
        is_candidate_relative=hit.scope_kind == ScopeKind.CANDIDATE,
        candidate_reference=hit.reference,
        district_code=hit.district_code,
        school_code=hit.school_code,
    )


def _corroborate(screening: Screening, hit: ScreeningHit, fact: RecusalFact) -> None:
    if hit.reference and not fact.candidate_reference:
        fact.candidate_reference, fact.district_code, fact.school_code = (
            hit.reference,
            hit.district_code,
            hit.school_code,
        )
        fact.save()
    corroborate(fact, source=FactSource.SCREENING, actor=None, reason=_reason(hit), screening=screening)


def _close(screening: Screening, asked_by: User) -> Screening:
    with machine_action("recusal.close_screening", "完成回避比对", "全部比中记录已登记", target=screening) as action:
        action.asked_by = asked_by
        screening = Screening.objects.select_for_update(of=("self",)).get(pk=screening.pk)
        screening.state = move(SCREENING_TRANSITIONS, screening.state, ScreeningState.DONE)
        screening.finished_at = timezone.now()
        screening.new_fact_count = RecusalFact.objects.filter(
            passages__screening=screening, passages__from_status=""
        ).count()
        screening.save()
        # Counted after this run is done: whoever it covered no longer counts as unchecked.
        screening.unchecked_count = len({entry.person_id for entry in unchecked(screening.season)})
        screening.save()
    return screening
