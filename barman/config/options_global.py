# SPDX-License-Identifier: MIT
"""Options of the program itself: they stand in `[barman]` alone."""

from __future__ import annotations

from barman.config import grammar as g
from barman.config.option import Chapter, Option, Scope

LOG_FORMAT = "%(asctime)s [%(process)s] %(name)s %(levelname)s: %(message)s"

GLOBAL = Chapter(
    "Program",
    (
        Option(
            "barman_home",
            g.PATH,
            None,
            Scope.GLOBAL,
            "Directory under which everything is stored",
            "Required. A leading `~` is not expanded.",
            sample="/var/lib/barman",
        ),
        Option(
            "barman_user",
            g.NAME,
            "barman",
            Scope.GLOBAL,
            "Operating system user that runs barman",
            "Started by root, barman becomes this user; started by anybody else, "
            "it refuses to work.",
            sample="barman",
        ),
        Option(
            "barman_lock_directory",
            g.OTHER_PATH,
            "<barman_home>",
            Scope.GLOBAL,
            "Directory of the lock files",
            "It must exist and should be on a local file system.",
            sample="/var/run/barman",
        ),
        Option(
            "lock_directory_cleanup",
            g.BOOLEAN,
            "true",
            Scope.GLOBAL,
            "Whether `cron` removes lock files that nobody holds",
            "A value that is no boolean stops every command.",
        ),
        Option(
            "config_changes_queue",
            g.OTHER_PATH,
            "<barman_home>/cfg_changes.queue",
            Scope.GLOBAL,
            "File in which `config-update` leaves changes for `cron`",
        ),
        Option(
            "configuration_files_directory",
            g.OTHER_PATH,
            None,
            Scope.GLOBAL,
            "Directory whose `*.conf` files are read after the main file",
            "They are read in the order of their names; for each option the last "
            "file wins. They may not change `[barman]`. A leading `~` is expanded.",
            sample="/etc/barman.d",
        ),
        Option(
            "log_file",
            g.OTHER_PATH,
            None,
            Scope.GLOBAL,
            "File of the log",
            "Without it the log goes to standard error.",
            sample="/var/log/barman/barman.log",
        ),
        Option(
            "log_level",
            g.NAME,
            "INFO",
            Scope.GLOBAL,
            "How much is logged",
            "`DEBUG`, `INFO`, `WARNING`, `ERROR`, `CRITICAL` or a number. The option "
            "`--log-level` of the command line wins.",
            sample="INFO",
        ),
        Option(
            "log_format",
            g.NAME,
            LOG_FORMAT,
            Scope.GLOBAL,
            "Layout of a line of the log",
            "A template of Python's logging module; each percent sign is written "
            "`%%%%`.",
        ),
    ),
)
