"""One sealer at a time takes every finished ledger row without a leaf, makes leaves and signs the new root.

All in one transaction: a crash anywhere leaves the tree as it was, and the next run goes on.
"""

import io
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

import structlog
from django.db import connection, transaction
from django.utils import timezone

from . import notes
from .keys import algorithm, last_change, origin, seed
from .leaves import (
    CHUNK,
    EVERYTHING,
    LedgerTable,
    Reach,
    Sealed,
    current_form,
    ledger_tables,
    pinned_session,
    sealed_rows,
    unsealed_sql,
)  # fmt: skip
from .marking import Marks
from .merkle import digester
from .models import Leaf, LeafForm, LeafSalt, Seal, Tile
from .tree import Frontier, stored_frontier

LOCK = 0x5EA1
Step = Callable[[str], None]
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Moment:
    """Where the database stands: its identity, the oldest of its transactions still under way, and the next one's number."""

    cluster: str
    horizon: int
    newest: int
    at: datetime


# Transactions of other databases on the same server write nothing here and hold nothing back. A transaction's lock tells
# whose it is; one that ended between the snapshot and the look at the locks cannot be told any more and counts as ours.
MOMENT = """
WITH now AS (SELECT pg_current_snapshot() AS snapshot),
running AS (SELECT x::text::bigint AS xid FROM now, pg_snapshot_xip(snapshot) AS x),
held AS (
    SELECT l.transactionid::text::bigint AS xid, a.datname FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid)
    WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND l.granted
),
told AS (SELECT running.xid, held.xid AS lock, datname FROM running LEFT JOIN held ON held.xid = (running.xid & 4294967295))
SELECT (SELECT system_identifier::text FROM pg_control_system()),
       least(
           (SELECT min(xid) FROM told WHERE datname IS NULL OR datname = current_database()),
           pg_snapshot_xmax(snapshot)::text::bigint
       ),
       pg_snapshot_xmax(snapshot)::text::bigint,
       (SELECT count(*) FROM told WHERE lock IS NULL)
FROM now
"""
LOOKS = 20


def seal(cause: str, step: Step = lambda name: None, *, sweeping: bool = False) -> Seal | None:
    """Seal every finished ledger row that has no leaf yet; None when there is none or another sealer is at work.

    A row whose transaction was made up, so that it lies behind the line or ahead of all, is found only when `sweeping`,
    which looks through all rows.

    Rows of transactions still under way wait for the next seal; indexes are given here, so late commits leave no gap.
    `step` is told each step by name before it is taken.
    """
    started = time.monotonic()
    with transaction.atomic(durable=True), pinned_session() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return None
        last = Seal.objects.newest_first().first()
        moment = read_moment(cursor)
        digest = digester(_algorithm_of(last))
        _require_same_key(last)
        frontier = stored_frontier(digest, last.size if last else 0)
        step("leaves")
        before = frontier.size
        # What was once behind the line stays behind it.
        horizon = moment.horizon if is_new_epoch(last, moment) else max(moment.horizon, last.horizon)
        reach = _reach(last, moment, horizon, sweeping)
        marks = Marks()
        for table in ledger_tables():
            _take(table, frontier, reach, marks, step)
        alarms = marks.tell()
        if frontier.size == before:
            return None
        step("seal")
        made = _sign(last, frontier, moment, horizon, cause)
        step("commit")
    seconds = round(time.monotonic() - started, 3)
    log.info("sealed", seal=made.number, leaves=made.size - before, seconds=seconds)
    if alarms:
        log.error("entries with wrong marks sealed", seal=made.number, alarms=alarms)
    return made


def read_moment(cursor: object) -> Moment:
    """Looked at again while some transaction cannot be told: on a busy server one of another database would hold us back."""
    for _ in range(LOOKS):
        cursor.execute(MOMENT)
        cluster, horizon, newest, untold = cursor.fetchone()
        if not untold:
            break
    return Moment(cluster, horizon, newest, timezone.now())


def _algorithm_of(last: Seal | None) -> str:
    """The tree keeps the algorithm it began with; a setting that says otherwise is a mistake to be seen at once."""
    if last is not None and last.algorithm != algorithm():
        raise RuntimeError(f"SEAL_ALGORITHM={algorithm()}, but the tree is {last.algorithm}")
    return algorithm()


def _require_same_key(last: Seal | None) -> None:
    """A secret changed by hand would break the chain of keys; with a change on record the old key ends before the next seal."""
    change = last_change()
    if last is None or (change is not None and change.size >= last.size):
        return
    if not notes.is_signed_by(last.checkpoint, notes.log_key(seed(), origin())):
        raise RuntimeError("SEAL_KEY is not the key that signed the last seal; see rotate_seal_key")


def is_new_epoch(last: Seal | None, moment: Moment) -> bool:
    """After a restore the database is another one and transaction numbers begin anew."""
    return last is None or last.cluster != moment.cluster or moment.newest < last.horizon


def _reach(last: Seal | None, moment: Moment, horizon: int, sweeping: bool) -> Reach:
    """In a new epoch the rows carry another database's numbers: everything visible without a leaf is taken."""
    if is_new_epoch(last, moment):
        return EVERYTHING
    return Reach(horizon=horizon, beyond=moment.newest) if sweeping else Reach(last.horizon, horizon)


def _take(table: LedgerTable, frontier: Frontier, reach: Reach, marks: Marks, step: Step) -> None:
    """Make leaves of the table's unsealed rows, a chunk at a time."""
    forms = list(LeafForm.objects.filter(table_name=table.name).values_list("pk", flat=True))
    form = current_form(table)
    sql = unsealed_sql(table, forms, reach)
    with connection.chunked_cursor() as rows:
        rows.itersize = CHUNK
        rows.execute(sql)
        made = sealed_rows(frontier.digest, table.name, form.pk, marks.heard(table, iter(rows)))
        while chunk := list(islice(made, CHUNK)):
            step(f"chunk {table.name}")
            _store(form.pk, chunk, frontier)


def _store(form: int, chunk: list[Sealed], frontier: Frontier) -> None:
    first = frontier.size
    for sealed in chunk:
        frontier.add(sealed.hash)
    _copy(
        f"{Leaf._meta.db_table} (index, form_id, row_id, hash)",
        (f"{index}\t{form}\t{sealed.row_id}\t\\\\x{sealed.hash.hex()}\n" for index, sealed in enumerate(chunk, first)),
    )
    _copy(
        f"{LeafSalt._meta.db_table} (leaf_index, salt, commitment)",
        (
            f"{index}\t\\\\x{sealed.salt.hex()}\t\\\\x{sealed.commitment.hex()}\n"
            for index, sealed in enumerate(chunk, first)
        ),
    )
    _copy(
        f"{Tile._meta.db_table} (level, index, root, hashes)",
        (
            f"{tile.level}\t{tile.index}\t\\\\x{tile.root.hex()}\t\\\\x{b''.join(tile.hashes).hex()}\n"
            for tile in frontier.taken()
        ),
    )


def _copy(target: str, lines: Iterator[str]) -> None:
    text = "".join(lines)
    if text:
        with connection.cursor() as cursor:
            cursor.copy_expert(f"COPY {target} FROM STDIN", io.StringIO(text))


def _sign(last: Seal | None, frontier: Frontier, moment: Moment, horizon: int, cause: str) -> Seal:
    root = frontier.root()
    epoch = (last.epoch if last else 0) + (1 if is_new_epoch(last, moment) else 0)
    checkpoint = notes.Checkpoint(origin(), frontier.size, root)
    return Seal.objects.create(
        number=(last.number if last else 0) + 1,
        size=frontier.size,
        root=root,
        algorithm=algorithm(),
        # A clock set back must not make seals run backwards.
        at=max(moment.at, last.at) if last else moment.at,
        cause=cause[:100],
        epoch=epoch,
        cluster=moment.cluster,
        horizon=horizon,
        checkpoint=notes.signed_note(seed(), origin(), checkpoint.body),
    )
