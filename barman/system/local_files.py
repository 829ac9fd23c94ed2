# SPDX-License-Identifier: MIT
"""Files of this machine, by the operations that every host offers."""

from __future__ import annotations

import os

from barman.errors import FileError
from barman.system import files


class LocalFiles:
    """The file operations; what cannot be done is a `FileError`."""

    def exists(self, path: str) -> bool:
        """Whether there is anything of this name, a dangling link included."""
        return os.path.lexists(path)

    def is_directory(self, path: str) -> bool:
        """Whether it is a directory, perhaps through a link."""
        return os.path.isdir(path)

    def is_empty(self, path: str) -> bool:
        """Whether nothing is there, or a directory that holds nothing."""
        if not os.path.isdir(path):
            return not os.path.lexists(path)
        return not self.list_directory(path)

    def list_directory(self, path: str) -> list[str]:
        """Return the names in a directory, sorted."""
        try:
            return sorted(os.listdir(path))
        except OSError as error:
            raise files.file_error("read directory", path, error) from error

    def read(self, path: str) -> bytes:
        """Return the content of a file."""
        try:
            with open(path, "rb") as source:
                return source.read()
        except OSError as error:
            raise files.file_error("read", path, error) from error

    def write(self, path: str, data: bytes, *, mode: int = 0o600) -> None:
        """Write a file atomically and durably."""
        files.write_atomically(path, data, mode=mode)

    def make_directory(self, path: str, *, mode: int = 0o700) -> None:
        """Make a directory with its parents; one that is there is left alone."""
        files.make_directory(path, mode=mode)

    def rename(self, old: str, new: str) -> None:
        """Rename durably, replacing a file, a link or an empty directory."""
        files.rename_durably(old, new)

    def remove(self, path: str) -> None:
        """Remove a file or link; one that is not there is no error."""
        files.remove_file(path)

    def remove_tree(self, path: str) -> None:
        """Remove a file or a directory with its content; links are not followed."""
        files.remove_tree(path)

    def symlink(self, target: str, path: str) -> None:
        """Make `path` a link to `target`; another link there is replaced."""
        if os.path.lexists(path) and not os.path.islink(path):
            raise FileError(f'could not make a link of "{path}": File exists')
        temporary = files.temporary_name(path)
        try:
            os.symlink(target, temporary)
        except OSError as error:
            raise files.file_error("create link", path, error) from error
        files.rename_durably(temporary, path)

    def free_space(self, path: str) -> int:
        """Return the free bytes of the file system that holds, or would, `path`."""
        place = os.path.abspath(path)
        while not os.path.exists(place) and place != "/":
            place = os.path.dirname(place)
        try:
            found = os.statvfs(place)
        except OSError as error:
            raise files.file_error("measure", path, error) from error
        return found.f_bavail * found.f_frsize
