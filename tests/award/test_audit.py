"""The audit log over the real database: what leaves an event, exactly one; checkpoints; who reads what; the command line."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from hub.domain.audit import Kept, line_of
from hub.domain.audit_view import VERB_NAMES, Wanted
from hub.domain.chain import Wrong
from hub.domain.errors import Refusal
from hub.domain.people import Role
from hub.domain.regrade import Choice
from hub.identity.secrets import kept_text
from hub.journey import appoint, audit_log, enter, password, resets
from hub.journey.audit import note
from hub.journey.ports import Fittings
from hub.operations.audit import KINDS
from hub.operations.database import Embedded
from hub.settings import CHECKOUT, Settings
from hub.signing.keyring import KeyRing
from tests.assess.class_ import class_of
from tests.conftest import HandClock, rows
from tests.people import PASSWORD, SCHOOL, Town

FORGED = """
INSERT INTO grades (id, submission, run, assignment, person, points, max_points, passed, rule, settled_by, settled_at, by_cell)
SELECT 'grd-forged', submission, run, assignment || '-x', person, points, max_points, passed, rule, settled_by, settled_at, by_cell
FROM grades"""


def events(town: Town, *verbs: str) -> list[Kept]:
    with town.f.work() as work:
        found = list(work.audit.kept())
    return [k for k in found if not verbs or k.event.verb in verbs]


def whole(town: Town) -> None:
    found = audit_log.verify_all(town.f)
    assert found.report.finding is None
    assert not [c for c in found.coverage if c.wrong], found.coverage


def some(town: Town, count: int = 3) -> None:
    for n in range(count):
        with town.f.work() as work:
            note(town.f, work, None, "some.thing", f"thing-{n}", {"n": n})


def tamper(server: Embedded, engine: Engine, *statements: str) -> None:
    """As somebody who has the server itself, past all fences."""
    with server._connect(str(rows(engine, "SELECT current_database()")[0][0])) as boss:
        for table in ("audit_events", "audit_details"):
            boss.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        for statement in statements:
            boss.execute(statement)


def test_events_of_one_transaction_and_of_many_at_once_make_one_chain(town: Town) -> None:
    def write(n: int) -> None:
        with town.f.work() as work:
            note(town.f, work, None, "some.thing", f"thing-{n}", {"n": n})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(80)))
    assert sorted(k.detail["n"] for k in events(town)) == list(range(80))
    whole(town)


def test_what_is_rolled_back_leaves_no_event_and_no_gap(town: Town) -> None:
    some(town)
    with pytest.raises(RuntimeError), town.f.work() as work:
        note(town.f, work, None, "some.thing", "thing", {})
        raise RuntimeError
    some(town)
    assert [k.event.seq for k in events(town)] == list(range(1, 7))
    whole(town)


def test_a_detail_that_could_not_be_read_again_breaks_off_the_whole_change(town: Town) -> None:
    for detail in ({"x": 0.5}, {"x": 2**60}, {"名": "x"}):
        with pytest.raises(TypeError), town.f.work() as work:
            work.people.rename(town.uids["teacher"], "改过的名字", "x")
            note(town.f, work, None, "some.thing", "thing", detail)
    assert town.actor("teacher").name == "陈晓燕"
    assert events(town) == []


def test_an_event_names_the_roles_that_reach_the_place(town: Town) -> None:
    with town.f.work() as work:
        note(town.f, work, town.actor("school_admin"), "a.b", "x", {}, org=SCHOOL)
        note(town.f, work, town.actor("city"), "a.b", "x", {}, org=SCHOOL)
        note(town.f, work, town.actor("instructor"), "a.b", "x", {}, org="410300")
    assert [(k.event.role, k.event.scope) for k in events(town)] == [
        ("school_admin,teacher", SCHOOL), ("city_official", SCHOOL), ("instructor", "410300"),
    ]  # fmt: skip


def test_coming_in_leaves_one_event_each_and_none_for_strangers(town: Town, clock: HandClock) -> None:
    login, uid = town.actor("teacher").login, town.uids["teacher"]
    enter.sign_in(town.f, login, PASSWORD)
    for _ in range(5):
        with pytest.raises(Refusal):
            enter.sign_in(town.f, login, "wrong")
    for _ in range(20):  # a locked account that is hammered fills no log
        with pytest.raises(Refusal, match=r"auth\.locked"):
            enter.sign_in(town.f, login, PASSWORD)
    clock.pass_(seconds=61)
    with pytest.raises(Refusal, match=r"auth\.locked"):
        enter.sign_in(town.f, login, PASSWORD)
    for stranger in ("t99999999", "' OR 1=1", "x" * 500):
        with pytest.raises(Refusal):
            enter.sign_in(town.f, stranger, PASSWORD)
    told = [
        (k.event.verb, k.event.actor, k.event.subject, k.detail.get("why"), k.detail.get("locks"))
        for k in events(town)
    ]
    assert told == [
        ("enter.signed_in", uid, uid, None, None),
        *[("enter.refused", "", uid, "auth.failed", False)] * 4,
        ("enter.refused", "", uid, "auth.failed", True),
        ("enter.refused", "", uid, "auth.locked", False),
    ]  # fmt: skip
    resets.operator_reset(town.f, login)
    resets.reset_password(town.f, town.actor("registrar"), login)
    password.change(town.f, town.actor("colleague"), PASSWORD, "Mudan-2027-kaihua")
    assert [(k.event.verb, k.event.actor) for k in events(town)][-3:] == [
        ("password.reset", "system"),
        ("password.reset", town.uids["registrar"]),
        ("password.changed", town.uids["colleague"]),
    ]
    whole(town)


def test_no_name_no_login_and_no_password_is_in_the_log(town: Town, engine: Engine) -> None:
    login = town.actor("teacher").login
    enter.sign_in(town.f, login, PASSWORD)
    with pytest.raises(Refusal):
        enter.sign_in(town.f, login, "geheim-geheim")
    appoint.appoint(town.f, "张审计", Role.AUDIT_ADMIN, "410300")
    resets.operator_reset(town.f, login)
    kept = str(rows(engine, "SELECT * FROM audit_events")) + str(rows(engine, "SELECT * FROM audit_details"))
    for secret in (login, "陈晓燕", "张审计", PASSWORD, "geheim"):
        assert secret not in kept


def test_an_empty_house_begins_its_log_once(town: Town) -> None:
    appoint.found(town.f, ())
    appoint.found(town.f, ())
    begun = events(town, "log.begun")
    assert [k.event.seq for k in begun] == [1]
    assert begun[0].detail == dict.fromkeys(KINDS, 0)


def test_a_decided_regrade_leaves_its_event_and_one_for_each_grade_that_changed(f: Fittings) -> None:
    c = class_of(f, 3)
    for who, points in {0: (2, 0), 1: (2, 3), 2: (0, 0)}.items():
        c.hand_in(who, who, points)
    c.judge.mended |= {0: (2, 3), 2: (2, 0)}
    c.release()
    assert len(events(c.town, "grade.settled")) == 3
    c.decide(c.ask(), Choice.ALL)
    told = events(c.town)[3:]
    assert [k.event.verb for k in told] == ["regrade.decided", "grade.settled", "grade.settled"]
    assert {k.event.actor for k in told} == {c.teacher.uid} and told[0].detail["grades"] == 2
    assert all(k.detail["regrade"] == told[0].event.subject for k in told[1:])
    c.decide(c.ask(), Choice.DISCARD)
    assert [k.event.verb for k in events(c.town)[6:]] == ["regrade.decided"]
    whole(c.town)


def test_a_record_without_its_event_with_two_or_with_another_content_is_named(
    f: Fittings, engine: Engine
) -> None:
    c = class_of(f, 1)
    c.hand_in(0, 0, (2, 3))
    town, grade = c.town, str(rows(engine, "SELECT id FROM grades")[0][0])
    whole(town)
    assert [k.event.subject for k in events(town, "grade.settled")] == [grade]
    with engine.begin() as application:  # the application may change grades, but not unseen
        application.execute(text("UPDATE grades SET points = points / 2"))
    assert coverage(town).otherwise == (grade,)
    with engine.begin() as application:
        application.execute(text("UPDATE grades SET points = points * 2"))
    assert not coverage(town).wrong
    with engine.begin() as application:
        application.execute(text(FORGED))
    assert coverage(town).untold == ("grd-forged",)
    with (
        engine.begin() as application
    ):  # made to look old: counted apart, and held against the log's own beginning
        application.execute(text("UPDATE grades SET settled_at = '2001-01-01' WHERE id = 'grd-forged'"))
    found = coverage(town)
    assert (found.before, found.untold) == (1, ())
    with town.f.work() as work:
        note(town.f, work, None, "grade.settled", "grd-nowhere", {})
        note(town.f, work, None, "grade.settled", grade, {})
    found = coverage(town)
    assert (found.of_nothing, found.told_twice) == (("grd-nowhere",), (grade,))


def coverage(town: Town):  # type: ignore[no-untyped-def]
    return next(c for c in audit_log.verify_all(town.f).coverage if c.kind == "grades")


def test_old_records_planted_behind_the_beginning_of_the_log_are_noticed(town: Town, engine: Engine) -> None:
    appoint.found(town.f, ())
    with engine.begin() as application:
        application.execute(
            text("INSERT INTO roster_imports VALUES ('imp-forged', '', '410300', 'x', '2001-01-01', '{}')")
        )
    found = next(c for c in audit_log.verify_all(town.f).coverage if c.kind == "imports")
    assert found.planted and found.wrong and (found.begun, found.before) == (0, 1)


def test_a_checkpoint_is_signed_kept_and_catches_what_is_cut_off_or_written_anew(
    town: Town, engine: Engine, server: Embedded, settings: Settings, clock: HandClock
) -> None:
    some(town, 5)
    made = audit_log.checkpoint(town.f)
    assert audit_log.latest(town.f) == made
    claims = town.f.signer.verify(made.token, audit_log.TYPE)
    assert claims and claims["size"] == 5 and claims["iss"] == town.f.issuer
    kept = list((settings.audit_dir / "checkpoints").iterdir())
    assert len(kept) == 1 and kept[0].suffix == ".jws"
    some(town, 2)
    whole(town)
    tamper(
        server, engine, "DELETE FROM audit_details WHERE seq > 3", "DELETE FROM audit_events WHERE seq > 3"
    )
    found = audit_log.verify_all(town.f).report.finding
    assert found and (found.seq, found.how, found.until) == (4, Wrong.CUT, 5)
    with pytest.raises(Refusal, match=r"audit\.broken"):
        audit_log.checkpoint(town.f)
    assert len(list((settings.audit_dir / "checkpoints").iterdir())) == 1
    some(town, 4)  # a new end grows, and agrees with itself
    found = audit_log.verify_all(town.f).report.finding
    assert found and (found.how, found.until) == (Wrong.REWRITTEN, 5)


@pytest.mark.parametrize(
    ("statement", "seq", "how"),
    [
        ("UPDATE audit_events SET subject = 'thing-9' WHERE seq = 3", 3, Wrong.CHANGED),
        ("UPDATE audit_details SET detail = '{\"n\": 9}' WHERE seq = 3", 3, Wrong.DETAIL),
        ("UPDATE audit_details SET salt = 'x' WHERE seq = 3", 3, Wrong.DETAIL),
        ("DELETE FROM audit_details WHERE seq = 3; DELETE FROM audit_events WHERE seq = 3", 3, Wrong.MISSING),
        ("DELETE FROM audit_details WHERE seq = 3", 3, Wrong.DETAIL),
    ],
)
def test_what_is_changed_in_the_database_past_all_fences_is_named(
    town: Town, engine: Engine, server: Embedded, statement: str, seq: int, how: Wrong
) -> None:
    some(town, 5)
    whole(town)
    tamper(server, engine, *statement.split("; "))
    found = audit_log.verify_all(town.f).report.finding
    assert found and (found.seq, found.how) == (seq, how)


def test_a_day_has_one_checkpoint_and_a_broken_log_is_told_once_a_day(
    town: Town, engine: Engine, server: Embedded, clock: HandClock
) -> None:
    some(town)
    assert audit_log.state(town.f) is None
    assert audit_log.keep(town.f) is not None
    assert audit_log.keep(town.f) is None
    state = audit_log.state(town.f)
    assert state and (state.size, state.wrong) == (3, None)
    clock.pass_(days=1)
    some(town)
    again = audit_log.checkpoint(town.f, whole=False)  # from the last one on
    assert again.checkpoint.root == audit_log.checkpoint(town.f).checkpoint.root
    clock.pass_(days=1)
    tamper(server, engine, "UPDATE audit_events SET verb = 'x' WHERE seq = 2")
    with pytest.raises(Refusal, match=r"audit\.broken"):
        audit_log.keep(town.f)
    assert audit_log.keep(town.f) is None
    state = audit_log.state(town.f)
    assert state and state.wrong and state.wrong.seq == 2


def test_a_checkpoint_that_somebody_else_signed_or_altered_is_none_of_ours(
    town: Town, settings: Settings, tmp_path: Path
) -> None:
    some(town)
    forged = KeyRing(tmp_path / "keys", kept_text).sign(
        {"size": 1, "head": "0" * 64, "root": "0" * 64, "at": ""}, audit_log.TYPE
    )
    folder = settings.audit_dir / "checkpoints"
    folder.mkdir(parents=True)
    (folder / "20260101T000000Z-1.jws").write_text(forged)
    (folder / "20260101T000001Z-1.jws").write_text("nonsense")
    assert audit_log.latest(town.f) is None
    whole(town)


def test_the_log_is_read_by_the_citys_audit_administrator_alone_and_ones_own_comings_by_everybody(
    town: Town, clock: HandClock
) -> None:
    for who in ("teacher", "colleague"):
        enter.sign_in(town.f, town.actor(who).login, PASSWORD)
    for who in town.uids:
        with pytest.raises(Refusal, match=r"access\.denied"):
            audit_log.read(town.f, town.actor(who), Wanted(), None)
    with (
        town.f.work() as work
    ):  # nobody can be appointed like this; should it stand in the table, it opens nothing
        work.people.grant(town.uids["far_admin"], Role.AUDIT_ADMIN, "410304", date(2020, 9, 1), "test")
    auditor, _ = appoint.appoint(town.f, "市里的审计", Role.AUDIT_ADMIN, "410300")
    town.uids["auditor"] = auditor.uid
    with pytest.raises(Refusal, match=r"access\.denied"):
        audit_log.read(town.f, town.actor("far_admin"), Wanted(), None)
    found = audit_log.read(town.f, town.actor("auditor"), Wanted(), None)
    assert [e.event.seq for e in found.events] == [3, 2, 1]
    own = audit_log.own(town.f, town.actor("teacher"), None)
    assert {e.event.subject for e in own.events} == {town.uids["teacher"]}
    assert len(own.events) == 1


def test_pages_of_the_log_follow_one_another_and_filters_hold(town: Town, clock: HandClock) -> None:
    auditor, _ = appoint.appoint(town.f, "审计员", Role.AUDIT_ADMIN, "410300")
    town.uids["auditor"] = auditor.uid
    who = town.actor("auditor")
    some(town, 120)
    clock.pass_(days=1)
    some(town, 3)
    seen: list[int] = []
    before = None
    while True:
        page = audit_log.read(town.f, who, Wanted(), before)
        seen += [e.event.seq for e in page.events]
        before = page.next
        if before is None:
            break
    assert seen == list(range(124, 0, -1))
    since, until = audit_log.of_day(date(2026, 11, 24))
    assert len(audit_log.read(town.f, who, Wanted(since=since, until=until), None).events) == 3
    assert len(audit_log.read(town.f, who, Wanted(subject="thing-1"), None).events) == 2
    assert len(audit_log.read(town.f, who, Wanted(verbs=("office.given",)), None).events) == 1
    assert len(audit_log.read(town.f, who, Wanted(actor=who.uid), None).events) == 0


@pytest.fixture
def exported(town: Town, tmp_path: Path) -> Path:
    """A folder with what an outside witness has: the exported log, a checkpoint, the public keys."""
    some(town, 6)
    made = audit_log.checkpoint(town.f)
    with town.f.work() as work:
        (tmp_path / "log.jsonl").write_bytes(b"".join(line_of(k) for k in work.audit.kept()))
        (tmp_path / "bare.jsonl").write_bytes(b"".join(line_of(k) for k in work.audit.events()))
    (tmp_path / "point.jws").write_text(made.token + "\n")
    (tmp_path / "point.json").write_text(json.dumps({"size": 6, "token": made.token}))
    (tmp_path / "keys.json").write_text(json.dumps(town.f.signer.public()))
    return tmp_path


def luojiao(folder: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """The command where there is no platform: an environment with nothing in it but a setting that is wrong."""
    known = {
        "PATH": os.defpath,
        "PYTHONPATH": str(CHECKOUT),
        "LUOJIAO_NONSENSE": "1",
        "LANG": "C.UTF-8",
    } | env
    command = [sys.executable, "-m", "hub.cli", "audit", *words]
    return subprocess.run(
        command, cwd=folder, env=known, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("log", ["log.jsonl", "bare.jsonl"])
def test_an_exported_log_is_verified_where_there_is_no_platform(exported: Path, log: str) -> None:
    words = (
        "verify",
        "--log",
        log,
        "--checkpoint",
        "point.jws",
        "--checkpoint",
        "point.json",
        "--keys",
        "keys.json",
    )
    done = luojiao(exported, *words)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "6 条" in done.stdout and "2 个检查点相符" in done.stdout
    lines = (exported / log).read_bytes().splitlines(keepends=True)
    (exported / log).write_bytes(b"".join(lines[:3] + lines[4:]))
    done = luojiao(exported, *words)
    assert done.returncode == 1 and "第 4 条不见了" in done.stdout
    (exported / log).write_bytes(b"".join(lines[:4]))
    done = luojiao(exported, *words)
    assert done.returncode == 1 and "第 5 条起被截掉了" in done.stdout
    done = luojiao(exported, "verify", "--log", log)
    assert done.returncode == 0 and "没有检查点" in done.stdout


def test_what_cannot_be_used_is_one_line_and_exits_2(exported: Path) -> None:
    (exported / "other.json").write_text('{"keys": []}')
    for words in (
        ("verify", "--log", "none.jsonl"),
        ("verify", "--log", "log.jsonl", "--checkpoint", "point.jws"),
        ("verify", "--log", "log.jsonl", "--checkpoint", "none", "--keys", "keys.json"),
        ("verify", "--log", "log.jsonl", "--checkpoint", "point.jws", "--keys", "other.json"),
        ("verify", "--log", "log.jsonl", "--checkpoint", "point.jws", "--keys", "log.jsonl"),
        ("verify",),  # the wrong setting
    ):
        done = luojiao(exported, *words)
        assert done.returncode == 2, (words, done.stdout, done.stderr)
        assert len(done.stdout.strip().splitlines()) == 1 and "Traceback" not in done.stderr
    token = (exported / "point.jws").read_text()
    head, body, tail = token.strip().split(".")
    (exported / "point.jws").write_text(f"{head}.{body}.{tail[:-4]}AAAA")
    done = luojiao(
        exported, "verify", "--log", "log.jsonl", "--checkpoint", "point.jws", "--keys", "keys.json"
    )
    assert done.returncode == 1 and "签名不对" in done.stdout


def test_the_command_verifies_exports_and_writes_checkpoints_of_a_platform(
    town: Town, settings: Settings, tmp_path: Path, engine: Engine, server: Embedded
) -> None:
    some(town, 4)
    env = {"LUOJIAO_HOME": str(settings.home), "LUOJIAO_DATABASE_URL": settings.database_url}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        known = {"PATH": os.defpath, "PYTHONPATH": str(CHECKOUT), "LANG": "C.UTF-8"} | env
        command = [sys.executable, "-m", "hub.cli", "audit", *words]
        return subprocess.run(
            command, cwd=tmp_path, env=known, capture_output=True, text=True, timeout=60, check=False
        )

    with server._connect("postgres") as boss:
        boss.execute("ALTER ROLE luojiao CREATEDB")  # the Hub's database is made beside it
    try:
        done = run("checkpoint")
        assert done.returncode == 0 and "4 条" in done.stdout, done.stdout + done.stderr
        assert run("export", "log.jsonl").returncode == 0
        assert run("export", "log.jsonl").returncode == 2  # nothing is overwritten
        assert run("export", "all.jsonl", "--details").returncode == 0
        assert b"salt" not in (tmp_path / "log.jsonl").read_bytes()
        assert b"salt" in (tmp_path / "all.jsonl").read_bytes()
        done = run("verify")
        assert done.returncode == 0 and "成绩：0 份" in done.stdout, done.stdout + done.stderr
        tamper(server, engine, "UPDATE audit_events SET verb = 'x' WHERE seq = 2")
        done = run("verify")
        assert done.returncode == 1 and "第 2 条内容被改过" in done.stdout
    finally:
        with server._connect("postgres") as boss:
            boss.execute("ALTER ROLE luojiao NOCREATEDB")


def noted_verbs() -> set[str]:
    """Every verb that a journey spells out where it notes an event."""
    found: set[str] = set()
    for path in (CHECKOUT / "hub" / "journey").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2]
            assigned = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "verb"
            if called in ("note", "_note", "note_entry", "Told") or assigned:
                parts = [node.value] if isinstance(node, ast.Assign) else getattr(node, "args", [])
                some = [c for part in parts if not isinstance(part, ast.Dict) for c in ast.walk(part)]
                said = [c.value for c in some if isinstance(c, ast.Constant) and isinstance(c.value, str)]
                found |= {text for text in said if re.fullmatch(r"[a-z_]+\.[a-z_]+", text)}
    return found


def test_every_event_has_a_name_that_the_audit_administrator_reads_and_can_ask_for() -> None:
    verbs = noted_verbs()
    assert len(verbs) > 50 and not verbs - set(VERB_NAMES)
