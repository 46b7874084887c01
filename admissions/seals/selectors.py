"""What pages and witnesses ask about the tree."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils import timezone

from . import notes
from .keys import origin
from .leaves import ledger_tables
from .merkle import consistency_path, digester, inclusion_path, root_from_path
from .models import Cosignature, Leaf, LeafSalt, Seal, Witness
from .tree import StoredTree

# So many of the waiting rows are asked for their time, those of the earliest transactions.
LOOKED_AT = 100


@dataclass(frozen=True)
class Standing:
    """How the tree stands now. `lag`: age of the oldest event not sealed yet; `unwitnessed_for`: since the last witness."""

    last: Seal | None
    witnessed: Seal | None
    lag: timedelta
    unwitnessed_for: timedelta | None
    has_witness: bool

    @property
    def lag_text(self) -> str:
        return in_words(self.lag) if self.lag else ""

    @property
    def is_late(self) -> bool:
        return self.lag > settings.SEAL_LAG_ALARM

    @property
    def lacks_witness(self) -> bool:
        """No co-signature for longer than agreed, or never one though there are seals."""
        if self.last is None:
            return False
        return self.unwitnessed_for is None or self.unwitnessed_for > settings.SEAL_WITNESS_ALARM


def in_words(span: timedelta) -> str:
    """A span in its largest fitting unit, rounded down."""
    for unit, seconds in (("天", 86_400), ("小时", 3_600), ("分钟", 60)):
        if span.total_seconds() >= seconds:
            return f"{int(span.total_seconds() // seconds)} {unit}"
    return "不到 1 分钟"


def standing() -> Standing:
    """Read in a handful of index lookups, whatever the size of the ledger."""
    last = Seal.objects.newest_first().first()
    newest = Cosignature.objects.select_related("seal").order_by("-seal_id").first()
    moment = timezone.now()
    return Standing(
        last=last,
        witnessed=newest.seal if newest else None,
        lag=_lag(last, moment),
        unwitnessed_for=moment - newest.signed_at if newest else None,
        has_witness=Witness.objects.active().exists(),
    )


def _lag(last: Seal | None, moment: datetime) -> timedelta:
    """Age of the oldest row since the last seal; rows of transactions still open then are counted too.

    Histories need not be asked: none is without an event of its own transaction (`audit.commit_guards`).
    """
    models = [table.model for table in ledger_tables() if "at" in table.open_columns]
    since = last.horizon if last else 0
    instants = [
        at
        for model in models
        # The first in the order of the index: asked for the least time, the server would look through all rows by time.
        for at in model._base_manager.filter(txid__gte=since).order_by("txid").values_list("at", flat=True)[:LOOKED_AT]
    ]
    return max(moment - min(instants), timedelta()) if instants else timedelta()


def without_salt(rows: Iterable[UUID]) -> set[UUID]:
    """Of these ledger rows, those with a leaf that nothing opens any more: destroyed, or lost."""
    leaves = Leaf.objects.filter(row_id__in=set(rows)).annotate(
        is_open=Exists(LeafSalt.objects.filter(leaf_index=OuterRef("index"), salt__isnull=False))
    )
    return set(leaves.filter(is_open=False).values_list("row_id", flat=True))


def seal_over(index: int) -> Seal | None:
    """The first seal whose tree holds this leaf."""
    return Seal.objects.filter(size__gt=index).order_by("size").first()


@dataclass(frozen=True)
class Statement:
    """What a holder of a paper may know: the place in the tree, the seal, whether witnessed. Nothing about the content."""

    number: int
    seal: Seal
    sealed_at: datetime
    witnesses: tuple[str, ...]
    path: tuple[bytes, ...]
    leaf: bytes
    is_open: bool

    @property
    def sentence(self) -> str:
        seen = "已由监督组共签" if self.witnesses else "尚未由监督组共签（自证）"
        content = "" if self.is_open else "不可核：盐已不在，纸上的文字不能再证明与封存时相同。"
        return f"第 {self.number} 条，见{self.seal}，{seen}。{content}"


def statement_about(row_id: UUID) -> Statement | None:
    """Where the ledger row stands, proven against the root that was signed; None when it is not sealed (yet).

    Raises LookupError when the stored tree no longer leads to the signed root.
    """
    # A row has a leaf or two; asking for the first one in order would let the planner walk the whole tree for it.
    leaf = min(Leaf.objects.filter(row_id=row_id), key=lambda leaf: leaf.index, default=None)
    seal = seal_over(leaf.index) if leaf else None
    if leaf is None or seal is None:
        return None
    witnessed = (
        Cosignature.objects.filter(seal__size__gt=leaf.index).order_by("seal_id").select_related("witness", "seal")
    )
    first = witnessed.first()
    proven = first.seal if first else seal
    digest = digester(proven.algorithm)
    tree = StoredTree(digest, proven.size)
    path = inclusion_path(digest, tree.subtree, leaf.index, proven.size)
    if root_from_path(digest, bytes(leaf.hash), leaf.index, proven.size, path) != proven.body.root:
        raise LookupError(f"leaf {leaf.index} does not lead to the root of seal {proven.number}")
    return Statement(
        leaf.index + 1,
        proven,
        seal.at,
        tuple(row.witness.name for row in witnessed.filter(seal=proven)) if first else (),
        tuple(path),
        bytes(leaf.hash),
        not without_salt([row_id]),
    )


def bundle_since(old: int) -> str | None:
    """What a witness that last saw `old` leaves needs to check the newest seal; None when there is no seal.

    Raises ValueError when it saw more leaves than there are.
    """
    last = Seal.objects.newest_first().first()
    if last is None:
        return None
    digest = digester(last.algorithm)
    path = consistency_path(digest, StoredTree(digest, last.size).subtree, old, last.size)
    return notes.bundle(old, path, last.checkpoint)


def longest_open_transaction() -> timedelta:
    """How long the oldest writing transaction has been open: it holds the line of sealing back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(now() - xact_start) FROM pg_stat_activity"
            " WHERE backend_xid IS NOT NULL AND datname = current_database()"
        )
        return cursor.fetchone()[0] or timedelta()


def sheet_lines(seal: Seal) -> list[tuple[str, str]]:
    """What is printed on the seal sheet, in the words of docs/trail-format.md."""
    body = seal.body
    root = notes.base64.b64encode(body.root).decode()
    return [("名称", origin()), ("叶数", str(body.size)), ("根", root), ("校验码", body.check_code)]
