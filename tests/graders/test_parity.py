"""On honest notebooks our points are stock nbgrader's, test by test, but for differences that are named, with a reason, in data."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from graders.grade import grade
from tests.graders.parity import quickstart
from tests.graders.parity.categories import KINDS, WAYS, counts
from tests.graders.parity.corpus import FOLDER, Idiom, idioms
from tests.graders.parity.stock import RECORD, StockCourse

DOC = Path(__file__).parents[2] / "docs" / "explanation" / "parity.md"
CORPUS = idioms()
STOCK = json.loads(RECORD.read_text("utf-8"))
DIFFERENCES: list[dict[str, Any]] = json.loads((FOLDER / "differences.json").read_text("utf-8"))
ANEW = "record anew: python -m tests.graders.parity.stock"
LEAST = dict.fromkeys([*KINDS, *WAYS], 2) | {"魔法命令": 1, "学员另开的单元格": 1}
LIVE = (
    ("numpy_standardize_axis", "in_place"),
    ("partial_last_expression", "half"),
    ("unittest_stderr", "full"),
)

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # stock's own

Points = dict[str, float]


def ours(source: bytes, submission: bytes, files: Mapping[str, bytes]) -> Points:
    """What we pay, by test."""
    verdict = grade(source, submission, files)
    assert verdict.state == "graded", (verdict.reason, verdict.message)
    return {test.grade_id: float(test.points) for test in verdict.tests}


def all_variants(idiom: Idiom, source: bytes) -> dict[str, Points]:
    """What we pay for every submission of an idiom."""
    with ThreadPoolExecutor(2) as both:
        given = {
            name: both.submit(ours, source, idiom.submission(name), idiom.files) for name in idiom.variants
        }
    return {name: found.result() for name, found in given.items()}


def apart(
    stock: Mapping[str, Points], paid: Mapping[str, Points]
) -> dict[tuple[str, str], tuple[float, float]]:
    """(submission, test) -> (stock, ours) wherever they differ. We keep four decimals."""
    assert {name: set(tests) for name, tests in stock.items()} == {
        name: set(tests) for name, tests in paid.items()
    }
    return {
        (name, test): (points, paid[name][test])
        for name, tests in stock.items()
        for test, points in tests.items()
        if abs(points - paid[name][test]) > 1e-4
    }


def named(where: str) -> dict[tuple[str, str], tuple[float, float]]:
    """The differences that are named for an idiom."""
    return {
        (name, one["test"]): tuple(points)
        for one in DIFFERENCES
        if one["idiom"] == where
        for name, points in one["paid"].items()
    }


def test_the_corpus_has_every_kind_of_task_and_way_of_testing() -> None:
    assert len(CORPUS) >= 60
    assert all(len(one.variants) >= 3 for one in CORPUS.values())
    found = counts(CORPUS.values())
    assert {what: found[what] for what in found if found[what] < LEAST[what]} == {}


def test_at_least_95_percent_of_the_idioms_are_class_a() -> None:
    assert sum(one.klass == "A" for one in CORPUS.values()) >= 0.95 * len(CORPUS)


def test_the_record_is_of_this_corpus_and_this_nbgrader() -> None:
    assert STOCK["nbgrader"] == importlib.metadata.version("nbgrader"), ANEW
    assert STOCK["quickstart"]["digest"] == quickstart.digest(), ANEW
    recorded = {name: one["digest"] for name, one in STOCK["idioms"].items()}
    assert recorded == {name: one.digest() for name, one in CORPUS.items()}, ANEW


def test_every_idiom_tells_right_from_untouched() -> None:
    for name, one in STOCK["idioms"].items():
        full, untouched = (sum(one["paid"][which].values()) for which in ("full", "untouched"))
        assert full > untouched, name


@pytest.mark.parametrize("name", CORPUS)
def test_an_idiom_is_paid_as_stock_pays_it(name: str) -> None:
    idiom, stock = CORPUS[name], STOCK["idioms"][name]["paid"]
    assert apart(stock, all_variants(idiom, idiom.source)) == named(name)


@pytest.mark.parametrize("name", [name for name, one in CORPUS.items() if one.klass == "B"])
def test_after_the_shown_rewrite_class_b_is_paid_as_stock_pays_the_original(name: str) -> None:
    idiom = CORPUS[name]
    assert idiom.rewrites
    assert named(name), "without a difference it would be class A"
    assert apart(STOCK["idioms"][name]["paid"], all_variants(idiom, idiom.accepted_source)) == {}


@pytest.mark.parametrize("student", quickstart.submissions())
def test_nbgraders_own_quickstart_course_is_paid_as_stock_pays_it(student: str) -> None:
    paid: Points = {}
    for name, data in quickstart.submissions()[student].items():
        paid |= ours(quickstart.source()[name], data, quickstart.extra_files())
    where = "quickstart"
    stock = {student: STOCK["quickstart"]["paid"][student]}
    expected = {key: points for key, points in named(where).items() if key[0] == student}
    assert apart(stock, {student: paid}) == expected


def test_every_difference_has_a_reason_says_who_is_right_and_stands_in_the_document() -> None:
    text = DOC.read_text("utf-8")
    for one in DIFFERENCES:
        assert one["idiom"] == "quickstart" or set(one["paid"]) <= set(CORPUS[one["idiom"]].variants)
        assert one["right"] in ("我们", "stock")
        assert one["why"]
        for variant, (stock, mine) in one["paid"].items():
            row = f"| `{one['idiom']}` | `{one['test']}` | `{variant}` | {stock:g} | {mine:g} |"
            assert row in text, row
    rows = [line for line in text.splitlines() if line.startswith("| `") and line.count("|") == 8]
    assert len(rows) == sum(len(one["paid"]) for one in DIFFERENCES), "a row of a difference that is gone"


def test_class_a_never_pays_an_honest_submission_less_than_stock_unless_we_are_right() -> None:
    for one in DIFFERENCES:
        less = any(mine < stock for stock, mine in one["paid"].values())
        if less and CORPUS[one["idiom"]].klass == "A":
            assert one["right"] == "我们", one["idiom"]


def test_the_document_gives_the_numbers_of_this_corpus() -> None:
    text = DOC.read_text("utf-8")
    for what, number in counts(CORPUS.values()).items():
        assert f"| {what} | {number} |" in text, (what, number)
    classes = {klass: sum(one.klass == klass for one in CORPUS.values()) for klass in "ABC"}
    submissions = sum(len(one.variants) for one in CORPUS.values())
    assert f"{len(CORPUS)} 个用法、{submissions} 份提交" in text
    assert f"A {classes['A']} 个、B {classes['B']} 个、C {classes['C']} 个" in text
    for name, one in CORPUS.items():
        assert one.klass == "A" or f"`{name}`" in text


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StockCourse]:
    yield StockCourse(tmp_path_factory.mktemp("stock"))


@pytest.mark.parametrize(("name", "variant"), LIVE)
def test_stock_still_pays_what_is_recorded(course: StockCourse, name: str, variant: str) -> None:
    idiom = CORPUS[name]
    course.release(name, {"exercise": idiom.source}, idiom.files)
    course.submit(variant, name, {"exercise": idiom.submission(variant)}, idiom.files)
    course.autograde(name, variant)
    assert course.paid(name, variant) == STOCK["idioms"][name]["paid"][variant]
