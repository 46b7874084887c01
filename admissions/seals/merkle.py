"""The tree of RFC 6962 section 2.1 over leaf hashes: pure functions, no tables.

A tree of n leaves is a row of perfect subtrees, the largest first. `Subtrees` answers the hash of the perfect subtree of
height h with number i (leaves i·2^h … (i+1)·2^h − 1); root, inclusion and consistency proofs ask it O(log n) times.
Hashes are 32 bytes.
"""

import hashlib
from collections.abc import Callable, Iterable
from functools import reduce

Subtrees = Callable[[int, int], bytes]
Digest = Callable[[bytes], bytes]


def digester(algorithm: str) -> Digest:
    """The one-shot hash function by its name: `sha256` or `sm3`."""
    if algorithm == "sha256":
        return lambda data: hashlib.sha256(data).digest()
    return lambda data: hashlib.new(algorithm, data).digest()


def leaf_hash(digest: Digest, leaf: bytes) -> bytes:
    return digest(b"\x00" + leaf)


def node_hash(digest: Digest, left: bytes, right: bytes) -> bytes:
    return digest(b"\x01" + left + right)


def perfect_root(digest: Digest, hashes: list[bytes]) -> bytes:
    """The root over 2^k hashes."""
    while len(hashes) > 1:
        pairs = iter(hashes)
        hashes = [digest(b"\x01" + left + right) for left, right in zip(pairs, pairs, strict=True)]
    return hashes[0]


def perfect_parts(start: int, end: int) -> list[tuple[int, int]]:
    """(height, number) of the perfect subtrees that make up leaves start … end − 1, left to right.

    `start` must be a multiple of the largest power of two that is smaller than the length, as every split of the tree is.
    """
    parts = []
    while start < end:
        height = (end - start).bit_length() - 1
        parts.append((height, start >> height))
        start += 1 << height
    return parts


def fold(digest: Digest, hashes: Iterable[bytes]) -> bytes:
    """Perfect subtrees, left to right and falling in size, joined into one root."""
    return reduce(lambda right, left: node_hash(digest, left, right), reversed(list(hashes)))


def root(digest: Digest, subtrees: Subtrees, size: int) -> bytes:
    return digest(b"") if size == 0 else _range_root(digest, subtrees, 0, size)


def _range_root(digest: Digest, subtrees: Subtrees, start: int, end: int) -> bytes:
    return fold(digest, [subtrees(height, number) for height, number in perfect_parts(start, end)])


def inclusion_path(digest: Digest, subtrees: Subtrees, index: int, size: int) -> list[bytes]:
    """The siblings from leaf `index` up to the root of the tree of `size` leaves."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range_root(digest, subtrees, middle, end))
            end = middle
        else:
            path.append(_range_root(digest, subtrees, start, middle))
            start = middle
    return path[::-1]


def consistency_path(digest: Digest, subtrees: Subtrees, old: int, new: int) -> list[bytes]:
    """What shows that the tree of `new` leaves begins with the tree of `old` leaves; empty for 0 and for equal sizes."""
    if not 0 <= old <= new:
        raise ValueError(f"no consistency from {old} to {new}")
    if old in (0, new):
        return []
    path, start, end, whole = [], 0, new, True
    while old != end - start:
        middle = _split(end - start)
        if old <= middle:
            path.append(_range_root(digest, subtrees, start + middle, end))
            end = start + middle
        else:
            path.append(_range_root(digest, subtrees, start, start + middle))
            start, old, whole = start + middle, old - middle, False
    if not whole:
        path.append(_range_root(digest, subtrees, start, end))
    return path[::-1]


def root_from_path(digest: Digest, leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes | None:
    """The root that an inclusion path leads to, or None when its length cannot be right (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return None
    node, last, reached = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if node & 1 or node == last:
            reached = node_hash(digest, sibling, reached)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            reached = node_hash(digest, reached, sibling)
        node, last = node >> 1, last >> 1
    return reached if last == 0 else None


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1
