# SPDX-License-Identifier: MIT
"""Closes the current segment of a server, and waits until it is archived if asked."""

from __future__ import annotations

from barman.model.frozen import frozen
from barman.report.wal import (
    NoSwitchOnStandby,
    NoSwitchRequired,
    NoWalReceived,
    WaitingForWal,
    WalFileClosed,
    WalNotReceived,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from barman.catalogue.wal_tree import WalTree
    from barman.report.report import Reporter
    from barman.system.clock import Clock

    class Switching(Protocol):
        """What a session must offer to switch."""

        @property
        def is_in_recovery(self) -> bool:
            """Whether the server is a standby."""

        def checkpoint(self) -> None:
            """Run CHECKPOINT; raise where the rights are missing."""

        def switch_wal(self) -> str | None:
            """Close the segment and return its name; None when it was empty."""

    class Archiving(Protocol):
        """What an archiver must offer to be waited for."""

        def archive(self, *, quiet: bool = False) -> tuple[str, ...]:
            """Archive what waits."""


PAUSE_SECONDS = 0.1


def switch_wal(
    session: Switching,
    *,
    server_name: str,
    force: bool,
    reporter: Reporter,
    primary: Switching | None = None,
) -> str | None:
    """Close the current segment and return its name, if one was closed.

    On a standby the switch is done by its `primary`, where that is known.
    """
    if session.is_in_recovery:
        if primary is None:
            reporter.tell(NoSwitchOnStandby(server_name))
            return None
        session = primary
    if force:
        session.checkpoint()
    name = session.switch_wal()
    if name is None:
        reporter.tell(NoSwitchRequired(server_name))
    else:
        reporter.tell(WalFileClosed(server_name, name))
    return name


@frozen(kw_only=True)
class Awaited:
    """What to wait for: a name, or any new file; `timeout` 0 waits for ever."""

    server_name: str
    wal_name: str | None
    timeout: int


def wait_until_archived(
    awaited: Awaited,
    *,
    archiver: Archiving,
    tree: WalTree,
    clock: Clock,
    reporter: Reporter,
) -> bool:
    """Archive again and again until the awaited file is there; tell if it never is."""
    name, timeout = awaited.wal_name, awaited.timeout
    reporter.tell(WaitingForWal(awaited.server_name, name, timeout))
    before = _latest(tree)
    start = clock.monotonic()
    while True:
        archiver.archive(quiet=True)
        if tree.contains(name) if name else _latest(tree) != before:
            return True
        if timeout and clock.monotonic() - start >= timeout:
            break
        clock.sleep(PAUSE_SECONDS)
    reporter.tell(WalNotReceived(name, timeout) if name else NoWalReceived(timeout))
    return False


def _latest(tree: WalTree) -> dict[int, object]:
    return {timeline: tree.last_segment(timeline) for timeline in tree.timelines()}
