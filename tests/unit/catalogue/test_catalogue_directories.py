# SPDX-License-Identifier: MIT
from __future__ import annotations

import os

import pytest

from barman.catalogue.directories import make_directories
from barman.errors import FileError
from tests.fakes.catalogue import a_layout, put


def test_every_directory_of_a_server_is_made_once(tmp_path):
    layout = a_layout(tmp_path)
    make_directories(layout)
    kept = put(f"{layout.wals}/kept")
    make_directories(layout)
    assert sorted(os.listdir(layout.root)) == [
        "base",
        "errors",
        "incoming",
        "meta",
        "streaming",
        "wals",
    ]
    assert os.path.exists(kept)


def test_what_is_in_the_way_is_an_error(tmp_path):
    layout = a_layout(tmp_path)
    put(layout.base)
    with pytest.raises(FileError, match="could not create directory"):
        make_directories(layout)
