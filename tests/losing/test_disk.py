"""No room on the disk: a sentence, nothing half kept, no row without its file; and what an interrupted act left is swept.

The limit of the size of a file is the kernel's own; it refuses a write just as a full disk does.
"""

import resource
from contextlib import contextmanager
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from admissions.accounts.enums import Role
from admissions.core.faults import NO_SPACE
from admissions.evidence import sweeping
from admissions.evidence.enums import ImportStatus
from admissions.evidence.marking.copies import marked
from admissions.evidence.models import ImportBatch, StoredFile
from admissions.evidence.services import void_import
from admissions.evidence.storage import Incoming, path_of
from admissions.jobs import runner
from admissions.jobs.models import Job
from admissions.seals.leftovers import sweep_packs
from admissions.seals.models import Seal
from admissions.seals.sealing import seal
from admissions.seals.services import request_export
from tests.factories.accounts import user_with
from tests.factories.files import xlsx_file
from tests.factories.imports import checked, person, roster, sent
from tests.house.lookers import SECRETARY, SECURITY
from tests.house.test_pages import signed_in

ROOM = 32 << 10


@contextmanager
def little_room(size: int = ROOM):
    """Nothing on disk grows beyond this."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def files_in(folder: Path | str) -> set[str]:
    return {path.name for path in Path(folder).rglob("*") if path.is_file()}


def rows() -> tuple[int, int]:
    return StoredFile.objects.count(), ImportBatch.objects.count()


@pytest.fixture
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT, settings.MFA_REQUIRED = str(tmp_path), False


@pytest.mark.django_db
class TestUploads:
    """The sentence stands on the form; a file so large that it waits on disk before the page sees it gets a page."""

    def test_an_import_and_a_paper_are_refused_with_a_sentence_and_leave_nothing(self, world, settings):
        settings.MFA_REQUIRED = False
        before = rows(), files_in(settings.MEDIA_ROOT)
        table = SimpleUploadedFile("花名册.csv", roster(*[person(number=f"S{n:05}") for n in range(2000)]))
        paper = SimpleUploadedFile("测算.pdf", b"%PDF-1.4\n" + b"x" * (100 << 10))
        sending = {
            (SECURITY, reverse("evidence:import-upload", args=["roster"])): {"file": table, "reason": "人事处报送"},
            (SECRETARY, reverse("meetings:item-paper", args=[world.named_item.pk])): {
                "title": "新测算", "file": paper, "reason": "补充",
            },
        }  # fmt: skip
        for (looker, address), values in sending.items():
            client = signed_in(world, looker)
            with little_room():
                answer = client.post(address, values)
            assert (answer.status_code, NO_SPACE in answer.content.decode()) == (422, True), address
            assert (rows(), files_in(settings.MEDIA_ROOT)) == before
            values["file"].seek(0)
            answer = client.post(address, values)
            assert answer.status_code == 302, "with room it is taken"
            assert rows()[0] == before[0][0] + 1
            before = rows(), files_in(settings.MEDIA_ROOT)

    def test_a_request_that_finds_no_room_on_its_way_in_gets_the_page_that_says_so(self, client, own_files):
        client.force_login(user_with(Role.SECURITY_ADMIN))
        client.raise_request_exception = False
        large = SimpleUploadedFile("花名册.csv", b"x" * (3 << 20))
        with little_room():
            answer = client.post(reverse("evidence:import-upload", args=["roster"]), {"file": large, "reason": "报送"})
        assert answer.status_code == 507
        assert "存储空间不足" in answer.content.decode() and "没有写入任何数据" in answer.content.decode()
        assert rows() == (0, 0)


@pytest.mark.django_db
class TestJobs:
    def until_it_gives_up(self, task: Job) -> Job:
        with little_room():
            for _ in range(3):
                runner.run(task.pk)
        task.refresh_from_db()
        return task

    def test_a_check_that_finds_no_room_says_so_and_reads_nothing(self, own_files):
        batch = sent(roster(*[person(number=f"S{n:05}") for n in range(2000)]))
        task = self.until_it_gives_up(Job.objects.get(params__batch=batch.pk))
        batch.refresh_from_db()
        assert (task.state, task.error) == ("failed", runner.NO_ROOM)
        assert (batch.status, batch.problem, batch.rows.count()) == (ImportStatus.FAILED, runner.NO_ROOM, 0)

    def test_an_export_leaves_no_half_of_itself_and_is_made_once_there_is_room(self, own_files, settings):
        auditor = user_with(Role.AUDIT_ADMIN)
        seal("测试")
        export = request_export(actor=auditor, reason="例行核验", seal=Seal.objects.latest("number"))
        with little_room():
            assert runner.run(export.job_id)
        export.job.refresh_from_db()
        assert (export.job.state, files_in(settings.MEDIA_ROOT)) == ("waiting", set())
        Job.objects.filter(pk=export.job_id).update(lease_until=None)
        assert runner.run(export.job_id)
        export.refresh_from_db()
        assert files_in(settings.MEDIA_ROOT) == {export.storage_name}
        again = request_export(actor=auditor, reason="再次核验", seal=Seal.objects.latest("number"))
        assert self.until_it_gives_up(again.job).error == runner.NO_ROOM
        again.refresh_from_db()
        assert (again.is_ready, files_in(settings.MEDIA_ROOT)) == (False, {export.storage_name})


def test_a_copy_that_cannot_be_marked_for_want_of_room_is_not_given_out_unmarked(tmp_path):
    book = tmp_path / "book.xlsx"
    book.write_bytes(xlsx_file([[f"{n * 7919 % 10007}", f"{n * 104729 % 99991}"] for n in range(4000)]))
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert marked(book, kind, "甲某")[:2] == b"PK"
    with pytest.raises(OSError), little_room(4 << 10):
        marked(book, kind, "甲某")


@pytest.mark.django_db
def test_what_an_interrupted_act_left_is_swept_after_a_day(own_files, settings):
    """Bytes whose row was never written, and bytes that were to go when their row said so."""
    kept = checked(roster(person())).file
    orphan = Incoming([b"%PDF-1.4\nnever recorded"], "材料.pdf")
    batch = checked(roster(person(number="S0002")))
    # Nothing is committed in this test, so what comes after a commit is left undone, as by a kill.
    void_import(actor=batch.uploaded_by, reason="发错", batch=batch)
    batch.file.refresh_from_db()
    cleared = batch.file
    assert cleared.removed_at is not None and path_of(cleared.storage_name).exists()
    packs = Path(settings.MEDIA_ROOT) / "exports"
    packs.mkdir()
    auditor = user_with(Role.AUDIT_ADMIN)
    seal("测试")
    export = request_export(actor=auditor, reason="例行核验", seal=Seal.objects.latest("number"))
    assert runner.run(export.job_id)
    (packs / "export-1.part").write_bytes(b"half of a pack")
    changed = path_of(kept.storage_name).stat().st_ctime  # by the kernel's clock, which is not the suite's
    with time_machine.travel(changed + 60):
        assert (sweeping.sweep(), sweep_packs()) == (0, 0), "nothing is touched on its first day"
    with time_machine.travel(changed + sweeping.AGE + 600):
        assert (sweeping.sweep(), sweep_packs()) == (2, 1)
    assert not orphan.path.exists()
    assert path_of(kept.storage_name).exists() and not path_of(cleared.storage_name).exists()
    export.refresh_from_db()
    assert files_in(packs) == {export.storage_name}
