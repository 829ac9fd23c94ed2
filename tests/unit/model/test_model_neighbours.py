# SPDX-License-Identifier: MIT
from barman.model.neighbours import next_usable, previous_usable
from tests.fakes.backups import a_backup

ALL = [
    a_backup("3", status="WAITING_FOR_WALS"),
    a_backup("1"),
    a_backup("2", status="FAILED"),
    a_backup("4", status="STARTED"),
    a_backup("5"),
]


def test_neighbours_are_the_nearest_usable_ids() -> None:
    failed, waiting = ALL[2], ALL[0]
    assert (previous_usable(failed, ALL), next_usable(failed, ALL)) == (ALL[1], waiting)
    assert (previous_usable(waiting, ALL), next_usable(waiting, ALL)) == (
        ALL[1],
        ALL[4],
    )


def test_the_ends_have_no_neighbour() -> None:
    assert previous_usable(ALL[1], ALL) is None
    assert next_usable(ALL[4], ALL) is None
