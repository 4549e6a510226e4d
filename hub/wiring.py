"""Settings in, journeys out: the only place where fittings are put together."""

from __future__ import annotations

import secrets as random_source
import sys
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine, create_engine

from courses.loader import load_catalogue
from courses.model import Course
from courses.release import build_release
from graders.errors import BrokenAssignment, Refused
from graders.gate.accepted import NotReadable, read_accepted
from graders.gate.gating import gate
from graders.gate.report import GateReport, found
from graders.grade import SEED, grade
from graders.lint.linting import classes_of
from graders.reading import read_cells
from graders.reasons import message
from graders.verdict import GRADER_VERSION, Verdict, digest
from hub.identity.passwords import Argon2Passwords
from hub.identity.secrets import kept_text, secret
from hub.identity.totp import PyOtp
from hub.identity.vault import IdVault
from hub.journey.ports import Fittings, Limits
from hub.settings import Settings
from hub.signing.keyring import KeyRing
from hub.sources.rules import RuleFiles
from hub.sources.titles import TitleFiles
from hub.spawning.learner_files import LearnerHomes
from hub.store.checkpoints import CheckpointFiles
from hub.store.files import FileStore
from hub.store.migrate import engine_url
from hub.store.work import Database
from hub.typesetting.certificates import TypstSetter


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        """The present instant."""
        return datetime.now(UTC)


class RandomIds:
    """Identifiers and secrets from the operating system's random source."""

    def new(self, kind: str) -> str:
        """``kind`` and 80 random bits, lower case and fit for an address."""
        return f"{kind}-{random_source.token_hex(10)}"

    def secret(self) -> str:
        """256 random bits as URL-safe text."""
        return random_source.token_urlsafe(32)

    def below(self, n: int) -> int:
        """A random whole number under ``n``."""
        return random_source.randbelow(n)


@dataclass(frozen=True)
class FolderCatalogue:
    """See hub.journey.ports.Catalogue; read once, when first asked."""

    root: Path

    @cached_property
    def _built(self) -> dict[tuple[str, str], dict[str, bytes]]:
        return {}

    @cached_property
    def _courses(self) -> dict[str, Course]:
        return load_catalogue(self.root)

    def all(self) -> Sequence[Course]:
        """Every course, in order of its slug."""
        return tuple(self._courses[slug] for slug in sorted(self._courses))

    def get(self, slug: str) -> Course | None:
        """One course, or None."""
        return self._courses.get(slug)

    def release_files(self, course: str, assignment: str) -> Mapping[str, bytes]:
        """The learner's files, built by nbgrader from the source; seconds the first time, then kept."""
        if (course, assignment) not in self._built:
            found = next(a for a in self._courses[course].assignments if a.key == assignment)
            self._built[course, assignment] = build_release(found)
        return self._built[course, assignment]


def judge(source: bytes, submission: bytes, files: Mapping[str, bytes], *, seed: int = SEED) -> Verdict:
    """The grader as the journeys know it."""
    return grade(source, submission, files, seed=seed)


@dataclass
class ReleaseGates:
    """See hub.journey.ports.Gates; one assignment at a time, the same one never twice."""

    waiting: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(3))
    turn: threading.Lock = field(default_factory=threading.Lock)
    kept: OrderedDict[tuple[str, ...], GateReport] = field(default_factory=OrderedDict)

    def classes(self, source: bytes) -> Mapping[str, str]:
        """The class of every test; of a source that cannot be read there is none."""
        try:
            return classes_of(source)
        except BrokenAssignment:
            return {}

    def check(
        self, source: bytes, files: Mapping[str, bytes], release: bytes, accepted: bytes, key: str
    ) -> GateReport | None:
        """The report; one that the machine could not finish is not kept."""
        try:
            entries = read_accepted(accepted, key)
        except NotReadable as error:
            return GateReport((found("gate.accepted_invalid", why=str(error)),))
        parts = (source, release, accepted, *(data for _, data in sorted(files.items())))
        known = (GRADER_VERSION, key, *sorted(files), *map(digest, parts))
        if known in self.kept:
            return self.kept[known]
        if not self.waiting.acquire(blocking=False):
            return None
        try:
            with self.turn:
                if known not in self.kept:
                    report = gate(source, files, release=release, accepted=entries)
                    if {one.code for one in report.findings} & {"gate.not_run", "gate.timeouts"}:
                        return report
                    self.kept[known] = report
                    while len(self.kept) > 64:
                        self.kept.popitem(last=False)
                return self.kept[known]
        finally:
            self.waiting.release()


def close_grader() -> None:
    """End what the grader keeps warm in this process, where it keeps anything."""
    for name in ("graders.grade", "graders.warm"):
        close = getattr(sys.modules.get(name), "close", None)
        if callable(close):
            close()
            return


def problem_with(data: bytes) -> str | None:
    """Why these bytes are no notebook that the grader reads, in Chinese, or None."""
    try:
        read_cells(data)
    except Refused as refused:
        return message(refused.code)
    return None


def engine_for(settings: Settings) -> Engine:
    """The application's database, with a pool that survives a restart of the server."""
    return create_engine(
        engine_url(settings.database_url), pool_pre_ping=True, pool_size=8, max_overflow=8, pool_timeout=10
    )


def fittings(settings: Settings, engine: Engine | None = None) -> Fittings:
    """Everything that the journeys are given."""
    clock = SystemClock()
    return Fittings(
        work=Database(engine or engine_for(settings)).work,
        clock=clock,
        ids=RandomIds(),
        files=FileStore(settings.files_dir),
        catalogue=FolderCatalogue(settings.catalogue_dir),
        judge=judge,
        gates=ReleaseGates(),
        check_notebook=problem_with,
        signer=KeyRing(settings.secrets_dir / "signing", kept_text, settings.sm2, clock.now),
        passwords=Argon2Passwords(),
        vault=IdVault(bytes.fromhex(secret("id_vault", settings.secrets_dir))),
        totp=PyOtp(),
        rules=RuleFiles(),
        titles=TitleFiles(house=settings.home),
        homes=LearnerHomes(settings.homes_dir, settings.sandbox_uid),
        typesetter=TypstSetter(),
        limits=Limits(settings.max_upload_bytes),
        checkpoints=CheckpointFiles(settings.audit_dir),
        second_factor=settings.second_factor,
        issuer=settings.address,
    )
