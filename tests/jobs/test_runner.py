"""Long work: a lost worker is replaced, never doubled; retries end; failures are said in Chinese."""

import base64
import json
import signal
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.utils import timezone

from admissions.audit.models import Event
from admissions.core.decision import Refused
from admissions.jobs import runner
from admissions.jobs.models import Job
from admissions.jobs.registry import KINDS, JobKind
from tests.accounts.test_races import together
from tests.factories.accounts import UserFactory
from tests.factories.jobs import KIND, STOPPED, counting
from tests.plugins.database import environment_of_a_process
from tests.processes import until, worker_for
from tests.trail import assert_recorded

PAST = timedelta(seconds=1)
COUNTING = (
    "from admissions.jobs.registry import KINDS; from tests.factories.jobs import KIND, counting\n"
    "KINDS[KIND] = counting()"
)


@pytest.fixture(autouse=True)
def kind(monkeypatch):
    STOPPED.clear()
    monkeypatch.setitem(KINDS, KIND, counting())


@pytest.fixture
def queued(tmp_path):
    def act(until=5, **params):
        given = {"until": until, "file": str(tmp_path / "counted"), **params}
        return runner.enqueue(kind=KIND, title="数数", params=given, requested_by=UserFactory())

    return act


def counted(job):
    with open(job.params["file"]) as file:
        return [int(line) for line in file]


def lapse(job):
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - PAST)


@pytest.mark.django_db
class TestRunning:
    def test_done_with_result_and_event(self, queued):
        job = queued()
        assert runner.run(job.pk)
        job.refresh_from_db()
        assert (job.state, job.done, job.total, job.attempts) == ("done", 5, 5, 1)
        assert (job.result, job.error, job.lease_until) == ({"counted": 5}, "", None)
        assert Event.objects.get(action="jobs.finish").details["job"] == job.pk

    def test_finished_or_unknown_jobs_are_not_run(self, queued):
        job = queued()
        runner.run(job.pk)
        assert not runner.run(job.pk)
        assert not runner.run(job.pk + 1)
        assert counted(job) == [1, 2, 3, 4, 5]

    def test_refusal_is_shown_as_its_sentence_and_not_tried_again(self, queued):
        job = queued(refuse_at=3)
        runner.run(job.pk)
        job.refresh_from_db()
        assert (job.state, job.error, job.attempts) == ("failed", "名单已经封存。请联系行政秘书。", 1)
        assert [(job.pk, "名单已经封存。请联系行政秘书。")] == STOPPED

    def test_faults_are_tried_again_a_bounded_number_of_times(self, queued):
        job = queued(break_at=3)
        for attempt in (1, 2):
            assert runner.run(job.pk)
            job.refresh_from_db()
            assert (job.state, job.attempts, job.note) == ("waiting", attempt, "出现故障，稍后自动重试。")
            assert STOPPED == []
        runner.run(job.pk)
        job.refresh_from_db()
        assert (job.state, job.attempts) == ("failed", 3)
        assert job.error == "系统故障，已停止重试。请把任务编号告诉系统管理员。"
        assert [(job.pk, job.error)] == STOPPED
        assert not runner.run(job.pk)
        assert counted(job) == [1, 2]

    def test_fault_that_passes_leaves_no_trace_in_the_note(self, queued):
        job = queued(break_at=3)
        runner.run(job.pk)
        Job.objects.filter(pk=job.pk).update(params={**job.params, "break_at": None})
        runner.run(job.pk)
        job.refresh_from_db()
        assert (job.state, job.note, counted(job)) == ("done", "已数到5", [1, 2, 3, 4, 5])

    def test_a_worker_that_keeps_dying_is_not_replaced_for_ever(self, queued):
        """Killed before it can say anything, three times: the fourth attempt ends it."""
        job = queued()
        Job.objects.filter(pk=job.pk).update(state="running", attempts=3, lease_until=timezone.now() - PAST)
        assert not runner.run(job.pk)
        job.refresh_from_db()
        assert (job.state, job.error) == ("failed", "多次中断，已停止重试。请把任务编号告诉系统管理员。")
        assert len(STOPPED) == 1

    def test_job_of_a_kind_that_no_longer_exists(self, queued, monkeypatch):
        job = queued()
        monkeypatch.delitem(KINDS, KIND)
        assert not runner.run(job.pk)
        job.refresh_from_db()
        assert (job.state, "系统不认识这类任务" in job.error) == ("failed", True)

    def test_unknown_kind_is_not_queued(self):
        with pytest.raises(LookupError):
            runner.enqueue(kind="test.nothing", title="无", params={}, requested_by=UserFactory())

    def test_progress_beyond_the_total_moves_the_total(self, monkeypatch, queued):
        def work(job, progress):
            progress(2, 3)
            progress(7)

        monkeypatch.setitem(KINDS, KIND, JobKind(KIND, "计数", work, 3, True))
        job = queued()
        runner.run(job.pk)
        job.refresh_from_db()
        assert (job.state, job.done, job.total) == ("done", 7, 7)


@pytest.mark.django_db
class TestLeases:
    def test_a_running_job_is_left_alone_while_its_lease_holds(self, queued):
        job = queued()
        Job.objects.filter(pk=job.pk).update(state="running", lease_until=timezone.now() + runner.LEASE)
        assert not runner.run(job.pk)
        assert runner.due_jobs() == []
        lapse(job)
        assert runner.due_jobs() == [job.pk]
        assert runner.run(job.pk)

    def test_undelivered_jobs_are_sent_after_a_minute(self, queued):
        job = queued()
        assert runner.due_jobs() == []
        Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(seconds=61))
        assert runner.due_jobs() == [job.pk]

    def test_a_retry_waits_for_its_time(self, queued):
        job = queued(break_at=1)
        runner.run(job.pk)
        Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(seconds=61))
        assert runner.due_jobs() == []
        lapse(job)
        assert runner.due_jobs() == [job.pk]

    def test_a_slow_worker_does_not_write_over_its_successor(self, queued, monkeypatch):
        """Its lease ran out, another has finished the job: the first stops at its next report and changes nothing."""
        reached = []

        def work(job, progress):
            if job.attempts == 1:
                lapse(job)
                assert runner.run(job.pk), "the successor"
                progress(1, 100, "我还在")
                reached.append("the slow worker went on")
            return {"by": job.attempts}

        monkeypatch.setitem(KINDS, KIND, JobKind(KIND, "计数", work, 3, True))
        job = queued()
        assert not runner.run(job.pk)
        job.refresh_from_db()
        assert (job.state, job.result, job.note, job.attempts) == ("done", {"by": 2}, "", 2)
        assert reached == []
        assert Event.objects.filter(action="jobs.finish").count() == 1

    @pytest.mark.parametrize("fault", [None, ZeroDivisionError, Refused("不行。")])
    def test_a_slow_worker_cannot_end_or_free_its_successors_job(self, queued, monkeypatch, fault):
        def work(job, progress):
            if job.attempts == 1:
                Job.objects.filter(pk=job.pk).update(attempts=2)
                if fault:
                    raise fault
            return {}

        monkeypatch.setitem(KINDS, KIND, JobKind(KIND, "计数", work, 3, True))
        job = queued()
        runner.run(job.pk)
        job.refresh_from_db()
        assert (job.state, job.attempts, job.error) == ("running", 2, "")


@pytest.mark.django_db
class TestCancelling:
    def test_waiting_job_ends_at_once(self, queued):
        job = queued()
        runner.cancel(actor=job.requested_by, reason="不需要了", job=job)
        job.refresh_from_db()
        assert (job.state, job.finished_at is not None) == ("cancelled", True)
        assert not runner.run(job.pk)
        assert len(STOPPED) == 1
        assert_recorded("jobs.cancel", actor=job.requested_by, reason="不需要了")

    def test_running_job_ends_at_its_next_report(self, queued, monkeypatch):
        def work(job, progress):
            runner.cancel(actor=job.requested_by, reason="停", job=job)
            progress(1, 2)
            raise AssertionError("went on")

        monkeypatch.setitem(KINDS, KIND, JobKind(KIND, "计数", work, 3, True))
        job = queued()
        runner.run(job.pk)
        job.refresh_from_db()
        assert (job.state, job.note) == ("cancelled", "已按要求取消，已完成的部分保留。")

    def test_some_kinds_must_not_be_torn(self, queued, monkeypatch):
        monkeypatch.setitem(KINDS, KIND, counting(can_cancel=False))
        job = queued()
        with pytest.raises(Refused, match="中途取消不安全，请等它结束"):
            runner.cancel(actor=job.requested_by, reason="停", job=job)
        job.refresh_from_db()
        assert (job.state, job.cancel_asked) == ("waiting", False)

    def test_ended_job(self, queued):
        job = queued()
        runner.run(job.pk)
        with pytest.raises(Refused, match="任务已经结束"):
            runner.cancel(actor=job.requested_by, reason="停", job=job)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_run_a_job_once(queued):
    job = queued(until=20)
    assert sorted(together(lambda: runner.run(job.pk), lambda: runner.run(job.pk))) == [False, True]
    assert counted(job) == list(range(1, 21))


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_is_replaced_when_its_lease_runs_out(queued):
    """A real process counts to 7 and dies of SIGKILL; the next attempt goes on at 8."""
    job = queued(until=20, hang_at=7)
    worker = worker_for(job.pk, COUNTING)
    until(lambda: Job.objects.get(pk=job.pk).done == 7, worker)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    job.refresh_from_db()
    assert (job.state, job.attempts, job.note) == ("running", 1, "已数到7")
    assert not runner.run(job.pk), "the dead worker's lease still holds"
    assert runner.due_jobs() == []
    lapse(job)
    assert runner.due_jobs() == [job.pk]
    assert runner.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.result) == ("done", 2, {"counted": 20})
    assert counted(job) == list(range(1, 21))


DEADLY = """
import os, signal
from admissions.jobs import registry
def die(job, progress):
    os.kill(os.getpid(), signal.SIGKILL)
registry.KINDS["test.count"] = registry.JobKind("test.count", "计数", die, 3, True, apart=True)
"""


@pytest.fixture
def deadly(monkeypatch):
    """Processes that start from here on work on the test's database; the kind may be run apart."""
    for name, value in environment_of_a_process().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setitem(KINDS, KIND, replace(counting(), apart=True))


@pytest.mark.django_db(transaction=True)
def test_a_job_that_ends_its_process_is_run_once_more_apart_and_has_then_failed(queued, deadly):
    """The worker that takes it the second time lives on."""
    job = queued()
    assert worker_for(job.pk, DEADLY).wait(60) == -signal.SIGKILL
    lapse(job)
    assert not runner.run(job.pk), "alone it does not know the kind of this test and ends"
    job.refresh_from_db()
    assert (job.state, job.attempts, job.vanished) == ("failed", 2, 1)
    assert job.error == "多次中断，已停止重试。请把任务编号告诉系统管理员。"
    assert len(STOPPED) == 1
    assert runner.due_jobs() == []


@pytest.mark.django_db
def test_a_job_whose_process_vanished_twice_is_not_run(queued):
    job = queued()
    Job.objects.filter(pk=job.pk).update(state="running", vanished=1, lease_until=timezone.now() - PAST)
    assert not runner.run(job.pk)
    job.refresh_from_db()
    assert (job.state, counted_or_nothing(job)) == ("failed", [])


@pytest.mark.django_db(transaction=True)
def test_a_job_that_says_nothing_for_longer_than_its_lease_is_not_run_twice(queued, monkeypatch):
    monkeypatch.setattr(runner, "LEASE", timedelta(seconds=0.6))
    seen = []

    def work(job, progress):
        for _ in range(8):
            time.sleep(0.25)
            seen.append((runner.due_jobs(), runner.run(job.pk)))
        return {}

    monkeypatch.setitem(KINDS, KIND, JobKind(KIND, "计数", work, 3, True))
    job = queued()
    assert runner.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, seen) == ("done", 1, [([], False)] * 8)


def counted_or_nothing(job):
    return counted(job) if Path(job.params["file"]).exists() else []


def test_a_job_is_handed_to_the_broker_of_the_settings():
    """Not found by the timer a minute later: whoever enqueues it reaches the queue the worker listens to."""
    broker, queue = redis.Redis.from_url(settings.CELERY_BROKER_URL), settings.CELERY_TASK_DEFAULT_QUEUE
    runner.deliver(2**40)
    found = [
        message
        for message in broker.lrange(queue, 0, -1)
        if json.loads(base64.b64decode(json.loads(message)["body"]))[0] == [2**40]
    ]
    assert [json.loads(message)["headers"]["task"] for message in found] == ["jobs.run"]
    broker.lrem(queue, 0, found[0])


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_lease_ran_out_while_it_works_is_not_run_twice(queued, monkeypatch):
    """Its clock stands still: what its connection holds says that it works."""
    monkeypatch.setattr(runner, "_renew", lambda claimed, stopped: None)
    begun, answers = [], []

    def work(job, progress):
        begun.append(job.attempts)
        lapse(job)
        answers.extend(together(lambda: runner.due_jobs(), lambda: runner.run(job.pk)))
        return {}

    monkeypatch.setitem(KINDS, KIND, JobKind(KIND, "计数", work, 3, True))
    job = queued()
    assert runner.run(job.pk)
    job.refresh_from_db()
    assert (begun, answers) == ([1], [[job.pk], False])
    assert (job.state, job.attempts, job.vanished) == ("done", 1, 0)
