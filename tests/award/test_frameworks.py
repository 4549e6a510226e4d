"""Frameworks as data: what the platform brings, what a database holds of it, and what is in force on a day."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from hub.domain import framework as rules
from hub.domain.competency import Crosswalk, Framework, FrameworkState, Node
from hub.domain.correspondence import composed, reached
from hub.domain.dossier import PieceKind
from hub.domain.framework import Standing, Whole
from hub.journey import appoint
from hub.journey.award import frameworks
from hub.journey.ports import Fittings
from hub.sources import regions
from hub.sources.rules import RuleFiles
from tests.conftest import CATALOGUE, rows
from tests.people import Town

BROUGHT = {one.id: (one, nodes) for one, nodes in RuleFiles().frameworks()}


def test_the_standard_of_2014_has_25_items_on_two_sides_and_45_different_sentences() -> None:
    _, nodes = BROUGHT["std2014"]
    items = [n for n in nodes if n.assessable]
    assert Counter(n.environment for n in items) == {
        "应用信息技术优化课堂教学": 25,
        "应用信息技术转变学习方式": 25,
    }
    assert [
        sum(1 for n in items if n.dimension == d)
        for d in ("技术素养", "计划与准备", "组织与管理", "评估与诊断", "学习与发展")
    ] == [10, 12, 10, 8, 10]
    assert len({n.text for n in items}) == 45
    by_code = {n.code: n for n in nodes}
    assert all(by_code[f"I-{no}"].text == by_code[f"II-{no}"].text for no in range(21, 26))
    assert len([n for n in nodes if n.level == 2]) == 10  # the ten values of a self-rating
    assert by_code["I-7"].text == "设计有效实现学习目标的信息化教学过程。" and by_code["I-7"].parent == "I-PLAN"  # fmt: skip


def test_the_course_themes_are_27_in_three_series_of_15_9_and_3() -> None:
    _, nodes = BROUGHT["themes2014"]
    themes = [n for n in nodes if n.code.startswith("T")]
    assert [n.code for n in themes] == [f"T{n}" for n in range(1, 28)]
    above = {n.code: n.parent for n in nodes}
    assert Counter(n.parent if n.level == 2 else above[n.parent or ""] for n in themes) == {
        "S1": 15,
        "S2": 9,
        "S3": 3,
    }
    assert {n.code: n.name for n in themes}["T12"] == "技术支持的课堂讲授"
    assert not any(n.assessable for n in nodes)  # fmt: skip


def test_the_thirty_and_the_digital_literacy_count_as_their_documents_do() -> None:
    micro = BROUGHT["micro2019"][1]
    assert Counter(n.environment[:2] for n in micro) == {"多媒": 13, "混合": 10, "智慧": 7}
    assert Counter(n.dimension for n in micro) == {
        "学情分析": 2,
        "教学设计": 7,
        "学法指导": 14,
        "学业评价": 7,
    }
    assert Counter(n.level for n in BROUGHT["dl2022"][1]) == {1: 5, 2: 13, 3: 33}


def test_everything_brought_holds_together() -> None:
    files = RuleFiles()
    places = {(one.id, n.code) for one, nodes in files.frameworks() for n in nodes}
    for one, nodes in files.frameworks():
        assert rules.node_faults(nodes) == ()
        assert rules.arranged(nodes) == nodes
        assert one.valid_to is None
    for pair in files.crosswalks():
        assert {(pair.from_framework, pair.from_code), (pair.to_framework, pair.to_code)} <= places, pair


def test_every_micro_ability_says_what_is_wanted_and_what_a_course_carries_takes_its_notebook() -> None:
    files = RuleFiles()
    guides = {g.code: g for g in files.guides() if g.framework == "micro2019"}
    assert guides.keys() == {n.code for n in BROUGHT["micro2019"][1]}
    for guide in guides.values():
        assert 20 <= len(guide.describes) <= 200
        assert 2 <= len(guide.pieces) <= 4
        assert len({p.key for p in guide.pieces}) == len({p.name for p in guide.pieces}) == len(guide.pieces)
        for piece in guide.pieces:
            assert piece.kinds and piece.guide and len(piece.passing) >= 2 and piece.excellent, (
                guide.code,
                piece.key,
            )
    carried = {
        c
        for course in CATALOGUE.all()
        for a in course.assignments
        for cell in a.cells
        for c in cell.competencies
    }
    for code in carried:
        assert any(PieceKind.NOTEBOOK in p.kinds for p in guides[code].pieces), code  # fmt: skip


def test_a_database_that_has_only_the_thirty_gets_the_others_and_keeps_its_own(
    f: Fittings, engine: Engine
) -> None:
    one, nodes = BROUGHT["micro2019"]
    with f.work() as work:
        work.frameworks.put_framework(replace(one, name="老库里的名字"), nodes)
    for _ in range(2):
        appoint.found(f, regions.organisations())
    with f.work() as work:
        kept = work.frameworks.frameworks()
        assert {k.id for k in kept} == set(BROUGHT)
        assert next(k for k in kept if k.id == "micro2019").name == "老库里的名字"
        assert work.frameworks.guide("micro2019", "A1") is not None
        assert work.frameworks.nodes("std2014") == BROUGHT["std2014"][1]
    assert rows(engine, "SELECT count(*) FROM crosswalks") == [(len(f.rules.crosswalks()),)]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE frameworks SET name = 'x' WHERE id = 'micro2019'",
        "UPDATE frameworks SET state = 'draft' WHERE id = 'micro2019'",
        "UPDATE frameworks SET valid_to = '2030-01-01' WHERE id = 'micro2019'",
        "DELETE FROM nodes WHERE framework = 'micro2019' AND code = 'A1'",
        "UPDATE nodes SET name = 'x' WHERE framework = 'micro2019' AND code = 'A1'",
        "UPDATE nodes SET framework = 'dl2022' WHERE framework = 'micro2019' AND code = 'A1'",
        "INSERT INTO nodes (framework, code, name, dimension, environment, position) VALUES ('micro2019', 'A99', 'x', 'x', 'x', 99)",
        "UPDATE guides SET describes = 'x' WHERE framework = 'micro2019' AND code = 'A1'",
        "DELETE FROM guides WHERE framework = 'micro2019'",
        "UPDATE crosswalks SET strength = 3 WHERE from_code = 'T3'",
        "DELETE FROM crosswalks",
    ],
)  # fmt: skip
def test_the_database_itself_keeps_what_is_published(town: Town, engine: Engine, change: str) -> None:
    with engine.connect() as connection, pytest.raises(IntegrityError):
        assert connection.execute(text(change)).rowcount != 0
    assert rows(engine, "SELECT count(*) FROM nodes WHERE framework = 'micro2019' AND code = 'A1' AND name <> 'x'") == [(1,)]  # fmt: skip


def framework(
    id: str, start: date, end: date | None = None, succeeds: str | None = None, **more: object
) -> Framework:
    return replace(Framework(id, id, "", start, end, succeeds=succeeds), **more)  # type: ignore[arg-type]


def test_a_framework_counts_from_its_first_day_to_the_day_before_its_end() -> None:
    one = framework("x", date(2020, 1, 1), date(2021, 1, 1))
    days = (date(2019, 12, 31), date(2020, 1, 1), date(2020, 12, 31), date(2021, 1, 1))
    wanted = [Standing.AHEAD, Standing.IN_FORCE, Standing.IN_FORCE, Standing.OVER]
    assert [rules.standing(one, day) for day in days] == wanted
    assert rules.standing(replace(one, state=FrameworkState.DRAFT), days[1]) is Standing.DRAFT


def test_a_lineage_reads_from_the_oldest_and_a_draft_is_in_its_own_alone() -> None:
    a, b, c = (
        framework(x, date(2020 + n, 1, 1), succeeds=y)
        for n, (x, y) in enumerate((("a", None), ("b", "a"), ("c", "b")))
    )
    draft = framework("d", date(2025, 1, 1), succeeds="a", state=FrameworkState.DRAFT)
    other = framework("z", date(2020, 1, 1))
    every = (c, other, draft, a, b)
    for one in "abc":
        assert [x.id for x in rules.lineage(every, one)] == ["a", "b", "c"]
    assert [x.id for x in rules.lineage(every, "d")] == ["a", "d"]
    assert [x.id for x in rules.lineage(every, "z")] == ["z"]  # fmt: skip


def node(code: str, parent: str | None = None, **more: object) -> Node:
    return replace(Node("x", code, code, "维度", "", 0, parent), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("nodes", "said"),
    [
        ([node("A1"), node("A1")], "用了 2 次"),
        ([node("A1", "B")], "上级“B”不存在"),
        ([node("A", "B", assessable=False), node("B", "A", assessable=False), node("C")], "绕回"),
        ([node("A", "A", assessable=False), node("C")], "绕回"),
        ([node("A1", dimension=" ")], "要写明维度"),
        ([node("A", assessable=False)], "没有一项是要考核的能力"),
        ([node("A"), node("A1", "A")], "只能作分组"),
        ([node("A/1")], "只能用英文字母"),
        ([], "没有一项"),
        ([node("A", name="")], "没有名称"),
        ([node(f"A{n}") for n in range(501)], "最多 500 项"),
    ],
)
def test_what_is_wrong_with_a_draft_is_said(nodes: list[Node], said: str) -> None:
    draft = framework("x", date(2020, 1, 1), state=FrameworkState.DRAFT)
    assert any(said in one for one in rules.problems(Whole(draft, tuple(nodes))))


CODES = st.sampled_from("ABCDEFG")


@given(st.lists(st.tuples(CODES, st.none() | CODES), max_size=9))
def test_arranging_loses_nothing_and_a_tree_stays_as_it_is(made: list[tuple[str, str | None]]) -> None:
    nodes = tuple(node(code, parent, position=n) for n, (code, parent) in enumerate(made))
    once = rules.arranged(nodes)
    assert sorted(n.code for n in once) == sorted(n.code for n in nodes)
    assert [n.position for n in once] == list(range(len(nodes)))
    if not rules.node_faults(nodes):
        assert rules.arranged(once) == once
        seen: set[str | None] = {None}
        for one in once:
            assert one.parent in seen
            seen.add(one.code)


@given(st.permutations("ABCD"), CODES, st.sampled_from((-1, 1)))
def test_moving_there_and_back_changes_nothing(order: list[str], code: str, step: int) -> None:
    nodes = rules.arranged([node(c, position=n) for n, c in enumerate(order)])
    if code not in order:
        return
    there = rules.moved(nodes, code, step)
    assert sorted(n.code for n in there) == sorted(order)
    if there != nodes:
        assert rules.moved(there, code, -step) == nodes


def test_what_corresponds_over_two_crosswalks_is_as_strong_as_the_weaker() -> None:
    first = [Crosswalk("a", "1", "b", "2", 3, ""), Crosswalk("a", "1", "b", "3", 1, "")]
    second = [Crosswalk("b", "2", "c", "9", 2, ""), Crosswalk("b", "3", "c", "9", 3, "")]
    assert composed([first, second], "1") == {"9": 2}
    assert composed([first, second], "7") == {}
    assert composed([], "1") == {"1": 3}


def test_two_places_that_share_a_third_do_not_thereby_correspond() -> None:
    pairs = [Crosswalk("m", "A2", "d", "X", 2, ""), Crosswalk("m", "A3", "d", "X", 1, "")]
    assert reached(pairs, [("m", "A2")]) == {("m", "A2"): 3, ("d", "X"): 2}
    assert reached(pairs, [("d", "X")]) == {("d", "X"): 3, ("m", "A2"): 2, ("m", "A3"): 1}


def test_what_is_in_force_is_asked_for_a_day(town: Town) -> None:
    with town.f.work() as work:

        def ids(day: date) -> list[str]:
            return [x.id for x in frameworks.current(town.f, work, day)]

        assert ids(date(2013, 1, 1)) == []
        assert ids(date(2014, 5, 30)) == ["themes2014", "std2014"]
        assert ids(date(2026, 11, 23)) == ["dl2022", "micro2019", "themes2014", "std2014"]
        assert frameworks.of_certificates(town.f, work, date(2026, 11, 23)) == "micro2019"  # fmt: skip
