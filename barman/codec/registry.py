# SPDX-License-Identifier: MIT
"""The compressions by their words, each loaded when it is first asked for.

The word is what the configuration says and what the WAL index records; files are
recognised by magic, which knows fewer words (`identify`).
"""

from __future__ import annotations

from barman.codec.levels import level_number
from barman.codec.magic import HEAD_SIZE, identify, is_encrypted
from barman.errors import ConfigError
from barman.model.frozen import frozen
from barman.system.files import open_regular

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import BinaryIO

    from barman.codec.stream import Codec

__all__ = [
    "HEAD_SIZE",
    "CustomFilters",
    "codec",
    "identify",
    "identify_file",
    "is_encrypted",
    "open_plain",
    "read_head",
]

_MODULES = {
    "gzip": "deflate",
    "pygzip": "deflate",
    "bzip2": "bzip2",
    "pybzip2": "bzip2",
    "xz": "xz",
    "zstd": "zstd",
    "lz4": "lz4",
    "snappy": "snappy",
}
_LIBRARIES = {"lz4": "lz4", "zstandard": "zstandard", "snappy": "python-snappy"}


@frozen()
class CustomFilters:
    """The user's own shell filters, and the magic of what they write, if it has one."""

    compression: str | None = None
    decompression: str | None = None
    magic: bytes | None = None
    environ: Mapping[str, str] | None = None


def codec(
    name: str,
    level: str | int | None = None,
    *,
    custom: CustomFilters | None = None,
    environ: Mapping[str, str] | None = None,
) -> Codec:
    """Return the codec for a word; raise `ConfigError` if it cannot be had here."""
    try:
        if name == "custom":
            return _custom(custom or CustomFilters())
        if name == "pigz":
            return _pigz(level_number(name, level), environ)
        return _in_process(name, level_number(name, level))
    except ModuleNotFoundError as error:
        library = _LIBRARIES.get((error.name or "").partition(".")[0])
        if library is None:
            raise
        raise ConfigError(
            f"compression '{name}' needs the Python library {library}",
            hint=f"Install {library}, or choose another compression.",
        ) from error


def _in_process(name: str, level: int) -> Codec:
    from importlib import import_module

    from barman.codec.stream import StreamCodec

    if name not in _MODULES:
        raise ConfigError(f"unknown compression '{name}'")
    module = import_module(f"barman.codec.{_MODULES[name]}")
    return StreamCodec(name, lambda s: module.compressed(s, level), module.decompressed)


def _pigz(level: int, environ: Mapping[str, str] | None) -> Codec:
    from barman.codec.program import ProgramCodec

    return ProgramCodec(
        "pigz",
        lambda source, target: ("pigz", "-c", f"-{level}"),
        lambda source, target: ("pigz", "-c", "-d"),
        environ,
    )


def _custom(filters: CustomFilters) -> Codec:
    from barman.codec.program import ProgramCodec, filter_argv

    compression, decompression = filters.compression, filters.decompression
    if not compression or not decompression:
        raise ConfigError(
            "custom_compression_filter and custom_decompression_filter must be set"
            " for compression 'custom'"
        )
    return ProgramCodec(
        "custom",
        lambda source, target: filter_argv(compression, source, target),
        lambda source, target: filter_argv(decompression, source, target),
        filters.environ,
    )


def read_head(path: str) -> bytes:
    """Return the first bytes of a file, enough to recognise it."""
    with open_regular(path) as source:
        return source.read(HEAD_SIZE)


def identify_file(
    path: str, *, custom: CustomFilters | None = None, stored: bool = False
) -> str | None:
    """Name the compression of a file.

    A file in the archive (`stored`) that nothing recognises counts as custom when
    filters without a magic are configured.
    """
    found = identify(read_head(path), custom=custom.magic if custom else None)
    if found is None and stored and custom and custom.decompression:
        return None if custom.magic else "custom"
    return found


def open_plain(
    path: str, compression: str | None, *, custom: CustomFilters | None = None
) -> BinaryIO:
    """Open a file to read its contents, decompressed on the fly where it must be."""
    if compression is None:
        return open_regular(path)
    return codec(compression, custom=custom).open_reading(path)
