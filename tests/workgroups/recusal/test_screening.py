"""比对: hits with reasons, nobody clean who was not checked, a killed worker goes on."""

import signal
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from admissions.accounts.identity import keyed_digest
from admissions.audit.enums import Outcome
from admissions.audit.models import Event
from admissions.core.decision import Refused
from admissions.jobs.models import Job
from admissions.jobs.runner import run
from tests.factories.accounts import UserFactory, user_with
from tests.factories.recusal import (
    RelativeKindFactory,
    candidates,
    declared,
    fact_about,
    id_number,
    many_id_numbers,
    officer,
    relative,
    ruled,
)
from tests.factories.workgroups import AppointmentFactory, PostFactory, SeasonFactory, WorkGroupFactory
from tests.plugins.database import environment_of_a_process
from tests.processes import end_other_sessions, until, worker_for
from tests.trail import assert_recorded
from workgroups.recusal.enums import (
    CandidateAnswer,
    FactSource,
    FactState,
    ScopeKind,
    ScreeningState,
    UncheckedReason,
    Verdict,
    WithdrawalVerdict,
)
from workgroups.recusal.models import DeclaredRelation, FactPassage, RecusalFact, Screening, ScreeningHit
from workgroups.recusal.selectors import declared_but_not_found, recusal_state, recusal_states, unchecked
from workgroups.recusal.services.declaring import ask_withdrawal
from workgroups.recusal.services.ruling import cosign_withdrawal, rule_withdrawal
from workgroups.recusal.services.screening import resume_screening, start_screening

CHILD, OTHER_CHILD, STRANGER = id_number(1), id_number(2), id_number(3)


@pytest.fixture
def season():
    return SeasonFactory()


@pytest.fixture
def person():
    return UserFactory()


def screened(season) -> Screening:
    screening = start_screening(actor=officer(), reason="第一次比对", season=season)
    assert run(screening.job_id)
    screening.refresh_from_db()
    assert Job.objects.get(pk=screening.job_id).state == "done"
    return screening


@pytest.mark.django_db
class TestHits:
    def test_a_hit_becomes_a_suspicion_with_its_reason(self, season, person):
        candidates(season, CHILD, STRANGER)
        declared(person, season, relative(CHILD, answer=CandidateAnswer.UNKNOWN))
        screening = screened(season)
        fact = RecusalFact.objects.get()
        assert (fact.person, fact.state, fact.source) == (person, FactState.SUSPECTED, FactSource.SCREENING)
        assert (fact.scope_key, fact.district_code, fact.school_code) == (keyed_digest(CHILD), CHILD[:6], "S1")
        assert "子女 张× ****" in fact.reason
        assert "与考生摘要相符" in fact.reason
        assert fact.is_candidate_relative
        assert (screening.state, screening.relation_count) == (ScreeningState.DONE, 1)
        assert (screening.hit_count, screening.new_fact_count) == (1, 1)
        assert_recorded("recusal.hit", target=fact, outcome=Outcome.MACHINE)

    def test_every_entry_of_the_job_says_on_whose_order(self, season, person):
        candidates(season, CHILD)
        declared(person, season, relative(CHILD))
        screening = screened(season)
        for action in ("recusal.compare", "recusal.hit", "recusal.close_screening", "jobs.finish"):
            details = assert_recorded(action, outcome=Outcome.MACHINE).details
            assert (details["asked_by"], details["asked_by_name"]) == (
                screening.started_by_id, screening.started_by.name,
            ), action  # fmt: skip

    def test_a_hit_is_registered_also_where_who_asked_keeps_away(self, season, person):
        candidates(season, CHILD)
        declared(person, season, relative(CHILD))
        starter = officer()
        fact_about(starter, season, key=person.pk)
        fact_about(starter, season, kind="candidate", key=keyed_digest(CHILD))
        screening = start_screening(actor=starter, reason="第一次比对", season=season)
        assert run(screening.job_id)
        assert RecusalFact.objects.filter(person=person, scope_key=keyed_digest(CHILD)).exists()

    def test_whoever_resumes_it_asked_for_the_rest(self, season, person):
        candidates(season, CHILD)
        screening = start_screening(actor=officer(), reason="比对", season=season)
        Job.objects.filter(pk=screening.job_id).update(state="failed")
        screening.refresh_from_db()
        other = officer()
        screening = resume_screening(actor=other, reason="继续", screening=screening)
        assert run(screening.job_id)
        assert assert_recorded("recusal.close_screening", outcome=Outcome.MACHINE).details["asked_by"] == other.pk

    def test_denied_but_found_is_said(self, season, person):
        candidates(season, CHILD)
        declared(person, season, relative(CHILD, answer=CandidateAnswer.NO))
        screened(season)
        assert "本人申报为“未报考”" in RecusalFact.objects.get().reason

    def test_a_declared_candidate_is_corroborated_not_doubled(self, season, person):
        candidates(season, CHILD)
        declared(person, season, relative(CHILD, answer=CandidateAnswer.YES))
        screening = screened(season)
        fact = RecusalFact.objects.get()
        assert (fact.state, fact.source) == (FactState.DECLARED, FactSource.OWN)
        assert fact.candidate_reference
        assert (screening.hit_count, screening.new_fact_count) == (1, 0)
        assert fact.passages.count() == 2

    @pytest.mark.parametrize("verdict", [Verdict.CONFIRM, Verdict.CLEAR])
    def test_what_officers_ruled_stays_pinned(self, season, person, verdict):
        candidates(season, CHILD)
        declared(person, season, relative(CHILD))
        screened(season)
        state = ruled(RecusalFact.objects.get(), verdict).state
        screened(season)
        assert RecusalFact.objects.get().state == state

    def test_two_parents_of_one_child_are_two_hits(self, season):
        candidates(season, CHILD)
        for parent in (UserFactory(), UserFactory()):
            declared(parent, season, relative(CHILD))
        assert screened(season).hit_count == 2
        assert RecusalFact.objects.count() == 2

    def test_one_child_named_twice_is_one_fact(self, season, person):
        candidates(season, CHILD)
        declared(person, season, relative(CHILD), relative(CHILD))
        screening = screened(season)
        assert (screening.hit_count, RecusalFact.objects.count()) == (2, 1)

    def test_a_relative_who_works_here_is_a_conflict_between_colleagues(self, season, person):
        candidates(season, STRANGER)
        spouse = UserFactory(id_digest=keyed_digest(OTHER_CHILD))
        declared(person, season, relative(OTHER_CHILD))
        screened(season)
        fact = RecusalFact.objects.get()
        assert (fact.scope_kind, fact.scope_key) == (ScopeKind.PERSON, str(spouse.pk))
        assert not fact.is_candidate_relative

    def test_nobody_conflicts_with_themself(self, season):
        candidates(season, STRANGER)
        person = UserFactory(id_digest=keyed_digest(CHILD))
        declared(person, season, relative(CHILD))
        assert screened(season).hit_count == 0

    def test_a_withdrawn_relation_is_not_compared(self, season, person):
        candidates(season, CHILD)
        declared(person, season, relative(CHILD))
        request = ask_withdrawal(actor=person, reason="错", relation=DeclaredRelation.objects.get())
        ruling = rule_withdrawal(actor=officer(), reason="属实", request=request, verdict=WithdrawalVerdict.AGREE)
        cosign_withdrawal(actor=officer(), reason="同意", ruling=ruling)
        assert screened(season).hit_count == 0

    def test_another_season_is_not_touched(self, season, person):
        candidates(season, CHILD)
        declared(person, SeasonFactory(), relative(CHILD))
        assert screened(season).hit_count == 0

    def test_an_older_file_no_longer_counts(self, season, person):
        candidates(season, CHILD)
        candidates(season, STRANGER)
        declared(person, season, relative(CHILD))
        assert screened(season).hit_count == 0

    def test_a_second_run_finds_nothing_new(self, season, person):
        candidates(season, CHILD)
        declared(person, season, relative(CHILD))
        screened(season)
        again = screened(season)
        assert (again.hit_count, again.new_fact_count) == (1, 0)
        assert RecusalFact.objects.count() == 1

    def test_declared_but_not_in_the_file_is_shown_to_officers(self, season, person):
        candidates(season, STRANGER)
        declared(person, season, relative(CHILD, answer=CandidateAnswer.YES))
        assert list(declared_but_not_found(screened(season))) == [RecusalFact.objects.get()]


@pytest.mark.django_db
class TestStarting:
    def test_without_candidates_it_is_refused(self, season):
        with pytest.raises(Refused, match="还没有确认的考生摘要"):
            start_screening(actor=officer(), reason="比对", season=season)

    @pytest.mark.parametrize("role", ["secretariat", "system_admin", "supervisor", "security_admin", "audit_admin"])
    def test_only_officers_start(self, season, role):
        candidates(season, CHILD)
        with pytest.raises(Refused, match="没有发起回避比对的权限"):
            start_screening(actor=user_with(role), reason="比对", season=season)

    def test_one_at_a_time(self, season):
        candidates(season, CHILD)
        start_screening(actor=officer(), reason="比对", season=season)
        with pytest.raises(Exception, match="已有一次比对正在进行"):
            start_screening(actor=officer(), reason="再比对", season=season)

    def test_an_interrupted_run_goes_on(self, season, person):
        candidates(season, CHILD)
        declared(person, season, relative(CHILD))
        screening = start_screening(actor=officer(), reason="比对", season=season)
        with pytest.raises(Refused, match="没有中断"):
            resume_screening(actor=officer(), reason="继续", screening=screening)
        Job.objects.filter(pk=screening.job_id).update(state="failed")
        screening.refresh_from_db()
        assert screening.is_interrupted
        screening = resume_screening(actor=officer(), reason="继续", screening=screening)
        assert run(screening.job_id)
        assert RecusalFact.objects.count() == 1


@pytest.mark.django_db
class TestUnchecked:
    """未核查 is never clean."""

    def reasons(self, season, person):
        return [entry.reason for entry in unchecked(season, [person.pk])]

    def test_nothing_declared(self, season, person):
        assert self.reasons(season, person) == [UncheckedReason.NO_DECLARATION]
        state = recusal_state(person, season)
        assert (state.ok, state.who_can_fix) == (False, "本人")

    def test_everybody_on_a_post_is_expected_to_declare(self, season):
        appointed = AppointmentFactory(post=PostFactory(group=WorkGroupFactory(season=season))).person
        AppointmentFactory()
        assert [entry.person_id for entry in unchecked(season)] == [appointed.pk]

    def test_a_relative_without_number(self, season, person):
        candidates(season, STRANGER)
        declared(person, season, relative(None))
        screened(season)
        assert self.reasons(season, person) == [UncheckedReason.NO_NUMBER]
        assert "未核查" in recusal_state(person, season).sentence

    def test_no_candidates_yet(self, season, person):
        declared(person, season, relative(CHILD))
        assert self.reasons(season, person) == [UncheckedReason.NO_CANDIDATES]

    def test_declared_after_the_run(self, season, person):
        candidates(season, STRANGER)
        screened(season)
        declared(person, season, relative(CHILD))
        assert self.reasons(season, person) == [UncheckedReason.NOT_SCREENED]

    def test_a_newer_file_makes_it_stale(self, season, person):
        candidates(season, STRANGER)
        declared(person, season, relative(CHILD))
        screened(season)
        assert self.reasons(season, person) == []
        candidates(season, CHILD)
        assert self.reasons(season, person) == [UncheckedReason.NEWER_CANDIDATES]
        assert not recusal_state(person, season).ok

    def test_none_has_nothing_to_compare(self, season, person):
        declared(person, season)
        assert self.reasons(season, person) == []
        state = recusal_state(person, season)
        assert (state.ok, state.sentence) == (True, "已申报，没有应回避的情形。")

    def test_a_kind_of_relative_the_rulebook_does_not_compare(self, season, person):
        kind = RelativeKindFactory(counts_for_screening=False)
        declared(person, season, relative(None, relative_kind=kind))
        assert self.reasons(season, person) == []

    def test_the_run_counts_whom_it_left_unchecked(self, season, person):
        candidates(season, STRANGER)
        declared(person, season, relative(None))
        starter = officer()
        assert screened(season).unchecked_count == len({person.pk, starter.pk}) + 1


@pytest.mark.django_db
class TestState:
    def test_open_facts_wait_for_officers(self, season, person):
        candidates(season, CHILD)
        declared(person, season, relative(CHILD))
        screened(season)
        state = recusal_state(person, season)
        assert (state.ok, state.who_can_fix) == (False, "回避审查员")
        assert "1项回避事项等待裁定" in state.sentence

    def test_full_time_staff_stay_when_confirmed(self, season, person):
        candidates(season, CHILD)
        declared(person, season, relative(CHILD))
        screened(season)
        ruled(RecusalFact.objects.get())
        assert recusal_state(person, season).ok

    def test_seconded_staff_do_not_serve(self, season):
        person = UserFactory(employment="seconded")
        candidates(season, CHILD)
        declared(person, season, relative(CHILD))
        screened(season)
        ruled(RecusalFact.objects.get())
        state = recusal_state(person, season)
        assert not state.ok
        assert "不得参加本年度录取工作" in state.sentence
        assert "教考试〔2009〕2号" in state.sentence

    def test_queries_do_not_grow_with_people(self, season):
        candidates(season, STRANGER)
        people = [UserFactory() for _ in range(12)]
        for person in people:
            declared(person, season, relative(CHILD))
        from_one = self.count(season, people[:1])
        assert self.count(season, people) == from_one

    def count(self, season, people):
        with CaptureQueriesContext(connection) as queries:
            recusal_states(people, season)
        return len(queries)


class TestAgainstPlainSets(TestCase):
    """The comparison in SQL finds what a comparison of sets finds."""

    @given(
        declared_by=st.lists(st.lists(st.integers(0, 12), max_size=4), min_size=1, max_size=4),
        pool=st.sets(st.integers(0, 12), max_size=8),
    )
    def test_same_hits(self, declared_by, pool):
        season, kind = SeasonFactory(), RelativeKindFactory()
        numbers = many_id_numbers(13)
        candidates(season, *[numbers[index] for index in sorted(pool)])
        expected = set()
        for serials in declared_by:
            person = UserFactory()
            declared(person, season, *[relative(numbers[index], relative_kind=kind) for index in serials])
            expected |= {(person.pk, keyed_digest(numbers[index])) for index in serials if index in pool}
        screening = screened(season)
        found = set(RecusalFact.objects.filter(season=season).values_list("person_id", "scope_key"))
        assert found == expected
        assert screening.hit_count == sum(index in pool for serials in declared_by for index in serials)


# Enough that a worker can be stopped in the middle.
HITS = 150


@pytest.fixture
def half_done():
    """Many hits to be found, and a real process that has found some of them: (screening, process)."""
    season, numbers = SeasonFactory(), many_id_numbers(HITS)
    candidates(season, *numbers)
    kind = RelativeKindFactory()
    for first in range(0, HITS, 30):
        declared(UserFactory(), season, *[relative(n, relative_kind=kind) for n in numbers[first : first + 30]])
    screening = start_screening(actor=officer(), reason="比对", season=season)
    worker = worker_for(screening.job_id)
    until(lambda: FactPassage.objects.filter(screening=screening).count() >= 20, worker)
    return screening, worker


def assert_whole(screening):
    """All hits, each once."""
    screening.refresh_from_db()
    season = screening.season
    assert (screening.state, screening.hit_count, screening.new_fact_count) == ("done", HITS, HITS)
    assert ScreeningHit.objects.filter(screening=screening).count() == HITS
    assert RecusalFact.objects.filter(season=season).count() == HITS
    assert FactPassage.objects.filter(fact__season=season).count() == HITS
    assert Event.objects.filter(action="recusal.hit").count() == HITS


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_is_continued_without_duplicates(half_done, monkeypatch):
    """The process dies of SIGKILL half-way; the next attempt, in a process of its own, finishes the rest."""
    screening, worker = half_done
    for name, value in environment_of_a_process().items():
        monkeypatch.setenv(name, value)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert 20 <= RecusalFact.objects.filter(season=screening.season).count() < HITS
    job = Job.objects.get(pk=screening.job_id)
    assert job.state == "running"
    assert not run(job.pk), "the dead worker's lease still holds"
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert run(job.pk)
    assert_whole(screening)


@pytest.mark.django_db(transaction=True)
def test_a_worker_whose_database_goes_away_frees_the_job_and_it_is_continued(half_done):
    """As in a restart of the server: all its sessions end; the process lives, connects again and gives the job back."""
    screening, worker = half_done
    end_other_sessions()
    assert worker.wait(timeout=60) == 0
    job = Job.objects.get(pk=screening.job_id)
    assert (job.state, job.note) == ("waiting", "出现故障，稍后自动重试。")
    assert RecusalFact.objects.filter(season=screening.season).count() < HITS
    assert run(job.pk)
    assert_whole(screening)
