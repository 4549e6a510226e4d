"""Every rule of the linter against the real grader: what it says of a test cell is what happens when the cell is graded."""

from __future__ import annotations

import json
import re
from pathlib import Path

import papers
import pytest

from graders.grade import grade
from graders.lint.findings import CODES
from graders.lint.linting import CellReport, accepted, lint
from tests.graders.parity.corpus import idioms

FOLDER = Path(__file__).parent / "lint"
CORPUS = idioms()
CASES = sorted(path.stem for path in FOLDER.glob("*.txt"))


def of_class(klass: str) -> list[str]:
    return [name for name in CASES if CODES[code(name)][0] == klass]


def code(name: str) -> str:
    """A file is named after the code it is about, perhaps with a word more."""
    return name.partition("-")[0]


def parts(name: str) -> dict[str, str]:
    """The cells of a case: answer and test, and what its class needs besides."""
    found = re.split(r"^# %% (\w+)\n", (FOLDER / f"{name}.txt").read_text("utf-8"), flags=re.M)
    return dict(zip(found[1::2], found[2::2], strict=True))


def source(case: dict[str, str], test: str | None = None) -> bytes:
    """The teacher's notebook."""
    return notebook(case, f"### BEGIN SOLUTION\n{case['answer']}### END SOLUTION\n", test)


def notebook(case: dict[str, str], answer: str, test: str | None = None) -> bytes:
    before = [papers.cell(case["teacher"], "given", "locked")] if "teacher" in case else []
    text = (case["test"] if test is None else test).rstrip("\n")
    return papers.notebook([*before, papers.cell(answer, "s", "solution"), papers.cell(text, "q", "test", 1)])


def report(data: bytes) -> CellReport:
    (only,) = lint(data)
    return only


def paid(case: dict[str, str], answer: str, test: str | None = None) -> bool:
    """Whether the real grader pays an answer in full."""
    verdict = grade(source(case, test), notebook(case, case[answer], test), limits=papers.TIGHT)
    assert verdict.state == "graded"
    return verdict.points == 1


def passes_in_one_process(case: dict[str, str], answer: str) -> bool:
    """Whether the test is content with an answer that lies beside it, as in stock nbgrader; our grader may see through it."""
    space: dict[str, object] = {}
    exec(case.get("teacher", "") + case[answer], space)  # noqa: S102 - a case of ours
    try:
        exec(case["test"], space)  # noqa: S102
    except Exception:
        return False
    return True


def test_every_rule_has_a_case_and_every_case_a_rule() -> None:
    assert {code(name) for name in CASES} == set(CODES) - {"kernel.foreign"}


@pytest.mark.parametrize("name", of_class("B"))
def test_a_cell_of_class_b_is_not_paid_as_it_is_and_in_full_after_the_shown_rewrite(name: str) -> None:
    case = parts(name)
    found = report(source(case))
    assert (found.klass, {one.code for one in found.findings if one.klass == "B"} & {code(name)}) == ("B", {code(name)})  # fmt: skip
    assert all(one.rewrite is not None for one in found.findings if one.klass == "B")
    if "forged" in case:
        assert paid(case, "forged"), "as it is, somebody who answered wrong can be paid"
    else:
        assert not paid(case, "answer"), "as it is, the right answer is not paid"
    better = found.rewritten
    assert better is not None
    assert report(accepted(source(case))).klass == "A"
    assert paid(case, "answer", better)
    assert not paid(case, "wrong", better)
    assert "forged" not in case or not paid(case, "forged", better)


@pytest.mark.parametrize("name", of_class("C"))
def test_a_cell_of_class_c_loses_the_right_answer_or_pays_a_forged_one(name: str) -> None:
    case = parts(name)
    found = report(source(case))
    assert (found.klass, found.rewritten) == ("C", None)
    assert code(name) in {one.code for one in found.findings}
    assert paid(case, "forged") if "forged" in case else not paid(case, "answer")


@pytest.mark.parametrize("name", of_class(""))
def test_a_vacuous_cell_pays_an_answer_that_is_none_and_its_mended_form_does_not(name: str) -> None:
    case = parts(name)
    found = report(source(case))
    assert code(name) in {one.code for one in found.vacuous}
    assert passes_in_one_process(case, "hollow"), "it pays too much as it is"
    assert report(source(case, case["mended"])).findings == ()
    assert paid(case, "answer", case["mended"])
    assert not paid(case, "hollow", case["mended"])


def test_what_honest_tests_are_written_like_is_class_a() -> None:
    folder = Path(__file__).parent / "split" / "honest"
    classes = []
    for path in sorted(folder.iterdir()):
        found = re.split(r"^# %% (\w+)\n", path.read_text("utf-8"), flags=re.M)
        case = dict(zip(found[1::2], found[2::2], strict=True))
        case["answer"] = case.get("reference", case["answer"])
        classes.append(report(source(case)).klass)
    assert len(classes) > 40
    assert set(classes) == {"A"}


@pytest.mark.parametrize("name", CORPUS)
def test_an_idiom_has_the_class_that_it_has_beside_stock(name: str) -> None:
    reports = lint(CORPUS[name].source)
    assert max(one.klass for one in reports) == CORPUS[name].klass
    shown = {one.grade_id: (one.rewritten or "").rstrip() for one in reports if one.rewritten is not None}
    assert shown == CORPUS[name].rewrites


def test_a_rewrite_leaves_comments_and_every_other_line_alone() -> None:
    case = parts("split.equality")
    better = report(source(case)).rewritten or ""
    assert "# 相等与不等" in better
    assert 'assert same(Money(2), Money(2)), "相同"' in better
    whole = json.loads(accepted(source(case)))
    before = json.loads(source(case))
    assert [c for c in whole["cells"] if c["metadata"]["nbgrader"]["grade_id"] != "q"] == before["cells"][:-1]


def test_a_notebook_of_another_language_is_practice_as_a_whole() -> None:
    plain = json.loads(papers.source())
    plain["metadata"]["kernelspec"] = {"name": "ir", "language": "R", "display_name": "R"}
    found = lint(json.dumps(plain).encode())
    assert {one.klass for one in found} == {"C"}
    assert {finding.code for one in found for finding in one.findings} == {"kernel.foreign"}


def test_what_an_earlier_test_cell_bound_is_known_in_the_next() -> None:
    case = parts("split.equality")
    cells = [
        papers.cell(f"### BEGIN SOLUTION\n{case['answer']}### END SOLUTION\n", "s", "solution"),
        papers.cell("mine = Money(2)\nassert mine.cents == 2", "one", "test", 1),
        papers.cell("assert mine == Money(2)", "two", "test", 1),
    ]
    assert [one.klass for one in lint(papers.notebook(cells))] == ["A", "B"]
