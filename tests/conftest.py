"""What every room's tests may use: a real PostgreSQL, a fresh database each test, and the fittings over it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from hub.identity.passwords import Argon2Passwords
from hub.journey.ports import Fittings
from hub.operations.database import Embedded, embedded
from hub.operations.database_roles import OWNER, ROLE
from hub.settings import CHECKOUT, Settings, load
from hub.store.migrate import migrate
from hub.wiring import fittings
from tests.people import Town, build_town
from tests.shared_builds import SharedCatalogue, SharedGates, close_place, open_place

_TEMPLATE = "template_luojiao"
_numbers = itertools.count(1)
CATALOGUE = SharedCatalogue(CHECKOUT / "courses" / "catalogue")
GATES = SharedGates()
# Files of few tests that take minutes: begun first, or they run alone at the end while the other cores wait. No two that
# start a whole platform stand side by side.
_LONG = ("walk/test_whole_way", "portal/test_matrix", "award/test_review_machine", "test_release_gates", "walk/test_lesson",
         "award/test_two_years", "operations/", "zygote/", "walk/test_tutorial", "test_house", "spawning/", "faults/",
         "dashboards/")  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        open_place()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        close_place()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        return next((n for n, name in enumerate(_LONG) if name in item.nodeid), len(_LONG))

    items.sort(key=place)


@dataclass
class HandClock:
    """A clock that tests move by hand."""

    time: datetime = field(default_factory=lambda: datetime(2026, 11, 23, 1, 0, tzinfo=UTC))

    def now(self) -> datetime:
        return self.time

    def pass_(self, **span: float) -> None:
        self.time += timedelta(**span)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """One PostgreSQL for the whole run, with a migrated template to copy databases from."""
    with embedded(tmp_path_factory.mktemp("pg")) as running:
        running.ensure_databases((_TEMPLATE,))
        engine = create_engine(running.url(_TEMPLATE, OWNER))
        migrate(engine, ROLE)  # tests run as the application does, which owns nothing
        engine.dispose()
        yield running


@pytest.fixture
def database_url(server: Embedded) -> Iterator[str]:
    """The address of a fresh database with the present schema."""
    name = f"test_{next(_numbers)}"
    with server._connect("postgres") as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE {_TEMPLATE} OWNER luojiao_owner')
    yield server.url(name)
    with server._connect("postgres") as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on a fresh database."""
    made = create_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """Settings of a house in a temporary folder."""
    return load(
        {"LUOJIAO_HOME": str(tmp_path / "var"), "LUOJIAO_DATABASE_URL": database_url, "LUOJIAO_DEMO": "xs"}
    )


@pytest.fixture
def f(settings: Settings, engine: Engine, clock: HandClock) -> Fittings:
    """The real fittings over a fresh database, with a clock moved by hand and quick password hashes."""
    quick = Argon2Passwords(time_cost=1, memory_kib=64)
    return replace(fittings(settings, engine), clock=clock, passwords=quick, catalogue=CATALOGUE, gates=GATES)


@pytest.fixture
def town(f: Fittings) -> Town:
    """A small town of people in the fresh database."""
    return build_town(f)


def rows(engine: Engine, query: str) -> list[tuple[object, ...]]:
    """What a query sees, for tests that look underneath."""
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]
