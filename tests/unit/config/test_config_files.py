# SPDX-License-Identifier: MIT
"""Which files are read, in which order, and who wins."""

from __future__ import annotations

import os

import pytest

from barman.config.files import (
    FatalConfigError,
    NoMainFile,
    expand_user,
    find_main_file,
    read_layers,
)
from barman.errors import ConfigError


@pytest.fixture
def home(tmp_path):
    (tmp_path / "d").mkdir()
    return tmp_path


def layers(home, **barman):
    sections = {
        "barman": {"barman_home": str(home), **barman},
        "main": {"archiver": "on"},
    }
    return read_layers("main.conf", sections, str(home))


def test_the_command_line_comes_first(home):
    (home / "a").touch()
    (home / "b").touch()
    environ = {"BARMAN_CONFIG_FILE": str(home / "b")}
    assert find_main_file(str(home / "a"), environ=environ, home="/") == str(home / "a")
    assert find_main_file(None, environ=environ, home="/") == str(home / "b")


@pytest.mark.parametrize("explicit", [True, False])
def test_a_named_file_must_exist(home, explicit):
    path = str(home / "missing")
    environ = {} if explicit else {"BARMAN_CONFIG_FILE": path}
    with pytest.raises(NoMainFile) as caught:
        find_main_file(path if explicit else None, environ=environ, home="/")
    assert caught.value.message == f"configuration file '{path}' does not exist"


def test_a_tilde_is_left_to_the_shell(home):
    (home / "x").touch()
    with pytest.raises(NoMainFile):
        find_main_file("~/x", environ={}, home=str(home))


def test_the_home_directory_is_the_first_usual_place(home):
    (home / ".barman.conf").touch()
    found = find_main_file(None, environ={}, home=str(home))
    assert found == str(home / ".barman.conf")


@pytest.mark.skipif(
    any(map(os.path.exists, ("/etc/barman.conf", "/etc/barman/barman.conf"))),
    reason="this host has a configuration",
)
def test_no_file_at_all(home):
    with pytest.raises(NoMainFile) as caught:
        find_main_file(None, environ={}, home=str(home))
    assert len(caught.value.message.splitlines()) == 2


def test_expand_user():
    assert expand_user("~", "/home/b") == "/home/b"
    assert expand_user("~/x", "/home/b") == "/home/b/x"
    assert expand_user("/~/x", "/home/b") == "/~/x"
    assert expand_user("~root/x", "/home/b").endswith("root/x")


def test_inv_079_layers_are_merged_option_by_option(home):
    (home / "d" / "1.conf").write_text(
        "[main]\nretention_policy = REDUNDANCY 3\nminimum_redundancy = 2\n"
    )
    (home / "d" / "2.conf").write_text("[main]\nretention_policy = REDUNDANCY 4\n")
    (home / "d" / ".3.conf").write_text("[main]\narchiver = off\n")
    (home / "d" / "4.conf.bak").write_text("[main]\narchiver = off\n")
    (home / ".barman.auto.conf").write_text("[main]\nslot_name = b\n[other]\n")
    found = layers(home, configuration_files_directory="~/d")
    assert found.values["main"] == {
        "archiver": "on",
        "retention_policy": "REDUNDANCY 4",
        "minimum_redundancy": "2",
        "slot_name": "b",
    }
    assert found.sources["main"] == {
        "archiver": "main.conf",
        "retention_policy": str(home / "d" / "2.conf"),
        "minimum_redundancy": str(home / "d" / "1.conf"),
        "slot_name": str(home / ".barman.auto.conf"),
    }
    assert found.values["other"] == {}
    assert found.notes == ()


def test_what_cannot_be_included_is_noted(home):
    (home / "d" / "a.conf").mkdir()
    (home / "d" / "b.conf").symlink_to(home / "nowhere")
    found = layers(home, configuration_files_directory=str(home / "d"))
    assert found.notes == (
        f"'{home}/d/a.conf' is not a regular file; not included",
        f"'{home}/d/b.conf' is not a regular file; not included",
    )


def test_no_directory_to_include(home):
    found = layers(home, configuration_files_directory="/nowhere")
    assert found.notes == (
        "configuration_files_directory '/nowhere' is not a directory; ignored",
    )


def test_a_directory_that_cannot_be_listed(home, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "listdir", refuse)
    with pytest.raises(ConfigError) as caught:
        layers(home, configuration_files_directory=str(home / "d"))
    assert caught.value.message == (
        f"configuration_files_directory '{home}/d' cannot be read: Permission denied"
    )


def test_an_include_may_repeat_barman(home):
    (home / "d" / "1.conf").write_text(f"[barman]\nbarman_home = {home}\n")
    (home / "d" / "2.conf").write_text("[barman]\n")
    found = layers(home, configuration_files_directory=str(home / "d"))
    assert found.values["barman"]["barman_home"] == str(home)


@pytest.mark.parametrize("line", ["barman_home = /else", "log_level = DEBUG"])
@pytest.mark.parametrize("file", ["d/1.conf", ".barman.auto.conf"])
def test_an_include_may_not_change_barman(home, line, file):
    (home / file).write_text(f"[barman]\n{line}\n")
    with pytest.raises(FatalConfigError) as caught:
        layers(home, configuration_files_directory=str(home / "d"))
    assert str(home / file) in caught.value.message
    assert "[barman]" in caught.value.message


def test_without_barman_home_there_is_no_auto_file(home, monkeypatch):
    monkeypatch.chdir(home)
    (home / ".barman.auto.conf").write_text("[main]\nslot_name = b\n")
    assert read_layers("m", {"barman": {}}, "/").values == {"barman": {}}
