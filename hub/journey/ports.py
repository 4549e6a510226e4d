"""What the journeys need from the world: Protocols; the fittings fit by shape and are put together in hub.wiring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from courses.model import Course
from graders.gate.report import GateReport
from graders.verdict import Verdict
from hub.domain.certificate import CertificateView
from hub.domain.competency import AssessmentRule, Crosswalk, Framework, Node
from hub.domain.dossier import Guide
from hub.domain.hour_rules import HourRule
from hub.domain.hours_statement import Statement
from hub.journey.audit_stores import Checkpoints
from hub.journey.stores import Work
from hub.journey.title_data import TitleData
from hub.journey.trust_ports import Passwords, Signer, Totp, Vault

__all__ = ["Fittings", "Limits", "Work"]


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

    def below(self, n: int) -> int:
        """A random whole number from 0 up to but not ``n``: a lot is drawn."""


class Files(Protocol):
    """Bytes by digest; asked on submit, release, grading and feedback."""

    def put(self, data: bytes) -> str:
        """Store and return the digest; on disk before it returns."""

    def get(self, digest: str) -> bytes:
        """The bytes of a digest once returned by put."""

    def scratch(self) -> Path:
        """A new empty file beside the others, for its owner alone; for what does not fit into memory."""

    def adopt(self, path: Path) -> str:
        """Take a finished scratch file in by its digest; on disk before it returns."""

    def open(self, digest: str) -> BinaryIO:
        """The bytes of a digest as a file, its content checked first."""


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

    def __call__(
        self, source: bytes, submission: bytes, files: Mapping[str, bytes], *, seed: int = ...
    ) -> Verdict:
        """A verdict for a submitted notebook; never raises for anything that a learner handed in.

        The same inputs and ``seed`` give the same findings; without one it is the grader's own.
        """


class Gates(Protocol):
    """The release gates; asked on release, and when an instructor looks at a run."""

    def classes(self, source: bytes) -> Mapping[str, str]:
        """The class of every test of a source notebook, by grade_id; nothing is run."""

    def check(
        self, source: bytes, files: Mapping[str, bytes], release: bytes, accepted: bytes, key: str
    ) -> GateReport | None:
        """What the gates say of an assignment; seconds the first time. None while too many others are being checked."""


class CheckNotebook(Protocol):
    """Asked on submit, before anything is stored."""

    def __call__(self, data: bytes) -> str | None:
        """Why these bytes are no notebook that can be graded, in Chinese, or None."""


class Rules(Protocol):
    """Rules that are data: the bureau's rules for certificates, hour rules, frameworks."""

    def assessment_rules(self) -> tuple[AssessmentRule, ...]:
        """What the bureau asks for each certificate of assessed competencies; also the rules that are out of force."""

    def former_rules(self) -> tuple[AssessmentRule, ...]:
        """Earlier versions of those rules: certificates that were issued under them name them."""

    def hour_rules(self) -> tuple[HourRule, ...]:
        """The rules over the hours ledger."""

    def frameworks(self) -> tuple[tuple[Framework, tuple[Node, ...]], ...]:
        """Every framework with its nodes."""

    def crosswalks(self) -> tuple[Crosswalk, ...]:
        """What corresponds to what between frameworks."""

    def guides(self) -> tuple[Guide, ...]:
        """What each competency asks for as evidence."""


class Homes(Protocol):
    """The learners' home folders; asked on fetch and on submit by button."""

    def write(self, login: str, folder: str, files: Mapping[str, bytes]) -> list[str]:
        """Put files there without overwriting what the learner changed; the names written."""

    def read(self, login: str, folder: str, names: Sequence[str], limit: int) -> dict[str, bytes]:
        """The regular files among ``names``. Raises ValueError where one is no regular file or all are too large."""


class Typesetter(Protocol):
    """Sets certificates; asked by the portal when somebody looks at or downloads one."""

    def certificate(self, view: CertificateView) -> bytes:
        """A PDF with a QR code that leads to its verification."""

    def publicity(self, told: Mapping[str, Any]) -> bytes:
        """A PDF that shows which lists were on show in a school, and how long."""

    def hours(self, view: Statement) -> bytes:
        """A statement of hours as PDF, with a QR code that leads to its verification."""

    def qr(self, text: str) -> str:
        """A QR code as SVG text."""


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
    gates: Gates
    check_notebook: CheckNotebook
    signer: Signer
    passwords: Passwords
    vault: Vault
    totp: Totp
    rules: Rules
    titles: TitleData
    homes: Homes
    typesetter: Typesetter
    limits: Limits
    checkpoints: Checkpoints
    second_factor: bool  # whether the roles that need one are asked for it; a demo may do without
    issuer: str  # the platform's public address, named in credentials
