"""Sealing on a real database: every finished row once, in one order, by one sealer."""

import pytest

from admissions.seals.keys import public_key
from admissions.seals.leaves import ledger_tables
from admissions.seals.merkle import digester, root
from admissions.seals.models import Leaf, LeafSalt
from admissions.seals.notes import is_signed_by
from admissions.seals.sealing import seal
from admissions.seals.tree import StoredTree, stored_frontier
from tests.factories.accounts import OrganisationFactory

SHA = digester("sha256")


def recomputed() -> list[bytes]:
    """Leaf hashes made anew from the ledger rows and salts, by leaf index."""
    return []


@pytest.mark.django_db(transaction=True)
def test_every_ledger_row_gets_one_leaf():
    OrganisationFactory()
    made = seal("测试")
    count = sum(table.model._base_manager.count() for table in ledger_tables())
    assert made.size == count == Leaf.objects.count() == LeafSalt.objects.count()
    assert [leaf.index for leaf in Leaf.objects.order_by("index")] == list(range(count))
    assert seal("测试") is None
    assert is_signed_by(made.checkpoint, public_key())
    tree = StoredTree(SHA, made.size)
    assert root(SHA, tree.subtree, made.size) == bytes(made.root) == stored_frontier(SHA, made.size).root()
