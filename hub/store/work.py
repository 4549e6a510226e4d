"""One unit of work over PostgreSQL: every store on one connection, one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from hub.store.access import AccessStore
from hub.store.assess import AssessStore
from hub.store.audit import AuditStore
from hub.store.award.batches import BatchStore
from hub.store.award.certificates import CertificateStore
from hub.store.award.diagnoses import DiagnosisStore
from hub.store.award.dossiers import DossierStore
from hub.store.award.evidence import EvidenceStore
from hub.store.award.frameworks import FrameworkStore
from hub.store.award.hours import HoursStore
from hub.store.award.packages import PackageStore
from hub.store.award.panels import PanelStore
from hub.store.award.publicity import PublicityStore
from hub.store.award.review import ReviewStore
from hub.store.award.title_facts import TitleFacts
from hub.store.award.titles import TitleStore
from hub.store.award.workdays import WorkdayStore
from hub.store.entry import EntryStore
from hub.store.lease import LeaseStore
from hub.store.people import PeopleStore
from hub.store.queue import Queue
from hub.store.read import ReadStore
from hub.store.regrade import RegradeStore
from hub.store.sample import SampleStore
from hub.store.study import StudyStore


class Work:
    """See hub.journey.ports.Work."""

    def __init__(self, connection: Connection) -> None:
        self.people = PeopleStore(connection)
        self.entry = EntryStore(connection)
        self.access = AccessStore(connection)
        self.study = StudyStore(connection)
        self.assess = AssessStore(connection)
        self.frameworks = FrameworkStore(connection)
        self.evidence = EvidenceStore(connection)
        self.diagnoses = DiagnosisStore(connection)
        self.hours = HoursStore(connection)
        self.dossiers = DossierStore(connection)
        self.panels = PanelStore(connection)
        self.review = ReviewStore(connection)
        self.certificates = CertificateStore(connection)
        self.batches = BatchStore(connection)
        self.publicity = PublicityStore(connection)
        self.workdays = WorkdayStore(connection)
        self.titles = TitleStore(connection)
        self.title_facts = TitleFacts(connection)
        self.packages = PackageStore(connection)
        self.audit = AuditStore(connection)
        self.read = ReadStore(connection)
        self.queue = Queue(connection)
        self.regrade = RegradeStore(connection)
        self.sample = SampleStore(connection)
        self._connection = connection

    @contextmanager
    def apart(self) -> Iterator[None]:
        """A part of this unit of work that is undone alone where it raises."""
        with self._connection.begin_nested():
            yield

    def leases(self, task: str) -> LeaseStore:
        """The leases on what the queue grades under this name."""
        return LeaseStore(self._connection, task)


class Database:
    """Opens units of work on an engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def work(self) -> Iterator[Work]:
        """Commits where the block ends well, rolls back where it raises."""
        with self._engine.begin() as connection:
            yield Work(connection)
