"""The bureau's drafts: begun, written, published, succeeded; what is stale, in use or published is never written over."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from hub.domain.competency import Framework, FrameworkState, Node
from hub.domain.dossier import Dossier, DossierState, PieceKind, Wanted
from hub.domain.errors import Refusal
from hub.domain.framework import Standing
from hub.domain.people import Actor
from hub.domain.rating import Rating
from hub.journey.award import drafting, framework_views, frameworks, places, standing
from hub.journey.award.drafting import Facts
from hub.journey.enter import beijing_day
from hub.sources import framework_file
from tests.conftest import rows
from tests.people import SCHOOL, Town

FACTS = Facts("河南省校本应用考核监测评价体系", "教师〔2023〕1号", "省教育厅", "1")
WANTED = (Wanted("plan", "教学设计", (PieceKind.FILE,), "一课时", ("完整",), ("有新意",)),)
HENAN = "henan2023"


def refused(code: str, do: Callable[..., Any], *args: Any, **more: Any) -> str:
    with pytest.raises(Refusal) as no:
        do(*args, **more)
    assert no.value.code == code, no.value
    return no.value.message


@pytest.fixture
def city(town: Town) -> Actor:
    return town.actor("city")


def view(town: Town, id: str = HENAN) -> framework_views.View:
    return framework_views.view(town.f, town.actor("city"), id)


def today(town: Town) -> date:
    return beijing_day(town.f.clock.now())


def successor(town: Town, city: Actor) -> Framework:
    return drafting.begin(town.f, city, HENAN, FACTS, base="micro2019", succeeds=True)


def publish(town: Town, city: Actor, id: str = HENAN, days: int = 30) -> Framework:
    day = today(town) + timedelta(days=days)
    return drafting.publish(town.f, city, id, day, None, view(town, id).seen)


def drop(town: Town, city: Actor, code: str, id: str = HENAN) -> None:
    places.drop_node(town.f, city, id, code, framework_views.node(town.f, city, id, code).seen)


def test_a_successor_begins_with_all_that_its_predecessor_has_and_29_can_follow_30(
    town: Town, city: Actor
) -> None:
    successor(town, city)
    drop(town, city, "C7")
    shown = view(town)
    assert shown.draft and len(shown.whole.nodes) == 29 and len(shown.guides) == 29
    assert len(shown.whole.crosswalks) == 29 and shown.problems == () and shown.unguided == ()
    made = publish(town, city)
    with town.f.work() as work:
        old = work.frameworks.framework("micro2019")
        assert old is not None and old.valid_to == made.valid_from
        for days, wanted in ((29, "micro2019"), (30, HENAN)):
            day = today(town) + timedelta(days=days)
            assert frameworks.of_certificates(town.f, work, day) == wanted
            assert frameworks.present(work, "micro2019", day).id == wanted
        same = frameworks.corresponding(work, "micro2019", "A1", HENAN)
        assert [(c.node.code, c.strength) for c in same] == [("A1", 3)]
        assert frameworks.corresponding(work, "micro2019", "C7", HENAN) == ()
        assert frameworks.corresponding(work, HENAN, "A1", "micro2019") == ()
    assert view(town).standing is Standing.AHEAD


def test_what_is_published_is_never_edited_only_succeeded(town: Town, city: Actor) -> None:
    successor(town, city)
    publish(town, city)
    shown = view(town)
    for do in (
        lambda: drafting.set_facts(town.f, city, HENAN, FACTS, shown.facts_seen),
        lambda: places.put_node(town.f, city, HENAN, Node(HENAN, "Z1", "新", "维", "", 0), ""),
        lambda: drop(town, city, "A1"),
        lambda: places.move_node(town.f, city, HENAN, "A2", -1, shown.order_seen),
        lambda: places.set_crosswalks(town.f, city, HENAN, [], shown.crosswalk_seen),
        lambda: publish(town, city, days=60),
        lambda: drafting.discard(town.f, city, HENAN),
        lambda: drafting.discard(town.f, city, "std2014"),
    ):
        refused("framework.published", do)
    assert view(town) == shown


def test_a_published_framework_gets_a_new_version_of_a_guide_and_the_old_one_stays(
    town: Town, city: Actor
) -> None:
    seen = framework_views.node(town.f, city, "micro2019", "A1").guide_seen
    made = places.set_guide(town.f, city, "micro2019", "A1", "市里公布的要求", WANTED, seen)
    assert made.version == 2
    with town.f.work() as work:
        first, latest = work.frameworks.guide("micro2019", "A1", 1), work.frameworks.guide("micro2019", "A1")
        assert first is not None and len(first.pieces) == 3
        assert latest == made and [g for g in work.frameworks.guides("micro2019") if g.code == "A1"] == [made]
    refused(
        "framework.changed", places.set_guide, town.f, city, "micro2019", "A1", "另一个人的要求", WANTED, seen
    )
    refused("thing.missing", places.set_guide, town.f, city, "micro2019", "Z9", "没有这一项的", WANTED, seen)


def test_a_draft_is_written_place_by_place(town: Town, city: Actor) -> None:
    drafting.begin(town.f, city, "own", replace(FACTS, name="本市标准"))
    assert "没有一项" in view(town, "own").problems[0]
    put = lambda node, seen="", was="": places.put_node(town.f, city, "own", node, seen, was)  # noqa: E731
    put(Node("own", "G", "一组", "", "", 0, assessable=False))
    put(Node("own", "G1", "第一项", "维度", "环境", 0, "G"))
    put(Node("own", "H", "另一项", "维度", "环境", 0))
    put(Node("own", "G2", "第二项", "维度", "环境", 0, "G"))
    assert [(n.code, n.level) for n in view(town, "own").whole.nodes] == [
        ("G", 1),
        ("G1", 2),
        ("G2", 2),
        ("H", 1),
    ]
    places.set_guide(
        town.f,
        city,
        "own",
        "G1",
        "描述一下",
        WANTED,
        framework_views.node(town.f, city, "own", "G1").guide_seen,
    )
    group = framework_views.node(town.f, city, "own", "G")
    put(replace(group.node, code="K") if group.node else None, group.seen, "G")
    first = framework_views.node(town.f, city, "own", "G1")
    put(replace(first.node, code="K1") if first.node else None, first.seen, "G1")
    shown = view(town, "own")
    assert [(n.code, n.parent) for n in shown.whole.nodes] == [
        ("K", None),
        ("K1", "K"),
        ("G2", "K"),
        ("H", None),
    ]
    assert shown.guides.keys() == {"K1"} and shown.unguided == ("G2", "H")
    places.move_node(town.f, city, "own", "G2", -1, shown.order_seen)
    assert [n.code for n in view(town, "own").whole.nodes] == ["K", "G2", "K1", "H"]
    refused("framework.node", put, Node("own", "H", "同名", "维度", "", 0))
    refused(
        "framework.node",
        put,
        Node("own", "K", "绕", "", "", 0, "K1", assessable=False),
        framework_views.node(town.f, city, "own", "K").seen,
        "K",
    )
    refused("framework.node", drop, town, city, "K", "own")
    refused("framework.changed", put, Node("own", "Q", "改没有的", "维", "", 0), "x", "QQ")
    refused("framework.changed", put, Node("own", "Q", "改没有的", "维", "", 0), "", "QQ")  # fmt: skip
    assert publish(town, city, "own", days=-3000).valid_from < today(
        town
    )  # a list of its own may be older than the platform


def test_two_who_edit_the_same_place_never_overwrite_each_other_and_others_do_not_disturb(
    town: Town, city: Actor
) -> None:
    successor(town, city)
    mine = framework_views.node(town.f, city, HENAN, "A1")
    other = framework_views.node(town.f, city, HENAN, "A2")
    order = view(town).order_seen
    assert mine.node and other.node
    places.put_node(town.f, city, HENAN, replace(mine.node, name="甲改的"), mine.seen, "A1")
    refused(
        "framework.changed",
        places.put_node,
        town.f,
        city,
        HENAN,
        replace(mine.node, name="乙改的"),
        mine.seen,
        "A1",
    )
    refused("framework.changed", places.drop_node, town.f, city, HENAN, "A1", mine.seen)
    places.move_node(town.f, city, HENAN, "A2", -1, order)
    refused("framework.changed", places.move_node, town.f, city, HENAN, "A2", 1, order)
    places.put_node(town.f, city, HENAN, replace(other.node, name="丙改的"), other.seen, "A2")
    assert [n.name for n in view(town).whole.nodes[:2]] == ["丙改的", "甲改的"]


def test_a_draft_is_published_as_it_was_seen_and_by_one_of_two(town: Town, city: Actor) -> None:
    successor(town, city)
    seen = view(town).seen
    drop(town, city, "C7")
    refused("framework.changed", drafting.publish, town.f, city, HENAN, today(town), None, seen)
    drafting.begin(town.f, city, "rival", FACTS, base="micro2019", succeeds=True)
    answers: list[str] = []

    def run(id: str) -> None:
        try:
            answers.append(publish(town, city, id).id)
        except Refusal as no:
            answers.append(no.code)

    threads = [threading.Thread(target=run, args=(id,)) for id in (HENAN, "rival")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answers)[0] == "framework.days" and sorted(answers)[1] in (HENAN, "rival")


def test_an_edit_that_waits_for_a_publication_is_refused(town: Town, city: Actor) -> None:
    successor(town, city)
    shown = framework_views.node(town.f, city, HENAN, "A1")
    answers: list[str] = []
    with town.f.work() as work:
        draft = work.frameworks.framework(HENAN, lock=True)
        assert draft and shown.node
        node = replace(shown.node, name="迟到的")

        def edit() -> None:
            try:
                places.put_node(town.f, city, HENAN, node, shown.seen, "A1")
                answers.append("kept")
            except Refusal as no:
                answers.append(no.code)

        thread = threading.Thread(target=edit)
        thread.start()
        thread.join(0.5)
        assert answers == []
        work.frameworks.save(replace(draft, state=FrameworkState.PUBLISHED))
    thread.join(30)
    assert answers == ["framework.published"]


@pytest.mark.parametrize(
    ("days", "length", "why"),
    [
        (-1, None, "从今天或以后"),
        (-4000, None, "晚于它接续的"),
        (5, 0, "失效日期要晚于"),
        (5, -3, "失效日期要晚于"),
        (99999, None, "2100"),
    ],
)
def test_days_that_cannot_be_are_refused(
    town: Town, city: Actor, days: int, length: int | None, why: str
) -> None:
    successor(town, city)
    start = today(town) + timedelta(days=days)
    end = None if length is None else start + timedelta(days=length)
    with pytest.raises(Refusal) as no:
        drafting.publish(town.f, city, HENAN, start, end, view(town).seen)
    assert why in no.value.message
    with town.f.work() as work:
        kept = work.frameworks.framework("micro2019")
        assert kept and kept.valid_to is None


def test_a_lineage_has_one_successor_each_and_goes_on_from_the_last(town: Town, city: Actor) -> None:
    successor(town, city)
    publish(town, city)
    refused("framework.days", drafting.begin, town.f, city, "more", FACTS, base="micro2019", succeeds=True)
    drafting.begin(town.f, city, "third", FACTS, base=HENAN, succeeds=True)
    refused("framework.days", publish, town, city, "third", 30)  # not before the second begins
    publish(town, city, "third", 400)
    with town.f.work() as work:
        assert [c.node.code for c in frameworks.corresponding(work, "micro2019", "B2", "third")] == ["B2"]
        assert [
            f.valid_to is None for f in work.frameworks.frameworks() if f.id in ("micro2019", HENAN, "third")
        ] == [False, False, True]


def test_correspondences_are_the_bureaus_to_say(town: Town, city: Actor) -> None:
    successor(town, city)
    seen = view(town).crosswalk_seen
    places.set_crosswalks(town.f, city, HENAN, [("A1", "A1", 2), ("C7", "C6", 1)], seen)
    pairs = view(town).pairs
    assert {k: [(c.to_code, c.strength, c.author) for c in v] for k, v in pairs.items()} == {
        "A1": [("A1", 2, city.uid)], "C7": [("C6", 1, city.uid)],
    }  # fmt: skip
    refused("framework.changed", places.set_crosswalks, town.f, city, HENAN, [], seen)
    for bad in ([("A1", "Q", 1)], [("Q", "A1", 1)], [("A1", "A1", 4)], [("A1", "A1", 1), ("A1", "A1", 2)]):
        refused(
            "framework.crosswalk", places.set_crosswalks, town.f, city, HENAN, bad, view(town).crosswalk_seen
        )


def test_a_rating_under_the_old_framework_is_shown_beside_the_new_and_stays_what_it_is(
    town: Town, city: Actor, engine: Engine
) -> None:
    successor(town, city)
    publish(town, city, days=0)
    teacher = town.actor("teacher")
    rated = Dossier(
        "dos-1",
        teacher.uid,
        SCHOOL,
        "micro2019",
        "A1",
        1,
        "D1",
        DossierState.RATED,
        1,
        town.f.clock.now(),
        rating=Rating.EXCELLENT,
    )
    from hub.store.award import tables as t
    from hub.store.rows import add

    with engine.begin() as connection:
        add(connection, t.dossiers, rated)
        add(connection, t.dossiers, replace(rated, id="dos-2", code="A2", rating=Rating.FAIL))
    with town.f.work() as work:
        shown = {tile.node.code: tile for tile in standing.mine(town.f, work, teacher).tiles}
    assert shown["A1"].state.value == "none"
    assert [(c.framework, c.code, c.rating, c.strength) for c in shown["A1"].carried] == [
        ("micro2019", "A1", Rating.EXCELLENT, 3)
    ]
    assert shown["A2"].carried == ()
    place = standing.place(town.f, teacher, "micro2019", "A1")
    assert place.rating is Rating.EXCELLENT and not place.may_begin and not place.in_force
    assert standing.place(town.f, teacher, HENAN, "A1").carried == shown["A1"].carried  # fmt: skip


def test_a_framework_goes_out_as_a_file_and_comes_back_the_same(town: Town, city: Actor) -> None:
    whole = view(town, "micro2019").whole
    data = framework_file.write(whole)
    drafting.take_in(town.f, city, framework_file.read(data, today(town)), "copied")
    again = view(town, "copied").whole
    assert again.framework.state is FrameworkState.DRAFT
    assert [replace(n, framework="micro2019") for n in again.nodes] == list(whole.nodes)
    assert [(g.code, g.describes, g.pieces) for g in again.guides] == [
        (g.code, g.describes, g.pieces) for g in whole.guides
    ]
    assert [(c.from_code, c.to_code, c.strength) for c in again.crosswalks] == [
        (c.from_code, c.to_code, c.strength) for c in whole.crosswalks
    ]
    out = json.loads(framework_file.write(again))
    out["framework"] |= {"id": "micro2019"}
    assert out == json.loads(data)  # fmt: skip


def a_file(**more: Any) -> dict[str, Any]:
    return {
        "format": framework_file.FORMAT,
        "framework": {"id": "x1", "name": "一套标准"},
        "nodes": [{"code": "A1", "name": "一项", "dimension": "维度"}],
    } | more  # fmt: skip


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (b"\xff\xfe", "不是 JSON"),
        (b"[" * 100000, "不是 JSON"),
        (b"[]", "要是一个对象"),
        (b"x" * (framework_file.LARGEST + 1), "超过 2 MB"),
        (a_file(format="y"), "format 要写"),
        (a_file(more=1), "不认识的字段 more"),
        (a_file(nodes=[{"code": "A1", "name": "x", "enviroment": ""}]), "nodes 第 1 项有不认识的字段 enviroment"),
        (a_file(nodes=[{"code": "A1"}]), "缺少 name"),
        (a_file(nodes=[{"code": 1, "name": "x"}]), "code 要是文字"),
        (a_file(nodes=[{"code": "A1", "name": "x" * 101}]), "最长 100"),
        (a_file(nodes=[{"code": "A1", "name": "x", "assessable": "是"}]), "true 或 false"),
        (a_file(nodes={}), "要是一个列表"),
        (a_file(nodes=[{"code": "A1", "name": "x"}] * 501), "最多 500"),
        (a_file(nodes=[{"code": "A1", "name": "一", "dimension": "维"}] * 2), "用了 2 次"),
        (a_file(nodes=[{"code": "A1", "name": "一", "dimension": "维", "parent": "B"}]), "上级“B”不存在"),
        (a_file(framework={"id": "x1", "name": "一套", "valid_from": "明天"}), "日期"),
        (a_file(framework={"id": "x1", "name": "一套", "valid_from": 5}), "日期"),
        (a_file(guides=[{"code": "Q", "describes": "d", "pieces": []}]), "不是要考核的能力"),
        (a_file(guides=[{"code": "A1", "describes": "d", "pieces": [{"key": "k", "name": "n", "kinds": ["gif"], "guide": "", "passing": [], "excellent": []}]}]), "kinds 只能是"),
        (a_file(guides=[{"code": "A1", "describes": "能力描述", "pieces": []}]), "至少 1 份"),
        (a_file(guides=[{"code": "A1", "describes": "能力描述", "pieces": [{"key": "../k", "name": "材料", "kinds": ["file"], "guide": "", "passing": ["好"], "excellent": []}]}]), "代号只能用"),
        (a_file(guides=[{"code": "A1", "describes": "能力描述", "pieces": [{"key": "k", "name": "材料", "kinds": ["file"], "guide": "", "passing": ["\x00"], "excellent": []}]}]), "要是文字"),
        (a_file(nodes=[{"code": "A1", "name": "半个\ud800", "dimension": "维"}]), "name 要是文字"),
        (a_file(crosswalks=[{"from_framework": "micro2019", "from_code": "A99", "to_code": "A1", "strength": 1}]), "A99"),
        (a_file(crosswalks=[{"from_framework": "micro2019", "from_code": "A1", "to_code": "A1", "strength": True}]), "1、2 或 3"),
        (a_file(crosswalks=[{"from_framework": "micro2019", "from_code": "A1", "to_code": "A1", "strength": 9}]), "程度"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_framework_says_where_it_goes_wrong(
    town: Town, city: Actor, given: Any, why: str
) -> None:
    data = given if isinstance(given, bytes) else json.dumps(given).encode()
    message = refused(
        "framework.file", lambda: drafting.take_in(town.f, city, framework_file.read(data, today(town)))
    )
    assert why in message
    assert len(framework_views.listing(town.f, city)) == 4


def test_a_file_without_days_begins_today(town: Town, city: Actor) -> None:
    made = drafting.take_in(town.f, city, framework_file.read(json.dumps(a_file()).encode(), today(town)))
    assert made.valid_from == today(town) and view(town, "x1").problems == ()


def test_nobody_but_the_bureau_may_know_of_a_draft(town: Town, city: Actor) -> None:
    successor(town, city)
    seen = view(town)
    for name in ("teacher", "county", "school_admin", "registrar", "sys_admin"):
        who = town.actor(name)
        refused("access.denied", drafting.begin, town.f, who, "x1", FACTS)
        refused(
            "access.denied",
            drafting.take_in,
            town.f,
            who,
            framework_file.read(json.dumps(a_file()).encode(), today(town)),
        )
        refused("access.denied", framework_views.listing, town.f, who)
        for do in (
            lambda: framework_views.view(town.f, who, HENAN),  # noqa: B023
            lambda: drafting.publish(town.f, who, HENAN, today(town), None, seen.seen),  # noqa: B023
            lambda: drafting.discard(town.f, who, HENAN),  # noqa: B023
            lambda: places.set_guide(town.f, who, "micro2019", "A1", "改一改吧", WANTED, ""),  # noqa: B023
            lambda: standing.place(town.f, who, HENAN, "A1"),  # noqa: B023
        ):
            refused("thing.missing", do)


def test_ids_are_refused_where_they_cannot_be_addresses_or_are_taken(town: Town, city: Actor) -> None:
    for bad in ("", "A", "中文", "a b", "-x", "new", "import", "a" * 41, "x/../y"):
        refused("framework.id", drafting.begin, town.f, city, bad, FACTS)
    refused("framework.taken", drafting.begin, town.f, city, "micro2019", FACTS)
    refused("framework.base", drafting.begin, town.f, city, "x1", FACTS, succeeds=True)
    refused("thing.missing", drafting.begin, town.f, city, "x1", FACTS, base="nothing")
    refused("request.invalid", drafting.begin, town.f, city, "x1", Facts("名" * 101))


def test_every_change_leaves_one_event_and_a_refused_one_none(
    town: Town, city: Actor, engine: Engine
) -> None:
    successor(town, city)
    drop(town, city, "C7")
    refused("framework.changed", places.drop_node, town.f, city, HENAN, "C6", "old")
    publish(town, city)
    drafting.begin(town.f, city, "gone", FACTS)
    drafting.discard(town.f, city, "gone")
    told = rows(engine, "SELECT verb, subject, actor FROM audit_events ORDER BY seq")
    assert told == [
        ("framework.drafted", HENAN, city.uid), ("framework.edited", HENAN, city.uid), ("framework.published", HENAN, city.uid),
        ("framework.drafted", "gone", city.uid), ("framework.discarded", "gone", city.uid),
    ]  # fmt: skip


def test_a_draft_that_a_record_names_after_all_is_not_edited(town: Town, city: Actor, engine: Engine) -> None:
    successor(town, city)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO diagnoses (id, person, framework, answers, made_at) VALUES ('d', :p, :f, '{}', now())"
            ),
            {"p": city.uid, "f": HENAN},
        )
    refused("framework.published", drop, town, city, "A1")
