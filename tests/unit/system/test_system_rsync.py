# SPDX-License-Identifier: MIT
"""rsync's command lines and what it says."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from barman.errors import DataError
from barman.system.command import Command
from barman.system.rsync import RsyncOptions, RsyncShell, rsync_command
from barman.system.rsync_output import (
    Change,
    CopyOutcome,
    ListedFile,
    judge_copy,
    parse_change,
    parse_listing,
)

SHELL = RsyncShell(("ssh", "-i", "/a key's", "pg@db"))
CLOSING = (
    "rsync error: some files/attrs were not transferred (see previous errors) "
    "(code 23) at main.c(1865) [sender=3.5.0]"
)


def test_a_backup_over_ssh():
    options = RsyncOptions(
        shell=SHELL,
        remote_source=True,
        network_compression=True,
        excludes=("/pg_wal/*",),
        protects=("/pg_tblspc/16400",),
        files=("a", "b\nc"),
        link_dest="/previous",
        itemize=True,
        checksum=True,
        bwlimit=100,
    )
    assert rsync_command(["/data/"], "/backup/", options) == Command(
        (
            *("rsync", "-e", "ssh -i '/a key''s' pg@db", "-z"),
            *("--exclude=/pg_wal/*", "--exclude=/pg_tblspc/16400"),
            *("--filter=P /pg_tblspc/16400", "-LKpts", "--delete-excluded"),
            *("--link-dest=/previous", "--ignore-missing-args"),
            *("--itemize-changes", "--itemize-changes", "--checksum"),
            *("--bwlimit=100", "--from0", "--files-from=-", "--"),
            *(" :/data/", "/backup/"),
        ),
        accept=frozenset((0, 23, 24)),
        stdin=b"a\0b\nc\0",
    )


def test_a_file_that_an_older_backup_shares_is_never_written_in_place():
    """A second try would else write through the hard link into the older backup."""
    made = {
        reuse: "--inplace" in rsync_command(["/s"], "/t", options).argv
        for reuse, options in (
            ("link", RsyncOptions(link_dest="/p")),
            ("copy", RsyncOptions(copy_dest="/p")),
            ("off", RsyncOptions()),
        )
    }
    assert made == {"link": False, "copy": True, "off": True}


def test_a_local_copy_takes_no_colon_for_a_host():
    command = rsync_command(["a:b"], "/t", RsyncOptions(shell=SHELL, files_from="/l"))
    assert command.argv == (
        *("rsync", "-rLKpts", "--delete-excluded", "--inplace"),
        *("--ignore-missing-args", "--files-from=/l", "--", "./a:b", "/t"),
    )


@pytest.mark.parametrize(
    ("status", "lines", "outcome"),
    [
        (0, [], CopyOutcome.DONE),
        (24, ["anything"], CopyOutcome.DONE),
        (23, ['file has vanished: "/data/base/1/2"', CLOSING], CopyOutcome.DONE),
        (23, ['rsync: [sender] file has vanished: "/x"', CLOSING], CopyOutcome.DONE),
        (
            23,
            ['rsync: [sender] read errors mapping "/x": No data available (61)'],
            CopyOutcome.DONE,
        ),
        (23, [], CopyOutcome.FAILED),
        (
            23,
            [
                'file has vanished: "/x"',
                'rsync: [sender] send_files failed to open "/y": Permission denied',
                CLOSING,
            ],
            CopyOutcome.FAILED,
        ),
        (
            23,
            ['rsync: [sender] link_stat "/data" failed: No such file or directory (2)'],
            CopyOutcome.FAILED,
        ),
        (
            23,
            ["ERROR: x failed verification -- update discarded.", CLOSING],
            CopyOutcome.FAILED,
        ),
        (12, [], CopyOutcome.RETRY),
        (255, [], CopyOutcome.RETRY),
    ],
)
def test_inv_006_tolerated_errors_are_a_closed_list(status, lines, outcome):
    assert judge_copy(status, lines) is outcome


def test_a_listing():
    output = (
        b"drwx------          4,096 2026/01/31 23:59:58 .\n"
        b"-rw-------           8192 2026/01/31 23:59:59 base/a  b\\#012c\n"
        b"lrwxrwxrwx              3 2026/01/31 23:59:59 l -> x/y\n"
    )
    moment = datetime(2026, 1, 31, 23, 59, 59, tzinfo=timezone.utc)
    assert list(parse_listing(output)) == [
        ListedFile("drwx------", 4096, moment.replace(second=58), "."),
        ListedFile("-rw-------", 8192, moment, "base/a  b\nc"),
        ListedFile("lrwxrwxrwx", 3, moment, "l"),
    ]
    with pytest.raises(DataError, match="Permission denied"):
        list(parse_listing(b"Permission denied\n"))


def test_changes():
    assert parse_change(">f+++++++++ base/1") == Change("base/1", is_transferred=True)
    assert parse_change(".d..t...... ./") == Change("./")
    assert parse_change("*deleting   old") == Change("old", is_deleted=True)
    assert parse_change("sent 1 bytes") is None
