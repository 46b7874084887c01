"""The trail over five million entries: its queries against the bare index scan, the page against an empty view."""

import os
from datetime import timedelta
from time import perf_counter
from typing import Any

from tests.bench.database import by_turns, filling, median_seconds, report, scratch_database

from django.db import connection  # isort: skip
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import path, reverse
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.audit.models import Event
from admissions.audit.selectors import Cursor, naming, trail_slice
from tests.factories.accounts import RoleGrantFactory, user_with
from tests.factories.seasons import OpenSeasonFactory
from tests.factories.workgroups import WorkGroupFactory

EVENTS = int(os.environ.get("BENCH_EVENTS", "5000000"))
GROUPS, PEOPLE, DEEP = 40, 400, 50_000
TURNS = 8
ROWS = """
INSERT INTO audit_event (id, at, action, action_label, outcome, actor_id, actor_name, actor_post, on_behalf_of_name,
    target_type, target_id, target_label, reason, clause, refusal, season_id, season_label, group_id, group_label,
    person_label, subjects, touched, details, request_id, row_marks, mark, txid)
SELECT gen_random_uuid(), now() - make_interval(secs => n * 4), 'bench.act', '办理', 'done',
    %(person)s + n %% 400, '演示' || chr(19968 + n %% 400) || '某', '', '', 'bench', n::text, '记录' || n, '测量', '', '',
    %(season)s, '测量季', %(group)s + n %% 40, '组', '', '{}', '{}', '{}', '', '{}', '', 0
FROM generate_series(1, %(events)s) n
"""


def empty_view(request: Any) -> HttpResponse:
    return HttpResponse("")


def _urlpatterns() -> list[Any]:
    from admissions.urls import urlpatterns as ours  # noqa: PLC0415 - the urls need the apps to be ready

    return [path("bench-empty/", empty_view), *ours]


urlpatterns = _urlpatterns()


def main() -> None:
    with scratch_database():
        season = OpenSeasonFactory()
        groups = [WorkGroupFactory(season=season) for _ in range(GROUPS)]
        people = [user_with(Role.SECRETARIAT) for _ in range(2)]
        supervisor = user_with(Role.SUPERVISOR, season=season, group=groups[0])
        RoleGrantFactory(user=supervisor, role=Role.SUPERVISOR, season=season, group=groups[1])
        started = perf_counter()
        ids = {"person": people[0].pk, "season": season.pk, "group": groups[0].pk, "events": EVENTS}
        filling((ROWS,), ids)
        print(f"{EVENTS}条留痕，写入用时{perf_counter() - started:.0f}秒")
        measure(supervisor, people[0], [group.pk for group in groups[:2]])


def measure(supervisor: Any, person: Any, groups: list[int]) -> None:
    visible = Event.objects.visible_to(supervisor)
    week = timezone.now() - timedelta(days=7)
    filtered = visible.filter(actor_id=person.pk, at__gte=week)
    bare = "SELECT * FROM audit_event WHERE actor_id = %s AND at >= %s AND group_id = ANY(%s) ORDER BY at DESC, id DESC LIMIT 51"

    def floor() -> None:
        with connection.cursor() as cursor:
            cursor.execute(bare, [person.pk, week, groups])
            cursor.fetchall()

    with CaptureQueriesContext(connection) as sent:
        trail_slice(filtered, None)

    def ours() -> None:
        with connection.cursor() as cursor:
            for query in sent:
                cursor.execute(query["sql"])
                cursor.fetchall()

    raw = median_seconds(floor, 40)
    report("按人和周筛选，第1页的查询 对 裸索引扫描", median_seconds(ours, 40), raw, 3.0)
    whole = median_seconds(lambda: trail_slice(filtered, None), 40)
    print(f"同一页连同拼装查询和50条记录: {whole / raw:.2f}倍（{whole * 1000:.2f} ms）")
    deep = list(visible.newest_first().values_list("at", "id")[min(DEEP * 50, EVENTS // 40) :][:1])
    if deep:
        cursor = Cursor(*deep[0])
        first = median_seconds(lambda: trail_slice(visible, None), 20)
        report("深页 对 第1页（键集翻页）", median_seconds(lambda: trail_slice(visible, cursor), 20), first, 3.0)
    named = naming(visible, "演示")
    plan = named.newest_first()[:51].explain()
    print("两字姓名走二元索引或时间索引:", "是" if "Index" in plan or "Bitmap" in plan else "否")
    with override_settings(ROOT_URLCONF="tests.bench.bench_trail", MFA_REQUIRED=False):
        client = Client()
        client.force_login(supervisor)
        trail = reverse("audit:trail")
        page, nothing = by_turns(lambda: client.get(trail), lambda: client.get("/bench-empty/"), TURNS, 10)
        report("整页50条 对 空视图（全部中间件）", page, nothing, 12.0)
        with CaptureQueriesContext(connection) as queries:
            client.get(trail)
        counted = [q["sql"] for q in queries if "COUNT(*)" in q["sql"] and "audit_event" in q["sql"]]
        print("对整表计数:", "有" if any("LIMIT" not in sql for sql in counted) else "没有（至多数到一千）")
