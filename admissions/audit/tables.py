"""Tables whose rows are entries."""

from collections.abc import Iterable
from functools import cached_property
from uuid import UUID

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString

from .access import UNPROVABLE
from .models import Event

UNPROVEN = "不可核"
WHY = "这一条的盐已经不在，它的文字不能再证明与封存时相同。"


class EntryTable(tables.Table):
    """Says of an entry whose salt is gone that its words can be proven no more; asked once for the rows shown."""

    @cached_property
    def unproven(self) -> set[UUID]:
        return UNPROVABLE({row.record.pk for row in self.paginated_rows})

    def marked(self, record: Event, shown: str) -> str | SafeString:
        """What the page shows, with the mark where it is due."""
        if record.pk not in self.unproven:
            return shown
        return format_html('{} <span class="chip chip-danger" title="{}">{}</span>', shown, WHY, UNPROVEN)

    def said(self, record: Event, text: str) -> str:
        """The same for an export."""
        return f"{text}（{UNPROVEN}）" if record.pk in self.unproven else text


def with_proof(events: Iterable[Event]) -> list[tuple[Event, bool]]:
    """Each entry, and whether its words can be proven no more."""
    events = list(events)
    unproven = UNPROVABLE({event.pk for event in events})
    return [(event, event.pk in unproven) for event in events]
