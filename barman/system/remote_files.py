# SPDX-License-Identifier: MIT
"""Files of a machine behind SSH: each operation is one POSIX shell script.

Not SFTP, which can neither synchronise a directory nor tell that a stream was cut off;
one script is also one exchange, where SFTP needs several.
"""

from __future__ import annotations

import os
import re

from barman.errors import FileError
from barman.system.files import temporary_name
from barman.system.remote_shell import RemoteShell

_EXISTS = '[ -e "$1" ] || [ -L "$1" ]'
_IS_DIRECTORY = '[ -d "$1" ]'
_IS_EMPTY = """
if [ ! -d "$1" ]; then [ ! -e "$1" ] && [ ! -L "$1" ]; exit; fi
names=$(ls -A "$1") || exit 2
[ -z "$names" ]"""
_LIST = 'cd "$1" && find . ! -name . -prune -print0'
_READ = 'cat "$1"'
_WRITE = """
if [ -d "$1" ]; then echo "Is a directory" >&2; exit 1; fi
umask 077; set -C
{ cat >"$2" && [ "$(wc -c <"$2")" -eq "$5" ] && chmod "$4" "$2" \
  && sync "$2" && mv -f "$2" "$1" && sync "$3"; } || { rm -f "$2"; exit 1; }"""
_MAKE_DIRECTORY = """
if [ -d "$1" ]; then exit 0; fi
mkdir -p "$2" && { mkdir -m "$3" "$1" || [ -d "$1" ]; } && sync "$1" "$2" """
_RENAME = """
if [ -d "$2" ] && [ ! -L "$2" ]; then
  if [ ! -d "$1" ] || [ -L "$1" ]; then echo "Is a directory" >&2; exit 1; fi
  rmdir "$2" || exit 1
elif [ -L "$2" ] && { [ -e "$1" ] || [ -L "$1" ]; }; then
  rm -f "$2" || exit 1
fi
mv -f "$1" "$2" && sync "$3" "$4" """
_REMOVE = 'rm -f "$1" && { [ ! -d "$2" ] || sync "$2"; }'
_REMOVE_TREE = 'rm -rf "$1" && { [ ! -d "$2" ] || sync "$2"; }'
_SYMLINK = """
if [ -e "$1" ] && [ ! -L "$1" ]; then echo "File exists" >&2; exit 1; fi
rm -f "$1" && ln -s "$2" "$1" && sync "$3" """
_FREE_SPACE = """
place=$1
while [ ! -e "$place" ] && [ "$place" != / ]; do place=$(dirname "$place"); done
df -Pk "$place" """
_FREE_BLOCKS = re.compile(r"\s\d+\s+\d+\s+(\d+)\s+(?:\d+%|-)\s+/[^\n]*$")


class RemoteFiles(RemoteShell):
    """The file operations of a host on which only commands can be run."""

    def exists(self, path: str) -> bool:
        """Whether there is anything of this name, a dangling link included."""
        return self.ask(_EXISTS, path)

    def is_directory(self, path: str) -> bool:
        """Whether it is a directory, perhaps through a link."""
        return self.ask(_IS_DIRECTORY, path)

    def is_empty(self, path: str) -> bool:
        """Whether nothing is there, or a directory that holds nothing."""
        return self.ask(_IS_EMPTY, path)

    def list_directory(self, path: str) -> list[str]:
        """Return the names in a directory, sorted."""
        listed = self.act("read directory", _LIST, path).stdout
        return sorted(os.fsdecode(name)[2:] for name in listed.split(b"\0") if name)

    def read(self, path: str) -> bytes:
        """Return the content of a file."""
        return self.act("read", _READ, path).stdout

    def write(self, path: str, data: bytes, *, mode: int = 0o600) -> None:
        """Write a file atomically and durably."""
        details = (temporary_name(path), _parent(path), f"{mode:o}", str(len(data)))
        self.act("write", _WRITE, path, *details, stdin=data)

    def make_directory(self, path: str, *, mode: int = 0o700) -> None:
        """Make a directory with its parents; one that is there is left alone."""
        path = path.rstrip("/") or "/"
        self.act("create directory", _MAKE_DIRECTORY, path, _parent(path), f"{mode:o}")

    def rename(self, old: str, new: str) -> None:
        """Rename durably, replacing a file, a link or an empty directory."""
        self.act("rename", _RENAME, old, new, _parent(new), _parent(old))

    def remove(self, path: str) -> None:
        """Remove a file or link; one that is not there is no error."""
        self.act("remove", _REMOVE, path, _parent(path))

    def remove_tree(self, path: str) -> None:
        """Remove a file or a directory with its content; links are not followed."""
        path = path.rstrip("/") or "/"
        self.act("remove", _REMOVE_TREE, path, _parent(path))

    def symlink(self, target: str, path: str) -> None:
        """Make `path` a link to `target`; another link there is replaced."""
        self.act("create link", _SYMLINK, path, target, _parent(path))

    def free_space(self, path: str) -> int:
        """Return the free bytes of the file system that holds, or would, `path`."""
        table = self.act("measure", _FREE_SPACE, path).text
        match = _FREE_BLOCKS.search(table)
        if match is None:
            raise FileError(f'could not measure "{path}" on {self.label}: {table!r}')
        return int(match[1]) * 1024


def _parent(path: str) -> str:
    return os.path.dirname(path) or "."
