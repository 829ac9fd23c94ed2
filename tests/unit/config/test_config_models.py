# SPDX-License-Identifier: MIT
"""Models, and the one that is in force."""

from __future__ import annotations

import pytest

from barman.config.configuration import ModelConfig
from barman.errors import ConfigError
from barman.model.retention import Redundancy
from tests.fakes.config import configuration

SERVER = "[main]\nconninfo = host=a\nssh_command = ssh a\narchiver = on\n"


def with_model(tmp_path, model_lines, *, active="m", server=SERVER):
    (tmp_path / "main").mkdir()
    (tmp_path / "main" / ".active-model.auto").write_text(active)
    model = f"[m]\nmodel = true\ncluster = main\n{model_lines}\n"
    return configuration(tmp_path, f"{server}{model}")


def test_only_what_is_written_and_valid_counts(tmp_path):
    text = (
        "parallel_jobs = 4\n[m]\nmodel = on\ncluster = c\nconninfo = host=b\n"
        "description =\nslot_name = None\ncheck_timeout = x\narchiver = off\n"
        "encryption = none\n"
    )
    found = configuration(tmp_path, text)
    assert found.models == {
        "m": ModelConfig(
            "m",
            "c",
            {
                "cluster": "c",
                "conninfo": "host=b",
                "archiver": False,
                "encryption": None,
            },
        )
    }
    assert found.warnings == (
        "Ignoring invalid value of option 'check_timeout' in [m] section: "
        "'x' is not an integer",
    )


@pytest.mark.parametrize("line", ["", "cluster =\n"])
def test_a_model_needs_a_cluster(tmp_path, line):
    with pytest.raises(ConfigError, match="model 'm' has no 'cluster'"):
        configuration(tmp_path, f"[m]\nmodel = on\n{line}")


@pytest.mark.parametrize("text", ["maybe", ""])
def test_model_must_be_a_boolean(tmp_path, text):
    with pytest.raises(ConfigError, match=r"'model' in \[m\] section"):
        configuration(tmp_path, f"[m]\nmodel = {text}\n")


def test_a_model_overrides_after_defaults_were_worked_out(tmp_path):
    main = with_model(tmp_path, "conninfo = host=b").servers["main"]
    assert main.active_model == "m"
    assert main.conninfo == "host=b"
    assert main.streaming_conninfo == "host=a"


def test_a_false_overrides(tmp_path):
    lines = "archiver = off\nstreaming_archiver = on\nslot_name = b"
    main = with_model(tmp_path, lines).servers["main"]
    assert (main.archiver, main.streaming_archiver) == (False, True)


def test_an_invalid_retention_policy_in_a_model_keeps_everything(tmp_path):
    server = f"{SERVER}retention_policy = REDUNDANCY 1\n"
    found = with_model(tmp_path, "retention_policy = x", server=server)
    main = found.servers["main"]
    assert main.retention_policy is None
    assert main.retention_policy_invalid
    assert len(found.notes) == 1


def test_a_valid_retention_policy_in_a_model(tmp_path):
    server = f"{SERVER}retention_policy = x\n"
    found = with_model(tmp_path, "retention_policy = REDUNDANCY 3", server=server)
    main = found.servers["main"]
    assert main.retention_policy == Redundancy(3)
    assert not main.retention_policy_invalid


def test_a_late_value_that_is_invalid_does_not_override(tmp_path):
    server = f"{SERVER}minimum_redundancy = 3\nbandwidth_limit = 9\n"
    lines = "minimum_redundancy = x\nbandwidth_limit = y"
    main = with_model(tmp_path, lines, server=server).servers["main"]
    assert (main.minimum_redundancy, main.bandwidth_limit) == (3, 9)


@pytest.mark.parametrize("active", ["", " \n"])
def test_an_empty_file_means_no_model(tmp_path, active):
    main = with_model(tmp_path, "", active=active).servers["main"]
    assert (main.active_model, main.problems) == (None, ())


def test_the_name_is_stripped(tmp_path):
    assert with_model(tmp_path, "", active=" m\n").servers["main"].active_model == "m"


def test_an_unknown_model_disables(tmp_path):
    main = with_model(tmp_path, "", active="gone").servers["main"]
    assert main.active_model is None
    assert main.problems == (
        "the active model 'gone' of server 'main' is not configured",
    )


def test_a_model_can_disable(tmp_path):
    main = with_model(tmp_path, "disabled = true").servers["main"]
    assert main.problems == ("server 'main' is disabled by its active model 'm'",)


def test_a_model_cannot_enable_what_is_broken(tmp_path):
    main = with_model(tmp_path, "disabled = off", server="[main]\n").servers["main"]
    assert main.disabled


def test_an_invalid_disabled_in_a_model(tmp_path):
    found = with_model(tmp_path, "disabled = maybe")
    assert not found.servers["main"].disabled
    assert found.warnings[0].startswith(
        "Ignoring invalid value of option 'disabled' in [m] section: 'maybe'"
    )


def test_a_file_that_cannot_be_read_disables(tmp_path):
    (tmp_path / "main" / ".active-model.auto").mkdir(parents=True)
    main = configuration(tmp_path, SERVER).servers["main"]
    assert main.problems == (
        "the active model of server 'main' cannot be read: Is a directory",
    )


def test_a_file_in_the_place_of_the_directory(tmp_path):
    (tmp_path / "main").touch()
    assert configuration(tmp_path, SERVER).servers["main"].problems == ()
