# SPDX-License-Identifier: MIT
from __future__ import annotations

import pytest

from barman.model.conninfo import Conninfo
from barman.model.postgres_version import PostgresVersion
from barman.postgres.commands import (
    BaseBackup,
    Compression,
    WalStream,
    basebackup_command,
    receivewal_command,
)
from barman.postgres.programs import Program
from barman.system.command import Command

CONNINFO = Conninfo.parse("host=/s port=5432 user=x")
DSN = (
    "--dbname=dbname=replication host=/s options=-cdatestyle=iso port=5432"
    " replication=true user=x application_name="
)
ENV = {"PGCONNECT_TIMEOUT": "10"}


def program(name: str, major: int) -> Program:
    return Program(f"/b/{name}", PostgresVersion(major * 10000))


def test_the_plainest_base_backup():
    asked = BaseBackup(conninfo=CONNINFO, destination="/base/id/data")
    assert basebackup_command(program("pg_basebackup", 15), asked) == Command(
        (
            "/b/pg_basebackup",
            f"{DSN}barman_streaming_backup",
            "-v",
            "--no-password",
            "--pgdata=/base/id/data",
            "--no-slot",
            "--wal-method=none",
        ),
        env=ENV,
    )


def test_a_base_backup_with_everything():
    asked = BaseBackup(
        conninfo=CONNINFO,
        destination="/d",
        tablespaces=(("/ts/a b", "/base/id/16384"), ("/x=y", "/base/id/16385")),
        fast=True,
        max_rate=500,
        parent_manifest="/base/parent/data/backup_manifest",
        compression=Compression(
            algorithm="zstd", level=3, workers=2, location="server", format="plain"
        ),
        application_name="mine",
    )
    argv = basebackup_command(program("pg_basebackup", 17), asked).argv
    assert argv[1] == f"{DSN}mine"
    assert argv[7:] == (
        "--tablespace-mapping=/ts/a b=/base/id/16384",
        "--tablespace-mapping=/x\\=y=/base/id/16385",
        "--max-rate=500",
        "--incremental=/base/parent/data/backup_manifest",
        "--checkpoint=fast",
        "--format=plain",
        "--compress=server-zstd:level=3,workers=2",
    )


@pytest.mark.parametrize(
    ("major", "compression", "words"),
    [
        (15, Compression(algorithm="gzip"), ["--format=tar", "--compress=gzip"]),
        (
            16,
            Compression(algorithm="lz4", level=0, location="client"),
            ["--format=tar", "--compress=client-lz4:level=0"],
        ),
        (15, Compression(algorithm="none"), ["--format=tar", "--compress=0"]),
        (14, Compression(algorithm="gzip"), ["--format=tar", "--gzip"]),
        (
            14,
            Compression(algorithm="gzip", level=5),
            ["--format=tar", "--compress=5"],
        ),
    ],
)
def test_compression_is_said_as_the_program_reads_it(
    major: int, compression: Compression, words: list[str]
):
    asked = BaseBackup(conninfo=CONNINFO, destination="/d", compression=compression)
    argv = basebackup_command(program("pg_basebackup", major), asked).argv
    assert list(argv[7:]) == words


def test_receivewal():
    plain = WalStream(conninfo=CONNINFO, directory="/streaming")
    assert receivewal_command(program("pg_receivewal", 15), plain) == Command(
        (
            "/b/pg_receivewal",
            f"{DSN}barman_receive_wal",
            "--verbose",
            "--no-loop",
            "--no-password",
            "--directory=/streaming",
        ),
        env=ENV,
    )
    asked = WalStream(
        conninfo=CONNINFO, directory="/streaming", slot="barman", synchronous=True
    )
    argv = receivewal_command(program("pg_receivewal", 15), asked).argv
    assert argv[-2:] == ("--slot=barman", "--synchronous")
