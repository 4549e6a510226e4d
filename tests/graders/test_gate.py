"""The release gates: what is sound passes them, and every code is provoked by an assignment that deserves it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import papers
import pytest

from graders.gate.accepted import Accepted, NotReadable, read_accepted
from graders.gate.gating import gate
from graders.gate.mutants import all_mutants, chosen, plain_solutions
from graders.gate.notebooks import untouched
from graders.gate.report import CODES, GateReport
from graders.grade import grade
from graders.reading import read_cells
from graders.source import read_source
from zygote.errors import WallsMissing

BIG = """def biggest(xs):
    best = xs[0]
    for x in xs:
        if x > best:
            best = x
    return best
"""
BIG_TEST = "assert biggest([1, 3, 2]) == 3\nassert biggest([-5, -4]) == -4\nassert biggest([7]) == 7\nassert biggest([2, 2, 9]) == 9"


def source(test: str = BIG_TEST, solution: str = BIG, more: str = "", points: float = 2) -> bytes:
    """An assignment of one solution, with one test or two."""
    cells = [
        papers.cell(f"### BEGIN SOLUTION\n{solution}### END SOLUTION\n", "s", "solution"),
        papers.cell(test, "q", "test", points),
    ]
    return papers.notebook([*cells, papers.cell(more, "r", "test", 1)] if more else cells)


def codes(report: GateReport) -> dict[str, set[str]]:
    """Where each code was found."""
    found: dict[str, set[str]] = {}
    for one in report.findings:
        assert one.sentence
        found.setdefault(one.code, set()).add(one.where)
    return found


def test_a_sound_assignment_passes_and_says_what_was_tried() -> None:
    said: list[str] = []
    report = gate(source(), {}, say=said.append)
    assert report.findings == ()
    assert report.passed
    assert report.classes == {"q": "A"}
    assert (report.killed, report.tried) == (6, 8)
    assert report.gradings >= report.tried + 15
    assert said[0] == "参考答案，三次"
    # `x >= best` and another beginning find the same; they are told of, and two in a cell are let pass
    assert {(one.operator, one.accepted) for one in report.survivors} == {("compare", ""), ("off-by-one", "")}
    json.dumps(report.as_plain(), ensure_ascii=False)


def test_a_test_that_the_stub_passes_is_named() -> None:
    catching = "try:\n    biggest([1, 2])\nexcept NotImplementedError:\n    pass\nelse:\n    assert biggest([1, 2]) == 2"
    marked = "def biggest(xs):\n    ### BEGIN SOLUTION\n    return max(xs)\n    ### END SOLUTION\n"
    cells = [
        papers.cell(marked, "s", "solution"),
        papers.cell(BIG_TEST, "q", "test", 1),
        papers.cell(catching, "r", "test", 1),
    ]
    assert codes(gate(papers.notebook(cells), {}))["gate.untouched_paid"] == {"r"}


def test_the_release_that_is_handed_out_is_what_is_graded_as_untouched() -> None:
    leaking = papers.notebook([papers.cell(BIG, "s", "solution"), papers.cell("", "q", "test", 2)])
    assert codes(gate(source(), {}, release=leaking))["gate.untouched_paid"] == {"q"}


def test_a_reference_that_is_not_paid_stops_the_rest() -> None:
    report = gate(source(test="assert biggest([1]) == 2"), {})
    assert codes(report) == {"gate.reference_not_full": {"q"}}
    assert (report.tried, report.gradings) == (0, 3)


def test_a_test_that_depends_on_chance_is_found_out() -> None:
    lucky = "import random\nassert biggest([1, 3]) == 3\nround(random.random(), 3)"
    found = codes(gate(source(test=lucky), {}))
    assert {"gate.not_repeatable", "gate.reference_not_full"} <= set(found)


def test_a_class_other_than_a_is_a_reason_with_the_rule_behind_it() -> None:
    report = gate(source(more="assert biggest(_ih[:0] + [3]) == 3"), {})
    assert codes(report)["gate.class"] == {"r"}
    assert any("历史" in one.sentence for one in report.findings)


def test_a_test_that_pays_a_constant_is_named_with_the_constants() -> None:
    report = gate(
        source(more="assert biggest([3, 1]) == 3 or biggest([2]) == 0\nassert biggest([2]) in (2, 0)"), {}
    )
    told = [one.sentence for one in report.findings if one.code == "gate.hollow_paid"]
    assert codes(report)["gate.hollow_paid"] == {"r"}
    assert ["交出 0" in one and "交出 None" not in one for one in told] == [True]


def test_a_test_that_raises_no_question_about_the_answer_is_named() -> None:
    found = codes(gate(source(more="assert callable(biggest)"), {}))
    assert found["gate.test_kills_none"] == {"r"}
    assert found["gate.hollow_paid"] == {"r"}


def test_a_test_that_the_text_alone_gives_away_is_named() -> None:
    assert codes(gate(source(more="assert (biggest([4, 1]) == 4, '最大')"), {}))["gate.vacuous"] == {"r"}


LOOSE = "def area(w, h, unit='cm'):\n    if unit == 'mm':\n        return w * h / 100\n    if unit == 'm':\n        return w * h * 10000\n    return w * h\n"
LOOSE_TEST = "assert area(2, 3) == 6\nassert area(5, 4) == 20"


def test_too_many_mistakes_that_nobody_notices_are_a_reason_until_the_author_has_reviewed_them() -> None:
    report = gate(source(test=LOOSE_TEST, solution=LOOSE), {})
    assert codes(report) == {"gate.mutants_survive": {"s"}}
    assert all(one.change and len(one.name) == 12 for one in report.survivors)
    reviewed = [Accepted("loose", one.grade_id, one.name, "单位另有一题检查") for one in report.survivors]
    again = gate(source(test=LOOSE_TEST, solution=LOOSE), {}, accepted=reviewed)
    assert again.passed
    assert {one.accepted for one in again.survivors} == {"单位另有一题检查"}


def test_a_review_ends_when_the_reference_changes() -> None:
    stale = [Accepted("loose", "s", "0123456789ab", "不再有这一处")]
    assert codes(gate(source(), {}, accepted=stale)) == {"gate.accepted_stale": {"s"}}


def test_a_test_that_may_pay_a_hollow_answer_is_reviewed_in_the_same_way() -> None:
    test = "assert biggest([2, 1]) in (0, 2)"
    kinds = [one for one in gate(source(more=test), {}).findings if one.code == "gate.hollow_paid"]
    assert len(kinds) == 1
    assert "交出 0、交出 False" in kinds[0].sentence
    reviewed = [Accepted("x", "r", f"hollow:{kind}", "此处只查类型") for kind in ("0", "False")]
    assert "gate.hollow_paid" not in codes(gate(source(more=test), {}, accepted=reviewed))


@pytest.mark.parametrize("text", ["x = 1", "[[accepted]]\ncell = 's'", "[[accepted", "accepted = 3"])
def test_a_list_of_reviews_is_whole_or_refused(text: str) -> None:
    with pytest.raises(NotReadable):
        read_accepted(text.encode())


def test_mutants_that_never_end_count_as_noticed_and_cost_seconds_only() -> None:
    counting = "def digits(n):\n    total = 0\n    while n > 0:\n        total += n % 10\n        n //= 10\n    return total\n"
    report = gate(
        source(
            test="assert digits(123) == 6\nassert digits(0) == 0\nassert digits(90) == 9\nassert digits(10) == 1",
            solution=counting,
        ),
        {},
    )
    assert report.by_time > 0
    assert report.passed


def test_a_machine_on_which_the_reference_hangs_as_well_proves_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Stand-in for a machine that slows down after the first gradings: every verdict then says that time ran out."""
    made = 0

    def slow(*given: object, **named: object) -> object:
        nonlocal made
        made += 1
        verdict = grade(*given, **named)  # type: ignore[arg-type]
        if made < 18:
            return verdict
        tests = tuple(
            replace(one, status="not_run", points=one.points * 0, reason="run.time") for one in verdict.tests
        )
        return replace(verdict, tests=tests, points=verdict.points * 0)

    monkeypatch.setattr("graders.gate.running.grade", slow)
    assert "gate.timeouts" in codes(gate(source(), {}))


def test_without_walls_nothing_is_said_to_have_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*given: object) -> None:
        raise WallsMissing("walls.setup", "no walls here")

    monkeypatch.setattr("graders.warm.fork", none)
    assert set(codes(gate(source(), {}))) == {"gate.not_run"}


def test_what_is_no_source_notebook_is_a_finding_and_no_error() -> None:
    assert set(codes(gate(b"{}", {}))) == {"gate.source"}
    assert set(codes(gate(source(), {"../x": b""}))) <= {"gate.source", "gate.not_run"}


def test_every_code_of_the_gates_is_provoked_here() -> None:
    """By name in this file, but for the one that only the platform and the command can find."""
    text = Path(__file__).read_text("utf-8")
    provoked = set(re.findall(r'"(gate\.[a-z_]+)"', text.partition("def test_every_code")[0]))
    assert set(CODES) - provoked == {"gate.accepted_invalid"}


# mutants


def test_mutants_are_the_same_every_time_each_once_and_none_is_the_reference() -> None:
    cells = read_source(papers.source())
    made = all_mutants(cells)
    assert made == all_mutants(cells)
    assert len({(one.grade_id, one.text) for one in made}) == len(made)
    right = plain_solutions(cells)
    assert all(one.text != right[one.grade_id] for one in made)
    assert {"arithmetic", "return", "aggregate"} <= {one.operator for one in made}


def test_a_sample_is_bounded_and_fair_to_every_solution_and_operator() -> None:
    long = "def long(x):\n" + "".join(f"    x = x + {n}\n" for n in range(40)) + "    return x\n"
    cells = [
        papers.cell(f"### BEGIN SOLUTION\n{long}### END SOLUTION\n", "long", "solution"),
        papers.cell(f"### BEGIN SOLUTION\n{BIG}### END SOLUTION\n", "short", "solution"),
        papers.cell("assert long(1) > 1", "q", "test", 1),
    ]
    sample = chosen(all_mutants(read_source(papers.notebook(cells))), 30)
    assert len(sample) == 30
    of_short = [one for one in sample if one.grade_id == "short"]
    assert len(of_short) == 8  # all there are
    assert {"compare", "loop", "return", "negate"} <= {one.operator for one in of_short}
    assert max(one.line for one in sample if one.grade_id == "long") > 30


def test_looks_messages_and_docstrings_are_no_mistakes() -> None:
    looks = '''def plot(xs):
    """Draw 3 bars."""
    if not xs:
        raise ValueError("empty 5")
    ax.bar(xs, xs, color="red", linewidth=2)
    return f"{xs} 7"
'''
    cells = [papers.cell(looks, "s", "solution"), papers.cell("assert plot([1])", "q", "test", 1)]
    changes = "\n".join(one.change for one in all_mutants(read_source(papers.notebook(cells))))
    for kept in ("4 bars", "empty 5x", "empty 6", "linewidth=3", "redx", "} 8"):
        assert kept not in changes


def test_the_untouched_notebook_has_neither_solutions_nor_hidden_tests() -> None:
    text = "\n".join(cell.text for cell in read_cells(untouched(papers.source())))
    assert "return a + b" not in text
    assert papers.CANARY not in text
    assert text.count("raise NotImplementedError()") == 2
