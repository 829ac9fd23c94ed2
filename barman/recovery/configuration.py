# SPDX-License-Identifier: MIT
"""The configuration files of a restored data directory: made safe, then added to.

Files that they include are followed as long as they lie in the directory.  The original
of each stays beside it as `FILE.origin`.
"""

from __future__ import annotations

import os

from barman.model.frozen import frozen
from barman.recovery.config_files import included, make_safe
from barman.system.files import file_error, write_atomically

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from barman.recovery.settings import RecoverySettings
    from barman.report.recovery import SettingFound

MAIN_FILES = ("postgresql.conf", "postgresql.auto.conf")
_EXPECTED = (*MAIN_FILES, "pg_hba.conf", "pg_ident.conf")


@frozen(kw_only=True)
class Findings:
    """What was changed, what is dangerous, and which files were not in the backup."""

    changes: tuple[SettingFound, ...]
    warnings: tuple[SettingFound, ...]
    missing_files: tuple[str, ...]


def configure(root: str, settings: RecoverySettings | None) -> Findings:
    """Make the files below `root` safe and write the settings of the recovery."""
    missing = tuple(
        name for name in _EXPECTED if not os.path.lexists(os.path.join(root, name))
    )
    names = list(MAIN_FILES)
    if settings is not None and settings.file_name not in names:
        names.append(settings.file_name)
    changes: list[SettingFound] = []
    warnings: list[SettingFound] = []
    done: set[str] = set()
    while names:
        name = names.pop(0)
        path = os.path.join(root, name)
        if os.path.realpath(path) in done:
            continue
        done.add(os.path.realpath(path))
        content, mode = _read(path)
        names += _included(root, name, content)
        safe = make_safe(name, content)
        write_atomically(f"{path}.origin", content, mode=mode)
        addition = b""
        if settings is not None and name == settings.file_name:
            addition = _addition(safe.content, settings)
        if os.path.lexists(path) or addition:
            write_atomically(path, safe.content + addition, mode=mode)
        changes += safe.changes
        warnings += safe.warnings
    if settings is not None and settings.signal_file is not None:
        write_atomically(os.path.join(root, settings.signal_file), b"", mode=0o600)
    return Findings(
        changes=tuple(changes), warnings=tuple(warnings), missing_files=missing
    )


def _addition(content: bytes, settings: RecoverySettings) -> bytes:
    """Return the lines to append, after an empty one."""
    begin = b"" if not content or content.endswith(b"\n") else b"\n"
    return begin + b"\n" + "".join(f"{line}\n" for line in settings.lines).encode()


def _read(path: str) -> tuple[bytes, int]:
    """Return content and mode; a file that is not there is empty and private."""
    try:
        with open(path, "rb") as file:
            return file.read(), os.fstat(file.fileno()).st_mode & 0o777
    except FileNotFoundError:
        return b"", 0o600
    except OSError as error:
        raise file_error("read", path, error) from error


def _included(root: str, name: str, content: bytes) -> Iterator[str]:
    """Yield the files below `root` that a file includes, relative to it."""
    inside = os.path.realpath(root) + "/"
    for kind, value in included(content):
        path = os.path.join(root, os.path.dirname(name), value)
        if not os.path.realpath(path).startswith(inside):
            continue
        found = [path]
        if kind == "include_dir" and os.path.isdir(path):
            # PostgreSQL reads files ending in .conf that do not begin with a dot.
            found = [
                os.path.join(path, entry)
                for entry in sorted(os.listdir(path))
                if entry.endswith(".conf") and not entry.startswith(".")
            ]
        yield from (os.path.relpath(f, root) for f in found if os.path.isfile(f))
