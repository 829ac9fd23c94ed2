# SPDX-License-Identifier: MIT
"""Puts one file into the archive, durably, without taking it away where it came from.

A name in the archive stands for whole and durable contents from the first moment:
they are written under a hidden name, synchronised, and only then named.
"""

from __future__ import annotations

import errno
import os

from barman.codec.registry import (
    codec,
    identify_file,
    is_encrypted,
    open_plain,
    read_head,
)
from barman.errors import DataError
from barman.model.frozen import frozen
from barman.model.wal_file import WalFileKind
from barman.system.files import file_error, fsync_file, make_directory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import BinaryIO

    from barman.codec.registry import CustomFilters
    from barman.wal.inspection import Arrival

_CHUNK = 1 << 20
_NO_LINK = frozenset(
    (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOSYS, errno.EOPNOTSUPP)
)


@frozen(kw_only=True)
class Storing:
    """How files are stored: the configured compression."""

    compression: str | None = None
    level: str | int | None = None
    custom: CustomFilters | None = None
    environ: Mapping[str, str] | None = None

    def word_for(self, arrival: Arrival) -> str | None:
        """Return the compression to apply; None when it is stored as it came.

        A partial file is stored as it is: it goes out again byte for byte.
        """
        if arrival.compression or arrival.wal.kind is WalFileKind.PARTIAL:
            return None
        return self.compression


def store(
    arrival: Arrival, target: str, storing: Storing, *, stays: bool
) -> str | None:
    """Store a file under `target` and return its compression.

    The directory of `target` is not synchronised.  `stays` says that the source lives
    on, so that its contents must not be shared.
    """
    make_directory(os.path.dirname(target))
    word = storing.word_for(arrival)
    temporary = temporary_path(target)
    if word is None and not stays and _link(arrival.path, target):
        # A run that was killed while it copied the other queue's file left this.
        _discard(temporary)
        return arrival.compression
    try:
        _write(arrival.path, temporary, word, storing)
        os.rename(temporary, target)
    except BaseException as error:
        _discard(temporary)
        if isinstance(error, OSError):
            raise file_error("archive", arrival.path, error) from error
        raise
    return word or arrival.compression


def temporary_path(target: str) -> str:
    """Return the hidden name under which a file is written.

    It is always the same, so that the next try replaces what a crash left behind.
    """
    directory, name = os.path.split(target)
    return os.path.join(directory, f".{name}.tmp")


def same_contents(arrival: Arrival, stored: str, custom: CustomFilters | None) -> bool:
    """Tell whether an archived file holds what the arriving one holds."""
    try:
        return _same_contents(arrival, stored, custom)
    except OSError as error:
        raise file_error("compare with the waiting WAL", stored, error) from error


def copy_durably(source: str, target: str) -> None:
    """Write a copy with the same times and mode, and make its contents durable."""
    _write(source, target, None, Storing())


def _same_contents(arrival: Arrival, stored: str, custom: CustomFilters | None) -> bool:
    if os.path.samefile(arrival.path, stored):
        return True
    if is_encrypted(read_head(stored)):
        return False
    compression = None
    if arrival.wal.kind is not WalFileKind.PARTIAL:
        compression = identify_file(stored, custom=custom, stored=True)
    try:
        with (
            open_plain(arrival.path, arrival.compression, custom=custom) as new,
            open_plain(stored, compression, custom=custom) as old,
        ):
            return _equal(new, old)
    except DataError:
        # One of them cannot be read: whichever it is, both are worth keeping.
        return False


def _link(source: str, target: str) -> bool:
    fsync_file(source)
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno in _NO_LINK:
            return False
        raise file_error("archive", source, error) from error
    return True


def _write(source: str, target: str, word: str | None, storing: Storing) -> None:
    with open(source, "rb") as read, open(target, "wb") as write:
        if word is None:
            while chunk := read.read(_CHUNK):
                write.write(chunk)
        else:
            codec(
                word, storing.level, custom=storing.custom, environ=storing.environ
            ).compress(read, write)
        write.flush()
        status = os.fstat(read.fileno())
        os.fchmod(write.fileno(), status.st_mode & 0o7777)
        os.utime(write.fileno(), ns=(status.st_atime_ns, status.st_mtime_ns))
        os.fsync(write.fileno())


def _equal(one: BinaryIO, other: BinaryIO) -> bool:
    while True:
        chunk = one.read(_CHUNK)
        if chunk != other.read(_CHUNK):
            return False
        if not chunk:
            return True


def _discard(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return
