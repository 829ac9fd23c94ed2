# SPDX-License-Identifier: MIT
"""receive-wal: what must be right before it starts, and what it runs."""

from __future__ import annotations

import os
from types import SimpleNamespace

import pytest

from barman.errors import ConfigError, PostgresError, RefusedError
from barman.model.postgres_version import PostgresVersion
from barman.model.segment import SegmentSize
from barman.postgres.programs import Program
from barman.postgres.replication import (
    NoFreeSlotError,
    SlotExistsError,
    SlotInUseError,
    SlotMissingError,
)
from barman.report.receiver import (
    PartialTruncated,
    ReceiverInterrupted,
    ReceiverLine,
    ReceiverStarted,
    SlotCreating,
    SlotDropping,
    SlotKept,
    SlotMadeForStreaming,
)
from barman.system.command import Completed
from barman.wal.receiver import WalReceiver
from barman.wal.slots import Slots
from tests.fakes.reporter import ReporterFake
from tests.fakes.wal import Archive

VERSION = PostgresVersion(180000)


class StreamingFake:
    """A replication session whose slot commands fail as told."""

    version = VERSION

    def __init__(self, failure: Exception | None = None, systemid: str = "1") -> None:
        self.failure, self.systemid = failure, systemid
        self.made: list[str] = []

    def identify(self):
        if self.failure:
            raise self.failure
        return SimpleNamespace(systemid=self.systemid)

    def create_slot(self, name: str) -> None:
        if self.failure:
            raise self.failure
        self.made.append(name)

    drop_slot = create_slot

    def close(self) -> None:
        pass


class SessionFake:
    segment_size = SegmentSize()

    def __init__(self, slot=None, standbys: str = "") -> None:
        self.found, self.standbys = slot, standbys

    def slot(self, name: str):
        return self.found

    def settings(self, *names: str) -> dict[str, str]:
        return dict.fromkeys(names, self.standbys)

    def close(self) -> None:
        pass


class RunnerFake:
    def __init__(self, end: BaseException | None = None) -> None:
        self.end, self.argv = end, ()

    def run(self, command, *, on_stdout=None, on_stderr=None) -> Completed:
        self.argv = command.argv
        on_stderr("starting log streaming")
        if self.end:
            raise self.end
        return Completed(0)


IDLE = SimpleNamespace(active=False)


def receiver(tmp_path, **parts) -> tuple[WalReceiver, Archive, RunnerFake]:
    options = {
        "archiver": "off",
        "streaming_archiver": "on",
        "streaming_conninfo": "host=pg user=s",
        "slot_name": "barman",
    } | parts.pop("options", {})
    archive = Archive(tmp_path, **options)
    runner = parts.get("runner") or RunnerFake()
    program = Program("/bin/pg_receivewal", VERSION)
    made = WalReceiver(
        config=archive.config,
        layout=archive.layout,
        locks=archive.locks,
        session=parts.get("session") or SessionFake(IDLE),
        streaming=parts.get("streaming") or StreamingFake(),
        conninfo=archive.config.streaming_conninfo,
        programs=SimpleNamespace(get=lambda name, for_version: program),
        runner=runner,
        reporter=archive.reporter,
        systemid=parts.get("systemid"),
    )
    return made, archive, runner


def test_the_program_runs_and_is_echoed(tmp_path) -> None:
    made, archive, runner = receiver(tmp_path)
    made.receive()
    assert runner.argv == (
        "/bin/pg_receivewal",
        "--dbname=dbname=replication host=pg options=-cdatestyle=iso"
        " replication=true user=s application_name=barman_receive_wal",
        "--verbose",
        "--no-loop",
        "--no-password",
        f"--directory={archive.layout.streaming}",
        "--slot=barman",
    )
    assert archive.reporter.reports == [
        ReceiverStarted("main"),
        ReceiverLine("main", "starting log streaming"),
    ]


def test_it_streams_synchronously_when_the_server_names_it(tmp_path) -> None:
    session = SessionFake(IDLE, standbys="ANY 1 (Barman_Receive_Wal)")
    made, _, runner = receiver(tmp_path, session=session)
    made.receive()
    assert runner.argv[-1] == "--synchronous"


def test_an_interruption_is_the_right_end(tmp_path) -> None:
    made, archive, _ = receiver(tmp_path, runner=RunnerFake(KeyboardInterrupt()))
    made.receive()
    assert archive.reporter.reports[-1] == ReceiverInterrupted()
    with (
        archive.locks.receive_wal(),
        pytest.raises(RefusedError, match="Another receive-wal process"),
    ):
        made.receive()


@pytest.mark.parametrize(
    ("parts", "error", "message"),
    [
        (
            {"options": {"archiver": "on", "streaming_archiver": "off"}},
            RefusedError,
            "Unable to start receive-wal process: streaming_archiver option set to"
            " 'off' in barman configuration file",
        ),
        (
            {"streaming": StreamingFake(PostgresError("no route"))},
            PostgresError,
            "Impossible to start WAL streaming. Check the log for more details, or run"
            " 'barman check main'",
        ),
        (
            {"session": SessionFake(None)},
            PostgresError,
            "ArchiverFailure:replication slot 'barman' doesn't exist. Please execute"
            " 'barman receive-wal --create-slot main'",
        ),
        (
            {"session": SessionFake(SimpleNamespace(active=True))},
            PostgresError,
            "ArchiverFailure:replication slot 'barman' is already in use",
        ),
        (
            {"systemid": "2"},
            RefusedError,
            "server 'main' is another cluster now: its system identifier is 1, that of"
            " the archive is 2",
        ),
    ],
)
def test_inv_039_what_is_not_right_stops_it(tmp_path, parts, error, message) -> None:
    made, _, runner = receiver(tmp_path, **parts)
    with pytest.raises(error) as caught:
        made.receive()
    assert str(caught.value) == message
    assert runner.argv == ()


def test_it_makes_its_slot_when_it_may(tmp_path) -> None:
    streaming = StreamingFake()
    made, archive, _ = receiver(
        tmp_path,
        options={"create_slot": "auto"},
        session=SessionFake(None),
        streaming=streaming,
    )
    made.receive()
    assert streaming.made == ["barman"]
    assert archive.reporter.reports[0] == SlotMadeForStreaming("barman")


@pytest.mark.parametrize(
    ("size", "emptied"), [(0, False), (16 << 20, False), (5, True)]
)
def test_inv_059_only_a_partial_of_an_impossible_size_is_emptied(
    tmp_path, size, emptied
) -> None:
    made, archive, _ = receiver(tmp_path)
    path = archive.deliver(f"{'0' * 24}.partial", b"", where="streaming")
    os.truncate(path, size)
    made.receive()
    assert os.path.getsize(path) == (0 if emptied else size)
    told = PartialTruncated(path, size, 16 << 20) in archive.reporter.reports
    assert told == emptied


def slots(failure: Exception | None = None, name: str | None = "b"):
    reporter = ReporterFake()
    made = Slots(
        server_name="main",
        slot_name=name,
        session=StreamingFake(failure),
        reporter=reporter,
    )
    return made, reporter


def test_slots_that_cannot_be_made_or_removed() -> None:
    exists = SlotExistsError("Replication slot 'b' already exists")
    with pytest.raises(PostgresError, match="'b' already exists"):
        slots(exists)[0].create()
    made, reporter = slots(exists)
    made.create(if_not_exists=True)
    assert reporter.reports == [SlotCreating("main", "b"), SlotKept("b")]
    with pytest.raises(PostgresError, match="All replication slots for server 'main'"):
        slots(NoFreeSlotError("x"))[0].create()
    with pytest.raises(PostgresError, match="'b' does not exist"):
        slots(SlotMissingError("x"))[0].drop()
    made, reporter = slots(SlotInUseError("x"))
    with pytest.raises(RefusedError, match="because it is in use"):
        made.drop()
    assert reporter.reports == [SlotDropping("main", "b")]
    with pytest.raises(ConfigError, match="'slot_name' is not set"):
        slots(name=None)[0].create()
