# SPDX-License-Identifier: MIT
from __future__ import annotations

import pytest

from barman.catalogue.listing import names_in
from barman.errors import FileError
from tests.fakes.catalogue import put


def test_names_are_sorted_and_a_missing_directory_has_none(tmp_path):
    put(f"{tmp_path}/d/b")
    put(f"{tmp_path}/d/a")
    assert names_in(f"{tmp_path}/d") == ["a", "b"]
    assert names_in(f"{tmp_path}/none") == []


def test_what_cannot_be_read_is_an_error(tmp_path):
    path = put(f"{tmp_path}/file")
    with pytest.raises(FileError, match=f'could not read directory "{path}"'):
        names_in(path)
