# SPDX-License-Identifier: MIT
"""Files fetched ahead of PostgreSQL's asking.

A file stands under its own name in the spool only when it is whole.  The spool may be
shared by restores of several clusters, so a file is handed out only if nothing in it
contradicts its name and the cluster in the working directory.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys

from barman.clients.remote import ProgramError
from barman.clients.transfer import CHUNK, write_plain
from barman.errors import BarmanError
from barman.wal.header import read_header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from barman.clients.transfer import Destination

_SEGMENT = re.compile(r"[0-9A-Fa-f]{24}")
_TEMPORARY = re.compile(r"\.[0-9A-Fa-f]{24}\.(\d+)\.(?:part|plain)")
_CONTROL_FILE = "global/pg_control"  # restore_command runs in the data directory


def take(directory: str, name: str, destination: Destination) -> bool:
    """Move a fetched file to where it is wanted; False when it cannot be trusted."""
    path = os.path.join(directory, name)
    if not _is_trustworthy(path, name):
        return False
    try:
        os.rename(path, destination.path)
    except OSError:
        try:
            with open(path, "rb") as source:
                destination.stream.truncate(0)
                while chunk := source.read(CHUNK):
                    destination.stream.write(chunk)
            destination.stream.flush()
            os.unlink(path)
        except OSError as error:
            raise ProgramError(
                2, f"Failure moving '{path}' to '{destination.path}': {error}"
            ) from error
    destination.keep()
    return True


def _is_trustworthy(path: str, name: str) -> bool:
    try:
        if not os.path.isfile(path) or os.path.getsize(path) == 0:
            return False
        if not _SEGMENT.fullmatch(name):
            return True
        header = read_header(path)
        if header is None:
            return True
        header.verify(name, systemid=_systemid())
    except (BarmanError, OSError):
        return False
    return os.path.getsize(path) == header.segment_size.size


def _systemid() -> str | None:
    """Return the system identifier of the cluster that is being recovered.

    It is the first field of ControlFileData (pg_control.h), eight bytes.
    """
    try:
        with open(_CONTROL_FILE, "rb") as control:
            start = control.read(8)
    except OSError:
        return None
    return str(int.from_bytes(start, sys.byteorder)) if len(start) == 8 else None


class Prefetch:
    """Several files fetched at once, each by its own command."""

    def __init__(self, directory: str, argv: Callable[[str], list[str]]) -> None:
        self._directory = directory
        self._argv = argv
        self._children: list[tuple[str, subprocess.Popen[bytes]]] = []
        try:
            if not os.path.isdir(directory):
                os.mkdir(directory, 0o700)
        except OSError as error:
            raise ProgramError(
                2, f"Cannot create '{directory}' directory: {error}"
            ) from error

    def start(self, names: list[str]) -> None:
        """Begin to fetch the files that are not there yet."""
        self._sweep()
        for name in names:
            if not _SEGMENT.fullmatch(name):
                continue
            if os.path.exists(os.path.join(self._directory, name)):
                continue
            with open(self._temporary(name, "part"), "wb") as target:
                child = subprocess.Popen(
                    self._argv(name),
                    stdin=subprocess.DEVNULL,
                    stdout=target,
                    stderr=subprocess.DEVNULL,
                )
            self._children.append((name, child))

    def finish(self) -> None:
        """Wait for the files; keep those that came whole."""
        try:
            while self._children:
                name, child = self._children[0]
                status = child.wait()
                self._children.pop(0)
                self._settle(name, whole=status == 0)
        finally:
            # Reached with children left only when a signal ends the program.
            for name, child in self._children:
                child.kill()
                child.wait()
                self._settle(name, whole=False)

    def _settle(self, name: str, *, whole: bool) -> None:
        part, plain = self._temporary(name, "part"), self._temporary(name, "plain")
        try:
            if whole and os.path.getsize(part):
                with open(part, "rb") as source, open(plain, "wb") as target:
                    write_plain(source, target)
                os.rename(plain, os.path.join(self._directory, name))
        except (ProgramError, OSError):
            # Fetching ahead is a favour: the file will be asked for again.
            pass
        finally:
            for path in (part, plain):
                if os.path.exists(path):
                    os.unlink(path)

    def _temporary(self, name: str, suffix: str) -> str:
        return os.path.join(self._directory, f".{name}.{os.getpid()}.{suffix}")

    def _sweep(self) -> None:
        """Remove what a killed program left unfinished."""
        for entry in os.listdir(self._directory):
            found = _TEMPORARY.fullmatch(entry)
            if found and not _is_alive(int(found[1])):
                os.unlink(os.path.join(self._directory, entry))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
