"""2,000 people with 8 relatives each against 700,000 candidates: the matching against the bare hash join."""

import os
import resource
from multiprocessing import Pipe, Process
from time import perf_counter
from typing import Any

from tests.bench.database import by_turns, filling, report, report_memory, scratch_database

from django.db import connection, connections  # isort: skip

from admissions.jobs.runner import run
from tests.factories.recusal import CandidateBatchFactory, RelativeKindFactory, officer
from tests.factories.seasons import OpenSeasonFactory
from workgroups.recusal.matching import compare
from workgroups.recusal.models import Screening, ScreeningHit
from workgroups.recusal.models.candidates import sealed
from workgroups.recusal.services.screening import start_screening

STAFF, RELATIVES, HITS = 2_000, 8, 160
CANDIDATES = int(os.environ.get("BENCH_CANDIDATES", "700000"))
# Digests of the stored length; relatives 1…HITS are candidates as well.
PEOPLE = """
INSERT INTO accounts_user (revision, password, is_superuser, username, name, name_sort, title, employment, id_tail,
                           status, must_change_password)
SELECT 0, '!', false, 'bench' || n, '测' || n, 'ce' || n, '', 'full_time', '', 'active', false
FROM generate_series(1, %(staff)s) n
"""
DECLARATIONS = """
INSERT INTO recusal_recusaldeclaration (revision, season_id, person_id, version, is_none, statement, content,
    content_hash, person_name, person_title, employment, signed_at, method)
SELECT 0, %(season)s, id, 1, false, '声明', '[]', repeat('0', 64), name, '', employment, now(), 'password'
FROM accounts_user WHERE username LIKE 'bench%%'
"""
RELATIONS = """
INSERT INTO recusal_declaredrelation (revision, declaration_id, category, relative_kind_id, relative_name, id_digest,
    id_tail, candidate_answer, school, note)
SELECT 0, id, 'relative', %(kind)s, '亲×', 'v1:' || encode(sha256(('relative' || row_number() over ())::bytea), 'hex'),
    '****0000', 'unknown', '', ''
FROM recusal_recusaldeclaration, generate_series(1, %(relatives)s)
"""
CANDIDATE_ROWS = """
INSERT INTO recusal_candidatedigest (batch_id, reference, id_digest, district_code, school_code)
SELECT %(batch)s, 'K' || n,
    'v1:' || encode(sha256((CASE WHEN n <= %(hits)s THEN 'relative' ELSE 'nobody' END || n)::bytea), 'hex'), '430102', 'S1'
FROM generate_series(1, %(candidates)s) n
"""
BARE_JOIN = """
SELECT count(*) FROM recusal_declaredrelation relation
JOIN recusal_candidatedigest candidate ON candidate.id_digest = relation.id_digest
"""


def fill(season: Any) -> None:
    batch = CandidateBatchFactory(season=season, row_count=CANDIDATES)
    values = {
        "staff": STAFF, "season": season.pk, "kind": RelativeKindFactory().pk, "relatives": RELATIVES,
        "batch": batch.pk, "hits": HITS, "candidates": CANDIDATES,
    }  # fmt: skip
    filling((PEOPLE, DECLARATIONS, RELATIONS, CANDIDATE_ROWS), values)


def bare_join() -> None:
    with sealed(), connection.cursor() as cursor:
        cursor.execute(BARE_JOIN)
        assert cursor.fetchone()[0] == HITS


def _worker(job_id: int, answers: Any) -> None:
    started = perf_counter()
    run(job_id)
    answers.send((perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def main() -> None:
    with scratch_database():
        season = OpenSeasonFactory()
        fill(season)
        screening = start_screening(actor=officer(), reason="性能测量", season=season)
        matching, floor = by_turns(lambda: compare(screening), bare_join, 5, 5)
        assert ScreeningHit.objects.count() == HITS
        ours, theirs = Pipe()
        process = Process(target=_worker, args=(screening.job_id, theirs))
        connections.close_all()  # two processes must not share one
        process.start()
        whole, memory = ours.recv()
        process.join()
        assert Screening.objects.get().state == "done"
        report(f"比对{STAFF * RELATIVES}名亲属与{CANDIDATES}名考生 对 同表哈希连接", matching, floor, 1.5)
        print(f"整个任务{whole:.2f}秒，其中登记{HITS}项疑似，每项{whole / HITS * 1000:.1f} ms")
        report_memory("比对进程内存峰值", memory, 400)
