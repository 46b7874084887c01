"""The shared world has a row of every kind, and each says for itself what must not leak."""

import pytest

from tests.house.marked import audited, can_name_somebody, marked_words

pytestmark = pytest.mark.django_db


def test_every_audited_model_has_a_planted_row(world):
    assert sorted(model._meta.label for model in audited() if not model._base_manager.exists()) == []


def test_rows_that_name_somebody_carry_a_marker_in_their_words(world):
    """Where a reader may have to keep away, the walk for leaks needs something to find."""
    assert [model._meta.label for model in can_name_somebody() if not marked_words(model)] == []
