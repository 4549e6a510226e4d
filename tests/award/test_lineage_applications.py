"""After a succession: dossiers of both frameworks carry an application, and everybody on its way sees which is which."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from hub.domain.competency import AssessmentRule
from hub.domain.errors import Refusal
from hub.domain.grounds import Met, Missing
from hub.domain.rating import Rating
from hub.domain.review import Office, State
from hub.journey import read
from hub.journey.award import applications, certificates, desk, dossiers, drafting, publicity, review
from hub.journey.award.grounds import best_of
from hub.journey.enter import beijing_day
from tests.award.chain import CODES, Chain, chain
from tests.award.succession import NEXT, succeed
from tests.people import SCHOOL

assert chain  # the fixture


def chosen(chain: Chain) -> dict[str, bool]:
    """What the teacher is offered for it2, and what of it is ticked."""
    (offer,) = [o for o in applications.mine(chain.f, chain.actor("teacher")).offers if o.rule.id == "it2"]
    return {c.code: c.chosen for c in offer.choices}


def best(chain: Chain) -> Met | Missing:
    rule = next(r for r in chain.f.rules.assessment_rules() if r.id == "it2")
    with chain.f.work() as work:
        return best_of(chain.f, work, chain.uid("teacher"), rule, beijing_day(chain.f.clock.now()))


def test_from_the_day_of_the_succession_on_new_dossiers_go_all_the_way_to_a_certificate(chain: Chain) -> None:
    succeed(chain.town)
    made = chain.submitted(framework=NEXT)
    review.let_pass(chain.f, chain.actor("school_admin"), made.id, Office.SCHOOL)
    review.let_pass(chain.f, chain.actor("county_hr"), made.id, Office.COUNTY)
    notice = publicity.open_notice(chain.f, chain.actor("county_hr"), SCHOOL, [made.id], 5)
    chain.at_end_of(notice)
    review.let_pass(chain.f, chain.actor("city_hr"), made.id, Office.CITY)
    certificates.issue_confirmed(chain.f, chain.actor("city_hr_too"), made.id)
    assert chain.now(made.id).state is State.ISSUED
    told = read.competencies(chain.f, chain.actor("teacher"))
    assert told.map.framework.id == NEXT and told.certified == {"it2": CODES}
    # On the map of the old framework these codes are other places: nothing there is certified.
    assert read.competencies(chain.f, chain.actor("teacher"), "micro2019").certified == {"it2": ()}


@pytest.mark.parametrize("framework", ["dl2022", "draft", "micro2019"])
def test_what_is_of_no_framework_that_the_rule_asks_for_cannot_be_chosen(
    chain: Chain, framework: str
) -> None:
    """Another lineage, a draft; and what came before the framework of a rule that was written for the later one."""
    f = chain.f
    if framework == "draft":
        facts = drafting.Facts("还没有发布的", version="0")
        drafting.begin(f, chain.actor("city"), framework, facts, base="micro2019", succeeds=True)
    if framework == "micro2019":
        succeed(chain.town)
        f = replace(f, rules=_Later(f.rules))  # type: ignore[arg-type]
    id = chain.dossier("teacher", "A1", framework=framework)
    with pytest.raises(Refusal, match=r"request\.invalid"):
        review.draft(f, chain.actor("teacher"), "it2", [id])
    assert not [o.choices for o in applications.mine(f, chain.actor("teacher")).offers if o.choices]


@dataclass(frozen=True)
class _Later:
    """The bureau's rules, written anew for the framework that followed."""

    rules: object

    def __getattr__(self, name: str) -> object:
        return getattr(self.rules, name)

    def assessment_rules(self) -> tuple[AssessmentRule, ...]:
        found: tuple[AssessmentRule, ...] = self.rules.assessment_rules()  # type: ignore[attr-defined]
        return tuple(replace(r, framework=NEXT, appeal_days=3) for r in found)


def test_of_what_is_the_same_the_latest_that_passed_is_ticked_and_the_other_is_there_to_choose(
    chain: Chain,
) -> None:
    succeed(chain.town, apart=["A13"])
    now = chain.f.clock.now()
    for code in CODES:
        chain.dossier("teacher", code)
    for code, days, rating in (("A1", 5, Rating.PASS), ("A13", 5, Rating.PASS), ("B1", 40, Rating.EXCELLENT)):
        chain.dossier("teacher", code, rating, framework=NEXT, rated_at=now - timedelta(days=days))
    assert chosen(chain) == {
        "A1": False, f"A1（{NEXT}）": True,  # the same, and rated later
        "A13": True, f"A13（{NEXT}）": True,  # no longer the same: both count
        "B1": True, f"B1（{NEXT}）": False,  # the same, and rated earlier
    }  # fmt: skip
    chain.hours("teacher")
    answer = best(chain)
    assert isinstance(answer, Met)
    assert [d.place for d in answer.dossiers] == [
        (NEXT, "A1"), ("micro2019", "A13"), (NEXT, "A13"), ("micro2019", "B1"),
    ]  # fmt: skip


def test_a_later_failure_takes_nothing_from_what_had_passed(chain: Chain) -> None:
    succeed(chain.town)
    now = chain.f.clock.now()
    for code in CODES:
        chain.dossier("teacher", code)
    chain.dossier("teacher", "A1", Rating.FAIL, framework=NEXT, rated_at=now - timedelta(days=2))
    chain.dossier("teacher", "A13", Rating.FAIL, rated_at=now - timedelta(days=2))
    assert chosen(chain) == {"A1": True, f"A1（{NEXT}）": False, "A13": True, "B1": True}
    chain.hours("teacher")
    assert isinstance(best(chain), Met)


def test_both_of_what_is_the_same_are_refused_with_their_names_and_one_of_them_passes(chain: Chain) -> None:
    succeed(chain.town)
    chain.hours("teacher")
    ids = [chain.dossier("teacher", code) for code in CODES]
    twin = chain.dossier("teacher", "B1", Rating.EXCELLENT, framework=NEXT)
    made = review.draft(chain.f, chain.actor("teacher"), "it2", [*ids, twin])
    with pytest.raises(
        Refusal, match=rf"application\.grounds.*“B1 (.+)”与 {NEXT} 的“B1 \1”是同一项，只算一次"
    ):
        review.submit(chain.f, chain.actor("teacher"), made.id)
    again = review.draft(chain.f, chain.actor("teacher"), "it2", [*ids[:2], twin])
    assert review.submit(chain.f, chain.actor("teacher"), again.id).state is State.SUBMITTED


def test_a_succession_while_an_application_is_on_its_way_changes_nothing_for_it(chain: Chain) -> None:
    made = chain.submitted()
    succeed(chain.town)
    assert (
        review.let_pass(chain.f, chain.actor("school_admin"), made.id, Office.SCHOOL).dossiers
        == made.dossiers
    )
    whole = applications.whole(chain.f, chain.actor("county_hr"), made.id)
    assert isinstance(whole.answer, Met) and [code for code, _, _ in whole.items] == list(CODES)


def test_on_desk_record_and_list_an_item_of_the_later_framework_says_so(chain: Chain) -> None:
    succeed(chain.town)
    chain.hours("teacher")
    ids = [chain.dossier("teacher", code) for code in ("A1", "A13")]
    ids.append(
        chain.dossier("teacher", "B1", framework=NEXT, seats=("assessor", "assessor_too", "third"), round=2)
    )
    made = review.draft(chain.f, chain.actor("teacher"), "it2", ids)
    review.submit(chain.f, chain.actor("teacher"), made.id)
    wanted = ["A1", "A13", f"B1（{NEXT}）"]
    (row,) = desk.desk(chain.f, chain.actor("school_admin")).rows
    assert [code for code, _, _ in row.items] == wanted and all(name for _, name, _ in row.items)
    assert row.unusual == (f"B1（{NEXT}） 由第三位专家裁定", f"B1（{NEXT}） 经申诉复评")
    review.let_pass(chain.f, chain.actor("school_admin"), made.id, Office.SCHOOL)
    review.let_pass(chain.f, chain.actor("county_hr"), made.id, Office.COUNTY)
    assert [
        c for c, _, _ in publicity.board(chain.f, chain.actor("county_hr")).waiting[0][1][0].items
    ] == wanted
    notice = publicity.open_notice(chain.f, chain.actor("county_hr"), SCHOOL, [made.id], 5)
    (line,) = publicity.poster(chain.f, chain.actor("colleague"), notice.id).lines
    assert [code for code, _, _ in line.items] == wanted
    assert [c for c, _, _ in applications.mine(chain.f, chain.actor("teacher")).own[0].items] == wanted


def test_the_days_for_an_appeal_are_the_rules_also_under_the_framework_that_followed(chain: Chain) -> None:
    succeed(chain.town, "micro2026")
    chain.f.clock.pass_(days=1)  # type: ignore[attr-defined]
    succeed(chain.town, base="micro2026")
    short = replace(chain.f, rules=_Shorter(chain.f.rules))  # type: ignore[arg-type]
    with chain.f.work() as work:
        made = work.review.dossiers([chain.dossier("teacher", "A1", framework=NEXT)])
        (one,) = made.values()
        rated = beijing_day(one.rated_at) if one.rated_at else None
        until = dossiers.appeal_until(short, work, one)
        assert rated and until and (until - rated).days <= 5  # three working days, not ten
        other = replace(one, framework="dl2022")
        later = dossiers.appeal_until(short, work, other)
        assert later and (later - rated).days >= 12


class _Shorter(_Later):
    """The bureau's rules as they are, with three days for an appeal."""

    def assessment_rules(self) -> tuple[AssessmentRule, ...]:
        found: tuple[AssessmentRule, ...] = self.rules.assessment_rules()  # type: ignore[attr-defined]
        return tuple(replace(r, appeal_days=3) for r in found)
