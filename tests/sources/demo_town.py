"""A demo city in a database of its own, for tests that look at it from outside and underneath."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from sqlalchemy import Engine, create_engine, text

from courses.model import Course
from hub.domain.people import ROLE_NAMES, Role
from hub.identity.passwords import Argon2Passwords
from hub.journey.ports import Catalogue, Fittings
from hub.operations.database import Embedded
from hub.settings import load
from hub.wiring import fittings


@dataclass(frozen=True)
class Patient:
    """A catalogue that builds each release once a test run: nbgrader takes seconds."""

    real: Catalogue

    def all(self) -> tuple[Course, ...]:
        return tuple(self.real.all())

    def get(self, slug: str) -> Course | None:
        return self.real.get(slug)

    def release_files(self, course: str, assignment: str) -> Mapping[str, bytes]:
        return _built(self.real, course, assignment)


@cache
def _built(real: Catalogue, course: str, assignment: str) -> Mapping[str, bytes]:
    return real.release_files(course, assignment)


@dataclass(frozen=True)
class Town:
    """A built demo city with what the builder said."""

    f: Fittings
    engine: Engine
    secrets: Path
    said: list[str]
    url: str

    def see(self, query: str) -> list[tuple[object, ...]]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    @property
    def accounts(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = json.loads((self.secrets / "first-accounts.json").read_text("utf-8"))
        return found

    def login(self, role: Role) -> str:
        return next(a["login"] for a in self.accounts if a["role"] == ROLE_NAMES[role])


def empty(server: Embedded, name: str, home: Path) -> tuple[Fittings, Engine, Path, str]:
    with server._connect("postgres") as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template_luojiao OWNER luojiao_owner')
    settings = load(
        {"LUOJIAO_HOME": str(home), "LUOJIAO_DATABASE_URL": server.url(name), "LUOJIAO_DEMO": "xs"}
    )
    engine = create_engine(server.url(name))
    real = fittings(settings, engine)
    quick = Argon2Passwords(time_cost=1, memory_kib=64)
    f = replace(real, catalogue=Patient(real.catalogue), passwords=quick)
    return f, engine, settings.secrets_dir, server.url(name)
