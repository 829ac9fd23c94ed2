# SPDX-License-Identifier: MIT
"""backup.info: a backup as text, one `name=value` line a field, sorted by name.

Equal to Barman's files to the byte, because both programs share catalogues: exactly
these fields, the word `None` for null, Python literals, id lists joined by commas.
What a reader would get wrong: the id is not in the file, it is the file's name; and
the two offsets are not facts of their own, they follow from the LSNs.
"""

from __future__ import annotations

from barman.catalogue.instant import parse_instant, render_instant
from barman.catalogue.literal import LiteralMapping, parse_literal
from barman.errors import DataError
from barman.model.backup import Backup, BackupStatus, Tablespace
from barman.model.backup_id import BackupId
from barman.model.frozen import frozen
from barman.model.lsn import Lsn
from barman.model.postgres_version import PostgresVersion
from barman.model.segment import SegmentSize, WalSegment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime, tzinfo
    from typing import Any

NULL = "None"
# compat: backups older than the field were all made by exclusive rsync.
_MODE_BEFORE_MODES = "rsync-exclusive"
_LINE_BREAKS = str.maketrans("\r\n", "  ")
_LABEL_BEGINNING = "START WAL LOCATION"


def parse(
    text: str, *, id: BackupId, path: str = "backup.info", zone: tzinfo | None = None
) -> Backup:
    """Return the backup that a backup.info describes.

    Raises `DataError`, which names the file `path`, the line and the field.  Fields
    that older versions did not write take their defaults; times without a zone are
    in `zone`, or the system's local time.
    """
    values: dict[str, Any] = {}
    for number, line in enumerate(text.split("\n"), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        name, equals, value = line.partition("=")
        name, value = name.rstrip(), value.lstrip()
        field = _FIELDS.get(name)
        if not equals:
            raise DataError(f'"{path}", line {number}: not a field: {line[:60]!r}')
        if field is None:
            raise DataError(
                f'"{path}", line {number}: unknown field "{name}"',
                hint="It was written by a newer version of Barman: use that version.",
            )
        if value == NULL:
            values.pop(field.attribute, None)
            continue
        try:
            values[field.attribute] = field.read(value, zone)
        except ValueError as error:
            raise DataError(
                f'"{path}", line {number}: invalid value of "{name}": {value[:60]!r}'
            ) from error
    values.pop("", None)
    return Backup(**{"server_name": "", "mode": _MODE_BEFORE_MODES, **values, "id": id})


def render(backup: Backup) -> str:
    """Return the text of the backup.info that describes a backup."""
    return "".join(
        f"{name}={NULL if value is None else _FIELDS[name].write(value)}\n"
        for name, value in fields(backup)
    )


def fields(backup: Backup) -> Iterator[tuple[str, Any]]:
    """Yield names and values of a backup.info as it would be written; None is null."""
    for name, field in _FIELDS.items():
        value = field.of(backup) if field.of else getattr(backup, field.attribute)
        if value is not None and value != ():
            yield name, value
        elif name not in _OMITTED_WHEN_NULL:
            yield name, None


def _read_text(text: str, _: tzinfo | None) -> str:
    return text


def _write_text(text: str) -> str:
    # A field stands on one line, whatever an error message held.
    return text.translate(_LINE_BREAKS)


def _read_int(text: str, _: tzinfo | None) -> int:
    return int(text)


def _read_label(text: str, _: tzinfo | None) -> str:
    label = parse_literal(text)
    if isinstance(label, str) and label[1:].startswith(_LABEL_BEGINNING):
        # compat: a passive node of Barman writes the literal of the literal.
        label = parse_literal(label)
    if not isinstance(label, str):
        raise ValueError("not a quoted text")
    return label


def _read_ids(text: str, _: tzinfo | None) -> tuple[BackupId, ...]:
    return tuple(BackupId(part.strip()) for part in text.split(","))


def _write_ids(ids: Iterable[BackupId]) -> str:
    return ",".join(id.text for id in ids)


def _read_names(text: str, _: tzinfo | None) -> tuple[str, ...]:
    names = parse_literal(text)
    if not isinstance(names, (list, tuple)):
        raise ValueError("not a list")
    return tuple(_text(name) for name in names)


def _read_tablespaces(text: str, _: tzinfo | None) -> tuple[Tablespace, ...]:
    rows = parse_literal(text)
    if not isinstance(rows, (list, tuple)):
        raise ValueError("not a list")
    return tuple(_tablespace(row) for row in rows)


def _tablespace(row: object) -> Tablespace:
    match row:
        # The passive copy of a backup went through JSON, where tuples are lists.
        case (str() as name, int() as oid, str() as location):
            return Tablespace(name, oid, location)
    raise ValueError("not a tablespace")


def _write_tablespaces(tablespaces: Iterable[Tablespace]) -> str:
    return repr([(each.name, each.oid, each.location) for each in tablespaces])


def _write_list(values: Iterable[object]) -> str:
    return repr(list(values))


def _write_mapping(mapping: Mapping[str, object]) -> str:
    if isinstance(mapping, LiteralMapping):
        return mapping.text
    return repr(dict(mapping))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("not a text")
    return value


def _read_time(text: str, zone: tzinfo | None) -> datetime:
    return parse_instant(text, zone)


def _begin_offset(backup: Backup) -> int | None:
    return _offset(backup, backup.begin_lsn)


def _end_offset(backup: Backup) -> int | None:
    return _offset(backup, backup.end_lsn)


def _offset(backup: Backup, lsn: Lsn | None) -> int | None:
    return None if lsn is None else backup.segment_size.offset(lsn)


@frozen()
class _Field:
    """How one field is read and written; `of` derives what is not an attribute."""

    attribute: str
    read: Callable[[str, tzinfo | None], object] = _read_text
    write: Callable[[Any], str] = _write_text
    of: Callable[[Backup], object] | None = None


def _integer(attribute: str) -> _Field:
    return _Field(attribute, _read_int, str)


def _number(attribute: str, kind: Callable[[int], object]) -> _Field:
    return _Field(
        attribute, lambda text, _: kind(int(text)), lambda value: str(int(value))
    )


def _named(attribute: str, kind: Callable[[str], object]) -> _Field:
    return _Field(attribute, lambda text, _: kind(text), str)


def _mapping(attribute: str) -> _Field:
    return _Field(attribute, lambda text, _: LiteralMapping(text), _write_mapping)


def _time(attribute: str) -> _Field:
    return _Field(attribute, _read_time, render_instant)


_OMITTED_WHEN_NULL = frozenset(("backup_name", "snapshots_info"))
# In the order of the file, which is that of the names.
_FIELDS: dict[str, _Field] = {
    "backup_label": _Field("label", _read_label, repr),
    "backup_name": _Field("name"),
    "begin_offset": _Field("", _read_int, str, _begin_offset),
    "begin_time": _time("begin_time"),
    "begin_wal": _named("begin_segment", WalSegment.parse),
    "begin_xlog": _named("begin_lsn", Lsn.parse),
    "children_backup_ids": _Field("children_ids", _read_ids, _write_ids),
    "cluster_size": _integer("cluster_size"),
    "compression": _Field("compression"),
    "config_file": _Field("config_file"),
    "copy_stats": _mapping("copy_stats"),
    "data_checksums": _Field("data_checksums"),
    "deduplicated_size": _integer("deduplicated_size"),
    "encryption": _Field("encryption"),
    "end_offset": _Field("", _read_int, str, _end_offset),
    "end_time": _time("end_time"),
    "end_wal": _named("end_segment", WalSegment.parse),
    "end_xlog": _named("end_lsn", Lsn.parse),
    "error": _Field("error"),
    "hba_file": _Field("hba_file"),
    "ident_file": _Field("ident_file"),
    "included_files": _Field("included_files", _read_names, _write_list),
    "mode": _Field("mode"),
    "parent_backup_id": _named("parent_id", BackupId),
    "pgdata": _Field("pgdata"),
    "server_name": _Field("server_name"),
    "size": _integer("size"),
    "snapshots_info": _mapping("snapshots_info"),
    "status": _Field(
        "status", lambda text, _: BackupStatus(text), lambda status: str(status.value)
    ),
    "summarize_wal": _Field("summarize_wal"),
    "systemid": _Field("systemid"),
    "tablespaces": _Field("tablespaces", _read_tablespaces, _write_tablespaces),
    "timeline": _integer("timeline"),
    "version": _number("version", PostgresVersion),
    "xlog_segment_size": _number("segment_size", SegmentSize),
}
