"""The tree as stored: full tiles of 256 hashes and, on the right edge, what follows from leaves and tile roots."""

from dataclasses import dataclass, field

from .merkle import Digest, fold, perfect_parts, perfect_root
from .models import Leaf, Tile

WIDTH, HEIGHT = 256, 8
HASH = 32


@dataclass
class FullTile:
    level: int
    index: int
    root: bytes
    hashes: list[bytes]


@dataclass
class Frontier:
    """The right edge of a growing tree: per level the hashes of the tile that is not full yet, at most 255."""

    digest: Digest
    size: int = 0
    edges: list[list[bytes]] = field(default_factory=lambda: [[]])
    full: list[FullTile] = field(default_factory=list)

    def add(self, leaf: bytes) -> None:
        """Append one leaf hash; tiles that became full wait in `full`."""
        self.edges[0].append(leaf)
        self.size += 1
        level = 0
        while len(self.edges[level]) == WIDTH:
            hashes, self.edges[level] = self.edges[level], []
            top = perfect_root(self.digest, hashes)
            number = (self.size >> HEIGHT * (level + 1)) - 1
            self.full.append(FullTile(level, number, top, hashes))
            if level + 1 == len(self.edges):
                self.edges.append([])
            self.edges[level + 1].append(top)
            level += 1

    def taken(self) -> list[FullTile]:
        """The tiles that became full since the last call."""
        full, self.full = self.full, []
        return full

    def root(self) -> bytes:
        """The root of the tree so far (RFC 6962: the empty tree's is the hash of nothing)."""
        if not self.size:
            return self.digest(b"")
        parts: list[bytes] = []
        for edge in reversed(self.edges):
            parts += [
                perfect_root(self.digest, edge[number << height : (number + 1) << height])
                for height, number in perfect_parts(0, len(edge))
            ]
        return fold(self.digest, parts)


def stored_frontier(digest: Digest, size: int) -> Frontier:
    """The right edge of the stored tree of `size` leaves."""
    frontier, level = Frontier(digest, size), 0
    frontier.edges = []
    while level == 0 or size >> HEIGHT * level:
        count = size >> HEIGHT * level
        frontier.edges.append(_entries(level, count - count % WIDTH, count))
        level += 1
    return frontier


def _entries(level: int, start: int, end: int) -> list[bytes]:
    """Hashes number start … end − 1 of a level, from leaves or from the roots of the tiles below."""
    if level == 0:
        rows = Leaf.objects.filter(index__gte=start, index__lt=end).order_by("index").values_list("hash", flat=True)
    else:
        rows = (
            Tile.objects.filter(level=level - 1, index__gte=start, index__lt=end)
            .order_by("index")
            .values_list("root", flat=True)
        )
    found = [bytes(row) for row in rows]
    if len(found) != end - start:
        raise LookupError(f"tree level {level}: {len(found)} of the entries {start} to {end}")
    return found


class StoredTree:
    """Perfect subtrees of the stored tree of `size` leaves; each tile is read once."""

    def __init__(self, digest: Digest, size: int) -> None:
        self.digest, self.size = digest, size
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def subtree(self, height: int, number: int) -> bytes:
        """The hash of the perfect subtree of 2^height leaves with this number."""
        level, inner = divmod(height, HEIGHT)
        first = number << inner
        hashes = self._tile(level, first // WIDTH)
        place = first % WIDTH
        return perfect_root(self.digest, hashes[place : place + (1 << inner)])

    def _tile(self, level: int, index: int) -> list[bytes]:
        if (level, index) not in self._tiles:
            self._tiles[level, index] = self._read(level, index)
        return self._tiles[level, index]

    def _read(self, level: int, index: int) -> list[bytes]:
        end = min((index + 1) * WIDTH, self.size >> HEIGHT * level)
        if end == (index + 1) * WIDTH:
            stored = Tile.objects.filter(level=level, index=index).values_list("hashes", flat=True).first()
            if stored is None:
                raise LookupError(f"tile {index} of level {level} is missing")
            data = bytes(stored)
            return [data[start : start + HASH] for start in range(0, len(data), HASH)]
        return _entries(level, index * WIDTH, end)
