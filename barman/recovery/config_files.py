# SPDX-License-Identifier: MIT
"""Settings of the old cluster that would harm another one, found and made safe.

Pure.  A restored cluster that still archives would write into the archive of the
cluster that it was copied from; targets of an earlier recovery would stop it short.
Lines are counted from 0, as Barman reports them: changes by their place in the original
file, warnings by their place in the rewritten one.
"""

from __future__ import annotations

import re

from barman.model.frozen import frozen
from barman.report.recovery import SettingFound

_SETTING = re.compile(rb"\s*([^\s=#]+)\s*=?\s*(.*)")

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
        "include",
        "include_dir",
        "include_if_exists",
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
    for number, line in enumerate(content.splitlines(keepends=True)):
        name, value = _setting(line)
        if name in HARMFUL:
            safe = HARMFUL[name]
            lines.append(MARK + (line if line.endswith(b"\n") else line + b"\n"))
            if safe is not None:
                lines.append(f"{name} = {safe}\n".encode())
            changes.append(SettingFound(file=file, line=number, name=name, value=safe))
            continue
        if name in DANGEROUS:
            warnings.append(
                SettingFound(file=file, line=len(lines), name=name, value=value)
            )
        lines.append(line)
    return MadeSafe(
        content=b"".join(lines), changes=tuple(changes), warnings=tuple(warnings)
    )


def _setting(line: bytes) -> tuple[str, str]:
    match = _SETTING.match(line)
    if match is None:
        return "", ""
    # PostgreSQL folds the case of names (guc_name_compare); so must whoever looks
    # for a dangerous one.
    name = match[1].decode(errors="backslashreplace").lower()
    return name, match[2].decode(errors="backslashreplace").strip()
