# SPDX-License-Identifier: MIT
"""A machine in memory: files, directories and links; commands as they were told."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from barman.errors import FileError
from tests.fakes.runner import RunnerFake

if TYPE_CHECKING:
    from barman.system.command import Command, Completed, OnLine
    from barman.system.rsync import RsyncShell

MISSING = "No such file or directory"


class Link(str):
    """A symbolic link; the text is its target."""


class HostFake:
    """`nodes` by absolute path: bytes (file), None (directory) or `Link`."""

    def __init__(
        self,
        files: dict[str, bytes] | None = None,
        *,
        label: str = "localhost",
        runner: RunnerFake | None = None,
        rsync_shell: RsyncShell | None = None,
        free: int = 1 << 40,
    ) -> None:
        self.label = label
        self.runner = runner or RunnerFake()
        self.rsync_shell = rsync_shell
        self.free = free
        self.nodes: dict[str, bytes | Link | None] = {"/": None}
        self.modes: dict[str, int] = {}
        self.closed = False
        for path, data in (files or {}).items():
            self.make_directory(posixpath.dirname(path))
            self.write(path, data)

    def run(
        self,
        command: Command,
        *,
        on_stdout: OnLine | None = None,
        on_stderr: OnLine | None = None,
    ) -> Completed:
        return self.runner.run(command, on_stdout=on_stdout, on_stderr=on_stderr)

    def find(self, *names: str) -> str | None:
        return self.runner.find(*names)

    def exists(self, path: str) -> bool:
        return self._place(path) in self.nodes

    def is_directory(self, path: str) -> bool:
        return self.nodes.get(self._resolve(path), b"") is None

    def is_empty(self, path: str) -> bool:
        if not self.is_directory(path):
            return not self.exists(path)
        return not self.list_directory(path)

    def list_directory(self, path: str) -> list[str]:
        place = self._directory(path, "read directory")
        return sorted(
            posixpath.basename(p)
            for p in self.nodes
            if p != "/" and posixpath.dirname(p) == place
        )

    def read(self, path: str) -> bytes:
        data = self.nodes.get(self._resolve(path), b"")
        if self._resolve(path) not in self.nodes:
            raise self._error("read", path, MISSING)
        if not isinstance(data, bytes):
            raise self._error("read", path, "Is a directory")
        return data

    def write(self, path: str, data: bytes, *, mode: int = 0o600) -> None:
        self._directory(posixpath.dirname(path), "create", path)
        place = self._place(path)
        if self.nodes.get(place, b"") is None:
            raise self._error("write", path, "Is a directory")
        self.nodes[place] = bytes(data)
        self.modes[place] = mode

    def make_directory(self, path: str, *, mode: int = 0o700) -> None:
        if self.is_directory(path):
            return
        if self.exists(path):
            raise self._error("create directory", path, "File exists")
        self.make_directory(posixpath.dirname(path))
        place = self._place(path)
        self.nodes[place] = None
        self.modes[place] = mode

    def rename(self, old: str, new: str) -> None:
        source, target = self._place(old), self._place(new)
        if source not in self.nodes:
            raise self._error("rename", old, MISSING)
        self._directory(posixpath.dirname(new), "rename", new)
        if self.nodes.get(target, b"") is None:
            if self.nodes[source] is not None:
                raise self._error("rename", new, "Is a directory")
            if self._below(target):
                raise self._error("rename", new, "Directory not empty")
        moved = {source: target}
        for path in self._below(source):
            moved[path] = target + path[len(source) :]
        for was, becomes in moved.items():
            self.nodes[becomes] = self.nodes.pop(was)

    def remove(self, path: str) -> None:
        place = self._place(path)
        if self.nodes.get(place, b"") is None:
            raise self._error("remove", path, "Is a directory")
        self.nodes.pop(place, None)

    def remove_tree(self, path: str) -> None:
        place = self._place(path)
        for gone in (*self._below(place), place):
            self.nodes.pop(gone, None)

    def symlink(self, target: str, path: str) -> None:
        place = self._place(path)
        if place in self.nodes and not isinstance(self.nodes[place], Link):
            raise self._error("create link", path, "File exists")
        self._directory(posixpath.dirname(path), "create link", path)
        self.nodes[place] = Link(target)

    def free_space(self, path: str) -> int:
        return self.free

    def close(self) -> None:
        self.closed = True

    def _below(self, place: str) -> list[str]:
        return [p for p in self.nodes if p.startswith(place.rstrip("/") + "/")]

    def _place(self, path: str) -> str:
        """Return the path with the links in its directories resolved."""
        path = posixpath.normpath(path)
        if path == "/":
            return path
        directory, name = posixpath.split(path)
        return posixpath.join(self._resolve(directory), name)

    def _resolve(self, path: str, depth: int = 0) -> str:
        place = self._place(path)
        node = self.nodes.get(place)
        if isinstance(node, Link) and depth < 40:
            joined = posixpath.join(posixpath.dirname(place), node)
            return self._resolve(joined, depth + 1)
        return place

    def _directory(self, path: str, action: str, named: str | None = None) -> str:
        place = self._resolve(path)
        if place not in self.nodes:
            raise self._error(action, named or path, MISSING)
        if self.nodes[place] is not None:
            raise self._error(action, named or path, "Not a directory")
        return place

    def _error(self, action: str, path: str, reason: str) -> FileError:
        return FileError(f'could not {action} "{path}": {reason}')
