"""What stock nbgrader pays for the corpus, test by test: `python -m tests.graders.parity.stock` writes stock.json.

The released package, in this process, with its documented defaults; a course folder and a gradebook of its own in a
temporary place. Idioms whose text did not change since they were recorded are kept unless `--all` is given.
"""

from __future__ import annotations

import argparse
import difflib
import importlib.metadata
import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.graders.parity import quickstart
from tests.graders.parity.corpus import FOLDER, Idiom, idioms

RECORD = FOLDER / "stock.json"
Paid = dict[str, dict[str, float]]


class StockCourse:
    """A course of stock nbgrader in a folder: release an assignment, lay submissions down, grade them, read the gradebook."""

    def __init__(self, root: Path) -> None:
        from nbgrader.apps import NbGraderAPI
        from traitlets.config import Config

        os.environ.setdefault("JUPYTER_PLATFORM_DIRS", "1")
        bin_folder = str(Path(sys.executable).parent)
        if bin_folder not in os.environ["PATH"].split(os.pathsep):  # stock calls alembic by name
            os.environ["PATH"] = bin_folder + os.pathsep + os.environ["PATH"]
        self.root = root
        config = Config()
        config.CourseDirectory.root = str(root)
        config.CourseDirectory.course_id = "parity"
        config.CourseDirectory.db_url = f"sqlite:///{root / 'gradebook.db'}"
        self.config = config
        self.api: Any = NbGraderAPI(config=config)

    def release(self, assignment: str, notebooks: Mapping[str, bytes], files: Mapping[str, bytes]) -> Path:
        """Make the learners' version; returns its folder. RuntimeError if stock refuses the notebook."""
        self._lay(self.root / "source" / assignment, notebooks, files)
        told = self.api.generate_assignment(assignment)
        if not told["success"]:
            raise RuntimeError(f"{assignment}: {told.get('error')} {told.get('log', '')[-1500:]}")
        return self.root / "release" / assignment

    def submit(
        self, student: str, assignment: str, notebooks: Mapping[str, bytes], files: Mapping[str, bytes]
    ) -> None:
        """Lay a submission where the exchange would have."""
        self._lay(self.root / "submitted" / student / assignment, notebooks, files)

    def autograde(self, assignment: str, student: str) -> None:
        """One submission, the way the batch does it."""
        told = self.api.autograde(assignment, student)
        if not told["success"]:
            raise RuntimeError(f"{assignment} of {student}: {told.get('log', '')[-1500:]}")

    def autograde_all(self, assignment: str, pattern: str) -> None:
        """Everybody whose name fits the pattern, as its batch does it: one converter for all, in this process."""
        from nbgrader.converters import Autograde
        from nbgrader.coursedir import CourseDirectory
        from traitlets.config import Config

        config = Config(self.config)
        config.CourseDirectory.assignment_id = assignment
        config.CourseDirectory.student_id = pattern
        Autograde(coursedir=CourseDirectory(config=config), config=config).start()

    def paid(self, assignment: str, student: str) -> dict[str, float]:
        """Points by test."""
        from nbgrader.api import Gradebook

        with Gradebook(self.api.coursedir.db_url, self.api.coursedir.course_id) as book:
            found = book.find_submission(assignment, student)
            return {
                grade.name: grade.auto_score
                for one in found.notebooks
                for grade in one.grades
                if grade.auto_score is not None
            }

    @staticmethod
    def _lay(folder: Path, notebooks: Mapping[str, bytes], files: Mapping[str, bytes]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in notebooks.items():
            (folder / f"{name}.ipynb").write_bytes(data)
        for name, data in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)


def grade_idiom(idiom: Idiom, course: StockCourse) -> Paid:
    """Every variant of one idiom. The release must be the stub that our corpus hands in as `untouched`."""
    release = course.release(idiom.name, {"exercise": idiom.source}, idiom.files)
    theirs = json.loads((release / "exercise.ipynb").read_text("utf-8"))["cells"]
    ours = json.loads(idiom.submission("untouched"))["cells"]
    for mine, one in zip(ours, theirs, strict=True):
        if mine["source"].strip() != "".join(one["source"]).strip():
            raise RuntimeError(
                f"{idiom.name}: the release is not what the corpus takes it for: {one['source']}"
            )
    for variant in idiom.variants:
        course.submit(variant, idiom.name, {"exercise": idiom.submission(variant)}, idiom.files)
        course.autograde(idiom.name, variant)
    return {variant: course.paid(idiom.name, variant) for variant in idiom.variants}


def grade_all(wanted: Iterable[Idiom]) -> dict[str, Paid]:
    """Stock's points for these idioms; a line on the screen for each."""
    found = {}
    with tempfile.TemporaryDirectory(prefix="parity-") as folder:
        course = StockCourse(Path(folder))
        for idiom in wanted:
            found[idiom.name] = grade_idiom(idiom, course)
            full = sum(found[idiom.name]["full"].values())
            print(f"{idiom.name}: {full:g} / {sum(idiom.points.values()):g}", flush=True)
    return found


def record(everything: bool, only: str) -> dict[str, Any]:
    """The record as it should stand now."""
    known = json.loads(RECORD.read_text("utf-8")) if RECORD.exists() else {}
    kept = {n: one for n, one in known.get("idioms", {}).items() if not (everything and only in n)}
    corpus = idioms()
    digests = {name: idiom.digest() for name, idiom in corpus.items()}
    changed = [one for name, one in corpus.items() if kept.get(name, {}).get("digest") != digests[name]]
    found = grade_all(one for one in changed if only in one.name)
    paid = {name: {"digest": digests[name], "paid": one} for name, one in found.items()}
    course = known.get("quickstart") if known and not everything else None
    if course is None or course["digest"] != quickstart.digest():
        with tempfile.TemporaryDirectory(prefix="parity-") as folder:
            course = {"digest": quickstart.digest(), "paid": quickstart.by_stock(StockCourse(Path(folder)))}
    return {
        "nbgrader": importlib.metadata.version("nbgrader"),
        "python": platform.python_version(),
        "quickstart": course,
        "idioms": dict(sorted(({n: k for n, k in kept.items() if n in corpus} | paid).items())),
    }


def main() -> int:
    """Write the record; 1 when it is no longer the one that was there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="also idioms that did not change")
    parser.add_argument("--only", default="", help="only idioms whose name holds this")
    chosen = parser.parse_args()
    before = RECORD.read_text("utf-8") if RECORD.exists() else ""
    after = json.dumps(record(chosen.all, chosen.only), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    RECORD.write_text(after, "utf-8")
    changes = list(
        difflib.unified_diff(before.splitlines(), after.splitlines(), "recorded", "now", lineterm="", n=1)
    )
    print("\n".join(changes[:200]) or "stock pays what is recorded")
    return bool(changes)


if __name__ == "__main__":
    sys.exit(main())
