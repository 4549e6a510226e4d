"""A house for faults: a PostgreSQL of its own that can be restarted, workers and people as processes of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import Engine, create_engine, text

from hub.faults import PERMIT, VARIABLE
from hub.journey.ports import Fittings
from hub.operations import database
from hub.operations.database import Embedded
from hub.operations.database_roles import OWNER, ROLE
from hub.settings import CHECKOUT, load
from hub.store.files import FileStore
from hub.store.migrate import migrate
from hub.wiring import fittings
from tests.faults.invariants import Snapshot, check_invariants, snapshot
from tests.faults.paper import answer, town_with_run

LEASE = 2
OPEN = "SELECT count(*) FROM submissions WHERE state IN ('queued', 'grading')"
JOBS = "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"


def until(question: Callable[[], Any], seconds: float = 40) -> Any:
    """Ask until the answer is true, and give it back."""
    deadline = time.monotonic() + seconds
    while not (said := question()):
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.05)
    return said


@dataclass
class Worker:
    """A running ``python -m hub.worker`` and its log."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    def ready(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()[-2000:]
        return "ready as" in self.log.read_text()

    def family(self) -> list[psutil.Process]:
        """Its children and theirs, now."""
        return psutil.Process(self.pid).children(recursive=True)

    def died(self, seconds: float = 40) -> int:
        return self.process.wait(seconds)

    def stopped(self) -> bool:
        return psutil.Process(self.pid).status() == psutil.STATUS_STOPPED

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def end(self) -> int:
        """As an operator ends it."""
        self.process.send_signal(signal.SIGCONT)
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
            raise


@dataclass
class House:
    """One database, one data folder, one run with a small assignment, and everybody that was started here."""

    folder: Path
    server: Embedded
    url: str
    postgres: subprocess.Popen[bytes]
    more: int = 0  # learners beside the teacher and the colleague
    extra: dict[str, str] = field(default_factory=dict)  # settings
    workers: list[Worker] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)
    bystanders: list[Snapshot] = field(default_factory=list)
    seen: set[psutil.Process] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.env = (
            {k: v for k, v in os.environ.items() if not k.startswith(("LUOJIAO_", "JUPYTER"))}
            | {
                "LUOJIAO_HOME": str(self.folder / "var"),
                "LUOJIAO_DATABASE_URL": self.url,
                "LUOJIAO_DEMO": "0",
                "LUOJIAO_SAMPLE_SIZE": "0",
                "LUOJIAO_LEASE_SECONDS": str(LEASE),
                "PYTHONPATH": str(CHECKOUT),
            }
            | self.extra
        )
        self.settings = load({k: v for k, v in self.env.items() if k.startswith("LUOJIAO_")})
        self.settings.home.mkdir(parents=True)
        (self.settings.home / PERMIT).touch()
        self.engine: Engine = create_engine(self.url, pool_pre_ping=True)
        self.f: Fittings = fittings(self.settings, self.engine)
        self.files = FileStore(self.settings.files_dir)
        self.town, self.run, self.people = town_with_run(self.f, self.more)

    def hand_in(self, n: int = 0, fault: str = "", who: int = 0, data: bytes = b"") -> int:
        """Somebody hands in, in a process of their own; what that process ended with. Keeps the receipt."""
        file = self.folder / "answer.ipynb"
        file.write_bytes(data or answer(n))
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.hand_in", self.run, self.people[who], str(file)],
            cwd=CHECKOUT, env=self.env | ({VARIABLE: fault} if fault else {}), capture_output=True, text=True,
            timeout=60, check=False,
        )  # fmt: skip
        if done.returncode == 0:
            self.receipts.append(done.stdout.split()[1])
        elif not fault:
            raise AssertionError(done.stderr[-2000:])
        return done.returncode

    def hand_in_while(self, deed: Callable[[], None], data: bytes, point: str) -> int:
        """Somebody hands in and stands still at ``point`` while the deed is done; what that process ended with."""
        file = self.folder / "answer.ipynb"
        file.write_bytes(data)
        with subprocess.Popen(
            [sys.executable, "-m", "tests.faults.hand_in", self.run, self.people[0], str(file)],
            cwd=CHECKOUT, env=self.env | {VARIABLE: f"{point}:stop"}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        ) as process:  # fmt: skip
            until(lambda: psutil.Process(process.pid).status() == psutil.STATUS_STOPPED)
            deed()
            process.send_signal(signal.SIGCONT)
            out, _ = process.communicate(timeout=60)
        if process.returncode == 0:
            self.receipts.append(out.decode().split()[1])
        return process.returncode

    def worker(self, fault: str = "", *, wait: bool = True) -> Worker:
        log = self.folder / f"worker-{len(self.workers)}.log"
        with log.open("wb") as stream:
            process = subprocess.Popen(
                [sys.executable, "-m", "hub.worker"],
                cwd=CHECKOUT, env=self.env | ({VARIABLE: fault} if fault else {}), stdout=stream, stderr=stream,
            )  # fmt: skip
        made = Worker(process, log)
        self.workers.append(made)
        if wait:
            until(lambda: process.poll() is not None or made.ready())
        return made

    def dismiss(self) -> None:
        """No worker is left."""
        for worker in self.workers:
            if worker.process.poll() is None:
                worker.kill()
        self.workers.clear()

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        with self.engine.connect() as c:
            return [tuple(row) for row in c.execute(text(query))]

    def settled(self) -> bool:
        return self.ask(OPEN) == [(0,)] and self.ask(JOBS) == [(0,)]

    def watch(self, person: int) -> None:
        """From now on this person's rows must stay as they are."""
        self.bystanders.append(snapshot(self.engine, self.people[person]))

    def restart_database(self, sign: signal.Signals = signal.SIGQUIT) -> None:
        """End the server as a crash would (SIGQUIT: no checkpoint), and start it again."""
        self.end_database(sign)
        self.start_database()

    def end_database(self, sign: signal.Signals = signal.SIGQUIT) -> None:
        self.postgres.send_signal(sign)
        self.postgres.wait(30)

    def start_database(self) -> None:
        self.server.prepare()
        self.postgres = database.start(self.server, self.folder / "postgres.log")
        self.server.wait_ready(self.postgres)

    def check(self) -> None:
        """Nothing is open any more, and every invariant holds."""
        until(self.settled, 60)
        wrong = check_invariants(
            self.engine, self.files, receipts=self.receipts, left=self.seen, bystanders=tuple(self.bystanders)
        )
        assert not wrong, "\n".join(wrong)


@contextmanager
def house_in(folder: Path, *, more: int = 0, extra: dict[str, str] | None = None) -> Iterator[House]:
    """A house with everything real, ended whatever happens."""
    folder.chmod(0o755)
    server = database.at(folder / "postgres", folder / "run", folder / "secrets")
    server.prepare()
    postgres = database.start(server, folder / "postgres.log")
    made: House | None = None
    try:
        server.wait_ready(postgres)
        server.ensure_databases(("faults",))
        url = server.url("faults")
        engine = create_engine(server.url("faults", OWNER))
        migrate(engine, ROLE)
        engine.dispose()
        made = House(folder, server, url, postgres, more, extra or {})
        yield made
    finally:
        for worker in made.workers if made else []:
            if worker.process.poll() is None:
                worker.kill()
        if made:
            made.engine.dispose()
        database.stop(made.postgres if made else postgres)
