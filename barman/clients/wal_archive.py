# SPDX-License-Identifier: MIT
"""barman-wal-archive: sends one WAL file to Barman; made for `archive_command`.

It succeeds only after `barman put-wal` has said that the file is stored durably.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys

from barman.clients.remote import (
    SSH_FAILED,
    ProgramError,
    end_on_signals,
    fail,
    parser,
    quoted,
    quoted_if_needed,
    ssh_argv,
    test_connection,
)
from barman.clients.tar_stream import (
    end_of_archive,
    file_header,
    padding,
    small_file,
)
from barman.codec.registry import codec
from barman.errors import BarmanError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import IO, BinaryIO

PROGRAM = "barman-wal-archive"
CHUNK = 1 << 18
_COMPRESSIONS = {
    "gzip": ("-z", "--gzip"),
    "bzip2": ("-j", "--bzip2"),
    "xz": ("--xz",),
    "snappy": ("--snappy",),
    "zstd": ("--zstd",),
    "lz4": ("--lz4",),
}


def main(argv: Sequence[str] | None = None) -> None:
    """Run the program."""
    arguments = _parse(argv)
    end_on_signals()
    command = put_wal_argv(arguments)
    try:
        if arguments.test:
            test_connection(command)
        if os.path.isdir(arguments.wal_path):
            raise ProgramError(
                2, f"WAL_PATH cannot be a directory: {arguments.wal_path}"
            )
        _send(command, arguments)
    except ProgramError as error:
        fail(error)
    except OSError as error:
        fail(ProgramError(2, f"Error executing ssh: {error}"))


def put_wal_argv(arguments: argparse.Namespace) -> list[str]:
    """Return the command that takes the stream."""
    argv = ssh_argv(arguments)
    if arguments.config:
        argv.append(f"--config={quoted(arguments.config)}")
    argv += ["put-wal", quoted_if_needed(arguments.server_name)]
    if arguments.test:
        argv.append("--test")
    return argv


def write_stream(source: IO[bytes], name: str, target: IO[bytes], digest: str) -> None:
    """Write a file and its checksum as a tar stream."""
    status = os.fstat(source.fileno())
    checksum = hashlib.new(digest, usedforsecurity=False)
    header = file_header(name, status)
    target.write(header)
    left = status.st_size
    while left and (chunk := source.read(min(CHUNK, left))):
        checksum.update(chunk)
        target.write(chunk)
        left -= len(chunk)
    if left or source.read(1):
        raise OSError(f"'{name}' changed while it was read")
    sums = small_file(
        f"{digest.upper()}SUMS", b"%s *%s\n" % (_hex(checksum), os.fsencode(name))
    )
    tail = padding(status.st_size) + sums
    size = len(header) + status.st_size + len(tail)
    target.write(tail + end_of_archive(size))
    target.flush()


def _hex(checksum: hashlib._Hash) -> bytes:
    return checksum.hexdigest().encode()


def _send(command: list[str], arguments: argparse.Namespace) -> None:
    name = os.path.basename(arguments.wal_path)
    digest = "md5" if arguments.md5 else "sha256"
    with _open(arguments) as source:
        child = subprocess.Popen(command, stdin=subprocess.PIPE)
        broken: OSError | None = None
        try:
            assert child.stdin is not None
            try:
                write_stream(source, name, child.stdin, digest)
                child.stdin.close()
            except BrokenPipeError as error:
                # The other side went away: its status tells more than the pipe.
                broken = error
            status = child.wait()
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
    if status == SSH_FAILED:
        raise ProgramError(3, "Connection problem with ssh")
    if status != 0:
        message = "Remote 'barman put-wal' command has failed!"
        raise ProgramError(status if status > 0 else 128 - status, message)
    if broken is not None:
        raise broken


def _open(arguments: argparse.Namespace) -> IO[bytes]:
    """Open the file to send: the WAL file, or a nameless one with it compressed."""
    source = open(arguments.wal_path, "rb")  # noqa: SIM115 - closed by the caller
    if arguments.compression is None:
        return source
    with source:
        packed = _nameless_file()
        try:
            codec(arguments.compression, arguments.compression_level).compress(
                source, packed
            )
        except BarmanError as error:
            raise ProgramError(2, str(error)) from error
        packed.flush()
        packed.seek(0)
        # The nameless file is private; the WAL file's own mode is what is sent.
        os.fchmod(packed.fileno(), os.fstat(source.fileno()).st_mode & 0o777)
        return packed


def _nameless_file() -> BinaryIO:
    """Return a private file that is gone when it is closed, however we end."""
    directory = os.environ.get("TMPDIR") or "/tmp"  # noqa: S108 - made exclusively
    path = os.path.join(directory, f"{PROGRAM}-{os.getpid()}-{os.urandom(4).hex()}")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    os.unlink(path)
    return os.fdopen(descriptor, "w+b")


def _level(text: str) -> str:
    if text.lower() not in ("low", "medium", "high"):
        try:
            int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(
                f"'{text}' is neither an integer nor low, medium or high"
            ) from None
    return text


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    made = parser(
        PROGRAM, "Send a WAL file to Barman: the archive_command of PostgreSQL."
    )
    made.add_argument(
        "--md5", action="store_true", help="use MD5 instead of SHA256 for the checksum"
    )
    for word, names in _COMPRESSIONS.items():
        made.add_argument(
            *names,
            dest="compression",
            action="store_const",
            const=word,
            help=f"compress with {word} before sending",
        )
    made.add_argument(
        "--compression-level",
        type=_level,
        default="medium",
        metavar="N",
        help="an integer, or low, medium or high (default: %(default)s)",
    )
    made.add_argument("barman_host", metavar="BARMAN_HOST", help="the Barman host")
    made.add_argument(
        "server_name", metavar="SERVER_NAME", help="the server, as Barman calls it"
    )
    made.add_argument(
        "wal_path", metavar="WAL_PATH", help="the file, %%p in PostgreSQL"
    )
    return made.parse_args(argv)


if __name__ == "__main__":
    main(sys.argv[1:])
