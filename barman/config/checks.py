# SPDX-License-Identifier: MIT
"""What makes a server unusable, as far as its options alone can tell.

All problems accumulate; a server with any is disabled.  An inactive server is never
connected to, so it needs no connection string and no SSH; a passive one asks another
Barman.
"""

from __future__ import annotations

from barman.config.grammar import STRATEGIES
from barman.config.lock_checks import lock_problems
from barman.errors import InvalidNameError
from barman.model.conninfo import Conninfo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

_RSYNC = ("rsync", "local-rsync")
_LEVELS = {"gzip": (-1, 9), "lz4": (0, 12), "zstd": (-131072, 22), "none": (0, 0)}
_STRATEGY = frozenset(STRATEGIES)


def settle(values: dict[str, Any]) -> list[str]:
    """Complete options that depend on each other; return warnings about it."""
    rates = values["tablespace_bandwidth_limit"] or ()
    limit = values["bandwidth_limit"]
    kept = tuple(pair for pair in rates if pair[1] != limit)
    values["tablespace_bandwidth_limit"] = kept or None
    if values["primary_ssh_command"] is not None or not values["active"]:
        return []
    return [*_settle_archiver(values), *_settle_strategy(values)]


def _settle_archiver(values: dict[str, Any]) -> Iterator[str]:
    if not values["archiver"] and not values["streaming_archiver"]:
        yield (
            f"No archiver enabled for server '{values['name']}'. Please turn on "
            "'archiver', 'streaming_archiver' or both"
        )
        yield "Forcing 'archiver = on'"
        values["archiver"] = True


def _settle_strategy(values: dict[str, Any]) -> Iterator[str]:
    options, method = values["backup_options"], values["backup_method"]
    name = values["name"]
    if method == "postgres" and "exclusive_backup" in options:
        yield (
            f"The 'exclusive_backup' strategy of server '{name}' is not supported by "
            "backup_method 'postgres'; using 'concurrent_backup'."
        )
        options = options - _STRATEGY | {"concurrent_backup"}
    elif method in (*_RSYNC, "snapshot") and not options & _STRATEGY:
        yield (
            f"No backup strategy set for server '{name}' "
            "(using default 'concurrent_backup')."
        )
        options = options | {"concurrent_backup"}
    values["backup_options"] = options


def find_problems(values: Mapping[str, Any]) -> list[str]:
    """Return every reason why the server cannot be used."""
    if values["primary_ssh_command"] is not None:
        return []
    needs = [*_connection(values), *_reach(values)] if values["active"] else []
    return [*needs, *_METHODS.get(values["backup_method"], _nothing)(values)]


def _connection(values: Mapping[str, Any]) -> Iterator[str]:
    if not _is_conninfo(values["conninfo"]):
        yield f"{_state(values, 'conninfo')} for server '{values['name']}'"
    streams = values["streaming_archiver"]
    connected = _is_conninfo(values["streaming_conninfo"])
    if (streams or values["backup_method"] == "postgres") and not connected:
        yield f"{_state(values, 'streaming_conninfo')} for server '{values['name']}'"
    usable = connected and values["slot_name"] is not None
    if streams and not values["archiver"] and not usable:
        yield (
            "Streaming-only archiver requires 'streaming_conninfo' and "
            "'slot_name' options to be properly configured"
        )


def _state(values: Mapping[str, Any], option: str) -> str:
    if values[option] is None:
        return f"Missing '{option}' option"
    return f"Option '{option}' is not made of key=value pairs"


def _is_conninfo(text: str | None) -> bool:
    try:
        return text is not None and bool(Conninfo.parse(text))
    except InvalidNameError:
        return False


def _reach(values: Mapping[str, Any]) -> Iterator[str]:
    method, command = values["backup_method"], values["ssh_command"]
    if method in ("rsync", "snapshot") and command is None:
        yield (
            f"Missing 'ssh_command' option for server '{values['name']}', which "
            f"backup_method '{method}' requires"
        )
    if method == "local-rsync" and command is not None:
        yield (
            f"Option 'ssh_command' must not be set for server '{values['name']}', "
            "because backup_method 'local-rsync' copies on this host"
        )


def _nothing(_values: Mapping[str, Any]) -> Iterator[str]:
    yield from ()


def _unsupported(values: Mapping[str, Any], *options: str) -> Iterator[str]:
    """Yield a problem for each option that the method forbids and that is in use."""
    for option in options:
        value = values[option]
        # `reuse_backup = off` and a limit of 0 ask for nothing.
        if value not in (None, False, "off", 0):
            yield (
                f"{option} option is not supported by {values['backup_method']} "
                "backup_method"
            )


def _rsync(values: Mapping[str, Any]) -> Iterator[str]:
    yield from _unsupported(values, "backup_compression")


def _postgres(values: Mapping[str, Any]) -> Iterator[str]:
    yield from _unsupported(
        values, "tablespace_bandwidth_limit", "reuse_backup", "network_compression"
    )
    if values["backup_compression"] is not None:
        yield from _compression(values)


def _compression(values: Mapping[str, Any]) -> Iterator[str]:
    """Yield what no version of PostgreSQL accepts."""
    name = values["backup_compression"]
    location = values["backup_compression_location"]
    level, workers = (
        values["backup_compression_level"],
        values["backup_compression_workers"],
    )
    if values["backup_compression_format"] == "plain" and location != "server":
        yield (
            "backup_compression_format plain requires "
            "backup_compression_location server"
        )
    least, most = _LEVELS[name]
    if level is not None and not least <= level <= most:
        yield (
            f"backup_compression_level {level} is not supported by "
            f"backup_compression {name} (from {least} to {most})"
        )
    if workers is not None and name != "zstd":
        yield (
            f"backup_compression_workers is not supported by backup_compression {name}"
        )
    elif workers is not None and workers < 0:
        yield f"backup_compression_workers {workers} is negative"


def _snapshot(values: Mapping[str, Any]) -> Iterator[str]:
    for option in ("snapshot_disks", "snapshot_instance", "snapshot_provider"):
        if values[option] is None:
            yield (
                f"Missing '{option}' option for server '{values['name']}', which "
                "backup_method 'snapshot' requires"
            )
    yield from _unsupported(
        values,
        "backup_compression",
        "bandwidth_limit",
        "network_compression",
        "tablespace_bandwidth_limit",
        "reuse_backup",
    )
    if values["snapshot_provider"] == "aws":
        yield from lock_problems(values)
    if values["snapshot_provider"] == "azure" and not values["azure_subscription_id"]:
        yield "snapshot_provider azure requires the option azure_subscription_id"
    if values["snapshot_provider"] == "gcp" and not values["gcp_project"]:
        yield "snapshot_provider gcp requires the option gcp_project"


_METHODS = {
    "rsync": _rsync,
    "local-rsync": _rsync,
    "postgres": _postgres,
    "snapshot": _snapshot,
}
