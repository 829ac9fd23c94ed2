# SPDX-License-Identifier: MIT
"""check, cron and delete: the real program on real servers."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.lab import Cluster, Lab
    from tests.lab.barman import Barman

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module", params=[15, 18], ids=lambda major: f"pg{major}")
def served(
    lab: Lab, request: pytest.FixtureRequest
) -> Iterator[tuple[Barman, Cluster]]:
    """A cluster that ships WAL to `rs` and streams it to `pg`."""
    from tests.lab import installations

    if request.param not in installations():
        pytest.skip(f"PostgreSQL {request.param} is not installed")
    cluster = lab.new_cluster(request.param, name=f"upkeep{request.param}")
    barman = lab.barman()
    barman.serve("rs", cluster)
    barman.serve(
        "pg",
        cluster,
        backup_method="postgres",
        archiver="off",
        streaming_archiver="on",
        slot_name="upkeep",
    )
    # A check makes the directory that WAL is shipped to.
    barman.run("check rs --check-timeout 3")
    cluster.archive_with(barman.incoming_command("rs"))
    barman.run("receive-wal --create-slot pg").ok()
    yield barman, cluster
    barman.run("receive-wal --stop pg")
    cluster.stop("immediate")


def eventually(holds: Callable[[], object], *, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came to hold"
        time.sleep(0.2)


def archived(barman: Barman, server: str) -> list[str]:
    found = []
    for _, _, names in os.walk(f"{barman.home}/{server}/wals"):
        found += [name for name in names if len(name) == 24]
    return sorted(found)


def test_cron_starts_what_archives_and_what_streams(served: tuple[Barman, Cluster]):
    barman, cluster = served
    started = barman.run("cron").ok().stdout
    assert started == (
        "Starting WAL archiving for server pg\n"
        "Starting streaming archiver for server pg\n"
        "Starting WAL archiving for server rs\n"
    )
    eventually(lambda: "receive-wal" in barman.run("list-processes pg").stdout)
    name = cluster.switch_wal(wait=True)
    again = barman.run("cron").ok().stdout
    assert "streaming archiver" not in again
    eventually(lambda: name in archived(barman, "rs"))
    cluster.switch_wal(wait=True)

    def streamed() -> bool:
        barman.run("cron").ok()
        return name in archived(barman, "pg")

    eventually(streamed)


def test_check_is_well_then_and_sees_a_server_that_is_down(
    served: tuple[Barman, Cluster],
):
    barman, cluster = served
    for server in ("rs", "pg"):
        assert "FAILED" not in barman.run(f"check {server}").ok().stdout
    nagios = barman.run("check all --nagios").ok().stdout
    assert nagios.startswith(
        "BARMAN OK - Ready to serve the Espresso backup for 2 servers * pg * rs|pg="
    )
    json = barman.run("-f json check rs").ok().json
    assert json["rs"]["ssh"] == {"hint": "PostgreSQL server", "status": "OK"}
    assert json["rs"]["archive_mode"] == {"hint": "", "status": "OK"}
    cluster.stop()
    try:
        down = barman.run("check rs")
        assert down.status == 1
        assert "\tPostgreSQL: FAILED\n" in down.stdout
        refused = barman.run("backup rs")
        assert refused.status == 1
        assert refused.stderr == (
            "ERROR: Impossible to start the backup. Check the log for more details, or"
            " run 'barman check rs'\n"
        )
        assert barman.run("list-backups rs").ok().stdout == ""
        nagios = barman.run("check rs --nagios")
        assert nagios.status == 2
        assert "rs.PostgreSQL: FAILED\n" in nagios.stdout
    finally:
        cluster.start({"archive_command": barman.incoming_command("rs")})
        barman.run("cron").ok()


def test_a_role_without_rights_fails_its_check(served: tuple[Barman, Cluster]):
    barman, cluster = served
    barman.section("rs", {"conninfo": cluster.dsn(user="nobody_barman")})
    try:
        found = barman.run("check rs")
        assert found.status == 1
        assert "\tno access to backup functions: FAILED (" in found.stdout
    finally:
        barman.section("rs", {"conninfo": cluster.dsn()})


def test_inv_074_a_delete_that_is_killed_is_finished_by_cron(
    served: tuple[Barman, Cluster],
):
    barman, _ = served
    first = barman.run("-f json backup rs --wait").ok().json["backup_id"]
    second = barman.run("-f json backup rs --wait").ok().json["backup_id"]
    for delay in (0.08, 0.12, 0.16):
        process = barman.start(f"delete rs {first}")
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        barman.run("cron").ok()
        left = barman.run("list-backups rs --minimal").ok().stdout.split()
        if first not in left:
            break
        assert os.path.exists(f"{barman.home}/rs/base/{first}/data/PG_VERSION")
    else:
        barman.run(f"delete rs {first}").ok()
    assert barman.run("list-backups rs --minimal").ok().stdout.split() == [second]
    places = [f"{barman.home}/rs/{place}" for place in ("base", "meta")]
    assert not [n for place in places for n in os.listdir(place) if first in n]
    assert not os.path.exists(f"{barman.home}/.rs-backup.lock")
    gone = barman.run(f"delete rs {first}")
    assert (gone.status, gone.stderr) == (
        1,
        f"ERROR: Unknown backup '{first}' for server 'rs'\n",
    )


def test_retention_is_enforced_by_cron(served: tuple[Barman, Cluster]):
    barman, _ = served
    newest = barman.run("-f json backup rs --wait").ok().json["backup_id"]
    barman.section("rs", {"retention_policy": "REDUNDANCY 1"})
    said = barman.run("cron").ok().stdout
    barman.section("rs", {"retention_policy": None})
    assert "Deleted backup " in said
    assert barman.run("list-backups rs --minimal").ok().stdout.split() == [newest]
    assert "FAILED" not in barman.run("check rs").ok().stdout


def test_inv_128_one_broken_server_fails_cron_and_stops_no_other(
    served: tuple[Barman, Cluster],
):
    barman, _ = served
    path = f"{barman.home}/pg/meta/20200101T000000-backup.info"
    barman.lab.account.write(path, "begin_time=yesterday\n")
    barman.section("pg", {"retention_policy": "REDUNDANCY 1"})
    try:
        cron = barman.run("cron")
        assert cron.status == 1
        assert path in cron.stderr
        assert "Starting WAL archiving for server rs" in cron.stdout
        check = barman.run("check pg")
        assert check.status == 1
        assert path in check.stderr
    finally:
        os.unlink(path)
        barman.section("pg", {"retention_policy": None})
