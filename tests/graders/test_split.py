"""Each file in `split/` is one test cell and one answer: `honest` ones are paid in full, `forged` ones earn nothing."""

from __future__ import annotations

import re
from pathlib import Path

import papers
import pytest

from graders.grade import grade

FOLDER = Path(__file__).parent / "split"
HONEST = sorted(path.name for path in (FOLDER / "honest").iterdir())
FORGED = sorted(path.name for path in (FOLDER / "forged").iterdir())


def parts(path: Path) -> dict[str, str]:
    """The cells of a case: perhaps teacher, perhaps reference, answer, test."""
    found = re.split(r"^# %% (\w+)\n", path.read_text("utf-8"), flags=re.M)
    return dict(zip(found[1::2], found[2::2], strict=True))


def notebooks(case: dict[str, str]) -> tuple[bytes, bytes]:
    """(source, submission) of a case."""
    reference = f"### BEGIN SOLUTION\n{case.get('reference', case['answer'])}\n### END SOLUTION"
    before = [papers.cell(case["teacher"], "given", "locked")] if "teacher" in case else []
    test = papers.cell(case["test"], "q", "test", 1)
    source = [*before, papers.cell(reference, "s", "solution"), test]
    return papers.notebook(source), papers.notebook(
        [*before, papers.cell(case["answer"], "s", "solution"), test]
    )


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_answer_is_paid_in_full(name: str) -> None:
    verdict = grade(*notebooks(parts(FOLDER / "honest" / name)))
    assert (verdict.state, verdict.points, verdict.tests[0].reason) == ("graded", 1, "")


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_answer_earns_nothing(name: str) -> None:
    verdict = grade(*notebooks(parts(FOLDER / "forged" / name)))
    assert (verdict.state, verdict.points) == ("graded", 0)
    assert verdict.tests[0].reason
