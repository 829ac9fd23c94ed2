# SPDX-License-Identifier: MIT
"""What the reference and the man page of the configuration both say."""

from __future__ import annotations

from barman.config.option import Option, Scope

SCOPES = {
    Scope.GLOBAL: "`[barman]` only",
    Scope.ANY: "`[barman]`, server, model",
    Scope.SERVER_OR_MODEL: "server, model",
    Scope.GLOBAL_OR_SERVER: "`[barman]`, server",
    Scope.SERVER: "server",
    Scope.MODEL: "model",
}

FILES = (
    "The main file is the one named by `-c`, else by the environment variable "
    "`BARMAN_CONFIG_FILE`, else the first that exists of `~/.barman.conf`, "
    "`/etc/barman.conf` and `/etc/barman/barman.conf`.",
    "After it come the files `*.conf` in `configuration_files_directory`, in the "
    "order of their names, and last `.barman.auto.conf` in `barman_home`. Option by "
    "option the last file wins. Only the main file may set options of `[barman]`.",
)

FORMAT = (
    "A file is made of sections, `[name]`, and lines `option = value` in them. "
    "Section `[barman]` holds what concerns the program and defaults that servers "
    "inherit; any other section is a server, or with `model = true` a model. A "
    "server's name holds no slash and does not begin with a dot.",
    "A line whose first character is `#` or `;` is a comment; behind a value there "
    "are none. A line that is indented more than the one before continues it. One "
    "pair of quotes around a value is removed. `None` and nothing at all unset an "
    "option where its entry below says so.",
    "`%(option)s` stands for another option of the same section in the same file. A "
    "percent sign is written `%%%%`; `%%` is understood too.",
    "A key that is unknown, and a value that cannot be read, give a warning and are "
    "ignored. Options that contradict each other disable the server: `check` lists "
    "why.",
)


def facts(option: Option) -> tuple[tuple[str, str], ...]:
    """Return the labelled facts about an option, in the order to show."""
    rows = [("Value", option.grammar.words), ("Where", SCOPES[option.scope])]
    if option.default:
        rows.append(("Default", f"`{option.default}`"))
    if option.scope is not Scope.GLOBAL and option.scope is not Scope.MODEL:
        rows.append(("Empty value", option.grammar.blank.value))
    if option.sample:
        rows.append(("Example", f"`{option.name} = {option.sample}`"))
    return tuple(rows)


def description(option: Option) -> str:
    """Return summary and detail as sentences."""
    parts = [f"{option.summary}."]
    if option.detail:
        parts.append(option.detail)
    if option.deprecated:
        parts.append(f"Deprecated: {option.deprecated}.")
    return " ".join(parts)
