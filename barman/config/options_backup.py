# SPDX-License-Identifier: MIT
"""Options about base backups: the method, its finer settings, encryption."""

from __future__ import annotations

from barman.config import grammar as g
from barman.config.option import Chapter, Option, Scope

BACKUP = Chapter(
    "Backups",
    (
        Option(
            "backup_method",
            g.enum("rsync", "postgres", "local-rsync", "snapshot", "local-to-cloud"),
            "rsync",
            Scope.ANY,
            "How base backups are taken",
            "`rsync` copies files over SSH, `local-rsync` on this host; `postgres` "
            "runs pg_basebackup.",
            sample="postgres",
        ),
        Option(
            "backup_options",
            g.words("concurrent_backup", "exclusive_backup", "external_configuration"),
            "",
            Scope.ANY,
            "Finer choices of a backup",
            "`exclusive_backup` needs PostgreSQL 14 or older and excludes "
            "`concurrent_backup`, which is what is done without either. "
            "`external_configuration` leaves configuration files outside the data "
            "directory alone.",
            sample="concurrent_backup",
        ),
        Option(
            "reuse_backup",
            g.enum("copy", "link", "off"),
            None,
            Scope.ANY,
            "Whether an rsync backup shares unchanged files with the one before",
            "`link` saves time and space, `copy` time alone.",
            sample="link",
        ),
        Option(
            "autogenerate_manifest",
            g.BOOLEAN,
            "false",
            Scope.ANY,
            "Whether an rsync backup gets a `backup_manifest`",
        ),
        Option(
            "backup_compression",
            g.enum("gzip", "lz4", "zstd", "none"),
            None,
            Scope.ANY,
            "How pg_basebackup compresses",
            "Any value, `none` too, makes it write tar files unless "
            "`backup_compression_format` is `plain`.",
            sample="gzip",
        ),
        Option(
            "backup_compression_format",
            g.enum("plain", "tar"),
            None,
            Scope.ANY,
            "What a compressed backup is stored as",
            "`plain` needs the location `server`.",
            sample="tar",
        ),
        Option(
            "backup_compression_level",
            g.INTEGER,
            None,
            Scope.ANY,
            "How hard pg_basebackup compresses",
        ),
        Option(
            "backup_compression_location",
            g.enum("client", "server"),
            None,
            Scope.ANY,
            "Who compresses: pg_basebackup or PostgreSQL",
            "`server` needs PostgreSQL 15.",
            sample="server",
        ),
        Option(
            "backup_compression_workers",
            g.INTEGER,
            None,
            Scope.ANY,
            "Number of threads that compress with zstd",
        ),
        Option(
            "basebackup_retry_times",
            g.INTEGER,
            "0",
            Scope.ANY,
            "How often a failed copy is tried again",
            "It holds for backups and restores.",
            sample="3",
        ),
        Option(
            "basebackup_retry_sleep",
            g.SECONDS,
            "30",
            Scope.ANY,
            "Pause before a copy is tried again",
        ),
        Option(
            "worm_mode",
            g.BOOLEAN,
            "off",
            Scope.ANY,
            "Whether the storage forbids changes to what has been written",
            "WAL older than the first backup is then not removed.",
        ),
        Option(
            "warehousepg_dbid",
            g.INTEGER,
            None,
            Scope.ANY,
            "Id of the segment host, given to pg_basebackup of WarehousePG",
        ),
        Option(
            "encryption",
            g.ENCRYPTION,
            "none",
            Scope.ANY,
            "Whether backups and WAL are encrypted",
            "Needs the method `postgres`, `backup_compression`, "
            "`backup_compression_format = tar` and `encryption_key_id`. `none` also "
            "switches off what `[barman]` switched on.",
            sample="gpg",
        ),
        Option(
            "encryption_key_id",
            g.TEXT,
            None,
            Scope.ANY,
            "Key of GnuPG for which is encrypted",
            sample="barman@example.com",
        ),
        Option(
            "encryption_passphrase_command",
            g.COMMAND,
            None,
            Scope.ANY,
            "Program that prints the passphrase of the key",
            "Needed to decrypt.",
        ),
    ),
)

RESTORE = Chapter(
    "Restore",
    (
        Option(
            "recovery_options",
            g.words("get-wal", "delta-restore"),
            "",
            Scope.ANY,
            "Finer choices of a restore",
            "`get-wal` lets the restored server fetch WAL from here; `delta-restore` "
            "copies only what differs.",
            sample="get-wal",
        ),
        Option(
            "staging_path",
            g.ABSOLUTE_PATH,
            None,
            Scope.ANY,
            "Directory in which backups are combined, decompressed or decrypted",
            "Without any staging option `/tmp` serves.",
        ),
        Option(
            "staging_location",
            g.enum("local", "remote", exact=True),
            "local",
            Scope.ANY,
            "Host on which `staging_path` is",
            "`remote` needs `--remote-ssh-command`.",
        ),
        Option(
            "combine_mode",
            g.enum("copy", "link", "clone", "copy-file-range"),
            "copy",
            Scope.ANY,
            "How pg_combinebackup copies files",
        ),
        Option(
            "local_staging_path",
            g.ABSOLUTE_PATH,
            None,
            Scope.ANY,
            "Directory in which incremental and encrypted backups are prepared",
            deprecated="use `staging_path`",
        ),
        Option(
            "recovery_staging_path",
            g.ABSOLUTE_PATH,
            None,
            Scope.ANY,
            "Directory in which compressed backups are prepared",
            deprecated="use `staging_path` and `staging_location`",
        ),
    ),
)
