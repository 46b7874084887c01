"""700,000 candidate digests: upload, check, preview, confirm, against COPY of the same file into a bare table."""

import os
import resource
import tempfile
from multiprocessing import Pipe, Process
from pathlib import Path
from statistics import median
from time import perf_counter

from tests.bench.database import report, report_memory, scratch_database

from django.db import connection, connections  # isort: skip
from django.urls import reverse

from admissions.accounts.identity import keyed_digest
from admissions.core.importing.kinds import KINDS
from admissions.evidence.imports.checking import check_batch
from admissions.evidence.jobs import apply
from admissions.evidence.services import confirm_import, upload_import
from admissions.evidence.storage import Incoming
from admissions.jobs.models import Job
from tests.factories.recusal import many_id_numbers, officer
from tests.factories.seasons import OpenSeasonFactory
from workgroups.recusal import candidate_import
from workgroups.recusal.models import CandidateBatch

ROWS = int(os.environ.get("BENCH_CANDIDATES", "700000"))
HEADER = "考生参考号,证件号摘要,区县代码,学校代码\n"


def candidate_file(path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER)
        for index, number in enumerate(many_id_numbers(ROWS)):
            file.write(f"K{index:07},{keyed_digest(number)},430102,S{index % 900}\n")


def copy_seconds(path: Path) -> float:
    """The floor: the same bytes by COPY into a table without index or key."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_copy (reference text, id_digest text, district text, school text)")
        started = perf_counter()
        with path.open("rb") as file:
            cursor.copy_expert("COPY bench_copy FROM STDIN WITH (FORMAT csv, HEADER)", file)
        seconds = perf_counter() - started
        cursor.execute("DROP TABLE bench_copy")
    return seconds


def imported(path: Path, season: object, officers: tuple[object, object]) -> None:
    """What two officers and the worker do, without the browser."""
    uploading, confirming = officers
    with path.open("rb") as file:
        incoming = Incoming(iter(lambda: file.read(1 << 20), b""), "考生摘要.csv")
        batch = upload_import(
            actor=uploading, reason="性能测量", kind=KINDS[candidate_import.KIND], season=season, incoming=incoming
        )
    batch = check_batch(batch.pk)
    confirm_import(actor=confirming, reason="性能测量", batch=batch)
    apply(Job.objects.get(kind="imports.apply", params__batch=batch.pk), lambda *args, **kwargs: None)


def _measured(path: Path, season: object, officers: tuple[object, object], answers: object) -> None:
    """In a process of its own, so that its memory is its own."""
    reverse("home")  # a worker has its pages loaded long before
    started = perf_counter()
    imported(path, season, officers)
    answers.send((perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def main() -> None:
    with scratch_database(), tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "考生摘要.csv"
        candidate_file(path)
        before = [copy_seconds(path) for _ in range(3)]
        ours, theirs = Pipe()
        season, officers = OpenSeasonFactory(), (officer(), officer())
        process = Process(target=_measured, args=(path, season, officers, theirs))
        connections.close_all()  # two processes must not share one
        process.start()
        seconds, memory = ours.recv()
        process.join()
        floor = median([*before, *(copy_seconds(path) for _ in range(3))])
        assert CandidateBatch.objects.get().row_count == ROWS
        report(f"导入{ROWS}条考生摘要（上传、预检、确认）对 COPY（前后各三次的中位数）", seconds, floor, 2.5)
        report_memory("导入进程内存峰值", memory, 300)
