"""Documents that a season's pack holds on paper: capabilities declare the kinds they sign and print (`archive`).

Each is rendered alone and written away before the next one, so that hundreds of them need no more memory than one.
"""

import gc
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from admissions.audit.models import AuditedModel
from admissions.core.capability import Slot
from admissions.core.paper import pdf_available
from admissions.house.questions import PaperKind
from admissions.seals.export import Pack, Progress
from admissions.seals.papers import code_of, latest_entry, qr_data_uri
from admissions.seasons.models import Season

LONGEST = 60
FOLDER, INDEX = "papers", "papers.jsonl"
UNFIT = re.compile(r'[\\/:*?"<>|\s\x00-\x1f]+')


@dataclass(frozen=True)
class Copy:
    """Whose copy the archive's is: stands where the reader's name stands on other copies."""

    name: str
    staff_number: str = "归档"


@dataclass(frozen=True)
class Paper:
    """One document: its title, the record it shows, and what makes the PDF."""

    title: str
    record: AuditedModel
    make: Callable[[Copy], bytes]


# 承诺书, 纪要 …: `rows` are the records of the season, `paper` makes a `Paper` of one.
KINDS: Slot[PaperKind] = Slot("archive", PaperKind)


def archive_mark(record: AuditedModel) -> dict[str, str]:
    """The verification code alone: the address it was asked at may be gone when the archive is read."""
    code = code_of(latest_entry(record))
    return {"verification_code": code, "verification_url": "", "verification_qr": qr_data_uri(code)}


def write_papers(pack: Pack, season: Season, copy: Copy, progress: Progress) -> dict[str, Any]:
    """Every document of the season as PDF/A with an index; what the pack's card says about them."""
    available = pdf_available()
    total = sum(kind.rows(season).count() for kind in KINDS)
    if not available:
        pack.write(INDEX, b"")
        return {"count": 0, "due": total, "missing": f"没有 PDF：{available.reason}内容见现行记录和留痕。"}
    done = 0
    with pack.spooled(INDEX) as index:
        for kind in KINDS:
            for number, paper in enumerate(_papers(kind, season), 1):
                index.line(_write(pack, kind.label, number, paper, copy))
                gc.collect()  # the renderer's documents hold themselves in circles, with some 30 MB of fonts each
                done += 1
                progress(done, total, f"排印{kind.label}")
    return {"count": done, "due": total, "format": "PDF/A-3b"}


def _papers(kind: PaperKind, season: Season) -> Iterator[Paper]:
    keys = list(kind.rows(season).order_by("pk").values_list("pk", flat=True))
    for key in keys:
        yield kind.paper(kind.rows(season).get(pk=key))


def _write(pack: Pack, label: str, number: int, paper: Paper, copy: Copy) -> dict[str, Any]:
    name = f"{FOLDER}/{label}/{number:04}-{readable(paper.title)}.pdf"
    pack.write(name, paper.make(copy))
    record = paper.record
    return {"file": name, "kind": label, "title": paper.title, "table": record._meta.db_table, "id": record.pk}


def readable(title: str) -> str:
    """The title as part of a file name on every system."""
    return UNFIT.sub("_", title).strip("._")[:LONGEST] or "无题"
