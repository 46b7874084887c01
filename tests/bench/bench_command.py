"""What a trail costs: one command against the same save without any trail, and eight writers at once."""

import multiprocessing
import re
import threading
from collections.abc import Callable
from time import perf_counter, sleep
from typing import Any

import psycopg2

from tests.bench.database import by_turns, report, scratch_database

from django.db import connection, models, transaction  # isort: skip
from django.test.utils import CaptureQueriesContext

from admissions.audit.commands import command
from admissions.audit.facts import No
from admissions.audit.locking import lock
from admissions.core.ids import uuid7
from admissions.core.names import NameKey
from tests.factories.accounts import OrganisationFactory, UserFactory

REPEAT = 300
WRITERS = 8
SECONDS, ROUNDS = 2, 6


class Plain(models.Model):
    """The same columns without ledger, history or trigger."""

    NOT_AUDITED = "exists only in the benchmark"
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=100, unique=True)
    name_key = NameKey("名称检索")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True)
    is_active = models.BooleanField(default=True)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        app_label = "accounts"

    def __str__(self) -> str:
        return self.name


@command("bench.rename", "改名", clause=No("只在测试中"))
def rename(*, actor, reason, organisation, name, held=0.0, code=None):
    organisation = lock(organisation)
    organisation.name, organisation.code = name, code or organisation.code
    organisation.full_clean()
    organisation.save()
    sleep(held)
    return organisation


def rename_plain(pk: int, name: str, held: float = 0.0, code: str | None = None) -> None:
    with transaction.atomic():
        row = Plain.objects.select_for_update().get(pk=pk)
        row.name, row.code = name, code or row.code
        row.full_clean()
        row.save()
        sleep(held)


def in_use(work: Callable[[], Any]) -> None:
    """Tables with rows in them, whose statistics the server has, as it has of any table in use."""
    work()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def one_command(actor) -> None:
    organisation, plain = OrganisationFactory(), Plain.objects.create(code="p", name="p")

    def audited() -> None:
        for number in range(REPEAT):
            rename(actor=actor, reason="测", organisation=organisation, name=f"甲{number}-{perf_counter()}")

    def bare() -> None:
        for number in range(REPEAT):
            rename_plain(plain.pk, f"乙{number}-{perf_counter()}")

    in_use(audited)
    measured, floor = by_turns(audited, bare, 3, 2)
    report("一次命令（事件+历史+印签+提交时核对）对同样的保存", measured / REPEAT, floor / REPEAT, 1.6)


def throughput(work) -> float:
    """Transactions a second of eight writers, two processes with four threads each, as the web server runs."""
    connection.close()
    total = multiprocessing.get_context("fork").Value("i", 0)
    processes = [
        multiprocessing.get_context("fork").Process(target=write_in_threads, args=(work, half, total))
        for half in (0, 4)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return total.value / SECONDS


def in_turn(first, second) -> tuple[float, float]:
    """Both by turns, round after round, so that a machine that changes its pace does so for both."""
    rounds = [(first(), second()) for _ in range(ROUNDS)]
    return tuple(sum(each) / ROUNDS for each in zip(*rounds, strict=True))


def write_in_threads(work, first: int, total) -> None:
    stop = perf_counter() + SECONDS

    def write(index: int) -> None:
        done = 0
        while perf_counter() < stop:
            work(index, f"{index}-{done}-{perf_counter()}")
            done += 1
        connection.close()
        with total.get_lock():
            total.value += done

    threads = [threading.Thread(target=write, args=(index,)) for index in range(first, first + WRITERS // 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def eight_writers(actor, title: str, held: float, whole: bool = False) -> None:
    """At 10 ms two cores are saturated by the clients themselves; at 50 ms only a lock could slow the writers down.

    A command asks nothing about unique values that a locked row keeps; `whole` changes them all, so that both ask the same.
    """
    organisations = [OrganisationFactory() for _ in range(WRITERS)]
    plains = [Plain.objects.create(code=new_code(), name=new_code()) for _ in range(WRITERS)]

    def save(index: int, name: str) -> None:
        rename_plain(plains[index].pk, name, held, new_code() if whole else None)

    def audited(index: int, name: str) -> None:
        row, code = organisations[index], new_code() if whole else None
        rename(actor=actor, reason="测", organisation=row, name=name, held=held, code=code)

    in_use(lambda: [audited(index, f"戊{index}") for index in range(WRITERS)])
    report_kept(title, *in_turn(lambda: throughput(audited), lambda: throughput(save)), limited=not whole)


def new_code() -> str:
    return str(uuid7())[-20:]


IDENTIFIER = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def statements_of(work: Callable[[], Any]) -> list[str]:
    """What the work sends to the database between BEGIN and COMMIT, as the server reads it."""
    with CaptureQueriesContext(connection) as sent:
        work()
    return [query["sql"] for query in sent if query["sql"] not in {"BEGIN", "COMMIT"}]


def anew(statements: list[str]) -> list[str]:
    """The same transaction once more: every identifier of a ledger row is another one, the same in all its places."""
    fresh: dict[str, str] = {}
    return [IDENTIFIER.sub(lambda found: fresh.setdefault(found[0], str(uuid7())), sql) for sql in statements]


def replayed(held: float, sent: list[list[str]]) -> float:
    """Transactions a second of eight connections that send these statements and nothing else: what the database allows."""
    parameters = connection.get_connection_params()
    parameters.pop("cursor_factory", None)
    stop, done = perf_counter() + SECONDS, []

    def write(statements: list[str]) -> None:
        link, count = psycopg2.connect(**parameters), 0
        with link.cursor() as cursor:
            while perf_counter() < stop:
                for sql in anew(statements):
                    cursor.execute(sql)
                sleep(held)
                link.commit()
                count += 1
        link.close()
        done.append(count)

    threads = [threading.Thread(target=write, args=(statements,)) for statements in sent]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / SECONDS


def eight_connections(actor: Any, held: float) -> None:
    """The statements of the command against those of the plain save, without the clients' own computing."""
    organisations = [OrganisationFactory() for _ in range(WRITERS)]
    plains = [Plain.objects.create(code=f"s{index}", name=f"s{index}") for index in range(WRITERS)]
    audited = [
        statements_of(lambda row=row: rename(actor=actor, reason="测", organisation=row, name=f"丙{row.pk}"))
        for row in organisations
    ]
    bare = [statements_of(lambda row=row: rename_plain(row.pk, f"丁{row.pk}")) for row in plains]
    kept = in_turn(lambda: replayed(held, audited), lambda: replayed(held, bare))
    report_kept(f"数据库八个连接各持{held * 1000:.0f} ms", *kept)


def report_kept(title: str, audited: float, bare: float, limited: bool = True) -> None:
    verdict = f"目标 ≥ 85%，{'达标' if audited >= 0.85 * bare else '未达标'}；" if limited else ""
    print(f"{title}: 保留吞吐 {audited / bare:.0%}（{verdict}{audited:.0f} 对 {bare:.0f} 次/秒）")


def main() -> None:
    with scratch_database():
        with connection.schema_editor() as editor:
            editor.create_model(Plain)
        actor = UserFactory()
        one_command(actor)
        eight_connections(actor, 0.010)
        eight_writers(actor, "八个并行写者各持10 ms", 0.010)
        eight_writers(actor, "同上，唯一值全部改动（命令与普通保存查询相同）", 0.010, whole=True)
        eight_writers(actor, "八个并行写者各持50 ms", 0.050)
