"""Grading speed on nbgrader's quickstart course, stock beside ours in one run: ``python -m tests.bench.grading``.

Both grade the same submissions on the same core, in turns, and must pay the same points. Stock is the released package's
in-process batch converter with its documented defaults; ours is `graders.grade` with both sides split and every wall up.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from graders import warm
from graders.grade import grade
from graders.verdict import Verdict
from tests.graders.parity import quickstart
from tests.graders.parity.stock import StockCourse
from zygote.selftest import require_walls

ASSIGNMENT = "ps1"
Points = dict[str, dict[str, float]]  # by student, by test


@dataclass(frozen=True)
class Cost:
    """Seconds for one submission: by the clock, and of the processor (this process and everything it started)."""

    wall: float
    cpu: float


def processor() -> float:
    """Seconds that this process, its living children and all that have ended below them have used."""
    own = psutil.Process()
    used = 0.0
    for process in (own, *own.children(recursive=True)):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        used += times.user + times.system + times.children_user + times.children_system
    return used


def timed(deed: Callable[[], None], count: int) -> Cost:
    """What one of ``count`` costs when ``deed`` does them all."""
    began, used = time.perf_counter(), processor()
    deed()
    return Cost((time.perf_counter() - began) / count, (processor() - used) / count)


class Round:
    """One set of submissions, laid down for both; the names of those that stock grades too begin alike."""

    def __init__(self, course: StockCourse, number: int, both: int, more: int) -> None:
        kinds = list(quickstart.submissions().values())
        self.course = course
        self.prefix = f"r{number:02d}both"
        self.both = [f"{self.prefix}{n:04d}" for n in range(both)]
        self.students = [*self.both, *(f"r{number:02d}ours{n:04d}" for n in range(more))]
        for n, student in enumerate(self.students):
            course.submit(student, ASSIGNMENT, kinds[n % len(kinds)], quickstart.extra_files())

    def by_stock(self) -> Cost:
        """Stock grades its part in one batch."""
        return timed(lambda: self.course.autograde_all(ASSIGNMENT, f"{self.prefix}*"), len(self.both))

    def by_us(self) -> tuple[Cost, Points]:
        """We grade all: bytes from disk, a verdict as JSON to disk, notebook after notebook."""
        found: Points = {}

        def deed() -> None:
            for student in self.students:
                found[student] = paid(self.course.root, student)

        return timed(deed, len(self.students)), found


def paid(root: Path, student: str) -> dict[str, float]:
    """Grade the notebooks of one student; points by test."""
    points: dict[str, float] = {}
    out = root / "verdicts" / student
    out.mkdir(parents=True, exist_ok=True)
    for name, source in quickstart.source().items():
        given = (root / "submitted" / student / ASSIGNMENT / f"{name}.ipynb").read_bytes()
        verdict: Verdict = grade(source, given, quickstart.extra_files())
        if verdict.state != "graded":
            raise SystemExit(f"{student} {name}: {verdict.reason} {verdict.message}")
        (out / f"{name}.json").write_text(verdict.to_json(), "utf-8")
        points |= {test.grade_id: float(test.points) for test in verdict.tests}
    return points


def compare(course: StockCourse, students: list[str], ours: Mapping[str, dict[str, float]]) -> None:
    """A benchmark of two that pay differently would compare nothing."""
    for student in students:
        theirs = course.paid(ASSIGNMENT, student)
        theirs = {test: theirs[test] for test in ours[student]}  # without what a person marks
        if theirs != ours[student]:
            raise SystemExit(f"{student}: stock pays {theirs}, we pay {ours[student]}")


def pin() -> str:
    """This process and all it will start stay on one core."""
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return f"core {core}"


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rounds", type=int, default=5)
    words.add_argument("--stock", type=int, default=4, help="submissions a round for both")
    words.add_argument(
        "--ours", type=int, default=60, help="submissions a round for us, those of stock among them"
    )
    given = words.parse_args()
    os.environ["JUPYTER_PLATFORM_DIRS"] = "1"
    os.environ["PATH"] = (
        f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"  # stock calls alembic
    )
    place = pin()
    require_walls()
    stock: list[Cost] = []
    ours: list[Cost] = []
    with tempfile.TemporaryDirectory(prefix="luojiao-bench-") as folder:
        course = StockCourse(Path(folder))
        course.release(ASSIGNMENT, quickstart.source(), quickstart.extra_files())
        before = Round(course, 99, 1, 1)  # both start warm: what is loaded once counts for nobody
        before.by_stock()
        before.by_us()
        for number in range(given.rounds):
            one = Round(course, number, given.stock, max(0, given.ours - given.stock))
            theirs = one.by_stock()
            mine, points = one.by_us()
            compare(course, one.both, points)
            stock.append(theirs)
            ours.append(mine)
            sys.stdout.write(
                f"round {number + 1}: stock {1000 * theirs.wall:.0f} ms ({1000 * theirs.cpu:.0f} ms cpu), "
                f"ours {1000 * mine.wall:.1f} ms ({1000 * mine.cpu:.1f} ms cpu) a submission\n"
            )
            sys.stdout.flush()
        warm.close()
    told = report(stock, ours, place)
    sys.stdout.write(json.dumps(told) + "\n")


def report(stock: list[Cost], ours: list[Cost], place: str) -> dict[str, object]:
    """The line at the end: medians over the rounds, the ratio of each round and its spread."""
    ratios = [a.wall / b.wall for a, b in zip(stock, ours, strict=True)]
    cpu_stock, cpu_ours = (statistics.median(one.cpu for one in side) for side in (stock, ours))
    theirs, mine = (statistics.median(one.wall for one in side) for side in (stock, ours))
    return {
        "bench": "grading", "stock": round(theirs, 4), "ours": round(mine, 5), "ratio": round(theirs / mine, 1),
        "unit": "s per submission on one core", "ratio_low": round(min(ratios), 1), "ratio_high": round(max(ratios), 1),
        "stock_cpu": round(cpu_stock, 4), "ours_cpu": round(cpu_ours, 5), "ratio_cpu": round(cpu_stock / cpu_ours, 1),
        "rounds": len(stock), "pinned_to": place,
    }  # fmt: skip


if __name__ == "__main__":
    main()
