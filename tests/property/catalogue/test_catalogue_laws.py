# SPDX-License-Identifier: MIT
"""Laws of the catalogue's formats: what is written is read, and sums do not lie."""

from __future__ import annotations

import ast
import string
from contextlib import suppress
from datetime import datetime, timedelta, timezone

from hypothesis import example, given
from hypothesis import strategies as st

from barman.catalogue.backup_info import parse, render
from barman.catalogue.instant import parse_instant, render_instant
from barman.catalogue.literal import _plain, parse_literal
from barman.catalogue.wal_accounting import WalAccounting, account
from barman.catalogue.wal_entry import WalEntry
from barman.model.backup import Backup, BackupStatus, Tablespace
from barman.model.backup_id import BackupId
from barman.model.lsn import Lsn
from barman.model.postgres_version import PostgresVersion
from barman.model.segment import SegmentSize, WalSegment

NOTHING = st.none()
any_text = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
one_line = any_text.map(
    lambda text: text.replace("\n", "").replace("\r", "").strip()
).filter(lambda text: text != "None")
words = st.text(string.ascii_letters + string.digits + "-_", min_size=1).filter(
    lambda text: text != "None"
)
ids = words.map(BackupId)
counts = st.integers(min_value=0, max_value=1 << 62)
zones = st.integers(-1439, 1439).map(lambda m: timezone(timedelta(minutes=m)))
instants = st.datetimes(
    min_value=datetime(1000, 1, 1), max_value=datetime(9000, 1, 1), timezones=zones
)
sizes = st.integers(20, 30).map(lambda power: SegmentSize(1 << power))
lsns = st.integers(0, (1 << 64) - 1).map(Lsn)
segments = st.builds(WalSegment, *[st.integers(0, (1 << 32) - 1)] * 3)
statistics = st.recursive(
    st.floats(allow_nan=False, allow_infinity=False)
    | st.integers()
    | any_text
    | NOTHING,
    lambda inner: (
        st.dictionaries(any_text, inner, max_size=3)
        | st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
    ),
    max_leaves=8,
)
mappings = st.dictionaries(any_text, statistics, max_size=4)
tablespaces = st.builds(Tablespace, any_text, counts, any_text)
backups = st.builds(
    Backup,
    id=ids,
    server_name=one_line,
    status=st.sampled_from(tuple(BackupStatus)),
    mode=one_line,
    name=NOTHING | one_line,
    systemid=NOTHING | one_line,
    version=NOTHING | counts.map(PostgresVersion),
    pgdata=NOTHING | one_line,
    segment_size=sizes,
    timeline=NOTHING | counts,
    begin_time=NOTHING | instants,
    begin_lsn=NOTHING | lsns,
    begin_segment=NOTHING | segments,
    end_time=NOTHING | instants,
    end_lsn=NOTHING | lsns,
    end_segment=NOTHING | segments,
    tablespaces=st.lists(tablespaces, max_size=3).map(tuple),
    config_file=NOTHING | one_line,
    included_files=st.lists(any_text, max_size=3).map(tuple),
    label=NOTHING | any_text.filter(lambda t: not t[1:].startswith("START WAL")),
    cluster_size=NOTHING | counts,
    size=NOTHING | counts,
    copy_stats=NOTHING | mappings,
    error=NOTHING | one_line,
    parent_id=NOTHING | ids,
    children_ids=st.lists(ids, max_size=3).map(tuple),
    snapshots_info=NOTHING | mappings,
)


@given(backups)
def test_a_backup_is_read_as_it_was_written(backup):
    text = render(backup)
    again = parse(text, id=backup.id)
    assert again == backup
    assert render(again) == text


@given(instants)
def test_an_instant_is_read_with_its_offset(moment):
    again = parse_instant(render_instant(moment))
    assert (again, again.utcoffset()) == (moment, moment.utcoffset())


@given(st.datetimes(min_value=datetime(1000, 1, 1)), zones)
def test_ctime_is_read_in_the_zone_given(moment, zone):
    expected = moment.replace(microsecond=0, tzinfo=zone)
    assert parse_instant(moment.ctime(), zone) == expected


@given(statistics)
def test_a_literal_is_read_as_repr_wrote_it(value):
    assert parse_literal(repr(value)) == value


@given(any_text)
def test_any_text_is_a_literal_or_a_value_error(text):
    with suppress(ValueError):
        parse_literal(text)


names = st.builds(
    lambda timeline, log, seg, ending: f"{WalSegment(timeline, log, seg)}{ending}",
    st.integers(1, 2),
    st.integers(0, 1),
    st.integers(0, 12) | st.integers(250, 255),
    st.sampled_from(["", "", "", "", ".partial", ".00000028.backup"]),
) | st.sampled_from(["00000002.history", "00000003.history"])
entries = st.builds(
    WalEntry,
    names,
    st.integers(0, 1 << 24),
    st.integers(0, 1000).map(float),
    st.sampled_from([None, "gzip"]),
)


@given(entries)
def test_a_line_is_read_as_it_was_written(entry):
    assert WalEntry.parse(entry.render()) == entry


@st.composite
def spans(draw):
    """Draw up to four backups, on one or two timelines, in any order of their WAL."""
    found = []
    for number in range(draw(st.integers(1, 4))):
        timeline = draw(st.integers(1, 2))
        begin, end = sorted(
            (draw(st.integers(0, 1)), draw(st.integers(0, 12))) for _ in range(2)
        )
        found.append(
            Backup(
                id=BackupId(f"b{number}"),
                server_name="main",
                mode="postgres",
                begin_segment=WalSegment(timeline, *begin),
                end_segment=WalSegment(timeline, *end),
            )
        )
    return found


def cut(lines: list[WalEntry], places: list[int]) -> list[bytes]:
    """Return the lines in blocks that end at these places."""
    blocks, start = [], 0
    for stop in [*sorted(places), len(lines)]:
        if start < stop <= len(lines):
            blocks.append(b"".join(line.render() for line in lines[start:stop]))
            start = stop
    return blocks


def naive(lines: list[WalEntry], backup: Backup, following: list[Backup]):
    """Account one backup with one object a line, as the rule is told."""
    first: dict[str, WalEntry] = {}
    for line in lines:
        if line.file.is_segment:
            first.setdefault(line.name, line)
    begin, end = str(backup.begin_segment), str(backup.end_segment)
    own = [line for line in first.values() if begin <= line.name <= end]
    after = [
        line
        for line in first.values()
        if line.name > end
        and line.file.timeline <= backup.begin_segment.timeline
        and all(line.name <= str(each.end_segment) for each in following[:1])
    ]
    both = sorted(own + after, key=lambda line: line.name)
    return WalAccounting(
        count=len(own),
        size=sum(line.size for line in own),
        count_after=len(after),
        size_after=sum(line.size for line in after),
        last=both[-1].file.segment if both else None,
        first_time=both[0].mtime if both else None,
        last_time=both[-1].mtime if both else None,
    )


@given(
    st.lists(entries, max_size=60), st.lists(st.integers(0, 60), max_size=5), spans()
)
def test_accounting_equals_the_naive_one(lines, places, backups):
    result = account(cut(lines, places), backups)
    assert result == {
        backup.id: naive(lines, backup, backups[place + 1 :])
        for place, backup in enumerate(backups)
    }


@given(
    st.lists(entries, max_size=60), st.lists(st.integers(0, 60), max_size=5), spans()
)
def test_sorted_lines_account_to_the_same(lines, places, backups):
    lines = list({line.name: line for line in lines}.values())
    in_order = sorted(lines, key=lambda line: line.name)
    assert account(cut(lines, places), backups) == account(
        [*cut(in_order, [])], backups
    )


@given(st.text("'\"\\n01(), []ab\t\xe9", max_size=12))
@example("[('ts1', 1, '/a'), (\"t's\", 2, '/b')]")
@example("[('a', 1), ('b), (c', 2)]")
@example("[('a')]")
@example("'a\\nb'")
@example("'a\\\\nb'")
def test_a_plain_literal_means_what_python_says(text):
    value = _plain(text)
    assert value is None or value == ast.literal_eval(text)
