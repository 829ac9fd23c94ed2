# SPDX-License-Identifier: MIT
"""A connection to an SSH server: reaching it, knowing it, logging in, watching it."""

from __future__ import annotations

import os
import socket
import threading
import time

import paramiko

from barman.errors import ConnectionFailedError
from barman.model.frozen import frozen
from barman.system.openssh import connection_failed
from barman.system.ssh_command import ALIVE_COUNT, ALIVE_INTERVAL, CONNECT_TIMEOUT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from paramiko.channel import Channel
    from paramiko.pkey import PKey

    from barman.system.known_hosts import KnownHosts

_GCM = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com")


@frozen(kw_only=True)
class Access:
    """How a server is reached and logged in to.  `timeout` bounds each step of it."""

    label: str
    host: str
    port: int
    user: str
    known_hosts: KnownHosts
    key_files: tuple[str, ...] = ()
    use_agent: bool = True
    strict: bool = False
    ciphers: tuple[str, ...] = ()
    compression: bool = False
    timeout: float = CONNECT_TIMEOUT
    alive_interval: float = ALIVE_INTERVAL
    alive_count: int = ALIVE_COUNT

    @property
    def known_as(self) -> str:
        """The name of the host in known_hosts files."""
        return self.host if self.port == 22 else f"[{self.host}]:{self.port}"


class Connection:
    """A connection that is logged in; `ConnectionFailedError` if that cannot be."""

    def __init__(self, access: Access) -> None:
        self.label = access.label
        self._access = access
        self._asked_at: float | None = None
        self._closed = threading.Event()
        self._transport = self._open()
        threading.Thread(target=self._watch, daemon=True).start()

    @property
    def is_alive(self) -> bool:
        """Whether commands can still be sent."""
        return not self._closed.is_set() and self._transport.is_active()

    def open_channel(self) -> Channel:
        """Return a channel for one command."""
        try:
            return self._transport.open_session(timeout=self._access.timeout)
        except (paramiko.SSHException, OSError, EOFError) as error:
            raise connection_failed(self.label, _text(error)) from error

    def execute(self, channel: Channel, text: str) -> None:
        """Start a command on a channel."""
        try:
            channel.exec_command(text.encode("utf-8", "surrogateescape"))
        except (paramiko.SSHException, OSError, EOFError) as error:
            raise connection_failed(self.label, _text(error)) from error

    def check_alive(self) -> None:
        """Raise if the peer has been silent for too long."""
        asked_at = self._asked_at
        limit = self._access.alive_interval * self._access.alive_count
        if asked_at is not None and time.monotonic() - asked_at > limit:
            self.close()
            raise ConnectionFailedError(
                f'lost the connection to "{self.label}": '
                f"no answer for {limit:g} seconds"
            )

    def close(self) -> None:
        """End the connection and its watch."""
        self._closed.set()
        self._transport.close()

    def _open(self) -> paramiko.Transport:
        access = self._access
        try:
            sock = socket.create_connection((access.host, access.port), access.timeout)
        except OSError as error:
            raise connection_failed(self.label, _text(error)) from error
        transport = None
        try:
            transport = paramiko.Transport(sock)
            self._negotiate(transport)
            self._log_in(transport)
        except (paramiko.SSHException, OSError, EOFError) as error:
            _abandon(transport, sock)
            raise connection_failed(self.label, _text(error)) from error
        except BaseException:
            _abandon(transport, sock)
            raise
        return transport

    def _negotiate(self, transport: paramiko.Transport) -> None:
        access = self._access
        transport.banner_timeout = access.timeout
        transport.use_compression(access.compression)
        options = transport.get_security_options()
        offered = [c for c in access.ciphers if c in options.ciphers]
        fast = [c for c in _GCM if c in options.ciphers]
        rest = [c for c in options.ciphers if c not in fast]
        options.ciphers = offered or [*fast, *rest]
        known = access.known_hosts.exchange_names(access.known_as)
        first = [name for name in known if name in options.key_types]
        options.key_types = [
            *first,
            *(name for name in options.key_types if name not in first),
        ]
        transport.start_client(timeout=access.timeout)
        key = transport.get_remote_server_key()
        access.known_hosts.check(access.known_as, key, strict=access.strict)

    def _log_in(self, transport: paramiko.Transport) -> None:
        transport.auth_timeout = self._access.timeout
        tried = 0
        for key in self._keys():
            tried += 1
            try:
                transport.auth_publickey(self._access.user, key)
            except paramiko.AuthenticationException:
                if not transport.is_active():
                    break
            if transport.is_authenticated():
                return
        raise ConnectionFailedError(
            f'could not log in to "{self.label}" as "{self._access.user}": '
            f"none of {tried} keys was accepted",
            hint="Check that the public key of this user is in authorized_keys there, "
            "and that its private key needs no passphrase or is in the agent.",
        )

    def _keys(self) -> Iterator[PKey]:
        if self._access.use_agent:
            yield from paramiko.Agent().get_keys()
        for path in self._access.key_files:
            if os.path.isfile(path):
                try:
                    yield paramiko.PKey.from_path(path)
                except (paramiko.SSHException, OSError, ValueError, TypeError):
                    continue  # Encrypted, of an unknown kind, or not ours to read.

    def _watch(self) -> None:
        """Ask the peer now and then whether it lives; the answer may never come."""
        while not self._closed.wait(self._access.alive_interval):
            self._asked_at = time.monotonic()
            try:
                self._transport.global_request("keepalive@openssh.com", wait=True)
            except (paramiko.SSHException, OSError, EOFError):
                return
            if not self._transport.is_active():
                return
            self._asked_at = None


def _abandon(transport: paramiko.Transport | None, sock: socket.socket) -> None:
    if transport is not None:
        transport.close()
    sock.close()


def _text(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "timed out"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or "the server closed the connection"
