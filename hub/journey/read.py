"""Read: what learners, instructors, schools and officials see; nothing here changes anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from courses.model import Course
from hub.domain import hour_count
from hub.domain.certificate import Certificate
from hub.domain.competency import AssessmentRule, Evidence, Node
from hub.domain.course import Release, Run
from hub.domain.dossier import Dossier
from hub.domain.errors import refuse
from hub.domain.grade import Grade
from hub.domain.grounds import Met, Missing, in_force
from hub.domain.people import Actor, Person
from hub.domain.review import Application
from hub.domain.submission import Submission
from hub.journey import assess, study
from hub.journey.award import grounds, standing
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work


@dataclass(frozen=True)
class Task:
    """One assignment of a run as one learner sees it."""

    key: str
    competency: str
    title: str
    release: Release | None
    due_at: datetime | None
    submissions: tuple[Submission, ...]
    grade: Grade | None
    waiting: bool  # a person still has to mark it

    @property
    def latest(self) -> Submission | None:
        return self.submissions[0] if self.submissions else None


@dataclass(frozen=True)
class Enrolled:
    """A run that somebody studies in, with its tasks in the order of the course."""

    run: Run
    course: Course
    tasks: tuple[Task, ...]
    done: int


@dataclass(frozen=True)
class Offer:
    """A run in the catalogue, and how the reader stands to it."""

    run: Run
    course: Course
    enrolled: bool
    open_to_me: bool
    over: bool


def catalogue(f: Fittings, who: Actor) -> tuple[Offer, ...]:
    """The runs that concern this person: open to their school, joined, or taught by them."""
    now = f.clock.now()
    offers = []
    with f.work() as work:
        for run in work.study.runs():
            course = f.catalogue.get(run.course)
            if course is None:
                continue
            enrolled = work.study.enrolled(run.id, who.uid)
            mine = study.open_to(work, who, run) is not None
            if enrolled or mine or who.uid in work.study.staff(run.id):
                offers.append(Offer(run, course, enrolled, mine, now >= run.ends_at))
    return tuple(offers)


def studying(f: Fittings, who: Actor) -> tuple[Enrolled, ...]:
    """The runs this person has joined, the latest first."""
    with f.work() as work:
        runs = [r for r in work.study.runs() if work.study.enrolled(r.id, who.uid)]
        return tuple(_enrolled(f, work, who, run) for run in runs if f.catalogue.get(run.course))


def run_for_learner(f: Fittings, who: Actor, run_id: str) -> Enrolled:
    """One run this person has joined."""
    with f.work() as work:
        run = work.study.run(run_id)
        if run is None or not work.study.enrolled(run_id, who.uid):
            raise refuse("thing.missing", what="这个班次")
        return _enrolled(f, work, who, run)


def _enrolled(f: Fittings, work: Work, who: Actor, run: Run) -> Enrolled:
    course = study.course_of(f, run)
    releases = {r.assignment: r for r in work.study.releases(run.id)}
    grades = {g.assignment: g for g in work.assess.grades(run.id, who.uid)}
    tasks = []
    for assignment in course.assignments:
        release = releases.get(assignment.key)
        extension = work.study.extension(run.id, assignment.key, who.uid) if release else None
        due = release.due_at if release else None
        if due and extension:
            due = max(due, extension.due_at)
        handed_in = work.study.submissions(run.id, assignment.key, who.uid)
        grade = grades.get(assignment.key)
        waiting = bool(handed_in) and handed_in[0].state == "graded" and (
            grade is None or grade.submission != handed_in[0].id
        ) and assess.unmarked(work, handed_in[0])  # fmt: skip
        tasks.append(
            Task(
                assignment.key,
                assignment.competency,
                assignment.title,
                release,
                due,
                handed_in,
                grade,
                waiting,
            )
        )
    return Enrolled(run, course, tuple(tasks), sum(1 for t in tasks if t.grade and t.grade.passed))


@dataclass(frozen=True)
class Competencies:
    """Where a teacher stands: the framework as tiles, evidence, hours, certificates, and what is missing."""

    map: standing.Map
    evidence: tuple[Evidence, ...]  # of the map's framework
    hours: tuple[hour_count.Progress, ...]
    rated: tuple[Dossier, ...]
    rules: tuple[tuple[AssessmentRule, Met | Missing], ...]  # in force, with everything one has
    names: dict[str, str]  # of every rule, also those out of force
    applications: tuple[Application, ...]
    certificates: tuple[Certificate, ...]
    certified: dict[str, tuple[str, ...]]  # rule -> of its standing certificates the codes that are the map's
    read_at: datetime

    @property
    def nodes(self) -> tuple[Node, ...]:
        return tuple(tile.node for tile in self.map.tiles)


def competencies(f: Fittings, who: Actor, framework: str = "") -> Competencies:
    """One's own competencies, over ``framework`` or the one certificates go by; nobody else's can be asked for here."""
    now = f.clock.now()
    today = beijing_day(now)
    with f.work() as work:
        every = f.rules.assessment_rules()
        certificates = work.certificates.certificates(who.uid)
        mine = standing.mine(f, work, who, framework)
        return Competencies(
            mine,
            tuple(e for e in work.evidence.evidence(who.uid) if e.framework == mine.framework.id),
            hour_count.progress(f.rules.hour_rules(), work.hours.hours(who.uid), today),
            work.review.rated(who.uid, [mine.framework.id]),
            tuple((r, grounds.best_of(f, work, who.uid, r, today)) for r in every if in_force(r, today)),
            {r.id: r.name for r in every},
            work.review.applications_of(who.uid),
            certificates,
            {
                c.requirement: _codes(work, c, mine.framework.id)
                for c in reversed(certificates)
                if c.state == "standing"
            },
            now,
        )


def _codes(work: Work, certificate: Certificate, framework: str) -> tuple[str, ...]:
    """The competencies of one framework that a certificate is about: under another the same code may mean another."""
    application = work.review.application(certificate.application)
    if application is None:
        return ()
    rests = work.review.dossiers(application.dossiers).values() or work.evidence.evidence_by_ids(
        application.evidence
    )
    return tuple(sorted({one.code for one in rests if one.framework == framework}))


@dataclass(frozen=True)
class ToMark:
    """A submission of a run, for those who teach it. Marking is blind: the learner is a number, not a name."""

    submission: Submission
    label: str
    open_questions: int
    marked: int
    grade: Grade | None

    @property
    def waiting(self) -> bool:
        return self.marked < self.open_questions


@dataclass(frozen=True)
class Taught:
    """A run for those who teach it."""

    run: Run
    course: Course
    releases: dict[str, Release]
    learners: tuple[Person, ...]
    to_mark: dict[str, tuple[ToMark, ...]]
    grades: dict[tuple[str, str], Grade]
    failed: tuple[Submission, ...]


def teaching(f: Fittings, who: Actor) -> tuple[tuple[Run, Course], ...]:
    """The runs this person teaches, the latest first."""
    with f.work() as work:
        mine = [r for r in work.study.runs() if who.uid in work.study.staff(r.id)]
    found = ((run, f.catalogue.get(run.course)) for run in mine)
    return tuple((run, course) for run, course in found if course)


def run_for_staff(f: Fittings, who: Actor, run_id: str) -> Taught:
    """Everything of one run, for those who teach it."""
    with f.work() as work:
        run = study.taught(work, who, run_id)
        course = study.course_of(f, run)
        learners = work.study.learners(run.id)
        label = assess.labels(work, run.id)
        to_mark, failed = {}, []
        for assignment in course.assignments:
            latest: dict[str, Submission] = {}
            for submission in work.study.submissions(run.id, assignment.key):
                latest.setdefault(submission.person, submission)
            failed += [s for s in latest.values() if s.state == "failed"]
            to_mark[assignment.key] = tuple(
                _to_mark(work, s, label.get(s.person, "学员"))
                for s in sorted(latest.values(), key=lambda s: s.received_at)
                if s.state == "graded"
            )
        grades = {(g.person, g.assignment): g for g in work.assess.grades(run.id)}
        releases = {r.assignment: r for r in work.study.releases(run.id)}
    return Taught(run, course, releases, learners, to_mark, grades, tuple(failed))


def _to_mark(work: Work, submission: Submission, label: str) -> ToMark:
    verdict = work.assess.verdict(submission.id)
    marked = assess.fitting(verdict, work.assess.marks(submission.id)) if verdict else {}
    grade = work.assess.grade(submission.run, submission.assignment, submission.person)
    return ToMark(submission, label, len(verdict.manual) if verdict else 0, len(marked), grade)
