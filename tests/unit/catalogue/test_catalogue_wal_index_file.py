# SPDX-License-Identifier: MIT
from __future__ import annotations

import os
import stat

import pytest

from barman.catalogue import wal_index_file as index_file
from barman.catalogue.wal_entry import WalEntry
from barman.errors import FileError
from tests.fakes.catalogue import an_entry, put, read, segment_name

ENTRY = an_entry(3)
LINES = an_entry(1).render() + an_entry(2).render()


@pytest.fixture
def path(tmp_path):
    return f"{tmp_path}/wals/main-xlog.db"


def nothing_archived(name: str) -> None:
    return None


def archived(name: str) -> WalEntry | None:
    return WalEntry(name, 7, 1.5, "gzip") if name == ENTRY.name else None


def test_blocks_are_whole_lines(path, monkeypatch):
    content = b"".join(an_entry(number).render() for number in range(5000))
    put(path, content)
    blocks = list(index_file.read_blocks(path))
    assert len(blocks) > 2
    assert all(block.endswith(b"\n") for block in blocks)
    assert b"".join(blocks) == content


def test_a_missing_file_has_no_blocks(path):
    assert list(index_file.read_blocks(path)) == []


def test_a_directory_is_no_index(tmp_path):
    with pytest.raises(FileError, match="could not read"):
        list(index_file.read_blocks(f"{tmp_path}"))


def test_lines_are_appended(path):
    index_file.append(path, LINES)
    index_file.append(path, ENTRY.render())
    assert read(path) == LINES + ENTRY.render()


def test_inv_017_a_full_disk_leaves_no_half_line(path):
    """RLIMIT_FSIZE makes write(2) short first and fail then, as a full disk does."""
    put(path, LINES)
    script = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({len(LINES) + 10},) * 2)\n"
        "from barman.catalogue.wal_index_file import append\n"
        "from barman.errors import FileError\n"
        "try:\n"
        f"    append({path!r}, {ENTRY.render()!r})\n"
        "except FileError as error:\n"
        "    sys.exit(str(error))\n"
    )
    failed = _python(script)
    assert f'could not write "{path}": File too large' in failed
    assert read(path) == LINES


def _python(script: str) -> str:
    import subprocess
    import sys

    root = os.path.dirname(os.path.abspath(__file__)).split("/tests/")[0]
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True
    )
    return done.stderr


def test_replacing_keeps_the_mode_and_clears_what_a_crash_left(path, tmp_path):
    put(path, LINES)
    os.chmod(path, 0o640)
    put(f"{tmp_path}/wals/.main-xlog.db.123-abcd.tmp", "half")
    other = put(f"{tmp_path}/wals/.main-xlog.dbx.123-abcd.tmp", "not ours")
    index_file.replace(path, [ENTRY.render(), LINES])
    assert read(path) == ENTRY.render() + LINES
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o640
    assert sorted(os.listdir(f"{tmp_path}/wals")) == [
        os.path.basename(other),
        "main-xlog.db",
    ]


def test_a_whole_file_is_left_alone(path):
    put(path, LINES)
    before = os.stat(path)
    index_file.mend(path, archived)
    assert os.stat(path) == before
    index_file.mend(f"{path}.none", archived)
    assert not os.path.lexists(f"{path}.none")
    put(path, b"")
    index_file.mend(path, archived)
    assert read(path) == b""


@pytest.mark.parametrize("length", range(1, len(ENTRY.render())))
def test_inv_042_half_a_line_is_dropped_or_made_whole(path, length):
    put(path, LINES + ENTRY.render()[:length])
    index_file.mend(path, archived)
    name_is_whole = length > len(ENTRY.name)
    line_is_whole = length == len(ENTRY.render()) - 1
    expected = b""
    if line_is_whole:
        expected = ENTRY.render()
    elif name_is_whole:
        expected = WalEntry(ENTRY.name, 7, 1.5, "gzip").render()
    assert read(path) == LINES + expected


@pytest.mark.parametrize(
    "tail",
    [
        b"\0" * 10,
        b"\0" * 300_000,
        b"garbage\t",
        segment_name(4).encode() + b"\t12\t",
        b"x\t1\t1.0\tNone\tNone",
        b"\xff\xfe",
    ],
)
@pytest.mark.parametrize("before", [b"", LINES])
def test_what_no_archived_file_explains_is_dropped(path, before, tail):
    put(path, before + tail)
    index_file.mend(path, nothing_archived)
    assert read(path) == before
