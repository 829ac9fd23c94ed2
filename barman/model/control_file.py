# SPDX-License-Identifier: MIT
"""`global/pg_control`: is a copy of it whole?

PostgreSQL rewrites the file while it runs, so a copy can be torn.  Its last field is a
CRC-32C of all that precedes it (ControlFileData in catalog/pg_control.h); where it lies
differs by version, so every place where it can lie is tried.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_POLYNOMIAL = 0x82F63B78
_FIRST, _LAST = 200, 508


def _table() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (_POLYNOMIAL if byte & 1 else 0)
        table.append(byte)
    return tuple(table)


_CRC = _table()


def control_file_is_whole(data: bytes) -> bool:
    """Tell whether the bytes of a pg_control carry their own checksum."""
    return any(
        crc == int.from_bytes(data[offset : offset + 4], "little")
        for offset, crc in _checksums(data)
    )


def system_identifier(data: bytes) -> str:
    """Return the system identifier in the bytes of a pg_control."""
    return str(int.from_bytes(data[:8], "little"))


def _checksums(data: bytes) -> Iterator[tuple[int, int]]:
    crc = 0xFFFFFFFF
    for offset, byte in enumerate(data[:_LAST]):
        if offset >= _FIRST and offset % 4 == 0:
            yield offset, crc ^ 0xFFFFFFFF
        crc = crc >> 8 ^ _CRC[(crc ^ byte) & 0xFF]
