"""Study: open a run, enrol, release, fetch, hand in, extend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from courses.model import Assignment, Course, CourseError
from hub.domain import submission as rules
from hub.domain.course import Extension, Release, Run, Window, enrolment_refusal, local, submission_window
from hub.domain.errors import Refusal, refuse
from hub.domain.people import Actor, may
from hub.domain.submission import State, Submission
from hub.faults import reached
from hub.journey import gates
from hub.journey.ports import Fittings, Work

DEFAULT_GRACE = 10  # minutes
DEFAULT_ATTEMPTS = 5


def open_run(
    f: Fittings, who: Actor, course: str, title: str, org: str, starts: datetime, ends: datetime
) -> Run:
    """Open a course to an organisation; whoever opens it teaches it."""
    if f.catalogue.get(course) is None:
        raise refuse("thing.missing", what="这门课程")
    if ends <= starts:
        raise refuse("run.dates")
    if not title.strip():
        raise refuse("request.invalid", why="班次要有名称")
    run = Run(f.ids.new("run"), course, title.strip()[:80], org, starts, ends, who.uid)
    with f.work() as work:
        if not may(who, "run.open", work.people.path(org)):
            raise refuse("access.denied")
        work.study.add_run(run, [who.uid])
    return run


def enrol(f: Fittings, who: Actor, run_id: str) -> Run:
    """Join a run that is open to one's own school; joining twice is joining once."""
    now = f.clock.now()
    with f.work() as work:
        run = _run(work, run_id)
        refusal = enrolment_refusal(run, now)
        if refusal:
            raise refusal
        school = open_to(work, who, run)
        if school is None:
            raise refuse("access.denied")
        work.study.enrol(run.id, who.uid, school, now)
    return run


def open_to(work: Work, who: Actor, run: Run) -> str | None:
    """The school by which ``who`` may study in ``run``, or None."""
    if not may(who, "course.study"):
        return None
    return next((s for s in who.schools if run.org in work.people.path(s)), None)


def release(
    f: Fittings,
    who: Actor,
    run_id: str,
    key: str,
    *,
    opens: datetime,
    due: datetime,
    grace_minutes: int = DEFAULT_GRACE,
    max_attempts: int = DEFAULT_ATTEMPTS,
) -> Release:
    """Publish an assignment of a run: the learner's files are built from the source by nbgrader.

    What certificates count has to pass the release gates first. A second release with other content or dates is a new version; submissions keep the version they answered.
    """
    if due <= opens:
        raise refuse("release.dates")
    if not (0 <= grace_minutes <= 24 * 60 and 1 <= max_attempts <= 100):
        raise refuse("request.invalid", why="宽限为 0 到 1440 分钟，提交次数为 1 到 100 次")
    with f.work() as work:
        run = taught(work, who, run_id)
    assignment = assignment_of(f, run, key)
    try:
        built = f.catalogue.release_files(run.course, key)
    except CourseError as error:
        raise refuse("release.source", why=error.message_zh) from error
    text = assignment.source.read_bytes()
    gates.check(f, course_of(f, run), assignment, text, built)
    files = {name: f.files.put(data) for name, data in sorted(built.items())}
    source = f.files.put(text)
    data_files = {name: d for name, d in files.items() if not name.endswith(".ipynb")}
    with f.work() as work:
        work.study.lock_attempts(run.id, key, "")
        last = work.study.release(run.id, key)
        made = Release(
            f.ids.new("rel"), run.id, key, (last.version if last else 0) + 1, source, data_files, files,
            opens, due, grace_minutes, max_attempts, assignment.pass_ratio, who.uid, f.clock.now(),
        )  # fmt: skip
        if last and _same(last, made):
            raise refuse("release.unchanged")
        work.study.add_release(made)
    return made


def _same(one: Release, other: Release) -> bool:
    unlike = {"id": "", "version": 0, "released_by": "", "released_at": one.released_at}
    return replace(one, **unlike) == replace(other, **unlike)  # type: ignore[arg-type]


def files_for(f: Fittings, who: Actor, run_id: str, key: str) -> dict[str, bytes]:
    """The learner's files of a released assignment, for those who study or teach in the run."""
    with f.work() as work:
        run = _run(work, run_id)
        found = _released(work, who, run, key, staff=True)
        if f.clock.now() < found.opens_at and who.uid not in work.study.staff(run.id):
            raise refuse("submission.not_open", opens=local(found.opens_at))
    return {name: f.files.get(digest) for name, digest in found.files.items()}


def fetch(f: Fittings, who: Actor, run_id: str, key: str) -> str:
    """Put the files of an assignment into one's home; files that are there already stay as they are. The folder."""
    files = files_for(f, who, run_id, key)
    f.homes.write(who.login, folder(run_id, key), files)
    return folder(run_id, key)


def folder(run_id: str, key: str) -> str:
    """Where an assignment lies in a learner's home; the same place that nbgrader's own fetch uses."""
    return f"{run_id}/{key}"


def submit_from_home(f: Fittings, who: Actor, run_id: str, key: str) -> Submission:
    """Hand in what lies in one's home, as the portal's button does."""
    with f.work() as work:
        found = _released(work, who, _run(work, run_id), key)
    name = found.notebook
    try:
        files = f.homes.read(who.login, folder(run_id, key), [name], f.limits.upload)
    except ValueError as error:
        raise refuse("submission.files", why=str(error)) from error
    return submit(f, who, run_id, key, files)


def submit(f: Fittings, who: Actor, run_id: str, key: str, files: Mapping[str, bytes]) -> Submission:
    """Take in a submission: bytes on disk first, then the row, the receipt and the grading job in one transaction."""
    now = f.clock.now()
    with f.work() as work:
        run = _run(work, run_id)
        found = _released(work, who, run, key)
        _window(work, found, who, now)  # refuse before a single byte is stored
    name = found.notebook
    if name not in files:
        raise refuse("submission.no_notebook", name=name)
    problem = rules.file_problem({n: len(d) for n, d in files.items()})
    if problem:
        raise refuse("submission.files", why=problem)
    if sum(map(len, files.values())) > f.limits.upload:
        raise refuse("request.too_large", limit_mb=f.limits.upload // 2**20)
    problem = f.check_notebook(files[name])
    if problem:
        raise refuse("submission.not_a_notebook", name=name, why=problem)
    kept = {n: f.files.put(d) for n, d in sorted(files.items())}
    with f.work() as work:
        window, attempt = _window(work, found, who, now)
        if work.evidence.rests_on(who.uid, run.id, key):
            raise refuse("grade.certified")
        made = Submission(
            f.ids.new("sub"), found.id, run.id, key, who.uid, attempt, now, window.late, kept, kept[name],
            State.QUEUED, "", "", now,
        )  # fmt: skip
        claims = rules.receipt_claims(made, who.login)
        made = replace(made, receipt=f.signer.sign(claims, "luojiao-receipt", made.received_at))
        work.study.add_submission(made)
        reached("receipt.row")
        work.queue.autograde(made.id)
        reached("queue.insert")
    reached("submit.committed")
    return made


def _window(work: Work, release: Release, who: Actor, now: datetime) -> tuple[Window, int]:
    used = work.study.lock_attempts(release.run, release.assignment, who.uid)
    extension = work.study.extension(release.run, release.assignment, who.uid)
    window = submission_window(release, extension, used, now)
    if isinstance(window, Refusal):
        raise window
    return window, used + 1


def extend(
    f: Fittings, who: Actor, run_id: str, key: str, login: str, due: datetime, reason: str
) -> Extension:
    """Give one learner of a run more time for one assignment."""
    now = f.clock.now()
    with f.work() as work:
        run = taught(work, who, run_id)
        learner = work.people.by_login(login.strip().lower())
        found = work.study.release(run.id, key)
        if learner is None or not work.study.enrolled(run.id, learner.uid):
            raise refuse("thing.missing", what="这位学员")
        if found is None:
            raise refuse("release.missing")
        if due <= max(now, found.due_at) or not reason.strip():
            raise refuse("extension.invalid")
        made = Extension(run.id, key, learner.uid, due, reason.strip()[:200], who.uid, now)
        work.study.add_extension(made)
    return made


def assignment_of(f: Fittings, run: Run, key: str) -> Assignment:
    """The assignment ``key`` of the course of ``run``."""
    found = next((a for a in course_of(f, run).assignments if a.key == key), None)
    if found is None:
        raise refuse("thing.missing", what="这份作业")
    return found


def course_of(f: Fittings, run: Run) -> Course:
    """The course that a run holds."""
    course = f.catalogue.get(run.course)
    if course is None:
        raise refuse("thing.missing", what="这门课程")
    return course


def _run(work: Work, run_id: str) -> Run:
    run = work.study.run(run_id)
    if run is None:
        raise refuse("thing.missing", what="这个班次")
    return run


def taught(work: Work, who: Actor, run_id: str) -> Run:
    """The run, for those who teach it; for everybody else there is none."""
    run = _run(work, run_id)
    if not may(who, "run.teach") or who.uid not in work.study.staff(run_id):
        raise refuse("thing.missing", what="这个班次")
    return run


def _released(work: Work, who: Actor, run: Run, key: str, *, staff: bool = False) -> Release:
    """The standing release, for learners of the run, and with ``staff`` for those who teach it."""
    if not work.study.enrolled(run.id, who.uid) and not (staff and who.uid in work.study.staff(run.id)):
        raise refuse("enrolment.needed")
    found = work.study.release(run.id, key)
    if found is None:
        raise refuse("release.missing")
    return found
