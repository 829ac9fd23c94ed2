# SPDX-License-Identifier: MIT
from __future__ import annotations

import pytest

from barman.catalogue.wal_entry import InvalidWalEntry, WalEntry
from barman.model.wal_file import WalFile

NAME = "000000010000000000000003"


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        (
            f"{NAME}\t16777216\t1795366436.374838\tNone\tNone\n",
            WalEntry(NAME, 16777216, 1795366436.374838),
        ),
        (
            f"{NAME}.00000028.backup\t347\t1795366436.3837137\tNone\tNone\n",
            WalEntry(f"{NAME}.00000028.backup", 347, 1795366436.3837137),
        ),
        (
            f"{NAME}\t1017\t1795366972.4628572\tzstd\tgpg\n",
            WalEntry(NAME, 1017, 1795366972.4628572, "zstd", "gpg"),
        ),
        (
            "00000002.history\t49\t1795366907.0\tgzip\tNone\n",
            WalEntry("00000002.history", 49, 1795366907.0, "gzip"),
        ),
        (
            f"{NAME}.partial\t45\t1795366908.466855\tcustom\tNone\n",
            WalEntry(f"{NAME}.partial", 45, 1795366908.466855, "custom"),
        ),
    ],
)
def test_a_line_is_read_and_written_to_the_letter(line, entry):
    assert WalEntry.parse(line.encode()) == entry
    assert entry.render() == line.encode()
    assert entry.file == WalFile(entry.name)


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        (f"{NAME} 7 12", WalEntry(NAME, 7, 12.0)),
        (f"{NAME}\t7\t1e9\tgzip", WalEntry(NAME, 7, 1e9, "gzip")),
        (f"  {NAME}   7\t1.5  None\tgpg ", WalEntry(NAME, 7, 1.5, None, "gpg")),
    ],
)
def test_old_lines_and_any_blanks_are_read(line, entry):
    assert WalEntry.parse(line.encode()) == entry


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"", "0 columns instead of 5"),
        (NAME.encode() + b"\t1", "2 columns instead of 5"),
        (NAME.encode() + b"\t1\t1\tNone\tNone\tNone", "6 columns instead of 5"),
        (b"nonsense\t1\t1.0", "'nonsense' is not a valid wal file name"),
        (b"\xff\xfe\t1\t1.0", r"'\xff\xfe' is not a valid wal file name"),
        (NAME.encode() + b"\t-1\t1.0", "'-1' is not a size"),
        (NAME.encode() + b"\t1.5\t1.0", "'1.5' is not a size"),
        (NAME.encode() + b"\t1\tnan", "'nan' is not a time"),
        (NAME.encode() + b"\t1\tnoon", "'noon' is not a time"),
    ],
)
def test_anything_else_is_refused(line, reason):
    with pytest.raises(InvalidWalEntry) as caught:
        WalEntry.parse(line)
    assert str(caught.value) == reason
