"""`luojiao lint`: read a source notebook and say of every test cell which class it is, why, and what to write instead."""

from __future__ import annotations

import argparse
import io
import json
import sys
import warnings
from typing import TYPE_CHECKING, Any

from graders.errors import BrokenAssignment
from graders.folder import shown
from hub.operations.source_file import source_at

if TYPE_CHECKING:
    from graders.lint.findings import CellReport, Finding

OK, FOUND, USAGE = 0, 1, 2


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("source", metavar="教师版.ipynb", help="带参考答案和测试的源笔记本；只读，不运行")
    parser.add_argument("--json", action="store_true", help="在标准输出上写一个 JSON 对象，别的都不写")
    parser.add_argument(
        "--rewrite", metavar="新文件", help="接受全部改写，写成一个新的笔记本；不覆盖任何已有的文件"
    )


def run(asked: argparse.Namespace) -> int:
    """0 when every test cell is class A and none is vacuous, 1 when something was found, 2 for wrong usage."""
    from graders.lint.linting import accepted, lint

    warnings.simplefilter(
        "ignore", SyntaxWarning
    )  # what the compiler has to say of `assert (a, b)` we say ourselves
    source = source_at(asked.source)
    if source is None:
        return _usage(f"教师版笔记本不存在或无法读取：{shown(asked.source)}")
    try:
        reports = lint(source)
    except BrokenAssignment as broken:
        return _usage(f"这不是能用的教师版笔记本：{broken.detail}")
    if asked.rewrite is not None:
        try:
            with open(asked.rewrite, "xb") as out:  # noqa: PTH123 - "x": never over a file that is there
                out.write(accepted(source))
        except FileExistsError:
            return _usage(f"已经有这个文件，没有改写：{shown(asked.rewrite)}")
        except (OSError, ValueError) as error:
            return _usage(f"写不了 {shown(asked.rewrite)}：{error}")
    if asked.json:
        text = json.dumps(as_plain(reports), ensure_ascii=False)
        sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
        sys.stdout.buffer.flush()
    else:
        _show(reports)
    return FOUND if any(one.findings for one in reports) else OK


def as_plain(reports: tuple[CellReport, ...]) -> dict[str, Any]:
    """The keys of `--json`."""
    from graders.lint.findings import worst

    return {
        "class": worst(one.klass for one in reports),
        "tests": {
            one.grade_id: {
                "class": one.klass,
                "findings": [_finding(finding) for finding in one.findings],
                "rewritten": one.rewritten,
            }
            for one in reports
        },
    }


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "code": one.code, "class": one.klass, "line": one.line, "written": one.written, "reason": one.reason,
        "rewrite": one.rewrite,
    }  # fmt: skip


def _usage(text: str) -> int:
    sys.stderr.write(text + "\n")
    return USAGE


def _show(reports: tuple[CellReport, ...]) -> None:
    """A line for each test cell, and below those with findings what was found."""
    from graders.lint.findings import worst
    from hub.operations.screen import Screen

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    screen = Screen()
    for one in reports:
        screen.line(f"{one.klass}  {shown(one.grade_id)}{'' if one.findings else '  没有问题'}")
        for finding in one.findings:
            screen.line(f"   第 {finding.line} 行  {finding.reason}  [{finding.code}]")
            if finding.written:
                screen.line(f"      - {shown(finding.written)}")
            if finding.rewrite is not None:
                screen.line(f"      + {shown(finding.rewrite) or '（去掉这一行）'}")
    vacuous = sum(bool(one.vacuous) for one in reports)
    screen.line(
        f"{len(reports)} 个测试格，最差等级 {worst(one.klass for one in reports)}，抓不住错误的 {vacuous} 个。"
    )
