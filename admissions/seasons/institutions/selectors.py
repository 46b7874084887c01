"""What the institution pages show beyond the record."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.db.models import Min, QuerySet
from django.db.models.functions import Substr

from admissions.audit.diffs import Change, field_changes
from admissions.evidence.models import ImportBatch

from .models import Institution

IGNORED = {"学校标识码", "所据导入"}


@dataclass(frozen=True)
class Revision:
    """One import that changed the school: by which list, what was before and after."""

    at: datetime
    source: str
    changes: list[Change]


def provinces(institutions: QuerySet) -> list[tuple[str, str]]:
    """Provinces of these schools in the order of the division codes inside the school codes."""
    found = institutions.order_by().values("province").annotate(division=Min(Substr("code", 3, 2)))
    return [(row["province"], row["province"]) for row in found.order_by("division", "province")]


def revisions_of(institution: Institution) -> list[Revision]:
    """How the school looked in earlier lists, the latest first; the first entry is not a change."""
    rows = list(institution.history.order_by("revision"))
    files = dict(
        ImportBatch.objects.filter(pk__in=[row.source_import_id for row in rows]).values_list("pk", "file__name")
    )
    found = []
    for earlier, later in pairwise(rows):
        changes = [c for c in field_changes(Institution, earlier, later) if c.field not in IGNORED]
        if changes:
            found.append(Revision(later.history_date, files.get(later.source_import_id, ""), changes))
    return found[::-1]


def earlier_names(institution: Institution) -> list[str]:
    """Names the school had before, the latest first."""
    names = institution.history.order_by("-revision").values_list("name", flat=True)
    return [name for name in dict.fromkeys(names) if name != institution.name]
