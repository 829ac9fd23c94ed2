# SPDX-License-Identifier: MIT
"""Settings of the old cluster that would harm another one, found and made safe.

Pure.  A restored cluster that still archives would write into the archive of the
cluster that it was copied from; targets of an earlier recovery would stop it short.
Lines are counted from 0, as Barman reports them: changes by their place in the original
file, warnings by their place in the rewritten one.
"""

from __future__ import annotations

import os
import re

from barman.model.frozen import frozen, replace
from barman.report.recovery import SettingFound

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# Names and strings as in guc-file.l; neither a blank nor an equals sign must stand
# between them.
_SETTING = re.compile(rb"\s*([A-Za-z_\x80-\xff][\w.\x80-\xff]*)\s*=?\s*(.*)")
_STRING = re.compile(rb"'((?:[^'\\]|''|\\.)*)'|([^\s'#]+)")
_QUOTED = re.compile(rb"''|\\(.)")

HARMFUL: dict[str, str | None] = {
    "archive_command": "false",
    "archive_library": None,
    "recovery_target": None,
    "recovery_target_name": None,
    "recovery_target_time": None,
    "recovery_target_xid": None,
    "recovery_target_lsn": None,
    "recovery_target_inclusive": None,
    "recovery_target_timeline": None,
    "recovery_target_action": None,
}
INCLUDES = ("include", "include_dir", "include_if_exists")
DANGEROUS = frozenset(
    (
        "data_directory",
        "config_file",
        "hba_file",
        "ident_file",
        "external_pid_file",
        "ssl_cert_file",
        "ssl_key_file",
        "ssl_ca_file",
        "ssl_crl_file",
        "unix_socket_directory",
        "unix_socket_directories",
        *INCLUDES,
    )
)
MARK = b"#BARMAN#"


@frozen(kw_only=True)
class MadeSafe:
    """A configuration file's new content, what was changed in it, what to look at."""

    content: bytes
    changes: tuple[SettingFound, ...]
    warnings: tuple[SettingFound, ...]


def make_safe(file: str, content: bytes) -> MadeSafe:
    """Return `content` with what is harmful replaced and what is dangerous named."""
    lines: list[bytes] = []
    changes: list[SettingFound] = []
    warnings: list[SettingFound] = []
    for number, line in enumerate(_lines(content)):
        name, value = _setting(line)
        found = SettingFound(file=file, line=number, name=name, value=_text(value))
        if name in HARMFUL:
            safe = HARMFUL[name]
            lines.append(MARK + (line if line.endswith(b"\n") else line + b"\n"))
            if safe is not None:
                lines.append(f"{name} = {safe}\n".encode())
            changes.append(replace(found, value=safe))
            continue
        if name in DANGEROUS:
            warnings.append(replace(found, line=len(lines)))
        lines.append(line)
    return MadeSafe(
        content=b"".join(lines), changes=tuple(changes), warnings=tuple(warnings)
    )


def included(content: bytes) -> Iterator[tuple[str, str]]:
    """Yield the kind and the path of every include."""
    for line in _lines(content):
        name, value = _setting(line)
        match = _STRING.match(value)
        if name in INCLUDES and match is not None:
            quoted, plain = match.groups()
            path = plain or _QUOTED.sub(lambda m: m[1] or b"'", quoted or b"")
            yield name, os.fsdecode(path)


def _lines(content: bytes) -> list[bytes]:
    """Return the lines with their ends; only a line feed ends one."""
    return re.findall(rb"[^\n]*\n|[^\n]+", content)


def _setting(line: bytes) -> tuple[str, bytes]:
    """Return name and value of a line; the name is empty where there is none."""
    match = _SETTING.match(line)
    if match is None:
        return "", b""
    # PostgreSQL folds the case of names (guc_name_compare); so must whoever looks
    # for a dangerous one.
    return _text(match[1]).lower(), match[2].strip()


def _text(value: bytes) -> str:
    return value.decode(errors="backslashreplace")
