# SPDX-License-Identifier: MIT
"""Models: named sets of overrides, and the one that is in force for a server.

A model is applied after all defaults were worked out, so what was derived from an
overridden option keeps its old value: a model that changes `conninfo` leaves a
defaulted `streaming_conninfo` alone.
"""

from __future__ import annotations

import os

from barman.config.configuration import ModelConfig
from barman.config.grammar import parse_boolean
from barman.config.resolve import model_values
from barman.errors import ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from barman.config.resolve import Findings

ACTIVE_MODEL_FILE = ".active-model.auto"


def is_model(name: str, section: Mapping[str, str]) -> bool:
    """Tell whether a section is a model; raise ConfigError if that cannot be told."""
    text = section.get("model")
    if text is None:
        return False
    try:
        return parse_boolean(text)
    except ValueError as error:
        raise ConfigError(f"option 'model' in [{name}] section: {error}") from error


def read_model(
    name: str, section: Mapping[str, str], findings: Findings
) -> ModelConfig:
    """Return the model that a section describes; raise ConfigError."""
    values = model_values(name, section, findings)
    cluster = values.get("cluster")
    if cluster is None:
        raise ConfigError(f"model '{name}' has no 'cluster' option, which it must have")
    if _says_disabled(name, section, findings):
        values["disabled"] = True
    return ModelConfig(name, str(cluster), values)


def _says_disabled(name: str, section: Mapping[str, str], findings: Findings) -> bool:
    """Tell whether the model disables its server; it can never enable one."""
    text = section.get("disabled", "")
    try:
        return bool(text) and parse_boolean(text)
    except ValueError as error:
        findings.warnings.append(
            f"Ignoring invalid value of option 'disabled' in [{name}] section: {error}"
        )
        return False


def apply_active_model(
    values: dict[str, Any], models: Mapping[str, ModelConfig]
) -> list[str]:
    """Put the saved model of a server in force; return why that disables it."""
    server = values["name"]
    try:
        name = _active_model(values["backup_directory"])
    except OSError as error:
        return [
            f"the active model of server '{server}' cannot be read: {error.strerror}"
        ]
    if not name:
        return []
    model = models.get(name)
    if model is None:
        return [f"the active model '{name}' of server '{server}' is not configured"]
    values.update(model.values)
    values["active_model"] = name
    if values.pop("disabled", False):
        return [f"server '{server}' is disabled by its active model '{name}'"]
    return []


def _active_model(directory: str) -> str:
    path = os.path.join(directory, ACTIVE_MODEL_FILE)
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read().strip()
    except (FileNotFoundError, NotADirectoryError):
        return ""
