# SPDX-License-Identifier: MIT
"""How an option gets its value: server section, `[barman]`, built-in default.

A value that cannot be parsed is told and passed over: resolution goes on with the
next layer.  What an empty value does depends on the option's grammar (`Blank`).
"""

from __future__ import annotations

from barman.config.option import Blank
from barman.config.options import MODEL_OPTIONS, OPTIONS_BY_NAME, SERVER_OPTIONS
from barman.model.frozen import frozen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from barman.config.option import Option

_UNSET = object()
_INVALID = object()
_LATE = tuple(option for option in SERVER_OPTIONS.values() if option.grammar.late)
_DERIVED = tuple(option for option in SERVER_OPTIONS.values() if option.is_derived)
_INHERITED = {
    name: option for name, option in SERVER_OPTIONS.items() if option.scope.is_inherited
}
_MODEL_KEYS = frozenset(MODEL_OPTIONS) | {"disabled"}
_SERVER_KEYS = frozenset(SERVER_OPTIONS) | {"disabled"}
_GLOBAL_KEYS = (frozenset(OPTIONS_BY_NAME) | {"disabled"}) - {"model"}


@frozen()
class Findings:
    """What is collected while values are parsed.

    `warnings` are told and logged, `notes` are logged only, `problems` disable the
    server at hand.
    """

    warnings: list[str]
    notes: list[str]
    problems: list[str]


def inherited_values(
    barman: Mapping[str, str], findings: Findings
) -> dict[str, object]:
    """Return what a server has that sets nothing, but for derived defaults."""
    values: dict[str, object] = {
        option.name: _built_in(option) for option in SERVER_OPTIONS.values()
    }
    values["retention_policy_invalid"] = False
    values.update(parse_section("barman", barman, _INHERITED, findings))
    _give_up_late(values)
    return values


def server_values(
    name: str,
    section: Mapping[str, str],
    inherited: Mapping[str, object],
    *,
    home: str,
    findings: Findings,
) -> dict[str, object]:
    """Return the value of every option of one server."""
    values = dict(inherited)
    values["name"] = name
    values.update(parse_section(name, section, SERVER_OPTIONS, findings))
    _give_up_late(values)
    for option in _DERIVED:
        if values[option.name] is _UNSET:
            values[option.name] = _derive(option, values, home)
    return values


def model_values(
    name: str, section: Mapping[str, str], findings: Findings
) -> dict[str, object]:
    """Return what a model overrides: what it sets, is valid and is not empty."""
    written = {key: text for key, text in section.items() if text and key != "model"}
    values = parse_section(name, written, MODEL_OPTIONS, findings)
    if values.get("retention_policy") is _INVALID:
        # Rather no policy, which keeps everything, than one that was not meant.
        values["retention_policy"] = None
    return {key: value for key, value in values.items() if value is not _INVALID}


def parse_section(
    section: str,
    texts: Mapping[str, str],
    options: Mapping[str, Option],
    findings: Findings,
) -> dict[str, object]:
    """Return the values that a section decides; what it leaves open is missing."""
    values: dict[str, object] = {}
    for key, text in texts.items():
        option = options.get(key)
        if option is None:
            continue
        blank = option.grammar.blank
        if text or blank is Blank.PARSE:
            _parse(section, option, text, values, findings)
        elif blank is not Blank.ABSENT:
            values[key] = None if blank is Blank.NULL else _built_in(option)
            if blank is Blank.PROBLEM:
                findings.problems.append(f"'{key}' of server '{section}' is empty")
    if "retention_policy" in values:
        invalid = values["retention_policy"] is _INVALID
        values["retention_policy_invalid"] = invalid
    return values


def unknown_keys(section: str, texts: Iterable[str], *, model: bool) -> list[str]:
    """Return a warning for each key that a section may not hold."""
    if section == "barman":
        known = _GLOBAL_KEYS
    else:
        known = _MODEL_KEYS if model else _SERVER_KEYS
    return [
        f'Invalid configuration option "{key}" in [{section}] section.'
        for key in texts
        if key not in known
    ]


def _parse(
    section: str,
    option: Option,
    text: str,
    values: dict[str, object],
    findings: Findings,
) -> None:
    grammar = option.grammar
    try:
        values[option.name] = grammar.parse(text)
    except ValueError as error:
        message = (
            f"Ignoring invalid value of option '{option.name}' in [{section}] "
            f"section: {error}"
        )
        if grammar.late:
            findings.notes.append(message)
            values[option.name] = _INVALID
        else:
            findings.warnings.append(message)


def _give_up_late(values: dict[str, object]) -> None:
    """Put defaults for late values that could not be parsed."""
    for option in _LATE:
        if values[option.name] is _INVALID:
            values[option.name] = _built_in(option)


def _built_in(option: Option) -> object:
    if option.is_derived:
        return _UNSET
    return None if option.default is None else option.grammar.parse(option.default)


def _derive(option: Option, values: Mapping[str, object], home: str) -> object:
    template = str(option.default)
    if option.name == "xlogdb_directory" and "://" in str(values["wals_directory"]):
        template = "<backup_directory>/meta"
    known = {**values, "barman_home": home}
    text, *rest = template.split("<")
    for piece in rest:
        name, _, tail = piece.partition(">")
        if f"<{name}>" == template:
            return known[name]  # As it is: it may be no text.
        text += f"{known[name]}{tail}"
    return text
