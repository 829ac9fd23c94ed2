# SPDX-License-Identifier: MIT
"""Segments as PostgreSQL writes them, and an archive to put them into."""

from __future__ import annotations

import os
import random
import struct

from barman.catalogue.layout import Layout
from barman.model.segment import MIB, SegmentSize, WalSegment
from barman.system.locks import Locks
from barman.wal.archiver import WalArchiver
from tests.fakes.catalogue import an_index
from tests.fakes.clock import ClockFake
from tests.fakes.config import server_config
from tests.fakes.hooks import HooksFake
from tests.fakes.reporter import ReporterFake

SYSTEMID = "7711038385040644407"
SIZE = SegmentSize(MIB)


def segment_name(number: int, timeline: int = 1) -> str:
    return str(WalSegment.numbered(number, timeline=timeline, size=SIZE))


def segment_bytes(
    name: str, *, systemid: str = SYSTEMID, size: SegmentSize = SIZE, seed: int = 0
) -> bytes:
    """Return a whole segment; another `seed` gives other contents."""
    if name.endswith(".history"):
        return b"1\t0/3000000\tno recovery target specified\n"
    segment = WalSegment.parse(name[:24])
    header = struct.pack(
        "<HHIQI4xQII",
        0xD110,
        2,
        segment.timeline,
        segment.start(size).value,
        0,
        int(systemid),
        size.size,
        8192,
    )
    body = random.Random(f"{name}{seed}").randbytes(64 * 1024)
    return (header + body).ljust(size.size, b"\0")


class Archive:
    """The parts around one server's archive, in a directory of the test."""

    def __init__(self, home, **options: str) -> None:
        hooks = options.pop("hooks", None)
        self.home = str(home)
        self.config = server_config(home, **options)
        self.layout = Layout.of(self.config)
        self.locks = Locks(self.home, "main")
        self.index = an_index(self.layout, self.locks.xlogdb)
        self.hooks = hooks or HooksFake()
        self.clock = ClockFake()
        self.reporter = ReporterFake()
        for directory in (
            self.layout.incoming,
            self.layout.streaming,
            self.layout.wals,
        ):
            os.makedirs(directory, exist_ok=True)

    def archiver(self, *, systemid: str | None = None) -> WalArchiver:
        return WalArchiver(
            config=self.config,
            layout=self.layout,
            index=self.index,
            locks=self.locks,
            hooks=self.hooks,
            clock=self.clock,
            reporter=self.reporter,
            systemid=systemid,
        )

    def deliver(
        self, name: str, data: bytes | None = None, *, where: str = "incoming"
    ) -> str:
        """Put a file into a queue, an hour ago."""
        path = os.path.join(getattr(self.layout, where), name)
        with open(path, "wb") as file:
            file.write(segment_bytes(name) if data is None else data)
        hour_ago = self.clock.time.timestamp() - 3600
        os.utime(path, (hour_ago, hour_ago))
        return path

    def waiting(self, where: str = "incoming") -> list[str]:
        return sorted(os.listdir(getattr(self.layout, where)))

    def set_apart(self) -> list[str]:
        try:
            return sorted(os.listdir(self.layout.errors))
        except FileNotFoundError:
            return []

    def stored(self) -> dict[str, bytes]:
        """Return the archived files by name; hidden ones would show too."""
        found = {}
        for directory, _, names in os.walk(self.layout.wals):
            for name in names:
                if not name.endswith("xlog.db"):
                    with open(os.path.join(directory, name), "rb") as file:
                        found[name] = file.read()
        return found

    def indexed(self) -> list[str]:
        return list(self.index.names())
