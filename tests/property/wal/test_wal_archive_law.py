# SPDX-License-Identifier: MIT
"""The law of archiving: whatever waits is archived, set apart, or still waiting."""

from __future__ import annotations

import gzip
import os
import tempfile

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.wal import Archive, segment_bytes, segment_name

NAMES = [segment_name(number) for number in range(5)]
DELIVERIES = st.lists(
    st.tuples(
        st.sampled_from([*NAMES, f"{NAMES[0]}.partial", "00000002.history", "alien"]),
        st.sampled_from(["good", "packed", "other", "short", "foreign"]),
        st.booleans(),
    ),
    max_size=8,
)


def contents(name: str, how: str) -> bytes:
    if name == "alien":
        return b"?"
    if name.endswith(".history"):
        return how.encode()
    if how == "foreign":
        return segment_bytes(name, systemid="9")
    data = segment_bytes(name, seed=1 if how == "other" else 0)
    if how == "short":
        return data[:-1]
    return gzip.compress(data, mtime=0) if how == "packed" else data


@settings(max_examples=60, deadline=None)
@given(
    DELIVERIES,
    st.integers(min_value=0, max_value=2),
    st.sampled_from(["", "gzip", "lz4"]),
)
def test_inv_037_nothing_that_arrives_is_ever_lost(deliveries, batch, word) -> None:
    with tempfile.TemporaryDirectory() as home:
        options = {"compression": word} if word else {}
        archive = Archive(home, archiver_batch_size=str(batch), **options)
        arrived: list[tuple[str, bytes]] = []
        for name, how, now in deliveries:
            if name in archive.waiting():
                continue
            data = contents(name, how)
            archive.deliver(name, data)
            arrived.append((name, data))
            if now:
                archive.archiver(systemid="7711038385040644407").archive()
        while archive.waiting():
            before = archive.waiting()
            archive.archiver(systemid="7711038385040644407").archive()
            assert archive.waiting() != before
        check(archive, arrived)


def check(archive: Archive, arrived: list[tuple[str, bytes]]) -> None:
    apart = [
        (name, read(os.path.join(archive.layout.errors, name)))
        for name in archive.set_apart()
    ]
    stored = {name: plain(data) for name, data in archive.stored().items()}
    for name, data in arrived:
        kept = [each for found, each in apart if found.startswith(name + ".2026")]
        assert stored.get(name) == plain(data) or data in kept
    assert sorted(archive.indexed()) == sorted(stored)
    assert set(stored) <= {name for name, _ in arrived}


def plain(data: bytes) -> bytes:
    if data.startswith(b"\x1f\x8b"):
        return gzip.decompress(data)
    if data.startswith(b"\x04\x22\x4d\x18"):
        import lz4.frame

        return lz4.frame.decompress(data)
    return data


def read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()
