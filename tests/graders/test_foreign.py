"""Notebooks in other languages: graded whole in their own kernel behind walls, marked as such, and closed when in doubt."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import papers
import pytest

from graders.errors import BrokenAssignment
from graders.foreign.kernels import find_kernel, foreign_kernel
from graders.foreign.running import as_written, run_foreign
from graders.judge import judge
from graders.restore import make_plan
from graders.runner import Report
from graders.source import read_source
from graders.verdict import TestResult

KERNELS = Path(__file__).parent / "kernels"
LIMITS = replace(papers.TIGHT, cell_seconds=20.0)

Run = Callable[..., tuple[dict[str, TestResult], Report]]


def spoken(cells: list[dict[str, Any]], kernel: str, language: str = "") -> bytes:
    """A notebook that names its kernel."""
    plain = json.loads(papers.notebook(cells))
    plain["metadata"] = {
        "kernelspec": {"name": kernel, "language": language or kernel, "display_name": kernel}
    }
    return json.dumps(plain).encode()


def slow(*given: str) -> Any:
    """A case that shows the same as its neighbour, some seconds later."""
    return pytest.param(*given, marks=pytest.mark.slow)


@pytest.fixture(scope="session")
def kernels(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where Jupyter looks: bash as its own installer puts it, and the toy language of this folder."""
    place = tmp_path_factory.mktemp("kernels")
    subprocess.run(
        [sys.executable, "-m", "bash_kernel.install", "--prefix", str(place)], check=True, capture_output=True
    )
    data = place / "share" / "jupyter"
    (data / "kernels" / "calc").symlink_to(KERNELS / "calc")
    return str(data)


@pytest.fixture
def run(kernels: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run submitted cells against a source in `kernel`: the results by grade_id, and the report."""
    monkeypatch.setenv("JUPYTER_PATH", kernels)

    def run(source: list[dict[str, Any]], given: list[dict[str, Any]], kernel: str, **more: Any) -> Any:
        cells = read_source(spoken(source, kernel))
        plan = as_written(make_plan(cells, papers.notebook(given)))
        limits = more.get("limits", LIMITS)
        report = run_foreign(plan, kernel, more.get("files", {}), more.get("brought", {}), limits)
        return {one.grade_id: one for one in judge(cells, plan, report)}, report

    return run


BASH = [
    papers.cell('same() { [ "$1" = "$2" ]; }', "helpers", "locked"),
    papers.cell("add() { echo $(($1 + $2)); }", "add", "solution"),
    papers.cell('same "$(add 1 2)" 3', "add-test", "test", 2),
    papers.cell('same "$(add 40 2)" 42', "add-hidden", "test", 3),
    papers.cell("most() { sort -n data/numbers.txt | tail -1; }", "most", "solution"),
    papers.cell('same "$(most)" 17', "most-test", "test", 5),
]
NUMBERS = {"data/numbers.txt": b"3\n17\n4\n"}


def bash(add: str = "", most: str = "") -> list[dict[str, Any]]:
    """What a learner of bash hands in; the tests in it are worthless, as anything may be."""
    return [
        papers.cell(add or "# YOUR CODE HERE", "add", "solution"),
        papers.cell("true", "add-test", "test", 200),
        papers.cell(most or "# YOUR CODE HERE", "most", "solution"),
    ]


def statuses(results: dict[str, TestResult]) -> dict[str, str]:
    """Every test's status."""
    return {name: one.status for name, one in results.items()}


def test_a_right_notebook_in_bash_is_paid_in_full(run: Run) -> None:
    given = bash("add() { echo $(($1 + $2)); }", "most() { sort -n data/numbers.txt | tail -n 1; }")
    results, report = run(BASH, given, "bash", files=NUMBERS)
    assert statuses(results) == {"add-test": "passed", "add-hidden": "passed", "most-test": "passed"}
    assert sum(one.points for one in results.values()) == 10
    assert report.versions["kernel"] == "bash"
    assert report.ended == ""


def test_half_a_notebook_in_bash_is_paid_by_halves(run: Run) -> None:
    results, _ = run(BASH, bash("add() { echo 3; }"), "bash", files=NUMBERS)
    assert statuses(results) == {"add-test": "passed", "add-hidden": "failed", "most-test": "failed"}
    assert results["add-hidden"].reason == "test.wrong"
    assert results["most-test"].reason == "test.not_answered"


def test_an_untouched_notebook_in_bash_earns_nothing(run: Run) -> None:
    results, _ = run(BASH, bash(), "bash", files=NUMBERS)
    assert {one.points for one in results.values()} == {0}


def test_files_a_learner_brought_lie_beside_and_never_replace_ours(run: Run) -> None:
    source = [
        papers.cell("", "a", "solution"),
        papers.cell('[ "$(cat mine.txt)" = mine ]', "mine", "test", 1),
        papers.cell('[ "$(head -1 data/numbers.txt)" = 3 ]', "ours", "test", 1),
    ]
    brought = {"mine.txt": b"mine", "data/numbers.txt": b"0\n", "data": b"in the way"}
    results, _ = run(source, [], "bash", files=NUMBERS, brought=brought)
    assert statuses(results) == {"mine": "passed", "ours": "passed"}


def test_a_kernel_sees_no_network_no_other_processes_and_nothing_of_the_host(run: Run) -> None:
    checks = {
        "net": "! (exec 3<>/dev/tcp/127.0.0.1/22) 2>/dev/null",
        "links": '[ "$(ls /sys/class/net 2>/dev/null)" = "" ]',
        "people": '[ "$(wc -l < /etc/passwd)" = 1 ]',
        "home": "! ls /root /home >/dev/null 2>&1",
        "few": '[ "$(ls -d /proc/[0-9]* | wc -l)" -lt 12 ]',
        "pipes": "! ls /proc/$(grep -l driver.py /proc/[0-9]*/cmdline | head -1 | cut -d/ -f3)/fd >/dev/null 2>&1",
    }
    source = [papers.cell(text, name, "test", 1) for name, text in checks.items()]
    results, _ = run(source, [], "bash")
    assert statuses(results) == dict.fromkeys(checks, "passed")


CALC = [
    papers.cell("a = 2", "a", "solution"),
    papers.cell("check a", "ran", "test", 1),
    papers.cell("show a + 0.5", "part", "test", 4),
    papers.cell("warn 小心\nshow a + 2", "full", "test", 4),
]


def test_partial_credit_is_the_number_that_a_test_cell_gives_last(run: Run) -> None:
    results, _ = run(CALC, [papers.cell("a = 2", "a", "solution")], "calc")
    assert statuses(results) == {"ran": "passed", "part": "partial", "full": "passed"}
    assert str(results["part"].points) == "2.5"


@pytest.mark.parametrize(
    "text",
    [
        slow("say [1] 2"),
        "say nan",
        slow("say inf"),
        slow("say 1e400"),
        slow("show 9"),
        "say TRUE",
        slow("say -1"),
    ],
)
def test_a_last_value_that_is_no_number_in_range_is_not_paid(run: Run, text: str) -> None:
    results, _ = run([papers.cell(text, "t", "test", 4)], [], "calc")
    assert results["t"].points == 0
    assert results["t"].reason == "test.bad_partial"


def test_ten_thousand_prints_cost_an_honest_learner_nothing(run: Run) -> None:
    results, _ = run(CALC, [papers.cell("print 10000\na = 2", "a", "solution")], "calc")
    assert results["ran"].status == "passed"


@pytest.mark.parametrize(
    ("text", "ended"),
    [slow("leave", "exited"), ("crash", "crashed"), ("sleep 60", "time"), slow("quit-driver", "crashed")],
)
def test_a_kernel_that_is_gone_or_overdue_leaves_the_rest_unrun(run: Run, text: str, ended: str) -> None:
    source = [
        CALC[0],
        CALC[1],
        papers.cell("b = 1", "b", "solution"),
        papers.cell("check b", "late", "test", 5),
    ]
    given = [papers.cell("a = 1", "a", "solution"), papers.cell(text, "b", "solution")]
    limits = replace(LIMITS, cell_seconds=3.0)
    results, report = run(source, given, "calc", limits=limits)
    assert report.ended == ended
    assert statuses(results) == {"ran": "passed", "late": "not_run"}
    assert results["late"].reason == f"run.{ended}"


@pytest.mark.parametrize("text", [slow("exit 0"), slow("kill -9 $$"), "exec true"])
def test_a_shell_that_ends_in_a_test_is_not_taken_for_a_pass_though_its_kernel_starts_another(
    run: Run, text: str
) -> None:
    source = [papers.cell("add() { :; }", "add", "solution"), papers.cell("add", "test", "test", 5)]
    results, report = run(source, [papers.cell(f"add() {{ {text}; }}", "add", "solution")], "bash")
    assert results["test"].points == 0
    assert report.ended == "exited"


def test_a_kernel_that_eats_memory_is_ended(run: Run) -> None:
    given = [papers.cell('x=$(head -c 600000000 /dev/zero | tr "\\0" x); y=$x$x', "add", "solution")]
    results, report = run(BASH, given, "bash", files=NUMBERS)
    assert report.ended == "memory"
    assert statuses(results) == dict.fromkeys(("add-test", "add-hidden", "most-test"), "not_run")


def test_a_kernel_that_is_not_installed_is_the_assignments_fault(run: Run) -> None:
    for name in ("no-such-kernel", "../bash", "x;$(id)", "甲"):
        with pytest.raises(BrokenAssignment) as told:
            run(CALC, [], name)
        assert told.value.code == "source.kernel"
        assert "内核" in told.value.message


@pytest.mark.parametrize("argv", [["/no/such/program", "{connection_file}"], ["/bin/false"], []])
def test_a_kernel_that_cannot_be_started_is_named_so(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, argv: list[str]
) -> None:
    place = tmp_path / "kernels" / "lame"
    place.mkdir(parents=True)
    (place / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "x", "language": "lame"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    with pytest.raises(BrokenAssignment, match=r"source\.kernel"):
        run(CALC, [], "lame")


def test_the_source_alone_says_which_kernel() -> None:
    def asked(**metadata: Any) -> str:
        return foreign_kernel(json.dumps({"cells": [], "metadata": metadata}).encode())

    assert asked() == ""
    assert asked(kernelspec={"name": "python3", "language": "python"}) == ""
    assert asked(kernelspec={"name": "our-lab", "language": "python"}) == ""
    assert asked(kernelspec={"name": "python3"}) == ""
    assert asked(kernelspec={"name": "ir", "language": "R"}) == "ir"
    assert asked(kernelspec={"name": "ir"}, language_info={"name": "R"}) == "ir"
    assert asked(language_info={"name": "bash"}) == "bash"
    assert asked(kernelspec=["bash"], language_info=7) == ""
    assert foreign_kernel(b"[" * 200_000) == ""
    assert foreign_kernel(b"\xff\xfe") == ""


def test_a_found_kernel_runs_by_this_python_where_it_asks_for_python(
    kernels: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_PATH", kernels)
    found = find_kernel("calc")
    assert found.argv[0] == sys.executable
    assert found.argv[1] == str(KERNELS / "calc" / "calc_kernel.py") or found.argv[1].endswith(
        "calc_kernel.py"
    )
