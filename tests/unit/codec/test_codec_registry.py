# SPDX-License-Identifier: MIT
"""Codecs: what goes in comes out, short streams are refused, memory is bounded."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import tracemalloc

import pytest

from barman.codec.levels import level_number
from barman.codec.registry import (
    CustomFilters,
    codec,
    identify,
    identify_file,
    is_encrypted,
    open_plain,
)
from barman.errors import BarmanError, CommandError, ConfigError, DataError

IN_PROCESS = ["gzip", "pygzip", "bzip2", "pybzip2", "xz", "zstd", "lz4"]
OWNER = {"pygzip": "gzip", "pybzip2": "bzip2"}
SAMPLES = [b"", b"x", os.urandom(300_000), b"wal " * 700_000]


def squeeze(name: str, data: bytes, level: str | int | None = None) -> bytes:
    target = io.BytesIO()
    codec(name, level).compress(io.BytesIO(data), target)
    return target.getvalue()


def expand(name: str, data: bytes) -> bytes:
    target = io.BytesIO()
    codec(name).decompress(io.BytesIO(data), target)
    return target.getvalue()


@pytest.mark.parametrize("name", IN_PROCESS)
@pytest.mark.parametrize("data", SAMPLES, ids=["empty", "one", "random", "text"])
def test_round_trip(name: str, data: bytes) -> None:
    packed = squeeze(name, data)
    assert identify(packed[:64]) == OWNER.get(name, name)
    assert expand(name, packed) == data


@pytest.mark.parametrize("name", ["gzip", "bzip2", "xz", "zstd", "lz4"])
def test_every_truncation_of_a_stream_is_refused(name: str) -> None:
    packed = squeeze(name, os.urandom(2000))
    for size in [*range(0, 60), *range(60, len(packed), 97), len(packed) - 1]:
        with pytest.raises(DataError):
            expand(name, packed[:size])


@pytest.mark.parametrize("name", ["gzip", "bzip2", "xz", "zstd", "lz4"])
def test_a_flipped_byte_is_refused(name: str) -> None:
    packed = bytearray(squeeze(name, os.urandom(5000)))
    packed[len(packed) // 2] ^= 0x10
    with pytest.raises(DataError):
        expand(name, bytes(packed))


@pytest.mark.parametrize("name", ["gzip", "bzip2", "xz", "zstd", "lz4"])
def test_streams_behind_one_another_are_one(name: str) -> None:
    packed = squeeze(name, b"one ") + squeeze(name, b"two")
    assert expand(name, packed) == b"one two"


@pytest.mark.parametrize("name", ["gzip", "bzip2", "xz", "zstd", "lz4"])
def test_inv_134_a_bomb_is_read_in_flat_memory(name: str, tmp_path) -> None:
    path = tmp_path / "bomb"
    with open(path, "wb") as target:
        codec(name, "low").compress(_Zeros(256 << 20), target)
    tracemalloc.start()
    count = 0
    with codec(name).open_reading(str(path)) as source:
        while chunk := source.read(1 << 16):
            count += len(chunk)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 256 << 20
    assert peak < 48 << 20


class _Zeros(io.RawIOBase):
    def __init__(self, size: int) -> None:
        self.left = size

    def read(self, size: int = -1) -> bytes:
        size = min(size, self.left)
        self.left -= size
        return bytes(size)


def test_other_tools_read_what_we_write() -> None:
    data = os.urandom(1000) * 3
    assert gzip.decompress(squeeze("gzip", data)) == data
    assert bz2.decompress(squeeze("bzip2", data)) == data
    assert lzma.decompress(squeeze("xz", data)) == data


def test_the_same_bytes_give_the_same_file() -> None:
    assert squeeze("gzip", b"abc") == squeeze("gzip", b"abc")


def test_zstd_frames_carry_no_size() -> None:
    import zstandard

    head = squeeze("zstd", b"abc" * 1000)[:32]
    assert zstandard.frame_content_size(head) == -1


@pytest.mark.parametrize(
    ("name", "level", "number"),
    [
        ("gzip", None, 6),
        ("gzip", "low", 1),
        ("gzip", "HIGH", 9),
        ("gzip", 99, 9),
        ("gzip", "-4", 1),
        ("xz", "high", 5),
        ("zstd", "-100", -22),
        ("zstd", "medium", 4),
        ("lz4", 40, 16),
        ("snappy", "high", 0),
    ],
)
def test_levels(name: str, level: str | int | None, number: int) -> None:
    assert level_number(name, level) == number


def test_a_level_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigError, match="'much' is not a compression level"):
        level_number("gzip", "much")


def test_words_that_cannot_be_had_are_refused_clearly() -> None:
    with pytest.raises(ConfigError, match="unknown compression 'rar'"):
        codec("rar")
    with pytest.raises(ConfigError, match="custom_compression_filter"):
        codec("custom")
    with pytest.raises(BarmanError, match=r"snappy|stream"):
        expand("snappy", b"\xff\x06\x00\x00sNaPpY\x01")


def test_pigz_that_is_not_installed_is_refused(tmp_path) -> None:
    source = tmp_path / "a"
    source.write_bytes(b"abc")
    with (
        open(source, "rb") as read,
        open(tmp_path / "b", "wb") as write,
        pytest.raises(ConfigError, match="'pigz' not found"),
    ):
        codec("pigz", environ={"PATH": str(tmp_path)}).compress(read, write)


def test_custom_filters_run_as_shell_functions(tmp_path) -> None:
    filters = CustomFilters("tr a-m A-M | cat", "tr A-M a-m", b"\x41")
    source, packed = tmp_path / "plain", tmp_path / "packed"
    source.write_bytes(b"abc xyz")
    with open(source, "rb") as read, open(packed, "wb") as write:
        codec("custom", custom=filters).compress(read, write)
    assert packed.read_bytes() == b"ABC xyz"
    assert identify_file(str(packed), custom=filters) == "custom"
    with open_plain(str(packed), "custom", custom=filters) as read:
        assert read.read() == b"abc xyz"


def test_custom_filters_know_source_and_target(tmp_path) -> None:
    filters = CustomFilters(compression='echo "$1 $2"', decompression="cat")
    source, packed = tmp_path / "plain", tmp_path / "packed"
    source.write_bytes(b"")
    with open(source, "rb") as read, open(packed, "wb") as write:
        codec("custom", custom=filters).compress(read, write)
    assert packed.read_text() == f"{packed} {source}\n"


def test_a_failing_filter_is_an_error_both_ways(tmp_path) -> None:
    filters = CustomFilters(compression="echo no >&2; exit 3", decompression="exit 4")
    path = tmp_path / "x"
    path.write_bytes(b"data")
    with (
        open(path, "rb") as read,
        open(tmp_path / "y", "wb") as write,
        pytest.raises(CommandError, match="custom filter failed with status 3: no"),
    ):
        codec("custom", custom=filters).compress(read, write)
    with (
        open_plain(str(path), "custom", custom=filters) as read,
        pytest.raises(CommandError, match="status 4"),
    ):
        read.read()


def test_stored_files_without_known_magic_are_custom_only_without_a_magic(
    tmp_path,
) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"data")
    plain = CustomFilters("cat", "cat")
    assert identify_file(str(path), custom=plain, stored=True) == "custom"
    assert identify_file(str(path), custom=plain) is None
    marked = CustomFilters("cat", "cat", b"\x01\x02")
    assert identify_file(str(path), custom=marked, stored=True) is None
    assert identify_file(str(path)) is None


def test_encrypted_files_are_recognised() -> None:
    assert is_encrypted(b"\x85\x01\x0c\x03" + bytes(20))
    assert is_encrypted(b"\x84\x5e\x03" + bytes(20))
    assert is_encrypted(b"\x8c\x0d\x04\x09" + bytes(20))
    assert is_encrypted(b"-----BEGIN PGP MESSAGE-----\n")
    assert not is_encrypted(b"\x10\xd1\x06\x00" + bytes(20))
    assert not is_encrypted(b"")
