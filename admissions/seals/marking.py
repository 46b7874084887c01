"""Marks asked for before a row is sealed: a wrong one is sealed as it is, and told by an alarm, which is a leaf of the next seal."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from django.db import connection, models

from admissions.audit.marks import are_rows_marked, event_check, row_digest
from admissions.audit.models import Event, WrongMark

from .leaves import LedgerTable, Row

# So many groups of history rows are compared with their events at a time.
AT_ONCE = 1_000
READ_BACK = "seals.read_archive"
OF_EVENT, OF_ROWS = "留痕的印签不符", "历史行与留痕的印签不符"
Group = tuple[str, dict[str, bytes]]  # event id, digests of its rows by row id


class Marks:
    """Hears every row on its way into the tree; `wrong`: (table, event id) of what no process of ours wrote so."""

    def __init__(self) -> None:
        self.wrong: list[tuple[LedgerTable, str]] = []

    def heard(self, table: LedgerTable, rows: Iterable[Row]) -> Iterator[Row]:
        """The same rows; those of a history come by transaction and event."""
        if table.model is Event:
            return self._events(table, rows)
        return self._histories(table, rows) if "event_id" in table.open_columns and table.columns else iter(rows)

    def _events(self, table: LedgerTable, rows: Iterable[Row]) -> Iterator[Row]:
        is_right = event_check()
        for row in rows:
            if not is_right(row):
                self.wrong.append((table, row[0]))
            yield row

    def _histories(self, table: LedgerTable, rows: Iterable[Row]) -> Iterator[Row]:
        groups: list[Group] = []
        for event, some in groupby(rows, key=_event_of):
            digests = {}
            for row in some:
                digests[row[0]] = row_digest(row)
                yield row
            groups.append((event, digests))
            if len(groups) == AT_ONCE:
                self._compare(table, groups)
                groups = []
        self._compare(table, groups)

    def _compare(self, table: LedgerTable, groups: list[Group]) -> None:
        marks = dict(Event.objects.filter(pk__in=[event for event, _ in groups]).values_list("pk", "row_marks"))
        told = {str(key): entries for key, entries in marks.items()}
        self.wrong += [
            (table, event) for event, digests in groups if not are_rows_marked(table.name, digests, told.get(event, ()))
        ]

    def tell(self) -> int:
        """An alarm for each; how many. What an archive brought back carries the marks of where it was written."""
        brought = {pair for pair in self.wrong if self._is_read_back(*pair)}
        alarms = [
            WrongMark(found=OF_EVENT if table.model is Event else OF_ROWS, table_name=table.name, row_id=event)
            for table, event in self.wrong
            if (table, event) not in brought
        ]
        models.QuerySet(WrongMark).bulk_create(alarms, batch_size=1000)
        return len(alarms)

    def _is_read_back(self, table: LedgerTable, event: str) -> bool:
        """Written in the transaction of a read-back whose own mark is right."""
        key = "id" if table.model is Event else "event_id"
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT e.id::text FROM audit_event e JOIN {connection.ops.quote_name(table.name)} t ON t.txid = e.txid"
                f" WHERE e.action = %s AND t.{key} = %s LIMIT 1",
                [READ_BACK, event],
            )
            found = cursor.fetchone()
        return found is not None and found[0] not in {row for of, row in self.wrong if of.model is Event}


def _event_of(row: Row) -> str:
    """The third of the public columns, without reading the others."""
    return row[1].split('"', 6)[5]
