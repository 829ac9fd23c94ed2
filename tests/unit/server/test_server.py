# SPDX-License-Identifier: MIT
"""A server builds its parts when they are first used, once, and connects to nothing."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys

import pytest

from barman.catalogue.identity import Identity, IdentityFile
from barman.server import Server, Surroundings
from barman.server.disk import OnDisk
from barman.server.reach import Reached
from barman.server.wal import WithWal
from tests.fakes.clock import ClockFake
from tests.fakes.reporter import ReporterFake
from tests.fakes.store import ROOT, Store

TIERS = (OnDisk, Reached, WithWal, Server)
STREAMED = {
    "streaming_archiver": "on",
    "streaming_conninfo": "host=/nowhere user=streaming",
    "slot_name": "barman",
}


def server(home, **options: str) -> Server:
    store = Store(home, **{**STREAMED, **options})
    surroundings = Surroundings(
        configuration=store.configuration,
        reporter=ReporterFake(),
        clock=ClockFake(),
        environ={"PATH": "/usr/bin"},
    )
    return Server(store.config, surroundings)


def parts() -> list[str]:
    """Return the properties of the tiers that build a part."""
    return sorted(
        name
        for cls in TIERS
        for name, value in vars(cls).items()
        if not name.startswith("_")
        and not inspect.isfunction(value)
        and hasattr(value, "__get__")
    )


def test_there_are_parts() -> None:
    assert {"catalogue", "listing", "wal_archiver", "recovery"} <= set(parts())


@pytest.mark.parametrize("name", parts())
def test_a_part_is_built_once_and_asks_nobody(tmp_path, name: str) -> None:
    one = server(tmp_path)
    try:
        first = getattr(one, name)
        assert getattr(one, name) is first
    finally:
        one.close()


def test_a_new_server_has_built_nothing(tmp_path) -> None:
    assert set(vars(server(tmp_path))) == {"config", "name", "surroundings"}


def test_programs_see_the_path_prefix_first(tmp_path) -> None:
    environ = server(tmp_path, path_prefix="/opt/pg/bin").environ
    assert environ["PATH"] == f"/opt/pg/bin{os.pathsep}/usr/bin"


def test_the_cluster_is_known_from_the_first_backup_on(tmp_path) -> None:
    assert server(tmp_path).systemid is None
    layout = server(tmp_path).layout
    os.makedirs(layout.root, exist_ok=True)
    IdentityFile(layout).record(Identity("7711", "15"))
    assert server(tmp_path).systemid == "7711"


def test_the_primary_is_reached_where_one_is_configured(tmp_path) -> None:
    assert server(tmp_path).primary_postgres is None
    with_primary = server(tmp_path, primary_conninfo="host=/nowhere user=barman")
    assert with_primary.primary_postgres is not None


def test_what_was_closed_can_be_used_again(tmp_path) -> None:
    one = server(tmp_path, backup_method="local-rsync", ssh_command="")
    before, session = one.host, one.postgres
    one.close()
    assert one.host is not before
    assert one.postgres is session
    one.close()


def test_loading_a_server_loads_none_of_its_parts() -> None:
    code = (
        "import sys; import barman.server;"
        "print(*sorted(n for n in sys.modules if n.startswith('barman.')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": ROOT},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = [
        name for name in done.stdout.split() if not name.startswith("barman.model")
    ]
    assert loaded == [
        "barman.server",
        "barman.server.disk",
        "barman.server.reach",
        "barman.server.wal",
    ]
