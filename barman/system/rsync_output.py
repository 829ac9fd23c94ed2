# SPDX-License-Identifier: MIT
"""What rsync says: statuses, itemized changes, listings and statistics.

A copy of a running cluster always meets files that vanish.  Which failures are of that
kind is a closed list: any line that is not on it makes the copy fail.
"""

from __future__ import annotations

import re
from datetime import datetime
from enum import Enum, unique

from barman.errors import DataError
from barman.model.frozen import frozen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PARTIAL, VANISHED = 23, 24
_ROLE = r"(?:rsync: )?(?:\[\w+\] )?"
_HARMLESS = re.compile(
    rf"{_ROLE}(?:file|directory|symlink) has vanished: "
    # The file was truncated below our feet; rsync sends it again, and says ERROR and
    # "failed verification" if that does not help.
    rf"|{_ROLE}read errors mapping .*: No data available \(61\)$"
    r"|WARNING: .* failed verification -- update discarded \(will try again\)\.$"
    r"|rsync warning: some files vanished before they could be transferred \(code 24\)"
    r"|rsync error: some files/attrs were not transferred "
    r"\(see previous errors\) \(code 23\)"
    r"|IO error encountered -- skipping file deletion$"
    r"|Warning: Permanently added .* to the list of known hosts\.$"
)
_LISTED = re.compile(
    r"(?P<mode>[-dlspbcD][-rwxsStT]{9})[.+@]?\s+(?P<size>[\d,.]+)\s+"
    r"(?P<time>\d{4}/\d\d/\d\d \d\d:\d\d:\d\d) (?P<path>.*)",
    re.DOTALL,
)
_ITEM = re.compile(r"(?P<code>[<>ch.*][fdLDS][.+?cstpogguaxbn ]{9}) (?P<path>.+)")
_DELETED = re.compile(r"\*deleting\s+(?P<path>.+)")
_ESCAPE = re.compile(rb"\\#([0-3][0-7]{2})")


@unique
class CopyOutcome(Enum):
    """How a copy ended: it is good, worth another try, or failed for good."""

    DONE = "done"
    RETRY = "retry"
    FAILED = "failed"


@frozen()
class ListedFile:
    """An entry of a listed tree; `path` is relative to the root of the tree."""

    mode: str
    size: int
    time: datetime
    path: str

    @property
    def is_directory(self) -> bool:
        """Whether it is a directory."""
        return self.mode[0] == "d"


@frozen()
class Change:
    """One itemized change: what rsync did to which path."""

    path: str
    is_transferred: bool = False
    is_deleted: bool = False


def judge_copy(status: int, stderr_lines: Iterable[str]) -> CopyOutcome:
    """Return what the exit status and the messages of a copy mean."""
    if status in (0, VANISHED):
        return CopyOutcome.DONE
    if status != PARTIAL:
        return CopyOutcome.RETRY
    lines = [line for line in stderr_lines if line.strip()]
    harmless = bool(lines) and not complaints(lines)
    return CopyOutcome.DONE if harmless else CopyOutcome.FAILED


def complaints(stderr_lines: Iterable[str]) -> list[str]:
    """Return the lines that are not on the list of harmless ones."""
    lines = (line.strip() for line in stderr_lines)
    return [line for line in lines if line and not _HARMLESS.match(line)]


def parse_listing(output: bytes) -> Iterator[ListedFile]:
    """Yield the entries that `rsync_list_command` printed.

    Raises:
        DataError: a line is none of a listing: then nothing may be concluded from it.
    """
    for line in output.split(b"\n"):
        if line:
            yield _listed(unescape(line))


def _listed(line: str) -> ListedFile:
    match = _LISTED.fullmatch(line)
    if match is None:
        raise DataError(f"unexpected line in rsync's listing: {line!r}")
    moment = datetime.strptime(f"{match['time']} +0000", "%Y/%m/%d %H:%M:%S %z")
    path = match["path"]
    if match["mode"][0] == "l":
        path = path.partition(" -> ")[0]
    return ListedFile(
        match["mode"],
        int(re.sub("[,.]", "", match["size"])),
        moment,
        path,
    )


def parse_change(line: str) -> Change | None:
    """Return the change that a line of an itemized copy tells, if it tells one."""
    match = _DELETED.fullmatch(line)
    if match is not None:
        return Change(unescape(match["path"].encode()), is_deleted=True)
    match = _ITEM.fullmatch(line)
    if match is None:
        return None
    return Change(
        unescape(match["path"].encode()), is_transferred=match["code"][0] in "<>"
    )


def unescape(name: bytes) -> str:
    r"""Return a name in which rsync printed bytes as `\#ooo`."""
    raw = _ESCAPE.sub(lambda match: bytes((int(match[1], 8),)), name)
    return raw.decode("utf-8", errors="surrogateescape")
