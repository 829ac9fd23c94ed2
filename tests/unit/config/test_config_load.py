# SPDX-License-Identifier: MIT
"""A whole configuration: the main file, the sections, what stops everything."""

from __future__ import annotations

import pytest

from barman.config.configuration import LogSettings
from barman.config.files import FatalConfigError
from barman.config.load import load
from barman.config.main_file import read_main
from barman.config.options_global import LOG_FORMAT
from barman.errors import ConfigError
from tests.fakes.config import configuration


def main_file(tmp_path, text):
    path = tmp_path / "barman.conf"
    path.write_text(text)
    return read_main(str(path))


def test_the_main_file_says_who_and_where_to_log(tmp_path):
    main = main_file(
        tmp_path,
        "[barman]\nbarman_user = pg\nlog_file = /l\nlog_level = debug\n"
        "log_format = %%%%(message)s\n",
    )
    assert main.barman_user == "pg"
    assert main.log == LogSettings(file="/l", level=10, format="%(message)s")


def test_defaults_of_the_main_file(tmp_path):
    main = main_file(tmp_path, "[barman]\n")
    assert main.barman_user == "barman"
    assert main.log == LogSettings(file=None, level=20, format=LOG_FORMAT)


@pytest.mark.parametrize(("text", "level"), [("15", 15), ("WARN", 30), ("0", 0)])
def test_log_levels(tmp_path, text, level):
    assert main_file(tmp_path, f"[barman]\nlog_level = {text}\n").log.level == level


def test_an_unknown_log_level_is_noted(tmp_path):
    main = main_file(tmp_path, "[barman]\nbarman_home = /b\nlog_level = loud\n")
    assert (main.log.level, main.log.unknown_level) == (20, "loud")
    assert load(main, home="/").notes == ("'loud' is not a log level; using INFO",)


def test_no_barman_section(tmp_path):
    with pytest.raises(ConfigError) as caught:
        main_file(tmp_path, "[main]\n")
    assert caught.value.message == (
        f"configuration file '{tmp_path}/barman.conf' has no [barman] section"
    )


@pytest.mark.parametrize("text", ["", "barman_home =\n", "barman_home = None\n"])
def test_barman_home_is_required(tmp_path, text):
    main = main_file(tmp_path, f"[barman]\n{text}")
    with pytest.raises(ConfigError, match="'barman_home' is missing"):
        load(main, home="/")


def test_the_options_of_the_program(tmp_path):
    barman = configuration(tmp_path).barman
    assert barman.barman_home == str(tmp_path)
    assert barman.barman_user == "barman"
    assert barman.lock_directory == str(tmp_path)
    assert barman.lock_directory_cleanup is True
    assert barman.config_changes_queue == f"{tmp_path}/cfg_changes.queue"
    assert barman.configuration_files_directory is None
    assert barman.settings == {"barman_home": str(tmp_path)}
    text = "barman_lock_directory = /run/b\nlock_directory_cleanup = no\n"
    barman = configuration(tmp_path, text).barman
    assert (barman.lock_directory, barman.lock_directory_cleanup) == ("/run/b", False)


def test_lock_directory_cleanup_must_be_a_boolean(tmp_path):
    with pytest.raises(ConfigError, match=r"'lock_directory_cleanup' in .* 'maybe'"):
        configuration(tmp_path, "lock_directory_cleanup = maybe\n")


@pytest.mark.parametrize("model", ["", "model = on\ncluster = c\n"])
def test_a_section_cannot_be_named_all(tmp_path, model):
    with pytest.raises(FatalConfigError, match="'all'"):
        configuration(tmp_path, f"[all]\n{model}")


@pytest.mark.parametrize("name", ["../x", "a/b", "/", ".x", ".", "..", "a\0b"])
def test_a_name_that_would_be_a_path_is_refused(tmp_path, name):
    with pytest.raises(FatalConfigError) as caught:
        configuration(tmp_path, f"[{name}]\n")
    assert caught.value.message == (
        f"a server cannot be named {name!r}: a name holds no '/' and no NUL and does "
        "not begin with '.'"
    )


@pytest.mark.parametrize("name", [" two ", "a.b", "ä", "-x", "Main", "a b", "a..b"])
def test_names_are_otherwise_free(tmp_path, name):
    found = configuration(tmp_path, f"[{name}]\n")
    assert list(found.servers) == [name]
    assert found.servers[name].backup_directory == f"{tmp_path}/{name}"


def test_servers_are_sorted_and_models_are_none(tmp_path):
    text = "[b]\n[m]\nmodel = yes\ncluster = c\n[B]\n[a]\n"
    found = configuration(tmp_path, text)
    assert list(found.servers) == ["B", "a", "b"]
    assert list(found.models) == ["m"]


def test_an_empty_section_is_a_disabled_server(tmp_path):
    main = configuration(tmp_path, "[main]\n").servers["main"]
    assert main.disabled
    assert main.problems[0] == "Missing 'conninfo' option for server 'main'"


def test_sources(tmp_path):
    (tmp_path / "d").mkdir()
    include = tmp_path / "d" / "x.conf"
    include.write_text("[main]\nslot_name = x\n")
    text = f"configuration_files_directory = {tmp_path}/d\nconninfo = host=x\n[main]\n"
    found = configuration(tmp_path, text)
    assert found.path == f"{tmp_path}/barman.conf"
    assert found.source_of("main", "slot_name") == str(include)
    assert found.source_of("main", "conninfo") == found.path
    assert found.source_of("main", "archiver") == "default"
    assert found.source_of("barman", "barman_home") == found.path
    assert found.source_of("unknown", "active") == "default"


def test_conflicts_between_servers_stop_everything(tmp_path):
    text = "[a]\nbackup_directory = /x\n[b]\nbackup_directory = /x\n"
    found = configuration(tmp_path, text)
    assert len(found.errors) == 6
    assert found.errors[0] == (
        "'backup_directory' of server 'b' and 'backup_directory' of server 'a' are the "
        "same directory '/x'"
    )


def test_a_conflict_within_a_server_disables_it(tmp_path):
    text = (
        "[a]\nactive = off\nerrors_directory = /x\nincoming_wals_directory = /x\n"
        "[b]\nactive = off\n"
    )
    found = configuration(tmp_path, text)
    assert found.errors == ()
    assert found.servers["a"].problems == (
        "'incoming_wals_directory' and 'errors_directory' of server 'a' are the same "
        "directory '/x'",
    )
    assert found.servers["b"].problems == ()
