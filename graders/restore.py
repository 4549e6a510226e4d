"""Make the plan of a grading: the source notebook in its own order, with nothing of the submission but answers."""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass

from graders.naming import Naming, naming_of
from graders.parsing import parse
from graders.reading import Cell, read_cells
from graders.rewriting import Prepared, imported, prepare, prepare_teacher
from graders.source import SourceCell

MAX_ANSWER = 200_000  # characters of an answer that a person will read


@dataclass(frozen=True)
class Step:
    """One thing to execute: a teacher's cell, a learner's cell, or a test.

    `answers` names the solutions a test is about, `binds` what the reference solution in this place binds.
    """

    kind: str
    cell: SourceCell | None
    text: str = ""
    prepared: Prepared | None = None
    answers: tuple[str, ...] = ()
    binds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """Steps in order, the solutions left unanswered, and the text of parts that a person marks."""

    steps: tuple[Step, ...]
    unanswered: frozenset[str]
    manual: dict[str, str]
    naming: Naming

    @property
    def modules(self) -> tuple[str, ...]:
        """What the teacher's cells import, in a fixed order."""
        return tuple(sorted({name for step in self.steps if step.prepared for name in step.prepared.modules}))

    @property
    def libraries(self) -> frozenset[str]:
        """Top names of everything that any cell imports."""
        trees = [parse(step.text) for step in self.steps if step.kind == "learner"]
        theirs = {name for tree in trees if tree for name in imported(tree)}
        return frozenset(name.split(".")[0] for name in (*self.modules, *theirs, *_tops(self.naming.aliases)))

    @property
    def texts(self) -> dict[str, str]:
        """What the learner wrote, by the grade_id of the solution cell."""
        found: dict[str, str] = {}
        for step in self.steps:
            if step.kind == "learner" and step.cell is not None:
                name = step.cell.grade_id
                found[name] = f"{found[name]}\n\n{step.text}" if name in found else step.text
        return found


def make_plan(source: tuple[SourceCell, ...], submission: bytes) -> Plan:
    """The plan for one submission; raises Refused when it is no notebook.

    Cells copied by a learner: of several with one grade_id those that are still the untouched stub are left out and
    all others run, one after the other, in that solution's place. Their text was the learner's to choose anyway.
    """
    given = read_cells(submission)
    owner = _claim(source, given)
    answers: dict[str, list[Cell]] = defaultdict(list)
    free: dict[int, list[Cell]] = defaultdict(list)
    last = -1
    for position, one in enumerate(given):
        known = owner.get(position)
        if known is None:
            free[last].append(one)
            continue
        last = known.index
        if known.role in ("solution", "manual"):
            answers[known.grade_id].append(one)
    naming = naming_of(source)
    theirs = set(naming.theirs)
    steps = [Step("learner", None, one.text) for one in free[-1] if one.kind == "code"]
    wrote_freely = any(
        one.kind == "code" and not _is_stub(one.text) for cells in free.values() for one in cells
    )
    unanswered: set[str] = set()
    manual: dict[str, str] = {}
    group: list[str] = []
    tested = False
    for cell in source:
        if cell.role in ("solution", "manual"):
            group = [cell.grade_id] if tested else [*group, cell.grade_id]
            tested = False
            texts = _written([one.text for one in answers[cell.grade_id]], cell.kind)
            if cell.kind == "code":
                binds = naming.binds.get(cell.grade_id, ())
                steps += [Step("learner", cell, text, binds=binds) for text in texts]
                if all(map(_is_stub, texts)) and (texts or not wrote_freely):
                    unanswered.add(cell.grade_id)
        if cell.role in ("manual", "task"):
            kinds = ("markdown", "raw") if cell.kind != "code" else ("code",)
            before = max((known.index for known in owner.values() if known.index < cell.index), default=-1)
            lost = [one.text for one in free[before] if one.kind in kinds]
            below = [one.text for one in free[cell.index]]
            manual[cell.grade_id] = "\n\n".join(below if cell.role == "task" else texts or lost)[:MAX_ANSWER]
        elif cell.role == "test":
            tested = True
            steps.append(
                Step("test", cell, prepared=prepare(cell.text, want_value=True), answers=tuple(group))
            )
        elif cell.role == "plain" and cell.kind == "code":
            steps.append(Step("teacher", cell, cell.text, prepare_teacher(cell.text, theirs)))
        steps += [Step("learner", None, one.text) for one in free[cell.index] if one.kind == "code"]
    return Plan(tuple(steps), frozenset(unanswered), manual, naming)


def _claim(source: tuple[SourceCell, ...], given: tuple[Cell, ...]) -> dict[int, SourceCell]:
    """Which submitted cell stands for which of ours: by grade_id, else by cell id, else by the text we handed out."""
    by_grade_id = {cell.grade_id: cell for cell in source if cell.grade_id}
    owner = {at: by_grade_id[cell.grade_id] for at, cell in enumerate(given) if cell.grade_id in by_grade_id}
    seen = {cell.index for cell in owner.values()}
    by_cell_id = {cell.cell_id: cell for cell in source if cell.cell_id and cell.index not in seen}
    by_text: dict[str, list[SourceCell]] = defaultdict(list)
    for cell in source:
        if cell.role in ("plain", "test", "task") and cell.index not in seen and cell.released_text:
            by_text[cell.released_text].append(cell)
    for at, one in enumerate(given):
        if at in owner:
            continue
        waiting = [cell for cell in by_text.get(one.text.strip(), ()) if cell.index not in seen]
        named = by_cell_id.get(one.cell_id)
        # A teacher's example that a learner changed is the learner's own cell: it runs after ours.
        changed = named is not None and named.role not in ("solution", "manual")
        found = waiting[0] if waiting else (None if changed else named)
        if found is not None and found.index not in seen:
            owner[at] = found
            seen.add(found.index)
    return owner


def _tops(aliases: dict[str, str]) -> set[str]:
    return {target.partition(":")[0] for target in aliases.values()}


def _written(texts: list[str], kind: str) -> list[str]:
    distinct = list(dict.fromkeys(text for text in texts if text.strip()))
    touched = [text for text in distinct if not _is_stub(text)] if kind == "code" else distinct
    return touched or distinct


def _is_stub(text: str) -> bool:
    """Nothing but comments, or a `raise NotImplementedError` that was left standing."""
    tree = parse(text)
    if tree is None:
        return False
    raised = [node.exc for node in ast.walk(tree) if isinstance(node, ast.Raise) and node.exc is not None]
    names = {getattr(exc.func if isinstance(exc, ast.Call) else exc, "id", "") for exc in raised}
    return not tree.body or "NotImplementedError" in names
