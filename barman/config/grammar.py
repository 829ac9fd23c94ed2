# SPDX-License-Identifier: MIT
"""The grammars of values: what a text of the configuration becomes.

Each parser raises ValueError with the reason, in words that finish the sentence
"... in [main] section: ...".
"""

from __future__ import annotations

from barman.config.option import Blank, Grammar
from barman.model.pattern import Pattern
from barman.model.quantity import parse_size, parse_span
from barman.model.retention import parse_policy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_TRUE = frozenset(("true", "t", "yes", "1", "on"))
_FALSE = frozenset(("false", "f", "no", "0", "off"))
_SLOT = "abcdefghijklmnopqrstuvwxyz0123456789_"
_LABELS = ("low", "medium", "high")
_CLOUD_URL = Pattern(
    r"(?:s3|gs)://[^/]+(?:/.*)?"
    r"|https://console\.cloud\.google\.com/storage/browser/[^/]+(?:/.*)?"
    r"|https://[^/.]+\.blob\.core\.windows\.net/[^/]+(?:/.*)?"
)
STRATEGIES = ("concurrent_backup", "exclusive_backup")


def parse_boolean(text: str) -> bool:
    """Read a switch."""
    word = text.lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError(f"'{text}' is not a boolean (on or off)")


def parse_integer(text: str) -> int:
    """Read an integer as Python writes it; no range is enforced."""
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"'{text}' is not an integer") from None


def parse_natural(text: str) -> int:
    """Read an integer of at least zero."""
    value = parse_integer(text)
    if value < 0:
        raise ValueError(f"'{text}' is negative")
    return value


def parse_level(text: str) -> int | str:
    """Read a compression level: a label or any integer."""
    word = text.lower()
    if word in _LABELS:
        return word
    try:
        return int(text)
    except ValueError:
        raise ValueError(
            f"'{text}' is neither an integer nor low, medium or high"
        ) from None


def parse_magic(text: str) -> bytes:
    """Read the first bytes of a file, written in hexadecimal after `0x`."""
    try:
        return bytes.fromhex(text[2:])
    except ValueError:
        raise ValueError(f"'{text}' is not 0x and hexadecimal digits") from None


def parse_slot_name(text: str) -> str:
    """Read the name of a replication slot; capitals become small letters."""
    name = text.lower()
    if not name or name.strip(_SLOT):
        raise ValueError(
            f"'{text}' is not a slot name (letters, digits and underscores only)"
        )
    return name


def parse_absolute_path(text: str) -> str:
    """Read a path that begins at the root."""
    if not text.startswith("/"):
        raise ValueError(f"'{text}' is not an absolute path")
    return text


def parse_path_or_url(text: str) -> str:
    """Read a path, or the address of a bucket in a cloud."""
    if "://" in text and _CLOUD_URL.fullmatch(text) is None:
        raise ValueError(f"'{text}' is not the URL of a cloud storage")
    return text


def parse_disks(text: str) -> tuple[str, ...]:
    """Read names of disks; blanks around a name belong to it."""
    disks = tuple(text.split(","))
    if "" in disks:
        raise ValueError(f"'{text}' has an empty name in its list")
    return disks


def parse_rates(text: str) -> tuple[tuple[str, int], ...]:
    """Read `tablespace:kBps` pairs, leaving out those that are none."""
    rates = {}
    for pair in text.split():
        name, _, rate = pair.partition(":")
        if name and rate.isdecimal():
            rates[name] = int(rate)
    return tuple(rates.items())


def malformed_rates(text: str) -> tuple[str, ...]:
    """Return the words that `parse_rates` leaves out."""
    return tuple(pair for pair in text.split() if not parse_rates(pair))


def one_of(*choices: str, exact: bool = False) -> Callable[[str], str]:
    """Make a parser of one word; unless `exact`, capitals do not matter."""

    def parse(text: str) -> str:
        word = text if exact else text.lower()
        if word not in choices:
            raise ValueError(f"'{text}' is not one of: {', '.join(choices)}")
        return word

    return parse


def set_of(*choices: str) -> Callable[[str], frozenset[str]]:
    """Make a parser of a comma-separated set of words; nothing is the empty set."""

    def parse(text: str) -> frozenset[str]:
        if not text:
            return frozenset()
        words = frozenset(word.strip().lower() for word in text.split(","))
        for word in sorted(words):
            if word not in choices:
                raise ValueError(f"'{word}' is not one of: {', '.join(choices)}")
        if words.issuperset(STRATEGIES):
            raise ValueError(f"{' and '.join(STRATEGIES)} exclude each other")
        return words

    return parse


def _encryption(text: str) -> str | None:
    word = one_of("none", "gpg")(text)
    return None if word == "none" else word


def enum(*choices: str, exact: bool = False, blank: Blank = Blank.PARSE) -> Grammar:
    """Make the grammar of one word out of some."""
    case = " (capitals matter)" if exact else ""
    return Grammar(
        words=f"one of {', '.join(f'`{choice}`' for choice in choices)}{case}",
        type="str",
        parse=one_of(*choices, exact=exact),
        blank=blank,
        choices=choices,
    )


def words(*choices: str) -> Grammar:
    """Make the grammar of a set of words."""
    return Grammar(
        words=f"comma-separated list of {', '.join(f'`{word}`' for word in choices)}",
        type="frozenset[str]",
        parse=set_of(*choices),
        choices=choices,
    )


def only(word: str) -> Grammar:
    """Make the grammar of an option that has one value today."""
    return Grammar(
        words=f"only `{word}`",
        type="str",
        parse=one_of(word, exact=True),
        late=True,
        choices=(word,),
    )


BOOLEAN = Grammar(
    words="boolean: `true t yes 1 on` or `false f no 0 off`",
    type="bool",
    parse=parse_boolean,
    choices=("on", "off"),
)
INTEGER = Grammar(words="integer", type="int", parse=parse_integer)
SECONDS = Grammar(words="integer, in seconds", type="int", parse=parse_integer)
COUNT = Grammar(words="integer, at least 0", type="int", parse=parse_natural, late=True)
RATE = Grammar(
    words="integer, in kilobytes per second",
    type="int",
    parse=parse_natural,
    blank=Blank.NULL,
    late=True,
)
RATES = Grammar(
    words="blank-separated list of `tablespace:rate`, in kilobytes per second",
    type="tuple[tuple[str, int], ...]",
    parse=parse_rates,
    blank=Blank.NULL,
)
TEXT = Grammar(words="text", type="str", parse=str, blank=Blank.NULL)
NAME = Grammar(words="text", type="str", parse=str, blank=Blank.DEFAULT)
COMMAND = Grammar(words="shell command", type="str", parse=str, blank=Blank.NULL)
CONNINFO = Grammar(
    words="connection string of `key=value` pairs, without quotes",
    type="str",
    parse=str,
    blank=Blank.NULL,
)
PATH = Grammar(words="path", type="str", parse=str, blank=Blank.PROBLEM)
PATH_OR_URL = Grammar(
    words="path or cloud URL",
    type="str",
    parse=parse_path_or_url,
    blank=Blank.PROBLEM,
)
ABSOLUTE_PATH = Grammar(words="absolute path", type="str", parse=parse_absolute_path)
OTHER_PATH = Grammar(words="path", type="str", parse=str, blank=Blank.DEFAULT)
SIZE = Grammar(
    words="size: digits and perhaps `k M G T` (powers of 1000) or `Ki Mi Gi Ti`",
    type="int",
    parse=parse_size,
    blank=Blank.ABSENT,
)
SPAN = Grammar(
    words="span: digits and `HOURS`, `DAYS`, `WEEKS` or `MONTHS` (of 31 days)",
    type="timedelta",
    parse=parse_span,
    blank=Blank.ABSENT,
)
LEVEL = Grammar(
    words="`low`, `medium`, `high` or an integer",
    type="int | str | None",
    parse=parse_level,
    blank=Blank.NULL,
    choices=_LABELS,
)
MAGIC = Grammar(
    words="`0x` and hexadecimal digits",
    type="bytes",
    parse=parse_magic,
    blank=Blank.NULL,
)
SLOT_NAME = Grammar(words="slot name", type="str", parse=parse_slot_name)
DISKS = Grammar(
    words="comma-separated list; blanks count",
    type="tuple[str, ...]",
    parse=parse_disks,
)
POLICY = Grammar(
    words="`REDUNDANCY n` or `RECOVERY WINDOW OF n {DAYS | WEEKS | MONTHS}`",
    type="RetentionPolicy",
    parse=parse_policy,
    blank=Blank.NULL,
    late=True,
)
ENCRYPTION = Grammar(
    words="one of `none`, `gpg`",
    type="str | None",
    parse=_encryption,
    choices=("none", "gpg"),
)
