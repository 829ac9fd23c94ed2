# SPDX-License-Identifier: MIT
"""One round over all servers, in which none waits for a stuck one.

A server's maintenance runs in a thread: the next server's begins when it has ended, or
has not ended for a while.  Nothing can interrupt a thread that a dead disk holds.
"""

from __future__ import annotations

import threading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PATIENCE_SECONDS = 10.0


def go_round(
    work: Iterable[tuple[str, Callable[[], None]]],
    *,
    on_late: Callable[[str], object],
    patience: float = PATIENCE_SECONDS,
) -> None:
    """Do all the work, each piece by the name of its server, then wait for the rest.

    The pieces handle their own errors.
    """
    late: list[threading.Thread] = []
    for name, act in work:
        thread = threading.Thread(target=act, daemon=True, name=f"cron {name}")
        thread.start()
        thread.join(patience)
        if thread.is_alive():
            on_late(name)
            late.append(thread)
    for thread in late:
        thread.join()
