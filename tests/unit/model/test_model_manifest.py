# SPDX-License-Identifier: MIT
import hashlib
import json
from datetime import datetime, timedelta, timezone

import pytest

from barman.errors import DataError
from barman.model.lsn import Lsn
from barman.model.manifest import Manifest, ManifestEntry, WalRange, parse, render

ROME = timezone(timedelta(hours=1))
VERSION_FILE = ManifestEntry.of(
    "PG_VERSION",
    size=3,
    last_modified=datetime(2026, 11, 22, 17, 53, 55, 999, tzinfo=ROME),
    sha256="ab12",
)
LATIN = ManifestEntry.of(
    b"base/1/caf\xe9".decode(errors="surrogateescape"),
    size=0,
    last_modified=datetime(2026, 1, 1, tzinfo=timezone.utc),
    sha256="00",
)


def signed(body: str) -> bytes:
    checksum = hashlib.sha256(body.encode()).hexdigest()
    return f'{body}"Manifest-Checksum": "{checksum}"}}\n'.encode()


def test_a_manifest_is_written_one_file_a_line() -> None:
    assert "".join(render([VERSION_FILE, LATIN])).encode() == signed(
        '{ "PostgreSQL-Backup-Manifest-Version": 1,\n'
        '"Files": [\n'
        '{"Checksum": "ab12", "Checksum-Algorithm": "SHA256", '
        '"Last-Modified": "2026-11-22 16:53:55", "Path": "PG_VERSION", "Size": 3},\n'
        '{"Checksum": "00", "Checksum-Algorithm": "SHA256", '
        '"Encoded-Path": "626173652f312f636166e9", '
        '"Last-Modified": "2026-01-01 00:00:00", "Size": 0}\n'
        "],\n"
    )


def test_inv_130_what_is_written_is_read_names_of_any_bytes_included() -> None:
    for entries in ((), (VERSION_FILE, LATIN)):
        text = "".join(render(entries)).encode()
        assert parse(text) == Manifest(version=1, entries=entries)


def test_a_manifest_of_postgresql_17_is_read() -> None:
    body = (
        '{ "PostgreSQL-Backup-Manifest-Version": 2,\n'
        '"System-Identifier": 7711038385040644407,\n'
        '"Files": [\n'
        '{ "Path": "PG_VERSION", "Size": 3, '
        '"Last-Modified": "2026-11-22 16:53:55 GMT" }\n'
        "],\n"
        '"WAL-Ranges": [\n'
        '{ "Timeline": 1, "Start-LSN": "0/2000028", "End-LSN": "0/2000100" }\n'
        "],\n"
    )
    assert parse(signed(body)) == Manifest(
        version=2,
        entries=(
            ManifestEntry("PG_VERSION", 3, "2026-11-22 16:53:55 GMT", None, None),
        ),
        wal_ranges=(WalRange(1, Lsn.parse("0/2000028"), Lsn.parse("0/2000100")),),
        systemid="7711038385040644407",
    )


def test_an_entry_without_a_checksum_is_written_without() -> None:
    entry = ManifestEntry("a", 1, "2026-11-22 16:53:55 GMT", None, None)
    assert json.loads(str(entry)) == {
        "Last-Modified": "2026-11-22 16:53:55 GMT",
        "Path": "a",
        "Size": 1,
    }


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is not a backup manifest"),
        (b"[]", "is not a backup manifest"),
        (b'{"PostgreSQL-Backup-Manifest-Version": 1}\xff', "is not a backup manifest"),
        (b'{"PostgreSQL-Backup-Manifest-Version": 3}', "has version 3"),
        (b'{"PostgreSQL-Backup-Manifest-Version": 1}', "its own checksum"),
        ("".join(render([VERSION_FILE])).encode().replace(b"ab12", b"ab13"), "own"),
        (
            signed('{ "PostgreSQL-Backup-Manifest-Version": 1,\n"Files": [{}],\n'),
            "lacks something",
        ),
    ],
)
def test_inv_093_damaged_and_newer_manifests_are_told(data: bytes, why: str) -> None:
    with pytest.raises(DataError, match=why):
        parse(data)
