# SPDX-License-Identifier: MIT
"""The files of a backup, put where the restored cluster will be.

`global/pg_control` is left out: it is put in place when all the rest is there.  So is
what would make the cluster something else than was asked for: signal files of a backup
taken on a standby, and WAL that an earlier recovery had put aside.
"""

from __future__ import annotations

import os

from barman.errors import CommandError
from barman.recovery.destination import CONTROL_FILE, MARKER
from barman.report.report import Progress
from barman.system.files import file_error
from barman.system.rsync import RsyncOptions, rsync_command
from barman.system.rsync_output import parse_change

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from barman.catalogue.layout import Layout
    from barman.model.backup import Backup
    from barman.recovery.plan import RecoveryPlan
    from barman.report.report import Reporter
    from barman.system.command import CommandRunner

_LEFT_OUT = (
    "/pg_log/*",
    "/log/*",
    "/pg_xlog/*",
    "/pg_wal/*",
    "/postmaster.pid",
    "/recovery.conf",
    "/recovery.signal",
    "/standby.signal",
    "/barman_wal",
    "/tablespace_map",
    f"/{CONTROL_FILE}",
)


class BaseCopy:
    """Copies data directory and tablespaces of a plain backup on this host."""

    def __init__(
        self,
        *,
        layout: Layout,
        runner: CommandRunner,
        reporter: Reporter,
        bandwidth_limit: int | None,
    ) -> None:
        self._layout = layout
        self._runner = runner
        self._reporter = reporter
        self._limit = bandwidth_limit
        self._bytes = 0

    def run(self, plan: RecoveryPlan) -> None:
        """Copy everything but the control file; raise `CommandError`."""
        backup, root = plan.backup, plan.request.destination
        links = (f"/pg_tblspc/{each.oid}" for each in plan.tablespaces)
        data = self._layout.data_directory(backup.id)
        self._copy(plan, data, root, (*_LEFT_OUT, *links))
        for each in plan.tablespaces:
            source = self._layout.tablespace_directory(backup.id, each.oid)
            self._copy(plan, source, each.location, ())
        for place in (root, *(each.location for each in plan.tablespaces)):
            _close_to_others(place, backup)

    def _copy(
        self,
        plan: RecoveryPlan,
        source: str,
        destination: str,
        excludes: tuple[str, ...],
    ) -> None:
        command = rsync_command(
            [source.rstrip("/") + "/"],
            destination.rstrip("/") + "/",
            RsyncOptions(
                excludes=(*excludes, f"/{MARKER}"),
                delete_excluded=False,
                ignore_missing=False,
                itemize=True,
                bwlimit=self._limit,
            ),
        )
        errors: list[str] = []
        try:
            status = self._runner.run(
                command, on_stdout=self._counter(plan, source), on_stderr=errors.append
            ).status
        except CommandError as error:
            if error.status is None or not errors:
                raise
            status = error.status
        # Nothing vanishes from a backup: what is not there is an error.
        if status:
            raise CommandError(
                f"Failure copying base backup: {source}: {_reason(status, errors)}",
                status=status,
                stderr="\n".join(errors),
            )

    def _counter(self, plan: RecoveryPlan, source: str) -> Callable[[str], None]:
        def count(line: str) -> None:
            change = parse_change(line)
            if change is None or not change.is_transferred:
                return
            path = os.path.join(source, change.path)
            self._bytes += os.path.getsize(path) if os.path.isfile(path) else 0
            self._reporter.tell(
                Progress(
                    work="copying the base backup",
                    done_bytes=self._bytes,
                    total_bytes=plan.backup.size,
                    item=change.path,
                )
            )

        return count


def _close_to_others(place: str, backup: Backup) -> None:
    """Take away rights with which PostgreSQL refuses to start (checkDataDir)."""
    allowed = 0o750 if backup.version and backup.version.at_least(11) else 0o700
    try:
        mode = os.stat(place).st_mode & 0o7777
        if mode & ~allowed:
            os.chmod(place, mode & allowed)
    except OSError as error:
        raise file_error("set the permissions of", place, error) from error


def _reason(status: int, errors: list[str]) -> str:
    """Return the line that tells why; rsync's other processes only miss their peer."""
    causes = [
        line
        for line in errors
        if line.strip() and "Broken pipe" not in line and "rsync error:" not in line
    ]
    return (causes or errors or [f"rsync ended with status {status}"])[0]
