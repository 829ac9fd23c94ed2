# SPDX-License-Identifier: MIT
"""Commands: from the words after the command to the part that is called, and how."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import datetime, timezone
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from barman.backup.request import BackupRequest
from barman.catalogue.backup_info import fields
from barman.catalogue.wal_stored import Rebuilt
from barman.cli.arguments import Request, parse
from barman.cli.commands import (
    COMMANDS,
    NOT_DISABLED,
    WORKING,
    archive_wal,
    backup,
    check,
    check_backup,
    delete,
    find_command,
    get_wal,
    help,
    keep,
    list_backups,
    list_files,
    list_processes,
    list_servers,
    lock_directory_cleanup,
    put_wal,
    rebuild_xlogdb,
    receive_wal,
    restore,
    show_backup,
    show_servers,
    status,
    switch_wal,
    terminate_process,
)
from barman.errors import (
    FileError,
    InvalidNameError,
    PostgresError,
    RefusedError,
)
from barman.model.backup_id import BackupId
from barman.model.keep import KeepTarget
from barman.model.lsn import Lsn
from barman.model.target import RecoveryTarget
from barman.model.wal_file import WalFile, WalFileKind
from barman.recovery.request import RestoreRequest
from barman.report.backup import BackupTaken
from barman.report.listing import ListedServer, ServersListed
from barman.report.recovery import ZoneAssumed
from barman.report.wal import (
    GetReady,
    NoSwitchRequired,
    PutReady,
    RebuildDone,
    RebuildStarted,
    WalFileClosed,
    WalFileListed,
    WalFileSent,
)
from barman.wal.get import GetRequest
from tests.fakes.backups import a_backup
from tests.fakes.catalogue import segment_name
from tests.fakes.clock import ClockFake
from tests.fakes.config import configuration, server_config
from tests.fakes.postgres import PostgresSessionFake
from tests.fakes.reporter import ReporterFake
from tests.fakes.store import Store

ID = "20260101T000000"
WAL = "000000010000000000000001"
MODULES = (
    *(archive_wal, backup, check, check_backup, delete, get_wal, help, keep),
    *(list_backups, list_files, list_processes, list_servers, put_wal),
    *(lock_directory_cleanup, rebuild_xlogdb, receive_wal, restore, show_backup),
    *(show_servers, status, switch_wal, terminate_process),
)


class Part:
    """Stands for any part: remembers how it is called, and answers as it is told."""

    def __init__(self, server: ServerFake, path: str = "") -> None:
        self._server = server
        self._path = path

    def __getattr__(self, name: str) -> Part:
        return Part(self._server, f"{self._path}.{name}".lstrip("."))

    def __call__(self, *args: object, **named: object) -> Any:
        self._server.calls.append((self._path, args, named))
        answer = self._server.answers.get(self._path)
        if isinstance(answer, Exception):
            raise answer
        return answer


class ServerFake:
    """A server whose parts are all of one kind, but for those that a test gives."""

    def __init__(self, surroundings: object, config: Any, **parts: Any) -> None:
        self.name = "main"
        self.surroundings = surroundings
        self.config = config
        self.calls: list[tuple[str, tuple[object, ...], dict[str, object]]] = []
        self.answers: dict[str, object] = {}
        self.__dict__.update(parts)

    def __getattr__(self, name: str) -> Part:
        return Part(self, name)


class ServersFake:
    def __init__(self, home: object, **parts: Any) -> None:
        self.reporter = ReporterFake()
        self.surroundings = SimpleNamespace(
            reporter=self.reporter,
            clock=ClockFake(),
            environ={"SSH_CONNECTION": "10.0.0.9 1 10.0.0.1 22"},
            configuration=configuration(home),  # type: ignore[arg-type]
        )
        config = parts.pop("config", None) or server_config(home)  # type: ignore[arg-type]
        self.server = ServerFake(self.surroundings, config, **parts)
        self.states: list[object] = []

    def one(self, states: object = None) -> ServerFake:
        self.states.append(states)
        return self.server

    def each(self, act: Callable[[Any], object]) -> None:
        act(self.server)

    def all(self) -> list[ServerFake]:
        return [self.server]


def read(*words: str) -> Request:
    """Parse as the program does."""
    by_name = {module.__name__.rpartition(".")[2]: module for module in MODULES}
    return parse(words, lambda command: by_name[command.module].arguments)


def run(servers: ServersFake, *words: str) -> None:
    request = read(*words)
    assert request.command is not None
    module = {m.__name__.rpartition(".")[2]: m for m in MODULES}[request.command.module]
    module.run(request.args, servers)  # type: ignore[arg-type]


@pytest.fixture
def servers(tmp_path) -> ServersFake:
    return ServersFake(tmp_path)


CALLS = {
    "archive-wal main": ("wal_archiver.archive", (), {}),
    "check main": ("checks.run", (), {"timeout": None}),
    "check main --check-timeout 0": ("checks.run", (), {"timeout": 0}),
    "delete main latest": ("deletion.delete", ("latest",), {}),
    f"keep main {ID} --target full": ("keeping.keep", (ID, KeepTarget.FULL), {}),
    f"keep main {ID} -r": ("keeping.release", (ID,), {}),
    f"keep main {ID} -s": ("keeping.show", (ID,), {}),
    f"keep -r main --target full {ID}": ("keeping.release", (ID,), {}),
    f"keep -s -r main --target full {ID}": ("keeping.show", (ID,), {}),
    "list-backups main": ("listing.list_backups", (), {"minimal": False}),
    "list-backup main --min": ("listing.list_backups", (), {"minimal": True}),
    f"list-files main {ID}": (
        "backup_files.list",
        (ID,),
        {"target": "standalone", "empty_directories": False},
    ),
    f"list-files main {ID} --target=wal --list-empty-directories": (
        "backup_files.list",
        (ID,),
        {"target": "wal", "empty_directories": True},
    ),
    "list-process main": ("processes.list", (), {}),
    "terminate-process main cron": ("processes.stop", ("cron",), {}),
    "receive-wal main": ("wal_receiver.receive", (), {}),
    "receive-wal main --create-slot": ("slots.create", (), {"if_not_exists": False}),
    "receive-wal main --create-slot --if-not-exists": (
        "slots.create",
        (),
        {"if_not_exists": True},
    ),
    "receive-wal main --drop-slot": ("slots.drop", (), {}),
    "show-backups main last": ("details.show", ("last",), {}),
    "show-server main": ("inventory.show", (), {}),
    "status main": ("status.show", (), {}),
}


@pytest.mark.parametrize("words", CALLS)
def test_a_command_calls_its_part(servers: ServersFake, words: str) -> None:
    run(servers, *words.split())
    assert servers.server.calls == [CALLS[words]]
    assert servers.reporter.reports == []


@pytest.mark.parametrize(
    "words",
    [
        "backup",
        "backup main -j 0",
        "backup main --jobs-start-batch-size 0",
        "backup main --reuse-backup some",
        "backup --reuse-backup main",
        "backup main --bwlimit -1",
        "backup main --retry-times many",
        "backup main --name latest",
        f"backup main --name {ID}",
        "backup main --name=",
        "check main --check-timeout soon",
        "delete main",
        "get-wal main",
        f"get-wal main {WAL} --peek 0",
        f"get-wal main {WAL} --peek x",
        f"keep main {ID} --target some",
        "keep main",
        f"list-files main {ID} --target none",
        "list-servers main",
        "show-backup main",
        "switch-wal main --archive-timeout -1",
        "switch-wal main --archive-timeout 1.5",
        "terminate-process main",
        f"restore main {ID}",
        f"restore main {ID} /d --target-tli soon",
        f"restore main {ID} /d --target-action stop",
        f"restore main {ID} /d --recovery-conf-filename a/b",
        f"restore main {ID} /d --recovery-conf-filename ..",
        # What later versions offer is no option yet.
        "backup main --incremental latest",
        f"restore main {ID} /d --remote-ssh-command ssh",
        f"restore main {ID} /d --jobs 2",
        "receive-wal main --reset",
    ],
)
def test_inv_126_usage_errors_end_with_2(words: str, capsys) -> None:
    with pytest.raises(SystemExit) as caught:
        read(*words.split(" "))
    assert caught.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("usage: barman ")
    assert err.splitlines()[-1].startswith("barman")
    assert ": error: " in err.splitlines()[-1]


@pytest.mark.parametrize("row", COMMANDS, ids=lambda row: row.name)
def test_every_command_has_help_of_its_own(row, capsys) -> None:
    module = __import__(f"barman.cli.commands.{row.module}", fromlist=["arguments"])
    with pytest.raises(SystemExit) as caught:
        parse((row.name, "--help"), lambda command: module.arguments)
    assert caught.value.code == 0
    assert f"usage: barman {row.name}" in capsys.readouterr().out


def test_help_lists_every_command(servers: ServersFake, capsys) -> None:
    run(servers, "help")
    out = capsys.readouterr().out
    for row in COMMANDS:
        assert f"  {row.name} " in out
        assert row.summary in out


def test_keep_needs_to_know_what_for(servers: ServersFake) -> None:
    with pytest.raises(RefusedError, match="--target, --release and --status"):
        run(servers, "keep", "main", ID)
    # Said before the server is looked at.
    assert servers.states == []


def test_servers_are_listed_with_their_states(servers: ServersFake) -> None:
    run(servers, "list-server", "--minimal")
    assert servers.reporter.reports == [
        ServersListed(servers=(ListedServer(name="main"),), minimal=True)
    ]


def test_locks_of_nobody_are_removed(servers: ServersFake, tmp_path) -> None:
    lock = tmp_path / ".main-backup.lock"
    lock.write_text("1\n")
    run(servers, "lock-directory-cleanup")
    assert not lock.exists()
    assert servers.reporter.reports == []


def test_an_index_is_rebuilt_and_counted(servers: ServersFake) -> None:
    counts = {WalFileKind.SEGMENT: 3, WalFileKind.HISTORY: 1}
    servers.server.answers["wal_index.rebuild"] = Rebuilt(counts=counts)
    run(servers, "rebuild-xlogdb", "main")
    assert servers.reporter.reports == [
        RebuildStarted("main"),
        RebuildDone("main", histories=1, labels=0, segments=3),
    ]


def test_a_backup_is_checked_by_its_id(tmp_path) -> None:
    store = Store(tmp_path)
    store.take(a_backup(ID, segment=3, name="nightly"))
    servers = ServersFake(tmp_path, catalogue=store.catalogue)
    run(servers, "check-backup", "main", "nightly")
    assert servers.server.calls == [("wal_completion.check", (BackupId(ID),), {})]


# receive-wal


def test_streaming_needs_a_server_that_works_and_its_slot_only_a_valid_one(
    servers: ServersFake,
) -> None:
    run(servers, "receive-wal", "main")
    run(servers, "receive-wal", "main", "--drop-slot")
    assert servers.states == [WORKING, NOT_DISABLED]


@pytest.mark.parametrize("is_running", [True, False])
def test_a_receiver_is_stopped_or_missed(servers: ServersFake, is_running) -> None:
    servers.server.answers["processes.stop_if_running"] = is_running
    if is_running:
        run(servers, "receive-wal", "main", "--stop")
    else:
        with pytest.raises(RefusedError, match="no such process for server main"):
            run(servers, "receive-wal", "main", "--stop")
    assert servers.server.calls == [("processes.stop_if_running", ("receive-wal",), {})]


# switch-wal


def switching(tmp_path, **facts: Any) -> ServersFake:
    return ServersFake(
        tmp_path, postgres=PostgresSessionFake(**facts), primary_postgres=None
    )


def test_a_switch_is_forced_and_told(tmp_path) -> None:
    servers = switching(tmp_path)
    run(servers, "switch-xlog", "main", "--force")
    session = servers.server.postgres
    assert [act[0] for act in session.acts] == ["checkpoint", "switch_wal"]
    assert servers.reporter.reports == [WalFileClosed("main", segment_name(3))]


def test_a_switch_that_closes_nothing(tmp_path) -> None:
    servers = switching(tmp_path, current_lsn=Lsn.parse("0/3000000"))
    run(servers, "switch-wal", "main")
    assert servers.reporter.reports == [NoSwitchRequired("main")]


def test_a_switch_without_a_connection(tmp_path) -> None:
    class Down:
        @property
        def is_in_recovery(self) -> bool:
            raise PostgresError("nobody listens")

    servers = ServersFake(tmp_path, postgres=Down())
    with pytest.raises(PostgresError) as caught:
        run(servers, "switch-wal", "main")
    assert caught.value.message == (
        "Unable to perform pg_switch_wal for server 'main'."
    )
    assert caught.value.hint == "nobody listens."


# get-wal and put-wal


@pytest.mark.parametrize(
    ("options", "request_"),
    [
        ((), GetRequest(wal=WalFile(WAL))),
        (("-P", "-x"), GetRequest(wal=WalFile(WAL), partial=True, compression="gzip")),
        (("-z", "-j"), GetRequest(wal=WalFile(WAL), compression="bzip2")),
        (("--keep-compression",), GetRequest(wal=WalFile(WAL), as_stored=True)),
    ],
)
def test_a_wal_file_is_sent(servers: ServersFake, options, request_) -> None:
    run(servers, "get-wal", "main", WAL, *options)
    [(path, (request, target), _)] = servers.server.calls
    assert (path, request) == ("wal_source.send", request_)
    assert target is sys.stdout.buffer
    assert servers.reporter.reports == []


def test_a_wal_file_is_saved_under_its_name(servers: ServersFake) -> None:
    run(servers, "get-wal", "main", WAL, "-o", "/d")
    request = GetRequest(wal=WalFile(WAL))
    assert servers.server.calls == [("wal_source.save", (request, f"/d/{WAL}"), {})]
    assert servers.reporter.reports == [WalFileSent("main", WAL, f"/d/{WAL}")]


def test_wal_files_are_listed_ahead(servers: ServersFake) -> None:
    servers.server.answers["wal_source.peek"] = [WAL, "x"]
    run(servers, "get-wal", "main", WAL, "-p", "2")
    assert servers.server.calls == [("wal_source.peek", (WalFile(WAL), 2), {})]
    assert servers.reporter.reports == [WalFileListed(WAL), WalFileListed("x")]


def test_a_test_takes_and_sends_nothing(servers: ServersFake) -> None:
    run(servers, "get-wal", "main", "anything", "--test")
    run(servers, "put-wal", "main", "--test")
    assert servers.reporter.reports == [GetReady("main"), PutReady("main")]
    assert servers.server.calls == []


def test_errors_name_the_host_that_asked(servers: ServersFake) -> None:
    with pytest.raises(InvalidNameError, match=r"\(SSH host: 10\.0\.0\.9\)$"):
        run(servers, "get-wal", "main", "nonsense")
    with pytest.raises(RefusedError, match=r"`gzip` not allowed .*\(SSH host: "):
        run(servers, "get-wal", "main", WAL, "-z", "--keep-compression")


def test_wal_in_the_cloud_is_fetched_otherwise(servers: ServersFake) -> None:
    servers.server.config = SimpleNamespace(wals_directory="s3://bucket/main/wals")
    with pytest.raises(RefusedError, match="cloud storage") as caught:
        run(servers, "get-wal", "main", WAL)
    assert caught.value.hint == "Use barman-cloud-wal-restore."


def test_a_wrong_name_ends_with_3() -> None:
    row = find_command("get-wal")
    assert row is not None
    assert row.exits.status(InvalidNameError("x")) == 3
    assert row.exits.status(FileError("x")) == 1


# backup


def test_a_backup_is_asked_for_as_configured(tmp_path) -> None:
    config = server_config(
        tmp_path,
        backup_method="rsync",
        reuse_backup="copy",
        parallel_jobs="3",
        bandwidth_limit="500",
        immediate_checkpoint="true",
        backup_options="concurrent_backup, external_configuration",
    )
    taken = a_backup(ID, segment=3)
    servers = ServersFake(tmp_path, config=config)
    servers.server.answers["backup_manager"] = SimpleNamespace(
        take=Part(servers.server, "take")
    )
    servers.server.answers["take"] = taken
    run(servers, "backup", "main")
    run(
        servers,
        *("backup", "main", "-w", "--wait-timeout", "9", "--name", "n", "-j4"),
        *("--no-immediate-checkpoint", "--reuse-backup=off", "--bwlimit", "0"),
        *("--retry-times", "5", "--no-retry", "--keepalive-interval", "0"),
        *("--manifest", "--check-timeout", "7"),
    )
    configured = BackupRequest(
        jobs=3,
        immediate_checkpoint=True,
        reuse="copy",
        bandwidth_limit=500,
        external_configuration=True,
    )
    asked = BackupRequest(
        name="n",
        wait=True,
        wait_timeout=9,
        jobs=4,
        retry_times=0,
        keepalive_interval=0,
        manifest=True,
        external_configuration=True,
    )
    assert servers.server.calls == [
        ("backup_manager", (), {"check_timeout": None}),
        ("take", (configured,), {}),
        ("backup_manager", (), {"check_timeout": 7}),
        ("take", (asked,), {}),
    ]
    told = BackupTaken(backup_id=taken.id, fields=dict(fields(taken)))
    assert servers.reporter.reports == [told, told]


# restore


def restored(servers: ServersFake, *options: str) -> RestoreRequest:
    run(servers, "restore", "main", "latest", "/d", *options)
    [(path, (selector, request), _)] = servers.server.calls
    assert (path, selector) == ("recovery.restore", "latest")
    assert isinstance(request, RestoreRequest)
    return request


@pytest.mark.parametrize(
    ("options", "request_"),
    [
        ((), RestoreRequest(destination="/d")),
        (("--get-wal",), RestoreRequest(destination="/d", fetch_wal=True)),
        (
            ("--get-wal", "--no-get-wal", "--standby-mode"),
            RestoreRequest(destination="/d", standby=True),
        ),
        (
            ("--tablespace", "a:/x", "--tablespace", "b:/y:z"),
            RestoreRequest(destination="/d", relocations={"a": "/x", "b": "/y:z"}),
        ),
        (
            ("--target-lsn", "0/3000028", "--exclusive", "--target-action", "pause"),
            RestoreRequest(
                destination="/d",
                target=RecoveryTarget(
                    lsn=Lsn.parse("0/3000028"), exclusive=True, action="pause"
                ),
            ),
        ),
        (
            ("--target-name", "here", "--target-tli", "2"),
            RestoreRequest(
                destination="/d", target=RecoveryTarget(name="here", timeline=2)
            ),
        ),
        (
            ("--target-time", "2026-01-31 23:59:00+00:00"),
            RestoreRequest(
                destination="/d",
                target=RecoveryTarget(
                    time=datetime(2026, 1, 31, 23, 59, tzinfo=timezone.utc)
                ),
            ),
        ),
        (
            ("--staging-wal-directory", "/s", "--recovery-conf-filename", "x.conf"),
            RestoreRequest(
                destination="/d", staging_wal_directory="/s", settings_file="x.conf"
            ),
        ),
    ],
)
def test_a_restore_is_asked_for(servers: ServersFake, options, request_) -> None:
    assert restored(servers, *options) == request_
    assert servers.reporter.reports == []


def test_a_time_without_a_zone_is_taken_for_a_local_one_and_told(
    servers: ServersFake,
) -> None:
    request = restored(servers, "--target-time", "2026-01-31 23:59")
    assert request.target.time is not None
    assert servers.reporter.reports == [ZoneAssumed(request.target.time)]


def test_the_configuration_may_ask_to_fetch_wal(tmp_path) -> None:
    config = server_config(tmp_path, recovery_options="get-wal")
    assert restored(ServersFake(tmp_path, config=config)).fetch_wal
    assert not restored(ServersFake(tmp_path, config=config), "--no-get-wal").fetch_wal


def test_a_relative_directory_is_meant_from_here(servers: ServersFake) -> None:
    run(servers, "recover", "main", ID, "here")
    [(_, (_, request), _)] = servers.server.calls
    assert isinstance(request, RestoreRequest)
    assert request.destination == os.path.abspath("here")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("main", ID, "host:/d"), "cannot contain the ':' character"),
        (("main", ID, "/d\n"), "line feed"),
        (("main", ID, "/d", "--tablespace", "a"), "relocation rule 'a'"),
        (("main", ID, "/d", "--tablespace", ":/x"), "relocation rule ':/x'"),
        (("main", ID, "/d", "--tablespace", "a:/x\n"), "line feed"),
    ],
)
def test_a_restore_that_cannot_be_meant_is_refused(
    servers: ServersFake, words, reason: str
) -> None:
    with pytest.raises(RefusedError, match=reason):
        run(servers, "restore", *words)
    assert servers.server.calls == []


def test_the_modules_tested_are_those_of_the_rows() -> None:
    named: dict[str, ModuleType] = {m.__name__: m for m in MODULES}
    rows = {f"barman.cli.commands.{row.module}" for row in COMMANDS}
    assert rows - set(named) <= {"barman.cli.commands.cron"}
