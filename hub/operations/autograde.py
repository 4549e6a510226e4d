"""`luojiao autograde`: grade one submission with no Hub, no database and no running platform; one verdict, told once."""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graders.errors import BrokenAssignment, Refused
from graders.folder import Given, read_assigned, read_submission, shown
from graders.lint.findings import worst
from graders.reasons import message
from hub.operations.source_file import source_at

if TYPE_CHECKING:
    from graders.verdict import Verdict

OK, USAGE = 0, 2
STATES = {"graded": "已评分", "rejected": "未接收", "failed": "没有评成"}
_LEFT = {
    "link": "链接",
    "special": "特殊文件",
    "depth": "太深",
    "unreadable": "读不了",
    "name": "文件名不是 UTF-8",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("source", metavar="教师版.ipynb", help="它旁边的文件是作业的数据文件")
    parser.add_argument("submission", metavar="提交", help="学员的笔记本，或装着它的文件夹")
    parser.add_argument("--json", action="store_true", help="在标准输出上写一个 JSON 对象，别的都不写")


def run(asked: argparse.Namespace) -> int:
    """0 whenever there is a verdict, whatever it says; 2 when there is no source notebook to grade by."""
    source = source_at(asked.source)
    if source is None:
        sys.stderr.write(f"教师版笔记本不存在或无法读取：{shown(asked.source)}\n")
        return USAGE
    plain = judged(asked.source, source, asked.submission)
    if asked.json:
        text = json.dumps(plain, ensure_ascii=False, allow_nan=False)
        sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
        sys.stdout.buffer.flush()
    else:
        _show(plain)
    return OK


def judged(source_path: str, source: bytes, submission: str) -> dict[str, Any]:
    """The verdict as plain data for JSON."""
    from graders.grade import grade

    place = Path(source_path)
    given = Given(b"")
    try:
        given = read_submission(submission, place.name)
        files = read_assigned(str(place.parent), without=submission)
        verdict = grade(source, given.notebook, files, brought=given.brought)
    except Refused as refused:
        told = f"{refused.message}（{refused.detail}）" if refused.code in _NAMED else refused.message
        verdict = _unrun(source, "rejected", refused.code, told)
    except BrokenAssignment as broken:
        verdict = _unrun(source, "failed", broken.code, broken.message)
    except (
        Exception
    ) as error:  # a fault of ours is no verdict on anybody, and whoever reads the JSON is told so
        sys.stderr.write(f"评分程序出了故障：{type(error).__name__}: {error}\n")
        verdict = _unrun(source, "failed", "grader.failed", message("grader.failed"))
    return as_plain(verdict, given)


_NAMED = ("submission.name_case", "submission.no_notebook")


def _unrun(source: bytes, state: str, reason: str, told: str) -> Verdict:
    """A verdict of which nothing was run; a source that is none is told before anything else."""
    from graders.grade import grade

    verdict = grade(source, b"")
    if verdict.state != "rejected":
        return verdict
    tests = tuple(replace(test, reason=reason) for test in verdict.tests)
    digests = {name: value for name, value in verdict.digests.items() if name != "submission"}
    return replace(verdict, state=state, reason=reason, message=told, tests=tests, digests=digests)


def as_plain(verdict: Verdict, given: Given) -> dict[str, Any]:
    """The keys of `--json`; `limits` also says what kinds of things in the folder were left out."""
    left_out = sorted({f"left_out.{why}" for _, why in given.left_out})
    return {
        "state": verdict.state,
        "reason": verdict.reason,
        "message": verdict.message + _told(given.left_out),
        "points": _number(verdict.points),
        "max_points": _number(verdict.max_points),
        "tests": {
            test.grade_id: {
                "status": test.status,
                "points": _number(test.points),
                "max_points": _number(test.max_points),
                "reason": test.reason,
            }
            for test in verdict.tests
        },
        "manual": [item.grade_id for item in verdict.manual],
        "class": worst(test.klass for test in verdict.tests),
        "digests": dict(verdict.digests),
        "limits": [*verdict.limits, *left_out],
        "seconds": round(verdict.seconds, 3),
        "versions": dict(verdict.versions),
        "seed": verdict.seed,
    }


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _told(left_out: tuple[tuple[str, str], ...]) -> str:
    if not left_out:
        return ""
    some = "、".join(f"{name}（{_LEFT[why]}）" for name, why in left_out[:5])
    return f"文件夹里有 {len(left_out)} 项没有采用：{some}{'等' if len(left_out) > 5 else ''}。"


def _show(plain: Mapping[str, Any]) -> None:
    """The verdict as a table for a person."""
    from rich.table import Table
    from rich.text import Text

    from graders.feedback import STATUS_WORDS
    from hub.operations.screen import Screen

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    screen = Screen()
    screen.line(f"{STATES[plain['state']]}：{plain['message']}")
    if plain["reason"]:
        screen.line(f"代码：{plain['reason']}")
    table = Table("检查", "结果", "得分", "说明")
    for name, test in plain["tests"].items():
        told = message(test["reason"]) if test["reason"] else ""
        points = f"{test['points']} / {test['max_points']}"
        table.add_row(Text(shown(name)), STATUS_WORDS[test["status"]], points, told)
    for name in plain["manual"]:
        table.add_row(Text(shown(name)), "待老师评阅", "", "这部分由老师评阅。")
    screen.show(table)
    screen.line(
        f"得分 {plain['points']} / {plain['max_points']}，等级 {plain['class']}，{plain['seconds']} 秒"
    )
