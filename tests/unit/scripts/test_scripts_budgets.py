# SPDX-License-Identifier: MIT
"""The budgets must ring: each is shown one module that breaks it."""

from __future__ import annotations

import importlib.util
import os

import pytest

ROOT = os.path.dirname(os.path.abspath(__file__)).split("/tests/")[0]
SPEC = importlib.util.spec_from_file_location(
    "budgets", f"{ROOT}/scripts/lib/budgets.py"
)
assert SPEC and SPEC.loader
budgets = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(budgets)

HEAD = "# SPDX-License-Identifier: MIT\n"


def breaches(text, head=HEAD):
    measures = budgets.Measures()
    measures.measure("barman/x.py", "barman.x", head + text, is_package=False)
    return measures.breaches


@pytest.mark.parametrize(
    "text, expected",
    [
        ("x = 1\n" * 399, []),
        ("x = 1\n" * 400, ["barman/x.py: 401 lines (budget 400)"]),
        ("def f():\n" + "    1\n" * 49, []),
        ("def f():\n" + "    1\n" * 50, ["barman/x.py:2 f: 51 lines (budget 50)"]),
        ("def f(a, b, c, d, e): ...\n", []),
        (
            "def f(a, b, c, *, d, e, f): ...\n",
            ["barman/x.py:2 f: 6 parameters (budget 5, then a value)"],
        ),
        ("class C:\n    def m(self, a, b, c, d, e): ...\n", []),
        ("class C:\n    def __init__(self, *, a, b, c, d, e, f): ...\n", []),
        (
            "class C:\n" + "".join(f"    def m{n}(self): ...\n" for n in range(16)),
            ["barman/x.py:2 class C: 16 methods (budget 15)"],
        ),
        ("def f():\n    global x\n", ["barman/x.py:3 global x"]),
    ],
)
def test_each_budget_rings_one_above_its_limit(text, expected):
    assert breaches(text) == expected


def test_a_module_opens_with_the_licence():
    assert breaches('"""Text."""\n', head="") == [
        "barman/x.py: no SPDX line at its head"
    ]


def test_modules_that_import_each_other_are_a_cycle():
    imports = {"b.x": {"b.y", "os"}, "b.y": {"b.z"}, "b.z": {"b.x"}, "b.u": {"b.x"}}
    assert budgets.cycles(imports) == [["b.x", "b.y", "b.z"]]


def test_a_package_may_be_imported_by_what_is_in_it():
    assert budgets.cycles({"b": {"b.x"}, "b.x": {"b"}}) == []


def test_imports_for_the_type_checker_make_no_cycle():
    measures = budgets.Measures()
    late = "TYPE_CHECKING = False\nif TYPE_CHECKING:\n    from b.y import Y\n"
    measures.measure("b/x.py", "b.x", late, is_package=False)
    measures.measure("b/y.py", "b.y", "from b.x import X\n", is_package=False)
    measures.measure("b/z.py", "b.z", "from . import y\n", is_package=False)
    assert budgets.cycles(measures.imports) == []
    assert "b.y" in measures.imports["b.z"]


@pytest.mark.parametrize(
    "sizes, share, expected",
    [([], 90, 0), ([7], 90, 7), (list(range(1, 11)), 90, 9), ([3, 1, 2], 50, 2)],
)
def test_percentile(sizes, share, expected):
    assert budgets.percentile(sizes, share) == expected


def test_the_programme_measures_a_folder_and_fails_on_a_breach(tmp_path, capsys):
    folder = tmp_path / "house"
    folder.mkdir()
    (folder / "__init__.py").write_text(HEAD)
    assert budgets.main([str(folder)]) == 0
    (folder / "long.py").write_text(HEAD + "x = 1\n" * 400)
    assert budgets.main([str(folder)]) == 1
    assert f"{folder}/long.py: 401 lines (budget 400)" in capsys.readouterr().out
