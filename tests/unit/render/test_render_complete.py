# SPDX-License-Identifier: MIT
"""Every report can be said by every renderer."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import barman.render.console
import barman.render.json
import barman.render.words
import barman.report
from barman.report.report import Message, Report


def _load_all() -> None:
    for package in (
        barman.report,
        barman.render.words,
        barman.render.console,
        barman.render.json,
    ):
        for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
            importlib.import_module(module.name)


def _reports(cls: type[Report] = Report) -> set[type[Report]]:
    """Return the concrete reports: the classes that `frozen` has made."""
    found = {cls} if "__frozen_fields__" in vars(cls) else set()
    for below in cls.__subclasses__():
        found |= _reports(below)
    return found


def _shipped() -> list[type[Report]]:
    _load_all()
    return sorted(
        (r for r in _reports() if r.__module__.startswith("barman.report.")),
        key=lambda cls: (cls.__module__, cls.__qualname__),
    )


def _has(dispatch: object, cls: type[Report]) -> bool:
    chosen = dispatch.dispatch(cls)  # type: ignore[attr-defined]
    return chosen is not dispatch.dispatch(object)  # type: ignore[attr-defined]


@pytest.mark.parametrize("cls", _shipped(), ids=lambda cls: cls.__name__)
def test_every_report_can_be_said(cls: type[Report]) -> None:
    if issubclass(cls, Message):
        assert _has(barman.render.words.text, cls), "no words"
    else:
        assert _has(barman.render.console.lines, cls), "no console lines"
        assert _has(barman.render.json.put, cls), "no JSON"


@pytest.mark.parametrize("cls", _shipped(), ids=lambda cls: cls.__name__)
def test_the_area_of_a_report_is_its_module(cls: type[Report]) -> None:
    """The dispatcher loads words by the module's name."""
    area = cls.__module__.removeprefix("barman.report.")
    assert "." not in area
    if issubclass(cls, Message):
        said = barman.render.words.text.dispatch(cls)
        assert said.__module__ == f"barman.render.words.{area}"
    elif area != "report":
        said = barman.render.console.lines.dispatch(cls)
        assert said.__module__ == f"barman.render.console.{area}"


def test_a_message_has_a_level_and_no_text_of_its_own() -> None:
    _load_all()
    for cls in _shipped():
        assert cls.__doc__, cls
