# SPDX-License-Identifier: MIT
"""Directories are claimed, and nothing that is not ours is touched."""

from __future__ import annotations

import os
import stat
from typing import Any

import pytest

from barman.errors import BusyError, FileError, RefusedError
from barman.model.backup import Tablespace
from barman.recovery.destination import MARKER, Destination
from tests.fakes.catalogue import put, read
from tests.unit.recovery.plans import backup, plan

CONTROL = b"control"


def destination(tmp_path: Any, root: str = "pg", **wanted: Any) -> Destination:
    of = backup(tablespaces=(Tablespace("one", 16400, f"{tmp_path}/ts"),))
    made = plan(of, destination=f"{tmp_path}/{root}", **wanted)
    return Destination(made, control_file=CONTROL)


def tree(path: Any) -> dict[str, bytes | None]:
    """Return files with contents, and directories."""
    found: dict[str, bytes | None] = {}
    for top, directories, files in os.walk(path):
        base = os.path.relpath(top, path)
        found.update({os.path.normpath(f"{base}/{d}"): None for d in directories})
        found.update(
            {os.path.normpath(f"{base}/{f}"): read(f"{top}/{f}") for f in files}
        )
    return found


def test_a_restore_from_beginning_to_end(tmp_path) -> None:
    made = destination(tmp_path)
    made.check()
    with made.claimed() as left:
        assert not left
        made.clear()
        for place in ("pg", "ts"):
            assert os.listdir(tmp_path / place) == [MARKER]
            assert stat.S_IMODE(os.stat(tmp_path / place).st_mode) == 0o700
        put(f"{tmp_path}/pg/PG_VERSION", "15")
        made.release()
    assert tree(tmp_path) == {"pg": None, "ts": None, "pg/PG_VERSION": b"15"}


@pytest.mark.parametrize("place", ["pg", "ts", "wal"])
def test_inv_083_foreign_files_are_refused_and_stay(tmp_path, place: str) -> None:
    put(f"{tmp_path}/{place}/mine", "precious")
    before = tree(tmp_path)
    made = destination(tmp_path, staging_wal_directory=f"{tmp_path}/wal")
    with pytest.raises(RefusedError) as caught:
        made.check()
    assert tree(tmp_path) == before
    assert (
        caught.value.message
        == {
            "pg": "The restore operation cannot proceed because the destination folder"
            f" '{tmp_path}/pg' is not empty. To prevent accidental data loss, the"
            " destination must be empty. Please choose a different location or manually"
            " empty the folder.",
            "ts": "The restore operation cannot proceed. The destination path"
            f" '{tmp_path}/ts' for the tablespace 'one' is not empty. To prevent"
            " accidental data loss, the tablespace destination must be empty. Please"
            " choose a different location or manually empty the folder.",
            "wal": f"the directory '{tmp_path}/wal' for WAL files is not empty",
        }[place]
    )


def test_inv_083_what_a_hook_puts_there_meanwhile_stays(tmp_path) -> None:
    made = destination(tmp_path)
    made.check()
    put(f"{tmp_path}/pg/mine", "precious")
    with pytest.raises(RefusedError), made.claimed():
        pytest.fail("claimed what is not empty")
    assert tree(tmp_path) == {"pg": None, "pg/mine": b"precious"}


def test_inv_090_a_broken_restore_is_begun_anew(tmp_path) -> None:
    with destination(tmp_path).claimed():
        put(f"{tmp_path}/pg/base/1/1", "half")
        put(f"{tmp_path}/ts/PG_15/1", "half")
        os.symlink(tmp_path / "outside", tmp_path / "pg/link")
    put(f"{tmp_path}/outside/mine", "precious")
    again = destination(tmp_path)
    again.check()
    with again.claimed() as left:
        assert left
        again.clear()
        assert sorted(tree(tmp_path)) == [
            *("outside", "outside/mine", "pg", f"pg/{MARKER}", "ts", f"ts/{MARKER}")
        ]


def test_a_kill_while_the_marker_is_written(tmp_path) -> None:
    put(f"{tmp_path}/pg/.{MARKER}.123-abc.tmp", "A rest")
    made = destination(tmp_path)
    made.check()
    with made.claimed():
        made.clear()
        assert os.listdir(tmp_path / "pg") == [MARKER]


@pytest.mark.parametrize(
    ("file", "content"),
    [("postmaster.pid", b"1"), ("global/pg_control", b"changed by PostgreSQL")],
)
def test_a_cluster_that_may_have_been_started_is_not_ours(
    tmp_path, file: str, content: bytes
) -> None:
    with destination(tmp_path).claimed():
        put(f"{tmp_path}/pg/{file}", content)
    before = tree(tmp_path)
    with pytest.raises(RefusedError, match="is not empty"):
        destination(tmp_path).check()
    assert tree(tmp_path) == before


def test_complete_but_for_the_release_is_ours(tmp_path) -> None:
    with destination(tmp_path).claimed():
        put(f"{tmp_path}/pg/global/pg_control", CONTROL)
    destination(tmp_path).check()


def test_a_tablespace_of_another_restore_is_not_ours(tmp_path) -> None:
    """Its cluster may have been started, elsewhere."""
    with destination(tmp_path).claimed():
        put(f"{tmp_path}/ts/PG_15/1", "rows")
    with pytest.raises(RefusedError, match="tablespace 'one' is not empty"):
        destination(tmp_path, root="other").check()


def test_a_copy_of_a_broken_restore_is_not_ours(tmp_path) -> None:
    with destination(tmp_path).claimed():
        put(f"{tmp_path}/pg/x", "half")
    os.rename(tmp_path / "pg", tmp_path / "moved")
    with pytest.raises(RefusedError, match=r"moved' is not empty"):
        destination(tmp_path, root="moved").check()


def test_two_restores_exclude_each_other(tmp_path) -> None:
    with destination(tmp_path).claimed():
        with (
            pytest.raises(BusyError, match=r"another restore to '.*/pg' is under way"),
            destination(tmp_path).claimed(),
        ):
            pytest.fail("claimed twice")
        assert os.listdir(tmp_path / "pg") == [MARKER]


def test_a_tablespace_within_the_destination(tmp_path) -> None:
    of = backup(tablespaces=(Tablespace("one", 16400, f"{tmp_path}/pg/ts/one"),))
    made = plan(of, destination=f"{tmp_path}/pg")
    for _ in range(2):
        held = Destination(made, control_file=CONTROL)
        held.check()
        with held.claimed():
            held.clear()
            assert sorted(tree(tmp_path / "pg")) == [
                *(MARKER, "ts", "ts/one", f"ts/one/{MARKER}")
            ]
            put(f"{tmp_path}/pg/ts/one/x", "half")


def test_inv_084_a_parent_that_is_a_file(tmp_path) -> None:
    put(f"{tmp_path}/pg", "a file")
    with pytest.raises(FileError, match="could not use directory"):
        destination(tmp_path).check()
