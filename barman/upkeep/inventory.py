# SPDX-License-Identifier: MIT
"""Everything that is configured and known of one server, by the names users know.

What PostgreSQL does not tell, or cannot be asked, is None.
"""

from __future__ import annotations

from datetime import timedelta

from barman.errors import BarmanError
from barman.model.frozen import fields_of
from barman.model.quantity import iso, pretty_duration
from barman.report.listing import ListedServer, ServerShown
from barman.upkeep.program_facts import basebackup_facts, receivewal_facts
from barman.wal.receiver import standby_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import TypeVar

    from barman.catalogue.backups import BackupCatalogue
    from barman.config.server_config import ServerConfig
    from barman.postgres.programs import Programs
    from barman.postgres.replication import ReplicationSession
    from barman.postgres.session import PostgresSession
    from barman.report.report import Reporter
    from barman.system.clock import Clock

    Fact = TypeVar("Fact")

# Fields of a server that are no options.
_OWN = ("problems", "warnings", "retention_policy_invalid")
_SETTINGS = (
    "archive_timeout",
    "checkpoint_timeout",
    "config_file",
    "hba_file",
    "ident_file",
    "data_checksums",
    "data_directory",
    "hot_standby",
    "max_replication_slots",
    "max_wal_senders",
    "synchronous_standby_names",
    "wal_compression",
    "wal_level",
)
_STANDBYS = "synchronous_standby_names"
_IN_SECONDS = ("archive_timeout", "checkpoint_timeout")
_OPTION_SETS = {
    "backup_options": "BackupOptions",
    "recovery_options": "RecoveryOptions",
}


class Inventory:
    """Tells everything about one server."""

    def __init__(
        self,
        *,
        config: ServerConfig,
        catalogue: BackupCatalogue,
        session: Callable[[], PostgresSession],
        streaming: Callable[[], ReplicationSession],
        programs: Programs,
        clock: Clock,
        reporter: Reporter,
    ) -> None:
        self._config = config
        self._catalogue = catalogue
        self._session = session
        self._streaming = streaming
        self._programs = programs
        self._clock = clock
        self._reporter = reporter

    def show(self) -> None:
        """Tell it."""
        config = self._config
        values = dict(self._configured())
        if config.active and not config.passive:
            values.update(self._facts())
        self._reporter.tell(
            ServerShown(
                server=ListedServer(
                    name=config.name,
                    description=config.description,
                    inactive=not config.active,
                    disabled=config.disabled,
                    passive=config.passive,
                ),
                values=values,
            )
        )

    def _configured(self) -> Iterator[tuple[str, object]]:
        config = self._config
        for name in fields_of(config):
            if name not in _OWN:
                yield name, _printed(name, getattr(config, name))
        yield "disabled", config.disabled
        yield "passive_node", config.passive
        enforced = config.retention_policy is not None
        yield "wal_retention_policy", "MAIN" if enforced else "main"
        yield "last_backup_maximum_age", self._maximum_age()

    def _maximum_age(self) -> str:
        """Return the age allowed with that of the latest backup, as text."""
        allowed = self._config.last_backup_maximum_age
        if allowed is None:
            return "None"
        ends = [
            backup.end_time
            for backup in self._catalogue.survey().backups
            if backup.status.is_usable and backup.end_time is not None
        ]
        if not ends:
            return f"{pretty_duration(allowed)} (WARNING! no backup available)"
        age = self._clock.now() - ends[-1]
        if age > allowed:
            said = f"WARNING! latest backup is {pretty_duration(age)} old"
        else:
            said = f"latest backup: {pretty_duration(age)} "
        return f"{pretty_duration(allowed)} ({said})"

    def _facts(self) -> Iterator[tuple[str, object]]:
        """Yield what is remote; compat: the names are those of the options."""
        config, session = self._config, self._session()
        ask = {
            "current_lsn": lambda: _text(session.current_lsn),
            "current_size": lambda: str(session.cluster_size()),
            "current_xlog": lambda: _text(session.current_segment),
            "has_backup_privileges": lambda: session.has_backup_privileges,
            "has_monitoring_privileges": lambda: session.has_monitoring_privileges,
            "is_in_recovery": lambda: session.is_in_recovery,
            "is_superuser": lambda: session.is_superuser,
            "postgres_systemid": lambda: session.systemid,
            "replication_slot": lambda: self._slot(session),
            "server_txt_version": lambda: str(session.version),
            "xlog_segment_size": lambda: int(session.segment_size),
        }
        reachable = _known(lambda: session.version) is not None
        for name, question in ask.items():
            yield name, _known(question) if reachable else None
        yield "replication_slot_support", True if reachable else None
        yield "version_supported", True if reachable else None
        yield from self._settings(session, reachable=reachable)
        if config.archiver:
            yield from _archiver(session, reachable=reachable)
        if config.streaming_archiver or config.backup_method == "postgres":
            yield from self._stream()
        version = _known(lambda: session.version)
        if config.backup_method == "postgres":
            yield from basebackup_facts(self._programs, version)
        if config.streaming_archiver:
            listed = _known(lambda: session.settings(_STANDBYS)) or {}
            yield from receivewal_facts(
                self._programs, version, synchronous=self._is_named(listed)
            )

    def _is_named(self, settings: Mapping[str, str]) -> bool | None:
        """Tell whether the receiver is one of the synchronous standbys."""
        if _STANDBYS not in settings:
            return None
        names = standby_names(settings[_STANDBYS])
        return "*" in names or self._config.streaming_archiver_name.lower() in names

    def _slot(self, session: PostgresSession) -> str | None:
        name = self._config.slot_name
        slot = session.slot(name) if name else None
        if slot is None:
            return None
        return (
            f"Record(slot_name='{slot.name}', active={slot.active},"
            f" restart_lsn='{slot.restart_lsn}')"
        )

    def _settings(
        self, session: PostgresSession, *, reachable: bool
    ) -> Iterator[tuple[str, object]]:
        version = _known(lambda: session.version) if reachable else None
        is_old = version is not None and not version.at_least(13)
        names = (*_SETTINGS, "wal_keep_segments" if is_old else "wal_keep_size")
        shown = (_known(lambda: session.settings(*names)) if reachable else {}) or {}
        plain = (
            _known(lambda: session.plain_settings(*_IN_SECONDS)) if reachable else {}
        ) or {}
        for name in names:
            value: object = shown.get(name)
            if name in _IN_SECONDS and name in plain:
                value = int(plain[name])
            if name == "synchronous_standby_names" and value is not None:
                value = [part.strip() for part in str(value).split(",")]
            yield name, value

    def _stream(self) -> Iterator[tuple[str, object]]:
        identity, problem = None, None
        try:
            identity = self._streaming().identify()
        except BarmanError as error:
            problem = error.message
        yield "connection_error", problem
        yield "streaming", True if identity else None
        yield "streaming_supported", True if identity else None
        yield "streaming_systemid", identity.systemid if identity else None
        yield "timeline", identity.timeline if identity else None
        yield "xlogpos", str(identity.lsn) if identity else None


def _archiver(
    session: PostgresSession, *, reachable: bool
) -> Iterator[tuple[str, object]]:
    names = ("archive_mode", "archive_command")
    shown = (_known(lambda: session.settings(*names)) if reachable else {}) or {}
    for name in names:
        yield name, shown.get(name)
    stats = _known(session.archiver) if reachable else None
    for name in (
        "archived_count",
        "last_archived_wal",
        "failed_count",
        "last_failed_wal",
        "is_archiving",
    ):
        yield name, getattr(stats, name, None)
    for name in ("last_archived_time", "last_failed_time", "stats_reset"):
        moment = getattr(stats, name, None)
        yield name, iso(moment) if moment else None
    rate = getattr(stats, "archived_per_second", None)
    yield "current_archived_wals_per_second", None if rate is None else str(rate)


def _printed(name: str, value: object) -> object:
    """Return an option's value as it has always been printed."""
    if name in _OPTION_SETS and isinstance(value, frozenset):
        # compat: the text that programs read from show-servers.
        inner = ", ".join(repr(word) for word in sorted(value))
        return (
            f"{_OPTION_SETS[name]}({{{inner}}})"
            if inner
            else (f"{_OPTION_SETS[name]}()")
        )
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, bytes):
        return f"0x{value.hex()}"
    if name == "retention_policy":
        return None if value is None else str(value)
    if name == "bandwidth_limit":
        return None if value is None else str(value)
    return list(value) if isinstance(value, tuple) else value


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _known(ask: Callable[[], Fact]) -> Fact | None:
    """Return a fact, None where PostgreSQL does not tell it to our role."""
    try:
        return ask()
    except BarmanError:
        return None
