# SPDX-License-Identifier: MIT
"""A host behind SSH through paramiko: one connection, many commands over it.

Bounded in time everywhere: connecting, logging in, and a peer that goes silent while a
command runs, which is asked whether it lives and given up when it does not answer.
"""

from __future__ import annotations

import logging
import queue
import threading
import time

from barman.errors import ConnectionFailedError, TimeoutExpiredError
from barman.model.conninfo import redact
from barman.system.command import Completed, Output, check_status
from barman.system.openssh import remote_text
from barman.system.remote_files import RemoteFiles
from barman.system.ssh_connection import Connection

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from paramiko.channel import Channel

    from barman.system.command import Command, OnLine
    from barman.system.rsync import RsyncShell
    from barman.system.ssh_connection import Access

logger = logging.getLogger(__name__)

CHUNK = 65536
TICK = 0.5
MAX_SESSIONS = 8  # servers allow ten a connection by default
WAITING_CHUNKS = 256  # what may wait to be told, of each command


class SshHost(RemoteFiles):
    """A machine behind SSH; connects when first used, from any thread."""

    def __init__(self, access: Access, *, rsync_shell: RsyncShell) -> None:
        self.label = access.label
        self.rsync_shell = rsync_shell
        self._access = access
        self._connection: Connection | None = None
        self._lock = threading.Lock()
        self._sessions = threading.BoundedSemaphore(MAX_SESSIONS)

    def run(
        self,
        command: Command,
        *,
        on_stdout: OnLine | None = None,
        on_stderr: OnLine | None = None,
    ) -> Completed:
        """Run to the end; raise `CommandError` on a status that is not accepted.

        A command that is given up loses its pipes; SSH offers no way to kill it.

        Raises:
            ConnectionFailedError: the host cannot be reached, or is gone.
        """
        text = remote_text(command)
        logger.debug("running on %s: %s", self.label, redact(text))
        outputs = Output(on_stdout), Output(on_stderr)
        with self._sessions:
            status = self._converse(command, text, outputs)
        completed = Completed(status, outputs[0].data, outputs[1].data)
        return check_status(command, completed, f" on {self.label}")

    def close(self) -> None:
        """Give up the connection; the next command makes a new one."""
        with self._lock:
            connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _converse(
        self, command: Command, text: str, outputs: tuple[Output, Output]
    ) -> int:
        connection = self._connected()
        channel = connection.open_channel()
        try:
            connection.execute(channel, text)
            return _Conversation(channel, command, outputs, connection).hold()
        finally:
            channel.close()

    def _connected(self) -> Connection:
        with self._lock:
            if self._connection is None or not self._connection.is_alive:
                if self._connection is not None:
                    self._connection.close()
                self._connection = Connection(self._access)
            return self._connection


class _Conversation:
    """Drains both streams of a channel while it feeds the third.

    Threads wait on the channel; callbacks are called in the thread of the caller.
    """

    def __init__(
        self,
        channel: Channel,
        command: Command,
        outputs: tuple[Output, Output],
        connection: Connection,
    ) -> None:
        self._channel = channel
        self._command = command
        self._outputs = outputs
        self._connection = connection
        self._chunks: queue.Queue[tuple[int, bytes]] = queue.Queue(WAITING_CHUNKS)
        self._given_up = False

    def hold(self) -> int:
        """Return the exit status when both streams have ended."""
        started = time.monotonic()
        threads = [
            threading.Thread(target=target, args=args, daemon=True)
            for target, args in (
                (self._drain, (0, self._channel.recv)),
                (self._drain, (1, self._channel.recv_stderr)),
                (self._feed, ()),
            )
        ]
        for thread in threads:
            thread.start()
        try:
            open_streams = {0, 1}
            while open_streams:
                self._check(started)
                try:
                    stream, data = self._chunks.get(timeout=TICK)
                except queue.Empty:
                    continue
                self._outputs[stream].feed(data)
                if not data:
                    open_streams.discard(stream)
            while not self._channel.status_event.wait(TICK):
                self._check(started)
        finally:
            self._given_up = True
        return self._status()

    def _status(self) -> int:
        status = int(self._channel.exit_status)
        if status == -1 and not self._connection.is_alive:
            raise ConnectionFailedError(
                f'lost the connection to "{self._connection.label}"'
            )
        # Without a status the command was ended by a signal: say so as a shell does.
        return status if status != -1 else 137

    def _check(self, started: float) -> None:
        self._connection.check_alive()
        timeout = self._command.timeout
        if timeout is not None and time.monotonic() - started > timeout:
            raise TimeoutExpiredError(
                f"{self._command.program} on {self._connection.label} "
                f"did not end within {timeout:g} seconds"
            )

    def _drain(self, stream: int, receive: Callable[[int], bytes]) -> None:
        data = b"-"
        while data:
            try:
                data = receive(CHUNK)
            except OSError:
                data = b""
            while not self._given_up:
                try:
                    self._chunks.put((stream, data), timeout=TICK)
                    break
                except queue.Full:
                    continue

    def _feed(self) -> None:
        try:
            if self._command.stdin:
                self._channel.sendall(self._command.stdin)
            self._channel.shutdown_write()
        except (OSError, EOFError) as error:
            # The command did not want the rest; its status tells.
            logger.debug("input of %s was cut: %s", self._command.program, error)
