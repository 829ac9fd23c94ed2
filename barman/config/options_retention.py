# SPDX-License-Identifier: MIT
"""Options about how long backups are kept, and the hook scripts around it all."""

from __future__ import annotations

from barman.config import grammar as g
from barman.config.option import Chapter, Option, Scope

RETENTION = Chapter(
    "Retention and checks",
    (
        Option(
            "retention_policy",
            g.POLICY,
            None,
            Scope.ANY,
            "Which backups and WAL are kept",
            "Without it, and when it cannot be read, nothing is ever obsolete.",
            sample="RECOVERY WINDOW OF 4 WEEKS",
        ),
        Option(
            "retention_policy_mode",
            g.only("auto"),
            "auto",
            Scope.ANY,
            "Who enforces the policy",
        ),
        Option(
            "wal_retention_policy",
            g.only("main"),
            "main",
            Scope.ANY,
            "Which WAL is kept",
        ),
        Option(
            "last_backup_maximum_age",
            g.SPAN,
            None,
            Scope.ANY,
            "Age of the newest backup above which `check` fails",
            sample="4 DAYS",
        ),
        Option(
            "last_backup_minimum_size",
            g.SIZE,
            None,
            Scope.ANY,
            "Size of the newest backup below which `check` fails",
            sample="1Gi",
        ),
    ),
)

_EVENTS = (
    ("backup", "a backup"),
    ("archive", "a WAL file is archived"),
    ("delete", "a backup is deleted"),
    ("wal_delete", "a WAL file is deleted"),
    ("recovery", "a restore"),
)


def _hook(moment: str, event: str, words: str, retry: bool) -> Option:
    when = {"pre": "before", "post": "after"}[moment]
    if retry:
        return Option(
            f"{moment}_{event}_retry_script",
            g.COMMAND,
            None,
            Scope.GLOBAL_OR_SERVER,
            f"Command run {when} {words}, again and again until it succeeds",
            "The exit status 63 gives up and stops what is being done, 62 gives up "
            "and goes on."
            if moment == "pre"
            else "The exit statuses 62 and 63 give up.",
        )
    return Option(
        f"{moment}_{event}_script",
        g.COMMAND,
        None,
        Scope.GLOBAL_OR_SERVER,
        f"Command run {when} {words}; its failure is only logged",
    )


HOOKS = Chapter(
    "Hook scripts",
    tuple(
        _hook(moment, event, words, retry)
        for event, words in _EVENTS
        for moment in ("pre", "post")
        for retry in (False, True)
    ),
)
