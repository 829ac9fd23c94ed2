# SPDX-License-Identifier: MIT
"""Signals that end the program in order.

A handler does nothing but raise, in the main thread, once: what is running records
its failure, frees its locks and ends its children on the way out.
"""

from __future__ import annotations

import signal

from barman.errors import Terminated

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

ENDING = (signal.SIGTERM, signal.SIGHUP)


class SignalEnd:
    """Turns the first ending signal into `Terminated`; later ones change nothing."""

    def __init__(self) -> None:
        self._ended = False

    def install(self) -> None:
        """Take over the ending signals; one that is ignored (nohup) stays ignored."""
        for number in ENDING:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self.handle)

    def handle(self, number: int, _: FrameType | None) -> None:
        """Raise, unless the program is on its way out already."""
        if not self._ended:
            self._ended = True
            raise Terminated(number, signal.Signals(number).name)


def exit_status(interruption: KeyboardInterrupt) -> int:
    """Return the exit status of a program that a signal ended: 128 + its number."""
    if isinstance(interruption, Terminated):
        return interruption.status
    return 128 + signal.SIGINT
