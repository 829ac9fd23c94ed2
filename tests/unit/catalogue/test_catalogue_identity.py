# SPDX-License-Identifier: MIT
from __future__ import annotations

import pytest

from barman.catalogue.identity import Identity, IdentityFile
from barman.errors import DataError, FileError
from barman.model.postgres_version import PostgresVersion
from tests.fakes.catalogue import a_layout, put, read

TEXT = """\
{
    "systemid": "7711038385040644407",
    "version": "15"
}
"""
IDENTITY = Identity("7711038385040644407", "15")


@pytest.fixture
def layout(tmp_path):
    return a_layout(tmp_path)


def test_it_is_written_once_and_never_again(layout):
    file = IdentityFile(layout)
    assert file.find() is None
    assert file.record(IDENTITY) == IDENTITY
    assert read(layout.identity_path).decode() == TEXT
    assert file.record(Identity("1", "16")) == IDENTITY
    assert file.find() == IDENTITY


def test_the_version_is_the_major_one():
    assert Identity.of("7", PostgresVersion(90601)) == Identity("7", "9.6")
    assert Identity.of("7", PostgresVersion(150020)) == Identity("7", "15")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is not valid JSON"),
        (b"\xff\xfe{", "is not valid JSON"),
        (b"{", "is not valid JSON"),
        (b"[" * 100_000, "is not valid JSON"),
        (b"[]", "does not tell systemid and version"),
        (b'{"systemid": "1"}', "does not tell systemid and version"),
        (b'{"systemid": 1, "version": "15"}', "does not tell systemid and version"),
    ],
)
def test_damage_is_told_with_the_file(layout, content, reason):
    path = put(layout.identity_path, content)
    with pytest.raises(DataError) as caught:
        IdentityFile(layout).record(IDENTITY)
    assert str(caught.value) == f'"{path}" {reason}'
    assert read(path) == content


def test_what_cannot_be_read_is_an_error(tmp_path, layout):
    put(f"{tmp_path}/main/identity.json/x")
    with pytest.raises(FileError, match="could not read"):
        IdentityFile(layout).find()
