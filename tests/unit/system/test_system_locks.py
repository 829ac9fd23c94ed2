# SPDX-License-Identifier: MIT
"""Locks, with other processes as holders."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest

from barman.errors import FileError
from barman.system.locks import (
    Lock,
    LockBusyError,
    Locks,
    Process,
    cleanup,
    config_update,
    holder,
)

HOLDER = """
import sys, time
from barman.system.locks import Lock
with Lock(sys.argv[1]):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def other(tmp_path):
    """Start processes that hold a lock."""
    started = []

    def hold(name: str) -> subprocess.Popen[bytes]:
        argv = [sys.executable, "-c", HOLDER, str(tmp_path / name)]
        process = subprocess.Popen(argv, stdout=subprocess.PIPE)
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        return process

    yield hold
    for process in started:
        process.kill()
        process.communicate()


def test_names_content_and_mode(tmp_path):
    locks = Locks(str(tmp_path), "main")
    made = {
        ".main-backup.lock": locks.backup(),
        ".main-archive-wal.lock": locks.archive_wal(),
        ".main-receive-wal.lock": locks.receive_wal(),
        ".main-cron.lock": locks.cron(),
        ".main-xlogdb.lock": locks.xlogdb(),
        ".main-20260131T235959.lock": locks.backup_id("20260131T235959"),
        ".main-20260131T235959-sync-backup.lock": locks.sync_backup("20260131T235959"),
        ".main-sync-wal.lock": locks.sync_wal(),
        ".config-update.lock": config_update(str(tmp_path)),
    }
    for name, lock in made.items():
        with lock:
            assert (tmp_path / name).read_bytes() == b"%d\n" % os.getpid()
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    assert sorted(os.listdir(tmp_path)) == sorted(made)


def test_a_longer_stale_content_is_replaced(tmp_path):
    (tmp_path / ".l.lock").write_text("999999999999\n")
    with Lock(str(tmp_path / ".l.lock")):
        assert (tmp_path / ".l.lock").read_text() == f"{os.getpid()}\n"


def test_a_full_disk_forbids_no_lock():
    with Lock("/dev/full"):
        assert holder("/dev/full") is None
        with pytest.raises(LockBusyError), Lock("/dev/full"):
            pass


def test_inv_121_a_killed_holder_frees_the_lock(tmp_path, other):
    path = str(tmp_path / ".main-backup.lock")
    process = other(".main-backup.lock")
    with pytest.raises(LockBusyError, match=path):
        Lock(path).__enter__()
    assert holder(path) == process.pid
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert holder(path) is None
    with Lock(path):
        pass


def test_inv_121_a_refused_lock_leaves_the_content_of_its_holder(tmp_path, other):
    process = other(".l.lock")
    with pytest.raises(LockBusyError):
        Lock(str(tmp_path / ".l.lock")).__enter__()
    assert (tmp_path / ".l.lock").read_text() == f"{process.pid}\n"


def test_a_probe_does_not_make_a_lock_busy(tmp_path):
    path = str(tmp_path / ".l.lock")
    probe = Lock(path).__enter__()
    with Lock(path, pause=lambda _: probe.__exit__(None, None, None)):
        pass


def test_xlogdb_waits(tmp_path):
    locks = Locks(str(tmp_path), "main")
    entered = threading.Event()

    def wait() -> None:
        with locks.xlogdb():
            entered.set()

    with locks.xlogdb():
        thread = threading.Thread(target=wait)
        thread.start()
        assert not entered.wait(0.2)
    thread.join(5)
    assert entered.is_set()


def test_users_of_a_backup_share_it_and_wait_for_who_deletes_it(tmp_path):
    locks = Locks(str(tmp_path), "main")
    entered = threading.Event()

    def use() -> None:
        with locks.using_backup("20260101T000000"):
            entered.set()

    thread = threading.Thread(target=use)
    with locks.backup_id("20260101T000000"):
        thread.start()
        assert not entered.wait(0.2)
    thread.join(5)
    assert entered.is_set()
    with locks.using_backup("20260101T000000"):
        use()
        with pytest.raises(LockBusyError), locks.backup_id("20260101T000000"):
            pass


def test_a_lock_whose_file_is_removed_while_waited_for_is_taken_anew(tmp_path):
    path = str(tmp_path / ".l.lock")
    entered = threading.Event()

    def wait() -> None:
        with Lock(path, wait=True):
            entered.set()
            assert (tmp_path / ".l.lock").exists()

    with Lock(path) as first:
        thread = threading.Thread(target=wait)
        thread.start()
        assert not entered.wait(0.2)
        first.remove_file()
    thread.join(5)
    assert entered.is_set()


def test_holders_are_the_tasks_of_this_server_alone(tmp_path, other):
    backup = other(".main-backup.lock")
    sync = other(".main-20260131T235959-sync-backup.lock")
    other(".main-2-backup.lock")
    other(".main-20260131T235959.lock")
    other(".main-2-20260131T235959-sync-backup.lock")
    (tmp_path / ".main-cron.lock").write_text("1\n")
    locks = Locks(str(tmp_path), "main")
    assert sorted(locks.holders()) == [
        Process("backup", backup.pid),
        Process("sync-backup", sync.pid),
    ]


def test_cleanup_removes_free_lock_files_only(tmp_path, other):
    process = other(".main-backup.lock")
    for name in (".main-cron.lock", "x.lock", ".main.conf"):
        (tmp_path / name).write_text("")
    (tmp_path / ".link.lock").symlink_to(tmp_path / "x.lock")
    cleanup(str(tmp_path))
    assert sorted(os.listdir(tmp_path)) == [
        ".link.lock",
        ".main-backup.lock",
        ".main.conf",
        "x.lock",
    ]
    assert holder(str(tmp_path / ".main-backup.lock")) == process.pid


def test_a_missing_directory_is_named(tmp_path):
    missing = str(tmp_path / "none")
    locks = Locks(missing, "main")
    for act in (locks.backup().__enter__, locks.holders, lambda: cleanup(missing)):
        with pytest.raises(FileError, match=f'"{missing}".*No such file'):
            act()


def test_a_directory_that_cannot_be_used_has_a_way_out(tmp_path):
    for place in (tmp_path / "none", "/proc/self"):
        with pytest.raises(FileError) as caught:
            Locks(str(place), "main").xlogdb().__enter__()
        assert caught.value.hint == (
            "Set barman_lock_directory to a directory that can be written."
        )


def test_locks_and_files_import_next_to_nothing():
    script = (
        "import sys, os, fcntl, errno, time, enum; before = set(sys.modules);"
        "import barman.system.locks; print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    ours = [name for name in done.stdout.split() if not name.startswith("barman")]
    assert set(ours) <= {"__future__"}
