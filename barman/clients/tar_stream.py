# SPDX-License-Identifier: MIT
"""A tar stream in the pax format, written by hand.

The standard library's tarfile costs more to import than the rest of the program.
"""

from __future__ import annotations

import grp
import os
import pwd

from barman.model.frozen import frozen

BLOCK = 512
RECORD = 10240
_LARGEST_ID = 0o7777777


@frozen(kw_only=True)
class _Member:
    """What a header says of its member: ids and names are those of user and group."""

    name: str
    size: int
    mode: int = 0o644
    ids: tuple[int, int] = (0, 0)
    names: tuple[str, str] = ("", "")
    mtime: int = 0
    kind: bytes = b"0"


def file_header(name: str, status: os.stat_result) -> bytes:
    """Return the header of a regular file, with a pax header where one is needed."""
    records = {}
    if status.st_mtime != int(status.st_mtime):
        records["mtime"] = str(status.st_mtime)
    if status.st_uid > _LARGEST_ID:
        records["uid"] = str(status.st_uid)
    if status.st_gid > _LARGEST_ID:
        records["gid"] = str(status.st_gid)
    member = _Member(
        name=name,
        size=status.st_size,
        mode=status.st_mode & 0o7777,
        ids=(_id(status.st_uid), _id(status.st_gid)),
        names=_names(status.st_uid, status.st_gid),
        mtime=int(status.st_mtime),
    )
    return _pax_header(name, records) + _header(member)


def small_file(name: str, content: bytes) -> bytes:
    """Return a whole member with nobody's owner and no time."""
    head = _header(_Member(name=name, size=len(content)))
    return head + content + padding(len(content))


def padding(size: int) -> bytes:
    """Return the zero bytes that fill the last block after `size` bytes."""
    return bytes(-size % BLOCK)


def end_of_archive(size: int) -> bytes:
    """Return what ends an archive of `size` bytes: two zero blocks, a full record."""
    return bytes(2 * BLOCK + -(size + 2 * BLOCK) % RECORD)


def _pax_header(name: str, records: dict[str, str]) -> bytes:
    if not records:
        return b""
    body = b"".join(_record(key, value) for key, value in records.items())
    member = _Member(name=f"././@PaxHeader/{name}"[:100], size=len(body), kind=b"x")
    return _header(member) + body + padding(len(body))


def _record(key: str, value: str) -> bytes:
    rest = f" {key}={value}\n"
    size = len(rest)
    while len(str(size)) + len(rest) != size:
        size = len(str(size)) + len(rest)
    return f"{size}{rest}".encode()


def _header(member: _Member) -> bytes:
    fields = (
        _text(member.name, 100),
        _octal(member.mode, 8),
        _octal(member.ids[0], 8),
        _octal(member.ids[1], 8),
        _octal(member.size, 12),
        _octal(member.mtime, 12),
        b" " * 8,
        member.kind,
        bytes(100),
        b"ustar\x0000",
        _text(member.names[0], 32),
        _text(member.names[1], 32),
        _octal(0, 8),
        _octal(0, 8),
    )
    block = b"".join(fields).ljust(BLOCK, b"\0")
    return block[:148] + b"%06o\0 " % sum(block) + block[156:]


def _text(text: str, width: int) -> bytes:
    data = os.fsencode(text)
    if len(data) > width:
        raise OSError(f"name too long for the stream: {text}")
    return data.ljust(width, b"\0")


def _octal(number: int, width: int) -> bytes:
    return b"%0*o\0" % (width - 1, number)


def _id(number: int) -> int:
    return 0 if number > _LARGEST_ID else number


def _names(user: int, group: int) -> tuple[str, str]:
    try:
        user_name = pwd.getpwuid(user).pw_name
    except KeyError:
        user_name = ""
    try:
        group_name = grp.getgrgid(group).gr_name
    except KeyError:
        group_name = ""
    return user_name[:32], group_name[:32]
