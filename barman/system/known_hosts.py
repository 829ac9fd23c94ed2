# SPDX-License-Identifier: MIT
"""Host keys that are known: a changed one is refused, a new one is recorded."""

from __future__ import annotations

import base64
import os

from paramiko.hostkeys import HostKeys

from barman.errors import ConnectionFailedError
from barman.system.files import file_error, make_directory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from paramiko.pkey import PKey

# RSA keys have one name in files and others in the exchange of keys.
_EXCHANGED_AS = {"ssh-rsa": ("rsa-sha2-512", "rsa-sha2-256")}


class KnownHosts:
    """The known_hosts files that are in force for one host.

    The first of the `user_files` is the one that new keys are recorded in.
    """

    def __init__(
        self,
        user_files: Sequence[str],
        global_files: Sequence[str] = (),
        *,
        hashed: bool = False,
    ) -> None:
        self._user_files = user_files
        self._hashed = hashed
        self._files = [
            path for path in (*user_files, *global_files) if os.path.isfile(path)
        ]

    def has_markers(self) -> bool:
        """Whether authorities or revoked keys are listed, known to the client alone."""
        return any(
            line.lstrip().startswith(b"@")
            for path in self._files
            for line in _lines(path)
        )

    def exchange_names(self, host: str) -> list[str]:
        """Return the algorithms of the keys known for a host, to be asked for first."""
        return [
            name
            for kind, _ in self._known(host)
            for name in _EXCHANGED_AS.get(kind, (kind,))
        ]

    def check(self, host: str, key: PKey, *, strict: bool) -> None:
        """Accept the key of a host; record it if the host is new and not `strict`.

        Raises:
            ConnectionFailedError: the key is not the one that is known.
        """
        known = self._known(host)
        if any(data == key.asbytes() for _, data in known):
            return
        if known:
            raise ConnectionFailedError(
                f'the host key of "{host}" has changed',
                hint="If that is intended, remove the old key with ssh-keygen -R and "
                "connect again; if not, somebody may be listening.",
            )
        if strict:
            raise ConnectionFailedError(
                f'the host key of "{host}" is not known and StrictHostKeyChecking is on'
            )
        self._record(host, key)

    def _known(self, host: str) -> list[tuple[str, bytes]]:
        found = []
        for path in self._files:
            for line in _lines(path):
                fields = line.split()
                if len(fields) >= 3 and _names(fields[0].decode("latin-1"), host):
                    found.append((fields[1].decode("latin-1"), _decoded(fields[2])))
        return found

    def _record(self, host: str, key: PKey) -> None:
        if not self._user_files:
            return
        path = self._user_files[0]
        name = HostKeys.hash_host(host) if self._hashed else host
        line = f"{name} {key.get_name()} {key.get_base64()}\n"
        make_directory(os.path.dirname(path), mode=0o700)
        try:
            with open(path, "ab", opener=_private) as known_hosts:
                known_hosts.write(line.encode())
        except OSError as error:
            raise file_error("record a host key in", path, error) from error


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _lines(path: str) -> list[bytes]:
    try:
        with open(path, "rb") as known_hosts:
            return [
                line for line in known_hosts.read().splitlines() if line[:1] != b"#"
            ]
    except OSError as error:
        raise file_error("read", path, error) from error


def _names(patterns: str, host: str) -> bool:
    """Whether the first field of a line, plain, hashed or a pattern, is the host."""
    if patterns.startswith("|1|"):
        return bool(HostKeys.hash_host(host, patterns) == patterns)
    wanted = False
    for pattern in patterns.split(","):
        if pattern.startswith("!") and _matches(host, pattern[1:]):
            return False
        wanted = wanted or _matches(host, pattern)
    return wanted


def _matches(host: str, pattern: str) -> bool:
    """Whether a host matches a pattern in which only `*` and `?` are special."""
    if not pattern:
        return not host
    if pattern[0] == "*":
        return any(_matches(host[i:], pattern[1:]) for i in range(len(host) + 1))
    if not host or pattern[0] not in ("?", host[0]):
        return False
    return _matches(host[1:], pattern[1:])


def _decoded(key: bytes) -> bytes:
    try:
        return base64.b64decode(key)
    except ValueError:
        return b""
