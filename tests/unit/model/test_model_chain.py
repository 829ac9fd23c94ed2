# SPDX-License-Identifier: MIT
import pytest

from barman.model.chain import ChainError, chain, descendants, parents, root
from tests.fakes.backups import a_backup, by_id

FULL = a_backup("1")
MIDDLE = a_backup("2", parent="1")
LEAF = a_backup("3", parent="2")
SIBLING = a_backup("4", parent="1")
ALL = by_id(SIBLING, LEAF, MIDDLE, FULL)


def test_parents_go_from_the_nearest_to_the_full_backup() -> None:
    assert parents(LEAF, ALL) == (MIDDLE, FULL)
    assert parents(FULL, ALL) == ()


def test_a_chain_begins_with_the_full_backup() -> None:
    assert chain(LEAF, ALL) == (FULL, MIDDLE, LEAF)
    assert (root(LEAF, ALL), root(FULL, ALL)) == (FULL, FULL)


def test_descendants_are_all_that_need_a_backup_the_deepest_last() -> None:
    assert descendants(FULL, ALL) == (MIDDLE, SIBLING, LEAF)
    assert descendants(LEAF, ALL) == ()


def test_a_missing_parent_is_told() -> None:
    with pytest.raises(ChainError, match="'3' needs '2', which is missing"):
        chain(LEAF, by_id(FULL, LEAF))


def test_inv_029_a_ring_is_refused_both_ways() -> None:
    ring = by_id(a_backup("1", parent="2"), a_backup("2", parent="1"))
    for backup in ring.values():
        with pytest.raises(ChainError, match="its own ancestor"):
            parents(backup, ring)
        with pytest.raises(ChainError, match="its own ancestor"):
            descendants(backup, ring)


def test_inv_029_a_backup_is_not_its_own_parent() -> None:
    itself = a_backup("1", parent="1")
    with pytest.raises(ChainError):
        root(itself, by_id(itself))


def test_inv_029_a_chain_stays_in_one_cluster() -> None:
    full = a_backup("1", systemid="7")
    child = a_backup("2", parent="1", systemid="8")
    with pytest.raises(ChainError, match="not of one cluster"):
        chain(child, by_id(full, child))


def test_inv_029_a_child_is_not_on_an_older_timeline() -> None:
    full = a_backup("1", timeline=3)
    child = a_backup("2", parent="1", timeline=2)
    with pytest.raises(ChainError, match="timeline 2, which is older than"):
        chain(child, by_id(full, child))
