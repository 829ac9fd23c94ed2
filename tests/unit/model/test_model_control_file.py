# SPDX-License-Identifier: MIT
"""A torn pg_control is recognised by its own checksum (test_inv_008)."""

from __future__ import annotations

import pytest

from barman.model.control_file import control_file_is_whole, system_identifier


def crc32c(data: bytes) -> int:
    """Compute the checksum bit by bit, independently of the table of the code."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def control_file(payload: int = 288) -> bytes:
    body = (7711038385040644407).to_bytes(8, "little") + bytes(range(1, 201)) * 2
    body = body[:payload]
    return (body + crc32c(body).to_bytes(4, "little")).ljust(8192, b"\0")


def test_the_checksum_is_the_one_of_rfc_3720() -> None:
    assert crc32c(b"123456789") == 0xE3069283


@pytest.mark.parametrize("payload", [216, 232, 288, 296])
def test_inv_008_a_whole_file_is_recognised_wherever_its_checksum_lies(
    payload: int,
) -> None:
    assert control_file_is_whole(control_file(payload))


def test_inv_008_a_torn_file_is_refused() -> None:
    whole = control_file()
    assert not control_file_is_whole(whole[:100] + b"\xff" + whole[101:])
    assert not control_file_is_whole(whole[:150])
    assert not control_file_is_whole(b"")


def test_the_system_identifier_comes_first() -> None:
    assert system_identifier(control_file()) == "7711038385040644407"
