"""The chain of review: from the draft to the confirmed record, with grounds that still stand and hands that differ."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import text

from hub.domain.errors import Refusal
from hub.domain.people import Role
from hub.domain.rating import Rating
from hub.domain.review import Office, State, Step
from hub.journey.award import applications, certificates, publicity, review, revocation
from hub.journey.award.grounds import best_of
from tests.award.chain import CODES, DIRECT_SCHOOL, Chain, chain
from tests.conftest import rows
from tests.people import FAR_SCHOOL, OTHER_SCHOOL, SCHOOL, WEST

assert chain  # the fixture


def steps(chain: Chain, id: str) -> list[str]:
    with chain.f.work() as work:
        return [r.step.value for r in work.review.reviews([id])[id]]


def events(chain: Chain, prefix: str = "application.") -> list[str]:
    with chain.f.work() as work:
        return [e.verb.removeprefix(prefix) for e in work.audit.events() if e.verb.startswith(prefix)]


def test_a_record_goes_from_draft_to_certificate_through_five_pairs_of_hands(chain: Chain) -> None:
    made = chain.confirmed()
    assert made.state is State.CITY_CONFIRMED and made.rating is Rating.PASS
    certificate = certificates.issue_confirmed(chain.f, chain.actor("city_hr_too"), made.id)
    after = chain.now(made.id)
    assert (after.state, after.certificate) == (State.ISSUED, certificate.number)
    assert certificate.rating == "pass"
    assert steps(chain, made.id) == ["submit", "school", "county", "publicise", "confirm", "issue"]
    assert events(chain) == [
        "drafted", "submitted", "school_reviewed", "county_reviewed", "publicised", "confirmed", "issued",
    ]  # fmt: skip
    revocation.revoke(chain.f, chain.actor("city_hr"), certificate.number, "核查不实")
    assert chain.now(made.id).state is State.REVOKED


def test_the_rating_of_the_whole_is_its_lowest_part(chain: Chain) -> None:
    chain.hours("teacher")
    ids = [chain.dossier("teacher", code, Rating.EXCELLENT) for code in ("A1", "A13")]
    ids.append(chain.dossier("teacher", "B1", Rating.PASS))
    assert review.draft(chain.f, chain.actor("teacher"), "it2", ids).rating is Rating.PASS


@pytest.mark.parametrize(
    ("codes", "hours", "more", "why"),
    [
        (("A1", "A13"), (50, 25), {}, "还缺 1 项考核合格的微能力（需要 3 项，已有 2 项）"),
        (("A1", "B1", "C1"), (50, 25), {}, "不少于 2 个维度"),
        (CODES, (12, 8), {}, "学时还缺 38"),
        (CODES, (50, 8), {}, "其中实践学时还缺 17"),
        (CODES, (50, 25), {"rating": Rating.FAIL}, "考核结果是不合格"),
    ],
)
def test_what_is_missing_is_told_in_sentences_and_nothing_is_submitted(
    chain: Chain, codes: tuple[str, ...], hours: tuple[int, int], more: dict[str, Any], why: str
) -> None:
    with chain.f.work() as work:
        dimensions = {n.code: n.dimension for n in work.frameworks.nodes("micro2019")}
    if why.startswith("不少于"):
        codes = tuple(c for c, d in dimensions.items() if d == dimensions["A1"])[:3]
    chain.hours("teacher", *hours)
    ids = [chain.dossier("teacher", code, **more) for code in codes]
    made = review.draft(chain.f, chain.actor("teacher"), "it2", ids)
    with pytest.raises(Refusal, match=r"application\.grounds") as refused:
        review.submit(chain.f, chain.actor("teacher"), made.id)
    assert why in refused.value.message
    assert chain.now(made.id).state is State.DRAFT


def test_hours_of_older_years_and_ratings_of_more_than_five_years_ago_do_not_count(chain: Chain) -> None:
    chain.hours("teacher", on=date(2021, 12, 31))
    old = chain.f.clock.now().replace(year=2021)
    ids = [chain.dossier("teacher", code, rated_at=old) for code in CODES]
    made = review.draft(chain.f, chain.actor("teacher"), "it2", ids)
    with pytest.raises(Refusal) as refused:
        review.submit(chain.f, chain.actor("teacher"), made.id)
    assert "学时还缺 50" in refused.value.message and "已满 5 年" in refused.value.message


def test_five_years_are_counted_by_the_days_of_the_city_and_not_by_those_of_greenwich(chain: Chain) -> None:
    rated = datetime(2021, 11, 23, 17, tzinfo=UTC)  # in the city it was the 24th already
    chain.hours("teacher")
    ids = [chain.dossier("teacher", code, rated_at=rated) for code in CODES]
    made = review.draft(chain.f, chain.actor("teacher"), "it2", ids)
    assert review.submit(chain.f, chain.actor("teacher"), made.id).state is State.SUBMITTED  # on the last day


@pytest.mark.parametrize("change", ["rating = 'excellent'", "state = 'assessing'", "rating = 'fail'"])
def test_at_every_step_the_grounds_must_still_stand(chain: Chain, change: str) -> None:
    made = chain.submitted()
    with chain.engine.begin() as connection:
        connection.execute(text(f"UPDATE dossiers SET {change}"))  # noqa: S608
    admin = chain.actor("school_admin")
    with pytest.raises(Refusal, match=r"application\.grounds"):
        review.let_pass(chain.f, admin, made.id, Office.SCHOOL)
    assert review.send_back(chain.f, admin, made.id, "考核结果有变化").state is State.RETURNED


def test_hours_that_were_reversed_stop_the_record_where_it_is(chain: Chain) -> None:
    made = chain.reviewed()
    with chain.engine.begin() as connection:
        connection.execute(text("UPDATE hours SET hours = 30"))
    with pytest.raises(Refusal, match="学时还缺 20"):
        publicity.open_notice(chain.f, chain.actor("county_hr"), SCHOOL, [made.id])


def test_a_teacher_takes_back_changes_and_hands_in_again_until_the_school_has_reviewed(chain: Chain) -> None:
    made, teacher = chain.submitted(), chain.actor("teacher")
    assert review.take_back(chain.f, teacher, made.id).state is State.DRAFT
    more = chain.dossier("teacher", "A2", Rating.EXCELLENT)
    again = review.draft(chain.f, teacher, "it2", [*made.dossiers, more])
    assert again.id == made.id and len(again.dossiers) == 4
    review.submit(chain.f, teacher, made.id)
    review.let_pass(chain.f, chain.actor("school_admin"), made.id, Office.SCHOOL)
    for late in (
        lambda: review.take_back(chain.f, teacher, made.id),
        lambda: review.submit(chain.f, teacher, made.id),
        lambda: review.draft(chain.f, teacher, "it2", [more]),
    ):
        with pytest.raises(Refusal, match=r"application\.(state|pending)"):
            late()


@pytest.mark.parametrize("level", ["school", "county", "posting", "city"])
def test_what_is_returned_at_any_level_goes_all_the_way_again(chain: Chain, level: str) -> None:
    f = chain.f
    if level == "city":
        notice = chain.posted()
        id = notice.applications[0]
    else:
        id = (
            chain.submitted()
            if level == "school"
            else chain.reviewed()
            if level == "posting"
            else chain.submitted()
        ).id
    if level == "county":
        review.let_pass(f, chain.actor("school_admin"), id, Office.SCHOOL)
    who = {"school": "school_admin", "county": "county_hr", "posting": "county_hr", "city": "city_hr"}[level]
    for reason in ("", "  不行 "):
        with pytest.raises(Refusal, match=r"application\.reason"):
            review.send_back(f, chain.actor(who), id, reason)
    review.send_back(f, chain.actor(who), id, "听课记录与材料对不上")
    assert chain.now(id).state is State.RETURNED
    review.submit(f, chain.actor("teacher"), id)
    with pytest.raises(Refusal, match=r"application\.state"):
        review.let_pass(f, chain.actor("county_hr"), id, Office.COUNTY)
    review.let_pass(f, chain.actor("school_admin"), id, Office.SCHOOL)
    review.let_pass(f, chain.actor("county_hr"), id, Office.COUNTY)
    with pytest.raises(Refusal, match=r"application\.state"):
        review.let_pass(f, chain.actor("city_hr"), id, Office.CITY)
    again = publicity.open_notice(f, chain.actor("county_hr"), SCHOOL, [id])
    with pytest.raises(Refusal, match=r"notice\.running"):
        review.let_pass(f, chain.actor("city_hr"), id, Office.CITY)
    chain.at_end_of(again)
    assert review.let_pass(f, chain.actor("city_hr"), id, Office.CITY).state is State.CITY_CONFIRMED
    assert "被退回" not in str(steps(chain, id)) and steps(chain, id).count("submit") == 2


def give(chain: Chain, who: str, role: Role, org: str) -> None:
    with chain.f.work() as work:
        work.people.grant(chain.uid(who), role, org, date(2020, 9, 1), "test")


def test_nobody_passes_their_own_record_whatever_offices_they_hold(chain: Chain) -> None:
    for role, org in ((Role.SCHOOL_ADMIN, SCHOOL), (Role.COUNTY_HR, WEST), (Role.CITY_HR, "410300")):
        give(chain, "teacher", role, org)
    made, teacher = chain.submitted(), chain.actor("teacher")
    for act in (
        lambda: review.let_pass(chain.f, teacher, made.id, Office.SCHOOL),
        lambda: review.send_back(chain.f, teacher, made.id, "自己退回自己"),
    ):
        with pytest.raises(Refusal, match=r"application\.hands"):
            act()
    review.let_pass(chain.f, chain.actor("school_admin"), made.id, Office.SCHOOL)
    with pytest.raises(Refusal, match=r"application\.hands"):
        review.let_pass(chain.f, teacher, made.id, Office.COUNTY)
    review.let_pass(chain.f, chain.actor("county_hr"), made.id, Office.COUNTY)
    with pytest.raises(Refusal, match=r"application\.hands"):
        publicity.open_notice(chain.f, teacher, SCHOOL, [made.id])


def test_an_assessor_of_its_dossiers_never_reviews_it_also_one_who_gave_the_place_up(chain: Chain) -> None:
    give(chain, "assessor", Role.COUNTY_HR, WEST)
    made = chain.submitted()
    review.let_pass(chain.f, chain.actor("school_admin"), made.id, Office.SCHOOL)
    with pytest.raises(Refusal, match="评审过这份申请"):
        review.let_pass(chain.f, chain.actor("assessor"), made.id, Office.COUNTY)
    with chain.engine.begin() as connection:
        connection.execute(text("UPDATE seats SET state = 'recused' WHERE number = 1"))
    with pytest.raises(Refusal, match="评审过这份申请"):
        review.let_pass(chain.f, chain.actor("assessor"), made.id, Office.COUNTY)


def test_who_judged_at_one_level_judges_at_no_other_through_all_rounds(chain: Chain) -> None:
    give(chain, "county_hr", Role.CITY_HR, "410300")
    give(chain, "county_hr", Role.SCHOOL_ADMIN, SCHOOL)
    notice = chain.posted()
    id = notice.applications[0]
    chain.at_end_of(notice)
    for act in (
        lambda: review.let_pass(chain.f, chain.actor("county_hr"), id, Office.CITY),
        lambda: review.send_back(chain.f, chain.actor("county_hr"), id, "另一级的人退回"),
    ):
        with pytest.raises(Refusal, match="已作为县（市、区）审核人"):
            act()
    review.send_back(chain.f, chain.actor("city_hr"), id, "请补充材料")
    review.submit(chain.f, chain.actor("teacher"), id)
    with pytest.raises(Refusal, match="已作为县（市、区）审核人"):
        review.let_pass(chain.f, chain.actor("county_hr"), id, Office.SCHOOL)


def test_nobody_above_the_school_judges_people_of_their_own_school(chain: Chain) -> None:
    chain.person("both", SCHOOL, (Role.TEACHER, SCHOOL), (Role.COUNTY_HR, WEST))
    made = chain.submitted()
    review.let_pass(chain.f, chain.actor("school_admin"), made.id, Office.SCHOOL)
    with pytest.raises(Refusal, match="同在一所学校"):
        review.let_pass(chain.f, chain.actor("both"), made.id, Office.COUNTY)


def test_a_school_under_the_city_has_the_citys_hr_as_its_county_and_another_person_confirms(
    chain: Chain,
) -> None:
    made = chain.submitted("direct_teacher")
    assert made.school == DIRECT_SCHOOL
    review.let_pass(chain.f, chain.actor("direct_admin"), made.id, Office.SCHOOL)
    with pytest.raises(Refusal, match=r"thing\.missing"):
        review.let_pass(chain.f, chain.actor("county_hr"), made.id, Office.COUNTY)
    review.let_pass(chain.f, chain.actor("city_hr"), made.id, Office.COUNTY)
    notice = publicity.open_notice(chain.f, chain.actor("city_hr"), DIRECT_SCHOOL, [made.id])
    chain.at_end_of(notice)
    with pytest.raises(Refusal, match=r"application\.hands"):
        review.let_pass(chain.f, chain.actor("city_hr"), made.id, Office.CITY)
    review.let_pass(chain.f, chain.actor("city_hr_too"), made.id, Office.CITY)


def test_the_city_does_not_do_the_countys_step_for_a_school_of_a_county(chain: Chain) -> None:
    made = chain.submitted()
    review.let_pass(chain.f, chain.actor("school_admin"), made.id, Office.SCHOOL)
    with pytest.raises(Refusal, match=r"application\.state"):
        review.let_pass(chain.f, chain.actor("city_hr"), made.id, Office.COUNTY)


@pytest.mark.parametrize(
    "who", ["far_admin", "east_hr", "stranger", "student", "county", "sys_admin", "assessor", "colleague"]
)
def test_whose_it_is_not_is_told_that_there_is_no_such_thing(chain: Chain, who: str) -> None:
    made, actor = chain.reviewed(), chain.actor(who)
    for act in (
        lambda: review.let_pass(chain.f, actor, made.id, Office.SCHOOL),
        lambda: review.let_pass(chain.f, actor, made.id, Office.COUNTY),
        lambda: review.let_pass(chain.f, actor, made.id, Office.CITY),
        lambda: review.send_back(chain.f, actor, made.id, "别处的人退回"),
        lambda: review.submit(chain.f, actor, made.id),
        lambda: review.take_back(chain.f, actor, made.id),
        lambda: applications.whole(chain.f, actor, made.id),
        lambda: certificates.issue_confirmed(chain.f, actor, made.id),
        lambda: publicity.open_notice(chain.f, actor, SCHOOL, [made.id]),
    ):
        with pytest.raises(Refusal, match=r"thing\.missing"):
            act()


def test_only_ones_own_rated_dossiers_can_be_chosen(chain: Chain) -> None:
    other = chain.dossier("colleague")
    waiting = chain.dossier("teacher", state="assessing", rating=Rating.PASS)
    teacher = chain.actor("teacher")
    for chosen in ([other], [waiting], ["nothing"], []):
        with pytest.raises(Refusal, match=r"request\.invalid"):
            review.draft(chain.f, teacher, "it2", chosen)
    mine = chain.dossier("teacher", "B1")
    for rule in ("nothing", "it2-data-literacy"):
        with pytest.raises(Refusal, match=r"application\.rule"):
            review.draft(chain.f, teacher, rule, [mine])
    with pytest.raises(Refusal, match=r"access\.denied"):
        review.draft(chain.f, chain.actor("student"), "it2", [mine])


def test_with_a_standing_certificate_nobody_applies_again_and_after_its_revocation_they_may(
    chain: Chain,
) -> None:
    made = chain.confirmed()
    certificate = certificates.issue_confirmed(chain.f, chain.actor("city_hr"), made.id)
    teacher = chain.actor("teacher")
    with pytest.raises(Refusal, match=r"certificate\.issued"):
        review.draft(chain.f, teacher, "it2", made.dossiers)
    revocation.revoke(chain.f, chain.actor("city_hr"), certificate.number, "核查不实")
    assert review.draft(chain.f, teacher, "it2", made.dossiers).id != made.id


def together(*acts: Any) -> list[str]:
    """Everybody at once; what each was told."""
    told: list[str] = []
    start = threading.Barrier(len(acts))

    def run(act: Any) -> None:
        start.wait()
        try:
            told.append(str(act().state.value))
        except Refusal as refusal:
            told.append(refusal.code)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return sorted(told)


def test_of_many_clicks_at_once_one_step_comes(chain: Chain) -> None:
    made, admin = chain.submitted(), chain.actor("school_admin")
    told = together(*[lambda: review.let_pass(chain.f, admin, made.id, Office.SCHOOL)] * 5)
    assert told == ["application.state"] * 4 + ["school_reviewed"]
    assert steps(chain, made.id) == ["submit", "school"]


def test_of_passing_returning_and_taking_back_at_once_one_comes(chain: Chain) -> None:
    made, admin, teacher = chain.submitted(), chain.actor("school_admin"), chain.actor("teacher")
    told = together(
        lambda: review.let_pass(chain.f, admin, made.id, Office.SCHOOL),
        lambda: review.send_back(chain.f, admin, made.id, "材料不完整"),
        lambda: review.take_back(chain.f, teacher, made.id),
    )
    assert told.count("application.state") == 2 and len(steps(chain, made.id)) == 2


def test_two_tabs_make_one_draft_and_submit_it_once(chain: Chain) -> None:
    chain.hours("teacher")
    ids = [chain.dossier("teacher", code) for code in CODES]
    teacher = chain.actor("teacher")
    assert together(*[lambda: review.draft(chain.f, teacher, "it2", ids)] * 4) == ["draft"] * 4
    assert rows(chain.engine, "SELECT count(*) FROM applications") == [(1,)]
    id = str(rows(chain.engine, "SELECT id FROM applications")[0][0])
    told = together(*[lambda: review.submit(chain.f, teacher, id)] * 3)
    assert told == ["application.state"] * 2 + ["submitted"]


def test_a_step_leaves_its_row_and_its_event_or_nothing(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hub.journey import audit

    made = chain.submitted()

    def broken(*args: Any, **more: Any) -> None:
        raise RuntimeError("the log is full")

    monkeypatch.setattr(audit, "note", broken)
    with pytest.raises(RuntimeError):
        review.let_pass(chain.f, chain.actor("school_admin"), made.id, Office.SCHOOL)
    assert chain.now(made.id).state is State.SUBMITTED and steps(chain, made.id) == ["submit"]


def test_the_teacher_sees_the_line_of_steps_and_no_names_of_those_who_took_them(chain: Chain) -> None:
    made = chain.reviewed()
    own = applications.mine(chain.f, chain.actor("teacher")).own[0]
    assert [s.name for s in own.stops if s.at] == ["提交", "学校审核", "县（市、区）审核"]
    assert [s.name for s in own.stops if s.next] == ["公示"]
    assert {e.by for e in own.history} == {None}
    seen = applications.whole(chain.f, chain.actor("city_hr"), made.id)
    assert [e.by.name for e in seen.history if e.by and e.review.step is Step.COUNTY] == ["县人事甲"]
    assert {e.by for e in applications.whole(chain.f, chain.actor("school_admin"), made.id).history} == {None}


def test_what_one_has_is_measured_against_the_rule_without_a_failed_dossier_in_the_way(chain: Chain) -> None:
    chain.hours("teacher")
    for code in CODES:
        chain.dossier("teacher", code)
    chain.dossier("teacher", "A2", Rating.FAIL)
    rule = chain.f.rules.assessment_rules()[0]
    with chain.f.work() as work:
        answer = best_of(chain.f, work, chain.uid("teacher"), rule, date(2026, 11, 23))
    assert [d.code for d in answer.dossiers] == ["A1", "A13", "B1"]  # type: ignore[union-attr]


def test_a_teacher_who_changed_school_is_reviewed_where_they_were_and_that_is_shown(chain: Chain) -> None:
    made = chain.submitted()
    with chain.f.work() as work:
        work.people.leave(chain.uid("teacher"), SCHOOL, date(2026, 11, 20))
        work.people.join(chain.uid("teacher"), OTHER_SCHOOL, date(2026, 11, 20), staff_no="", subject="")
    seen = applications.whole(chain.f, chain.actor("school_admin"), made.id)
    assert "申请人已不在这所学校" in seen.unusual
    assert chain.now(made.id).school == SCHOOL != FAR_SCHOOL
