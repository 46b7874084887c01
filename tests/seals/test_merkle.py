"""The tree against RFC 6962: published vectors, a naive recursion, and random sizes."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admissions.seals.merkle import (
    consistency_path,
    digester,
    inclusion_path,
    leaf_hash,
    node_hash,
    root,
    root_from_path,
)

SHA = digester("sha256")
# Inputs and roots of the certificate-transparency reference tree, published with RFC 6962's implementations.
INPUTS = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# Over all roots, and over all inclusion paths with their lengths, of `some(120)`: made once by another implementation.
ROOTS_TO_120 = "bd062051e4dc0769bf799186f47b06baad67c14815ddc12b69d9556b7a9c987e"
PATHS_TO_120 = "aa83113b0c44f85f0fdd8cf68aded824870c0fcd66e2af64321156ef3620a667"
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


class Leaves:
    """Perfect subtrees straight from a list of leaf hashes."""

    def __init__(self, hashes: list[bytes]) -> None:
        self.hashes = hashes

    def subtree(self, height: int, number: int) -> bytes:
        if height == 0:
            return self.hashes[number]
        left, right = self.subtree(height - 1, 2 * number), self.subtree(height - 1, 2 * number + 1)
        return node_hash(SHA, left, right)


def naive_root(hashes: list[bytes]) -> bytes:
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return hashlib.sha256(b"\x01" + naive_root(hashes[:split]) + naive_root(hashes[split:])).digest()


def largest_power_below(count: int) -> int:
    """The k of the standard: k < n <= 2k."""
    return 1 << (count - 1).bit_length() - 1


def standard_path(m: int, d: list[bytes]) -> list[bytes]:
    if len(d) == 1:
        return []
    k = largest_power_below(len(d))
    if m < k:
        return [*standard_path(m, d[:k]), naive_root(d[k:])]
    return [*standard_path(m - k, d[k:]), naive_root(d[:k])]


def standard_subproof(m: int, d: list[bytes], b: bool) -> list[bytes]:
    if m == len(d):
        return [] if b else [naive_root(d)]
    k = largest_power_below(len(d))
    if m <= k:
        return [*standard_subproof(m, d[:k], b), naive_root(d[k:])]
    return [*standard_subproof(m - k, d[k:], False), naive_root(d[:k])]


def some(count: int) -> list[bytes]:
    return [leaf_hash(SHA, f"叶{number}".encode()) for number in range(count)]


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_the_published_ones(size):
    leaves = Leaves([leaf_hash(SHA, data) for data in INPUTS[:size]])
    assert root(SHA, leaves.subtree, size).hex() == ROOTS[size - 1]


def test_empty_tree_has_the_hash_of_nothing():
    assert root(SHA, Leaves([]).subtree, 0).hex() == EMPTY


def test_published_inclusion_and_consistency_paths():
    leaves = Leaves([leaf_hash(SHA, data) for data in INPUTS])
    path = inclusion_path(SHA, leaves.subtree, 0, 8)
    assert [part.hex()[:16] for part in path] == ["96a296d224f285c6", "5f083f0a1a33ca07", "6b47aaf29ee3c2af"]
    path = consistency_path(SHA, leaves.subtree, 6, 8)
    assert [part.hex()[:16] for part in path] == ["0ebc5d3437fbe2db", "ca854ea128ed050b", "d37ee418976dd957"]


@given(size=st.integers(1, 300), data=st.data())
def test_every_inclusion_path_leads_to_the_root(size, data):
    hashes = some(size)
    index = data.draw(st.integers(0, size - 1))
    whole = naive_root(hashes)
    path = inclusion_path(SHA, Leaves(hashes).subtree, index, size)
    assert root(SHA, Leaves(hashes).subtree, size) == whole
    assert root_from_path(SHA, hashes[index], index, size, path) == whole
    assert root_from_path(SHA, leaf_hash(SHA, b"?"), index, size, path) != whole
    assert root_from_path(SHA, hashes[index], index, size, [*path, whole]) is None


def test_another_implementation_found_the_same():
    """Every root and every inclusion path of the sizes 1 to 120, as pymerkle 7.0 made them from the same leaves."""
    roots, paths = hashlib.sha256(), hashlib.sha256()
    ours = Leaves(some(120))
    for size in range(1, 121):
        roots.update(root(SHA, ours.subtree, size))
        for index in range(size):
            path = inclusion_path(SHA, ours.subtree, index, size)
            paths.update(bytes([len(path)]) + b"".join(path))
    assert roots.hexdigest() == ROOTS_TO_120
    assert paths.hexdigest() == PATHS_TO_120


@pytest.mark.parametrize("size", [*range(1, 34), 63, 64, 65, 100])
def test_every_proof_is_the_one_the_standard_defines(size):
    """PATH and PROOF of RFC 6962 §2.1.1 and §2.1.2, recursion by recursion."""
    hashes = some(size)
    leaves = Leaves(hashes)
    for index in range(size):
        assert inclusion_path(SHA, leaves.subtree, index, size) == standard_path(index, hashes)
    for old in range(1, size):
        assert consistency_path(SHA, leaves.subtree, old, size) == standard_subproof(old, hashes, True)


@pytest.mark.parametrize("algorithm", ["sha256", "sm3"])
def test_algorithms_are_openssl_s(algorithm):
    assert digester(algorithm)(b"abc") == hashlib.new(algorithm, b"abc").digest()


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 4)])
def test_no_path_for_a_leaf_that_is_not_there(index, size):
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_path(SHA, Leaves([]).subtree, index, size)
