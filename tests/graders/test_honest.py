"""Honest work is paid in full, however untidy; the untouched release is paid nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import papers
import pytest

from graders.verdict import Verdict

ADD, MEAN = papers.GOOD["add"], papers.GOOD["mean"]


def stripped(cells: list[dict[str, Any]], keep_ids: bool) -> list[dict[str, Any]]:
    """As another editor leaves a notebook: no metadata of ours."""
    for one in cells:
        one["metadata"] = {}
        if not keep_ids:
            one.pop("id")
    return cells


def copied(order: str) -> list[dict[str, Any]]:
    """The answer's cell was copied, with its id: `order` says where the stub is."""
    cells = papers.good_cells()
    at = next(
        n for n, one in enumerate(cells) if one["metadata"].get("nbgrader", {}).get("grade_id") == "add"
    )
    twin = json.loads(json.dumps(cells[at]))
    twin["id"] = "copy"
    (cells[at] if order == "stub first" else twin)["source"] = papers.ADD_STUB
    return [*cells[: at + 1], twin, *cells[at + 1 :]]


def moved() -> list[dict[str, Any]]:
    """All cells in the opposite order."""
    return papers.good_cells()[::-1]


def helper() -> list[dict[str, Any]]:
    """A cell of the learner's own before the answer that uses it."""
    cells = papers.good_cells(add="def add(a, b):\n    return plus(a, b)\n")
    return [*cells[:2], papers.cell("def plus(a, b):\n    return a + b\n"), *cells[2:]]


def as_lines() -> list[dict[str, Any]]:
    """Source as a list of lines, as Jupyter writes it."""
    cells = papers.good_cells()
    for one in cells:
        one["source"] = one["source"].splitlines(keepends=True)
    return cells


NOTEBOOKS = {
    "plain": papers.good_cells,
    "source as a list of lines": as_lines,
    "moved": moved,
    "metadata lost": lambda: stripped(papers.good_cells(), keep_ids=True),
    "metadata and cell ids lost": lambda: stripped(papers.good_cells(), keep_ids=False),
    "cell copied and the copy answered": lambda: copied("stub first"),
    "cell answered and then copied empty": lambda: copied("stub last"),
    "helper in a cell of its own": helper,
    "answer turned into a text cell by mistake": lambda: [
        one | ({"cell_type": "markdown"} if one["source"] == ADD else {}) for one in papers.good_cells()
    ],
}

ANSWERS = {
    "warnings": "import warnings\ndef add(a, b):\n    warnings.warn('看这里')\n    return a + b\n",
    "stderr": "import sys\ndef add(a, b):\n    print('调试', file=sys.stderr)\n    return a + b\n",
    "prints in masses": "for i in range(30_000):\n    print('第', i, '次')\n" + ADD,
    "flushed prints in masses": "for i in range(100_000):\n    print(i, flush=True)\n" + ADD,
    "magics and figures": "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\n!echo ok\n"
    + ADD,
    "timing": "%time x = 1\n" + ADD,
    "builtins shadowed by a beginner": "sum = 0\nlist = [1, 2]\nfor max in list:\n    sum = sum + max\nlen = 2\n"
    + ADD,
    "an old attempt that fails above": "print(1 / 0)\n",
    "exit at the end": ADD + "exit()\n",
    "Chinese names": "def 求和(甲, 乙):\n    return 甲 + 乙\nadd = 求和\n",
    "top-level await": "import asyncio\nawait asyncio.sleep(0)\n" + ADD,
    "processes of its own": "import multiprocessing as m\nwith m.get_context('fork').Pool(2) as p:\n    p.map(abs, [1])\n"
    + ADD,
    "half an emoji": "note = '\ud83d'\n" + ADD,
}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_an_untidy_notebook_is_paid_in_full(name: str, graded: Callable[..., Verdict]) -> None:
    verdict = graded(NOTEBOOKS[name]())
    assert (verdict.state, verdict.points, verdict.max_points) == ("graded", 10, 15), verdict.tests
    assert verdict.manual[0].answer == "我学会了求平均数。"


@pytest.mark.parametrize("name", ANSWERS)
def test_an_untidy_answer_is_paid_in_full(name: str, graded: Callable[..., Verdict]) -> None:
    text = ANSWERS[name]
    cells = papers.good_cells(add=text)
    if "def add" not in text and "add =" not in text:
        cells = [*cells[:3], papers.cell(ADD), *cells[3:]]
    if name == "builtins shadowed by a beginner":
        by_hand = "def mean(xs):\n    total = n = 0\n    for x in xs:\n        total += x\n        n += 1\n    return total / n\n"
        cells = papers.good_cells(add=text, mean=by_hand)
    if name == "half an emoji":
        data = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}).encode()
        verdict = graded(data)
    else:
        verdict = graded(cells)
    assert verdict.points == 10, verdict.tests


def test_a_byte_order_mark_is_accepted(graded: Callable[..., Verdict]) -> None:
    assert graded(b"\xef\xbb\xbf" + papers.notebook(papers.good_cells())).points == 10


def test_the_untouched_release_is_paid_nothing_and_told_so(graded: Callable[..., Verdict]) -> None:
    verdict = graded(papers.answer_cells())
    assert verdict.points == 0
    assert {(test.status, test.reason) for test in verdict.tests} == {("failed", "test.not_answered")}


def test_the_reference_solution_is_paid_in_full(graded: Callable[..., Verdict]) -> None:
    assert graded(papers.source()).points == 10


def test_one_wrong_answer_costs_its_own_tests_only(graded: Callable[..., Verdict]) -> None:
    verdict = graded(papers.good_cells(add="def add(a, b):\n    return a - b\n"))
    told = {test.grade_id: (test.status, test.reason) for test in verdict.tests}
    assert told["add-test"] == ("failed", "test.wrong")
    assert told["mean-test"] == ("passed", "")
    assert verdict.points == 5


def test_partial_credit_is_paid_in_part(graded: Callable[..., Verdict]) -> None:
    verdict = graded(papers.good_cells(mean="def mean(xs):\n    return 2 if len(xs) != 2 else 0\n"))
    partial = next(test for test in verdict.tests if test.grade_id == "mean-partial")
    assert (partial.status, partial.points, partial.reason) == ("partial", Decimal(2), "test.partial")


def test_a_removed_answer_costs_only_itself(graded: Callable[..., Verdict]) -> None:
    cells = [one for one in papers.good_cells() if one["source"] != ADD]
    told = {test.grade_id: test.reason for test in graded(cells).tests}
    assert told["add-test"] == "test.not_answered"
    assert told["mean-test"] == ""


def test_a_syntax_error_is_named(graded: Callable[..., Verdict]) -> None:
    verdict = graded(papers.good_cells(add="def add(a, b)\n    return a + b\n"))
    assert verdict.tests[0].reason == "test.syntax"
    assert verdict.points == 5


def paper(*cells: dict[str, Any]) -> bytes:
    """An assignment of these cells."""
    return papers.notebook(list(cells))


def test_data_files_are_there_and_a_learner_changes_only_their_own_copy(
    graded: Callable[..., Verdict],
) -> None:
    test = (
        "import csv\nassert total() == 9\nassert open('data/数.csv', encoding='utf-8').read() == '1,2,3\\n'\n"
    )
    source = paper(papers.cell("", "total", "solution"), papers.cell(test, "t", "test", 1))
    answer = (
        "open('data/数.csv', 'w').write('9')\n"
        "open('own.txt', 'w').write('x')\nopen('data/own.txt', 'w').write('x')\n"
        "def total():\n    return sum(int(x) for x in open('data/数.csv', encoding='utf-8').read().split(','))\n"
    )
    given = [papers.cell(answer, "total", "solution")]
    assert graded(given, source, files={"data/数.csv": b"1,2,3\n"}).points == 1


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../b", "", ".", "a//b"])
def test_odd_file_names_fail_the_assignment_and_not_the_learner(
    name: str, graded: Callable[..., Verdict]
) -> None:
    verdict = graded(papers.good_cells(), files={name: b"x"})
    assert (verdict.state, verdict.reason) == ("failed", "source.files")


@pytest.mark.parametrize(
    ("last", "points", "reason"),
    [
        ("0.5", "0.5", "test.partial"),
        ("2", "2", ""),
        ("0", "0", "test.wrong"),
        ("2.0000001", "0", "test.bad_partial"),
        ("True", "2", ""),
        ("False", "0", "test.bad_partial"),
        ("'2'", "2", ""),
        ("np.float64(1.25)", "1.25", "test.partial"),
        ("np.int64(1)", "1", "test.partial"),
        ("print(2)", "2", ""),
        ("x = 1", "2", ""),
        ("99;", "2", ""),
    ],
)
def test_the_value_of_a_test_is_read_as_written(
    last: str, points: str, reason: str, graded: Callable[..., Verdict]
) -> None:
    source = paper(papers.cell("import numpy as np", "s", "locked"), papers.cell(last, "t", "test", 2))
    test = graded([], source).tests[0]
    assert (test.points, test.reason) == (Decimal(points), reason)


def test_the_learners_own_function_may_be_named_like_a_builtin(graded: Callable[..., Verdict]) -> None:
    stub = "### BEGIN SOLUTION\ndef sum(xs):\n    return 42\n### END SOLUTION\n"
    source = paper(papers.cell(stub, "sum", "solution"), papers.cell("assert sum([]) == 42", "t", "test", 1))
    assert graded([papers.cell("def sum(xs):\n    return 42\n", "sum", "solution")], source).points == 1


def test_parts_for_a_person_carry_the_learners_text(graded: Callable[..., Verdict]) -> None:
    source = paper(
        papers.cell("写代码", "code", "manual", 3),
        papers.cell("做一个任务", "task", "task", 4, kind="markdown"),
        papers.cell("写文字", "essay", "manual", 5, kind="markdown"),
    )
    given = [
        papers.cell("x = 1", "code", "manual", 3),
        papers.cell("做一个任务", "task", "task", 4, kind="markdown"),
        papers.cell("我的步骤", kind="markdown"),
        papers.cell("y = 2"),
        papers.cell("我的\u0000体会", "essay", "manual", 5, kind="markdown"),
    ]
    verdict = graded(given, source)
    answers = {item.grade_id: item.answer for item in verdict.manual}
    assert answers == {"code": "x = 1", "task": "我的步骤\n\ny = 2", "essay": "我的\ufffd体会"}
    assert (verdict.points, verdict.max_points, verdict.tests) == (0, 12, ())


def test_random_numbers_are_the_same_every_time(graded: Callable[..., Verdict]) -> None:
    text = "import random, numpy as np\nassert (random.random(), np.random.rand(), hash('甲')) != (0, 0, 0)\nnp.random.rand()"
    source = paper(papers.cell(text, "t", "test", 1))
    first, second = graded([], source, seed=7), graded([], source, seed=7)
    assert first.findings() == second.findings()
    assert 0 < first.points < 1
    assert graded([], source, seed=8).points != first.points
