"""The first year of the story of two years: from a course to a certificate that is shown around."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hub.domain.certificate import Standing
from hub.domain.dossier import Dossier, DossierState, PieceKind, SeatState, Wanted
from hub.domain.errors import Refusal
from hub.domain.rating import Rating
from hub.domain.review import Office, State
from hub.journey import overview, read, results, study
from hub.journey.award import (
    applications,
    assessing,
    batches,
    certificates,
    dossier_view,
    dossiers,
    framework_views,
    hours,
    objections,
    places,
    publicity,
    review,
    seats,
    verify,
)
from tests.award.two_years import CODES, HOME, Life
from tests.hands import hand_in, mark_full
from tests.people import FIRST, SECOND, THIRD


def she_takes_a_course(life: Life) -> None:
    """Three notebooks, graded by the machine and marked by the instructor, are evidence and twelve hours."""
    f, teacher = life.f, life.actor("teacher")
    run = life.kept["run"] = life.town.run()
    study.enrol(f, teacher, run)
    for key in (FIRST, SECOND, THIRD):
        life.town.released(run, key, due=f.clock.now() + timedelta(days=40))
    life.on(2024, 9, 6)
    for key in (FIRST, SECOND, THIRD):
        submission = hand_in(life.town, run, key)
        result = results.own(f, teacher, submission)
        assert all(t.status == "passed" for t in result.tests)
        assert result.grade is None  # the open question still waits
        mark_full(life.town, submission)
    assert {e.code for e in read.competencies(f, teacher).evidence} >= set(CODES)
    assert [(e.source, e.hours, e.practice) for e in hours.own(f, teacher).entries] == [("run", 12, 9)]


def three_dossiers_are_assessed(life: Life) -> None:
    """Assessors are drawn by lot: one recuses, one forgets, two disagree, and none of them knows of another."""
    f, teacher = life.f, life.actor("teacher")
    life.on(2024, 9, 29)  # a Sunday that is worked
    _the_bureau_asks_for_a_lesson_too(life)
    made = {code: life.dossier("micro2019", code) for code in CODES}
    assert {d.state for d in made.values()} == {DossierState.SUBMITTED}  # there is nobody to assess yet
    laid = [p for d in made.values() for p in dossier_view.view(f, teacher, d.id).pieces]
    assert {p.kind for p in laid} == {PieceKind.NOTEBOOK, PieceKind.FILE, PieceKind.VIDEO}
    receipt = dossiers.receipt(f, teacher, made["A1"].id)
    assert verify.verify(f, receipt).standing is Standing.VALID
    with pytest.raises(Refusal, match=r"grade\.certified"):  # what a record rests on stays as it is
        hand_in(life.town, life.kept["run"], FIRST)
    life.appoint_assessors()
    life.worker()
    drawn = [seat for d in made.values() for seat in life.seats(d.id)]
    assert len(drawn) == 6 and {s.due_on for s in drawn} == {date(2024, 10, 17)}  # ten working days
    _one_recuses(life, made["A1"])
    _two_disagree(life, made["A13"])
    _one_forgets(life, made["B1"])
    sat = {life.who(s.assessor) for d in made.values() for s in life.seats(d.id)}
    assert sat <= {"near1", "near2", "near3", "far1", "far2"}  # and never the assessor of her own school
    ratings = {code: life.state(d.id).rating for code, d in made.items()}
    assert ratings == {"A1": Rating.PASS, "A13": Rating.EXCELLENT, "B1": Rating.EXCELLENT}
    life.kept |= {code: d.id for code, d in made.items()}


def _the_bureau_asks_for_a_lesson_too(life: Life) -> None:
    """A published guide gets a second version; it is the one that she will be judged by."""
    bureau = life.actor("bureau")
    seen = framework_views.node(life.f, bureau, "micro2019", "A13")
    assert seen.guide is not None
    lesson = Wanted(
        "lesson", "课堂实录片段", (PieceKind.VIDEO,), "不超过 10 分钟。", ("学生在读图",), ("学生自己画图",)
    )
    wanted = (*seen.guide.pieces, lesson)
    made = places.set_guide(life.f, bureau, "micro2019", "A13", seen.guide.describes, wanted, seen.guide_seen)
    assert made.version == 2


def _one_recuses(life: Life, dossier: Dossier) -> None:
    life.on(2024, 9, 30)
    first = life.seats(dossier.id, SeatState.OPEN)[0]
    seats.recuse(life.f, life.actor(life.who(first.assessor)), first.id, "和申报人有亲属关系")
    held = life.seats(dossier.id, SeatState.OPEN)
    assert len(held) == 2 and first.assessor not in {s.assessor for s in held}
    for seat in held:
        life.rate(seat, "excellent", "pass", "excellent")  # the lowest piece is the rating


def _two_disagree(life: Life, dossier: Dossier) -> None:
    """The second sees nothing of the first, nor whose work it is; a third decides."""
    one, other = life.seats(dossier.id, SeatState.OPEN)
    life.rate(one, "excellent", comment="图表选择得当")
    second = life.actor(life.who(other.assessor))
    shown = assessing.chair(life.f, second, other.id)
    assert (shown.levels, shown.comments) == ({}, {})
    assert not [word for word in ("图表选择得当", "陈晓燕", "涧西", one.assessor) if word in repr(shown)]
    assert {row.seat.assessor for row in assessing.mine(life.f, second).rows} == {second.uid}
    with pytest.raises(Refusal, match=r"thing\.missing"):
        assessing.chair(life.f, second, one.id)
    life.rate(other, "excellent", "pass")
    assert life.state(dossier.id).rating is None
    assert dossier_view.view(life.f, life.actor("teacher"), dossier.id).comments == {}  # nor does she, yet
    (third,) = life.seats(dossier.id, SeatState.OPEN)
    assert third.number == 3 and third.assessor not in {one.assessor, other.assessor}
    life.rate(third, "excellent")


def _one_forgets(life: Life, dossier: Dossier) -> None:
    """A seat that runs out is taken back by the worker, and given to somebody else."""
    life.on(2024, 10, 17)
    one, other = life.seats(dossier.id, SeatState.OPEN)
    life.rate(one, "excellent")
    life.on(2024, 10, 18)
    life.worker()
    assert [s.id for s in life.seats(dossier.id, SeatState.LAPSED)] == [other.id]
    (after,) = life.seats(dossier.id, SeatState.OPEN)
    assert after.assessor not in {one.assessor, other.assessor}
    life.rate(after, "excellent")


def school_county_public_and_city_have_their_say(life: Life) -> None:
    """Returned once, then passed; posted over Labour Day; an objection holds it up until it is answered."""
    f, teacher = life.f, life.actor("teacher")
    app = life.application().id
    life.on(2025, 4, 14)
    review.submit(f, teacher, app)
    with pytest.raises(Refusal, match=r"application\.pending"):
        review.draft(f, teacher, "it2", [life.kept["A1"]])
    life.on(2025, 4, 15)
    review.send_back(f, life.actor("principal"), app, "请核对 B1 的试卷是否已去掉学生姓名")
    assert "去掉学生姓名" in applications.mine(f, teacher).own[0].history[-1].review.reason
    life.on(2025, 4, 17)
    review.submit(f, teacher, app)
    with pytest.raises(Refusal, match=r"application\.state"):
        review.let_pass(f, life.actor("west_hr"), app, Office.COUNTY)  # the school comes first
    review.let_pass(f, life.actor("principal"), app, Office.SCHOOL)
    with pytest.raises(Refusal, match=r"thing\.missing"):
        review.let_pass(f, life.actor("east_hr"), app, Office.COUNTY)
    review.let_pass(f, life.actor("west_hr"), app, Office.COUNTY)
    life.on(2025, 4, 25)
    notice = publicity.open_notice(f, life.actor("west_hr"), HOME, [app])
    # Sunday 27 April is worked, 1 to 5 May are not.
    assert (notice.opens_on, notice.closes_on) == (date(2025, 4, 27), date(2025, 5, 6))
    _an_objection_is_raised_and_answered(life, notice.id, app)
    life.on(2025, 5, 7)
    assert review.let_pass(f, life.actor("confirmer"), app, Office.CITY).state is State.CITY_CONFIRMED


def _an_objection_is_raised_and_answered(life: Life, notice: str, app: str) -> None:
    f = life.f
    life.on(2025, 4, 30)
    made = objections.object_to(
        f, life.actor("colleague"), notice, app, "B1 的课后补救材料是教研组共同完成的"
    )
    assert made.due_on == date(2025, 5, 19)
    life.on(2025, 5, 6)
    with pytest.raises(Refusal, match=r"objection\.hands|thing\.missing"):
        objections.answer(f, life.actor("principal"), made.id, "经核查，材料由本人完成。", upheld=False)
    life.refused("application.state", review.let_pass, "confirmer", app, Office.CITY)
    objections.answer(f, life.actor("west_hr"), made.id, "经核查，补救材料由本人完成。", upheld=False)
    life.refused("notice.running", review.let_pass, "confirmer", app, Office.CITY)  # the period is not over


def a_certificate_is_issued_and_shown_around(life: Life) -> None:
    """The worker issues it; whoever is shown number, code or file learns what they must, and the file is kept at home."""
    f, teacher = life.f, life.actor("teacher")
    before = overview.overview(f, life.actor("bureau"), None).total["certified"]
    life.on(2025, 5, 8)
    batches.open_issue(f, life.actor("issuer"))
    life.worker()
    number = life.application().certificate
    assert number is not None and life.application().state is State.ISSUED
    view = certificates.of_holder(f, teacher, number)
    assert view.certificate.rating == "pass" and view.address.endswith(f"/v/{number}?h={view.code}")
    alone, told = verify.verify(f, number), verify.verify(f, number, view.code)
    assert (alone.standing, alone.holder, alone.school) == (Standing.VALID, "", "")
    assert (told.standing, told.holder, told.school) == (Standing.VALID, "陈*燕", "涧西第一小学")
    assert verify.verify(f, number, "0" * 12).standing is Standing.UNKNOWN
    life.kept |= {"first": view.certificate.credential, "first.json": view.document}
    for form in ("first", "first.json"):
        assert verify.verify(f, life.kept[form]).standing is Standing.VALID
    head, body, tail = life.kept["first"].split(".")
    assert verify.verify(f, f"{head}.{body[:-4]}AAAA.{tail}").standing is Standing.UNKNOWN
    assert overview.overview(f, life.actor("bureau"), None).total["certified"] == before + 1 == 1
    assert read.competencies(f, teacher).certified == {"it2": CODES}
