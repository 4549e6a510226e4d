"""The page that shows what came back for a submission: text and tables, escaped, with no script and no address in it."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from html import escape
from typing import Any

from hub.exchange.assignments import Assignment, Submission
from hub.exchange.files import FileError, Folder

_STATUS = {
    "passed": "✓ 通过",
    "partial": "部分",
    "not_run": "未检查",
    "failed": "✕ 未通过",
    "error": "✕ 未通过",
}
_AS_OF = re.compile(rb'<meta name="as-of" content="([^"]{1,64})">')
_HEAD = """<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="as-of" content="{as_of}">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
body {{ font: 16px/1.7 sans-serif; max-width: 46rem; margin: 1.5rem auto; padding: 0 1rem; color: #1d1d1f; background: #fff }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ border-bottom: 1px solid #d5d5d8; padding: .4rem .5rem; text-align: left; vertical-align: top }}
.n {{ text-align: right; white-space: nowrap }}
.soft {{ color: #5c5c61 }}
</style>
</head>
"""


def fetched(folder: Folder, notebook: str, submission: Submission) -> tuple[str, str | None]:
    """Where a notebook's feedback lies in the folder of its assignment, and as of when it is; None if it is not there."""
    path = f"{submission.feedback_folder}/{notebook.removesuffix('.ipynb')}.html"
    try:
        data = folder.read(path, 2**20)
    except FileError:
        return path, None
    found = _AS_OF.search(data) if data is not None else None
    return path, None if data is None else found[1].decode("ascii", "replace") if found else ""


def page(assignment: Assignment, submission: Submission, told: dict[str, Any]) -> str:
    """The page for what the portal told: tests by title, the author's hints, marks and comments."""
    shown = told["submission"]
    parts = [
        _HEAD.format(as_of=escape(submission.feedback_at), title=escape(f"{assignment.title} · 评阅结果")),
        f'<body>\n<p class="soft">{escape(assignment.course)}</p>\n<h1>{escape(assignment.title)}</h1>\n',
        f"<p>第 {int(shown['attempt'])} 次提交，{escape(submission.timestamp[:19])} 收到"
        f"{'（宽限期内）' if shown['late'] else ''}，{escape(str(shown['state_name']))}。</p>\n",
    ]
    if shown["message"]:
        parts.append(f"<p>{escape(str(shown['message']))}</p>\n")
    if told["tests"]:
        parts.append("<h2>自动评阅</h2>\n<table>\n<tr><th>题目</th><th>结果</th><th class=n>得分</th></tr>\n")
        parts += [_test(test) for test in told["tests"]]
        parts.append("</table>\n")
    if told["open"]:
        parts.append("<h2>教师批阅</h2>\n<table>\n<tr><th>题目</th><th class=n>得分</th></tr>\n")
        parts += [_open(question) for question in told["open"]]
        parts.append("</table>\n")
    if told["grade"]:
        parts.append(
            f"<h2>成绩：{_points(told['grade'])}（{'合格' if told['grade']['passed'] else '未合格'}）</h2>\n"
            '<p class="soft">多次提交时，成绩取最好的一次。</p>\n'
        )
    return "".join([*parts, "</body>\n</html>\n"])


def _test(test: dict[str, Any]) -> str:
    words = [test["explanation"], f"提示：{test['hint']}" if test["hint"] else ""]
    why = "".join(f'<br><span class="soft">{escape(str(word))}</span>' for word in words if word)
    status = escape(_STATUS.get(str(test["status"]), str(test["status"])))
    title = escape(str(test["title"] or test["grade_id"]))
    return f'<tr><td>{title}{why}</td><td>{status}</td><td class="n">{_points(test)}</td></tr>\n'


def _open(question: dict[str, Any]) -> str:
    said = (
        f'<br><span class="soft">教师评语：{escape(str(question["comment"]))}</span>'
        if question["comment"]
        else ""
    )
    points = _points(question) if question["points"] is not None else "待教师批阅"
    return (
        f'<tr><td>{escape(str(question["title"] or "开放题"))}{said}</td><td class="n">{points}</td></tr>\n'
    )


def _points(of: dict[str, Any]) -> str:
    return f"{_plain(of['points'])} / {_plain(of['max_points'])}"


def _plain(value: object) -> str:
    """Points without trailing zeros."""
    try:
        return f"{Decimal(str(value)).normalize():f}"
    except InvalidOperation:
        return escape(str(value))
