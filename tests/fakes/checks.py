# SPDX-License-Identifier: MIT
"""A server to be checked: its catalogue on disk, PostgreSQL and hosts in memory."""

from __future__ import annotations

from barman.errors import PostgresError
from barman.model.segment import SegmentSize
from barman.postgres.programs import Programs
from barman.report.check import CheckDone
from barman.system.command import Completed
from barman.upkeep.check import Checks
from barman.upkeep.check_subject import CheckTools
from barman.upkeep.check_table import CHECKS
from tests.fakes.host import HostFake
from tests.fakes.postgres import PostgresSessionFake, ReplicationSessionFake
from tests.fakes.runner import RunnerFake
from tests.fakes.upkeep import Yard

DOWN = PostgresError("could not connect to PostgreSQL: no route to host")
SETTINGS = {
    "wal_level": "replica",
    "archive_mode": "on",
    "archive_command": "cp %p /there/%f",
    "data_directory": "/pgdata",
}


class ArchiverFake:
    """Archives nothing; `acts` are done at each run, one after the other."""

    def __init__(self) -> None:
        self.acts: list = []
        self.runs = 0

    def archive(self, *, quiet: bool = False) -> tuple[str, ...]:
        self.runs += 1
        if self.acts:
            self.acts.pop(0)()
        return ()


class Checked(Yard):
    """Everything is well unless a test changes it; None as a session is one down."""

    def __init__(self, home, **options: str) -> None:
        super().__init__(home, **options)
        self.postgres: PostgresSessionFake | None = PostgresSessionFake(
            all_settings=dict(SETTINGS), segment_size=SegmentSize()
        )
        self.streaming: ReplicationSessionFake | None = ReplicationSessionFake()
        self.wal_postgres = self.postgres
        self.wal_streaming = self.streaming
        self.primary: PostgresSessionFake | None = None
        self.host = HostFake({"/pgdata/PG_VERSION": b"15\n"}, label="pg")
        self.programs = RunnerFake(
            {
                name: Completed(0, f"{name} (PostgreSQL) 15.4\n".encode())
                for name in ("pg_basebackup", "pg_receivewal")
            },
            programs={
                name: f"/bin/{name}" for name in ("pg_basebackup", "pg_receivewal")
            },
        )
        self.archiver = ArchiverFake()
        self.abandoned = 0
        self.checks = CHECKS
        self.archive(1, 1)

    def the_checks(self) -> Checks:
        return Checks(
            config=self.config,
            tools=CheckTools(
                layout=self.layout,
                catalogue=self.catalogue,
                index=self.index,
                locks=self.locks,
                clock=self.clock,
                programs=Programs(self.programs),
                archiver=lambda: self.archiver,
                postgres=lambda: _up(self.postgres),
                streaming=lambda: _up(self.streaming),
                wal_postgres=lambda: _up(self.wal_postgres),
                wal_streaming=lambda: _up(self.wal_streaming),
                primary_postgres=lambda: self.primary,
                host=lambda: self.host,
                primary_host=lambda: self.host,
                environ={},
            ),
            reporter=self.reporter,
            abandon=self._abandon,
            checks=self.checks,
        )

    def check(
        self, *, timeout: int | None = None
    ) -> dict[str, tuple[bool, str | None]]:
        """Make the checks; return what each line says."""
        self.reporter.reports.clear()
        self.the_checks().run(timeout=timeout)
        done = [r for r in self.reporter.reports if isinstance(r, CheckDone)]
        return {each.label: (each.ok, each.hint) for each in done}

    def failures(self, **options) -> dict[str, str | None]:
        """Make the checks; return the hints of those that failed."""
        found = self.check(**options)
        return {label: hint for label, (ok, hint) in found.items() if not ok}

    def _abandon(self) -> None:
        self.abandoned += 1


def _up(session):
    if session is None:
        raise DOWN
    return session
