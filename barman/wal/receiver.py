# SPDX-License-Identifier: MIT
"""Streams WAL with pg_receivewal, in the foreground, until a signal or an end.

pg_receivewal writes durably, reports to the server only what is durable, and goes on
where the newest file of its directory ends.
"""

from __future__ import annotations

import os
import re

from barman.errors import BusyError, PostgresError, RefusedError, Terminated
from barman.model.conninfo import Conninfo
from barman.postgres.commands import WalStream, receivewal_command
from barman.report.receiver import (
    OtherConnectionUsed,
    PartialTruncated,
    ReceiverInterrupted,
    ReceiverLine,
    ReceiverStarted,
    SlotMadeForStreaming,
)
from barman.system.files import file_error, make_directory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.catalogue.layout import Layout
    from barman.config.server_config import ServerConfig
    from barman.postgres.programs import Programs
    from barman.postgres.replication import ReplicationSession
    from barman.postgres.session import PostgresSession
    from barman.report.report import Reporter
    from barman.system.command import CommandRunner
    from barman.system.locks import Locks

_NAMES = re.compile(r'"((?:[^"]|"")*)"|([^\s,()"]+)')


class WalReceiver:
    """Streams the WAL of one server into its streaming directory.

    `session` and `streaming` lead to the server that WAL is streamed from; `systemid`
    is the cluster that the archive belongs to, where that is known.
    """

    def __init__(
        self,
        *,
        config: ServerConfig,
        layout: Layout,
        locks: Locks,
        session: PostgresSession,
        streaming: ReplicationSession,
        conninfo: str | None,
        programs: Programs,
        runner: CommandRunner,
        reporter: Reporter,
        systemid: str | None = None,
    ) -> None:
        self._config = config
        self._layout = layout
        self._locks = locks
        self._session = session
        self._streaming = streaming
        self._conninfo = conninfo
        self._programs = programs
        self._runner = runner
        self._reporter = reporter
        self._systemid = systemid

    def receive(self) -> None:
        """Stream until told to stop; raise when streaming cannot go on."""
        if not self._config.streaming_archiver or not self._conninfo:
            raise RefusedError(
                "Unable to start receive-wal process: streaming_archiver option set to"
                " 'off' in barman configuration file"
            )
        lock = self._locks.receive_wal()
        try:
            lock.__enter__()
        except BusyError as error:
            raise RefusedError(
                "Another receive-wal process is already running for server"
                f" {self._config.name}."
            ) from error
        try:
            self._stream(Conninfo.parse(self._conninfo))
        finally:
            lock.__exit__(None, None, None)

    def _stream(self, conninfo: Conninfo) -> None:
        if self._config.wal_streaming_conninfo or self._config.wal_conninfo:
            self._reporter.tell(OtherConnectionUsed(self._config.name))
        self._check_server()
        program = self._programs.get(
            "pg_receivewal", for_version=self._streaming.version
        )
        make_directory(self._layout.streaming)
        self._check_slot()
        self._mend_partial()
        command = receivewal_command(
            program,
            WalStream(
                conninfo=conninfo,
                directory=self._layout.streaming,
                slot=self._config.slot_name,
                synchronous=self._is_synchronous(),
                application_name=self._config.streaming_archiver_name,
            ),
        )
        # Sessions held open for months would only stand in the way of a shutdown.
        self._session.close()
        self._streaming.close()
        self._reporter.tell(ReceiverStarted(self._config.name))
        try:
            self._runner.run(command, on_stdout=self._tell, on_stderr=self._tell)
        except Terminated:
            raise
        except KeyboardInterrupt:
            self._reporter.tell(ReceiverInterrupted())

    def _check_server(self) -> None:
        name = self._config.name
        try:
            identity = self._streaming.identify()
        except PostgresError as error:
            raise PostgresError(
                "Impossible to start WAL streaming. Check the log for more details,"
                f" or run 'barman check {name}'",
                hint=f"{error}.",
            ) from error
        if self._systemid is not None and identity.systemid != self._systemid:
            raise RefusedError(
                f"server '{name}' is another cluster now: its system identifier is"
                f" {identity.systemid}, that of the archive is {self._systemid}",
                hint="Check the connection options, or use another server section.",
            )

    def _check_slot(self) -> None:
        name = self._config.slot_name
        if not name:
            return
        slot = self._session.slot(name)
        if slot is None:
            if self._config.create_slot != "auto":
                raise PostgresError(
                    f"ArchiverFailure:replication slot '{name}' doesn't exist. Please"
                    f" execute 'barman receive-wal --create-slot {self._config.name}'"
                )
            self._reporter.tell(SlotMadeForStreaming(name))
            self._streaming.create_slot(name)
        elif slot.active:
            raise PostgresError(
                f"ArchiverFailure:replication slot '{name}' is already in use"
            )

    def _mend_partial(self) -> None:
        """Empty the newest partial file if pg_receivewal would refuse its size."""
        names = os.listdir(self._layout.streaming)
        partials = sorted(name for name in names if name.endswith(".partial"))
        if not partials:
            return
        path = os.path.join(self._layout.streaming, partials[-1])
        size, expected = os.path.getsize(path), self._session.segment_size.size
        if size in (0, expected):
            return
        self._reporter.tell(PartialTruncated(path, size, expected))
        try:
            os.truncate(path, 0)
        except OSError as error:
            raise file_error("truncate", path, error) from error

    def _is_synchronous(self) -> bool:
        setting = "synchronous_standby_names"
        names = standby_names(self._session.settings(setting).get(setting, ""))
        wanted = self._config.streaming_archiver_name.lower()
        return "*" in names or wanted in names

    def _tell(self, line: str) -> None:
        self._reporter.tell(ReceiverLine(self._config.name, line))


def standby_names(text: str) -> frozenset[str]:
    """Return the names in `synchronous_standby_names`, in lower case.

    Its grammar is `[FIRST|ANY] n (name, …)` or `name, …` (syncrep_gram.y); names are
    compared without regard to case.
    """
    return frozenset(
        (quoted.replace('""', '"') or plain).lower()
        for quoted, plain in _NAMES.findall(text)
    )
