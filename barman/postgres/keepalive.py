# SPDX-License-Identifier: MIT
"""Keeps a session in use while its owner copies files, and notices when it is lost."""

from __future__ import annotations

import logging
import threading

from barman.errors import PostgresError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    class Pinged(Protocol):
        """What can be kept alive: a `PostgresSession`."""

        def ping(self) -> None:
            """Raise `PostgresError` when the session is lost."""


logger = logging.getLogger(__name__)


class Keepalive:
    """Pings a session every `interval` seconds while the block runs; 0 or less: never.

    `on_loss` is called once, in the thread of the keepalive, when the session is lost;
    `check` raises that loss in the caller's.
    """

    def __init__(
        self,
        session: Pinged,
        interval: float,
        on_loss: Callable[[PostgresError], None] | None = None,
    ) -> None:
        self._session = session
        self._interval = interval
        self._on_loss = on_loss
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._loss: PostgresError | None = None

    def __enter__(self) -> Keepalive:
        if self._interval > 0:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def check(self) -> None:
        """Raise the loss of the session, if it was lost."""
        if self._loss is not None:
            raise self._loss

    def _run(self) -> None:
        while not self._stop.wait(self._interval):
            try:
                self._session.ping()
            except PostgresError as error:
                logger.error("%s", error)
                self._loss = error
                if self._on_loss is not None:
                    self._on_loss(error)
                return
