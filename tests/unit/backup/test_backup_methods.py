# SPDX-License-Identifier: MIT
"""Which method a configuration means, and which settings no method honours."""

from __future__ import annotations

import pytest

from barman.backup.methods import Reach, backup_method
from barman.backup.postgres_method import PostgresMethod
from barman.backup.rsync_method import RsyncMethod
from barman.errors import ConfigError
from tests.fakes.backup_method import BackupScene
from tests.fakes.config import server_config
from tests.fakes.host import HostFake
from tests.fakes.postgres import PostgresSessionFake
from tests.fakes.runner import RunnerFake


def method(home, **options: str):
    reach = Reach(
        session=PostgresSessionFake(),
        host=HostFake,
        runner=RunnerFake(),
        programs=None,
    )
    return backup_method(
        server_config(home, **options), BackupScene(home).around, reach
    )


@pytest.mark.parametrize(
    ("name", "kind", "mode"),
    [
        ("rsync", RsyncMethod, "rsync-concurrent"),
        ("local-rsync", RsyncMethod, "rsync-concurrent"),
        ("postgres", PostgresMethod, "postgres"),
    ],
)
def test_the_configured_method(tmp_path, name, kind, mode):
    made = method(tmp_path, backup_method=name, streaming_conninfo="host=pg user=s")
    assert (type(made), made.mode) == (kind, mode)


@pytest.mark.parametrize(
    "options",
    [
        {"primary_conninfo": "host=primary"},
        {"backup_options": "exclusive_backup"},
        {"backup_method": "snapshot"},
        {
            "backup_method": "postgres",
            "streaming_conninfo": "host=pg",
            "backup_compression": "gzip",
        },
    ],
    ids=lambda options: next(iter(options)),
)
def test_a_setting_is_never_silently_left_out(tmp_path, options):
    with pytest.raises(ConfigError) as caught:
        method(tmp_path, **options)
    assert caught.value.hint
