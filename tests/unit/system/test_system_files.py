# SPDX-License-Identifier: MIT
"""Files that are the old or the new, never half."""

from __future__ import annotations

import os
import resource
import subprocess
import sys

import pytest

from barman.errors import FileError
from barman.system import files


def test_inv_124_writing_replaces_and_leaves_nothing_else(tmp_path):
    path = tmp_path / "f"
    files.write_atomically(str(path), b"old", mode=0o600)
    files.write_atomically(str(path), b"new" * 1000, mode=0o640)
    assert (path.read_bytes(), os.listdir(tmp_path)) == (b"new" * 1000, ["f"])
    assert path.stat().st_mode & 0o777 == 0o640


def test_inv_124_the_order_of_system_calls(tmp_path):
    """File synchronised, then renamed, then the directory synchronised."""
    strace = "/usr/bin/strace"
    if not os.path.exists(strace):
        pytest.skip("strace is not installed")
    script = (
        "import sys; from barman.system.files import write_atomically;"
        "write_atomically(sys.argv[1], b'x')"
    )
    argv = [strace, "-e", "trace=fsync,rename,renameat", "-o", f"{tmp_path}/trace"]
    target = tmp_path / "d"
    target.mkdir()
    subprocess.run([*argv, sys.executable, "-c", script, f"{target}/f"], check=True)
    lines = (tmp_path / "trace").read_text().splitlines()
    assert [line.partition("(")[0] for line in lines][:3] == [
        "fsync",
        "rename",
        "fsync",
    ]


def test_inv_017_a_short_write_and_a_full_disk_keep_the_old_file(tmp_path):
    """A limit on the size of files makes write() partial, then fail."""
    path = tmp_path / "f"
    path.write_bytes(b"old")
    script = (
        "import signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "from barman.errors import FileError\n"
        "from barman.system.files import write_atomically\n"
        "try: write_atomically(sys.argv[1], bytes(10000))\n"
        "except FileError as error: print(error)"
    )

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    done = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        preexec_fn=limit,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f'could not write "{path}": File too large\n'
    assert (path.read_bytes(), os.listdir(tmp_path)) == (b"old", ["f"])


def test_inv_017_no_space_left_is_told_with_a_hint():
    error = files.file_error("write", "/x", OSError(28, "No space left on device"))
    assert str(error) == 'could not write "/x": No space left on device'
    assert error.hint == "Free some space on the file system that holds it."
    with open("/dev/full", "wb") as full, pytest.raises(OSError, match="No space"):
        files.write_all(full.fileno(), b"x")


def test_a_missing_directory(tmp_path):
    with pytest.raises(FileError, match=r'could not create "/.*No such file'):
        files.write_atomically(str(tmp_path / "none" / "f"), b"")


def test_remove_tree_never_follows_links(tmp_path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "f").write_text("x")
    deep = tmp_path / "gone" / "a" / "b"
    deep.mkdir(parents=True)
    (deep / "link").symlink_to(tmp_path / "kept")
    (deep / "f").write_text("x")
    files.remove_tree(str(tmp_path / "gone"))
    (tmp_path / "top").symlink_to(tmp_path / "kept")
    files.remove_tree(str(tmp_path / "top"))
    files.remove_tree(str(tmp_path / "top"))
    assert os.listdir(tmp_path) == ["kept"]
    assert os.listdir(tmp_path / "kept") == ["f"]


def test_a_tree_deeper_than_the_recursion_limit(tmp_path):
    here = os.getcwd()
    os.chdir(tmp_path)
    try:
        for _ in range(300):
            os.mkdir("d")
            os.chdir("d")
    finally:
        os.chdir(here)
    files.fsync_tree(str(tmp_path / "d"))
    files.remove_tree(str(tmp_path / "d"))
    assert os.listdir(tmp_path) == []


def test_rename_durably_and_its_error(tmp_path):
    (tmp_path / "a").write_text("a")
    (tmp_path / "d").mkdir()
    files.rename_durably(str(tmp_path / "a"), str(tmp_path / "d" / "b"))
    assert (tmp_path / "d" / "b").read_text() == "a"
    with pytest.raises(FileError, match=r'rename ".*/a" to ".*/c": No such file'):
        files.rename_durably(str(tmp_path / "a"), str(tmp_path / "c"))


def test_make_directory(tmp_path):
    files.make_directory(str(tmp_path / "a" / "b"), mode=0o700)
    files.make_directory(str(tmp_path / "a" / "b"), mode=0o755)
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700
    (tmp_path / "f").write_text("")
    with pytest.raises(FileError, match="File exists"):
        files.make_directory(str(tmp_path / "f"))
