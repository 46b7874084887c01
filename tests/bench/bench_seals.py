"""Seals over five million entries: sealing, what it costs commands, proofs, the desk, and the independent verifier."""

import hashlib
import io
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from tests.bench.database import filling, median_seconds, own_environment, report, report_memory, scratch_database

from django.db import connection, transaction  # isort: skip
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from admissions.accounts.enums import Role
from admissions.audit.marks import event_text, mark_of
from admissions.seals.enums import Disclosure
from admissions.seals.export import TOOLS, Reader, write_export
from admissions.seals.leaves import ledger_tables, pinned_session, unsealed_sql
from admissions.seals.models import Leaf, Seal
from admissions.seals.papers import code_of
from admissions.seals.sealing import seal
from tests.bench.bench_command import Plain, in_turn, rename, throughput
from tests.bench.bench_trail import urlpatterns  # noqa: F401  with the empty view
from tests.bench.desk import looks
from tests.factories.accounts import OrganisationFactory, RoleGrantFactory, UserFactory, user_with
from tests.factories.seasons import OpenSeasonFactory
from tests.factories.workgroups import WorkGroupFactory

EVENTS = int(os.environ.get("BENCH_EVENTS", "5000000"))
PER_TRANSACTION, GROUPS, WRITERS = 100_000, 40, 8
COMMANDS = 1_000  # in a row: longer than the second between two seals
# How the personal text of a row ends that has no mark yet.
BLANK = f'%, "{"0" * 72}"]'
LEAF = 300  # bytes of the plain loop's buffers
# Runs the verifier, says the peak memory (KB) of the largest process below it, fails where it finds something wrong (5: a
# pack of commitments leaves steps out).
SMALL = (
    "import resource, subprocess, sys; done = subprocess.run(sys.argv[1:]); assert done.returncode in (0, 5); "
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
)

FILL = """
INSERT INTO audit_event (id, at, action, action_label, outcome, actor_id, actor_name, actor_post, on_behalf_of_name,
    target_type, target_id, target_label, reason, clause, refusal, season_id, season_label, group_id, group_label,
    person_label, subjects, touched, details, request_id, row_marks, mark)
SELECT gen_random_uuid(), now() - make_interval(secs => n),
    (ARRAY['appointments.propose', 'appointments.confirm', 'season.correct', 'meetings.state_position'])
        [CASE WHEN n %% 1000 < 30 THEN 1 + n %% 3 ELSE 4 END],
    '办理', 'done', n %% 400, '演示' || n %% 400, '录取管理组·计划员', '',
    'appointments.appointment', (n %% 5000)::text, '录取管理组·计划员：演示', '按任命名单', '', '', %(season)s, '2026 年高考录取',
    %(group)s + n %% 40, '录取管理组', '', '{}', '{}', '{}', md5(n::text), '{}', repeat('0', 72)
FROM generate_series(%(first)s, %(last)s) AS n
"""


def main() -> None:
    with scratch_database(), tempfile.TemporaryDirectory() as directory:
        season = OpenSeasonFactory()
        groups = [WorkGroupFactory(season=season) for _ in range(GROUPS)]
        supervisor = supervisor_of(season, groups)
        writers_and_sealer()
        fill(season, groups)
        sealing()
        pages(supervisor)
        verifying(Path(directory))


def desk_alone() -> None:
    with scratch_database():
        season = OpenSeasonFactory()
        groups = [WorkGroupFactory(season=season) for _ in range(GROUPS)]
        supervisor = supervisor_of(season, groups)
        fill(season, groups)
        with override_settings(ROOT_URLCONF="tests.bench.bench_trail", MFA_REQUIRED=False):
            client = Client()
            client.force_login(supervisor)
            looks(client)


def supervisor_of(season: Any, groups: list[Any]) -> Any:
    """Of two of the groups."""
    supervisor = user_with(Role.SUPERVISOR, season=season, group=groups[0])
    RoleGrantFactory(user=supervisor, role=Role.SUPERVISOR, season=season, group=groups[1])
    return supervisor


def fill(season: Any, groups: list[Any]) -> None:
    for first in range(0, EVENTS, PER_TRANSACTION):
        last = min(first + PER_TRANSACTION, EVENTS) - 1
        filling([FILL], {"season": season.pk, "group": groups[0].pk, "first": first, "last": last})
        mark()


def mark() -> None:
    """The marks that a process of ours would have written with the rows."""
    table = ledger_tables()[0]
    with transaction.atomic(), pinned_session() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            f"SELECT * FROM ({unsealed_sql(table, [])}) AS rows (id, public, personal) WHERE personal LIKE %s", [BLANK]
        )
        lines = [f"{row[0]}\t{mark_of(event_text(row[0], row[1], _unmarked(row[2])))}\n" for row in cursor.fetchall()]
        cursor.execute("CREATE TEMP TABLE made (id uuid, mark text) ON COMMIT DROP")
        cursor.copy_expert("COPY made FROM STDIN", io.StringIO("".join(lines)))
        cursor.execute("UPDATE audit_event e SET mark = made.mark FROM made WHERE made.id = e.id")


def _unmarked(personal: str) -> str:
    return f"{personal.rpartition(', ')[0]}]"


def sealing() -> None:
    before = Leaf.objects.count()
    started = perf_counter()
    seal("性能测量")
    seconds = perf_counter() - started
    count = Leaf.objects.count() - before
    verdict = "达标" if count / seconds >= 50_000 else "未达标"
    print(f"封存{count}片叶: {count / seconds:,.0f} 片/秒（目标 ≥ 50,000，{verdict}；{seconds:.1f} 秒）")


def writers_and_sealer() -> None:
    """Eight writers, then one command after another, beside a sealer and, by turns, while it is held still."""
    with connection.schema_editor() as editor:
        editor.create_model(Plain)
    actor = UserFactory()
    organisations = [OrganisationFactory() for _ in range(WRITERS)]

    def write(index: int, name: str) -> None:
        rename(actor=actor, reason="测", organisation=organisations[index], name=name, held=0.05)

    def one() -> None:
        for number in range(COMMANDS):
            rename(actor=actor, reason="测", organisation=organisations[0], name=f"丙{number}-{perf_counter()}")

    def seconds() -> float:
        started = perf_counter()
        one()
        return perf_counter() - started

    with sealer() as beside:
        together, alone = in_turn(lambda: throughput(write), lambda: beside.held_still(lambda: throughput(write)))
        verdict = "达标" if together >= 0.95 * alone else "未达标"
        print(f"八个并行写者旁有封存: 保留吞吐 {together / alone:.0%}（目标 ≥ 95%，{verdict}）")
        one()
        together, alone = in_turn(seconds, lambda: beside.held_still(seconds))
        report("一次命令旁有封存 对 没有", together / COMMANDS, alone / COMMANDS, 1.05)


class sealer:
    """A process of its own that seals every second, sixty times as often as in service."""

    def __enter__(self) -> "sealer":
        code = (
            "import django, time; django.setup()\nfrom admissions.seals.sealing import seal\n"
            "while True:\n    seal('测量'); time.sleep(1)"
        )
        self.process = subprocess.Popen([sys.executable, "-c", code], env=own_environment())
        threading.Event().wait(3)  # until it has started
        return self

    def held_still(self, work: Callable[[], float]) -> float:
        self.process.send_signal(signal.SIGSTOP)
        try:
            return work()
        finally:
            self.process.send_signal(signal.SIGCONT)

    def __exit__(self, *error: Any) -> None:
        assert self.process.poll() is None, "the sealer ended by itself"
        self.process.kill()
        self.process.wait()


def pages(supervisor: Any) -> None:
    row = Leaf.objects.get(index=Leaf.objects.count() // 3).row_id
    client = Client()
    with override_settings(ROOT_URLCONF="tests.bench.bench_trail", MFA_REQUIRED=False):
        client.force_login(supervisor)
        empty = median_seconds(lambda: client.get("/bench-empty/"), 40)
        paper = reverse("paper-verify")
        found = client.get(paper, {"code": code_of(row)}).content.decode()
        assert "有此记录" in found
        report("核验页 对 空视图", median_seconds(lambda: client.get(paper, {"code": code_of(row)}), 40), empty, 4.0)
        looks(client)


def verifying(directory: Path) -> None:
    """The program on an unpacked export, against a loop that only hashes as many buffers."""
    last = Seal.objects.newest_first().first()
    started = perf_counter()
    write_export(directory / "x.zip", last, Reader("测量", "测量", Disclosure.NONE), lambda *args: None)
    print(f"写出核验包: {perf_counter() - started:.0f} 秒，{(directory / 'x.zip').stat().st_size / 2**20:.0f} MB")
    shutil.unpack_archive(directory / "x.zip", directory / "x")
    buffers = [os.urandom(LEAF) for _ in range(1000)]

    def plain() -> None:
        for _ in range(200):
            for buffer in buffers:
                hashlib.sha256(buffer).digest()

    rate = 200_000 / median_seconds(plain)
    started = perf_counter()
    verify = [sys.executable, "-I", str(TOOLS / "verify.py"), str(directory / "x")]
    # A process is charged with the memory of the one it comes from: it comes from a small one, which tells its peak.
    program = subprocess.run([sys.executable, "-c", SMALL, *verify], check=True, stdout=subprocess.PIPE, text=True)
    seconds = perf_counter() - started
    *told, peak = program.stdout.splitlines()
    print(*told[-1:])
    share = last.size / seconds / rate
    print(
        f"核验{last.size}片叶: {last.size / seconds:,.0f} 片/秒，为只算摘要的 {share:.0%}"
        f"（目标 ≥ 20%，{'达标' if share >= 0.2 else '未达标'}；{seconds:.1f} 秒，只算摘要 {rate:,.0f} 个/秒）"
    )
    report_memory("核验程序内存峰值", int(peak) / 1024, 500)
