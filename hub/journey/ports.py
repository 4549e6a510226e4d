"""What the journeys need from the world: Protocols; the fittings fit by shape and are put together in hub.wiring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from graders.verdict import Verdict

from courses.model import Course
from hub.domain.certificate import Application, Certificate
from hub.domain.competency import Evidence, Framework, Node, Requirement
from hub.domain.course import Extension, Release, Run
from hub.domain.grade import Grade, Mark
from hub.domain.hours import HourRule, HoursEntry
from hub.domain.organisation import Organisation
from hub.domain.people import Grant, Person, Role
from hub.domain.submission import State, Submission


class Clock(Protocol):
    """Asked by every journey that stamps or compares a time."""

    def now(self) -> datetime:
        """The present instant, tz-aware UTC."""


class Ids(Protocol):
    """Asked for every new record and every secret handed out."""

    def new(self, kind: str) -> str:
        """A fresh identifier that starts with ``kind``."""

    def secret(self) -> str:
        """256 random bits as URL-safe text."""


class Files(Protocol):
    """Bytes by digest; asked on submit, release, grading and feedback."""

    def put(self, data: bytes) -> str:
        """Store and return the digest; on disk before it returns."""

    def get(self, digest: str) -> bytes:
        """The bytes of a digest once returned by put."""


class Catalogue(Protocol):
    """The courses that can be taught; asked on opening a run, releasing and showing."""

    def all(self) -> Sequence[Course]:
        """Every course, in order of its slug."""

    def get(self, slug: str) -> Course | None:
        """One course, or None."""

    def release_files(self, course: str, assignment: str) -> Mapping[str, bytes]:
        """The learner's files of an assignment, built from its source."""


class Judge(Protocol):
    """The grader; asked by the worker, once a round."""

    def __call__(self, source: bytes, submission: bytes, files: Mapping[str, bytes]) -> Verdict:
        """A verdict for a submitted notebook; never raises for anything that a learner handed in."""


class CheckNotebook(Protocol):
    """Asked on submit, before anything is stored."""

    def __call__(self, data: bytes) -> str | None:
        """Why these bytes are no notebook that can be graded, in Chinese, or None."""


class Signer(Protocol):
    """Signs receipts and credentials; asked on submit and on issue."""

    @property
    def key_id(self) -> str:
        """The identifier of the key in use."""

    def sign(self, claims: Mapping[str, Any], typ: str) -> str:
        """A compact JWS over ``claims`` with the key in use."""

    def verify(self, token: str, typ: str) -> Mapping[str, Any] | None:
        """The claims where the signature is good under a published key, else None."""

    def public(self) -> dict[str, Any]:
        """The public keys as a JWK set."""


class Passwords(Protocol):
    """Hashes and checks passwords; asked on sign-in and change. Slow on purpose."""

    def hash(self, password: str) -> str:
        """An encoded hash."""

    def check(self, encoded: str | None, password: str) -> bool:
        """Whether it fits; as slow for an unknown person (None) as for a known one."""


class Vault(Protocol):
    """Keeps ID numbers: encrypted, and found again only by keyed HMAC."""

    def seal(self, text: str) -> bytes:
        """Ciphertext."""

    def tag(self, text: str) -> bytes:
        """The search key of ``text``."""


class Rules(Protocol):
    """Rules that are data: requirements, hour rules, frameworks."""

    def requirements(self) -> tuple[Requirement, ...]:
        """What each certificate asks for."""

    def hour_rules(self) -> tuple[HourRule, ...]:
        """The rules over the hours ledger."""

    def frameworks(self) -> tuple[tuple[Framework, tuple[Node, ...]], ...]:
        """Every framework with its nodes."""


class Homes(Protocol):
    """The learners' home folders; asked on fetch and on submit by button."""

    def write(self, login: str, folder: str, files: Mapping[str, bytes]) -> list[str]:
        """Put files there without overwriting what the learner changed; the names written."""

    def read(self, login: str, folder: str, names: Sequence[str], limit: int) -> dict[str, bytes]:
        """The regular files among ``names``. Raises ValueError where one is no regular file or all are too large."""


class Typesetter(Protocol):
    """Sets certificates; asked by the portal when somebody looks at or downloads one."""

    def certificate(self, view: Any) -> bytes:
        """A PDF of ``award.CertificateView``, with a QR code that leads to its verification."""

    def qr(self, text: str) -> str:
        """A QR code as SVG text."""


class PeopleStore(Protocol):
    """People, places, roles and how they enter; used by every journey."""

    def organisation(self, code: str) -> Organisation | None: ...
    def put_organisation(self, org: Organisation) -> None: ...
    def path(self, code: str) -> tuple[str, ...]: ...
    def under(self, code: str) -> tuple[Organisation, ...]: ...
    def person(self, uid: str) -> Person | None: ...
    def by_login(self, login: str) -> Person | None: ...
    def by_tag(self, tag: bytes) -> Person | None: ...
    def next_login(self, letter: str) -> str: ...
    def add(self, person: Person, *, cipher: bytes | None, tag: bytes | None) -> None: ...
    def rename(self, uid: str, name: str, sort_key: str) -> None: ...
    def members(self, org: str, today: date) -> tuple[Person, ...]: ...
    def search(self, org: str, find: str, today: date, most: int) -> tuple[Person, ...]: ...
    def count(self) -> int: ...
    def join(self, uid: str, org: str, since: date, *, staff_no: str, subject: str) -> None: ...
    def leave(self, uid: str, org: str, on: date) -> None: ...
    def subject(self, uid: str, org: str) -> tuple[str, str] | None: ...
    def memberships(self, uid: str, today: date) -> tuple[str, ...]: ...
    def grant(self, uid: str, role: Role, org: str, since: date, by: str) -> None: ...
    def grants(self, uid: str, today: date) -> tuple[Grant, ...]: ...
    def note_import(self, id: str, digest: str, org: str, by: str, at: datetime, report: Any) -> None: ...
    def lock_rosters(self) -> None: ...
    def organisations(self, codes: Sequence[str]) -> Mapping[str, Organisation]: ...
    def paths(self, codes: Sequence[str]) -> Mapping[str, tuple[str, ...]]: ...
    def by_tags(self, tags: Sequence[bytes]) -> Mapping[bytes, Person]: ...
    def open_memberships(self, uids: Sequence[str]) -> Mapping[str, Sequence[tuple[str, str, str]]]: ...
    def open_grants(self, uids: Sequence[str]) -> Mapping[str, Sequence[tuple[Role, str]]]: ...
    def ungrant(self, uid: str, org: str, on: date) -> None: ...
    def next_logins(self, letter: str, count: int) -> list[str]: ...
    def add_all(self, newcomers: Sequence[tuple[Person, bytes, bytes]]) -> None: ...
    def join_all(self, memberships: Sequence[tuple[str, str, str, str, date]]) -> None: ...
    def grant_all(self, grants: Sequence[tuple[str, Role, str, date, str]]) -> None: ...


class EntryStore(Protocol):
    """Credentials, sessions and tokens; used by the journey ``enter`` alone."""

    def credential(self, uid: str) -> tuple[str, bool, int, datetime | None] | None: ...
    def must_change(self, uid: str) -> bool: ...
    def put_credential(self, uid: str, encoded: str, *, must_change: bool, at: datetime) -> None: ...
    def note_failures(self, uid: str, failures: int, locked_until: datetime | None) -> None: ...
    def open_session(self, digest: str, uid: str, at: datetime, until: datetime) -> None: ...
    def session(self, digest: str) -> tuple[str, datetime, datetime] | None: ...
    def touch_session(self, digest: str, at: datetime) -> None: ...
    def close_session(self, digest: str) -> None: ...
    def close_sessions(self, uid: str) -> None: ...
    def add_code(
        self, digest: str, client: str, uid: str, session: str, request: Any, until: datetime
    ) -> None: ...
    def take_code(self, digest: str) -> tuple[str, str, str, Any, datetime] | None: ...
    def add_token(
        self, digest: str, client: str, uid: str, session: str, scopes: list[str], until: datetime
    ) -> None: ...
    def token(self, digest: str) -> tuple[str, str, list[str], datetime] | None: ...


class StudyStore(Protocol):
    """Runs, enrolments, releases and submissions."""

    def run(self, id: str) -> Run | None: ...
    def runs(self) -> tuple[Run, ...]: ...
    def add_run(self, run: Run, staff: Sequence[str]) -> None: ...
    def staff(self, run: str) -> tuple[str, ...]: ...
    def enrol(self, run: str, uid: str, org: str, at: datetime) -> None: ...
    def enrolled(self, run: str, uid: str) -> bool: ...
    def learners(self, run: str) -> tuple[Person, ...]: ...
    def release(self, run: str, assignment: str) -> Release | None: ...
    def release_by_id(self, id: str) -> Release | None: ...
    def releases(self, run: str) -> tuple[Release, ...]: ...
    def add_release(self, release: Release) -> None: ...
    def extension(self, run: str, assignment: str, uid: str) -> Extension | None: ...
    def add_extension(self, extension: Extension) -> None: ...
    def lock_attempts(self, run: str, assignment: str, uid: str) -> int: ...
    def add_submission(self, submission: Submission) -> None: ...
    def submission(self, id: str) -> Submission | None: ...
    def submissions(self, run: str, assignment: str, uid: str | None = None) -> tuple[Submission, ...]: ...
    def move(self, id: str, state: State, at: datetime, message: str = "") -> None: ...


class AssessStore(Protocol):
    """Verdicts, marks and grades."""

    def add_verdict(self, submission: str, verdict: Verdict, at: datetime) -> int: ...
    def verdict(self, submission: str) -> Verdict | None: ...
    def add_mark(self, mark: Mark) -> None: ...
    def marks(self, submission: str) -> tuple[Mark, ...]: ...
    def lock_grade(self, run: str, assignment: str, uid: str) -> Grade | None: ...
    def set_grade(self, grade: Grade) -> None: ...
    def grade(self, run: str, assignment: str, uid: str) -> Grade | None: ...
    def grades(self, run: str, uid: str | None = None) -> tuple[Grade, ...]: ...


class AwardStore(Protocol):
    """Evidence, hours, applications and certificates."""

    def put_framework(self, framework: Framework, nodes: Sequence[Node]) -> None: ...
    def nodes(self, framework: str) -> tuple[Node, ...]: ...
    def set_evidence(self, person: str, run: str, assignment: str, pieces: Sequence[Evidence]) -> None: ...
    def evidence(self, uid: str) -> tuple[Evidence, ...]: ...
    def evidence_by_ids(self, ids: Sequence[str]) -> tuple[Evidence, ...]: ...
    def add_hours(self, entry: HoursEntry) -> None: ...
    def hours(self, uid: str) -> tuple[HoursEntry, ...]: ...
    def add_application(self, application: Application) -> None: ...
    def application(self, id: str, *, lock: bool = False) -> Application | None: ...
    def applications(self, *, person: str = "", school: str = "") -> tuple[Application, ...]: ...
    def decide(self, application: Application) -> None: ...
    def next_number(self) -> int: ...
    def rests_on(self, uid: str, run: str, assignment: str) -> bool: ...
    def add_certificate(self, certificate: Certificate) -> None: ...
    def certificate(self, number: str) -> Certificate | None: ...
    def certificates(self, uid: str) -> tuple[Certificate, ...]: ...
    def revoke(self, number: str, by: str, at: datetime, reason: str) -> None: ...


class ReadStore(Protocol):
    """Numbers over many people; used by the journey ``read`` alone, which suppresses small cells."""

    def counts(self, parent: str, requirement: str, today: date) -> tuple[Mapping[str, Any], ...]: ...
    def submission_states(self) -> tuple[dict[str, int], datetime | None]: ...


class Queue(Protocol):
    """Work for later, taken in the same transaction as what it is about."""

    def autograde(self, submission: str) -> None:
        """Queue the grading of one submission; it is seen by a worker only after the commit."""


class Work(Protocol):
    """One unit of work: commits where its block ends well, rolls back where it raises."""

    people: PeopleStore
    entry: EntryStore
    study: StudyStore
    assess: AssessStore
    award: AwardStore
    read: ReadStore
    queue: Queue


class OpenWork(Protocol):
    """Called at the start of every journey."""

    def __call__(self) -> AbstractContextManager[Work]:
        """A fresh unit of work."""


@dataclass(frozen=True)
class Limits:
    """Sizes that a journey enforces, in bytes."""

    upload: int


@dataclass(frozen=True)
class Fittings:
    """Everything a journey is given besides its own arguments."""

    work: OpenWork
    clock: Clock
    ids: Ids
    files: Files
    catalogue: Catalogue
    judge: Judge
    check_notebook: CheckNotebook
    signer: Signer
    passwords: Passwords
    vault: Vault
    rules: Rules
    homes: Homes
    typesetter: Typesetter
    limits: Limits
    issuer: str  # the platform's public address, named in credentials
