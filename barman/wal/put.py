# SPDX-License-Identifier: MIT
"""Takes in WAL files that a client sends as a tar stream with checksums.

Nothing of a stream becomes visible before all of it is written, verified and durable.
A file is published with a link, which never replaces one that waits already.
"""

from __future__ import annotations

import hashlib
import os
import re
import tarfile

from barman.errors import DataError
from barman.model.frozen import frozen
from barman.report.wal import ChecksumLineIgnored, PutDuplicate
from barman.system.files import file_error, fsync_directory, make_directory
from barman.wal.quarantine import DUPLICATE, set_apart

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import IO, BinaryIO

    from typing_extensions import Self

    from barman.catalogue.layout import Layout
    from barman.report.report import Reporter
    from barman.system.clock import Clock

LARGEST_FILE = (1 << 30) + (1 << 26)
"""A segment of 1 GiB, and what a compression may add to what it cannot compress."""
ABANDONED_SECONDS = 3600
_LARGEST_SUMS = 1 << 20
_LONGEST_NAME = 200
_MOST_FILES = 1000
_LARGEST_EXTENSION = 1 << 16
_CHUNK = 1 << 20
_EXTENSIONS = (
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
)
_SUMS = {"MD5SUMS": "md5", "SHA256SUMS": "sha256"}
_LINE = re.compile(r"([0-9A-Fa-f]+) [ *](.+)")
_TEMPORARY = re.compile(r"\.(\d+)-[0-9A-Fa-f.]{8,24}[0-9A-Za-z.]*")


class _Header(tarfile.TarInfo):
    """A header whose extension is small: the module reads those into memory."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        header = super().frombuf(buf, encoding, errors)
        if header.type in _EXTENSIONS and header.size > _LARGEST_EXTENSION:
            raise DataError(f"extended header of {header.size} bytes in put-wal")
        return header


@frozen()
class _Received:
    """A file of the stream, written under a hidden name."""

    name: str
    temporary: str
    sha256: str


def put_wal(
    stream: BinaryIO,
    *,
    layout: Layout,
    clock: Clock,
    reporter: Reporter,
    pid: int,
) -> tuple[str, ...]:
    """Store the files of a stream in the incoming directory; return their names."""
    make_directory(layout.incoming)
    intake = _Intake(layout, reporter, pid)
    try:
        intake.read(stream)
        checked = intake.verified()
        for received, checksum in checked:
            _publish(received, checksum, layout, clock, reporter)
        fsync_directory(layout.incoming)
    except (tarfile.TarError, ValueError, OverflowError, EOFError) as error:
        # The module lets what a damaged extended header holds escape as it comes.
        raise DataError(f"invalid tar stream: {error}") from error
    except OSError as error:
        raise file_error("store WAL in", layout.incoming, error) from error
    finally:
        intake.clean()
    return tuple(received.name for received, _ in checked)


class _Intake:
    """One stream on its way in."""

    def __init__(self, layout: Layout, reporter: Reporter, pid: int) -> None:
        self._layout = layout
        self._reporter = reporter
        self._pid = pid
        self._temporaries: list[str] = []
        self._received: dict[str, _Received] = {}
        self._sums: dict[str, dict[str, str]] = {}

    def read(self, stream: BinaryIO) -> None:
        """Write every file of the stream under a hidden name."""
        with tarfile.open(mode="r|", fileobj=stream, tarinfo=_Header) as archive:
            for count, member in enumerate(archive):
                if count >= _MOST_FILES:
                    raise DataError(f"more than {_MOST_FILES} files in put-wal")
                self._read_member(archive, member)

    def verified(self) -> list[tuple[_Received, tuple[str, str]]]:
        """Return the files with algorithm and checksum; raise if one is not right."""
        algorithm = "md5" if "md5" in self._sums else "sha256"
        wanted = [pair for sums in self._sums.values() for pair in sums.items()]
        named = {name for name, _ in wanted}
        server = self._layout.server_name
        for name in self._received:
            if name not in named:
                raise DataError(
                    f"Missing checksum for file '{name}' in put-wal for server {server}"
                )
        checked: dict[str, tuple[_Received, tuple[str, str]]] = {}
        for name, should in sorted(wanted):
            received = self._received.get(name)
            if received is None:
                raise DataError(
                    f"Checksum without corresponding file '{name}' in put-wal"
                    f" for server {server}"
                )
            checksum = received.sha256
            if algorithm != "sha256":
                checksum = checksum_of(received.temporary, algorithm)
            if checksum != should:
                raise DataError(
                    f"Bad file checksum '{checksum}' (should be {should})"
                    f" for file '{name}' in put-wal for server {server}"
                )
            checked[name] = (received, (algorithm, checksum))
        return list(checked.values())

    def clean(self) -> None:
        """Remove what was not published."""
        for path in self._temporaries:
            if os.path.lexists(path):
                os.unlink(path)

    def _read_member(self, archive: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        name = re.sub(r"^(\./)+", "", member.name)
        if not member.isreg():
            raise DataError(
                f"Unsupported file type '{member.type!r}' for file '{name}'"
                f" in put-wal for server {self._layout.server_name}"
            )
        if (
            "/" in name
            or name in ("", ".", "..")
            or len(os.fsencode(name)) > _LONGEST_NAME
        ):
            raise DataError(
                f"Unsupported filename '{name}' in put-wal"
                f" for server {self._layout.server_name}"
            )
        source = archive.extractfile(member)
        assert source is not None, "a regular file has contents"
        limit = _LARGEST_SUMS if name in _SUMS else LARGEST_FILE
        if member.size < 0:
            raise DataError(f"file '{name}' has a negative size in put-wal")
        if member.size > limit:
            raise DataError(
                f"file '{name}' of {member.size} bytes is too large"
                f" in put-wal for server {self._layout.server_name}"
            )
        if name in _SUMS:
            self._read_sums(source.read().decode("utf-8", "replace"), _SUMS[name])
        elif name in self._received:
            raise DataError(f"file '{name}' comes twice in put-wal")
        else:
            self._write(source, name, member)

    def _read_sums(self, text: str, algorithm: str) -> None:
        sums = self._sums.setdefault(algorithm, {})
        for line in text.splitlines():
            found = _LINE.fullmatch(line.rstrip("\r"))
            if found is None:
                self._reporter.tell(ChecksumLineIgnored(line))
                continue
            sums[re.sub(r"^(\./)+", "", found[2])] = found[1].lower()

    def _write(self, source: IO[bytes], name: str, member: tarfile.TarInfo) -> None:
        path = os.path.join(self._layout.incoming, f".{self._pid}-{name}")
        digest = hashlib.sha256()
        self._temporaries.append(path)
        with open(path, "wb") as target:
            left = member.size
            while left:
                chunk = source.read(min(_CHUNK, left))
                if not chunk:
                    raise DataError("unexpected end of data")
                digest.update(chunk)
                target.write(chunk)
                left -= len(chunk)
            target.flush()
            os.utime(target.fileno(), (member.mtime, member.mtime))
            os.fsync(target.fileno())
        self._received[name] = _Received(name, path, digest.hexdigest())


def checksum_of(path: str, algorithm: str) -> str:
    """Return the checksum of a file in hexadecimal."""
    digest = hashlib.new(algorithm, usedforsecurity=False)
    with open(path, "rb") as source:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def sweep(incoming: str, now: float, *, is_running: Callable[[int], bool]) -> None:
    """Remove hidden files that intakes left when they were killed.

    Their names tell the process.  It may be one of another container, so a file must
    be an hour old too.
    """
    for name in sorted(os.listdir(incoming)):
        found = _TEMPORARY.fullmatch(name)
        path = os.path.join(incoming, name)
        if not found or is_running(int(found[1])):
            continue
        if now - os.lstat(path).st_ctime > ABANDONED_SECONDS:
            os.unlink(path)


def _publish(
    received: _Received,
    checksum: tuple[str, str],
    layout: Layout,
    clock: Clock,
    reporter: Reporter,
) -> None:
    """Give a file its name, unless another one of that name waits already."""
    algorithm, new = checksum
    path = os.path.join(layout.incoming, received.name)
    while True:
        try:
            os.link(received.temporary, path)
            return
        except FileExistsError:
            pass
        except PermissionError:
            # A file system without hard links.
            if not os.path.lexists(path):
                os.rename(received.temporary, path)
                return
        try:
            waiting = checksum_of(path, algorithm)
        except FileNotFoundError:
            continue  # It was archived this moment.
        break
    if waiting == new:
        return
    reporter.tell(PutDuplicate(layout.server_name, received.name, waiting, new))
    set_apart(
        received.temporary, layout.errors, clock.now(), DUPLICATE, name=received.name
    )
