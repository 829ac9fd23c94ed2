# SPDX-License-Identifier: MIT
"""The size budgets of the house, measured from the syntax trees of its modules.

One would look for complexity here: ruff measures that (C901), as it does docstrings
and function-level imports.
"""

from __future__ import annotations

import ast
import os
import statistics
from collections.abc import Iterable, Iterator, Mapping

MODULE_LINES = 400
MODULE_MEDIAN = 120
MODULE_90TH = 250
FUNCTION_LINES = 50
FUNCTION_90TH = 25
CLASS_METHODS = 15
PARAMETERS = 5
SPDX = "# SPDX-License-Identifier: MIT"

Function = (ast.FunctionDef, ast.AsyncFunctionDef)


class Measures:
    """What was measured in one tree: sizes for the summary, and the breaches."""

    def __init__(self) -> None:
        self.modules: list[int] = []
        self.functions: list[int] = []
        self.breaches: list[str] = []
        self.imports: dict[str, set[str]] = {}

    def measure(self, path: str, name: str, text: str, is_package: bool) -> None:
        """Add one module."""
        lines = text.count("\n")
        self.modules.append(lines)
        if lines > MODULE_LINES:
            self.breaches.append(f"{path}: {lines} lines (budget {MODULE_LINES})")
        if not text.startswith((SPDX, "#!")) or SPDX not in text[:200]:
            self.breaches.append(f"{path}: no SPDX line at its head")
        tree = ast.parse(text, path)
        self.imports[name] = set(imported(tree, name, is_package))
        for node in ast.walk(tree):
            at = f"{path}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, Function):
                self._measure_function(node, at)
            elif isinstance(node, ast.ClassDef):
                count = sum(isinstance(child, Function) for child in node.body)
                if count > CLASS_METHODS:
                    self.breaches.append(
                        f"{at} class {node.name}: {count} methods"
                        f" (budget {CLASS_METHODS})"
                    )
            elif isinstance(node, ast.Global):
                self.breaches.append(f"{at} global {', '.join(node.names)}")

    def _measure_function(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef, at: str
    ) -> None:
        size = (node.end_lineno or node.lineno) - node.lineno + 1
        self.functions.append(size)
        if size > FUNCTION_LINES:
            self.breaches.append(
                f"{at} {node.name}: {size} lines (budget {FUNCTION_LINES})"
            )
        if parameters(node) > PARAMETERS:
            self.breaches.append(
                f"{at} {node.name}: {parameters(node)} parameters"
                f" (budget {PARAMETERS}, then a value)"
            )

    def verdicts(self) -> list[str]:
        """Return every breach, those of the whole tree last."""
        found = sorted(self.breaches)
        found += [f"import cycle: {', '.join(ring)}" for ring in cycles(self.imports)]
        middle = statistics.median(self.modules) if self.modules else 0
        for what, value, budget in (
            ("median module", middle, MODULE_MEDIAN),
            ("90th percentile of modules", percentile(self.modules, 90), MODULE_90TH),
            (
                "90th percentile of functions",
                percentile(self.functions, 90),
                FUNCTION_90TH,
            ),
        ):
            if value > budget:
                found.append(f"{what}: {value:g} lines (budget {budget})")
        return found

    def summary(self) -> str:
        """Return the sizes in two lines."""
        return "\n".join(
            f"{len(sizes)} {what}: median {statistics.median(sizes):g},"
            f" 90th percentile {percentile(sizes, 90)}, longest {max(sizes)} lines"
            for what, sizes in (
                ("modules", self.modules),
                ("functions", self.functions),
            )
            if sizes
        )


def parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the parameters of a function, without `self` or `cls`.

    The keyword-only parameters of a constructor are not counted: a part is given each
    of its collaborators by keyword.
    """
    plain = [*node.args.posonlyargs, *node.args.args]
    if plain and plain[0].arg in ("self", "cls"):
        plain = plain[1:]
    keyword_only = [] if node.name == "__init__" else node.args.kwonlyargs
    return len(plain) + len(keyword_only)


def percentile(sizes: list[int], share: int) -> int:
    """Return the smallest size that `share` per cent of all do not exceed."""
    if not sizes:
        return 0
    return sorted(sizes)[max(0, -(-len(sizes) * share // 100) - 1)]


def imported(tree: ast.AST, name: str, is_package: bool) -> Iterator[str]:
    """Yield the modules that are really loaded: not those for the type checker."""
    package = name if is_package else name.rpartition(".")[0]
    for node in at_run_time(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*(above if node.level else []), node.module or ""])
            base = base.rstrip(".")
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def at_run_time(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes run when a module is loaded: no functions, no type checking."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function):
            continue
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            for other in child.orelse:
                yield other
                yield from at_run_time(other)
            continue
        yield child
        yield from at_run_time(child)


def cycles(imports: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Return the groups of modules that import each other, sorted."""
    graph = {
        name: {
            other
            for other in others
            if other in imports and not name.startswith(f"{other}.")
        }
        - {name}
        for name, others in imports.items()
    }
    reach = {name: _reachable(name, graph) for name in graph}
    rings = {
        tuple(sorted(other for other in reach[name] if name in reach[other]))
        for name in graph
        if name in reach[name]
    }
    return [list(ring) for ring in sorted(rings)]


def _reachable(name: str, graph: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(graph[name])
    while waiting:
        other = waiting.pop()
        if other not in found:
            found.add(other)
            waiting.extend(graph[other])
    return found


def modules(folder: str) -> Iterator[tuple[str, str, bool]]:
    """Yield path, dotted name and whether it is a package, for each module."""
    for top, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for file in sorted(files):
            if file.endswith(".py"):
                path = os.path.join(top, file)
                dotted = os.path.relpath(path, os.path.dirname(folder) or ".")
                is_package = file == "__init__.py"
                dotted = dotted[: -len("/__init__.py" if is_package else ".py")]
                yield path, dotted.replace(os.sep, "."), is_package


def main(arguments: list[str]) -> int:
    """Measure the folders given (or `barman`), print the findings, return a status."""
    measures = Measures()
    for folder in arguments or ["barman"]:
        for path, name, is_package in modules(os.path.normpath(folder)):
            with open(path, encoding="utf-8") as file:
                measures.measure(path, name, file.read(), is_package)
    found = measures.verdicts()
    for breach in found:
        print(breach)
    print(measures.summary())
    return 1 if found else 0
