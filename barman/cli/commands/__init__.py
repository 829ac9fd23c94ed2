# SPDX-License-Identifier: MIT
"""The commands: one row each, from which help and dispatch follow.

A row names the module that is loaded when its command is called; nothing of a command
is loaded to show the list of all.
"""

from __future__ import annotations

from barman.errors import ExitTable, Kind
from barman.model.enumeration import Enum, unique
from barman.model.frozen import frozen


@unique
class Takes(Enum):
    """How many servers a command line names."""

    NONE = "none"
    ONE = "one"
    SEVERAL = "several"


@unique
class Act(Enum):
    """What a command does with a server in some state."""

    RUN = "run"
    SKIP = "skip"
    REFUSE = "refuse"


@frozen(kw_only=True)
class States:
    """What a command does with inactive, disabled and passive servers."""

    inactive: Act = Act.RUN
    disabled: Act = Act.RUN
    passive: Act = Act.RUN


# The combinations that most commands share.
ANY_STATE = States()
NOT_DISABLED = States(disabled=Act.REFUSE)
WORKING = States(inactive=Act.SKIP, disabled=Act.REFUSE)
ACTIVE_NODE = States(inactive=Act.SKIP, disabled=Act.REFUSE, passive=Act.SKIP)


@frozen(kw_only=True)
class CliCommand:
    """One command; `quick` ones open no log before they have something to log."""

    name: str
    module: str
    summary: str
    aliases: tuple[str, ...] = ()
    takes: Takes = Takes.ONE
    states: States = ANY_STATE
    quick: bool = False
    exits: ExitTable = ExitTable(default=1)


HELP = CliCommand(
    name="help",
    module="help",
    summary="show this help and exit",
    takes=Takes.NONE,
    quick=True,
)

# In the order of the help: by name.
COMMANDS: tuple[CliCommand, ...] = (
    CliCommand(
        name="archive-wal",
        module="archive_wal",
        summary="archive the WAL files that have come in",
        states=WORKING,
    ),
    CliCommand(
        name="backup",
        module="backup",
        summary="take a base backup of servers",
        takes=Takes.SEVERAL,
        states=ACTIVE_NODE,
    ),
    CliCommand(
        name="check",
        module="check",
        summary="see whether servers are ready to be backed up",
        takes=Takes.SEVERAL,
    ),
    CliCommand(
        name="check-backup",
        module="check_backup",
        summary="see whether the WAL that a backup needs has arrived",
        states=WORKING,
    ),
    CliCommand(
        name="cron",
        module="cron",
        summary="maintain all servers; to be run every minute",
        takes=Takes.NONE,
        states=States(inactive=Act.SKIP, disabled=Act.SKIP),
    ),
    CliCommand(
        name="delete",
        module="delete",
        summary="delete a backup and what only it needs",
        states=NOT_DISABLED,
    ),
    CliCommand(
        name="get-wal",
        module="get_wal",
        summary="send a WAL file to standard output or into a directory",
        states=NOT_DISABLED,
        exits=ExitTable(default=1, statuses={Kind.NAME: 3}),
    ),
    HELP,
    CliCommand(
        name="keep",
        module="keep",
        summary="keep a backup beyond its retention policy, or stop doing so",
        states=WORKING,
    ),
    CliCommand(
        name="list-backups",
        module="list_backups",
        aliases=("list-backup",),
        summary="list the backups of servers",
        takes=Takes.SEVERAL,
        quick=True,
    ),
    CliCommand(
        name="list-files",
        module="list_files",
        summary="list the files of a backup",
        quick=True,
    ),
    CliCommand(
        name="list-processes",
        module="list_processes",
        aliases=("list-process",),
        summary="list the running processes of a server",
        states=WORKING,
        quick=True,
    ),
    CliCommand(
        name="list-servers",
        module="list_servers",
        aliases=("list-server",),
        summary="list the configured servers",
        takes=Takes.NONE,
        quick=True,
    ),
    CliCommand(
        name="lock-directory-cleanup",
        module="lock_directory_cleanup",
        summary="remove lock files that nobody holds",
        takes=Takes.NONE,
    ),
    CliCommand(
        name="put-wal",
        module="put_wal",
        summary="take in WAL files from standard input",
        states=States(inactive=Act.REFUSE, disabled=Act.REFUSE),
    ),
    CliCommand(
        name="rebuild-xlogdb",
        module="rebuild_xlogdb",
        summary="make the WAL index anew from the archived files",
        takes=Takes.SEVERAL,
        states=WORKING,
    ),
    CliCommand(
        name="receive-wal",
        module="receive_wal",
        summary="stream WAL, or stop streaming, or manage its replication slot",
        states=NOT_DISABLED,
    ),
    CliCommand(
        name="restore",
        module="restore",
        aliases=("recover",),
        summary="restore a backup into a directory, up to a target",
        states=NOT_DISABLED,
    ),
    CliCommand(
        name="show-backup",
        module="show_backup",
        aliases=("show-backups",),
        summary="show everything that is known of a backup",
        quick=True,
    ),
    CliCommand(
        name="show-servers",
        module="show_servers",
        aliases=("show-server",),
        summary="show the configuration and the state of servers",
        takes=Takes.SEVERAL,
    ),
    CliCommand(
        name="status",
        module="status",
        summary="show the state of servers in a few lines",
        takes=Takes.SEVERAL,
    ),
    CliCommand(
        name="switch-wal",
        module="switch_wal",
        aliases=("switch-xlog",),
        summary="close the current WAL file of servers",
        takes=Takes.SEVERAL,
        states=States(inactive=Act.SKIP, disabled=Act.REFUSE, passive=Act.REFUSE),
    ),
    CliCommand(
        name="terminate-process",
        module="terminate_process",
        summary="stop a running process of a server",
        states=WORKING,
    ),
)


def find_command(word: str) -> CliCommand | None:
    """Return the command that `word` names, whole or by an alias."""
    for command in COMMANDS:
        if word == command.name or word in command.aliases:
            return command
    return None
