"""The whole way through the journeys, with the real grader and the real database: from enrolment to a revoked certificate."""

from __future__ import annotations

from decimal import Decimal

import pytest

from courses.release import solved_notebook
from hub.domain.certificate import Standing
from hub.domain.errors import Refusal
from hub.domain.rating import Rating
from hub.domain.review import Office, State
from hub.journey import assess, audit_log, overview, read, results, study
from hub.journey.award import certificates, publicity, review, verify
from tests.award.chain import Chain, chain
from tests.people import FIRST, SCHOOL, SECOND, THIRD, Town

assert chain  # the fixture


def hand_in(town: Town, run: str, key: str, who: str = "teacher") -> str:
    """Hand in the reference solution and grade it, as the worker does."""
    course = study.course_of(town.f, read.run_for_learner(town.f, town.actor(who), run).run)
    assignment = next(a for a in course.assignments if a.key == key)
    files = town.f.catalogue.release_files(course.slug, key)
    name = next(n for n in files if n.endswith(".ipynb"))
    made = study.submit(town.f, town.actor(who), run, key, {name: solved_notebook(assignment, files)})
    assert assess.autograde(town.f, made.id) == "graded"
    return made.id


def mark_full(town: Town, submission: str) -> None:
    """Give full marks on every open question."""
    instructor = town.actor("instructor")
    for question in results.desk(town.f, instructor, submission).result.open:
        assert question.cell is not None
        chosen = {c.key: c.levels[-1].points for c in question.cell.rubric}
        assess.mark(town.f, instructor, submission, question.item.grade_id, chosen, "写得具体。")


@pytest.mark.timeout(600)
def test_a_teacher_walks_from_enrolment_to_a_certificate_that_verifies_until_it_is_revoked(
    chain: Chain,
) -> None:
    town, f = chain.town, chain.f
    run = town.run()
    teacher = town.actor("teacher")
    study.enrol(f, teacher, run)
    for key in (FIRST, SECOND, THIRD):
        town.released(run, key)
    for key in (FIRST, SECOND, THIRD):
        submission = hand_in(town, run, key)
        result = results.own(f, teacher, submission)
        assert all(t.status == "passed" for t in result.tests), [
            t for t in result.tests if t.status != "passed"
        ]
        assert result.grade is None  # the open question still waits
        mark_full(town, submission)
    view = read.competencies(f, town.actor("teacher"))
    best = {e.code: e for e in view.evidence}
    assert set(best) >= {"A1", "A13", "B1"}
    assert view.hours[0].hours == Decimal(12)
    before = overview.overview(f, town.actor("city"), None)

    # The notebooks are assessed as evidence; other training brings the hours.
    chosen = [
        chain.dossier("teacher", code, Rating.EXCELLENT, notebook=best[code].id)
        for code in ("A1", "A13", "B1")
    ]
    draft = review.draft(f, teacher, "it2", chosen)
    assert set(draft.evidence) == {best[code].id for code in ("A1", "A13", "B1")}
    with pytest.raises(Refusal, match=r"application\.grounds.*学时还缺 38"):
        review.submit(f, teacher, draft.id)
    chain.hours("teacher", 40, 20)
    review.submit(f, teacher, draft.id)
    with pytest.raises(Refusal, match=r"application\.pending"):
        review.draft(f, teacher, "it2", chosen)
    with pytest.raises(Refusal, match=r"grade\.certified"):  # what a record rests on stays as it is
        hand_in(town, run, FIRST)

    # School, county, publicity, city.
    review.let_pass(f, town.actor("school_admin"), draft.id, Office.SCHOOL)
    review.let_pass(f, town.actor("county_hr"), draft.id, Office.COUNTY)
    notice = publicity.open_notice(f, town.actor("county_hr"), SCHOOL, [draft.id])
    chain.at_end_of(notice)
    confirmed = review.let_pass(f, town.actor("city_hr"), draft.id, Office.CITY)
    assert confirmed.state is State.CITY_CONFIRMED
    certificate = certificates.issue_confirmed(f, town.actor("city_hr_too"), draft.id)
    assert certificate.rating == "优秀"

    shown = verify.verify(f, certificate.number)
    assert shown.standing is Standing.VALID
    assert (shown.holder, shown.school) == ("", "")
    code = certificates.of_holder(f, teacher, certificate.number).code
    assert verify.verify(f, certificate.number, code).holder == "陈*燕"
    assert verify.verify(f, certificate.number, "0" * 12).standing is Standing.UNKNOWN
    assert verify.verify(f, certificate.credential).standing is Standing.VALID
    head, body, tail = certificate.credential.split(".")
    assert verify.verify(f, f"{head}.{body[:-4]}AAAA.{tail}").standing is Standing.UNKNOWN
    after = overview.overview(f, town.actor("city"), None)
    assert after.total["certified"] == 1
    assert before.total["certified"] == 0
    assert read.competencies(f, teacher).certified == {"it2": ("A1", "A13", "B1")}

    certificates.revoke(f, town.actor("city"), certificate.number, "核查发现材料不实")
    assert verify.verify(f, certificate.number).standing is Standing.REVOKED
    log = audit_log.verify_all(f)
    assert log.report.finding is None
    assert [(c.kind, c.records) for c in log.coverage if c.records] == [
        ("grades", 3), ("certificates", 1), ("revocations", 1),
    ]  # fmt: skip
    assert not [c for c in log.coverage if c.wrong]
