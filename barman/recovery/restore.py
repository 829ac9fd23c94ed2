# SPDX-License-Identifier: MIT
"""Carries out a recovery plan on this host, step by step.

Whatever the last step was that came to pass, PostgreSQL cannot start what is not
complete, because the control file comes last; and the same restore can be run again,
because the directories are marked until then (`destination.py`).
"""

from __future__ import annotations

import os

from barman.hooks.variables import HookedRecovery, HookEvent
from barman.recovery.configuration import configure
from barman.recovery.destination import CONTROL_FILE, Destination
from barman.recovery.places import check_places
from barman.recovery.request import SETTINGS_FILE
from barman.recovery.settings import WalDelivery
from barman.report import recovery as report
from barman.system.files import (
    file_error,
    fsync_directory,
    fsync_tree,
    make_directory,
    rename_durably,
    write_atomically,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime

    from barman.catalogue.layout import Layout
    from barman.hooks.script import Hooks
    from barman.hooks.variables import HookedBackup
    from barman.recovery.base_copy import BaseCopy
    from barman.recovery.configuration import Findings
    from barman.recovery.plan import RecoveryPlan
    from barman.recovery.wal_copy import WalCopy
    from barman.report.report import Reporter
    from barman.system.clock import Clock

INFO = ".barman-recover.info"


class Restore:
    """Restores plain backups of one server on this host."""

    def __init__(
        self,
        *,
        layout: Layout,
        base: BaseCopy,
        wal: WalCopy,
        hooks: Hooks,
        clock: Clock,
        reporter: Reporter,
    ) -> None:
        self._layout = layout
        self._base = base
        self._wal = wal
        self._hooks = hooks
        self._clock = clock
        self._tell = reporter.tell

    def run(self, plan: RecoveryPlan, backup: HookedBackup) -> None:
        """Do what the plan says, between the hooks; tell the result."""
        began = self._clock.now()
        check_places(plan, self._layout)
        control_file = self._read_control_file(plan)
        destination = Destination(plan, control_file=control_file)
        destination.check()
        hooked = _hooked(plan, backup)
        self._hooks.run_pre(HookEvent.RECOVERY, hooked)
        with destination.claimed() as resumed:
            self._tell_begin(plan, resumed=resumed)
            destination.clear()
            self._copy_base(plan, backup.info_path)
            self._copy_wal(plan)
            findings = self._configure(plan)
            self._complete(plan, control_file)
            destination.release()
        self._hooks.run_post(HookEvent.RECOVERY, hooked)
        if plan.is_incomplete:
            self._tell(report.RestoredBackupIncomplete())
        seconds = (self._clock.now() - began).total_seconds()
        self._tell(_done(plan, findings, began=began, seconds=seconds))

    def _copy_base(self, plan: RecoveryPlan, info_path: str) -> None:
        root = plan.request.destination
        self._tell(report.BaseCopying())
        for each in plan.tablespaces:
            self._tell(report.TablespaceCopying(each))
        self._base.run(plan)
        links = f"{root}/pg_tblspc"
        make_directory(links, mode=0o700)
        for each in plan.tablespaces:
            _link(each.location, f"{links}/{each.oid}")
        manifest = f"{root}/backup_manifest"
        if os.path.lexists(manifest):
            rename_durably(manifest, f"{manifest}.{plan.backup.id}")
        write_atomically(f"{root}/{INFO}", _read(info_path), mode=0o600)

    def _copy_wal(self, plan: RecoveryPlan) -> None:
        """Copy WAL to where PostgreSQL looks for it, marked as archived already."""
        status = f"{plan.own_wal_directory}/archive_status"
        make_directory(status, mode=0o700)
        if plan.supply.delivery is WalDelivery.FETCHED:
            for gap in plan.gaps:
                self._tell(report.WalGapAhead(str(gap)))
            return
        self._tell(report.WalCopying())
        self._wal.run(plan.wal, plan.wal_directory, plan.backup.segment_size)
        if plan.supply.delivery is WalDelivery.IN_PLACE:
            self._tell(report.StatusFilesWriting())
            for name in plan.wal:
                _touch(f"{status}/{name}.done")
            fsync_directory(status)

    def _complete(self, plan: RecoveryPlan, control_file: bytes) -> None:
        """Make everything durable; then, and only then, make it startable."""
        root = plan.request.destination
        for each in plan.tablespaces:
            fsync_tree(os.path.realpath(each.location))
        # The place itself may be a link; below it there are none to follow.
        fsync_tree(os.path.realpath(root))
        write_atomically(f"{root}/{CONTROL_FILE}", control_file, mode=0o600)

    def _read_control_file(self, plan: RecoveryPlan) -> bytes:
        data = self._layout.data_directory(plan.backup.id)
        # Without its label PostgreSQL would take the copy for a crashed cluster, start
        # it from the wrong place, and serve damaged data.
        _read(f"{data}/backup_label")
        return _read(f"{data}/{CONTROL_FILE}")

    def _tell_begin(self, plan: RecoveryPlan, *, resumed: bool) -> None:
        request = plan.request
        self._tell(
            report.RestoreStarting(
                server_name=self._layout.server_name,
                backup_id=plan.backup.id,
                destination=request.destination,
            )
        )
        if resumed:
            self._tell(report.RestoreResumed(request.destination))
        if request.target.is_point_in_time:
            self._tell(report.TargetAimedAt(request.target))
        if plan.is_incomplete:
            self._tell(report.BackupAwaitsWal())
        if request.restore_command and not request.fetch_wal:
            self._tell(report.RestoreCommandIgnored())

    def _configure(self, plan: RecoveryPlan) -> Findings:
        if plan.settings is not None:
            self._tell(report.SettingsWriting())
            if plan.request.restore_command and plan.request.fetch_wal:
                self._tell(report.RestoreCommandReplaced(plan.settings.lines[0]))
        self._tell(report.DangerLookedFor())
        return configure(plan.request.destination, plan.settings)


def _done(
    plan: RecoveryPlan, findings: Findings, *, began: datetime, seconds: float
) -> report.RestoreDone:
    fetches = plan.supply.delivery is WalDelivery.FETCHED
    return report.RestoreDone(
        changes=findings.changes,
        warnings=findings.warnings,
        missing_files=findings.missing_files,
        settings_file=plan.settings.file_name if fetches and plan.settings else None,
        began=began,
        seconds=seconds,
    )


def _hooked(plan: RecoveryPlan, backup: HookedBackup) -> dict[str, str]:
    request = plan.request
    target = request.target
    options: dict[str, object] = {
        "target_tli": target.timeline,
        "exclusive": target.exclusive,
        "target_action": target.action,
        "standby_mode": request.standby,
        "custom_restore_command": request.restore_command,
    }
    if target.kind is not None:
        options[f"target_{target.kind.value}"] = target.text or True
    if request.settings_file != SETTINGS_FILE:
        options["recovery_conf_filename"] = request.settings_file
    return HookedRecovery(
        backup=backup,
        destination=request.destination,
        tablespaces=dict(request.relocations),
        remote_command=None,
        options=options,
    ).variables()


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise file_error("read", path, error) from error


def _link(target: str, path: str) -> None:
    """Make a link, in place of one that was copied."""
    try:
        if os.path.islink(path):
            os.unlink(path)
        elif os.path.isdir(path):
            os.rmdir(path)
        os.symlink(target, path)
    except OSError as error:
        raise file_error("create link", path, error) from error


def _touch(path: str) -> None:
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    except OSError as error:
        raise file_error("create", path, error) from error
