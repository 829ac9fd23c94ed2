# SPDX-License-Identifier: MIT
"""What messages say, word for word, and how grave they are."""

from __future__ import annotations

import pytest

import barman.render.words.check
import barman.render.words.processes
import barman.render.words.receiver
import barman.render.words.report
import barman.render.words.server
import barman.render.words.wal  # noqa: F401  registers words
from barman.render.by_type import by_type
from barman.render.words import text
from barman.report import check, processes, receiver, server, wal
from barman.report.report import Level, Message, Report

NAME = "000000010000000000000012"

SAID: tuple[tuple[Message, str], ...] = (
    # servers
    (server.ServerUnknown("x"), "Unknown server 'x'"),
    (server.ServerInactive("x"), "Inactive server: x"),
    (
        server.ServerSkipped("x", server.Skip.INACTIVE),
        "Skipping inactive server 'x'",
    ),
    (server.ServerSkipped("x", server.Skip.PASSIVE), "Skipping passive server 'x'"),
    (
        server.ServerSkipped("x", server.Skip.DISABLED),
        "Skipping temporarily disabled server 'x'",
    ),
    (
        server.ServerRefusedAsPassive("x", "switch-wal"),
        "'switch-wal' cannot be used on passive server 'x'",
    ),
    # processes and checks
    (processes.ProcessStopped("cron", 7), "Stopped process cron(7)"),
    (processes.ProcessNotStopped("cron", 7), "Cannot terminate process cron(7)"),
    (check.ConfigurationProblem("x", "no conninfo"), "\t\tno conninfo"),
    # archiving
    (
        wal.ArchivingStarted("pg", "streaming"),
        "Processing xlog segments from streaming for pg",
    ),
    (
        wal.ArchivingStarted("pg", "file archival", 10),
        "Processing xlog segments from file archival for pg (batch size: 10)",
    ),
    (wal.WalFileTaken(NAME), f"\t{NAME}"),
    (wal.QueueEmpty(), "\tno file found"),
    (
        wal.WalFileDuplicate("pg", NAME),
        f"\tError: {NAME} is already present in server pg."
        " File moved to errors directory.",
    ),
    (
        wal.WalFileRefused("pg", NAME, "it is short"),
        "it is short: file of server pg moved to errors directory",
    ),
    (
        wal.UnknownFilesFound("pg", ("a", "b")),
        "Some unknown objects have been found while processing xlog segments for pg."
        " Objects moved to errors directory:\n\ta\n\tb",
    ),
    (
        wal.ArchiverBusy("pg"),
        "Another archive-wal process is already running on server pg."
        " Skipping to the next server",
    ),
    (
        wal.ArchivingStopped("pg", NAME, "vetoed"),
        f"archiving of server pg stops before {NAME}: vetoed",
    ),
    # switching
    (
        wal.WalFileClosed("pg", NAME),
        f"The WAL file {NAME} has been closed on server 'pg'",
    ),
    (wal.NoSwitchRequired("pg"), "No switch required for server 'pg'"),
    (
        wal.NoSwitchOnStandby("pg"),
        "No switch performed because server 'pg' is a standby.",
    ),
    (
        wal.WaitingForWal("pg", NAME, 30),
        f"Waiting for the WAL file {NAME} from server 'pg' (max: 30 seconds)",
    ),
    (
        wal.WaitingForWal("pg", NAME, 0),
        f"Waiting for the WAL file {NAME} from server 'pg'",
    ),
    (
        wal.WaitingForWal("pg", None, 30),
        "Waiting for a WAL file from server 'pg' to be archived (max: 30 seconds)",
    ),
    (
        wal.WalNotReceived(NAME, 30),
        f"The WAL file {NAME} has not been received in 30 seconds",
    ),
    (wal.NoWalReceived(30), "A WAL file has not been received in 30 seconds"),
    # taking in and handing out
    (wal.PutReady("pg"), "Ready to accept WAL files for the server pg"),
    (wal.GetReady("pg"), "Ready to retrieve WAL files from the server pg"),
    (
        wal.WalFileSent("pg", NAME, "/d/x"),
        f"Sending WAL '{NAME}' for server 'pg' into '/d/x' file",
    ),
    (wal.WalFileListed(NAME), NAME),
    (wal.ChecksumLineIgnored("what"), "Bad checksum line 'what' ignored"),
    # the index
    (wal.RebuildStarted("rs"), "Rebuilding xlogdb for server rs"),
    (
        wal.RebuildDone("rs", 0, 2, 3),
        "Done rebuilding xlogdb for server rs"
        " (history: 0, backup_labels: 2, wal_file: 3)",
    ),
    (
        wal.WalFileMissing("pg", NAME, "gone"),
        f"Ignoring deletion of WAL file {NAME} for server pg: gone",
    ),
    # streaming
    (receiver.ReceiverStarted("pg"), "Starting receive-wal for server pg"),
    (receiver.ReceiverLine("pg", "starting"), "pg: starting"),
    (receiver.ReceiverInterrupted(), "SIGINT received. Terminate gracefully."),
    (
        receiver.PartialTruncated("/s/x", 5, 16),
        "Truncating partial file /s/x that has wrong size 5 while 16 was expected.",
    ),
    (
        receiver.SlotCreating("pg", "b"),
        "Creating physical replication slot 'b' on server 'pg'",
    ),
    (receiver.SlotCreated("b"), "Replication slot 'b' created"),
    (
        receiver.SlotKept("b"),
        "Replication slot 'b' already exists and --if-not-exists was specified."
        " Skipping creation",
    ),
    (receiver.SlotMadeForStreaming("b"), "Creating replication slot 'b'"),
    (
        receiver.SlotDropping("pg", "b"),
        "Dropping physical replication slot 'b' on server 'pg'",
    ),
    (receiver.SlotDropped("b"), "Replication slot 'b' dropped"),
)


@pytest.mark.parametrize(("message", "words"), SAID, ids=lambda x: type(x).__name__)
def test_a_message_says(message: Message, words: str) -> None:
    assert text(message) == words


def test_a_duplicate_is_told_with_both_checksums() -> None:
    said = text(wal.PutDuplicate("pg", NAME, "aa", "bb"))
    assert said.startswith("\tError: ")
    assert f"File {NAME} already exists on server pg with checksum aa" in said
    assert "incoming file isbb." in said


LEVELS = {
    Level.ERROR: {
        server.ServerUnknown,
        server.ServerInactive,
        server.ServerRefusedAsPassive,
        processes.ProcessNotStopped,
        wal.WalNotReceived,
    },
    Level.WARNING: {
        wal.WalFileRefused,
        wal.ArchivingStopped,
        wal.ChecksumLineIgnored,
        wal.WalFileMissing,
    },
}


@pytest.mark.parametrize("message", dict.fromkeys(type(m) for m, _ in SAID))
def test_a_message_is_information_unless_the_specification_makes_it_more(
    message: type[Message],
) -> None:
    wanted = next((x for x, kinds in LEVELS.items() if message in kinds), Level.INFO)
    assert message.level is wanted


def test_a_function_is_chosen_by_the_nearest_class() -> None:
    class Near(Message):
        pass

    class Nearer(Near):
        pass

    @by_type
    def say(report: Report, greeting: str) -> str:
        return f"{greeting}, whoever"

    @say.register(Near)
    def _near(report: Near, greeting: str) -> str:
        return f"{greeting}, near"

    assert say(Message(), "hello") == "hello, whoever"
    assert say(Near(), "hello") == "hello, near"
    assert say(Nearer(), "hello") == "hello, near"

    @say.register(Nearer)
    def _nearer(report: Nearer, greeting: str) -> str:
        return "nearer"

    assert say(Nearer(), "hello") == "nearer"
    assert say.dispatch(Near) is _near
