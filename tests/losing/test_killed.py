"""Killed at any step of an import, a comparison, a closing meeting: nothing lost, nothing doubled, and the page says what happened.

`make test-all` goes through every step; the suite through one at the beginning, one in the middle, one after the commit.
"""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.accounts.models import User
from admissions.audit.enums import Outcome
from admissions.audit.models import Event
from admissions.evidence.enums import ImportStatus
from admissions.evidence.models import ImportBatch, ImportRow, StoredFile
from admissions.evidence.views import check_of
from admissions.jobs import runner, telling
from admissions.jobs.models import Job
from tests.factories.accounts import OrganisationFactory, user_with
from tests.factories.imports import UNIT, checked, person, roster
from tests.factories.meetings import body, decided, heard, proposed
from tests.factories.recusal import RelativeKindFactory, candidates, declared, many_id_numbers, officer, relative
from tests.factories.workgroups import SeasonFactory
from tests.losing.victims import HANDED_OVER, stopped
from tests.sizes import ALL
from workgroups.meetings.models import Meeting, Minutes, Presence
from workgroups.recusal.models import FactPassage, RecusalFact, ScreeningHit
from workgroups.recusal.services.screening import start_screening

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = [person(f"吕示正{word}", f"S{number:04}") for number, word in enumerate("甲乙丙丁", 1)]


def some(*steps):
    """Each step with each end in the whole run; else the first, one in the middle, where the database goes, and the last."""
    pairs = [(step, by) for step in steps for by in ("kill", "database")]
    if not ALL:
        pairs = [(steps[0], "kill"), (steps[len(steps) // 2], "database"), (steps[-1], "kill")]
    return [
        pytest.param(*pair, id=f"{'-'.join([pair[0]] if isinstance(pair[0], str) else pair[0])}-{pair[1]}")
        for pair in pairs
    ]


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT, settings.MFA_REQUIRED = str(tmp_path), False


def signed_in(user) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def posting(client, address, **values):
    """An act of the web process, whose answer can be told to another process."""

    def act():
        answer = client.post(address, values)
        return [answer.status_code, answer.content.decode(errors="replace")]

    return act


def ended(act, step, by) -> int | None:
    """Ended at the step; the status of the answer where there was one."""
    steps = step if isinstance(step, tuple) else (step,)
    with stopped(act, *steps) as victim:
        if by == "kill":
            victim.kill()
            return None
        victim.lose_database()
        status, text = victim.answer()
        assert "数据库暂时连不上" in text
        return status


def lapse(task: Job) -> None:
    """As ninety seconds later."""
    Job.objects.filter(pk=task.pk).update(
        lease_until=timezone.now() - timedelta(seconds=1), created_at=timezone.now() - timedelta(minutes=2)
    )


def done(action: str) -> int:
    return Event.objects.filter(action=action, outcome__in=[Outcome.DONE, Outcome.MACHINE]).count()


class TestClosingAMeeting:
    STEPS = (
        "meetings_meeting", "meetings_historicalmeeting", "meetings_presence", "meetings_historicalpresence",
        "meetings_minutes", "audit_event",
    )  # fmt: skip

    @pytest.fixture
    def meeting(self):
        of = body()
        item = decided(of, proposed(of))
        heard(of, item)
        return Meeting.objects.get(pk=item.meeting_id)

    def closing(self, meeting):
        head = meeting.seats.get(kind="head").person
        client, address = signed_in(head), reverse("meetings:close", args=[meeting.pk])
        assert client.get(address).status_code == 200
        return client, posting(client, address, reason="议程完毕")

    def assert_closed_once(self, meeting):
        meeting.refresh_from_db()
        assert (meeting.status, done("meetings.close")) == ("closed", 1)
        assert Minutes.objects.filter(meeting=meeting).count() == 1
        assert not Presence.objects.filter(seat__meeting=meeting, period__endswith__isnull=True).exists()

    @pytest.mark.parametrize(("step", "by"), some(*STEPS))
    def test_before_it_is_kept_nothing_is_and_it_can_be_closed(self, meeting, step, by):
        before = Presence.objects.filter(seat__meeting=meeting, period__endswith__isnull=True).count()
        client, close = self.closing(meeting)
        assert ended(close, step, by) in (None, 503)
        meeting.refresh_from_db()
        assert (meeting.status, meeting.closed_at, Minutes.objects.count()) == ("open", None, 0)
        assert (Presence.objects.filter(period__endswith__isnull=True).count(), done("meetings.close")) == (before, 0)
        assert "宣布闭会" in client.get(reverse("meetings:one", args=[meeting.pk])).content.decode()
        assert close()[0] == 302
        self.assert_closed_once(meeting)

    def test_after_it_is_kept_it_stays_and_a_second_try_is_told_so(self, meeting):
        client, close = self.closing(meeting)
        ended(close, HANDED_OVER, "kill")
        self.assert_closed_once(meeting)
        assert "已闭会" in client.get(reverse("meetings:one", args=[meeting.pk])).content.decode()
        status, text = close()
        assert status == 403
        assert "没有执行" in text
        self.assert_closed_once(meeting)


class TestImport:
    UPLOADING = ("evidence_storedfile", "evidence_importbatch", "jobs_job", "audit_event")
    CONFIRMING = ("evidence_importbatch", "accounts_user", "accounts_historicaluser", "audit_event")

    @pytest.fixture(autouse=True)
    def unit(self):
        OrganisationFactory(name=UNIT)

    def uploading(self):
        client = signed_in(user_with(Role.SECURITY_ADMIN))
        address = reverse("evidence:import-upload", args=["roster"])

        def act():
            file = SimpleUploadedFile("花名册.csv", roster(*PEOPLE))
            answer = client.post(address, {"file": file, "reason": "人事处报送"})
            return [answer.status_code, answer.content.decode(errors="replace")]

        return client, act

    @pytest.mark.parametrize(("step", "by"), some(*UPLOADING))
    def test_uploading_before_it_is_kept(self, step, by):
        client, upload = self.uploading()
        assert ended(upload, step, by) in (None, 503)
        assert (StoredFile.objects.count(), ImportBatch.objects.count(), Job.objects.count()) == (0, 0, 0)
        assert "花名册.csv" not in client.get(reverse("evidence:imports")).content.decode()
        assert upload()[0] == 302
        assert ImportBatch.objects.get().totals["new"] == 4

    @pytest.mark.parametrize("step", ["evidence_importrow", ("evidence_importrow", "audit_event")][:: 1 if ALL else 2])
    def test_checking_while_the_person_waits_is_taken_over_by_a_worker(self, step):
        client, upload = self.uploading()
        ended(upload, step, "kill")
        batch = ImportBatch.objects.get()
        address = reverse("evidence:import", args=[batch.pk])
        assert (batch.status, ImportRow.objects.count()) == (ImportStatus.CHECKING, 0)
        assert "预检完成后才能确认" in client.get(address).content.decode()
        task = check_of(batch)
        lapse(task)
        assert telling.BROKEN_OFF in client.get(address).content.decode()
        assert runner.due_jobs() == [task.pk]
        # In this process: how one that vanished is run apart is asked in tests/jobs.
        Job.objects.filter(pk=task.pk).update(state="waiting")
        assert runner.run(task.pk)
        batch.refresh_from_db()
        assert (batch.status, ImportRow.objects.count(), done("imports.check")) == (ImportStatus.READY, 4, 1)
        assert "以外的一位有权限的人员确认" in client.get(address).content.decode()

    @pytest.mark.parametrize(("step", "by"), some(*CONFIRMING))
    def test_confirming_before_it_is_kept(self, step, by):
        batch, people = checked(roster(*PEOPLE)), User.objects.count()
        client = signed_in(user_with(Role.SECURITY_ADMIN))
        confirm = posting(client, reverse("evidence:import-confirm", args=[batch.pk]), reason="核对无误")
        assert ended(confirm, step, by) in (None, 503)
        batch.refresh_from_db()
        assert (batch.status, batch.confirmed_by, User.objects.count()) == (ImportStatus.READY, None, people + 1)
        assert confirm()[0] == 302
        self.assert_applied_once(batch)

    def test_confirming_after_it_is_kept(self):
        batch = checked(roster(*PEOPLE))
        client = signed_in(user_with(Role.SECURITY_ADMIN))
        confirm = posting(client, reverse("evidence:import-confirm", args=[batch.pk]), reason="核对无误")
        ended(confirm, HANDED_OVER, "kill")
        self.assert_applied_once(batch)
        status, text = confirm()
        assert (status, "没有执行" in text) == (403, True)
        self.assert_applied_once(batch)

    def assert_applied_once(self, batch):
        batch.refresh_from_db()
        assert (batch.status, done("imports.confirm")) == (ImportStatus.APPLIED, 1)
        assert User.objects.filter(staff_number__in=[one[1] for one in PEOPLE]).count() == len(PEOPLE)


class TestScreening:
    HITS = 4
    STEPS = (
        "recusal_screening", "recusal_screeninghit", "recusal_recusalfact", "recusal_factpassage",
        ("recusal_factpassage", "audit_event"), ("recusal_factpassage", "recusal_screening"),
        ("recusal_factpassage", "recusal_screening", "jobs_job"),
    )  # fmt: skip

    @pytest.fixture
    def season(self):
        season, numbers = SeasonFactory(), many_id_numbers(self.HITS)
        candidates(season, *numbers)
        kind = RelativeKindFactory()
        declared(user_with(Role.SECRETARIAT), season, *[relative(one, relative_kind=kind) for one in numbers])
        return season

    def assert_whole(self, screening):
        screening.refresh_from_db()
        assert (screening.state, screening.hit_count, screening.new_fact_count) == ("done", self.HITS, self.HITS)
        counts = {model: model.objects.count() for model in (ScreeningHit, RecusalFact, FactPassage)}
        assert set(counts.values()) == {self.HITS}, counts
        assert (done("recusal.hit"), done("recusal.close_screening"), done("jobs.finish")) == (self.HITS, 1, 1)

    @pytest.mark.parametrize(("step", "by"), some(*STEPS))
    def test_a_worker_that_ends_at_a_step_is_followed_by_another(self, season, step, by):
        starter = officer()
        screening = start_screening(actor=starter, reason="比对", season=season)
        task, client = screening.job, signed_in(starter)
        steps = step if isinstance(step, tuple) else (step,)
        with stopped(lambda: runner.run(task.pk), *steps) as victim:
            if by == "kill":
                victim.kill()
            else:
                victim.lose_database()
                assert victim.answer() in (True, False)
        task.refresh_from_db()
        assert task.is_open, "nobody calls it done"
        if by == "kill":
            lapse(task)
            assert telling.BROKEN_OFF in client.get(reverse("jobs:one", args=[task.pk])).content.decode()
        # In this process: how one that vanished is run apart is asked in tests/jobs.
        Job.objects.filter(pk=task.pk).update(state="waiting", lease_until=None)
        assert runner.run(task.pk)
        self.assert_whole(screening)
        page = client.get(reverse("jobs:one", args=[task.pk])).content.decode()
        assert "已完成" in page and "没有完成" not in page

    def test_starting_it_killed_after_it_is_kept_starts_one(self, season):
        starter = officer()
        client, address = signed_in(starter), reverse("recusal:screening-start")
        start = posting(client, address, reason="比对")
        ended(start, HANDED_OVER, "kill")
        (task,) = Job.objects.all()
        lapse(task)
        assert runner.due_jobs() == [task.pk], "the timer finds it"
        assert telling.BROKEN_OFF not in client.get(reverse("jobs:one", args=[task.pk])).content.decode()
        assert start()[0] in (403, 422), "one at a time"
        assert runner.run(task.pk)
        assert Job.objects.count() == 1
