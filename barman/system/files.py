# SPDX-License-Identifier: MIT
"""Files and directories written so that a crash leaves the old or the new, never half.

A change is durable only when the file and the directory that names it were both
synchronised.  This module is loaded by every command: it imports `os` and `errno` only.
"""

from __future__ import annotations

import errno
import os
from stat import S_ISREG

from barman.errors import FileError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import BinaryIO

_HINTS = {
    errno.ENOSPC: "Free some space on the file system that holds it.",
    errno.EDQUOT: "The disk quota of this user is used up.",
    errno.EACCES: "Check the owner and the permissions.",
    errno.EROFS: "The file system is mounted read-only.",
}
_UNSYNCABLE = frozenset((errno.EINVAL, errno.ENOTSUP, errno.EROFS))


def file_error(action: str, path: str, error: OSError) -> FileError:
    """Return the error that says what failed, on which path, for which reason."""
    reason = error.strerror or str(error)
    return FileError(
        f'could not {action} "{path}": {reason}', hint=_HINTS.get(error.errno or 0)
    )


def open_regular(path: str) -> BinaryIO:
    """Open a file to read it; raise `OSError` where something else has its name.

    A pipe is not waited for: nobody may ever write into it.
    """
    return open(path, "rb", opener=_open_regular)


def _open_regular(path: str, flags: int) -> int:
    descriptor = os.open(path, flags | os.O_NONBLOCK)
    if S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    if os.path.isdir(path):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    raise OSError(errno.EINVAL, "Not a regular file", path)


def write_atomically(
    path: str, data: bytes | Iterable[bytes], *, mode: int = 0o644
) -> None:
    """Replace the content of `path` by `data`, durably and all at once.

    Data too large for memory may come in pieces.
    """
    pieces = (data,) if isinstance(data, bytes) else data
    temporary = temporary_name(path)
    try:
        descriptor = os.open(
            temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600
        )
    except OSError as error:
        raise file_error("create", path, error) from error
    try:
        try:
            os.fchmod(descriptor, mode)
            for piece in pieces:
                write_all(descriptor, piece)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.rename(temporary, path)
    except BaseException as error:
        _discard(temporary)
        if isinstance(error, OSError):
            raise file_error("write", path, error) from error
        raise
    fsync_directory(os.path.dirname(path) or ".")


def write_all(descriptor: int, data: bytes) -> None:
    """Write every byte of `data`; the system call alone may write fewer."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def fsync_file(path: str) -> None:
    """Make the content of a file durable."""
    _fsync(path, os.O_RDONLY | os.O_NOFOLLOW)


def fsync_directory(path: str) -> None:
    """Make the names in a directory durable."""
    _fsync(path, os.O_RDONLY | os.O_DIRECTORY)


def fsync_tree(path: str) -> None:
    """Make a file, or a directory with everything below it, durable.

    Symbolic links are not followed; the directories come after what they hold.
    """
    if os.path.islink(path) or not os.path.isdir(path):
        fsync_file(path)
        return
    for directory, entries in _walk_up(path):
        for entry in entries:
            if entry.is_file(follow_symlinks=False):
                fsync_file(entry.path)
        fsync_directory(directory)


def rename_durably(old: str, new: str) -> None:
    """Rename `old` to `new`, replacing it, and make both directories durable."""
    try:
        os.rename(old, new)
    except OSError as error:
        raise file_error(f'rename "{old}" to', new, error) from error
    into, out_of = os.path.dirname(new) or ".", os.path.dirname(old) or "."
    fsync_directory(into)
    if out_of != into:
        fsync_directory(out_of)


def make_directory(path: str, *, mode: int = 0o777) -> None:
    """Make a directory and its missing parents durably; an existing one is left alone.

    `mode` is narrowed by the umask, and is that of the last directory only.
    """
    if os.path.isdir(path):
        return
    parent = os.path.dirname(path.rstrip("/"))
    if parent and parent != path:
        make_directory(parent)
    try:
        os.mkdir(path, mode)
    except FileExistsError as error:
        if not os.path.isdir(path):
            raise file_error("create directory", path, error) from error
        return
    except OSError as error:
        raise file_error("create directory", path, error) from error
    fsync_directory(parent or ".")


def remove_file(path: str) -> None:
    """Remove a file or a symbolic link durably; one that is not there is no error."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise file_error("remove", path, error) from error
    fsync_directory(os.path.dirname(path) or ".")


def remove_tree(path: str) -> None:
    """Remove a file, or a directory with everything below it; links are not followed.

    What is not there is no error: a removal that was interrupted can be repeated.
    """
    if os.path.islink(path) or not os.path.isdir(path):
        remove_file(path)
        return
    for directory, entries in _walk_up(path):
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                _unless_missing(os.unlink, "remove", entry.path)
        _unless_missing(os.rmdir, "remove directory", directory)
    fsync_directory(os.path.dirname(path.rstrip("/")) or ".")


def _walk_up(top: str) -> Iterator[tuple[str, list[os.DirEntry[str]]]]:
    """Yield each directory with its entries, the deepest first, without recursion."""
    pending: list[tuple[str, bool]] = [(top, False)]
    while pending:
        directory, below_done = pending.pop()
        entries = _entries(directory)
        if below_done:
            yield directory, entries
            continue
        pending.append((directory, True))
        pending += [
            (entry.path, False)
            for entry in entries
            if entry.is_dir(follow_symlinks=False)
        ]


def _entries(directory: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(directory) as found:
            return list(found)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise file_error("read directory", directory, error) from error


def _unless_missing(act: Callable[[str], None], action: str, path: str) -> None:
    try:
        act(path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise file_error(action, path, error) from error


def _fsync(path: str, flags: int) -> None:
    try:
        descriptor = os.open(path, flags | os.O_CLOEXEC)
    except OSError as error:
        raise file_error("open", path, error) from error
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some network file systems cannot synchronise a directory; they need not.
        if not (flags & os.O_DIRECTORY and error.errno in _UNSYNCABLE):
            raise file_error("fsync", path, error) from error
    finally:
        os.close(descriptor)


def temporary_name(path: str) -> str:
    """Return a name beside `path` that nobody else uses; it starts with a dot."""
    directory, name = os.path.split(path)
    return os.path.join(directory, f".{name}.{os.getpid()}-{os.urandom(4).hex()}.tmp")


def _discard(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return
