"""The application's database role adds to the audit log and reads it; nothing that it may do changes what is there."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from hub.journey.audit import note
from hub.operations.database import Embedded
from hub.store.roles import ways_around
from tests.conftest import rows
from tests.people import Town

TABLES = ("audit_events", "audit_details")
WAYS = (
    "UPDATE {} SET seq = seq",
    "UPDATE {} SET seq = seq WHERE false",
    "DELETE FROM {}",
    "TRUNCATE {} CASCADE",
    "TRUNCATE people CASCADE",
    "ALTER TABLE {} DISABLE TRIGGER stays",
    "ALTER TABLE {} DISABLE TRIGGER ALL",
    "ALTER TABLE {} ADD COLUMN more int",
    "ALTER TABLE {} RENAME TO gone",
    "ALTER TABLE {} OWNER TO luojiao",
    "DROP TABLE {} CASCADE",
    "DROP TRIGGER stays ON {}",
    "CREATE TRIGGER mine BEFORE INSERT ON {} FOR EACH ROW EXECUTE FUNCTION audit_stays()",
    "CREATE RULE mine AS ON INSERT TO {} DO INSTEAD NOTHING",
    "CREATE OR REPLACE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "DROP FUNCTION audit_stays() CASCADE",
    "GRANT luojiao_owner TO luojiao",
    "SET ROLE luojiao_owner",
    "SET SESSION AUTHORIZATION luojiao_owner",
    "SET session_replication_role = replica",
    "ALTER ROLE luojiao SUPERUSER",
    "ALTER ROLE luojiao CREATEROLE",
    "CREATE ROLE another",
    "ALTER ROLE luojiao_owner PASSWORD 'mine'",
    "REASSIGN OWNED BY luojiao_owner TO luojiao",
    "DROP OWNED BY luojiao_owner CASCADE",
    "ALTER SCHEMA public RENAME TO gone",
    "DROP SCHEMA public CASCADE",
    "CREATE TABLE public.mine (value int)",
    "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "ALTER DEFAULT PRIVILEGES FOR ROLE luojiao_owner GRANT ALL ON TABLES TO luojiao",
    "SELECT lo_import('/etc/passwd')",
    "COPY {} FROM PROGRAM 'true'",
    "SELECT * FROM {} FOR UPDATE",
    "MERGE INTO {} t USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
    "INSERT INTO {} SELECT * FROM {} ON CONFLICT (seq) DO UPDATE SET seq = excluded.seq",
)


@pytest.fixture
def log(town: Town) -> Town:
    with town.f.work() as work:
        note(town.f, work, None, "one.thing", "first", {"n": 1})
        note(town.f, work, town.actor("city"), "another.thing", "second", {"n": 2}, org="410300")
    return town


@pytest.mark.parametrize("way", WAYS)
def test_no_statement_of_the_application_changes_what_the_log_says(
    log: Town, engine: Engine, way: str
) -> None:
    before = said(engine)
    for table in TABLES if "{}" in way else ("",):
        with engine.connect() as connection, pytest.raises(DBAPIError):
            connection.execute(text(way.replace("{}", table)))
            connection.commit()
    assert said(engine) == before
    with engine.connect() as connection:
        assert ways_around(connection) == ()


def said(engine: Engine) -> list[object]:
    return rows(engine, "SELECT * FROM audit_events LEFT JOIN audit_details USING (seq) ORDER BY seq")  # type: ignore[return-value]


@pytest.mark.parametrize("way", ["GRANT ALL ON {} TO luojiao", "GRANT UPDATE ON {} TO PUBLIC"])
def test_what_the_application_grants_itself_is_nothing(log: Town, engine: Engine, way: str) -> None:
    for table in TABLES:  # PostgreSQL warns that there was nothing to grant, and goes on
        with engine.begin() as connection:
            connection.execute(text(way.replace("{}", table)))
    with engine.connect() as connection:
        assert ways_around(connection) == ()


@pytest.mark.parametrize(("seq", "previous"), [(2, "0" * 64), (4, "0" * 64), (3, "f" * 64), (-1, "0" * 64)])
def test_an_event_that_does_not_follow_the_last_one_is_not_taken(
    log: Town, engine: Engine, seq: int, previous: str
) -> None:
    statement = "INSERT INTO audit_events VALUES (:seq, '', '', '', '', '', '', '', :previous, '')"
    with engine.connect() as connection, pytest.raises(DBAPIError):
        connection.execute(text(statement), {"seq": seq, "previous": previous})


def test_the_fence_stands_before_the_owner_and_the_superuser_too_and_who_takes_it_down_is_told_of(
    log: Town, engine: Engine, server: Embedded
) -> None:
    name = rows(engine, "SELECT current_database()")[0][0]
    with server._connect(str(name)) as boss:
        for statement in (
            "UPDATE audit_events SET actor = 'x'",
            "DELETE FROM audit_details",
            "TRUNCATE audit_details",
        ):
            with pytest.raises(Exception, match="only added to"):
                boss.execute(statement)
        boss.execute("SET session_replication_role = replica")
        with pytest.raises(Exception, match="only added to"):
            boss.execute("UPDATE audit_events SET actor = 'x'")
        boss.execute("ALTER TABLE audit_events DISABLE TRIGGER stays")
        with engine.connect() as connection:
            assert "触发器" in ways_around(connection)[0]


def test_what_a_later_migration_makes_is_the_applications_to_use(engine: Engine, server: Embedded) -> None:
    name = str(rows(engine, "SELECT current_database()")[0][0])
    owner = create_engine(server.url(name, "luojiao_owner"))
    with owner.begin() as connection:
        connection.execute(text("CREATE TABLE later (id bigint GENERATED ALWAYS AS IDENTITY, told text)"))
        connection.execute(text("CREATE SEQUENCE later_numbers"))
    owner.dispose()
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO later (told) VALUES ('x')"))
        connection.execute(text("UPDATE later SET told = 'y'"))
        connection.execute(text("SELECT nextval('later_numbers')"))
        connection.execute(text("DELETE FROM later"))
