# SPDX-License-Identifier: MIT
"""`barman get-wal`: hand out a WAL file on standard output or into a directory.

On standard output there is nothing but the bytes of the file.
"""

from __future__ import annotations

import os
import sys
from argparse import ArgumentTypeError

from barman.cli.ssh_client import naming_ssh_client
from barman.errors import FileError, RefusedError
from barman.model.wal_file import WalFile
from barman.report.wal import GetReady, WalFileListed, WalFileSent
from barman.wal.get import GetRequest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from barman.cli.servers import Servers
    from barman.server import Server


def arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("wal_name", metavar="WAL_NAME", help="the name of the file")
    parser.add_argument(
        "-o",
        "--output-directory",
        metavar="DIR",
        help="write DIR/WAL_NAME instead of standard output",
    )
    parser.add_argument(
        "-P", "--partial", action="store_true", help="take a partial file too"
    )
    for names, word in ((("-z", "-x", "--gzip"), "gzip"), (("-j", "--bzip2"), "bzip2")):
        parser.add_argument(
            *names,
            dest="compression",
            action="store_const",
            const=word,
            help=f"compress the output with {word}",
        )
    parser.add_argument(
        "--keep-compression",
        action="store_true",
        help="send the file as it is stored",
    )
    parser.add_argument(
        "-p",
        "--peek",
        type=_count,
        metavar="N",
        help="list up to N files from this one on instead",
    )
    parser.add_argument(
        "-t",
        "--test",
        action="store_true",
        help="only see whether the server could hand out files",
    )


def run(args: Namespace, servers: Servers) -> None:
    """Hand out the file, or list names, or say that it could be done."""
    with naming_ssh_client(servers.surroundings.environ):
        if args.keep_compression and args.compression:
            raise RefusedError(
                f"argument `{args.compression}` not allowed with argument"
                " `keep-compression`"
            )
        server = servers.one()
        if "://" in server.config.wals_directory:
            raise RefusedError(
                f"WAL files of server '{server.name}' are in cloud storage",
                hint="Use barman-cloud-wal-restore.",
            )
        if args.test:
            servers.reporter.tell(GetReady(server.name))
            return
        wal = WalFile(args.wal_name)
        if args.peek is not None:
            for name in server.wal_source.peek(wal, args.peek):
                servers.reporter.tell(WalFileListed(name))
            return
        _get(server, wal, args, servers)


def _get(server: Server, wal: WalFile, args: Namespace, servers: Servers) -> None:
    request = GetRequest(
        wal=wal,
        partial=args.partial,
        compression=args.compression,
        as_stored=args.keep_compression,
    )
    if args.output_directory is None:
        _to_standard_output(server, request)
        return
    path = os.path.join(args.output_directory, wal.name)
    servers.reporter.tell(WalFileSent(server.name, wal.name, path))
    server.wal_source.save(request, path)


def _to_standard_output(server: Server, request: GetRequest) -> None:
    try:
        server.wal_source.send(request, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    except BrokenPipeError as error:
        # Nothing more can be written; Python's own attempt at the end would fail too.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise FileError("whoever asked for the file has gone away") from error


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise ArgumentTypeError(f"'{text}' is not a positive integer")
    return int(text)
