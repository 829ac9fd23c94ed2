# SPDX-License-Identifier: MIT
"""Options that say where a server's files are."""

from __future__ import annotations

from barman.config import grammar as g
from barman.config.option import Chapter, Option, Scope

DIRECTORIES = Chapter(
    "Directories",
    (
        Option(
            "backup_directory",
            g.PATH,
            "<barman_home>/<name>",
            Scope.SERVER,
            "Directory of everything of this server",
        ),
        Option(
            "basebackups_directory",
            g.PATH_OR_URL,
            "<backup_directory>/base",
            Scope.SERVER,
            "Directory of the base backups",
        ),
        Option(
            "wals_directory",
            g.PATH_OR_URL,
            "<backup_directory>/wals",
            Scope.SERVER,
            "Directory of the archived WAL",
        ),
        Option(
            "incoming_wals_directory",
            g.PATH,
            "<backup_directory>/incoming",
            Scope.SERVER,
            "Directory that PostgreSQL ships WAL into",
        ),
        Option(
            "streaming_wals_directory",
            g.PATH,
            "<backup_directory>/streaming",
            Scope.SERVER,
            "Directory that pg_receivewal writes into",
        ),
        Option(
            "errors_directory",
            g.PATH,
            "<backup_directory>/errors",
            Scope.SERVER,
            "Directory of files that could not be archived",
        ),
        Option(
            "xlogdb_directory",
            g.OTHER_PATH,
            "<wals_directory>",
            Scope.GLOBAL_OR_SERVER,
            "Directory of the WAL index",
            "When `wals_directory` is in a cloud the default is the directory `meta` "
            "in `backup_directory`.",
        ),
    ),
)
