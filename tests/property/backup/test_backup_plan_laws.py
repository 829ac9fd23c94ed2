# SPDX-License-Identifier: MIT
"""Laws of the copy plan: everything is copied, once, and the work is shared."""

from __future__ import annotations

from datetime import datetime, timezone

from hypothesis import given
from hypothesis import strategies as st

from barman.backup.copy_plan import Reference, must_compare, plan_batches
from barman.system.rsync_output import ListedFile

sizes = st.integers(0, 1 << 40)
times = st.integers(0, 200)
entries = st.dictionaries(
    st.text(min_size=1, max_size=8),
    st.tuples(sizes, times, st.booleans()),
    max_size=40,
)
references = st.none() | st.builds(
    Reference,
    st.dictionaries(
        st.text(min_size=1, max_size=8), st.tuples(sizes, times), max_size=20
    ),
    times,
)


def listed(found: dict[str, tuple[int, int, bool]]) -> list[ListedFile]:
    return [
        ListedFile(
            "drwx------" if is_directory else "-rw-------",
            size,
            datetime.fromtimestamp(mtime, timezone.utc),
            path,
        )
        for path, (size, mtime, is_directory) in found.items()
    ]


@given(entries, st.integers(1, 6), references)
def test_every_path_is_in_one_batch(found, jobs, reference) -> None:
    batches = plan_batches(listed(found), jobs=jobs, reference=reference)
    paths = [path for batch in batches for path in batch.paths]
    assert sorted(paths) == sorted(found)
    assert all(batch.paths for batch in batches)
    assert len(batches) <= 2 * jobs


@given(entries, st.integers(1, 6), references)
def test_what_is_in_doubt_is_compared_and_nothing_else(found, jobs, reference) -> None:
    batches = plan_batches(listed(found), jobs=jobs, reference=reference)
    compared = {path for batch in batches if batch.compare for path in batch.paths}
    assert compared == {
        file.path
        for file in listed(found)
        if not file.is_directory and must_compare(file, reference)
    }


@given(entries, st.integers(1, 6))
def test_no_worker_has_more_than_its_share_and_one_file(found, jobs) -> None:
    files = [each for each in listed(found) if not each.is_directory]
    total = sum(each.size for each in files)
    largest = max((each.size for each in files), default=0)
    for batch in plan_batches(files, jobs=jobs):
        assert batch.size <= total / jobs + largest


@given(entries)
def test_without_a_time_to_trust_equal_looks_are_always_compared(found) -> None:
    files = [each for each in listed(found) if not each.is_directory]
    held = {file.path: (file.size, int(file.time.timestamp())) for file in files}
    batches = plan_batches(files, jobs=1, reference=Reference(held, 0))
    assert all(batch.compare for batch in batches)
