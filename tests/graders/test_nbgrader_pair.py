"""Who runs `nbgrader autograde` by hand with our pair gets grade()'s verdict in the gradebook, test by test, or no points."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbgrader
import papers
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.converters.base import NbGraderException
from traitlets.config import Config

from graders.grade import grade
from graders.nbgrader_pair import GradeOutside
from graders.verdict import Verdict

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "courses" / "catalogue" / "it2-data-literacy"
QUICKSTART = Path(nbgrader.__file__).parent / "docs" / "source" / "user_guide" / "source" / "ps1"
TEXT = "求和公式成立，我验证了。"


BIN = Path(sys.executable).parent


def snippet() -> str:
    """The lines that the how-to tells people to put into nbgrader_config.py."""
    text = (ROOT / "docs" / "howto" / "grade-without-the-platform.md").read_text("utf-8")
    return text.partition("```python\n")[2].partition("```")[0]


def documented() -> Config:
    """The same, as nbgrader loads it."""
    config = Config()
    exec(snippet(), {"get_config": lambda: config})  # noqa: S102 - our own documentation
    return config


@pytest.fixture(scope="module", autouse=True)
def on_the_path() -> Iterator[None]:
    """nbgrader calls alembic by name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{BIN}:{os.environ['PATH']}")
        yield


@dataclass
class Course:
    """A real nbgrader course in a folder, with one assignment generated."""

    folder: Path
    assignment: str
    api: Any

    @property
    def names(self) -> list[str]:
        """Its notebooks, without the suffix."""
        return sorted(path.stem for path in (self.folder / "source" / self.assignment).glob("*.ipynb"))

    def source(self, name: str) -> bytes:
        """A source notebook."""
        return (self.folder / "source" / self.assignment / f"{name}.ipynb").read_bytes()

    def answers(self, name: str, wanted: Callable[[int, str], bool]) -> bytes:
        """The release with the reference answers of the wanted solution cells (number, grade_id)."""
        release = json.loads((self.folder / "release" / self.assignment / f"{name}.ipynb").read_bytes())
        given = {one["metadata"].get("nbgrader", {}).get("grade_id"): one for one in release["cells"]}
        solutions = [
            one
            for one in json.loads(self.source(name))["cells"]
            if one["metadata"].get("nbgrader", {}).get("solution")
        ]
        for number, one in enumerate(solutions):
            grade_id = one["metadata"]["nbgrader"]["grade_id"]
            if wanted(number, grade_id):
                text = "".join(one["source"])
                for marker in ("### BEGIN SOLUTION", "### END SOLUTION"):
                    text = text.replace(marker, "#")
                given[grade_id]["source"] = text if one["cell_type"] == "code" else TEXT
        return json.dumps(release).encode()

    def hand_in(self, student: str, notebooks: dict[str, bytes]) -> None:
        """Lay a submission where nbgrader collects them."""
        place = self.folder / "submitted" / student / self.assignment
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(self.folder / "release" / self.assignment, place)
        for name, data in notebooks.items():
            (place / f"{name}.ipynb").write_bytes(data)

    def autograde(self, student: str) -> dict[str, Any]:
        """What nbgrader says of it."""
        return dict(self.api.autograde(self.assignment, student, create=True, force=True))

    def scores(self, student: str, name: str) -> dict[str, tuple[float | None, bool]]:
        """From the gradebook: auto score and whether a person is waited for, by grade_id."""
        with Gradebook(f"sqlite:///{self.folder}/gradebook.db") as book:
            found = book.find_submission_notebook(name, self.assignment, student)
            return {one.name: (one.auto_score, one.needs_manual_grade) for one in found.grades}

    def verdict(self, name: str, data: bytes) -> Verdict:
        """What grade() says, with the assignment's own files."""
        place = self.folder / "source" / self.assignment
        files = {
            str(path.relative_to(place)): path.read_bytes()
            for path in place.rglob("*")
            if path.is_file() and path.suffix != ".ipynb"
        }
        return grade(self.source(name), data, files)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Course]:
    """Make a course of one of three sources: the quickstart's, the catalogue's, the small one of these tests."""
    made: dict[str, Course] = {}

    def make(which: str) -> Course:
        if which not in made:
            folder = tmp_path_factory.mktemp("nbgrader")
            place = folder / "source" / which
            if which == "ps1":
                shutil.copytree(QUICKSTART, place)
            elif which == "small":
                place.mkdir(parents=True)
                (place / "hw.ipynb").write_bytes(papers.source())
            else:
                shutil.copytree(CATALOGUE / which, place)
            config = documented()
            config.CourseDirectory.root = str(folder)
            config.CourseDirectory.db_url = f"sqlite:///{folder}/gradebook.db"
            config.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\nraise NotImplementedError()"}
            one = Course(folder, which, NbGraderAPI(config=config))
            done = one.api.generate_assignment(which, create=True)
            assert done["success"], done.get("log")
            made[which] = one
        return made[which]

    return make


HOW = {
    "full": lambda number, grade_id: True,
    "half": lambda number, grade_id: number % 2 == 0,
    "untouched": lambda number, grade_id: False,
}


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("which", ["ps1", "a1-learner-analysis", "small"])
def test_the_gradebook_holds_grades_verdict_test_by_test(
    course: Callable[[str], Course], which: str, how: str
) -> None:
    ours = course(which)
    given = {name: ours.answers(name, HOW[how]) for name in ours.names}
    ours.hand_in(how, given)
    done = ours.autograde(how)
    assert done["success"], done.get("log")
    total = 0.0
    for name, data in given.items():
        verdict, scores = ours.verdict(name, data), ours.scores(how, name)
        assert verdict.state == "graded"
        assert {t.grade_id: (float(t.points), False) for t in verdict.tests} == {
            grade_id: scores[grade_id] for grade_id in (t.grade_id for t in verdict.tests)
        }
        for item in verdict.manual:
            assert scores[item.grade_id][0] in (None, 0), "a person marks this"
            assert scores[item.grade_id][1] or how != "full"
        total += float(verdict.points)
    if how == "full":
        assert total == sum(float(t.max_points) for n, d in given.items() for t in ours.verdict(n, d).tests)
    if how == "untouched":
        assert total == 0


def test_partial_credit_arrives_as_the_number_itself_with_our_sentence(
    course: Callable[[str], Course],
) -> None:
    ours = course("small")
    data = papers.notebook(papers.good_cells(mean="def mean(xs):\n    return 3 if len(xs) == 2 else 2\n"))
    ours.hand_in("part", {"hw": data.replace(b"range(5)", b"range(9)")})
    assert ours.autograde("part")["success"]
    points = {t.grade_id: float(t.points) for t in ours.verdict("hw", data).tests}
    assert {name: score for name, (score, _) in ours.scores("part", "hw").items() if name in points} == points
    text = (ours.folder / "autograded" / "part" / "small" / "hw.ipynb").read_text("utf-8")
    assert "运行结果与要求不符" in json.dumps(json.loads(text), ensure_ascii=False)
    assert "想一想加法" not in text


def test_nothing_a_learner_wrote_into_metadata_outputs_or_tests_counts(
    course: Callable[[str], Course],
) -> None:
    ours = course("small")
    cells = papers.answer_cells(add=papers.GOOD["add"])
    for one in cells:
        mark = one["metadata"].get("nbgrader", {})
        if mark.get("grade") and one["cell_type"] == "code":
            mark |= {"points": 1000, "solution": False, "grade": mark["grade_id"] != "mean-test"}
            one["source"] = "1000"
    cells = [one for one in cells if one["metadata"].get("nbgrader", {}).get("grade_id") != "mean-partial"]
    cells.append(papers.cell("5", "mean-test", "test", 5))
    cells.append(papers.cell("5", "unknown", "test", 50))
    data = papers.notebook(cells)
    ours.hand_in("forger", {"hw": data})
    done = ours.autograde("forger")
    assert done["success"], done.get("log")
    found = {name: score for name, (score, _) in ours.scores("forger", "hw").items()}
    assert found == {"add-test": 2, "add-hidden": 3, "mean-test": 0, "mean-partial": 0, "essay": None}
    assert sum(float(t.points) for t in ours.verdict("hw", data).tests) == 5


def test_honest_oddities_are_graded_and_the_text_for_a_person_is_kept(
    course: Callable[[str], Course],
) -> None:
    ours = course("small")
    cells = [one for one in papers.good_cells() if "essay" not in one["id"] and "test" not in one["id"]]
    cells += [
        papers.cell("我自己加的", kind="markdown"),
        papers.cell("体会甲", "essay", "manual", 5, kind="markdown"),
    ]
    cells.append(papers.cell("体会乙", "essay", "manual", 5, kind="markdown"))
    data = b"\xef\xbb\xbf" + papers.notebook(cells)
    ours.hand_in("honest", {"hw": data})
    done = ours.autograde("honest")
    assert done["success"], done.get("log")
    found = ours.scores("honest", "hw")
    assert found["essay"] == (None, True)
    assert sum(score or 0 for score, _ in found.values()) == 10
    made = json.loads((ours.folder / "autograded" / "honest" / "small" / "hw.ipynb").read_bytes())
    essays = [c for c in made["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == "essay"]
    assert ["".join(one["source"]) for one in essays] == ["体会甲\n\n体会乙"]


def test_a_learners_code_never_runs_as_whoever_runs_nbgrader(
    course: Callable[[str], Course], tmp_path: Path
) -> None:
    ours = course("small")
    touch = f"import pathlib\npathlib.Path({str(tmp_path / 'here')!r}).write_text('x')\n"
    data = papers.notebook(
        [papers.cell(f"try:\n    exec({touch!r})\nexcept OSError:\n    pass"), *papers.good_cells()]
    )
    ours.hand_in("curious", {"hw": data})
    assert ours.autograde("curious")["success"]
    assert not (tmp_path / "here").exists()
    assert ours.scores("curious", "hw")["add-test"][0] == 2


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "submission.empty"), (b"[]", "submission.not_a_notebook"), (b"[" * 200_000, "submission.too_deep"),
     ("作业".encode("gbk"), "submission.encoding")],
)  # fmt: skip
def test_a_rejected_submission_fails_readably_and_loses_the_points_of_the_one_before(
    course: Callable[[str], Course], data: bytes, code: str
) -> None:
    ours = course("small")
    ours.hand_in("again", {"hw": papers.notebook(papers.good_cells())})
    assert ours.autograde("again")["success"]
    assert ours.scores("again", "hw")["add-test"] == (2, False)
    ours.hand_in("again", {"hw": data})
    done = ours.autograde("again")
    assert not done["success"]
    assert "没有评分：" in done["log"]
    assert f"[{code}]" in done["log"]
    assert {score for score, _ in ours.scores("again", "hw").values()} == {None}
    assert not (ours.folder / "autograded" / "again" / "small").exists()


def test_a_submission_that_is_a_link_to_the_solution_is_rejected(course: Callable[[str], Course]) -> None:
    ours = course("small")
    ours.hand_in("thief", {})
    place = ours.folder / "submitted" / "thief" / "small" / "hw.ipynb"
    place.unlink()
    place.symlink_to(ours.folder / "source" / "small" / "hw.ipynb")
    done = ours.autograde("thief")
    assert not done["success"]
    assert "[submission.not_a_file]" in done["log"]


def test_an_assignment_that_cannot_be_graded_gives_no_points(
    course: Callable[[str], Course],
) -> None:
    ours = course("small")
    ours.hand_in("unlucky", {"hw": papers.notebook(papers.good_cells())})
    source = ours.folder / "source" / "small" / "hw.ipynb"
    right = source.read_bytes()
    cells = papers.source_cells()
    cells[3]["metadata"]["nbgrader"]["points"] = 9
    for wrong, said in ((b"{}", "source.invalid"), (papers.notebook(cells), "generate_assignment")):
        source.write_bytes(wrong)
        try:
            done = ours.autograde("unlucky")
        finally:
            source.write_bytes(right)
        assert not done["success"]
        assert said in done["log"]


def test_the_command_takes_the_documented_lines_and_without_walls_it_gives_no_points(
    course: Callable[[str], Course],
) -> None:
    ours = course("small")
    ours.hand_in("typed", {"hw": papers.notebook(papers.good_cells())})
    (ours.folder / "nbgrader_config.py").write_text(snippet(), "utf-8")

    def typed(path: str) -> subprocess.CompletedProcess[str]:
        words = [f"{BIN}/nbgrader", "autograde", "small", "--student=typed", "--force"]
        env = {"PATH": path, "HOME": str(ours.folder), "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
        return subprocess.run(words, cwd=ours.folder, env=env, capture_output=True, text=True, check=False)

    done = typed(f"{BIN}:/usr/bin:/bin")
    assert done.returncode == 0, done.stderr
    assert ours.scores("typed", "hw")["add-test"] == (2, False)
    done = typed(str(BIN))  # no unshare there
    assert done.returncode != 0
    assert "没有评分：" in done.stderr
    assert "[walls." in done.stderr
    assert {score for score, _ in ours.scores("typed", "hw").values()} == {None}


def test_half_of_the_pair_grades_nothing() -> None:
    about = {"nbgrader": {"student": "a", "assignment": "b", "notebook": "c"}}
    with pytest.raises(NbGraderException, match="exporter_class"):
        GradeOutside().preprocess(None, about)
