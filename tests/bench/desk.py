"""Looks at the supervisors' desk beside looks at an empty view, in turn; `python -m tests.bench.desk` for this alone."""

from datetime import timedelta
from time import perf_counter
from typing import Any

from tests.bench.database import report

from django.test.utils import override_settings  # isort: skip
from django.urls import reverse

LOOKS, LIMIT = 60, 15.0


def looks(client: Any) -> None:
    """Each look counted anew, as after half a minute; then a look every few seconds, as the page is left open."""
    with override_settings(DESK_REMEMBERED=timedelta()):
        _measured(client, "监督工作台每次重新统计")
    with override_settings(DESK_REMEMBERED=timedelta(seconds=30)):
        _measured(client, "监督工作台半分钟内再看")


def _measured(client: Any, title: str) -> None:
    desk, floors, times = reverse("desk:one"), [], []
    client.get(desk)
    for _ in range(LOOKS):
        floors.append(seconds(lambda: client.get("/bench-empty/")))
        times.append(seconds(lambda: client.get(desk)))
    floors.sort(), times.sort()
    report(f"{title} p95 对 空视图 p95", _p95(times), _p95(floors), LIMIT)
    report(f"{title} 中位 对 空视图中位", times[LOOKS // 2], floors[LOOKS // 2], LIMIT)
    report(f"{title} p95 对 空视图中位", _p95(times), floors[LOOKS // 2], LIMIT)


def _p95(times: list[float]) -> float:
    return times[int(len(times) * 0.95) - 1]


def seconds(work: Any) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started


def main() -> None:
    from tests.bench import bench_seals  # noqa: PLC0415 - which measures this too

    bench_seals.desk_alone()


if __name__ == "__main__":
    main()
