# SPDX-License-Identifier: MIT
"""rsync's command lines, made by pure functions.

A path behind SSH is written ` :PATH`: host and user are words of the remote shell
(`-e`), and no colon in a name can be mistaken for the end of a host name.
"""

from __future__ import annotations

import os

from barman.model.frozen import frozen
from barman.system.command import Command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

# 23: partial transfer, 24: vanished files; `judge_copy` tells which of them are good.
ACCEPTED_BY_COPIES = frozenset((0, 23, 24))
_PLAIN = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%_+=:,./-"
)


@frozen()
class RsyncShell:
    """The remote shell of rsync: an SSH client with its arguments, host included."""

    argv: tuple[str, ...]

    def __str__(self) -> str:
        """Return it as `-e` takes it: quotes, doubled inside, and no escapes."""
        return " ".join(_quoted(word) for word in self.argv)


@frozen(kw_only=True)
class RsyncOptions:
    """What a copy does beyond copying.

    `excludes` of the source are also deleted in the destination unless they are among
    `protects`, which are excluded and kept.  `files` are paths relative to the source,
    sent on standard input, and nothing below a directory among them is copied;
    `files_from` names a file that holds paths, one a line.
    """

    shell: RsyncShell | None = None
    remote_source: bool = False
    remote_destination: bool = False
    includes: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    protects: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    files: tuple[str, ...] | None = None
    files_from: str | None = None
    link_dest: str | None = None
    copy_dest: str | None = None
    checksum: bool = False
    delete: bool = False
    delete_excluded: bool = True
    ignore_missing: bool = True
    itemize: bool = False
    stats: bool = False
    network_compression: bool = False
    bwlimit: int | None = None
    timeout: float | None = None


def rsync_command(
    sources: Sequence[str], destination: str, options: RsyncOptions
) -> Command:
    """Return the command that copies `sources` to `destination`."""
    argv = ["rsync", *_transport(options), *_rules(options)]
    argv += ["-rLKpts" if options.files is None else "-LKpts", *_behaviour(options)]
    stdin = None
    if options.files is not None:
        argv += ["--from0", "--files-from=-"]
        stdin = b"".join(os.fsencode(name) + b"\0" for name in options.files)
    elif options.files_from is not None:
        argv.append(f"--files-from={options.files_from}")
    argv.append("--")
    argv += [_place(path, remote=options.remote_source) for path in sources]
    argv.append(_place(destination, remote=options.remote_destination))
    return Command(
        tuple(argv), accept=ACCEPTED_BY_COPIES, stdin=stdin, timeout=options.timeout
    )


def rsync_list_command(path: str, options: RsyncOptions) -> Command:
    """Return the command that lists a tree; see `rsync_output.parse_listing`.

    Times are printed in the zone of the process that lists, hence UTC.
    """
    argv = ["rsync", *_transport(options), *_rules(options)]
    argv += ["-rLKs", "--no-human-readable", "--list-only"]
    if options.ignore_missing:
        argv.append("--ignore-missing-args")
    argv += ["--", _place(path, remote=options.remote_source)]
    return Command(
        tuple(argv),
        accept=ACCEPTED_BY_COPIES,
        env={"TZ": "UTC0", "LC_ALL": "C"},
        timeout=options.timeout,
    )


def _transport(options: RsyncOptions) -> list[str]:
    argv = []
    if options.shell and (options.remote_source or options.remote_destination):
        argv += ["-e", str(options.shell)]
        if options.network_compression:
            argv.append("-z")
    return argv


def _rules(options: RsyncOptions) -> list[str]:
    argv = [f"--include={pattern}" for pattern in options.includes]
    argv += [f"--exclude={pattern}" for pattern in options.excludes]
    for pattern in options.protects:
        argv += [f"--exclude={pattern}", f"--filter=P {pattern}"]
    argv += [f"--filter={rule}" for rule in options.filters]
    return argv


def _behaviour(options: RsyncOptions) -> list[str]:
    switches = (
        (options.delete, "--delete"),
        (options.delete_excluded, "--delete-excluded"),
        # A file that is shared by a hard link must never be written in place.
        (options.link_dest is None, "--inplace"),
        (options.link_dest is not None, f"--link-dest={options.link_dest}"),
        (options.copy_dest is not None, f"--copy-dest={options.copy_dest}"),
        (options.ignore_missing, "--ignore-missing-args"),
        (options.itemize, "--itemize-changes"),
        (options.itemize, "--itemize-changes"),
        (options.checksum, "--checksum"),
        (options.stats, "--stats"),
        (options.stats, "--no-human-readable"),
        (bool(options.bwlimit), f"--bwlimit={options.bwlimit}"),
    )
    return [switch for wanted, switch in switches if wanted]


def _place(path: str, *, remote: bool) -> str:
    if remote:
        return f" :{path}"
    # rsync takes what stands before a first colon for a host, unless it has a slash.
    return path if path.startswith("/") else f"./{path}"


def _quoted(word: str) -> str:
    if word and _PLAIN.issuperset(word):
        return word
    return "'" + word.replace("'", "''") + "'"
