# SPDX-License-Identifier: MIT
"""A control file that is whole: a system identifier, a checksum where it belongs."""

from __future__ import annotations

from barman.model.control_file import _checksums

PLACE = 292


def control_file(systemid: str) -> bytes:
    """Return the 8192 bytes of a pg_control of that cluster."""
    data = bytearray(8192)
    data[:8] = int(systemid).to_bytes(8, "little")
    crc = dict(_checksums(bytes(data)))[PLACE]
    data[PLACE : PLACE + 4] = crc.to_bytes(4, "little")
    return bytes(data)
