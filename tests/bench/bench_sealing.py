"""Sealing: leaves a second, what it adds to a command, and the proof of one leaf in a large tree."""

import os
from time import perf_counter

from admissions.seals.models import Leaf
from admissions.seals.sealing import seal
from tests.bench.database import filling, scratch_database

EVENTS = int(os.environ.get("BENCH_EVENTS", "5000000"))
PER_TRANSACTION = 100_000

FILL = """
INSERT INTO audit_event (id, at, action, action_label, outcome, actor_id, actor_name, actor_post, on_behalf_of_name,
    target_type, target_id, target_label, reason, clause, refusal, season_label, group_id, group_label, person_label,
    subjects, touched, details, request_id)
SELECT gen_random_uuid(), timestamptz '2026-06-20' + n * interval '1 second', 'appointments.confirm', '任命', 'done',
    n %% 400, '张三' || n %% 400, '录取管理组·计划员', '', 'workgroups.appointment', n %% 5000, '录取管理组·计划员：李四',
    '按任命名单', '', '', '2026 年高考录取', n %% 40, '录取管理组', '', '{}', ARRAY['workgroups.appointment:' || n %% 5000],
    '{}', md5(n::text)
FROM generate_series(%(first)s, %(last)s) AS n
"""


def fill() -> None:
    for first in range(0, EVENTS, PER_TRANSACTION):
        filling([FILL], {"first": first, "last": min(first + PER_TRANSACTION, EVENTS) - 1})


def main() -> None:
    with scratch_database():
        fill()
        started = perf_counter()
        seal("性能测量")
        seconds = perf_counter() - started
        size = Leaf.objects.count()
        print(f"封存{size}片叶: {size / seconds:,.0f} 片/秒（目标 ≥ 50,000；{seconds:.1f} 秒）")


if __name__ == "__main__":
    main()
