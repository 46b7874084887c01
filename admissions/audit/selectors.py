"""Reading the trail: scoped, filtered, page by page through keysets; never a count over the table."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, Q, TextField, Value
from django.utils import timezone

from .models import Event, EventQuerySet, NameBigrams

PER_PAGE = 50
COUNT_LIMIT = 1_000


@dataclass(frozen=True)
class Cursor:
    """A place between two entries; `backwards` reads towards newer ones."""

    at: datetime
    id: UUID
    backwards: bool = False

    def encode(self) -> str:
        return f"{'n' if self.backwards else 'o'}{self.at.isoformat()}_{self.id.hex}"

    @classmethod
    def decode(cls, text: str) -> "Cursor | None":
        """None for anything that is not a cursor: a mangled address shows the first page."""
        try:
            moment, identifier = text[1:].split("_")
            at = datetime.fromisoformat(moment)
            return cls(at, UUID(identifier), text[0] == "n") if timezone.is_aware(at) else None
        except (ValueError, IndexError):
            return None


@dataclass(frozen=True)
class TrailSlice:
    """One page of entries, the newest first, with the cursors of its neighbours."""

    events: list[Event]
    newer: str
    older: str


def trail_slice(events: EventQuerySet, cursor: Cursor | None, per_page: int = PER_PAGE) -> TrailSlice:
    """The page at the cursor; costs the same at the first and at the fifty-thousandth page."""
    if cursor is not None and cursor.backwards:
        rows = list(events.filter(_beyond(cursor, newer=True)).order_by("at", "id")[: per_page + 1])
        has_newer, rows = len(rows) > per_page, rows[:per_page][::-1]
        return _slice(rows, has_newer, True)
    if cursor is not None:
        events = events.filter(_beyond(cursor, newer=False))
    rows = list(events.newest_first()[: per_page + 1])
    return _slice(rows[:per_page], cursor is not None, len(rows) > per_page)


def _beyond(cursor: Cursor, *, newer: bool) -> Q:
    """Row comparison written so that the index on (at, id) bounds the scan."""
    sign = "gt" if newer else "lt"
    bound = "gte" if newer else "lte"
    return Q(**{f"at__{bound}": cursor.at}) & (
        Q(**{f"at__{sign}": cursor.at}) | Q(**{"at": cursor.at, f"id__{sign}": cursor.id})
    )


def _slice(rows: list[Event], has_newer: bool, has_older: bool) -> TrailSlice:
    if not rows:
        return TrailSlice([], "", "")
    newer = Cursor(rows[0].at, rows[0].id, True).encode() if has_newer else ""
    older = Cursor(rows[-1].at, rows[-1].id).encode() if has_older else ""
    return TrailSlice(rows, newer, older)


def naming(events: EventQuerySet, text: str) -> EventQuerySet:
    """Entries whose actor, person or object contains the text; two characters and more go through the bigram index."""
    text = "".join(text.split())
    if not text:
        return events
    words = Q(actor_name__contains=text) | Q(person_label__contains=text) | Q(target_label__contains=text)
    if len(text) < 2:
        return events.filter(words)
    wanted = Func(Value(text), Value(""), Value(""), function="audit_bigrams", output_field=ArrayField(TextField()))
    names = NameBigrams(F("actor_name"), F("person_label"), F("target_label"))
    return events.alias(bigrams=names).filter(words, bigrams__contains=wanted)


def capped_count(events: EventQuerySet) -> tuple[int, bool]:
    """How many entries, counted no further than the limit; True when there are more.

    The newest are counted, which the page has just read: in no order the server would read on from the oldest, on disk.
    """
    count = events.newest_first()[: COUNT_LIMIT + 1].count()
    return min(count, COUNT_LIMIT), count > COUNT_LIMIT
