# SPDX-License-Identifier: MIT
"""What every host does with files, and every real one with commands.

Subclassed by the tests of the fake and of each adapter; `host` and `root`, an empty
directory on that host, are fixtures of the subclass.
"""

from __future__ import annotations

import os
import time

import pytest

from barman.errors import CommandError, FileError, TimeoutExpiredError
from barman.system.command import Command


class FilesContract:
    """The file operations."""

    def test_what_is_written_is_read(self, host, root):
        host.write(f"{root}/a file'\"$(x)", b"\x00\xff\nend", mode=0o640)
        assert host.read(f"{root}/a file'\"$(x)") == b"\x00\xff\nend"
        assert host.list_directory(root) == ["a file'\"$(x)"]

    def test_writing_replaces(self, host, root):
        host.write(f"{root}/f", b"one two three")
        host.write(f"{root}/f", b"4")
        host.write(f"{root}/empty", b"")
        assert (host.read(f"{root}/f"), host.read(f"{root}/empty")) == (b"4", b"")

    def test_inv_130_names_are_bytes(self, host, root):
        name = os.fsdecode(b"caf\xe9 \n *")
        host.write(f"{root}/{name}", b"x")
        assert host.list_directory(root) == [name]
        assert host.read(f"{root}/{name}") == b"x"

    def test_a_missing_file_or_directory_is_named(self, host, root):
        with pytest.raises(FileError, match=r"none.*No such file or directory"):
            host.read(f"{root}/none")
        with pytest.raises(FileError, match="none"):
            host.list_directory(f"{root}/none")
        with pytest.raises(FileError, match="none"):
            host.write(f"{root}/none/file", b"x")
        assert not host.exists(f"{root}/none")

    def test_a_directory_is_not_replaced_by_a_file(self, host, root):
        host.make_directory(f"{root}/d")
        with pytest.raises(FileError, match="Is a directory"):
            host.write(f"{root}/d", b"x")
        assert host.list_directory(f"{root}/d") == []

    def test_what_there_is(self, host, root):
        host.write(f"{root}/f", b"")
        host.symlink(f"{root}/gone", f"{root}/l")
        paths = (root, f"{root}/f", f"{root}/l", f"{root}/none")
        assert [host.exists(p) for p in paths] == [True, True, True, False]
        assert [host.is_directory(p) for p in paths] == [True, False, False, False]

    def test_inv_083_empty_means_that_nothing_is_there(self, host, root):
        host.make_directory(f"{root}/d/deep")
        host.write(f"{root}/f", b"")
        empty = {
            name: host.is_empty(f"{root}/{name}")
            for name in ("d", "d/deep", "f", "none")
        }
        assert empty == {"d": False, "d/deep": True, "f": False, "none": True}

    def test_make_directory_makes_parents_and_may_be_repeated(self, host, root):
        host.make_directory(f"{root}/a/b/c")
        host.make_directory(f"{root}/a/b/c")
        assert host.list_directory(f"{root}/a/b") == ["c"]
        host.write(f"{root}/f", b"")
        with pytest.raises(FileError):
            host.make_directory(f"{root}/f")

    def test_rename_replaces_a_file_and_an_empty_directory(self, host, root):
        host.write(f"{root}/a", b"a")
        host.write(f"{root}/b", b"b")
        host.rename(f"{root}/a", f"{root}/b")
        assert (host.list_directory(root), host.read(f"{root}/b")) == (["b"], b"a")
        host.make_directory(f"{root}/d/in")
        host.make_directory(f"{root}/e")
        host.rename(f"{root}/d", f"{root}/e")
        assert host.list_directory(f"{root}/e") == ["in"]

    def test_rename_never_replaces_what_is_not_empty(self, host, root):
        host.make_directory(f"{root}/d/in")
        host.make_directory(f"{root}/e/in")
        host.write(f"{root}/f", b"")
        for old in ("d", "f", "none"):
            with pytest.raises(FileError):
                host.rename(f"{root}/{old}", f"{root}/e")
        assert host.list_directory(root) == ["d", "e", "f"]

    def test_remove_may_be_repeated_and_spares_directories(self, host, root):
        host.write(f"{root}/f", b"")
        host.remove(f"{root}/f")
        host.remove(f"{root}/f")
        host.make_directory(f"{root}/d")
        with pytest.raises(FileError):
            host.remove(f"{root}/d")
        assert host.list_directory(root) == ["d"]

    def test_remove_tree_does_not_follow_links(self, host, root):
        host.make_directory(f"{root}/kept")
        host.write(f"{root}/kept/f", b"x")
        host.make_directory(f"{root}/gone/deep")
        host.write(f"{root}/gone/deep/f", b"x")
        host.symlink(f"{root}/kept", f"{root}/gone/deep/l")
        host.symlink(f"{root}/kept", f"{root}/l")
        for name in ("gone", "l", "gone"):
            host.remove_tree(f"{root}/{name}")
        assert host.list_directory(root) == ["kept"]
        assert host.list_directory(f"{root}/kept") == ["f"]

    def test_a_link_replaces_a_link_and_nothing_else(self, host, root):
        host.make_directory(f"{root}/a")
        host.write(f"{root}/f", b"")
        host.symlink(f"{root}/none", f"{root}/l")
        host.symlink(f"{root}/a", f"{root}/l")
        host.symlink(root, f"{root}/l")
        assert host.list_directory(f"{root}/l") == ["a", "f", "l"]
        assert host.list_directory(f"{root}/a") == []
        with pytest.raises(FileError, match="File exists"):
            host.symlink(root, f"{root}/f")

    def test_free_space_of_what_will_be(self, host, root):
        assert host.free_space(f"{root}/not/yet") > 0


class CommandsContract:
    """Running commands."""

    def test_output_and_status(self, host):
        command = Command(("sh", "-c", "echo out; echo err >&2; exit 3"), accept=None)
        done = host.run(command)
        assert (done.status, done.stdout, done.stderr) == (3, b"out\n", b"err\n")

    def test_a_status_that_is_not_accepted(self, host):
        with pytest.raises(
            CommandError, match=r"^sh.* status 4: last words$"
        ) as caught:
            host.run(Command(("sh", "-c", "echo last words >&2; exit 4")))
        assert (caught.value.status, caught.value.stderr) == (4, "last words")

    def test_a_program_that_is_not_there(self, host):
        with pytest.raises(CommandError, match="no-such-program") as caught:
            host.run(Command(("no-such-program", "-x")))
        assert caught.value.status == 127

    def test_arguments_never_become_shell(self, host):
        words = ("a b", "$(id)", "`id`", "'", '"', "*", "", "-n", "\n", "é", "x;y")
        done = host.run(Command(("printf", "%s\\0", *words)))
        assert done.stdout.decode().split("\0")[:-1] == list(words)

    def test_much_on_both_pipes_while_input_flows(self, host):
        script = "cat; dd if=/dev/zero bs=65536 count=48 status=none >&2"
        data = bytes(range(256)) * 12288
        done = host.run(Command(("sh", "-c", script), stdin=data))
        assert done.stdout == data
        assert done.stderr == bytes(48 * 65536)

    def test_input_that_is_not_wanted(self, host):
        assert host.run(Command(("true",), stdin=bytes(1 << 20))).status == 0

    def test_lines_as_they_come(self, host):
        out, err = [], []
        done = host.run(
            Command(("sh", "-c", r"printf 'a\nb\rc\351'; echo e >&2; printf f >&2")),
            on_stdout=out.append,
            on_stderr=err.append,
        )
        assert (out, err) == (["a", "b", "c\\xe9"], ["e", "f"])
        assert done.stdout == b"a\nb\nc\\xe9\n"

    def test_environment_and_directory(self, host, root):
        command = Command(("sh", "-c", 'echo "$X"; pwd'), env={"X": "a '$b"}, cwd=root)
        assert host.run(command).text == f"a '$b\n{root}"

    def test_inv_066_a_command_is_bounded_in_time(self, host):
        begun = time.monotonic()
        with pytest.raises(TimeoutExpiredError, match=r"within 0\.7 seconds"):
            host.run(Command(("sleep", "30"), timeout=0.7))
        assert time.monotonic() - begun < 6

    def test_a_listener_that_fails_ends_the_command(self, host):
        def fail(line: str) -> None:
            raise KeyboardInterrupt

        begun = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            host.run(Command(("sh", "-c", "echo x; sleep 30")), on_stdout=fail)
        assert time.monotonic() - begun < 6

    def test_find(self, host):
        assert host.find("no-such-program", "sh").endswith("/sh")
        assert host.find("no-such-program") is None
