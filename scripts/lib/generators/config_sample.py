# SPDX-License-Identifier: MIT
"""barman.conf.sample: a main file that works, every other option as a comment."""

from __future__ import annotations

import textwrap

from barman.config.option import Option, Scope
from barman.config.options import CHAPTERS, GLOBAL_OPTIONS

_HEAD = """\
; Sample configuration of barman. Copy it to /etc/barman.conf or
; ~/.barman.conf and change what your site needs.
;
; Every option is described in barman(5). A line that begins with ';' or '#' is
; a comment; there are no comments behind a value. A percent sign in a value is
; written %%%%.

[barman]
"""

_SERVER = """
; ---------------------------------------------------------------------------
; Servers: one section each, named as you like, or one file each in
; configuration_files_directory. These options cannot stand in [barman].

;[main]
"""

# What a main file needs to be of use.
_ACTIVE = ("barman_home", "barman_user", "configuration_files_directory", "log_file")


def render() -> str:
    """Return the file."""
    parts = [_HEAD]
    parts += [_entry(option) for option in GLOBAL_OPTIONS.values()]
    for chapter in CHAPTERS[1:]:
        options = [option for option in chapter.options if option.scope.is_inherited]
        if options:
            parts.append(f"\n; --- {chapter.title}: defaults for all servers\n")
            parts += [_entry(option) for option in options if not option.deprecated]
    parts.append(_SERVER)
    for chapter in CHAPTERS[1:]:
        for option in chapter.options:
            own = option.scope in (Scope.SERVER, Scope.SERVER_OR_MODEL)
            if own and not option.deprecated:
                parts.append(_entry(option))
    return "".join(parts)


def _entry(option: Option) -> str:
    """Return an option with its summary; a comment unless it is one of the few."""
    value = option.sample or option.default or ""
    mark = "" if option.name in _ACTIVE else ";"
    summary = textwrap.fill(
        option.summary, 78, initial_indent="; ", subsequent_indent="; "
    )
    shown = value.replace("%", "%%%%")
    return f"\n{summary}\n{mark}{option.name} = {shown}".rstrip() + "\n"
