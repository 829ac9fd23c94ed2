# SPDX-License-Identifier: MIT
"""Locks between processes: `flock` on the files that Barman uses for the same purpose.

The kernel frees a lock when its holder ends, however it ends; a file that nobody
locks means nothing.  Names and contents are a format.  This module is
loaded by every command that reads the catalogue and imports next to nothing.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time

from barman.errors import BusyError
from barman.model.frozen import frozen
from barman.system.files import file_error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

    from barman.errors import FileError

# Other processes try locks for an instant to see whether they are held.
SPURIOUS_BUSY_PAUSE = 0.05
_FLAGS = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW


class LockBusyError(BusyError):
    """Another process holds this lock file."""

    def __init__(self, path: str) -> None:
        super().__init__(f'another process holds the lock "{path}"')
        self.path = path


@frozen(order=True)
class Process:
    """A process of a server that holds one of its locks."""

    task: str
    pid: int


class Lock:
    """One lock file, held between `__enter__` and `__exit__`.

    It is not reentrant: a second `Lock` of the same file waits or is refused, in the
    same process too.  Several may hold a `shared` one together.
    """

    def __init__(
        self,
        path: str,
        *,
        wait: bool = False,
        shared: bool = False,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.path = path
        self._wait = wait
        self._how = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        self._pause = pause
        self._descriptor: int | None = None

    def __enter__(self) -> Lock:
        assert self._descriptor is None, "a Lock is not reentrant"
        descriptor = self._acquire()
        try:
            # Written before it is shortened: that takes no room on a full disk.
            os.ftruncate(descriptor, os.pwrite(descriptor, b"%d\n" % os.getpid(), 0))
        except OSError as error:
            # Where there is none, the lock holds all the same: backups that fill the
            # disk are listed and restored, and only the holder is unknown.
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                os.close(descriptor)
                raise file_error("write lock file", self.path, error) from error
        self._descriptor = descriptor
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            # Unlocked explicitly, because a forked child may share the descriptor.
            fcntl.flock(descriptor, fcntl.LOCK_UN)
            os.close(descriptor)

    def remove_file(self) -> None:
        """Remove the file while the lock is held; whoever waits for it starts anew."""
        assert self._descriptor is not None, "only the holder removes a lock file"
        _unlink(self.path)

    def _acquire(self) -> int:
        while True:
            descriptor = self._open()
            try:
                self._lock(descriptor)
                if _is_still(self.path, descriptor):
                    return descriptor
            except OSError as error:
                os.close(descriptor)
                raise file_error("lock", self.path, error) from error
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)

    def _open(self) -> int:
        try:
            return os.open(self.path, _FLAGS | os.O_CREAT, 0o600)
        except FileNotFoundError as error:
            raise _hinted(
                file_error("use lock directory", os.path.dirname(self.path), error)
            ) from error
        except OSError as error:
            raise _hinted(file_error("open lock file", self.path, error)) from error

    def _lock(self, descriptor: int) -> None:
        if self._wait:
            fcntl.flock(descriptor, self._how)
        elif not _try(descriptor, self._how):
            self._pause(SPURIOUS_BUSY_PAUSE)
            if not _try(descriptor, self._how):
                raise LockBusyError(self.path)


class Locks:
    """The locks of one server."""

    def __init__(self, directory: str, server: str) -> None:
        self.directory = directory
        self._server = server

    def backup(self) -> Lock:
        """Exclude other backups, deletions and imports."""
        return self._lock("backup")

    def archive_wal(self) -> Lock:
        """Exclude another run of the archiver."""
        return self._lock("archive-wal")

    def receive_wal(self) -> Lock:
        """Exclude another receiver."""
        return self._lock("receive-wal")

    def cron(self) -> Lock:
        """Exclude another maintenance run."""
        return self._lock("cron")

    def xlogdb(self) -> Lock:
        """Wait for exclusive access to the WAL index."""
        return self._lock("xlogdb", wait=True)

    def backup_id(self, backup_id: object) -> Lock:
        """Exclude others from one backup."""
        return self._lock(str(backup_id))

    def using_backup(self, backup_id: object) -> Lock:
        """Keep one backup from being deleted; several may, and wait for who deletes."""
        return self._lock(str(backup_id), wait=True, shared=True)

    def sync_backup(self, backup_id: object) -> Lock:
        """Exclude another synchronisation of one backup."""
        return self._lock(f"{backup_id}-sync-backup")

    def sync_wal(self) -> Lock:
        """Wait for exclusive synchronisation of WAL files."""
        return self._lock("sync-wal", wait=True)

    def holders(self) -> list[Process]:
        """Return the processes that hold those locks of the server that are tasks."""
        found = []
        for name in lock_files(self.directory):
            task = _task(name, self._server)
            if task is not None:
                pid = holder(os.path.join(self.directory, name))
                if pid is not None:
                    found.append(Process(task, pid))
        return found

    def _lock(self, what: str, *, wait: bool = False, shared: bool = False) -> Lock:
        path = os.path.join(self.directory, f".{self._server}-{what}.lock")
        return Lock(path, wait=wait, shared=shared)


def _hinted(error: FileError) -> FileError:
    error.hint = "Set barman_lock_directory to a directory that can be written."
    return error


def config_update(directory: str) -> Lock:
    """Exclude another change of the configuration by a program."""
    return Lock(os.path.join(directory, ".config-update.lock"))


def cleanup(directory: str) -> None:
    """Remove the lock files that nobody holds."""
    for name in lock_files(directory):
        path = os.path.join(directory, name)
        for descriptor in _opened(path):
            # Who took the lock keeps the file; who waits for it starts anew.
            if _try(descriptor, fcntl.LOCK_EX) and _is_still(path, descriptor):
                _unlink(path)


def lock_files(directory: str) -> list[str]:
    """Return the names of the lock files in a directory, sorted."""
    try:
        names = os.listdir(directory)
    except OSError as error:
        raise file_error("use lock directory", directory, error) from error
    return sorted(n for n in names if n.startswith(".") and n.endswith(".lock"))


def holder(path: str, *, pause: Callable[[float], None] = time.sleep) -> int | None:
    """Return the process that holds a lock file, or None if nobody does."""
    for descriptor in _opened(path):
        if _try(descriptor, fcntl.LOCK_SH):
            return None
        pause(SPURIOUS_BUSY_PAUSE)
        if _try(descriptor, fcntl.LOCK_SH):
            return None
        digits = os.pread(descriptor, 32, 0).strip()
        return int(digits) if digits.isdigit() else None
    return None


def _opened(path: str) -> Iterator[int]:
    """Yield the descriptor of an existing lock file, once, and close it; or nothing."""
    try:
        descriptor = os.open(path, _FLAGS)
    except OSError:
        return  # Gone meanwhile, or somebody else's.
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _task(name: str, server: str) -> str | None:
    prefix = f".{server}-"
    if not name.startswith(prefix):
        return None
    what = name[len(prefix) : -len(".lock")]
    backup_id, _, rest = what.partition("-")
    if rest == "sync-backup" and _is_backup_id(backup_id):
        return rest
    return what if what in _TASKS else None


_TASKS = frozenset(("receive-wal", "backup", "cron", "archive-wal", "sync-wal"))


def _is_backup_id(text: str) -> bool:
    return len(text) == 15 and text[8] == "T" and (text[:8] + text[9:]).isdigit()


def _try(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_still(path: str, descriptor: int) -> bool:
    """Whether the locked file is the one that others will find under its name."""
    try:
        named = os.stat(path, follow_symlinks=False)
    except FileNotFoundError:
        return False
    mine = os.fstat(descriptor)
    return (named.st_ino, named.st_dev) == (mine.st_ino, mine.st_dev)


def _unlink(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise file_error("remove lock file", path, error) from error
