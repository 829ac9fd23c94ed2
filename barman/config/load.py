# SPDX-License-Identifier: MIT
"""Loading a configuration: what the main file includes, every server, every model.

`read_main` (`main_file.py`) comes before, perhaps as another user.
"""

from __future__ import annotations

from barman.config.checks import find_problems, settle
from barman.config.configuration import BarmanConfig, Configuration
from barman.config.conflicts import find_conflicts
from barman.config.files import FatalConfigError, read_layers
from barman.config.grammar import malformed_rates, parse_boolean
from barman.config.main_file import global_text
from barman.config.models import apply_active_model, is_model, read_model
from barman.config.resolve import (
    Findings,
    inherited_values,
    server_values,
    unknown_keys,
)
from barman.config.server_config import ServerConfig
from barman.errors import ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from barman.config.configuration import LogSettings, ModelConfig
    from barman.config.main_file import MainFile


def load(main: MainFile, *, home: str) -> Configuration:
    """Read what the main file includes and resolve everything; raise ConfigError.

    `home` is the home directory of the user who runs now.
    """
    layers = read_layers(main.path, main.sections, home)
    texts = layers.values["barman"]
    findings = Findings([], list(layers.notes), [])
    findings.warnings.extend(unknown_keys("barman", texts, model=False))
    barman = _barman_config(texts, main.log)
    if main.log.unknown_level is not None:
        findings.notes.append(
            f"'{main.log.unknown_level}' is not a log level; using INFO"
        )
    sections = {key: layers.values[key] for key in sorted(layers.values)}
    del sections["barman"]
    models = _models(sections, findings)
    for name in models:
        del sections[name]
    servers, errors = _servers(sections, models, barman, findings)
    return Configuration(
        path=main.path,
        barman=barman,
        servers=servers,
        models=models,
        warnings=tuple(findings.warnings),
        notes=tuple(findings.notes),
        errors=tuple(errors),
        sources=layers.sources,
    )


def _barman_config(barman: Mapping[str, str], log: LogSettings) -> BarmanConfig:
    home = barman.get("barman_home")
    if not home:
        raise ConfigError("option 'barman_home' is missing in [barman] section")
    try:
        cleanup = parse_boolean(str(global_text(barman, "lock_directory_cleanup")))
    except ValueError as error:
        raise ConfigError(
            f"option 'lock_directory_cleanup' in [barman] section: {error}"
        ) from error

    def path(name: str) -> str:
        return str(global_text(barman, name)).replace("<barman_home>", home)

    return BarmanConfig(
        barman_home=home,
        barman_user=str(global_text(barman, "barman_user")),
        lock_directory=path("barman_lock_directory"),
        lock_directory_cleanup=cleanup,
        config_changes_queue=path("config_changes_queue"),
        configuration_files_directory=global_text(
            barman, "configuration_files_directory"
        ),
        log=log,
        settings=dict(barman),
    )


def _models(
    sections: Mapping[str, Mapping[str, str]], findings: Findings
) -> dict[str, ModelConfig]:
    """Return the models among the sections, each name and key looked at."""
    models = {}
    for name, section in sections.items():
        if name == "all":
            raise FatalConfigError(
                "a section cannot be named 'all': it is a reserved word"
            )
        model = is_model(name, section)
        findings.warnings.extend(unknown_keys(name, section, model=model))
        if model:
            models[name] = read_model(name, section, findings)
        else:
            _check_name(name)
    return models


def _check_name(name: str) -> None:
    """Refuse a server whose name would be a path, or hide its files."""
    if "/" in name or "\0" in name or name.startswith("."):
        raise FatalConfigError(
            f"a server cannot be named {name!r}: a name holds no '/' and no NUL and "
            "does not begin with '.'"
        )


def _servers(
    sections: Mapping[str, Mapping[str, str]],
    models: Mapping[str, ModelConfig],
    barman: BarmanConfig,
    findings: Findings,
) -> tuple[dict[str, ServerConfig], list[str]]:
    inherited = inherited_values(barman.settings, findings)
    values: dict[str, dict[str, Any]] = {}
    problems: dict[str, list[str]] = {}
    for name, section in sections.items():
        own = Findings(findings.warnings, findings.notes, [])
        values[name] = server_values(
            name, section, inherited, home=barman.barman_home, findings=own
        )
        _note_rates(name, section, findings)
        problems[name] = own.problems
    errors, conflicts = find_conflicts(values)
    servers = {}
    for name, options in values.items():
        found = [*problems[name], *conflicts.get(name, ())]
        found += apply_active_model(options, models)
        warnings = settle(options)
        found += find_problems(options)
        servers[name] = ServerConfig(
            **options, problems=tuple(found), warnings=tuple(warnings)
        )
    return servers, errors


def _note_rates(name: str, section: Mapping[str, str], findings: Findings) -> None:
    text = section.get("tablespace_bandwidth_limit", "")
    findings.notes.extend(
        f"Ignoring '{word}' of option 'tablespace_bandwidth_limit' in [{name}] "
        "section: it is not 'tablespace:rate'"
        for word in malformed_rates(text)
    )
