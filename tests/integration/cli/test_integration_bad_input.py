# SPDX-License-Identifier: MIT
"""Bad input of every kind ends in one clear line and the right status, no more.

The program runs for real; PostgreSQL is not needed for what is refused before it.
"""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.lab import Lab
    from tests.lab.barman import Barman, Outcome

pytestmark = pytest.mark.integration

BACKUP = "20260101T000000"
UNREACHABLE = "host=127.0.0.1 port=1 user=nobody dbname=postgres connect_timeout=2"


@pytest.fixture
def barman(lab: Lab) -> Barman:
    """A home with one server that nothing answers for."""
    made = lab.barman(log_level="INFO")
    made.section(
        "main",
        {
            "conninfo": UNREACHABLE,
            "ssh_command": "ssh -p 1 nobody@127.0.0.1",
            "archiver": "on",
            "backup_options": "concurrent_backup",
        },
    )
    return made


def tree(home: str) -> dict[str, object]:
    """Return every path below a home with what it holds; logs and locks aside."""
    found: dict[str, object] = {}
    for directory, _, names in os.walk(home):
        found[directory] = None
        for name in names:
            path = os.path.join(directory, name)
            if name.endswith((".log", ".lock")) or not stat.S_ISREG(
                os.lstat(path).st_mode
            ):
                continue
            with open(path, "rb") as file:
                found[path] = file.read()
    return found


def refused(outcome: Outcome, message: str, *, status: int = 1, lines: int = 2) -> None:
    """Assert one message, at most a hint with it, and nothing on the other stream."""
    said = outcome.stderr.strip().splitlines()
    assert outcome.status == status, outcome
    assert re.search(message, outcome.stderr), outcome
    assert len(said) <= lines, outcome
    assert all("Traceback" not in line for line in said), outcome
    assert outcome.stdout == "", outcome


COMMANDS = [
    ("list-backups nosuch", "^ERROR: Unknown server 'nosuch'$"),
    ("backup nosuch", "^ERROR: Unknown server 'nosuch'$"),
    ("show-backup main nosuch", "^ERROR: Unknown backup 'nosuch' for server 'main'$"),
    (["show-backup", "main", "../../x"], "^ERROR: Unknown backup '../../x'"),
    (f"show-backup main {BACKUP}", f"^ERROR: Unknown backup '{BACKUP}'"),
    ("delete main latest", "^ERROR: Unknown backup 'latest' for server 'main'$"),
    ("recover main latest /nonexistent/x", "^ERROR: Unknown backup 'latest'"),
    ("recover main auto /nonexistent/x", "^ERROR: Cannot find any candidate backup"),
    ("recover main latest host:/x", "^ERROR: The destination directory parameter"),
    (
        "recover main latest /x --target-xid 1 --target-immediate",
        "^ERROR: You cannot specify multiple targets",
    ),
    (
        "recover main latest /x --target-time 'Feb 30'",
        "^ERROR: Unable to parse the target time parameter",
    ),
    (
        "recover main latest /x --tablespace nonsense",
        "^ERROR: Invalid tablespace relocation rule 'nonsense'\nHINT: ",
    ),
    ("backup main", "^ERROR: Impossible to start the backup"),
    ("get-wal main 000000010000000000000001", "^ERROR: WAL file '0{7}10{15}1' not"),
    ("switch-wal main", "^ERROR: "),
    ("receive-wal main", "^ERROR: Unable to start receive-wal process"),
    ("receive-wal --stop main", "^ERROR: Termination of receive-wal failed"),
    ("keep main latest", "^ERROR: "),
    ("put-wal main", "^ERROR: "),
]


@pytest.mark.parametrize(("command", "message"), COMMANDS, ids=lambda c: str(c)[:40])
def test_a_refusal_is_one_line_and_changes_nothing(
    barman: Barman, command: str | list[str], message: str
) -> None:
    before = tree(barman.home)
    refused(barman.run(command), message)
    after = tree(barman.home)
    changed = {path: after[path] for path in after if path not in before}
    # A check before a backup makes the directories of the server, and nothing else.
    assert {path for path, content in changed.items() if content is not None} <= {
        f"{barman.home}/main/wals/main-xlog.db"
    }
    assert {path: after.get(path) for path in before} == before


USAGE = [
    "nonsense",
    "list-backups",
    "list-backups --nonsense main",
    "backup main --jobs none",
    "backup main --jobs 0",
    "backup main --name latest",
    "backup main --name 20260101T000000",
    "backup main --incremental latest",
    "recover main latest",
    "recover main latest /x --target-tli never",
    "recover main latest /x --remote-ssh-command ssh",
    "recover main latest /x --target-action dance",
    "receive-wal --reset main",
    "get-wal main 000000010000000000000001 --peek 0",
    "check main --check-timeout -1",
    "--format nagios check main",
]


@pytest.mark.parametrize("command", USAGE)
def test_usage_errors_end_with_2_and_say_how(barman: Barman, command: str) -> None:
    outcome = barman.run(command)
    assert outcome.status == 2, outcome
    assert outcome.stdout == ""
    assert outcome.stderr.startswith("usage: barman")
    assert re.search(r"^barman.*: error: .+$", outcome.stderr, re.MULTILINE)
    assert "Traceback" not in outcome.stderr


def test_a_name_that_is_no_wal_file_ends_with_3(barman: Barman) -> None:
    refused(
        barman.run("get-wal main nonsense"),
        "^ERROR: 'nonsense' is not a valid wal file name$",
        status=3,
    )


BROKEN = [
    ("no section here\n", "barman.conf"),
    ("[barman\n", "barman.conf"),
    ("[main]\nconninfo = x\n", "barman"),
    ("[barman]\nbarman_user = {user}\n", "barman_home"),
    ("[barman]\nbarman_home = {home}\nbarman_user = nosuchuser\n", "nosuchuser"),
    ("[barman]\nbarman_home = {home}\nbarman_user = {user}\n[../x]\n", r"\.\./x"),
    ("[barman]\nbarman_home = {home}\nbarman_user = {user}\n[all]\n", "all"),
    ("[barman]\nbarman_home = {home}\nbarman_user = {user}\nlog_format = %\n", "%"),
    ("\0\1\2", "barman.conf"),
]


@pytest.mark.parametrize(("text", "message"), BROKEN, ids=range(len(BROKEN)))
@pytest.mark.parametrize("command", ["list-servers", "cron", "check all"])
def test_a_broken_configuration_is_one_line(
    lab: Lab, barman: Barman, text: str, message: str, command: str
) -> None:
    filled = text.replace("{home}", barman.home).replace("{user}", lab.account.name)
    lab.account.write(barman.config, filled)
    outcome = barman.run(command)
    refused(outcome, message)
    assert not os.path.exists(os.path.join(os.path.dirname(barman.home), "x"))


def test_a_missing_configuration_names_the_file(barman: Barman) -> None:
    os.unlink(barman.config)
    refused(barman.run("list-servers"), re.escape(barman.config))


@pytest.mark.parametrize(
    "content",
    [b"nonsense\n", b"mode=postgres\nno_such_field=1\n", b"\xff\xfe=\0\n"],
    ids=["no field", "unknown field", "no text"],
)
def test_a_corrupt_backup_info_is_named_and_hides_no_other(
    lab: Lab, barman: Barman, content: bytes
) -> None:
    meta = lab.account.make_directory(f"{barman.home}/main")
    meta = lab.account.make_directory(f"{barman.home}/main/meta")
    good = f"{meta}/20260102T000000-backup.info"
    lab.account.write(good, "mode=postgres\nstatus=FAILED\n")
    bad = f"{meta}/{BACKUP}-backup.info"
    lab.account.write(bad, "")
    with open(bad, "wb") as file:
        file.write(content)
    outcome = barman.run("list-backups main")
    assert outcome.status == 1
    assert outcome.stdout == "main 20260102T000000 - F - FAILED\n"
    assert re.fullmatch(rf'ERROR: "{re.escape(bad)}".*\n(HINT: .*\n)?', outcome.stderr)
    # What may be deleted cannot be told while one backup is unknown.
    before = tree(barman.home)
    refused(barman.run("delete main 20260102T000000"), re.escape(bad))
    assert tree(barman.home) == before


def test_a_corrupt_wal_index_is_named_with_the_way_out(
    lab: Lab, barman: Barman
) -> None:
    lab.account.make_directory(f"{barman.home}/main")
    for name in ("meta", "wals", "base"):
        lab.account.make_directory(f"{barman.home}/main/{name}")
    lab.account.write(
        f"{barman.home}/main/meta/{BACKUP}-backup.info",
        "mode=postgres\nstatus=DONE\nbegin_wal=000000010000000000000002\n"
        "end_wal=000000010000000000000002\nbegin_xlog=0/2000028\n"
        "end_xlog=0/2000138\ntimeline=1\nsize=1\nversion=150004\n"
        "begin_time=2026-01-01 00:00:00+00:00\nend_time=2026-01-01 00:00:01+00:00\n",
    )
    index = f"{barman.home}/main/wals/main-xlog.db"
    lab.account.write(index, "not-a-wal-file\t16777216\t1.0\tNone\tNone\n")
    for command in ("list-backups main", f"show-backup main {BACKUP}"):
        outcome = barman.run(command)
        assert outcome.status == 1, outcome
        assert re.search("rebuild-xlogdb", outcome.stderr), outcome
        assert "Traceback" not in outcome.stderr
    barman.run("rebuild-xlogdb main").ok()
    barman.run("list-backups main").ok()


def test_json_errors_are_json(barman: Barman) -> None:
    outcome = barman.run("-f json list-backups nosuch main")
    assert outcome.status == 1
    assert outcome.json == {"_ERROR": ["Unknown server 'nosuch'"], "main": []}
    assert outcome.stderr == ""
