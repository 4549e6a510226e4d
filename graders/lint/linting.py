"""The door of the linter: a source notebook goes in, a report for each of its test cells comes out; nothing is run."""

from __future__ import annotations

import ast
import functools
import json
import re

from graders.foreign.kernels import foreign_kernel
from graders.lint.asks import Asks
from graders.lint.edits import Edits
from graders.lint.findings import CellReport, Finding, worst
from graders.lint.given import Given, data_of
from graders.lint.kinds import Kind, Made, Many
from graders.lint.known import known_of
from graders.lint.magics import parses, without_magics
from graders.lint.marking import Marking
from graders.lint.tricks import Tricks
from graders.lint.vacuous import Vacuous
from graders.naming import naming_of, top_level
from graders.parsing import parse, tree_of
from graders.rewriting import aliases, bound_names, prepare
from graders.source import SourceCell, read_source


def lint(source: bytes) -> tuple[CellReport, ...]:
    """One report for every test cell, in order. Raises BrokenAssignment when it is no source notebook."""
    return _linted(read_source(source), bool(foreign_kernel(source)))


@functools.lru_cache(maxsize=64)
def _linted(cells: tuple[SourceCell, ...], foreign: bool) -> tuple[CellReport, ...]:
    if foreign:
        tests = [cell.grade_id for cell in cells if cell.role == "test"]
        return tuple(CellReport(name, "C", (Finding("kernel.foreign", name, 1),)) for name in tests)
    try:
        linter = _Linter(cells)
        return tuple(report for cell in cells if (report := linter.read(cell)))
    except RecursionError:  # nested beyond what anybody wrote by hand: nothing is vouched for
        tests = [cell.grade_id for cell in cells if cell.role == "test"]
        return tuple(CellReport(name, "C", (Finding("cell.broken", name, 1),)) for name in tests)


def classes_of(source: bytes) -> dict[str, str]:
    """The class of every test, by grade_id."""
    return {report.grade_id: report.klass for report in lint(source)}


def accepted(source: bytes) -> bytes:
    """The source notebook with every shown rewrite in the place of its cell; the rest of the file as it was."""
    texts = {one.grade_id: one.rewritten for one in lint(source) if one.rewritten is not None}
    whole = json.loads(source.decode("utf-8-sig"))
    for cell in whole["cells"]:
        name = (cell.get("metadata") or {}).get("nbgrader", {}).get("grade_id") if isinstance(cell, dict) else None  # fmt: skip
        if name in texts:
            text = texts[name] or ""
            cell["source"] = text.splitlines(keepends=True) if isinstance(cell["source"], list) else text
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


class _Linter:
    """Reads cell by cell: what an earlier cell binds, a later one may use."""

    def __init__(self, cells: tuple[SourceCell, ...]) -> None:
        self._known = known_of(cells)
        self._theirs = naming_of(cells).theirs
        trees = [tree for cell in cells if cell.kind == "code" and (tree := parse(cell.text))]
        self._imports = aliases(trees)
        self._shell_helpers = _shell_helpers(cells)
        plain = [
            tree
            for cell in cells
            if cell.role == "plain" and cell.kind == "code" and (tree := parse(cell.text))
        ]
        self._teachers = {name for tree in plain for name in top_level(tree)}
        used = set(re.findall(r"\w+", self._known.solutions))
        self._given = ({name for tree in plain for name in data_of(tree)} & used) - set(self._theirs)
        self._env: dict[str, Kind] = {}

    def read(self, cell: SourceCell) -> CellReport | None:
        """The report of a test cell; other cells only tell what names mean."""
        if cell.kind != "code":
            return None
        if cell.role != "test":
            tree = parse(cell.text)
            if tree is not None:
                Marking(self._known, self._env).run(tree.body)
            return None
        before = dict(self._env)
        findings, text = self._look(cell, cell.text)
        klass = worst(one.klass for one in findings)
        if klass != "B":
            return CellReport(cell.grade_id, klass, findings)
        self._env = before
        left, _ = self._look(cell, text)
        if worst(one.klass for one in left) != "A" or not prepare(text, want_value=True).ok:
            by_hand = Finding("split.by_hand", cell.grade_id, findings[0].line, findings[0].written)
            return CellReport(cell.grade_id, "C", (*findings, by_hand))
        return CellReport(cell.grade_id, "B", findings, text)

    def _look(self, cell: SourceCell, text: str) -> tuple[tuple[Finding, ...], str]:
        """What is found, and the cell with the shown rewrites in place."""
        found: list[Finding] = []

        def tell_line(code: str, line: int, written: str, rewrite: str | None) -> None:
            found.append(Finding(code, cell.grade_id, line, written, rewrite))

        plain = without_magics(text, tell_line)
        if not parses(plain.text):
            return (*found, Finding("cell.broken", cell.grade_id, 1)), text
        tree = tree_of(plain.text)
        edits = Edits(plain.text, tree)
        seen: list[tuple[str, ast.AST]] = []

        def tell(code: str, node: ast.AST) -> None:
            seen.append((code, node))

        marking = Marking(self._known, self._env)
        marking.run(tree.body)
        bound = bound_names(tree) | self._teachers
        Asks(self._known, marking, edits, tell).run(tree)
        Tricks(self._known, marking, edits, tell, bound, self._theirs, self._imports, self._shell_helpers).visit(tree)  # fmt: skip
        self._helpers(tree, marking, tell)
        vacuous = Vacuous(tree, cell.points, self._theirs, bound_names(tree), marking.of, tell)
        vacuous.run()
        Given(self._given, vacuous.learned, edits, tell).run(tree)
        for code, node in seen:
            found.append(self._finding(code, node, edits, cell))
        if not any(one.klass for one in found) and not prepare(text).ok:
            found.append(Finding("cell.broken", cell.grade_id, 1))
        unique = {(one.code, one.line, one.written): one for one in found}
        ordered = sorted(unique.values(), key=lambda one: one.line)
        return tuple(ordered), plain.restored(edits.text())

    def _finding(self, code: str, node: ast.AST, edits: Edits, cell: SourceCell) -> Finding:
        if isinstance(node, ast.Module):
            return Finding(code, cell.grade_id, 1)
        shown = edits.shown(node)
        written = edits.written(node)
        short = written.split("\n")[0] if isinstance(node, ast.stmt | ast.ExceptHandler) else written
        rewrite = shown if shown != written else None
        line = node.lineno  # type: ignore[attr-defined]
        return Finding(code, cell.grade_id, line, short, rewrite if not code.startswith("vacuous") else None)

    def _helpers(self, tree: ast.Module, marking: Marking, tell: object) -> None:
        """A teacher's function that is given a learner's object and compares it."""
        for node in ast.walk(tree):
            helper = (
                self._known.helpers.get(getattr(node.func, "id", "")) if isinstance(node, ast.Call) else None
            )
            if helper is None or not isinstance(node, ast.Call):
                continue
            names = [one.arg for one in helper.args.args]
            env = {name: marking.of(one) for name, one in zip(names, node.args, strict=False)}
            env |= {one.arg: marking.of(one.value) for one in node.keywords if one.arg}
            if any(isinstance(kind, Made | Many) for kind in env.values()) and self._compares(helper, env):
                tell("split.helper", node)  # type: ignore[operator]

    def _compares(self, helper: ast.FunctionDef, env: dict[str, Kind]) -> bool:
        text = ast.unparse(helper)
        tree = tree_of(text)
        codes: list[str] = []
        inside = Marking(self._known, dict(env))
        body = tree.body[0].body  # type: ignore[attr-defined]
        inside.run(body)
        Asks(self._known, inside, Edits(text, tree), lambda code, node: codes.append(code)).run(tree)
        return bool(codes)


def _shell_helpers(cells: tuple[SourceCell, ...]) -> frozenset[str]:
    """Names that a teacher's cell binds with IPython's help: only the learner's process has them."""
    found: set[str] = set()
    for cell in cells:
        tree = parse(cell.text) if cell.role == "plain" and cell.kind == "code" else None
        for node in tree.body if tree else ():
            if any(isinstance(one, ast.Name) and one.id == "get_ipython" for one in ast.walk(node)):
                found |= top_level(ast.Module([node], []))
    return frozenset(found)
