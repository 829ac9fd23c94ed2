# SPDX-License-Identifier: MIT
"""The host that an `ssh_command` leads to, by the means that can honour it."""

from __future__ import annotations

import logging
import os

from barman.errors import CommandError
from barman.system.command import Command
from barman.system.host import LocalHost
from barman.system.known_hosts import KnownHosts
from barman.system.openssh import OpenSshHost
from barman.system.rsync import RsyncShell
from barman.system.runner import LocalRunner
from barman.system.ssh import SshHost
from barman.system.ssh_command import (
    ALIVE_COUNT,
    ALIVE_INTERVAL,
    CONNECT_TIMEOUT,
    Settings,
    client_argv,
    names_ciphers,
    parse_ssh_command,
    reason_for_client,
)
from barman.system.ssh_connection import Access

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from barman.system.command import CommandRunner
    from barman.system.host import Host
    from barman.system.ssh_command import SshCommand

logger = logging.getLogger(__name__)


def open_host(
    ssh_command: str | None,
    *,
    environ: Mapping[str, str],
    runner: CommandRunner | None = None,
) -> Host:
    """Return the host behind `ssh_command`, or this machine; connects when used."""
    runner = runner or LocalRunner(environ)
    if ssh_command is None:
        return LocalHost(runner)
    command = parse_ssh_command(ssh_command)
    settings = _settings(command, runner)
    argv = client_argv(command, settings)
    reason = reason_for_client(command, settings)
    if reason is None and settings is not None:
        reason = _reason_at_hand(settings, environ)
    if reason is not None or settings is None:
        logger.debug("using the ssh client for %s: %s", command.label, reason)
        return OpenSshHost(argv, label=command.label, runner=runner)
    access = _access(command, settings, environ)
    return SshHost(access, rsync_shell=RsyncShell(argv))


def _settings(command: SshCommand, runner: CommandRunner) -> Settings | None:
    if not command.is_openssh:
        return None
    question = Command((command.argv[0], "-G", *command.argv[1:]), timeout=10)
    try:
        return Settings.parse(runner.run(question).text)
    except CommandError as error:
        logger.debug("ssh -G: %s", error)
        return None


def _reason_at_hand(settings: Settings, environ: Mapping[str, str]) -> str | None:
    """Return why this machine, rather than the command, asks for the client."""
    if settings.is_on("gssapiauthentication") and _has_ticket(environ):
        return "there is a Kerberos ticket"
    if settings.is_on("identitiesonly") and environ.get("SSH_AUTH_SOCK"):
        return "keys of the agent are restricted"
    if _known_hosts(settings, environ).has_markers():
        return "known_hosts names authorities"
    return None


def _has_ticket(environ: Mapping[str, str]) -> bool:
    default = f"/tmp/krb5cc_{os.getuid()}"  # noqa: S108  # where Kerberos keeps it
    return "KRB5CCNAME" in environ or os.path.exists(default)


def _access(
    command: SshCommand, settings: Settings, environ: Mapping[str, str]
) -> Access:
    timeout = settings.get("connecttimeout")
    interval = settings.get("serveraliveinterval", "0")
    ciphers = settings.get("ciphers").split(",")
    return Access(
        label=command.label,
        host=settings.get("hostname"),
        port=int(settings.get("port", "22")),
        user=settings.get("user"),
        known_hosts=_known_hosts(settings, environ),
        key_files=tuple(_path(p, environ) for p in settings.all("identityfile")),
        use_agent=not settings.is_on("identitiesonly"),
        strict=settings.is_on("stricthostkeychecking"),
        ciphers=tuple(ciphers) if names_ciphers(command) else (),
        compression=settings.is_on("compression"),
        timeout=float(timeout) if timeout.isdigit() else CONNECT_TIMEOUT,
        alive_interval=float(interval) or ALIVE_INTERVAL,
        alive_count=int(settings.get("serveralivecountmax", str(ALIVE_COUNT))),
    )


def _known_hosts(settings: Settings, environ: Mapping[str, str]) -> KnownHosts:
    return KnownHosts(
        [_path(p, environ) for p in settings.get("userknownhostsfile").split()],
        settings.get("globalknownhostsfile").split(),
        hashed=settings.is_on("hashknownhosts"),
    )


def _path(path: str, environ: Mapping[str, str]) -> str:
    if path.startswith("~/") and "HOME" in environ:
        return environ["HOME"] + path[1:]
    return os.path.expanduser(path)
