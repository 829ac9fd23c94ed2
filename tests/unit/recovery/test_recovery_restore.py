# SPDX-License-Identifier: MIT
"""A whole restore with real files and rsync: its order, its traces, its reports."""

from __future__ import annotations

import os
import stat
from typing import Any

import pytest

from barman.errors import BarmanError, CommandError, FileError, RefusedError
from barman.hooks.variables import HookedBackup
from barman.model.backup import Tablespace
from barman.model.lsn import Lsn
from barman.model.target import RecoveryTarget
from barman.recovery.base_copy import BaseCopy
from barman.recovery.destination import MARKER
from barman.recovery.restore import Restore
from barman.recovery.wal_copy import WalCopy
from barman.report import recovery as report
from barman.system.command import Completed
from barman.system.runner import LocalRunner
from tests.fakes.catalogue import a_layout, put, put_wal, read, segment_name
from tests.fakes.clock import NOON, ClockFake
from tests.fakes.hooks import HooksFake
from tests.fakes.reporter import ReporterFake
from tests.fakes.runner import RunnerFake
from tests.unit.recovery.plans import ID, archive, backup, names, plan

SEGMENT = bytes(16 << 20)


class Bench:
    """One backup in a catalogue, and everything around a restore."""

    def __init__(self, tmp_path: Any, runner: Any = None) -> None:
        self.root = f"{tmp_path}/pg"
        self.layout = a_layout(tmp_path / "barman")
        self.data = self.layout.data_directory(backup().id)
        self.one = Tablespace("one", 16400, f"{tmp_path}/ts one")
        self.reporter = ReporterFake()
        self.hooks = HooksFake()
        for name in ("backup_label", "PG_VERSION", "base/1/1", "pg_hba.conf"):
            put(f"{self.data}/{name}", name)
        for name in ("global/pg_control", "backup_manifest", "postgresql.conf"):
            put(f"{self.data}/{name}", f"# {name}\n")
        os.chmod(f"{self.data}/PG_VERSION", 0o640)
        for stale in (
            *("pg_wal/old", "log/old", "postmaster.pid", "recovery.conf"),
            *("tablespace_map", "standby.signal", "recovery.signal", "barman_wal/x"),
        ):
            put(f"{self.data}/{stale}", "stale")
        os.makedirs(f"{self.data}/pg_tblspc")
        os.symlink("/elsewhere", f"{self.data}/pg_tblspc/16400")
        put(
            f"{self.layout.tablespace_directory(backup().id, 16400)}/PG_15_1/5/6", "row"
        )
        self.info = put(f"{self.layout.base}/{ID}/backup.info", "info")
        for name in names(3, 4):
            put_wal(self.layout, name, SEGMENT)
        self.restore = Restore(
            layout=self.layout,
            base=BaseCopy(
                layout=self.layout,
                runner=runner or LocalRunner(),
                reporter=self.reporter,
                bandwidth_limit=None,
            ),
            wal=WalCopy(layout=self.layout),
            hooks=self.hooks,
            clock=ClockFake(),
            reporter=self.reporter,
        )

    def run(self, **wanted: Any) -> None:
        of = backup(tablespaces=(self.one,))
        made = plan(of, archive(*names(3, 4)), **{"destination": self.root, **wanted})
        hooked = HookedBackup(
            backup=of,
            directory=f"{self.layout.base}/{ID}",
            info_path=self.info,
            previous_id=None,
            next_id=None,
        )
        self.restore.run(made, hooked)

    def files(self) -> list[str]:
        return sorted(
            os.path.relpath(f"{top}/{name}", self.root)
            for top, directories, found in os.walk(self.root)
            for name in (
                *found,
                *(d for d in directories if not os.listdir(f"{top}/{d}")),
            )
        )


@pytest.fixture
def bench(tmp_path) -> Bench:
    return Bench(tmp_path)


def test_a_plain_restore(bench: Bench) -> None:
    bench.run()
    assert bench.files() == sorted(
        [
            *(".barman-recover.info", "PG_VERSION", "backup_label", "base/1/1"),
            *(f"backup_manifest.{ID}", "global/pg_control", "log", "pg_hba.conf"),
            *("postgresql.auto.conf.origin", "postgresql.conf"),
            "postgresql.conf.origin",
            *(f"pg_wal/{name}" for name in names(3, 4)),
            *(f"pg_wal/archive_status/{name}.done" for name in names(3, 4)),
        ]
    )
    assert os.readlink(f"{bench.root}/pg_tblspc/16400") == bench.one.location
    assert os.listdir(bench.one.location) == ["PG_15_1"]
    assert read(f"{bench.root}/.barman-recover.info") == b"info"
    assert stat.S_IMODE(os.stat(f"{bench.root}/PG_VERSION").st_mode) == 0o640
    told = [
        each for each in bench.reporter.reports if "Progress" not in repr(type(each))
    ]
    assert told == [
        report.RestoreStarting(
            server_name="main", backup_id=backup().id, destination=bench.root
        ),
        report.BaseCopying(),
        report.TablespaceCopying(bench.one),
        report.WalCopying(),
        report.StatusFilesWriting(),
        report.DangerLookedFor(),
        report.RestoreDone(
            changes=(),
            warnings=(),
            missing_files=("postgresql.auto.conf", "pg_ident.conf"),
            settings_file=None,
            began=NOON,
            seconds=0.0,
        ),
    ]


def test_the_destination_and_a_tablespace_may_be_links(bench: Bench) -> None:
    for link in (bench.root, bench.one.location):
        os.mkdir(f"{link} itself")
        os.symlink(f"{link} itself", link)
    bench.run()
    assert os.path.islink(bench.root) and os.path.islink(bench.one.location)
    assert "global" in os.listdir(f"{bench.root} itself")
    assert os.listdir(f"{bench.one.location} itself") == ["PG_15_1"]


def test_wal_is_put_aside_for_a_target(bench: Bench) -> None:
    target = RecoveryTarget(lsn=Lsn(5 << 24), timeline=1)
    put_wal(bench.layout, segment_name(5), SEGMENT)
    of = RecoveryTarget(immediate=True)
    bench.run(target=of, relocations={"one": f"{bench.root}/inside"})
    assert sorted(os.listdir(f"{bench.root}/barman_wal")) == list(names(3, 4))
    assert os.listdir(f"{bench.root}/pg_wal/archive_status") == []
    assert os.path.exists(f"{bench.root}/recovery.signal")
    assert os.listdir(f"{bench.root}/inside") == ["PG_15_1"]
    assert report.TargetAimedAt(of) in bench.reporter.reports
    assert report.TargetAimedAt(target) not in bench.reporter.reports


def test_the_control_file_comes_last(bench: Bench) -> None:
    """Whatever fails before leaves a directory that PostgreSQL does not start."""
    os.unlink(bench.layout.wal_path(_wal(4)))
    with pytest.raises(BarmanError):
        bench.run()
    assert not os.path.exists(f"{bench.root}/global/pg_control")
    assert MARKER in os.listdir(bench.root)
    assert [when for when, _, _ in bench.hooks.ran] == ["pre"]
    put_wal(bench.layout, segment_name(4), SEGMENT)
    bench.reporter.reports.clear()
    bench.run()
    assert report.RestoreResumed(bench.root) in bench.reporter.reports
    assert read(f"{bench.root}/global/pg_control") == b"# global/pg_control\n"
    assert MARKER not in os.listdir(bench.root)
    assert MARKER not in os.listdir(bench.one.location)


def _wal(number: int) -> Any:
    from barman.model.wal_file import WalFile

    return WalFile(segment_name(number))


@pytest.mark.parametrize("name", ["backup_label", "global/pg_control"])
def test_inv_009_without_its_label_nothing_is_restored(bench: Bench, name: str) -> None:
    os.unlink(f"{bench.data}/{name}")
    with pytest.raises(FileError, match=f"could not read .*{name}"):
        bench.run()
    assert not os.path.exists(bench.root)
    assert bench.hooks.ran == []


def test_a_veto_of_a_hook_leaves_nothing(tmp_path) -> None:
    bench = Bench(tmp_path)
    bench.hooks.veto = bench.root
    with pytest.raises(RefusedError, match="vetoed"):
        bench.run()
    assert not os.path.exists(bench.root)


def test_hooks_see_the_options(bench: Bench) -> None:
    bench.run(
        target=RecoveryTarget(xid="7", exclusive=True, action="promote", timeline=1),
        relocations={"one": f"{bench.root}.one"},
        standby=True,
        settings_file="x.conf",
    )
    assert [when for when, _, _ in bench.hooks.ran] == ["pre", "post"]
    seen = bench.hooks.ran[0][2]
    assert seen["BARMAN_DESTINATION_DIRECTORY"] == bench.root
    assert seen["BARMAN_TABLESPACES"] == f'{{"one": "{bench.root}.one"}}'
    assert seen["BARMAN_RECOVER_OPTIONS"] == (
        '{"exclusive": true, "recovery_conf_filename": "x.conf", "standby_mode": true,'
        ' "target_action": "promote", "target_tli": 1, "target_xid": "7"}'
    )


def test_inv_006_a_file_that_vanishes_from_a_backup_is_an_error(tmp_path) -> None:
    gone = b'file has vanished: "/x/1"\n'
    runner = RunnerFake({"rsync": Completed(24, b"", gone)})
    bench = Bench(tmp_path, runner)
    with pytest.raises(CommandError) as caught:
        bench.run()
    assert caught.value.message == (
        f'Failure copying base backup: {bench.data}: file has vanished: "/x/1"'
    )


def test_inv_017_a_full_disk_is_what_is_told_of_all_that_rsync_says(tmp_path) -> None:
    said = (
        b"rsync: [sender] write error: Broken pipe (32)\n"
        b'rsync: [receiver] write failed on "/x": No space left on device (28)\n'
        b"rsync error: error in file IO (code 11) at receiver.c(381) [receiver]\n"
    )
    bench = Bench(tmp_path, RunnerFake({"rsync": Completed(11, b"", said)}))
    with pytest.raises(CommandError) as caught:
        bench.run()
    assert caught.value.message == (
        f"Failure copying base backup: {bench.data}: rsync: [receiver] write failed on"
        ' "/x": No space left on device (28)'
    )


def test_the_copy_is_told_what_to_leave_out(tmp_path) -> None:
    runner = RunnerFake({"rsync": CommandError("no", status=1)})
    bench = Bench(tmp_path, runner)
    with pytest.raises(CommandError):
        bench.run()
    (argv,) = runner.argvs
    assert argv[-2:] == (f"{bench.data}/", f"{bench.root}/")
    assert {word for word in argv if word.startswith("--exclude")} == {
        f"--exclude=/{name}"
        for name in (
            *("pg_log/*", "log/*", "pg_xlog/*", "pg_wal/*", "postmaster.pid"),
            *("recovery.conf", "recovery.signal", "standby.signal", "barman_wal"),
            *("tablespace_map", "global/pg_control", "pg_tblspc/16400", MARKER),
        )
    }
    assert not {"--delete", "--delete-excluded", "--ignore-missing-args"} & {*argv}


@pytest.mark.parametrize("fetch", [False, True])
def test_a_command_of_the_user(bench: Bench, fetch: bool) -> None:
    bench.run(fetch_wal=fetch, restore_command="mine %f")
    replaced = report.RestoreCommandReplaced("restore_command = 'mine %f'")
    ignored = report.RestoreCommandIgnored()
    assert (replaced in bench.reporter.reports) is fetch
    assert (ignored in bench.reporter.reports) is not fetch
