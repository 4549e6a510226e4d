"""`luojiao autograde` as a stranger uses it: one JSON object, exit 0, and never a traceback, whatever the paths are."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import papers
import pytest

from graders.grade import grade
from graders.reasons import MESSAGES
from hub.operations.autograde import STATES, run

KEYS = {
    "state", "reason", "message", "points", "max_points", "tests", "manual", "class", "digests", "limits", "seconds",
    "versions", "seed",
}  # fmt: skip


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """The small assignment in a folder of its own, with a data file."""
    place = tmp_path / "course" / "hw.ipynb"
    (place.parent / "data").mkdir(parents=True)
    place.write_bytes(papers.source())
    (place.parent / "data" / "numbers.csv").write_text("1\n2\n")
    return place


def autograde(*words: str | bytes | Path) -> subprocess.CompletedProcess[bytes]:
    """Run the command with nothing of the platform around it."""
    env = {
        "PATH": "/usr/bin:/bin",
        "LUOJIAO_ADDRESS": "not an address",
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
    }
    command = [sys.executable, "-m", "hub.cli", "autograde", *words]
    return subprocess.run(command, capture_output=True, env=env, timeout=120, check=False)


def told(*words: str | bytes | Path) -> dict[str, Any]:
    """The JSON of a run that must end well, be alone on standard output and come without complaints."""
    done = autograde("--json", *words)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.endswith(b"\n")
    plain = json.loads(done.stdout)
    assert set(plain) == KEYS
    assert plain["state"] in STATES
    assert not plain["reason"] or plain["reason"] in MESSAGES
    assert plain["message"]
    return dict(plain)


def test_a_right_notebook_is_told_as_grade_judges_it(source: Path, tmp_path: Path) -> None:
    given = tmp_path / "学生甲;$(id).ipynb"
    given.write_bytes(papers.notebook(papers.good_cells()))
    plain = told(source, given)
    verdict = grade(source.read_bytes(), given.read_bytes(), {"data/numbers.csv": b"1\n2\n"})
    assert plain["state"] == "graded"
    assert (plain["points"], plain["max_points"]) == (10, 15)
    assert {
        n: (t["status"], t["points"], t["max_points"], t["reason"]) for n, t in plain["tests"].items()
    } == {t.grade_id: (t.status, float(t.points), float(t.max_points), t.reason) for t in verdict.tests}
    assert plain["manual"] == ["essay"]
    assert plain["digests"] == dict(verdict.digests)
    assert "file:data/numbers.csv" in plain["digests"]
    assert plain["seed"] == verdict.seed
    assert plain["versions"] == dict(verdict.versions)
    assert plain["seconds"] > 0


def test_a_folder_is_taken_and_what_was_left_out_of_it_is_named(source: Path, tmp_path: Path) -> None:
    folder = tmp_path / "handed in"
    folder.mkdir()
    (folder / "hw.ipynb").write_bytes(papers.notebook(papers.answer_cells(add=papers.GOOD["add"])))
    (folder / "notes.txt").write_text("mine")
    (folder / "link").symlink_to("/etc/passwd")
    os.mkfifo(folder / "pipe")
    plain = told(source, folder)
    assert plain["points"] == 5
    assert plain["tests"]["mean-test"]["reason"] == "test.not_answered"
    assert set(plain["limits"]) >= {"left_out.link", "left_out.special"}
    assert "link" in plain["message"]
    assert "pipe" in plain["message"]


def test_partial_points_are_a_json_number(source: Path, tmp_path: Path) -> None:
    given = tmp_path / "hw.ipynb"
    given.write_bytes(papers.notebook(papers.good_cells(mean="def mean(xs):\n    return 2\n")))
    one = told(source, given)["tests"]["mean-partial"]
    assert (one["status"], one["points"], one["max_points"]) == ("partial", 2, 3)


def _strange(place: Path) -> dict[str, tuple[Path | str | bytes, str]]:
    """Paths that no honest learner has, and the reason each is refused for."""
    for name in ("empty", "cased", "linked", "piped"):
        (place / name).mkdir()
    (place / "cased" / "HW.ipynb").write_text("{}")
    (place / "linked" / "hw.ipynb").symlink_to("../../course/hw.ipynb")
    os.mkfifo(place / "piped" / "hw.ipynb")
    os.mkfifo(place / "fifo.ipynb")
    (place / "loop").symlink_to("loop")
    (place / "dangling.ipynb").symlink_to("/nowhere/at/all")
    (place / "stolen.ipynb").symlink_to("../course/hw.ipynb")
    with (place / "big.ipynb").open("wb") as file:
        file.truncate(60 * 1024 * 1024)
    deep = b'{"nbformat": 4, "cells": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"
    contents = {"deep.ipynb": deep, "zero.ipynb": b"", "gbk.ipynb": "作业".encode("gbk"), "list.ipynb": b"[]"}
    for name, data in contents.items():
        (place / name).write_bytes(data)
    return {
        "missing": (place / "nobody", "submission.missing"),
        "no path": ("", "submission.missing"),
        "up and away": ("../x", "submission.missing"),
        "a command": ("x;$(id)", "submission.missing"),
        "a person": ("学生甲", "submission.missing"),
        "no utf-8": (b"\xff\xfe\x1b[2J", "submission.missing"),
        "a pipe": (place / "fifo.ipynb", "submission.not_a_file"),
        "a device": ("/dev/zero", "submission.not_a_file"),
        "a link in a circle": (place / "loop", "submission.not_a_file"),
        "below a circle": (place / "loop" / "x", "submission.unreadable"),
        "a dangling link": (place / "dangling.ipynb", "submission.not_a_file"),
        "a link to the solution": (place / "stolen.ipynb", "submission.not_a_file"),
        "a folder with a link to the solution": (place / "linked", "submission.not_a_file"),
        "a folder with a pipe": (place / "piped", "submission.not_a_file"),
        "an empty folder": (place / "empty", "submission.no_notebook"),
        "the wrong case": (place / "cased", "submission.name_case"),
        "what cannot be read": ("/proc/self/mem", "submission.unreadable"),
        "60 MB": (place / "big.ipynb", "submission.too_large"),
        "200,000 deep": (place / "deep.ipynb", "submission.too_deep"),
        "nothing in it": (place / "zero.ipynb", "submission.empty"),
        "another encoding": (place / "gbk.ipynb", "submission.encoding"),
        "no notebook": (place / "list.ipynb", "submission.not_a_notebook"),
    }


def test_every_strange_submission_is_rejected_with_its_reason_and_nothing_else_happens(
    source: Path, tmp_path: Path
) -> None:
    place = tmp_path / "given"
    place.mkdir()
    for name, (path, reason) in _strange(place).items():
        plain = told(source, path)
        assert (plain["state"], plain["reason"]) == ("rejected", reason), name
        assert (plain["points"], plain["max_points"]) == (0, 15), name
        assert {one["status"] for one in plain["tests"].values()} == {"not_run"}, name
        assert {one["reason"] for one in plain["tests"].values()} == {reason}, name
    assert "HW.ipynb ≠ hw.ipynb" in told(source, place / "cased")["message"]


def test_a_broken_source_is_a_failure_and_not_the_learners(tmp_path: Path) -> None:
    broken = tmp_path / "hw.ipynb"
    broken.write_text("no notebook")
    given = tmp_path / "given.ipynb"
    given.write_bytes(papers.notebook(papers.good_cells()))
    for submission in (given, tmp_path / "nobody"):
        plain = told(broken, submission)
        assert (plain["state"], plain["reason"], plain["points"]) == ("failed", "source.invalid", 0)


def test_an_assignment_with_far_too_much_beside_it_fails_and_says_so(source: Path, tmp_path: Path) -> None:
    with (source.parent / "film.mp4").open("wb") as file:
        file.truncate(200_000_000)
    given = tmp_path / "hw.ipynb"
    given.write_bytes(papers.notebook(papers.good_cells()))
    plain = told(source, given)
    assert (plain["state"], plain["reason"], plain["points"]) == ("failed", "source.files", 0)


@pytest.mark.parametrize("path", ["nowhere.ipynb", "/dev/null", "/proc/self", "", b"\xff"])
def test_without_a_source_it_is_wrong_usage_and_one_line_says_so(path: str | bytes) -> None:
    done = autograde(path, "/dev/null", "--json")
    assert (done.returncode, done.stdout) == (2, b"")
    assert len(done.stderr.decode().splitlines()) == 1
    assert autograde().returncode == 2
    os.mkfifo(pipe := f"/tmp/luojiao-{os.getpid()}-{len(path)}")  # noqa: S108
    try:
        assert autograde(pipe, "/dev/null").returncode == 2
    finally:
        Path(pipe).unlink()


def test_a_person_gets_a_table_in_chinese_and_no_codes_of_a_terminal(source: Path, tmp_path: Path) -> None:
    given = tmp_path / "\x1b[31m.ipynb"
    given.write_bytes(papers.notebook(papers.answer_cells(add=papers.GOOD["add"])))
    done = autograde(source, given)
    text = done.stdout.decode()
    assert done.returncode == 0
    assert "已评分" in text
    assert "还没有作答" in text
    assert "得分 5 / 15" in text
    assert "\x1b" not in text


def test_a_class_that_is_in_another_language_is_c(tmp_path: Path, capsysbinary: Any) -> None:
    plain = json.loads(papers.source())
    plain["metadata"] = {"kernelspec": {"name": "no-such-kernel", "language": "none"}}
    source = tmp_path / "hw.ipynb"
    source.write_text(json.dumps(plain))
    from argparse import Namespace

    assert run(Namespace(source=str(source), submission="nowhere", json=True)) == 0
    assert json.loads(capsysbinary.readouterr().out)["class"] == "C"


def test_a_refusal_comes_before_anything_large_is_imported(source: Path) -> None:
    code = "import sys, hub.cli; hub.cli.main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", code, "autograde", "--json", str(source), "nowhere"],
        capture_output=True,
        check=True,
    )
    loaded = set(done.stderr.decode().split())
    assert not loaded & {
        "numpy",
        "pandas",
        "sqlalchemy",
        "tornado",
        "nbformat",
        "rich",
        "jupyter_client",
        "zmq",
    }
