# SPDX-License-Identifier: MIT
"""switch-wal: what is closed, where, and how long we wait."""

from __future__ import annotations

from barman.catalogue.wal_tree import WalTree
from barman.report.wal import (
    NoSwitchOnStandby,
    NoSwitchRequired,
    NoWalReceived,
    WaitingForWal,
    WalFileClosed,
    WalNotReceived,
)
from barman.wal.receiver import standby_names
from barman.wal.switch import Awaited, switch_wal, wait_until_archived
from tests.fakes.clock import ClockFake
from tests.fakes.reporter import ReporterFake
from tests.fakes.wal import Archive, segment_name

ONE = segment_name(1)


class SessionFake:
    def __init__(self, name: str | None, *, standby: bool = False) -> None:
        self.name = name
        self.is_in_recovery = standby
        self.asked: list[str] = []

    def checkpoint(self) -> None:
        self.asked.append("checkpoint")

    def switch_wal(self) -> str | None:
        self.asked.append("switch")
        return self.name


def switch(session, *, force: bool = False, primary=None):
    reporter = ReporterFake()
    name = switch_wal(
        session, server_name="main", force=force, reporter=reporter, primary=primary
    )
    return name, reporter.reports


def test_outcomes() -> None:
    assert switch(SessionFake(ONE)) == (ONE, [WalFileClosed("main", ONE)])
    assert switch(SessionFake(None)) == (None, [NoSwitchRequired("main")])
    standby = SessionFake(ONE, standby=True)
    assert switch(standby) == (None, [NoSwitchOnStandby("main")])
    primary = SessionFake(ONE)
    assert switch(standby, primary=primary)[0] == ONE
    assert (standby.asked, primary.asked) == ([], ["switch"])
    forced = SessionFake(ONE)
    switch(forced, force=True)
    assert forced.asked == ["checkpoint", "switch"]


def wait(archive: Archive, name: str | None, timeout: int, archiver) -> bool:
    return wait_until_archived(
        Awaited(server_name="main", wal_name=name, timeout=timeout),
        archiver=archiver,
        tree=WalTree(archive.layout),
        clock=archive.clock,
        reporter=archive.reporter,
    )


class Late:
    """An archiver to which a file comes at the n-th run."""

    def __init__(self, archive: Archive, runs: int) -> None:
        self.archive_of, self.runs = archive, runs

    def archive(self, *, quiet: bool = False) -> tuple[str, ...]:
        self.runs -= 1
        if self.runs == 0:
            self.archive_of.deliver(ONE)
        return self.archive_of.archiver().archive(quiet=quiet)


def test_waiting_ends_when_the_file_is_archived(tmp_path) -> None:
    for name in (ONE, None):
        home = tmp_path / str(name)
        home.mkdir()
        archive = Archive(home)
        assert wait(archive, name, 30, Late(archive, 4))
        assert archive.clock.sleeps == [0.1] * 3
        assert archive.reporter.reports[0] == WaitingForWal("main", name, 30)


def test_inv_014_waiting_ends_with_the_time(tmp_path) -> None:
    archive = Archive(tmp_path)
    assert not wait(archive, ONE, 2, Late(archive, -1))
    assert archive.reporter.reports[-1] == WalNotReceived(ONE, 2)
    assert archive.reporter.failed
    archive.reporter.reports.clear()
    archive.clock = ClockFake()
    assert not wait(archive, None, 2, Late(archive, -1))
    assert archive.reporter.reports[-1] == NoWalReceived(2)
    assert not archive.reporter.failed


def test_names_of_synchronous_standbys() -> None:
    text = 'FIRST 2 (a, "B ""c""", barman_receive_wal)'
    assert standby_names(text) >= {"a", 'b "c"', "barman_receive_wal"}
    assert standby_names("") == frozenset()
    assert "*" in standby_names("*")
