# SPDX-License-Identifier: MIT
"""What `barman backup` asks for: the configuration, and the command line over it."""

from __future__ import annotations

from argparse import ArgumentParser

import pytest

from barman.backup.request import BackupRequest
from barman.cli.commands.backup import _request, arguments
from barman.cli.commands.check_backup import run as check_backup
from barman.errors import NotFoundError
from tests.fakes.backup_method import BackupScene
from tests.fakes.backups import a_backup
from tests.fakes.config import server_config


def asked(home, *words: str, **options: str) -> BackupRequest:
    parser = ArgumentParser()
    arguments(parser)
    return _request(parser.parse_args(words), server_config(home, **options))


def test_the_configuration_is_asked_for(tmp_path):
    assert asked(
        tmp_path,
        parallel_jobs="3",
        reuse_backup="link",
        immediate_checkpoint="on",
        bandwidth_limit="500",
        basebackup_retry_times="2",
        autogenerate_manifest="on",
        backup_options="concurrent_backup, external_configuration",
    ) == BackupRequest(
        jobs=3,
        reuse="link",
        immediate_checkpoint=True,
        bandwidth_limit=500,
        retry_times=2,
        manifest=True,
        external_configuration=True,
    )


def test_the_command_line_wins(tmp_path):
    words = "-j 1 --reuse-backup=off --no-immediate-checkpoint --bwlimit 0 --no-retry"
    more = "--no-manifest --name b-one -w --wait-timeout 9 --keepalive-interval 0"
    assert asked(
        tmp_path,
        *words.split(),
        *more.split(),
        parallel_jobs="3",
        reuse_backup="link",
        immediate_checkpoint="on",
        bandwidth_limit="500",
        basebackup_retry_times="2",
        autogenerate_manifest="on",
    ) == BackupRequest(name="b-one", wait=True, wait_timeout=9, keepalive_interval=0)


@pytest.mark.parametrize("name", ["latest", "20260101T000000"])
def test_a_reserved_name_is_a_usage_error(tmp_path, name):
    with pytest.raises(SystemExit) as caught:
        asked(tmp_path, "--name", name)
    assert caught.value.code == 2


class ServersFake:
    def __init__(self, scene: BackupScene) -> None:
        self.name = "main"
        self.reporter = scene.reporter
        self.catalogue = scene.catalogue
        self.checked: list[str] = []
        self.wal_completion = self

    def one(self):
        return self

    def check(self, id):
        self.checked.append(str(id))


def test_check_backup_tells_of_damaged_records_and_goes_on(tmp_path):
    scene = BackupScene(tmp_path)
    scene.catalogue.save(a_backup("20260101T000000", segment=1))
    with open(f"{scene.layout.meta}/20250101T000000-backup.info", "w") as file:
        file.write("damaged\n")
    servers = ServersFake(scene)
    parser = ArgumentParser()
    parser.add_argument("backup_id")
    check_backup(parser.parse_args(["latest"]), servers)
    assert servers.checked == ["20260101T000000"]
    (problem,) = scene.reporter.reports
    assert "20250101T000000-backup.info" in problem.message
    with pytest.raises(NotFoundError):
        check_backup(parser.parse_args(["20250101T000000"]), servers)
