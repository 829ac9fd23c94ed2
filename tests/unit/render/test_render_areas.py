# SPDX-License-Identifier: MIT
"""Layouts of lists, checks and details in both formats, beyond the golden files."""

from __future__ import annotations

import io
import json

import pytest

import barman.render.console.backup_details
import barman.render.console.check
import barman.render.console.listing
import barman.render.console.status
import barman.render.json.backup_details
import barman.render.json.check
import barman.render.json.listing
import barman.render.json.status  # noqa: F401  registers layouts
from barman.model.backup import BackupStatus
from barman.model.backup_id import BackupId
from barman.model.frozen import replace
from barman.model.postgres_version import PostgresVersion
from barman.model.retention import Verdict
from barman.render.console import ConsoleReporter
from barman.render.json import JsonReporter
from barman.render.words.backup_details import (
    TIMELINES_WARNING,
    following,
    hourly,
    previous,
    retention,
)
from barman.render.words.listing import description, keep_word, mark, shown
from barman.render.words.status import rows
from barman.report.backup_details import BackupShown, WalFigures
from barman.report.check import CheckBegun, CheckDone
from barman.report.listing import (
    KeepShown,
    ListedServer,
    ProcessesListed,
    ServerShown,
    ServersListed,
)
from barman.report.report import Report
from barman.report.status import (
    ArchiverStatus,
    BackupsStatus,
    PostgresStatus,
    ServerStatus,
)
from tests.fakes.backups import NOW, a_backup

MIB = 1 << 20
NONE = WalFigures(segment_size=16 * MIB)


def console(*reports: Report) -> str:
    out = io.StringIO()
    reporter = ConsoleReporter(out, io.StringIO())
    for report in reports:
        reporter.tell(report)
    return out.getvalue()


def document(*reports: Report):
    out = io.StringIO()
    reporter = JsonReporter(out)
    for report in reports:
        reporter.tell(report)
    reporter.finish(0)
    return json.loads(out.getvalue())


# lists


@pytest.mark.parametrize(
    ("server", "marked", "described"),
    [
        (ListedServer(name="s"), "", ""),
        (ListedServer(name="s", description="d"), "", "d"),
        (ListedServer(name="s", inactive=True), " (inactive)", " (inactive)"),
        (
            ListedServer(name="s", disabled=True, passive=True),
            " (WARNING: disabled)",
            " (WARNING: disabled) (Passive)",
        ),
        (ListedServer(name="s", description="d", passive=True), "", "d (Passive)"),
    ],
)
def test_states_are_marked(server: ListedServer, marked: str, described: str) -> None:
    assert (mark(server), description(server)) == (marked, described)


def test_a_list_of_servers() -> None:
    listed = ServersListed(
        servers=(
            ListedServer(name="new", disabled=True),
            ListedServer(name="nodesc"),
            ListedServer(name="pg", description="Streaming server"),
        )
    )
    assert console(listed) == (
        "new -  (WARNING: disabled)\nnodesc\npg - Streaming server\n"
    )
    assert console(replace(listed, minimal=True)) == "new\nnodesc\npg\n"
    everything = {
        "new": {"description": " (WARNING: disabled)"},
        "nodesc": {"description": ""},
        "pg": {"description": "Streaming server"},
    }
    assert document(listed) == everything
    assert document(replace(listed, minimal=True)) == everything


def test_a_server_in_full() -> None:
    report = ServerShown(
        server=ListedServer(name="pg", inactive=True),
        values={
            "slot_name": None,
            "active": False,
            "timeline": 3,
            "tags": ["a"],
            "version": PostgresVersion(150002),
            "description": None,
        },
    )
    assert shown(report)["description"] == "(inactive)"
    assert console(report) == (
        "Server pg (inactive):\n"
        "\tactive: False\n"
        "\tdescription: (inactive)\n"
        "\tslot_name: None\n"
        "\ttags: ['a']\n"
        "\ttimeline: 3\n"
        "\tversion: 15.2\n"
    )
    assert document(report)["pg"] == {
        "active": False,
        "description": "(inactive)",
        "slot_name": None,
        "tags": ["a"],
        "timeline": 3,
        "version": "15.2",
    }


def test_processes() -> None:
    listed = ProcessesListed(
        server_name="pg", processes=(("cron", 7), ("receive-wal", 9))
    )
    assert console(listed) == (
        "Active subprocesses for server pg:\n7 cron\n9 receive-wal\n"
    )
    assert document(listed) == {
        "pg": [{"name": "cron", "pid": 7}, {"name": "receive-wal", "pid": 9}]
    }
    none = ProcessesListed(server_name="pg", processes=())
    assert console(none) == "No active subprocesses found for server pg.\n"
    assert document(none) == {"pg": []}


@pytest.mark.parametrize(
    ("kept", "word"), [("full", "full"), ("standalone", "standalone"), (None, "nokeep")]
)
def test_keeps(kept: str | None, word: str) -> None:
    report = KeepShown(server_name="pg", text=kept)
    assert keep_word(report) == word
    assert console(report) == f"Server pg:\n\tKeep: {word}\n"
    assert document(report) == {
        "pg": {"keep_status": {"description": "Keep", "message": word}}
    }


# checks


def test_checks() -> None:
    reports = (
        CheckBegun(server=ListedServer(name="pg", inactive=True)),
        CheckDone(server_name="pg", label="wal size", ok=True, hint="0 B"),
        CheckDone(server_name="pg", label="PostgreSQL", ok=False),
        CheckDone(
            server_name="pg",
            label="has monitoring privileges (WAL streaming)",
            ok=True,
        ),
    )
    assert console(*reports) == (
        "Server pg (inactive):\n"
        "\twal size: OK (0 B)\n"
        "\tPostgreSQL: FAILED\n"
        "\thas monitoring privileges (WAL streaming): OK\n"
    )
    assert document(*reports) == {
        "pg": {
            "wal_size": {"hint": "0 B", "status": "OK"},
            "postgresql": {"hint": "", "status": "FAILED"},
            "has_monitoring_privileges_(wal_streaming)": {"hint": "", "status": "OK"},
        }
    }
    assert document(reports[0]) == {"pg": {}}


# status


def test_the_state_of_a_passive_server() -> None:
    status = ServerStatus(
        server_name="pas",
        primary_ssh_command="ssh backup",
        retention_policy="REDUNDANCY 2",
        minimum_redundancy=2,
        backups=BackupsStatus(count=1, whole=1, first_id=BackupId("20260101T000000")),
    )
    assert console(status) == (
        "Server pas:\n"
        "\tActive: True\n"
        "\tDisabled: False\n"
        "\tActive configuration model: None\n"
        "\tPassive node: True\n"
        "\tRetention policies: enforced (mode: auto, retention: REDUNDANCY 2,"
        " WAL retention: MAIN)\n"
        "\tNo. of available backups: 1\n"
        "\tFirst available backup: 20260101T000000\n"
        "\tLast available backup: None\n"
        "\tMinimum redundancy requirements: FAILED (1/2)\n"
        "\tSSH command to primary server: ssh backup\n"
    )
    assert document(status)["pas"]["passive_node"] == {
        "description": "Passive node",
        "message": "True",
    }


def test_what_is_wrong_with_archiving_is_said() -> None:
    postgres = PostgresStatus(
        version=PostgresVersion(150002),
        is_in_recovery=True,
        archiver=ArchiverStatus(
            archive_command="",
            failed_count=3,
            last_failed_wal="000000010000000000000005",
            last_failed_time=NOW,
        ),
    )
    status = ServerStatus(
        server_name="pg", backups=BackupsStatus(count=0, whole=0), postgres=postgres
    )
    said = {code: value for code, _, value in rows(status)}
    assert said["is_in_recovery"] == "in archive recovery"
    assert said["archive_command"].startswith("FAILED (")
    assert said["last_archived_wal"] == "No WAL segment shipped yet"
    assert said["failed_count"].startswith("3 (000000010000000000000005 at ")
    assert "current_size" not in said
    assert "server_archived_wals_per_hour" not in said


# details


def test_sentinels_of_details() -> None:
    report = BackupShown(backup=a_backup("x"), spanned=NONE, after=NONE)
    assert retention(report) == "not enforced"
    assert previous(report) == "- (this is the oldest base backup)"
    assert following(report) == "- (this is the latest base backup)"
    assert hourly(0.5) == "1800.00/hour"
    judged = replace(report, verdict=Verdict.VALID, next_id=BackupId("n"))
    assert (retention(judged), following(judged)) == ("VALID", "n")


def test_an_incremental_backup_is_shown_with_its_chain() -> None:
    parent, child = BackupId("20260101T000000"), BackupId("20260103T000000")
    backup = replace(
        a_backup("20260102T000000", segment=3, parent=parent.text),
        children_ids=(child,),
        cluster_size=100 * MIB,
        deduplicated_size=25 * MIB,
    )
    report = BackupShown(
        backup=backup,
        spanned=NONE,
        after=NONE,
        root_id=parent,
        chain_size=2,
        reachable_timelines=(2, 3),
    )
    text = console(report)
    assert "    Backup Type          : incremental\n" in text
    assert "    Resources saved      : 75.0 MiB (75.00%)\n" in text
    assert "    Reachable timelines  : 2, 3\n" in text
    assert text.endswith(
        "    Next Backup          : - (this is the latest base backup)\n"
        "\n"
        f"WARNING: {TIMELINES_WARNING}\n"
        "    Root Backup          : 20260101T000000\n"
        "    Parent Backup        : 20260101T000000\n"
        "    Backup chain size    : 2\n"
        "    Children Backup(s)   : 20260103T000000\n"
    )
    said = document(report)["main"]
    assert said["catalog_information"] == {
        "retention_policy": "not enforced",
        "previous_backup": "- (this is the oldest base backup)",
        "next_backup": "- (this is the latest base backup)",
        "root_backup_id": parent.text,
        "parent_backup_id": parent.text,
        "chain_size": 2,
        "children_backup_ids": [child.text],
    }
    assert said["wal_information"]["timelines"] == ["2", "3"]
    assert said["wal_information"]["_WARNING"] == TIMELINES_WARNING
    assert said["base_backup_information"]["resources_saved_bytes"] == 75 * MIB


def test_copy_times_and_snapshots() -> None:
    backup = replace(
        a_backup("20260102T000000", segment=3, mode="snapshot-gcp"),
        deduplicated_size=4 * MIB,
        copy_stats={"copy_time": 2, "analysis_time": 61.0, "number_of_workers": 1},
        snapshots_info={
            "provider_info": {"project": "p"},
            "snapshots": [
                {
                    "provider": {"snapshot_name": "s"},
                    "mount": {"mount_point": "/m", "mount_options": "rw"},
                }
            ],
        },
    )
    report = BackupShown(backup=backup, spanned=NONE, after=NONE)
    text = console(report)
    assert (
        "    Copy time            : 2 seconds + 1 minute, 1 second startup\n"
        "    Estimated throughput : 2.0 MiB/s\n"
    ) in text
    assert (
        "  Snapshot information:\n"
        "    project              : p\n"
        "\n"
        "    snapshot_name        : s\n"
        "    Mount point          : /m\n"
        "    Mount options        : rw\n"
        "\n"
    ) in text
    said = document(report)["main"]
    assert said["base_backup_information"]["analysis_time"] == "1 minute, 1 second"
    assert said["snapshots_info"]["provider_info"] == {"project": "p"}


def test_a_backup_without_an_error_text_ends_after_its_status() -> None:
    failed = replace(a_backup("x"), status=BackupStatus.STARTED)
    report = BackupShown(backup=failed, spanned=NONE, after=NONE)
    assert console(report) == (
        "Backup x:\n  Server Name            : main\n"
        "  Status                 : STARTED\n\n"
    )
    assert "error" not in document(report)["main"]
