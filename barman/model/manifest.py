# SPDX-License-Identifier: MIT
"""The backup manifest: every file of a base backup with its size and checksum, as JSON.

Its last line holds the SHA-256 of all bytes before that line, so its text must not be
laid out anew.  Version 1 is written; version 2 (PostgreSQL 17) is read as well.
"""

from __future__ import annotations

import hashlib
import json
from datetime import timezone

from barman.errors import DataError
from barman.model.frozen import frozen
from barman.model.lsn import Lsn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

_VERSION = "PostgreSQL-Backup-Manifest-Version"
_NEWEST = 2


@frozen()
class ManifestEntry:
    """A file; its path is relative to the data directory and may hold any bytes.

    Bytes that are not UTF-8 stand in it as `os.fsdecode` gives them (surrogateescape).
    """

    path: str
    size: int
    last_modified: str
    algorithm: str | None
    checksum: str | None

    @classmethod
    def of(
        cls, path: str, *, size: int, last_modified: datetime, sha256: str
    ) -> ManifestEntry:
        """Return the entry of a file that was read."""
        moment = last_modified.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
        return cls(path, size, moment, "SHA256", sha256)

    def __str__(self) -> str:
        """Return its JSON object on one line."""
        try:
            self.path.encode()
            path = {"Path": self.path}
        except UnicodeEncodeError:
            path = {"Encoded-Path": self.path.encode(errors="surrogateescape").hex()}
        fields: dict[str, str | int] = {
            "Last-Modified": self.last_modified,
            "Size": self.size,
            **path,
        }
        if self.algorithm is not None and self.checksum is not None:
            fields["Checksum"] = self.checksum
            fields["Checksum-Algorithm"] = self.algorithm
        return json.dumps(fields, sort_keys=True)


@frozen(order=True)
class WalRange:
    """A part of the log that the backup needs to be consistent."""

    timeline: int
    begin_lsn: Lsn
    end_lsn: Lsn


@frozen(kw_only=True)
class Manifest:
    """What a manifest says."""

    version: int
    entries: tuple[ManifestEntry, ...]
    wal_ranges: tuple[WalRange, ...] = ()
    systemid: str | None = None


def render(entries: Iterable[ManifestEntry]) -> Iterator[str]:
    """Yield the text of a version 1 manifest piece by piece; nothing is held back."""
    digest = hashlib.sha256()
    for piece in _body(entries):
        digest.update(piece.encode())
        yield piece
    yield f'"Manifest-Checksum": "{digest.hexdigest()}"}}\n'


def _body(entries: Iterable[ManifestEntry]) -> Iterator[str]:
    yield f'{{ "{_VERSION}": 1,\n"Files": [\n'
    separator = ""
    for entry in entries:
        yield f"{separator}{entry}"
        separator = ",\n"
    yield "\n],\n"


def parse(data: bytes) -> Manifest:
    """Read a manifest and prove its checksum; raise `DataError`."""
    try:
        document = json.loads(data)
        version = int(document[_VERSION])
    except (ValueError, KeyError, TypeError) as error:
        raise DataError("the file is not a backup manifest") from error
    if not 1 <= version <= _NEWEST:
        raise DataError(
            f"the backup manifest has version {version}, which is not known",
            hint=f"Versions 1 to {_NEWEST} can be read.",
        )
    end = data.rfind(b"\n", 0, len(data) - 1) + 1
    if hashlib.sha256(data[:end]).hexdigest() != document.get("Manifest-Checksum"):
        raise DataError("the backup manifest does not match its own checksum")
    systemid = document.get("System-Identifier")
    try:
        return Manifest(
            version=version,
            entries=tuple(_entry(each) for each in document["Files"]),
            wal_ranges=tuple(_range(each) for each in document.get("WAL-Ranges", ())),
            systemid=None if systemid is None else str(systemid),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError("the backup manifest lacks something") from error


def _entry(fields: dict[str, str]) -> ManifestEntry:
    path = fields.get("Path")
    if path is None:
        raw = bytes.fromhex(fields["Encoded-Path"])
        path = raw.decode(errors="surrogateescape")
    return ManifestEntry(
        path,
        int(fields["Size"]),
        fields["Last-Modified"],
        fields.get("Checksum-Algorithm"),
        fields.get("Checksum"),
    )


def _range(fields: dict[str, str]) -> WalRange:
    return WalRange(
        int(fields["Timeline"]),
        Lsn.parse(fields["Start-LSN"]),
        Lsn.parse(fields["End-LSN"]),
    )
