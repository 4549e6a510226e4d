"""Which places are one competency over the versions of a framework; by hand and by chance."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.competency import AssessmentRule, Crosswalk, Framework, FrameworkState, Node
from hub.domain.lineage import Line, Place, asked, onwards, told

IDS = ("m2019", "m2024", "m2027")
CODES = "ABCD"
RULE = AssessmentRule(
    "it2", "1", "提升工程", IDS[0], 2, 1, (), None, 5, 10, date(2019, 1, 1), None
)  # fmt: skip


def framework(
    id: str, succeeds: str | None = None, state: FrameworkState = FrameworkState.PUBLISHED
) -> Framework:
    year = 2030 if id == "draft" else int(id[1:])
    return Framework(id, id, "", date(year, 1, 1), None, state=state, succeeds=succeeds)


EVERY = (framework(IDS[0]), framework(IDS[1], IDS[0]), framework(IDS[2], IDS[1]), framework("d2022"))


def line(*links: Crosswalk, **more: Node) -> Line:
    """Three versions with the same four codes each, every code a dimension of its own."""
    nodes = {
        id: {c: Node(id, c, f"能力{c}", f"维度{c}", "多媒体", n) for n, c in enumerate(CODES)} for id in IDS
    }
    for node in more.values():
        nodes[node.framework][node.code] = node
    return Line(IDS, nodes, links)


def link(one: str, other: str, strength: int = 3) -> Crosswalk:
    """``link("0A", "1B")``: A of the first version corresponds to B of the second."""
    return Crosswalk(IDS[int(one[0])], one[1:], IDS[int(other[0])], other[1:], strength, "")


def place(text: str) -> Place:
    return IDS[int(text[0])], text[1:]


def test_a_rule_asks_for_its_framework_and_what_followed_it_never_for_what_came_before_or_a_draft() -> None:
    draft = framework("draft", IDS[2], FrameworkState.DRAFT)
    assert onwards((*EVERY, draft), IDS[0]) == IDS
    assert onwards(EVERY, IDS[1]) == IDS[1:]
    assert onwards(EVERY, "d2022") == ("d2022",)
    assert onwards(EVERY, "nowhere") == ("nowhere",)
    later = replace(RULE, framework=IDS[1])
    assert asked([later, replace(RULE, framework="d2022")], EVERY) == {IDS[1], IDS[2], "d2022"}


def test_a_code_carries_its_framework_only_where_that_is_not_the_rules() -> None:
    assert (told(IDS[0], "B1", IDS[0]), told(IDS[2], "B1", IDS[0])) == ("B1", "B1（m2027）")


@pytest.mark.parametrize(
    ("one", "other", "links", "wanted"),
    [
        ("0A", "0A", [], True),
        ("0A", "0B", [link("0A", "0B")], False),  # of one framework, whatever somebody wrote
        ("0A", "1A", [], False),  # the same code alone says nothing
        ("0A", "1A", [link("0A", "1A")], True),
        ("0A", "1B", [link("0A", "1B")], True),
        ("0A", "1A", [link("0A", "1A", 2)], False),
        ("0A", "2C", [link("0A", "1B"), link("1B", "2C")], True),
        ("0A", "2C", [link("0A", "1B", 2), link("1B", "2C")], False),  # the weakest link counts
        ("0A", "2C", [link("0A", "1B"), link("1B", "2C", 1)], False),
        ("0A", "2C", [link("0A", "1B", 2), link("1B", "2C"), link("0A", "1D"), link("1D", "2C")], True),
        ("0A", "2A", [link("0A", "2A")], False),  # a step that leaves one out is none of this line
        ("1A", "1B", [link("0C", "1A"), link("0C", "1B")], False),  # one that became two
    ],
)
def test_what_is_the_same_place(one: str, other: str, links: list[Crosswalk], wanted: bool) -> None:
    of = line(*links)
    assert of.same(place(one), place(other)) is of.same(place(other), place(one)) is wanted


def test_a_place_outside_the_line_is_the_same_as_itself_alone() -> None:
    of = replace(line(link("0A", "1A"), link("1A", "2A")), ids=IDS[1:])
    assert of.same(place("1A"), place("2A")) and not of.same(place("0A"), place("1A"))
    assert of.node(place("0A")) is None and of.node(place("1A")) is not None


LINKS = st.dictionaries(
    st.tuples(st.sampled_from((0, 1)), st.sampled_from(CODES), st.sampled_from(CODES)), st.integers(1, 3), max_size=14
).map(lambda found: [link(f"{n}{a}", f"{n + 1}{b}", s) for (n, a, b), s in found.items()])  # fmt: skip
PLACES = st.tuples(st.sampled_from("012"), st.sampled_from(CODES)).map("".join)


@given(LINKS, PLACES, PLACES)
def test_sameness_is_mutual_and_is_exactly_a_way_of_full_links(
    links: list[Crosswalk], one: str, other: str
) -> None:
    of, a, b = line(*links), place(one), place(other)
    older, newer = sorted((a, b))
    reached = {older}
    for _ in IDS:
        reached |= {
            (c.to_framework, c.to_code)
            for c in links
            if c.strength == 3 and (c.from_framework, c.from_code) in reached
        }
    assert of.same(a, b) is of.same(b, a) is (newer in reached)
    assert of.same(a, a)
    if a[0] == b[0]:
        assert of.same(a, b) is (a == b)


@given(LINKS)
def test_a_weaker_link_makes_nothing_the_same(links: list[Crosswalk]) -> None:
    weak = line(*(replace(c, strength=min(c.strength, 2)) for c in links))
    every = [place(f"{n}{c}") for n in range(3) for c in CODES]
    assert not [(a, b) for a in every for b in every if a < b and weak.same(a, b)]
