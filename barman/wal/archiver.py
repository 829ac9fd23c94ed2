# SPDX-License-Identifier: MIT
"""The archiver: moves waiting WAL files into the archive and its index.

The order makes every crash harmless: a file is in the archive, durably, before its
line is in the index, and both are durable before it leaves the queue.  So a file that
was interrupted anywhere is still waiting, and the next run finds what was done: an
archived file of the same contents gets its line if that is missing, and the waiting
one goes.
"""

from __future__ import annotations

import logging
import os

from barman.catalogue.wal_entry import WalEntry
from barman.codec.registry import CustomFilters, identify_file
from barman.errors import BusyError, ConfigError, DataError, RefusedError
from barman.hooks.variables import HookedWal, HookEvent
from barman.model.frozen import frozen
from barman.model.wal_file import WalFile
from barman.report.wal import (
    ArchiverBusy,
    ArchivingStarted,
    ArchivingStopped,
    QueueEmpty,
    UnknownFilesFound,
    WalFileDuplicate,
    WalFileRefused,
    WalFileTaken,
)
from barman.system.files import file_error, fsync_directory, fsync_file
from barman.system.processes import is_running
from barman.wal.inspection import Arrival, inspect
from barman.wal.put import sweep
from barman.wal.quarantine import DUPLICATE, UNKNOWN, set_apart
from barman.wal.queue import Queue, waiting_in
from barman.wal.store import Storing, same_contents, store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from barman.catalogue.layout import Layout
    from barman.catalogue.wal_index import WalIndex
    from barman.config.server_config import ServerConfig
    from barman.hooks.script import Hooks
    from barman.report.report import Reporter
    from barman.system.clock import Clock
    from barman.system.locks import Locks
    from barman.wal.queue import Waiting

_log = logging.getLogger(__name__)

GROUP = 32
"""Files that share one synchronisation of directories and index."""


@frozen(kw_only=True)
class _Done:
    """A file that is in the archive; its line and its removal are still to come."""

    arrival: Arrival
    entry: WalEntry
    stored: str
    stays: bool
    was_there: bool


class WalArchiver:
    """Archives what waits for one server.

    `systemid` is the cluster that the archive belongs to, where that is known.
    """

    def __init__(
        self,
        *,
        config: ServerConfig,
        layout: Layout,
        index: WalIndex,
        locks: Locks,
        hooks: Hooks,
        clock: Clock,
        reporter: Reporter,
        systemid: str | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._config = config
        self._layout = layout
        self._index = index
        self._locks = locks
        self._hooks = hooks
        self._clock = clock
        self._reporter = reporter
        self._systemid = systemid
        self._storing = Storing(
            compression=config.compression,
            level=config.compression_level,
            custom=custom_filters(config, environ),
            environ=environ,
        )
        self._done: list[_Done] = []
        self._group = 1 if hooks.has(HookEvent.ARCHIVE) else GROUP

    def archive(self, *, quiet: bool = False) -> tuple[str, ...]:
        """Archive both queues and return the names now archived.

        `quiet` says nothing about queues that have nothing to do, and nothing when
        another process is at it already.
        """
        if self._config.passive:
            return ()
        refuse_encryption(self._config)
        try:
            with self._locks.archive_wal():
                return self._archive_queues(quiet=quiet)
        except BusyError:
            if not quiet:
                self._reporter.tell(ArchiverBusy(self._config.name))
            return ()

    def _archive_queues(self, *, quiet: bool) -> tuple[str, ...]:
        names: list[str] = []
        if self._config.streaming_archiver:
            names += self._archive_queue(Queue.STREAMING, quiet=quiet)
        if self._config.archiver:
            names += self._archive_queue(Queue.FILE, quiet=quiet)
        return tuple(names)

    def _archive_queue(self, queue: Queue, *, quiet: bool) -> list[str]:
        directory = self._directory(queue)
        if queue is Queue.FILE and os.path.isdir(directory):
            sweep(directory, self._clock.now().timestamp(), is_running=is_running)
        waiting = waiting_in(directory, queue)
        batch = self._batch(queue, waiting)
        if batch or not quiet:
            size = len(batch) if waiting.seen > len(batch) else None
            self._reporter.tell(ArchivingStarted(self._config.name, queue.value, size))
        names: list[str] = []
        try:
            for name in batch:
                if not self._take(queue, name, names, stays=name == waiting.held):
                    break
        finally:
            self._settle()
        if not (batch or quiet):
            self._reporter.tell(QueueEmpty())
        self._set_unknown_apart(directory, waiting.unknown)
        return names

    def _batch(self, queue: Queue, waiting: Waiting) -> tuple[str, ...]:
        """Return the files of this run.

        The limit counts files that can be archived, so that no entry of another kind
        can use it up.  A held segment is archived once and stays as a copy.
        """
        files = waiting.files
        held = waiting.held
        if held and not self._is_archived(WalFile(held)):
            files += (held,)
        limit = (
            self._config.streaming_archiver_batch_size
            if queue is Queue.STREAMING
            else self._config.archiver_batch_size
        )
        return files[:limit] if limit > 0 else files

    def _is_archived(self, wal: WalFile) -> bool:
        if not os.path.exists(self._layout.wal_path(wal)):
            return False
        return self._index.find(wal.name) is not None

    def _take(self, queue: Queue, name: str, names: list[str], *, stays: bool) -> bool:
        """Archive one file; return False when a hook ends the run here."""
        path = os.path.join(self._directory(queue), name)
        try:
            arrival = Arrival.of(
                WalFile(name),
                path,
                detect=queue is Queue.FILE,
                custom=self._storing.custom,
            )
        except FileNotFoundError:
            return True
        except OSError as error:
            raise file_error("archive", path, error) from error
        if not self._accept(arrival):
            return True
        self._reporter.tell(WalFileTaken(name))
        try:
            self._hooks.run_pre(HookEvent.ARCHIVE, _hooked(arrival).variables())
            done = self._store(arrival, stays=stays)
        except RefusedError as error:
            self._hooks.run_post(
                HookEvent.ARCHIVE, _hooked(arrival, error=str(error)).variables()
            )
            self._reporter.tell(ArchivingStopped(self._config.name, name, str(error)))
            return False
        except Exception as error:
            # Post hooks run whatever happened; the error goes on its way.
            self._hooks.run_post(
                HookEvent.ARCHIVE, _hooked(arrival, error=str(error)).variables()
            )
            raise
        if done is not None:
            names.append(name)
            self._done.append(done)
            if len(self._done) >= self._group:
                self._settle()
        return True

    def _accept(self, arrival: Arrival) -> bool:
        """Tell whether a file may be archived; set it apart when it must not."""
        try:
            inspect(arrival, systemid=self._systemid, custom=self._storing.custom)
        except DataError as error:
            if arrival.is_settling(self._clock.now().timestamp()):
                _log.info("leaving '%s' for a later run: %s", arrival.path, error)
                return False
            self._set_apart(arrival.path, UNKNOWN)
            self._reporter.tell(
                WalFileRefused(self._config.name, arrival.wal.name, str(error))
            )
            return False
        return True

    def _store(self, arrival: Arrival, *, stays: bool) -> _Done | None:
        """Store a file, or see that it is stored; None when it was set apart."""
        target = self._layout.wal_path(arrival.wal)
        was_there = os.path.exists(target)
        if was_there:
            custom = self._storing.custom
            if not same_contents(arrival, target, custom):
                self._refuse_duplicate(arrival, target)
                return None
            # Whoever stored it may have been stopped before it was durable.
            fsync_file(target)
            word = identify_file(target, custom=custom, stored=True)
        else:
            word = store(arrival, target, self._storing, stays=stays)
        size = os.stat(target).st_size
        return _Done(
            arrival=arrival,
            entry=WalEntry(arrival.wal.name, size, arrival.mtime, word),
            stored=target,
            stays=stays,
            was_there=was_there,
        )

    def _refuse_duplicate(self, arrival: Arrival, stored: str) -> None:
        name = arrival.wal.name
        self._reporter.tell(WalFileDuplicate(self._config.name, name))
        self._set_apart(arrival.path, DUPLICATE)
        hooked = _hooked(arrival, stored, error=f"DuplicateWalFile: {name}")
        self._hooks.run_post(HookEvent.ARCHIVE, hooked.variables())

    def _settle(self) -> None:
        """Make what was stored durable and indexed; then let it leave the queue."""
        done, self._done = self._done, []
        if not done:
            return
        for directory in sorted({os.path.dirname(each.stored) for each in done}):
            fsync_directory(directory)
        for each in done:
            error = f"MatchingDuplicateWalFile: {each.entry.name}"
            hooked = _stored(each, error if each.was_there else None)
            self._hooks.run_post(HookEvent.ARCHIVE, hooked.variables())
        self._index.append(self._missing_lines(done))
        leaving = [each.arrival.path for each in done if not each.stays]
        for path in leaving:
            _leave(path)
        for directory in sorted({os.path.dirname(path) for path in leaving}):
            fsync_directory(directory)

    def _missing_lines(self, done: list[_Done]) -> list[WalEntry]:
        """Return the lines to append: a file that was archived before may have one."""
        return [
            each.entry
            for each in done
            if not each.was_there or self._index.find(each.entry.name) is None
        ]

    def _set_unknown_apart(self, directory: str, names: tuple[str, ...]) -> None:
        if not names:
            return
        self._reporter.tell(UnknownFilesFound(self._config.name, names))
        for name in names:
            self._set_apart(os.path.join(directory, name), UNKNOWN)

    def _set_apart(self, path: str, suffix: str) -> None:
        set_apart(path, self._layout.errors, self._clock.now(), suffix)

    def _directory(self, queue: Queue) -> str:
        streaming = queue is Queue.STREAMING
        return self._layout.streaming if streaming else self._layout.incoming


def custom_filters(
    config: ServerConfig, environ: Mapping[str, str] | None = None
) -> CustomFilters | None:
    """Return the user's own filters where the configuration has them."""
    if not (config.custom_compression_filter or config.custom_decompression_filter):
        return None
    return CustomFilters(
        config.custom_compression_filter,
        config.custom_decompression_filter,
        config.custom_compression_magic,
        environ,
    )


def refuse_encryption(config: ServerConfig) -> None:
    """Raise unless WAL may be stored in the clear."""
    if config.encryption not in (None, "none"):
        raise ConfigError(
            f"server '{config.name}' asks for encryption '{config.encryption}',"
            " which this version cannot do: nothing is archived unencrypted",
            hint="Remove the option 'encryption' to store WAL files in the clear.",
        )


def _leave(path: str) -> None:
    """Take a file out of its queue; somebody else may have done so."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise file_error("remove", path, error) from error


def _hooked(
    arrival: Arrival, path: str | None = None, *, error: str | None = None
) -> HookedWal:
    return HookedWal(
        name=arrival.wal.name,
        path=path or arrival.path,
        size=arrival.size,
        mtime=arrival.mtime,
        compression=arrival.compression,
        error=error,
    )


def _stored(done: _Done, error: str | None) -> HookedWal:
    return HookedWal(
        name=done.entry.name,
        path=done.stored,
        size=done.entry.size,
        mtime=done.entry.mtime,
        compression=done.entry.compression,
        error=error,
    )
