# SPDX-License-Identifier: MIT
"""Each algorithm by itself: whole streams, several, padding, damage, other tools."""

from __future__ import annotations

import bz2 as other_bz2
import gzip
import io
import lzma
import os
from types import ModuleType

import pytest

from barman.codec import bzip2, deflate, lz4, xz, zstd
from barman.codec.magic import HEAD_SIZE, MAGICS, identify, is_encrypted
from barman.codec.program import ProgramCodec, filter_argv
from barman.codec.stream import CHUNK, StreamCodec, chunks_of
from barman.errors import CommandError, ConfigError, DataError

MODULES = {"gzip": deflate, "bzip2": bzip2, "xz": xz, "zstd": zstd, "lz4": lz4}
BOTH = pytest.mark.parametrize(("name", "module"), MODULES.items(), ids=list(MODULES))


def pack(module: ModuleType, data: bytes, level: int = 3) -> bytes:
    return b"".join(module.compressed(io.BytesIO(data), level))


def unpack(module: ModuleType, data: bytes) -> bytes:
    return b"".join(module.decompressed(io.BytesIO(data)))


@BOTH
@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, 2 * CHUNK + 1])
def test_what_goes_in_comes_out(name: str, module: ModuleType, size: int) -> None:
    data = os.urandom(size // 2) + bytes(size - size // 2)
    packed = pack(module, data)
    assert packed.startswith(MAGICS[name])
    assert identify(packed[:HEAD_SIZE]) == name
    assert unpack(module, packed) == data


@BOTH
def test_the_level_reaches_the_library(name: str, module: ModuleType) -> None:
    data = b"".join(b"%d of many lines\n" % number for number in range(20_000))
    low, high = pack(module, data, 1), pack(module, data, 9)
    assert low != high
    assert unpack(module, low) == unpack(module, high) == data


@BOTH
def test_nothing_and_noise_are_no_streams(name: str, module: ModuleType) -> None:
    for data in (b"", b"WAL, not compressed at all", MAGICS[name]):
        with pytest.raises(DataError, match=f"(truncated|damaged) {name} stream"):
            unpack(module, data)


@BOTH
def test_what_stands_behind_a_stream_must_be_one(name: str, module: ModuleType) -> None:
    packed = pack(module, b"one")
    assert unpack(module, packed + pack(module, b" two")) == b"one two"
    with pytest.raises(DataError):
        unpack(module, packed + b"garbage behind it")
    with pytest.raises(DataError):
        unpack(module, packed + pack(module, b"two")[:-1])


@pytest.mark.parametrize("module", [deflate, xz])
def test_zero_bytes_behind_a_stream_are_padding(module: ModuleType) -> None:
    padded = pack(module, b"one") + bytes(512) + pack(module, b"two") + bytes(8)
    assert unpack(module, padded) == b"onetwo"


def test_streams_of_other_tools_are_read() -> None:
    data = os.urandom(100) * 30
    assert unpack(deflate, gzip.compress(data)) == data
    assert unpack(bzip2, other_bz2.compress(data)) == data
    assert unpack(xz, lzma.compress(data)) == data


def test_a_gzip_header_has_no_time() -> None:
    assert pack(deflate, b"x")[4:8] == bytes(4)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"", None),
        (b"\x1f\x8b", None),
        (b"\x1f\x8b\x08rest", "gzip"),
        (b"\xff\x06\x00\x00sNaPpY", "snappy"),
        (b"\x10\xd1", None),
    ],
)
def test_a_magic_is_recognised_whole(head: bytes, name: str | None) -> None:
    assert identify(head) == name


def test_the_magic_of_a_custom_filter_goes_first() -> None:
    assert identify(b"\x1f\x8b\x08", custom=b"\x1f") == "custom"
    assert identify(b"BZh9", custom=b"\x1f") == "bzip2"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"\xc1\xc0\x00\x03rest", True),  # a length of two bytes
        (b"\xc3\x0d\x04\x09rest", True),
        (b"\xc1\xff\x00\x00\x00\x20\x03", True),  # a length of five bytes
        (b"\x85\x01\x0c\x04" + bytes(9), False),  # no such version
        (b"\x85\x01\x0c\x03", False),  # too short to be one
    ],
)
def test_packets_of_session_keys_mean_encryption(head: bytes, expected: bool) -> None:
    assert is_encrypted(head) is expected


def test_chunks_are_never_empty() -> None:
    assert list(chunks_of(io.BytesIO(bytes(CHUNK + 1)))) == [bytes(CHUNK), b"\0"]
    assert list(chunks_of(io.BytesIO())) == []


def test_a_codec_reads_a_file_in_any_portions(tmp_path) -> None:
    path = tmp_path / "x"
    data = os.urandom(1000) * 600
    path.write_bytes(pack(deflate, data))
    codec = StreamCodec("gzip", lambda s: iter(()), deflate.decompressed)
    with codec.open_reading(str(path)) as source:
        assert source.readable()
        assert source.read(10) == data[:10]
        assert source.read(CHUNK) == data[10 : 10 + CHUNK]
        assert source.read() == data[10 + CHUNK :]
    assert source.closed


def test_a_codec_of_functions_writes_what_they_yield() -> None:
    codec = StreamCodec("x", lambda s: iter((b"a", s.read())), lambda s: iter((b"b",)))
    target = io.BytesIO()
    codec.compress(io.BytesIO(b"bc"), target)
    codec.decompress(io.BytesIO(), target)
    assert target.getvalue() == b"abcb"


# programs


def program(pack_it: str, unpack_it: str = "cat") -> ProgramCodec:
    return ProgramCodec(
        "custom",
        lambda source, target: filter_argv(pack_it, source, target),
        lambda source, target: filter_argv(unpack_it, source, target),
        None,
    )


def test_a_filter_gets_the_files_themselves(tmp_path) -> None:
    (tmp_path / "a").write_bytes(b"skipped,kept")
    with open(tmp_path / "a", "rb") as source, open(tmp_path / "b", "wb") as target:
        target.write(b"before ")
        source.read(8)
        program("tr a-z A-Z").compress(source, target)
    assert (tmp_path / "b").read_bytes() == b"before KEPT"


def test_a_filter_that_fails_has_the_last_word(tmp_path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    with (
        open(tmp_path / "a", "rb") as source,
        open(tmp_path / "b", "wb") as target,
        pytest.raises(CommandError) as caught,
    ):
        program("cat", "echo one >&2; echo two >&2; exit 5").decompress(source, target)
    assert caught.value.message == "custom filter failed with status 5: two"
    assert (caught.value.status, caught.value.stderr) == (5, "one\ntwo")


def test_a_reader_that_stops_early_ends_its_program(tmp_path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    codec = program("cat", "yes")
    with codec.open_reading(str(tmp_path / "a")) as source:
        assert source.read(4) == b"y\ny\n"
    assert source.closed


def test_a_program_that_is_missing_is_named(tmp_path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    codec = ProgramCodec("x", lambda s, t: ("/no/such",), lambda s, t: ("/no",), None)
    with (
        open(tmp_path / "a", "rb") as source,
        open(tmp_path / "b", "wb") as target,
        pytest.raises(ConfigError, match="program '/no/such' not found"),
    ):
        codec.compress(source, target)
