# SPDX-License-Identifier: MIT
"""Layouts for tests, a lock that counts its holders, and lines of a WAL index."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager

from barman.catalogue.layout import Layout
from barman.catalogue.wal_entry import WalEntry
from barman.catalogue.wal_index import WalIndex
from barman.catalogue.wal_stored import StoredWals
from barman.catalogue.wal_tree import WalTree
from barman.codec.registry import identify
from barman.model.segment import SegmentSize, WalSegment
from barman.model.wal_file import WalFile


def a_layout(home: str | os.PathLike[str], name: str = "main") -> Layout:
    """Return the default layout of a server below `home`; nothing is made."""
    root = os.path.join(home, name)
    return Layout(
        server_name=name,
        root=root,
        base=f"{root}/base",
        wals=f"{root}/wals",
        incoming=f"{root}/incoming",
        streaming=f"{root}/streaming",
        errors=f"{root}/errors",
        meta=f"{root}/meta",
        xlogdb_path=f"{root}/wals/{name}-xlog.db",
    )


def an_index(
    layout: Layout,
    lock: Callable[[], AbstractContextManager[object]],
    identify: Callable[[bytes], str | None] = identify,
) -> WalIndex:
    """Return the index of a layout, as a server has it."""
    return WalIndex(
        layout=layout,
        lock=lock,
        stored=lambda: StoredWals(WalTree(layout), identify),
    )


def put(path: str, content: str | bytes = b"") -> str:
    """Write a file and the directories above it; return its path."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    with open(path, "wb") as file:
        file.write(data)
    return path


def put_wal(
    layout: Layout, name: str, content: bytes = b"wal", mtime: float = 1e9
) -> str:
    """Put a file into the archive."""
    path = put(layout.wal_path(WalFile(name)), content)
    os.utime(path, (mtime, mtime))
    return path


def read(path: str) -> bytes:
    """Return the content of a file."""
    with open(path, "rb") as file:
        return file.read()


def segment_name(number: int, timeline: int = 1) -> str:
    """Return the name of a segment of 16 MiB."""
    return str(WalSegment.numbered(number, timeline=timeline, size=SegmentSize()))


def an_entry(number: int, *, timeline: int = 1, size: int = 100) -> WalEntry:
    """Return the entry of a segment, archived `number` seconds after the epoch."""
    return WalEntry(segment_name(number, timeline), size, float(number), None, None)


class LockFake:
    """Makes locks like `Locks.xlogdb`; a second one while one is held is an error."""

    def __init__(self) -> None:
        self.is_held = False
        self.taken = 0

    def __call__(self) -> LockFake:
        return self

    def __enter__(self) -> None:
        assert not self.is_held, "the lock is held: a real one would wait for ever"
        self.is_held = True
        self.taken += 1

    def __exit__(self, *_: object) -> None:
        self.is_held = False
