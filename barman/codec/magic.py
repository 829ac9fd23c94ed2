# SPDX-License-Identifier: MIT
"""What the first bytes of a file tell: its compression, or that it is encrypted."""

from __future__ import annotations

MAGICS = {
    "bzip2": b"\x42\x5a\x68",
    "gzip": b"\x1f\x8b\x08",
    "lz4": b"\x04\x22\x4d\x18",
    "snappy": b"\xff\x06\x00\x00sNaPpY",
    "xz": b"\xfd7zXZ\x00",
    "zstd": b"\x28\xb5\x2f\xfd",
}
HEAD_SIZE = 64
"""Enough bytes to recognise everything that `identify` and `is_encrypted` know."""

# OpenPGP (RFC 4880 4.2, 5.1, 5.3): the tag of a packet that holds a session key, in
# its forms, and how many bytes of length follow before the packet's version.
_SESSION_KEY_PACKETS = {
    0x84: (1, b"\x03"),
    0x85: (2, b"\x03"),
    0xC1: (None, b"\x03"),
    0x8C: (1, b"\x04"),
    0xC3: (None, b"\x04"),
}


def identify(first_bytes: bytes, *, custom: bytes | None = None) -> str | None:
    """Name the compression that a file begins with; None when it is none we know."""
    if custom and first_bytes.startswith(custom):
        return "custom"
    for name, magic in MAGICS.items():
        if first_bytes.startswith(magic):
            return name
    return None


def is_encrypted(first_bytes: bytes) -> bool:
    """Tell whether a file begins as gpg writes encrypted ones."""
    if first_bytes.startswith(b"-----BEGIN PGP MESSAGE"):
        return True
    if len(first_bytes) < 6 or first_bytes[0] not in _SESSION_KEY_PACKETS:
        return False
    width, version = _SESSION_KEY_PACKETS[first_bytes[0]]
    if width is None:
        width = 1 if first_bytes[1] < 192 else 2 if first_bytes[1] < 224 else 5
    return first_bytes[1 + width : 2 + width] == version
