"""Records of a whole county: lists, issuing, export, paper: ``python -m tests.bench.records [--size m] [--rounds 40]``.

Real PostgreSQL (durable), real portal and worker processes; the worker is killed in the middle of both batches.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import Engine, create_engine, text

from hub.domain.people import Actor
from hub.identity.passwords import Argon2Passwords
from hub.journey import enter
from hub.journey.award import batches, certificates, package_release, packages
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings
from hub.operations import database
from hub.operations.database_roles import OWNER, ROLE
from hub.settings import CHECKOUT, Settings, load
from hub.store.migrate import migrate
from hub.wiring import fittings
from tests.bench.records_city import SIZES, Staffed, build

PASSWORD = "Bench-2026-mudan"
PORT = 18300


@dataclass
class Bench:
    """The city in its database, and the processes that serve it."""

    folder: Path
    settings: Settings
    engine: Engine
    f: Fittings
    env: dict[str, str]
    staffed: Staffed

    def actor(self, uid: str) -> Actor:
        with self.f.work() as work:
            found = enter.actor(work, uid, self.f.clock.now())
        assert found is not None
        return found

    def one(self, query: str) -> Any:
        with self.engine.connect() as c:
            return c.execute(text(query)).scalar()

    @contextmanager
    def process(self, module: str, name: str) -> Iterator[subprocess.Popen[bytes]]:
        with (self.folder / f"{name}.log").open("ab") as log:
            made = subprocess.Popen(
                [sys.executable, "-m", module], cwd=CHECKOUT, env=self.env, stdout=log, stderr=log
            )
        try:
            yield made
        finally:
            made.kill()
            made.wait(20)


@contextmanager
def bench(size: str) -> Iterator[Bench]:
    with tempfile.TemporaryDirectory(prefix="lj-records-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = database.at(folder / "postgres", folder / "run", folder / "secrets")
        server.prepare()
        process = database.start(server, folder / "postgres.log")
        try:
            server.wait_ready(process)
            server.ensure_databases()
            owner = create_engine(server.url("luojiao", OWNER))
            migrate(owner, ROLE)
            env = {k: v for k, v in os.environ.items() if not k.startswith("LUOJIAO_")} | {
                "LUOJIAO_HOME": str(folder / "var"), "LUOJIAO_DATABASE_URL": server.url("luojiao"), "LUOJIAO_DEMO": "0",
                "LUOJIAO_ALLOW_SYNTHETIC_ID": "1", "LUOJIAO_SECOND_FACTOR": "0", "LUOJIAO_SAMPLE_SIZE": "0",
                "LUOJIAO_ADDRESS": f"http://127.0.0.1:{PORT}", "PYTHONPATH": str(CHECKOUT),
            }  # fmt: skip
            settings = load({k: v for k, v in env.items() if k.startswith("LUOJIAO_")})
            settings.home.mkdir(parents=True)
            engine = create_engine(settings.database_url)
            f = fittings(settings, engine)
            began = time.monotonic()
            with engine.connect() as connection:
                staffed = build(f, connection, size)
            with owner.connect() as connection:  # the database does it by itself within minutes
                connection.exec_driver_sql("ANALYZE")
                connection.commit()
            owner.dispose()
            say(
                "built",
                seconds=time.monotonic() - began,
                teachers=len(staffed.city.teachers),
                students=len(staffed.city.students),
            )
            yield Bench(folder, settings, engine, f, env, staffed)
            engine.dispose()
        finally:
            database.stop(process)


def say(what: str, **figures: Any) -> None:
    told = {k: round(v, 3) if isinstance(v, float) else v for k, v in figures.items()}
    sys.stdout.write(f"{what}: {json.dumps(told, ensure_ascii=False)}\n")
    sys.stdout.flush()


def until(question: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not question():
        if time.monotonic() > deadline:
            raise SystemExit(f"not within {seconds} s")
        time.sleep(0.1)


# --- lists ---------------------------------------------------------------------------------------------------------------
def lists(b: Bench, rounds: int) -> None:
    """Every list page, as those who look at most of it see it: milliseconds from request to last byte."""
    home = b.staffed.city.home.org.code
    school = max(b.staffed.city.schools, key=lambda s: s.teachers).org.code
    principal = next(t.uid for t in b.staffed.city.teachers if t.principal and t.stays[0].school == school)
    visits = {
        b.staffed.by_office["hr1"]: ["/review", "/publicity", "/objections", "/hours/school", "/titles", "/packages", "/batches", "/panels", "/issued"],
        b.staffed.county_hr[b.staffed.city.home.unit]: ["/review", "/publicity", "/hours/school", "/titles", "/panels"],
        principal: ["/review", "/people", "/hours/school", "/titles", "/publicity", "/overview"],
        b.staffed.by_office["city"]: ["/overview", f"/overview?org={home}", "/frameworks"],
        b.staffed.assessors[0]: ["/assess"],
        b.staffed.city.staff_of(home)[3].uid: ["/competencies", "/hours", "/dossiers", "/applications", "/certificates", "/publicity", "/courses"],
    }  # fmt: skip
    encoded = Argon2Passwords(time_cost=1, memory_kib=1024).hash(PASSWORD)
    logins = {}
    with b.f.work() as work:
        for uid in visits:
            work.entry.put_credential(uid, encoded, must_change=False, at=b.f.clock.now())
            person = work.people.person(uid)
            assert person is not None
            logins[uid] = person.login
    with b.process("hub.portal", "portal"):
        base = f"http://127.0.0.1:{PORT + 3}"
        until(lambda: _answers(base), 60)
        worst = 0.0
        for uid, pages in visits.items():
            session = _signed_in(base, logins[uid])
            for page in pages:
                took, size = _visit(session, base + page, rounds)
                if took:
                    p95 = sorted(took)[max(0, int(len(took) * 0.95) - 1)]
                    worst = max(worst, p95)
                    roles = "+".join(sorted(r.value for r in b.actor(uid).roles))
                    say(
                        "list",
                        page=page,
                        who=roles,
                        p50_ms=statistics.median(took),
                        p95_ms=p95,
                        kb=size / 1000,
                    )
        say("lists", slowest_p95_ms=worst, asked_ms=300)


def _answers(base: str) -> bool:
    try:
        return requests.get(f"{base}/healthz", timeout=2).ok
    except requests.ConnectionError:
        return False


def _signed_in(base: str, login: str) -> requests.Session:
    session = requests.Session()
    session.headers["Host"] = f"127.0.0.1:{PORT}"
    page = session.get(f"{base}/login", timeout=20).text
    token = re.search(r'name="_xsrf" value="([^"]+)"', page)
    assert token is not None
    answer = session.post(
        f"{base}/login",
        data={"_xsrf": token.group(1), "login": login, "password": PASSWORD},
        allow_redirects=False,
        timeout=20,
    )
    assert answer.status_code == 302, answer.text[-300:]
    return session


def _visit(session: requests.Session, address: str, rounds: int) -> tuple[list[float], int]:
    took, size = [], 0
    for n in range(rounds + 2):
        began = time.perf_counter()
        answer = session.get(address, allow_redirects=False, timeout=60)
        if answer.status_code != 200:
            say("no list", page=address.partition(str(PORT + 3))[2], status=answer.status_code)
            return [], 0
        if n >= 2:
            took.append(1000 * (time.perf_counter() - began))
        size = len(answer.content)
    return took, size


# --- batches -------------------------------------------------------------------------------------------------------------
def worked(b: Bench, done: Callable[[], int], total: int, seconds: float) -> float:
    """Let a worker do it, kill it half way, let another go on; seconds that both worked."""
    spent = 0.0
    for goal in (total // 2, total):
        with b.process("hub.worker", "worker"):
            before = done()
            until(lambda before=before: done() > before, 120)  # type: ignore[misc]  # its start is not its work
            began = time.monotonic()
            until(lambda goal=goal: done() >= goal, seconds)  # type: ignore[misc]
            spent += time.monotonic() - began
    return spent


def issuing(b: Bench) -> None:
    """Certificates of everybody who was confirmed, by a batch whose worker is killed once."""
    made = batches.open_issue(b.f, b.actor(b.staffed.by_office["hr2"]))
    rows = "SELECT count(*) FROM certificates"
    seconds = worked(b, lambda: int(b.one(rows)), made.total, 3600)
    twice = b.one(
        "SELECT count(*) FROM (SELECT application FROM certificates GROUP BY application HAVING count(*) > 1) x"
    )
    say(
        "issued",
        certificates=b.one(rows),
        asked=made.total,
        twice=twice,
        seconds=seconds,
        per_second=made.total / seconds,
    )


def paper(b: Bench, count: int) -> None:
    """PDFs, one after the other in one process; the first alone, since it loads fonts."""
    with b.engine.connect() as c:
        numbers = [
            row[0]
            for row in c.execute(
                text("SELECT number FROM certificates ORDER BY number LIMIT :n"), {"n": count + 1}
            )
        ]
    with b.f.work() as work:
        found = [work.certificates.certificate(number) for number in numbers]
    views = [certificates.view(b.f, one) for one in found if one]
    began = time.monotonic()
    b.f.typesetter.certificate(views[0])
    first = time.monotonic() - began
    began = time.monotonic()
    size = sum(len(b.f.typesetter.certificate(view)) for view in views[1:])
    seconds = time.monotonic() - began
    say(
        "pdf",
        first_ms=1000 * first,
        per_second=(len(views) - 1) / seconds,
        kb_each=size / (len(views) - 1) / 1000,
    )


def exporting(b: Bench) -> None:
    """One package of all certificates, by a worker that is killed once; released by another, verified by Python alone."""
    first, second = (b.actor(b.staffed.by_office[name]) for name in ("hr2", "hr3"))
    year = beijing_day(b.f.clock.now()).year
    began = time.monotonic()
    seen = packages.look(b.f, first, "410300", year, "", since_title=True)
    looked = time.monotonic() - began
    if not seen.good:
        raise SystemExit(f"nothing to export: {seen.refused[:3]}")
    made = packages.prepare(b.f, first, "410300", year, "", "年度职称评审", seen.digest, since_title=True)
    built = f"SELECT count(*) FROM package_records WHERE package = '{made.number}' AND state <> 'waiting'"  # noqa: S608
    seconds = worked(b, lambda: int(b.one(built)), len(seen.good), 7200)
    with b.process("hub.worker", "worker"):
        began = time.monotonic()
        until(lambda: b.one(f"SELECT state FROM packages WHERE number = '{made.number}'") == "built", 3600)  # noqa: S608
        sealed = time.monotonic() - began
    package_release.release(b.f, second, made.number)
    name, stream = packages.download(b.f, second, made.number)
    file = b.folder / name
    with stream, file.open("wb") as out:
        while part := stream.read(1 << 20):
            out.write(part)
    keys = b.folder / "keys.json"
    keys.write_text(json.dumps(b.f.signer.public()), "utf-8")
    began = time.monotonic()
    verifier = CHECKOUT / "hub" / "records" / "verify.py"
    checked = subprocess.run(
        [sys.executable, "-I", "-S", str(verifier), str(file), "--keys", str(keys)],
        capture_output=True,
        text=True,
        check=False,
    )
    say(
        "exported", records=len(seen.good), left_out=len(seen.refused), look_s=looked, seconds=seconds, per_second=len(seen.good) / seconds,
        seal_s=sealed, mb=file.stat().st_size / 1e6, verified=checked.returncode == 0, verify_s=time.monotonic() - began,
    )  # fmt: skip


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--size", choices=sorted(SIZES), default="m")
    words.add_argument("--rounds", type=int, default=40)
    words.add_argument("--papers", type=int, default=100)
    words.add_argument("--lists-only", action="store_true")
    given = words.parse_args()
    with bench(given.size) as b:
        lists(b, given.rounds)
        if given.lists_only:
            return
        issuing(b)
        paper(b, given.papers)
        exporting(b)


if __name__ == "__main__":
    main()
