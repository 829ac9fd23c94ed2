# SPDX-License-Identifier: MIT
"""Files of a machine behind SSH: each operation is one POSIX shell script.

Not SFTP, which can neither synchronise a directory nor tell that a stream was cut off;
one script is also one exchange, where SFTP needs several.  Scripts are constants: names
are their positional parameters and never become shell.
"""

from __future__ import annotations

import os
import re

from barman.errors import CommandError, FileError
from barman.system.command import Command, as_text
from barman.system.files import temporary_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.system.command import Completed, OnLine

_YES_OR_NO = frozenset((0, 1))
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
_FIND = 'for name; do command -v "$name" && exit 0; done; exit 1'


class RemoteFiles:
    """The file operations of a host on which only commands can be run."""

    label: str

    def run(
        self,
        command: Command,
        *,
        on_stdout: OnLine | None = None,
        on_stderr: OnLine | None = None,
    ) -> Completed:
        """Run to the end; raise `CommandError` on a status that is not accepted."""
        raise AssertionError("a host runs commands")

    def find(self, *names: str) -> str | None:
        """Return the path of the first of these programs that is there."""
        found = self.run(
            Command(("sh", "-c", _FIND, "sh", *names), accept=_YES_OR_NO)
        ).text
        return found if found.startswith("/") else None

    def exists(self, path: str) -> bool:
        """Whether there is anything of this name, a dangling link included."""
        return self._ask(_EXISTS, path)

    def is_directory(self, path: str) -> bool:
        """Whether it is a directory, perhaps through a link."""
        return self._ask(_IS_DIRECTORY, path)

    def is_empty(self, path: str) -> bool:
        """Whether nothing is there, or a directory that holds nothing."""
        return self._ask(_IS_EMPTY, path)

    def list_directory(self, path: str) -> list[str]:
        """Return the names in a directory, sorted."""
        listed = self._act("read directory", _LIST, path).stdout
        return sorted(os.fsdecode(name)[2:] for name in listed.split(b"\0") if name)

    def read(self, path: str) -> bytes:
        """Return the content of a file."""
        return self._act("read", _READ, path).stdout

    def write(self, path: str, data: bytes, *, mode: int = 0o600) -> None:
        """Write a file atomically and durably."""
        details = (temporary_name(path), _parent(path), f"{mode:o}", str(len(data)))
        self._act("write", _WRITE, path, *details, stdin=data)

    def make_directory(self, path: str, *, mode: int = 0o700) -> None:
        """Make a directory with its parents; one that is there is left alone."""
        path = path.rstrip("/") or "/"
        self._act("create directory", _MAKE_DIRECTORY, path, _parent(path), f"{mode:o}")

    def rename(self, old: str, new: str) -> None:
        """Rename durably, replacing a file, a link or an empty directory."""
        self._act("rename", _RENAME, old, new, _parent(new), _parent(old))

    def remove(self, path: str) -> None:
        """Remove a file or link; one that is not there is no error."""
        self._act("remove", _REMOVE, path, _parent(path))

    def remove_tree(self, path: str) -> None:
        """Remove a file or a directory with its content; links are not followed."""
        path = path.rstrip("/") or "/"
        self._act("remove", _REMOVE_TREE, path, _parent(path))

    def symlink(self, target: str, path: str) -> None:
        """Make `path` a link to `target`; another link there is replaced."""
        self._act("create link", _SYMLINK, path, target, _parent(path))

    def free_space(self, path: str) -> int:
        """Return the free bytes of the file system that holds, or would, `path`."""
        table = self._act("measure", _FREE_SPACE, path).text
        match = _FREE_BLOCKS.search(table)
        if match is None:
            raise FileError(f'could not measure "{path}" on {self.label}: {table!r}')
        return int(match[1]) * 1024

    def _ask(self, script: str, path: str) -> bool:
        return self._act("examine", script, path, accept=_YES_OR_NO).status == 0

    def _act(
        self,
        action: str,
        script: str,
        *parameters: str,
        stdin: bytes | None = None,
        accept: frozenset[int] = frozenset((0,)),
    ) -> Completed:
        operands = tuple(_operand(parameter) for parameter in parameters)
        command = Command(
            ("sh", "-c", script, "sh", *operands),
            accept=None,
            stdin=stdin,
            env={"LC_ALL": "C"},
        )
        completed = self.run(command)
        if completed.status in accept:
            return completed
        lines = as_text(completed.stderr).strip().splitlines()
        reason = lines[-1] if lines else f"status {completed.status}"
        raise FileError(
            f'could not {action} "{parameters[0]}" on {self.label}: {reason}'
        ) from CommandError(action, status=completed.status)


def _parent(path: str) -> str:
    return os.path.dirname(path) or "."


def _operand(text: str) -> str:
    """Return a parameter that no program takes for an option."""
    return f"./{text}" if text.startswith("-") else text
