"""The run that is over: who took part, what they reached, and the certificates that followed.

Submissions and grades here were never handed in nor graded: their rule is ``demo/1``, they are settled by ``demo``
and say so. What follows from a grade (evidence, hours, applications, certificates) goes through the journeys.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from courses.model import Assignment, GradedCell
from hub.demo.accounts import chosen, lecturer_of
from hub.demo.city import City
from hub.demo.people import Invented
from hub.demo.releases import chance, course_of, source_of
from hub.domain import grade as grade_rules
from hub.domain import submission as submission_rules
from hub.domain.course import Release, Run
from hub.domain.grade import Grade, Score
from hub.domain.organisation import CITY
from hub.domain.people import Person
from hub.domain.submission import State, Submission
from hub.journey import study
from hub.journey.assess import settled
from hub.journey.audit import note_all
from hub.journey.award import evidence
from hub.journey.ports import Fittings, Work

RUN = "run-demo-past"
RULE = "demo/1"
BY = "demo"
NOTE = "演示数据：没有经过真实评阅。"
MODEL_TEACHERS = 8  # of the home school, after the accounts: all of them finished well


def model_teachers(city: City) -> list[Invented]:
    """Those of the home school whose applications fill the desk of the school."""
    accounts = {a.person.uid for a in chosen(city)}
    return [t for t in city.staff_of(city.home.org.code) if t.uid not in accounts][:MODEL_TEACHERS]


def write(f: Fittings, work: Work, city: City) -> None:
    """The run with all that happened in it, in the caller's transaction."""
    now = f.clock.now()
    course = course_of(f)
    starts, ends = now - timedelta(days=190), now - timedelta(days=50)
    title = f"{course.title}（{starts.year} 年第一期）"
    run = Run(RUN, course.slug, title, CITY, starts, ends, lecturer_of(city).uid)
    work.study.add_run(run, [lecturer_of(city).uid])
    told = []
    releases = {
        a.key: _release(f, work, run, a, n, lecturer_of(city).uid) for n, a in enumerate(course.assignments)
    }
    for one in learners(city):
        work.study.enrol(
            run.id, one.uid, one.stays[0].school, starts + timedelta(days=chance(one.uid).randrange(10))
        )
        person = work.people.person(one.uid)
        if person is None:
            raise LookupError("somebody of the demo is not there")
        for assignment in course.assignments[: _effort(city, one, len(course.assignments))]:
            grade = _result(f, work, person, releases[assignment.key], assignment, _skill(city, one))
            told.append(settled(grade))
    note_all(f, work, None, told)


def learners(city: City) -> list[Invented]:
    """Who took part: a share of the teachers that differs from unit to unit, and nobody who has an account."""
    accounts = {a.person.uid for a in chosen(city)}
    model = {t.uid for t in model_teachers(city)}
    return [
        t
        for t in city.teachers
        if t.uid not in accounts
        and (t.uid in model or chance("join", t.uid).random() < chance("unit", t.unit).uniform(0.3, 0.85))
    ]


def _effort(city: City, one: Invented, most: int) -> int:
    """How many of the assignments somebody did."""
    if one in model_teachers(city):
        return most
    return min(most, chance("effort", one.uid).choices((0, 1, 2, most), (10, 10, 12, 68))[0])


def _skill(city: City, one: Invented) -> float:
    if one in model_teachers(city):
        return 0.97
    return chance("skill", one.uid).betavariate(6, 2)


def _release(f: Fittings, work: Work, run: Run, assignment: Assignment, number: int, by: str) -> Release:
    built = f.catalogue.release_files(run.course, assignment.key)
    files = {name: f.files.put(data) for name, data in sorted(built.items())}
    data_files = {name: digest for name, digest in files.items() if not name.endswith(".ipynb")}
    opens = run.starts_at + timedelta(days=7 + 30 * number)
    made = Release(
        f"rel-demo-past-{number + 1}", run.id, assignment.key, 1, source_of(f, assignment), data_files, files, opens,
        opens + timedelta(days=30), study.DEFAULT_GRACE, study.DEFAULT_ATTEMPTS, assignment.pass_ratio, by, opens,
    )  # fmt: skip
    work.study.add_release(made)
    return made


def _result(
    f: Fittings, work: Work, person: Person, release: Release, assignment: Assignment, skill: float
) -> Grade:
    """A submission with its grade, both marked as made up, and what follows from the grade."""
    rng = chance("result", person.uid, assignment.key)
    received = release.opens_at + timedelta(hours=rng.randrange(24, 24 * 29))
    graded = received + timedelta(hours=rng.randrange(1, 72))
    submission = _submission(f, person, release, received, graded)
    work.study.add_submission(submission)
    scores = tuple(_score(rng, cell, skill) for cell in assignment.cells)
    points, most, passed = grade_rules.settle(scores, release.pass_ratio)
    by_cell = {s.grade_id: f"{s.points}/{s.max_points}" for s in scores}
    grade = Grade(
        f"grd-demo-{submission.id[9:]}", submission.id, release.run, assignment.key, person.uid, points, most, passed,
        RULE, BY, graded, by_cell,
    )  # fmt: skip
    work.assess.set_grade(grade)
    evidence.record_evidence(f, work, grade, scores)
    evidence.credit_hours(f, work, grade)
    return grade


def _submission(
    f: Fittings, person: Person, release: Release, received: datetime, graded: datetime
) -> Submission:
    """What was "handed in" is the notebook as it was given out; its bytes are there like those of any other."""
    name = release.notebook
    files = {name: release.files[name]}
    made = Submission(
        f"sub-demo-{release.id[-1]}-{person.login}", release.id, release.run, release.assignment, person.uid, 1, received,
        False, files, files[name], State.GRADED, "", NOTE, received, received, graded,
    )  # fmt: skip
    return replace(
        made,
        receipt=f.signer.sign(submission_rules.receipt_claims(made, person.login), "luojiao-receipt"),
    )


def _score(rng: Random, cell: GradedCell, skill: float) -> Score:
    """A test is passed or not; a rubric gets one of its levels a criterion."""
    if cell.kind == "tests":
        got = cell.points if rng.random() < skill else Decimal(0)
    else:
        got = sum(
            (c.levels[min(len(c.levels) - 1, int(skill * len(c.levels) + rng.random() * 0.6))].points for c in cell.rubric),
            Decimal(0),
        )  # fmt: skip
    return Score(cell.grade_id, got, cell.points)


def eligible(work: Work, city: City) -> list[Invented]:
    """Who can be certified and asks for it: a share that differs from unit to unit, the model teachers in any case."""
    model = {t.uid for t in model_teachers(city)}
    assessing = {t.uid for t in assessors(city)}
    return [
        t
        for t in learners(city)
        if not t.principal  # who would decide on it?
        and t.uid not in assessing
        and (t.uid in model or chance("ask", t.uid).random() < chance("asks", t.unit).uniform(0.3, 0.95))
        and _has_shown(work, t)
    ]


def _has_shown(work: Work, one: Invented) -> bool:
    """Enough of everything that the course is about."""
    best: dict[str, Decimal] = {}
    for piece in work.evidence.evidence(one.uid):
        best[piece.code] = max(piece.ratio, best.get(piece.code, Decimal(0)))
    return len(best) >= 3 and all(ratio >= Decimal("0.6") for ratio in best.values())


def assessors(city: City) -> list[Invented]:
    """The pool of assessors: two teachers of each of the first schools but the home school, the second in line and the third."""
    schools = [s.org.code for s in city.schools if s.org.code != city.home.org.code and s.org.kind != "point"]
    accounts = {a.person.uid for a in chosen(city)}
    found = [t for code in schools[:6] for t in city.staff_of(code)[2:4] if t.uid not in accounts]
    return [*found, city.official("assessor")]
