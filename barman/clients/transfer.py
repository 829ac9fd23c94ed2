# SPDX-License-Identifier: MIT
"""One file from a remote command into a local file, decompressed on the way.

A destination that fails is never left behind empty or half: what was created here is
removed again, and a file that was there is only emptied once data comes.
"""

from __future__ import annotations

import os
import subprocess

from barman.clients.remote import ProgramError
from barman.codec.registry import codec, identify
from barman.errors import BarmanError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, BinaryIO

CHUNK = 1 << 18
_MAGIC_SIZE = 10


class Destination:
    """The file that PostgreSQL waits for."""

    def __init__(self, path: str, stream: BinaryIO, *, created: bool) -> None:
        self.path = path
        self.stream = stream
        self._created = created
        self._whole = False

    @classmethod
    def open(cls, path: str) -> Destination:
        """Open for writing without touching what is there; raise with status 3."""
        if os.path.isdir(path):
            raise ProgramError(3, f"WAL_DEST cannot be a directory: {path}")
        try:
            created = not os.path.exists(path)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            return cls(path, os.fdopen(descriptor, "w+b"), created=created)
        except OSError as error:
            raise ProgramError(
                3, f"Cannot open '{path}' (WAL_DEST) for writing: {error}"
            ) from error

    def keep(self) -> None:
        """Say that the file is whole now."""
        self.stream.flush()
        self._whole = True

    def close(self) -> None:
        """Close the file; remove it when it was created in vain."""
        try:
            self.stream.close()
        finally:
            if self._created and not self._whole:
                os.unlink(self.path)


def receive(argv: list[str], destination: Destination) -> int:
    """Run a command that sends a file, write the file, and return the exit status."""
    child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    try:
        assert child.stdout is not None
        damage: ProgramError | None = None
        try:
            write_plain(child.stdout, destination.stream)
        except ProgramError as error:
            damage = error
            _drain(child.stdout)
        status = child.wait()
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()
    if status == 0:
        if damage is not None:
            raise damage
        destination.keep()
    return status


def write_plain(source: IO[bytes], target: IO[bytes]) -> None:
    """Write what comes to `target`, decompressed when its magic says so."""
    head = source.read(_MAGIC_SIZE)
    if not head:
        return
    if target.seekable():
        target.seek(0)
        target.truncate()
    joined = _Joined(head, source)
    compression = identify(head)
    if compression is None:
        while chunk := joined.read(CHUNK):
            target.write(chunk)
    else:
        _decompress(compression, joined, target)
    target.flush()


def _decompress(compression: str, source: _Joined, target: IO[bytes]) -> None:
    try:
        codec(compression).decompress(source, target)  # type: ignore[arg-type]  # reading is all that is done
    except BarmanError as error:
        raise ProgramError(2, f"cannot decompress the file: {error}") from error


def _drain(source: IO[bytes]) -> None:
    while source.read(CHUNK):
        pass


class _Joined:
    """Bytes that were read already, followed by the rest of their stream."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        self._head = head
        self._rest = rest

    def read(self, size: int) -> bytes:
        if self._head:
            head, self._head = self._head, b""
            return head
        return self._rest.read(size)
