"""`luojiao gate`: run the release gates on one assignment, with no Hub, no database and no running platform."""

from __future__ import annotations

import argparse
import io
import json
import sys
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from courses.loader import CATALOGUE, load_catalogue, load_course
from courses.model import Assignment, CourseError
from courses.release import build_release
from graders.errors import BrokenAssignment
from graders.folder import read_assigned, shown
from graders.gate.accepted import FILE, Accepted, NotReadable, read_accepted
from hub.operations.source_file import source_at

if TYPE_CHECKING:
    from graders.gate.report import GateReport

OK, REFUSED, USAGE = 0, 1, 2


class Unusable(Exception):  # noqa: N818 - says what it is
    """There is nothing to gate; the text is for whoever typed the command."""


@dataclass(frozen=True)
class Given:
    """What the gates are run on; `release` is None where there is no course to build it."""

    source: bytes
    files: Mapping[str, bytes]
    release: bytes | None
    accepted: tuple[Accepted, ...]


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument(
        "assignment", metavar="作业", help="源笔记本、作业的文件夹，或目录里的 key（课程/作业 或 作业）"
    )
    parser.add_argument("--json", action="store_true", help="在标准输出上写一个 JSON 对象，别的都不写")
    parser.add_argument(
        "--accepted", metavar="清单.toml", help=f"已确认的改错；课程里的作业用课程文件夹中的 {FILE}"
    )


def run(asked: argparse.Namespace) -> int:
    """0 when every gate is passed, 1 when the assignment may not be released for certificates, 2 for wrong usage."""
    from graders.gate.gating import gate

    warnings.simplefilter("ignore", SyntaxWarning)
    try:
        given = found(asked.assignment, asked.accepted)
    except Unusable as problem:
        sys.stderr.write(f"{problem}\n")
        return USAGE
    say = _silent if asked.json else _progress()
    report = gate(given.source, given.files, release=given.release, accepted=given.accepted, say=say)
    if asked.json:
        text = json.dumps(report.as_plain(), ensure_ascii=False)
        sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
        sys.stdout.buffer.flush()
    else:
        _show(report)
    return OK if report.passed else REFUSED


def found(name: str, accepted: str | None) -> Given:
    """The assignment of this name: a path first, then a key of the catalogue; raises Unusable."""
    path = Path(name)
    try:
        if path.is_dir():
            path = path / f"{path.resolve().name}.ipynb"
        assignment = _assignment(path) if path.exists() or "/" not in name.strip("/") or path.suffix else None
        assignment = assignment or (None if path.is_file() else _of_catalogue(name))
        if assignment is not None:
            built = build_release(assignment)
            notebook = built.pop(assignment.release_name(assignment.source))
            listed = accepted or str(assignment.source.parent.parent / FILE)
            entries = _accepted(listed, assignment.key, needed=accepted is not None)
            return Given(assignment.source.read_bytes(), built, notebook, entries)
        source = source_at(str(path))
        if source is None:
            raise Unusable(f"没有找到这份作业：{shown(name)}")
        entries = _accepted(accepted, path.stem, needed=True) if accepted else ()
        return Given(source, read_assigned(str(path.parent)), None, entries)
    except CourseError as error:
        raise Unusable(error.message_zh) from error
    except BrokenAssignment as error:
        raise Unusable(f"{error.message}（{error.detail}）") from error
    except (OSError, ValueError) as error:
        raise Unusable(f"读不了 {shown(name)}：{error}") from error


def _assignment(path: Path) -> Assignment | None:
    """The assignment of a course that this notebook is the source of."""
    folder = path.resolve().parent
    if not path.is_file() or not (folder.parent / "course.toml").is_file():
        return None
    course = load_course(folder.parent)
    return next((one for one in course.assignments if one.source.resolve() == path.resolve()), None)


def _of_catalogue(name: str) -> Assignment | None:
    slug, _, key = name.rpartition("/")
    courses = load_catalogue(CATALOGUE)
    fits = [
        one
        for at, course in courses.items()
        if slug in ("", at)
        for one in course.assignments
        if one.key == key
    ]
    if len(fits) > 1:
        raise Unusable(f"不止一门课程有作业 {key}，请写成 课程/{key}")
    return fits[0] if fits else None


def _accepted(path: str, key: str, *, needed: bool) -> tuple[Accepted, ...]:
    data = source_at(path)
    if data is None:
        if needed:
            raise Unusable(f"没有找到清单：{shown(path)}")
        return ()
    try:
        return read_accepted(data, key)
    except NotReadable as error:
        raise Unusable(f"{shown(path)}：{error}") from error


def _silent(text: str) -> None:
    """With `--json` nothing else is said."""


def _progress() -> Callable[[str], None]:
    """Stages as they begin, on the error stream; of the mutants every tenth."""

    def say(text: str) -> None:
        done = text.rpartition("，")[2].partition("/")
        if not done[1] or done[0] == done[2] or int(done[0]) % 10 == 0:
            sys.stderr.write(f"· {text}\n")
            sys.stderr.flush()

    return say


def _show(report: GateReport) -> None:
    from rich.table import Table
    from rich.text import Text

    from hub.operations.screen import Screen

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    screen = Screen()
    if report.passed:
        screen.good("通过：可以作为发证的依据发布。")
    else:
        screen.bad(f"没有通过，有 {len(report.findings)} 个原因：")
        table = Table("代码", "说明", show_lines=True)
        for one in report.findings:
            table.add_row(one.code, Text(one.sentence))
        screen.show(table)
    screen.line(
        f"改错 {report.tried} 处，发现 {report.killed} 处（其中 {report.by_time} 处因超时）；"
        f"评分 {report.gradings} 次，{report.seconds:.1f} 秒"
    )
    for survivor in report.survivors:
        word = f"已确认：{survivor.accepted}" if survivor.accepted else "没有一项检查发现"
        screen.line(
            f"{survivor.name}  {survivor.grade_id} 第 {survivor.line} 行  {survivor.operator}  {word}"
        )
        for line in survivor.change.splitlines():
            screen.line(f"    {line}")
