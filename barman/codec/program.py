# SPDX-License-Identifier: MIT
"""Compression by a program: pigz, and the filters that a user configures.

A filter runs as the body of a shell function whose arguments are destination and
source, with standard input and output on the files themselves.
"""

from __future__ import annotations

import io
import os
import subprocess
import tempfile

from barman.errors import CommandError, ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import BinaryIO

    from typing_extensions import Buffer

    Argv = Sequence[str]

_STDERR_KEPT = 4096


def filter_argv(script: str, source: str, target: str) -> tuple[str, ...]:
    """Return the command that runs a configured filter."""
    body = f'filter() {{\n{script}\n}}\nfilter "$1" "$2"'
    return ("/bin/sh", "-c", body, "barman", target, source)


class ProgramCodec:
    """A codec that runs a program each way.

    `compressor` and `decompressor` make the argument vector from the names of source
    and target ("-" where a stream has none).
    """

    def __init__(
        self,
        name: str,
        compressor: Callable[[str, str], Argv],
        decompressor: Callable[[str, str], Argv],
        environ: Mapping[str, str] | None,
    ) -> None:
        self.name = name
        self._compressor = compressor
        self._decompressor = decompressor
        self._environ = environ

    def compress(self, source: BinaryIO, target: BinaryIO) -> None:
        """Write all of `source` to `target`, compressed."""
        self._run(self._compressor, source, target)

    def decompress(self, source: BinaryIO, target: BinaryIO) -> None:
        """Write what was compressed to `target`."""
        self._run(self._decompressor, source, target)

    def open_reading(self, path: str) -> BinaryIO:
        """Open a compressed file to read what was compressed."""
        errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the reader
        with open(path, "rb") as source:
            child = _start(
                self._decompressor(path, "-"),
                source.fileno(),
                subprocess.PIPE,
                errors.fileno(),
                self._environ,
            )
        return io.BufferedReader(_ProgramReader(self.name, child, errors), 1 << 18)

    def _run(
        self, argv: Callable[[str, str], Argv], source: BinaryIO, target: BinaryIO
    ) -> None:
        command = argv(_name_of(source), _name_of(target))
        target.flush()
        os.lseek(source.fileno(), source.tell(), os.SEEK_SET)
        with tempfile.TemporaryFile() as errors:
            child = _start(
                command,
                source.fileno(),
                target.fileno(),
                errors.fileno(),
                self._environ,
            )
            try:
                child.wait()
            finally:
                _end(child)
            _check(self.name, child, errors)


class _ProgramReader(io.RawIOBase):
    """The output of a child; its end is an error when the child failed."""

    def __init__(
        self, name: str, child: subprocess.Popen[bytes], errors: BinaryIO
    ) -> None:
        self._name = name
        self._child = child
        self._errors = errors
        assert child.stdout is not None
        self._pipe = child.stdout

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        data = os.read(self._pipe.fileno(), len(memoryview(buffer)))
        memoryview(buffer).cast("B")[: len(data)] = data
        if not data:
            self._child.wait()
            _check(self._name, self._child, self._errors)
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._pipe.close()
            _end(self._child)
            self._errors.close()
        super().close()


def _start(
    argv: Argv, stdin: int, stdout: int, stderr: int, environ: Mapping[str, str] | None
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            list(argv), stdin=stdin, stdout=stdout, stderr=stderr, env=environ
        )
    except FileNotFoundError as error:
        raise ConfigError(
            f"compression program '{argv[0]}' not found",
            hint="Install it, or choose another compression.",
        ) from error


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.kill()
        child.wait()


def _check(name: str, child: subprocess.Popen[bytes], errors: BinaryIO) -> None:
    if child.returncode == 0:
        return
    errors.seek(0)
    text = errors.read(_STDERR_KEPT).decode("utf-8", "replace").strip()
    raise CommandError(
        f"{name} filter failed with status {child.returncode}"
        + (f": {text.splitlines()[-1]}" if text else ""),
        status=child.returncode,
        stderr=text,
    )


def _name_of(stream: BinaryIO) -> str:
    name = getattr(stream, "name", None)
    return name if isinstance(name, str) else "-"
