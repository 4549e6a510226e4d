"""`luojiao lint` and `luojiao gate` as a teacher types them: exit codes, JSON, tables, and no file is ever written over."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import papers
import pytest

from hub.cli import main

MONEY = "class Money:\n    def __init__(self, cents):\n        self.cents = cents\n    def __eq__(self, other):\n        return self.cents == other.cents\n"
GOOD_TEST = "assert add(1, 2) == 3\nassert add(-4, 1) == -3"


def written(folder: Path, test: str, solution: str = papers.ADD) -> Path:
    """An assignment in a folder of its own."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{folder.name}.ipynb"
    cells = [papers.cell(solution, "s", "solution"), papers.cell(test, "q", "test", 2)]
    path.write_bytes(papers.notebook(cells))
    return path


def told(capsysbinary: Any) -> Any:
    """The one JSON object on standard output."""
    out = capsysbinary.readouterr().out
    assert out.count(b"\n") == 1
    return json.loads(out)


def test_lint_says_nothing_is_wrong_with_0(tmp_path: Path, capsysbinary: Any) -> None:
    assert main(["lint", str(written(tmp_path / "hw", GOOD_TEST)), "--json"]) == 0
    assert told(capsysbinary) == {
        "class": "A",
        "tests": {"q": {"class": "A", "findings": [], "rewritten": None}},
    }


def test_lint_shows_the_rewrite_and_writes_it_to_a_new_file_only(tmp_path: Path, capsysbinary: Any) -> None:
    path = written(tmp_path / "hw", "assert Money(2) == Money(2)", MONEY)
    before = path.read_bytes()
    out = tmp_path / "accepted.ipynb"
    assert main(["lint", str(path), "--json", "--rewrite", str(out)]) == 1
    found = told(capsysbinary)
    assert (found["class"], found["tests"]["q"]["rewritten"]) == ("B", "assert same(Money(2), Money(2))")
    (only,) = found["tests"]["q"]["findings"]
    assert (only["code"], only["line"], only["rewrite"]) == ("split.equality", 1, "same(Money(2), Money(2))")
    assert main(["lint", str(out), "--json"]) == 0
    capsysbinary.readouterr()
    for taken in (path, out):
        assert main(["lint", str(path), "--rewrite", str(taken)]) == 2
        assert "已经有这个文件" in capsysbinary.readouterr().err.decode()
    assert path.read_bytes() == before


def test_lint_reads_well_without_json(tmp_path: Path, capsys: Any) -> None:
    assert main(["lint", str(written(tmp_path / "hw", "assert (add(1, 2) == 3, '和')"))]) == 1
    out = capsys.readouterr().out
    assert "A  q" in out
    assert "这条断言永远成立" in out
    assert "抓不住错误的 1 个" in out


@pytest.mark.parametrize("verb", ["lint", "gate"])
def test_what_is_not_there_is_wrong_usage(verb: str, tmp_path: Path, capsys: Any) -> None:
    assert main([verb, str(tmp_path / "none.ipynb")]) == 2
    assert "没有" in capsys.readouterr().err or verb == "lint"


def test_lint_refuses_what_is_no_source_notebook(tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "x.ipynb").write_text("[]")
    assert main(["lint", str(tmp_path / "x.ipynb")]) == 2
    assert "不是能用的教师版笔记本" in capsys.readouterr().err


def test_gate_takes_a_notebook_or_its_folder_and_passes_what_is_sound(
    tmp_path: Path, capsysbinary: Any
) -> None:
    path = written(tmp_path / "hw", GOOD_TEST)
    for name in (path, path.parent):
        assert main(["gate", str(name), "--json"]) == 0
        found = told(capsysbinary)
        assert (found["passed"], found["classes"], found["findings"]) == (True, {"q": "A"}, [])


def test_gate_refuses_with_a_table_of_reasons(tmp_path: Path) -> None:
    path = written(tmp_path / "hw", "assert add(1, 2)")
    done = subprocess.run(
        [sys.executable, "-m", "hub.cli", "gate", str(path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    assert done.returncode == 1, done.stderr
    assert "没有通过" in done.stdout
    assert "gate.hollow_paid" in done.stdout
    assert "改错的答案" in done.stderr


def test_gate_reads_the_reviews_of_a_file_it_is_given(tmp_path: Path, capsys: Any) -> None:
    path = written(tmp_path / "hw", GOOD_TEST)
    bad = tmp_path / "list.toml"
    bad.write_text("nothing = 1")
    assert main(["gate", str(path), "--accepted", str(bad)]) == 2
    assert "只能有 [[accepted]]" in capsys.readouterr().err
    bad.write_text('[[accepted]]\nassignment = "hw"\ncell = "s"\nmutant = "0123456789ab"\nreason = "旧"\n')
    assert main(["gate", str(path), "--accepted", str(bad)]) == 1
    assert "gate.accepted_stale" in capsys.readouterr().out


def test_gate_finds_an_assignment_of_the_catalogue_by_its_key() -> None:
    from hub.operations.gate import Unusable, found

    given = found("it2-data-literacy/a13-charts", None)
    assert given.release is not None
    assert "data/scores.csv" in given.files
    assert {one.assignment for one in given.accepted} == {"a13-charts"}
    with pytest.raises(Unusable):
        found("no-such-thing", None)
