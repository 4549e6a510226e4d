"""The run that is on: opened three weeks ago, the first assignment released, some work really handed in and graded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from courses.model import Assignment
from courses.release import solved_notebook
from graders.verdict import Verdict
from hub.demo.accounts import chosen, lecturer_of
from hub.demo.city import City
from hub.demo.people import Invented
from hub.demo.releases import actor, at, chance, course_of
from hub.domain.course import Run
from hub.domain.organisation import CITY
from hub.domain.submission import Submission
from hub.journey import assess, study
from hub.journey.ports import Fittings

RUN = "run-demo-now"
_SUBMIT = {"1": 6, "xs": 2}
_GRADE_NOW = {"1": 3, "xs": 0}  # the rest is left to the worker


class GraderUnavailableError(Exception):
    """The grader answered that the machine failed: the submission stays with the worker."""


def learners(city: City) -> list[Invented]:
    """One teacher in eight, and nobody who has an account: enrolling is what they will try."""
    accounts = {a.person.uid for a in chosen(city)}
    return [t for t in city.teachers if t.uid not in accounts and chance("now", t.uid).random() < 0.125]


def finished(f: Fittings, city: City) -> bool:
    """Whether everything of this run, the last part of the demo, has been written."""
    key = course_of(f).assignments[0].key
    with f.work() as work:
        return len(work.study.submissions(RUN, key)) >= min(_SUBMIT[city.size], len(learners(city)))


def write(f: Fittings, city: City) -> None:
    """Whatever of the run is not there yet."""
    course, lecturer = course_of(f), lecturer_of(city).uid
    with f.work() as work:
        run = work.study.run(RUN)
        if run is None:
            starts = f.clock.now() - timedelta(days=21)
            title = f"{course.title}（{starts.year} 年第二期）"
            run = Run(RUN, course.slug, title, CITY, starts, f.clock.now() + timedelta(days=42), lecturer)
            work.study.add_run(run, [lecturer])
            for one in learners(city):
                day = chance("day", one.uid).randrange(18)
                work.study.enrol(run.id, one.uid, one.stays[0].school, starts + timedelta(days=day))
        released = work.study.release(run.id, course.assignments[0].key)
        who = actor(work, lecturer, f.clock.now())
    first = course.assignments[0]
    if released is None:
        opens, due = run.starts_at + timedelta(days=2), run.starts_at + timedelta(days=35)
        study.release(at(f, opens), who, run.id, first.key, opens=opens, due=due)
    _hand_in(f, city, run, first)


def _hand_in(f: Fittings, city: City, run: Run, assignment: Assignment) -> None:
    """A few learners hand in for real: a full answer, half of one, the notebook as it was given out, and so on."""
    blank = f.catalogue.release_files(run.course, assignment.key)
    answers = (solved_notebook(assignment, blank), _half(assignment, blank), _untouched(assignment, blank))
    for number, one in enumerate(learners(city)[: _SUBMIT[city.size]]):
        moment = run.starts_at + timedelta(days=12 + number % 7, hours=number)
        with f.work() as work:
            if work.study.submissions(run.id, assignment.key, one.uid):
                continue
            who = actor(work, one.uid, moment)
        name = assignment.release_name(assignment.source)
        made = study.submit(at(f, moment), who, run.id, assignment.key, {name: answers[number % 3]})
        if number < _GRADE_NOW[city.size]:
            _grade(f, made, moment + timedelta(minutes=2))
    if _GRADE_NOW[city.size]:
        _mark(f, city, run, assignment)


def _untouched(assignment: Assignment, blank: Mapping[str, bytes]) -> bytes:
    return blank[assignment.release_name(assignment.source)]


def _half(assignment: Assignment, blank: Mapping[str, bytes]) -> bytes:
    """The first cells solved, the others left."""
    solved = json.loads(solved_notebook(assignment, blank))
    document = json.loads(_untouched(assignment, blank))
    half = len(document["cells"]) // 2
    document["cells"][:half] = solved["cells"][:half]
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _grade(f: Fittings, made: Submission, moment: datetime) -> None:
    """Grade it here and now by the real grader; where that cannot be, the job in the queue is still there."""

    def strict(source: bytes, submission: bytes, files: Mapping[str, bytes], **seed: int) -> Verdict:
        verdict = f.judge(source, submission, files, **seed)
        if verdict.state == "failed":
            raise GraderUnavailableError(verdict.reason)
        return verdict

    try:
        assess.autograde(replace(at(f, moment), judge=strict), made.id)
    except GraderUnavailableError:
        return


def _mark(f: Fittings, city: City, run: Run, assignment: Assignment) -> None:
    """The lecturer has marked the open question of the first one; the others wait on the desk."""
    first = learners(city)[0]
    with f.work() as work:
        submission = work.study.submissions(run.id, assignment.key, first.uid)[0]
        verdict = work.assess.verdict(submission.id)
        who = actor(work, lecturer_of(city).uid, f.clock.now())
    if verdict is None:
        return
    moment = submission.received_at + timedelta(days=1)
    for cell in assignment.cells:
        if cell.kind == "manual":
            best = {c.key: c.levels[-1].points for c in cell.rubric}
            assess.mark(
                at(f, moment), who, submission.id, cell.grade_id, best, "思路清楚，数据用得准。（演示）"
            )
