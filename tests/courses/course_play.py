"""Plays the graded part of a source notebook in this process: fast enough to try hundreds of wrong answers."""

import os
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl

from courses.loader import load_catalogue
from courses.model import Assignment
from courses.notebook import SourceCell, read_cells

mpl.use("Agg")

ASSIGNMENTS = [assignment for course in load_catalogue().values() for assignment in course.assignments]
Builds = dict[str, tuple[dict[str, bytes], dict[str, bytes]]]


class Play:
    """One assignment, ready to be run again and again with other answers in its solution cells."""

    def __init__(self, assignment: Assignment) -> None:
        self.key = assignment.key
        self.folder: Path = assignment.source.parent
        self.cells: tuple[SourceCell, ...] = tuple(
            cell
            for cell in read_cells(assignment.source, assignment.key)
            if cell.cell_type == "code" and cell.nbgrader
        )

    @property
    def answers(self) -> dict[str, str]:
        """The reference answer of every solution cell."""
        return {cell.grade_id: cell.parts.answered for cell in self.cells if cell.is_solution}

    def failures(self, answers: Mapping[str, str], stop: bool = True) -> dict[str, Exception]:
        """The test cells that fail, hidden parts included, with what they said; by default only the first.

        The tests of a changed answer are run first, because they are the likeliest to fail.
        """
        import matplotlib.pyplot as plt

        told: dict[str, Exception] = {}
        names: dict[str, Any] = {"__name__": "__main__"}
        tests = [place for place, cell in enumerate(self.cells) if cell.is_graded]
        changed = [place for place, cell in enumerate(self.cells) if cell.grade_id in answers]
        start = min(changed, default=0)
        before = Path.cwd()
        os.chdir(self.folder)
        try:
            for cell in self.cells:
                if not cell.is_graded:
                    self._run(cell, answers.get(cell.grade_id, cell.parts.answered), names)
            for place in sorted(tests, key=lambda place: (place < start, place)):
                error = self._run(self.cells[place], self.cells[place].text, names)
                if error is not None:
                    told[self.cells[place].grade_id] = error
                    if stop:
                        break
        finally:
            os.chdir(before)
            plt.close("all")
        return told

    def _run(self, cell: SourceCell, text: str, names: dict[str, Any]) -> Exception | None:
        code = compile(text, f"{self.key}:{cell.grade_id}", "exec")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                exec(code, names)  # noqa: S102 the course's own code is what is tried here
            except Exception as error:
                return error
        return None
