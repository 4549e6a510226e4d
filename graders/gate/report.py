"""What the gates say: passed or not, every finding with a stable code, and every mutant that no test noticed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# code -> what it says to the author; braces are filled from the finding.
CODES = {
    "gate.source": "源笔记本读不出来，没有检查：{why}",
    "gate.not_run": "评分环境没有准备好，没有检查完：{why}",
    "gate.class": "检查 {test} 的等级是 {klass}，发证的作业要求全部是 A：{why}",
    "gate.vacuous": "检查 {test} 抓不住错误：{why}",
    "gate.untouched_paid": "没有作答的发布版在 {test} 得了 {points} 分，应当是 0 分。",
    "gate.reference_not_full": "参考答案在 {test} 没有得满分（{why}）。",
    "gate.not_repeatable": "参考答案评三次，结果不一样：{why}",
    "gate.hollow_paid": "检查 {test} 给空洞的答案付了满分（{points} 分）：所有函数和变量都{kind}。请加一组相反的例子。",
    "gate.test_kills_none": "检查 {test} 没有抓住任何一处改错，换成别的答案也会通过。",
    "gate.mutants_survive": "{cell} 的参考答案改错 {tried} 处，有 {survived} 处没有一项检查发现，超过允许的 {most} 处。",
    "gate.timeouts": "有 {count} 处改错因超时没有得分，可是参考答案这时也超时了：机器太忙，说明不了什么。请稍后再查。",
    "gate.accepted_stale": "已确认的改错 {name}（{cell}）对不上现在的参考答案，请删去或重新确认。",
    "gate.accepted_invalid": "已确认的改错清单读不出来：{why}",
}


@dataclass(frozen=True)
class GateFinding:
    """One reason against a release. `where` is a grade_id, or "" for the assignment."""

    code: str
    where: str
    sentence: str


@dataclass(frozen=True)
class Survivor:
    """A mutant that lost no point anywhere. `accepted` is the author's reason, "" when nobody has looked at it."""

    grade_id: str
    operator: str
    line: int
    change: str
    name: str
    accepted: str = ""


@dataclass(frozen=True)
class GateReport:
    """The outcome for one assignment: `classes` by test, counts of mutants, and whatever speaks against it."""

    findings: tuple[GateFinding, ...]
    survivors: tuple[Survivor, ...] = ()
    classes: Mapping[str, str] = field(default_factory=dict)
    tried: int = 0
    killed: int = 0
    by_time: int = 0
    gradings: int = 0
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.findings

    def as_plain(self) -> dict[str, Any]:
        """The keys of `--json`."""
        return {
            "passed": self.passed,
            "findings": [vars(one) for one in self.findings],
            "classes": dict(self.classes),
            "mutants": {"tried": self.tried, "killed": self.killed, "by_time": self.by_time},
            "survivors": [vars(one) for one in self.survivors],
            "gradings": self.gradings,
            "seconds": round(self.seconds, 1),
        }


def found(code: str, where: str = "", **facts: object) -> GateFinding:
    """A finding with its sentence."""
    return GateFinding(code, where, CODES[code].format(**facts))
