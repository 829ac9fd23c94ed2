# SPDX-License-Identifier: MIT
"""The file of the WAL index: read in blocks of whole lines, appended to, mended.

Every function here expects the caller to hold the lock of the index.  A crash or a
full disk can leave half a line at the end of the file; it is mended before anything
is read or added, so no reader ever takes half a line for a line.
"""

from __future__ import annotations

import os
from stat import S_IMODE

from barman.catalogue.wal_entry import InvalidWalEntry, WalEntry
from barman.model.wal_file import is_wal_file_name
from barman.system.files import (
    file_error,
    fsync_directory,
    make_directory,
    remove_file,
    write_all,
    write_atomically,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

# Small enough that the columns of a block stay in the processor's cache.
BLOCK_SIZE = 64 * 1024
_READ = os.O_RDONLY | os.O_CLOEXEC


def read_blocks(path: str) -> Iterator[bytes]:
    """Yield the content in blocks of whole lines; a missing file is an empty one."""
    try:
        descriptor = os.open(path, _READ)
    except FileNotFoundError:
        return
    except OSError as error:
        raise file_error("open", path, error) from error
    rest = b""
    try:
        while block := os.read(descriptor, BLOCK_SIZE):
            end = block.rfind(b"\n") + 1
            if end:
                yield rest + block[:end]
                rest = block[end:]
            else:
                rest += block
    except OSError as error:
        raise file_error("read", path, error) from error
    finally:
        os.close(descriptor)


def replace(path: str, lines: Iterable[bytes]) -> None:
    """Write a new file in place of the old one; a crash leaves one of the two."""
    make_directory(os.path.dirname(path))
    _discard_leftovers(path)
    try:
        mode = S_IMODE(os.stat(path).st_mode)
    except FileNotFoundError:
        mode = 0o644
    except OSError as error:
        raise file_error("read", path, error) from error
    write_atomically(path, _gathered(lines), mode=mode)


def _gathered(lines: Iterable[bytes]) -> Iterator[bytes]:
    gathered: list[bytes] = []
    size = 0
    for line in lines:
        gathered.append(line)
        size += len(line)
        if size >= BLOCK_SIZE:
            yield b"".join(gathered)
            gathered, size = [], 0
    yield b"".join(gathered)


def _discard_leftovers(path: str) -> None:
    """Remove new files that a crash left; nobody writes one without the lock."""
    directory, name = os.path.split(path)
    try:
        present = os.listdir(directory)
    except OSError as error:
        raise file_error("read directory", directory, error) from error
    for other in present:
        if other.startswith(f".{name}.") and other.endswith(".tmp"):
            remove_file(os.path.join(directory, other))


def append(path: str, data: bytes) -> None:
    """Add whole lines durably, or nothing: a failed attempt is taken back."""
    make_directory(os.path.dirname(path))
    try:
        descriptor = os.open(
            path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644
        )
    except OSError as error:
        raise file_error("open", path, error) from error
    try:
        size = os.fstat(descriptor).st_size
        try:
            write_all(descriptor, data)
            os.fsync(descriptor)
        except BaseException:
            os.ftruncate(descriptor, size)
            raise
    except OSError as error:
        raise file_error("write", path, error) from error
    finally:
        os.close(descriptor)
    if size == 0:
        fsync_directory(os.path.dirname(path) or ".")


def mend(path: str, describe: Callable[[str], WalEntry | None]) -> None:
    """Complete or drop half a line at the end of the file.

    Its name, if that is whole, leads to the archived file, and `describe` says what the
    line must tell.  Without one nothing is known: the file that was being added comes
    again, because its source is removed only after its line is durable.
    """
    found = _torn_tail(path)
    if found is None:
        return
    offset, fragment = found
    line = _completed(fragment, describe)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.lseek(descriptor, offset, os.SEEK_SET)
            write_all(descriptor, line)
            os.ftruncate(descriptor, offset + len(line))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise file_error("mend", path, error) from error


def _torn_tail(path: str) -> tuple[int, bytes] | None:
    """Return where the last line begins and how, if no line feed ends it."""
    try:
        descriptor = os.open(path, _READ)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise file_error("open", path, error) from error
    try:
        end = os.fstat(descriptor).st_size
        if end == 0 or os.pread(descriptor, 1, end - 1) == b"\n":
            return None
        begin = _line_begin(descriptor, end)
        return begin, os.pread(descriptor, min(end - begin, BLOCK_SIZE), begin)
    except OSError as error:
        raise file_error("read", path, error) from error
    finally:
        os.close(descriptor)


def _line_begin(descriptor: int, end: int) -> int:
    while end > 0:
        start = max(0, end - BLOCK_SIZE)
        place = os.pread(descriptor, end - start, start).rfind(b"\n")
        if place >= 0:
            return start + place + 1
        end = start
    return 0


def _completed(fragment: bytes, describe: Callable[[str], WalEntry | None]) -> bytes:
    entry = _whole_entry(fragment)
    if entry is None:
        name = fragment.split(b"\t")[0].decode("ascii", "replace")
        if b"\t" in fragment and is_wal_file_name(name):
            entry = describe(name)
    return entry.render() if entry else b""


def _whole_entry(fragment: bytes) -> WalEntry | None:
    """Return the entry that only lacks its line feed, None for anything shorter."""
    if not fragment.endswith((b"\tNone", b"\tgpg")) or fragment.count(b"\t") != 4:
        return None
    try:
        return WalEntry.parse(fragment)
    except InvalidWalEntry:
        return None
