# SPDX-License-Identifier: MIT
"""How the files of the server are reached."""

from __future__ import annotations

from barman.errors import ConnectionFailedError
from barman.model.frozen import replace
from barman.system.command import Command, Completed
from tests.fakes.checks import Checked

A = "20261101T000000"
LOCAL = {"backup_method": "local-rsync"}


def test_one_command_over_ssh_serves_all(tmp_path):
    checked = Checked(tmp_path)
    assert checked.check()["ssh"] == (True, "PostgreSQL server")
    assert checked.host.runner.commands == [Command(("true",), timeout=29.5)]


def test_a_host_that_cannot_be_reached(tmp_path):
    checked = Checked(tmp_path)
    checked.host.runner.answers["true"] = ConnectionFailedError("refused")
    assert checked.failures() == {"ssh": "refused"}


def test_a_host_that_talks(tmp_path):
    checked = Checked(tmp_path)
    checked.host.runner.answers["true"] = Completed(0, b"Welcome!\nBye\n")
    assert checked.failures() == {
        "ssh output clean": "the shell prints 'Welcome!' where it must print nothing"
    }


def test_a_label_that_keeps_postgresql_from_starting(tmp_path):
    checked = Checked(tmp_path)
    checked.have(A, segment=1)
    checked.host.write("/pgdata/backup_label", b"")
    assert checked.failures() == {}
    checked.postgres = None
    hint = checked.failures()["backup_label"]
    assert "'/pgdata/backup_label' is there" in hint


def test_the_data_directory_on_this_machine(tmp_path):
    checked = Checked(tmp_path, **LOCAL)
    assert checked.check()["local PGDATA"] == (True, "Access to local PGDATA")
    checked.host.remove("/pgdata/PG_VERSION")
    assert "/pgdata/PG_VERSION" in checked.failures()["local PGDATA"]
    checked.postgres = None
    assert checked.failures() == {
        "PostgreSQL": None,
        "local PGDATA": "the data directory is not known while PostgreSQL is down",
    }
    checked.have(A, segment=1)
    assert "/pgdata/PG_VERSION" in checked.failures()["local PGDATA"]


def test_without_an_ssh_command_nothing_runs(tmp_path):
    checked = Checked(tmp_path)
    checked.config = replace(checked.config, ssh_command=None)
    assert checked.failures() == {"ssh": "'ssh_command' is not set"}
    assert checked.host.runner.commands == []
