"""Files that are no notebook are refused with a sentence; oddities that harm nobody are passed over."""

from __future__ import annotations

import contextlib
import json
import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mutations
import papers
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from graders.feedback import build_feedback
from graders.grade import grade
from graders.reading import read_cells
from graders.reasons import MESSAGES
from graders.submission import problem_with
from graders.verdict import Verdict
from hub.operations.autograde import STATES, judged

GOOD = papers.notebook(papers.good_cells())
REFUSED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "submission.empty"),
    "blank": (b" \n\t", "submission.empty"),
    "truncated": (GOOD[: len(GOOD) // 2], "submission.not_a_notebook"),
    "a list": (b"[]", "submission.not_a_notebook"),
    "a number": (b"4", "submission.not_a_notebook"),
    "null": (b"null", "submission.not_a_notebook"),
    "an empty object": (b"{}", "submission.not_a_notebook"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "submission.encoding"),
    "NUL inside": (GOOD.replace(b"cells", b"ce\x00ls"), "submission.not_a_notebook"),
    "UTF-16": (GOOD.decode().encode("utf-16"), "submission.encoding"),
    "UTF-16 without a mark": (GOOD.decode().encode("utf-16-le"), "submission.encoding"),
    "UTF-32": (GOOD.decode().encode("utf-32-be"), "submission.encoding"),
    "GBK": (GOOD.decode().encode("gbk"), "submission.encoding"),
    "nbformat 3": (b'{"nbformat": 3, "worksheets": []}', "submission.version"),
    "nbformat 99": (GOOD.replace(b'"nbformat": 4', b'"nbformat": 99'), "submission.version"),
    "nbformat as text": (GOOD.replace(b'"nbformat": 4', b'"nbformat": "4"'), "submission.not_a_notebook"),
    "a number of 10,000 digits": (b'{"nbformat": ' + b"9" * 10_000 + b"}", "submission.not_a_notebook"),
    "deep lists": (b"[" * 200_000, "submission.too_deep"),
    "deep objects": (b'{"a":' * 200_000, "submission.too_deep"),
    "cells as an object": (b'{"nbformat": 4, "cells": {}}', "submission.not_a_notebook"),
    "too many cells": (papers.notebook([papers.cell("")] * 20_001), "submission.too_many_cells"),
    "60 MB of output": (GOOD[:-1] + b', "x": "' + b"y" * 60_000_000 + b'"}', "submission.too_large"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_a_sentence_and_its_tests_are_listed(name: str) -> None:
    data, code = REFUSED[name]
    verdict = grade(papers.source(), data)
    assert (verdict.state, verdict.reason) == ("rejected", code)
    assert verdict.message == MESSAGES[code] == problem_with(data)
    assert (verdict.points, verdict.max_points) == (0, 15)
    assert {(test.status, test.reason) for test in verdict.tests} == {("not_run", code)}


def odd(change: Callable[[dict[str, Any]], object]) -> bytes:
    """A good submission with one oddity."""
    notebook = json.loads(GOOD)
    change(notebook)
    return json.dumps(notebook).encode()


TOLERATED: dict[str, bytes] = {
    "no cell ids": odd(lambda n: [one.pop("id") for one in n["cells"]]),
    "the same cell id everywhere": odd(lambda n: [one.update(id="x") for one in n["cells"]]),
    "an unknown cell type": odd(lambda n: n["cells"].insert(0, {"cell_type": "heading", "source": "x"})),
    "cells that are none": odd(lambda n: n["cells"].extend([None, 3, "x", [], {}])),
    "NaN in outputs": odd(lambda n: n["cells"][2].update(outputs=[float("nan")])),
    "wrong types of metadata": odd(
        lambda n: n["cells"].append(
            {"cell_type": "code", "metadata": [], "source": {}, "id": 3, "outputs": 7}
        )
    ),
    "wrong types in our metadata": odd(
        lambda n: n["cells"].append(
            {
                "cell_type": "code",
                "metadata": {"nbgrader": {"grade_id": ["add"], "points": "x"}},
                "source": [1, None],
            }
        )
    ),
    "no metadata": odd(lambda n: n.pop("metadata")),
    "ten megabytes of output": odd(lambda n: n["cells"][2].update(outputs=["x" * 10_000_000])),
}


@pytest.mark.parametrize("name", TOLERATED)
def test_an_oddity_that_harms_nobody_is_passed_over(name: str, graded: Callable[..., Verdict]) -> None:
    assert problem_with(TOLERATED[name]) is None
    assert graded(TOLERATED[name]).points == 10


def test_halves_of_characters_and_nul_are_replaced() -> None:
    data = odd(lambda n: n["cells"][2].update(source="a = '\ud83d\x00'"))
    assert read_cells(data)[2].text == "a = '\ufffd\ufffd'"


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"[]",
        papers.notebook([papers.cell("", "a", "test", 1), papers.cell("", "a", "test", 1)]),
        papers.notebook([papers.cell("", "", "test", 1)]),
        papers.notebook([papers.cell("", "a", "test", -1)]),
        papers.notebook([papers.cell("", "a", "test", float("nan"))]),
        papers.notebook([papers.cell("", "a", "test", 1, kind="markdown")]),
    ],
)
def test_a_broken_assignment_fails_and_does_not_blame_the_learner(source: bytes) -> None:
    verdict = grade(source, GOOD)
    assert (verdict.state, verdict.reason) == ("failed", "source.invalid")


@pytest.mark.parametrize("text", ["assert (", "nonlocal x", "return 1"])
def test_a_test_that_is_no_python_is_told_apart_from_a_wrong_answer(
    text: str, graded: Callable[..., Verdict]
) -> None:
    source = papers.notebook([papers.cell(text, "t", "test", 1)])
    assert graded([], source).tests[0].reason == "test.broken"


# `make malformed` takes the profile "many" of conftest.py; every other run a few hundred.
EXAMPLES = max(200, settings().max_examples)
_at_leisure = {"deadline": None, "suppress_health_check": list(HealthCheck)}


@settings(max_examples=EXAMPLES, **_at_leisure)
@given(mutations.notebooks())
def test_a_notebook_gone_wrong_ends_in_a_state_with_a_sentence(data: bytes) -> None:
    verdict = grade(papers.source(), data, limits=papers.TIGHT)
    event(f"{verdict.state} {verdict.reason}")
    assert verdict.state in ("graded", "rejected")
    assert (verdict.state == "rejected") == (problem_with(data) is not None)
    assert verdict.state == "graded" or verdict.message == MESSAGES[verdict.reason]
    assert 0 <= verdict.points <= 10 and verdict.max_points == 15
    assert all(test.reason in MESSAGES for test in verdict.tests if test.status != "passed")
    told = verdict.to_json() + str(build_feedback(verdict))
    assert "Traceback" not in told and papers.CANARY not in told
    assert Verdict.from_json(verdict.to_json()) == verdict


names = st.one_of(
    st.sampled_from(("hw.ipynb", "HW.ipynb", "ｈw.ipynb", "a.csv", "numpy.py", "x;$(id)", "学生甲", "-rf", ".hidden", "\udcff\udcfe", "a\nb", "data/x.csv", "data", "deep/er/and/deep/er/still/more/of/it/x", "__pycache__/x", "con", " ")),
    st.text(st.characters(exclude_characters="/\x00", exclude_categories=("Cs",)), min_size=1, max_size=20).filter(lambda name: name not in (".", "..") and len(name.encode()) < 200),
)  # fmt: skip
things = st.one_of(mutations.notebooks(), st.sampled_from(("folder", "link", "loop", "pipe", "socket", "sparse", "locked")))  # fmt: skip


@settings(max_examples=EXAMPLES // 10, **_at_leisure)
@given(st.dictionaries(names, things, max_size=6), st.booleans())
def test_a_folder_gone_wrong_ends_in_a_state_at_the_door_of_the_command(
    found: dict[str, bytes | str], notebook: bool
) -> None:
    with tempfile.TemporaryDirectory() as place:
        course, home = Path(place, "course"), Path(place, "学生")
        course.mkdir()
        home.mkdir()
        (course / "hw.ipynb").write_bytes(papers.source())
        if notebook:
            (home / "hw.ipynb").write_bytes(GOOD)
        for name, what in found.items():
            with contextlib.suppress(OSError):  # taken already, or no name here
                lay(home / name, what)
        told = judged(str(course / "hw.ipynb"), papers.source(), str(home))
        event(f"{told['state']} {told['reason']}")
        assert told["state"] in STATES and told["message"]
        assert not told["reason"] or told["reason"] in MESSAGES
        assert 0 <= told["points"] <= 10
        assert "Traceback" not in json.dumps(told)


def lay(path: Path, what: bytes | str) -> None:
    """Put one thing where a learner may have left it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(what, bytes):
        path.write_bytes(what)
    elif what == "folder":
        path.mkdir()
    elif what in ("link", "loop"):
        path.symlink_to("/etc/passwd" if what == "link" else path.name)
    elif what == "pipe":
        os.mkfifo(path)
    elif what == "socket":
        os.mknod(path, 0o600 | stat.S_IFSOCK)
    else:
        path.touch()
        os.truncate(path, 1 << 40 if what == "sparse" else 3)
        path.chmod(0 if what == "locked" else 0o644)
