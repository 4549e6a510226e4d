"""What a rule counts of dossiers under its framework and those that followed: each place once, in whatever order; by hand and by chance."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.competency import AssessmentRule, Crosswalk, Node
from hub.domain.dossier import Dossier, DossierState
from hub.domain.grounds import Met, Missing, judge, once
from hub.domain.lineage import Line
from hub.domain.rating import Rating
from tests.award.test_lineage import IDS, LINKS, PLACES, RULE, line, link, place

DAY = date(2028, 5, 1)


def dossier(text: str, rating: Rating | None = Rating.PASS, days: int = 0) -> Dossier:
    """Rated so many days after the first of a year in which everything still counts."""
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=days)
    id = f"dos-{text}-{days}"
    return Dossier(id, "p", "s", *place(text), 1, "x", DossierState.RATED, 1, at, at, "d", rating, at)


def judged(of: Line, *dossiers: Dossier, rule: AssessmentRule = RULE) -> Met | Missing:
    return judge(rule, dossiers, None, of, DAY)


def reasons(of: Line, *dossiers: Dossier, rule: AssessmentRule = RULE) -> tuple[str, ...]:
    answer = judged(of, *dossiers, rule=rule)
    return answer.reasons if isinstance(answer, Missing) else ()


DOSSIERS = st.lists(
    st.builds(dossier, PLACES, st.sampled_from([*Rating, None]), st.integers(0, 40)), max_size=7, unique_by=lambda d: d.id
)  # fmt: skip


@given(LINKS, DOSSIERS)
def test_what_counts_holds_no_place_twice_and_leaves_none_out(
    links: list[Crosswalk], laid: list[Dossier]
) -> None:
    of = line(*links)
    kept, again = once(of, laid)
    assert sorted([d.id for d in kept] + [d.id for d, _ in again]) == sorted(d.id for d in laid)
    assert not [(a, b) for a in kept for b in kept if a is not b and of.same(a.place, b.place)]
    for one, instead in again:
        assert instead in kept and of.same(one.place, instead.place)
        assert one.rated_at and instead.rated_at and one.rated_at <= instead.rated_at  # the latest counts


@given(LINKS, DOSSIERS, st.randoms(use_true_random=False))
def test_the_order_in_which_somebody_ticks_decides_nothing(links, laid, chance) -> None:  # type: ignore[no-untyped-def]
    of, turned = line(*links), list(laid)
    chance.shuffle(turned)
    one, other = judged(of, *laid), judged(of, *turned)
    if isinstance(one, Missing):
        assert isinstance(other, Missing) and sorted(one.reasons) == sorted(other.reasons)
    else:
        assert one == other and len(one.dossiers) >= RULE.count


@given(LINKS, DOSSIERS)
def test_where_the_rule_is_met_every_further_dossier_of_a_place_that_counts_is_refused(
    links: list[Crosswalk], laid: list[Dossier]
) -> None:
    of = line(*links)
    answer = judged(of, *laid)
    if isinstance(answer, Met):
        twin = replace(answer.dossiers[0], id="twin")
        assert any("选了两次" in why for why in reasons(of, *laid, twin))


def test_a_dossier_counts_under_its_own_framework_with_its_own_name_and_dimension() -> None:
    moved = Node(IDS[2], "B", "新的能力B", "维度A", "混合", 1)
    of = line(moved=moved)
    answer = judged(of, dossier("0A"), dossier("2B"))
    assert isinstance(answer, Met) and [d.place for d in answer.dossiers] == [place("0A"), place("2B")]
    spread = replace(RULE, min_dimensions=2)
    assert (
        "只涉及“维度A”" in reasons(of, dossier("0A"), dossier("2B"), rule=spread)[0]
    )  # by name, over what counts
    assert isinstance(judged(of, dossier("0A"), dossier("2C"), rule=spread), Met)
    shut = replace(RULE, environments=("多媒体",))
    assert (
        reasons(of, dossier("0A"), dossier("2B"), rule=shut)[0] == "m2027 的“B 新的能力B”不在要求的教学环境内"
    )


def test_two_with_one_code_of_two_frameworks_both_count_where_they_are_not_the_same() -> None:
    answer = judged(line(link("0B", "1B", 2), link("1B", "2B")), dossier("0B"), dossier("2B"))
    assert isinstance(answer, Met)
    assert [d.place for d in answer.dossiers] == [place("0B"), place("2B")]  # the older framework first


def test_the_judge_says_which_two_are_the_same_and_counts_them_once() -> None:
    of = line(link("0B", "1B"), link("1B", "2D"))
    said = reasons(of, dossier("2D"), dossier("0B", days=9), dossier("0A"))
    assert said == ("“B 能力B”与 m2027 的“D 能力D”是同一项，只算一次",)
    assert (
        reasons(of, dossier("1B"), dossier("2D"))[0]
        == "m2024 的“B 能力B”与 m2027 的“D 能力D”是同一项，只算一次"
    )
    assert "还缺 1 项" in reasons(of, dossier("2D"), dossier("0B"))[1]


def test_what_is_of_no_framework_of_the_line_does_not_count() -> None:
    later = replace(RULE, framework=IDS[1])
    of = replace(line(), ids=IDS[1:])
    said = reasons(of, dossier("0A"), dossier("1A"), dossier("2B"), rule=later)
    assert said == ("A 不属于这种证书的能力标准",)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"rating": Rating.FAIL}, "m2024 的“A 能力A”的考核结果是不合格"),
        ({"state": DossierState.ASSESSING}, "m2024 的“A 能力A”的考核还没有结果"),
        (
            {"rated_at": datetime(2023, 4, 30, tzinfo=UTC)},
            "m2024 的“A 能力A”的考核结果已满 5 年，需要重新考核",
        ),
        ({"code": "Z"}, "Z 不属于这种证书的能力标准"),
    ],
)
def test_a_dossier_of_a_later_framework_is_held_to_the_same(change: dict[str, object], why: str) -> None:
    spoilt = replace(dossier("1A"), **change)  # type: ignore[arg-type]
    assert reasons(line(), spoilt, dossier("0B"), dossier("0C")) == (why,)
