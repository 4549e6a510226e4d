"""The competency frameworks that the platform brings along, what corresponds to what, and its proposed guides."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from hub.domain.competency import Crosswalk, Framework, Node
from hub.domain.dossier import Guide, PieceKind, Wanted

PLATFORM = "平台建议"  # who says what corresponds to what, until the bureau says otherwise
MINISTRY = "教育部"
_PUBLISHED = datetime(2026, 11, 1, tzinfo=UTC)

STANDARD = Framework(
    "std2014",
    "中小学教师信息技术应用能力标准（试行）",
    "教师厅〔2014〕3号",
    date(2014, 5, 27),
    None,
    "教育部办公厅",
    "试行",
)
THEMES = Framework(
    "themes2014", "中小学教师信息技术应用能力培训课程标准（试行）", "", date(2014, 5, 30), None, "教育部办公厅", "试行"
)  # fmt: skip
MICRO = Framework(
    "micro2019", "中小学教师信息技术应用能力提升工程2.0 微能力", "教师〔2019〕1号", date(2019, 3, 20), None
)  # as databases have had it from the beginning
LITERACY = Framework("dl2022", "教师数字素养", "JY/T 0646—2022", date(2022, 11, 30), None, MINISTRY, "2022")

_SIDES = {"I": "应用信息技术优化课堂教学", "II": "应用信息技术转变学习方式"}
_DOMAINS = {
    "技术素养": "TECH", "计划与准备": "PLAN", "组织与管理": "ORG", "评估与诊断": "EVAL", "学习与发展": "GROW",
}  # fmt: skip
# series of the course themes -> its groups with the last theme of each
_SERIES: tuple[tuple[str, str, tuple[tuple[str, str, int], ...]], ...] = (
    (
        "S1",
        _SIDES["I"],
        (("S1-TECH", "技术素养类", 7), ("S1-WHOLE", "综合类", 10), ("S1-TOPIC", "专题类", 15)),
    ),
    (
        "S2",
        _SIDES["II"],
        (("S2-TECH", "技术素养类", 18), ("S2-WHOLE", "综合类", 20), ("S2-TOPIC", "专题类", 24)),
    ),
    ("S3", "应用信息技术支持教师专业发展", (("", "", 27),)),
)


def frameworks(folder: Path) -> tuple[tuple[Framework, tuple[Node, ...]], ...]:
    """Every framework with its nodes, in the order of its document."""
    told = _read(folder, "frameworks.json")
    return (
        (STANDARD, _numbered(_standard(told["std2014"]["items"]))),
        (THEMES, _numbered(_themes([t["name"] for t in told["themes2014"]]))),
        (MICRO, _numbered(_micro(told["micro2019"]["items"]))),
        (LITERACY, _numbered(_literacy(told["digital_literacy2022"]["tree"]))),
    )


def crosswalks(folder: Path) -> tuple[Crosswalk, ...]:
    """What corresponds to what; each line of the file is one place of one framework."""
    return tuple(
        Crosswalk(pair["from"], source, pair["to"], target, strength, PLATFORM)
        for pair in _read(folder, "crosswalks.json")["pairs"]
        for source, targets in pair["places"].items()
        for target, strength in targets.items()
    )


def guides(folder: Path) -> tuple[Guide, ...]:
    """What each competency asks for as evidence: the platform's proposal until the bureau publishes its own."""
    return tuple(
        Guide(framework, code, 1, one["describes"], tuple(wanted(p) for p in one["pieces"]), _PUBLISHED)
        for framework, of_framework in _read(folder, "guides.json")["guides"].items()
        for code, one in of_framework.items()
    )


def wanted(piece: dict[str, Any]) -> Wanted:
    """One wanted piece as the files spell it."""
    return Wanted(
        piece["key"], piece["name"], tuple(PieceKind(k) for k in piece["kinds"]), piece["guide"],
        tuple(piece["passing"]), tuple(piece["excellent"]),
    )  # fmt: skip


def _read(folder: Path, name: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / name).read_text("utf-8"))
    return told


def _numbered(nodes: Iterator[Node]) -> tuple[Node, ...]:
    """The position of each is its place in the document."""
    return tuple(
        Node(n.framework, n.code, n.name, n.dimension, n.environment, at, n.parent, n.level, n.text, n.assessable)
        for at, n in enumerate(nodes)
    )  # fmt: skip


def _standard(items: list[dict[str, Any]]) -> Iterator[Node]:
    """25 items on each of two sides, in five domains; 21 to 25 read the same on both."""
    for side, title in _SIDES.items():
        yield Node(STANDARD.id, side, title, "", title, 0, None, 1, "", False)
        for domain, short in _DOMAINS.items():
            group = f"{side}-{short}"
            yield Node(STANDARD.id, group, domain, domain, title, 0, side, 2, "", False)
            for item in items:
                if item["domain"] == domain:
                    text = str(item[f"dim_{side}"])
                    yield Node(
                        STANDARD.id, f"{side}-{item['no']}", _short(text), domain, title, 0, group, 3, text
                    )


def _short(text: str) -> str:
    """The first clauses of a sentence, as long as a tile bears; the last one where all begin with the same grounds."""
    parts = text.rstrip("。").split("，")
    if parts[0].startswith("依据"):
        return parts[-1]
    name = parts[0]
    for part in parts[1:]:
        if len(name) + len(part) > 24:
            break
        name += "，" + part
    return name


def _themes(names: list[str]) -> Iterator[Node]:
    """27 themes of courses in three series; they are taught, not assessed."""
    at = 0
    for series, title, groups in _SERIES:
        yield Node(THEMES.id, series, title, "", title, 0, None, 1, "", False)
        for group, name, last in groups:
            if group:
                yield Node(THEMES.id, group, name, name, title, 0, series, 2, "", False)
            for number in range(at + 1, last + 1):
                yield Node(
                    THEMES.id, f"T{number}", names[number - 1], name, title, 0, group or series, 3 if group else 2, "", False
                )  # fmt: skip
            at = last


def _micro(items: list[dict[str, Any]]) -> Iterator[Node]:
    for item in items:
        yield Node(MICRO.id, item["code"], item["name"], item["dimension"], item["environment"], 0)


def _literacy(tree: dict[str, dict[str, list[str]]]) -> Iterator[Node]:
    """Five dimensions, thirteen second-level items, thirty-three competencies."""
    for a, (first, seconds) in enumerate(tree.items(), 1):
        yield Node(LITERACY.id, f"D{a}", first, first, "", 0, None, 1, "", False)
        for b, (second, thirds) in enumerate(seconds.items(), 1):
            yield Node(LITERACY.id, f"D{a}.{b}", second, first, "", 0, f"D{a}", 2, "", False)
            for c, third in enumerate(thirds, 1):
                yield Node(LITERACY.id, f"D{a}.{b}.{c}", third, first, "", 0, f"D{a}.{b}", 3)
