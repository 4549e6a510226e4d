"""What the old flow of one step left behind becomes records of the chain; nothing of it is lost."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text

from hub.operations.database import Embedded
from hub.operations.database_roles import OWNER, ROLE
from hub.store.migrate import config, migrate

_OLD = """
INSERT INTO organisations (code, name, level, kind) VALUES ('s', '学校', 'school', 'primary');
INSERT INTO people (uid, login, name, kind, sort_key, id_masked, active, created_at)
  SELECT 'p' || n, 't' || n, '甲', 'staff', 'a', '', true, now() FROM generate_series(1, 4) n;
INSERT INTO applications (id, person, school, requirement, evidence, rating, state, submitted_at, decided_by, decided_at, reason) VALUES
  ('a1', 'p1', 's', 'it2-data-literacy', '["e1"]', '优秀', 'issued', '2026-01-01', 'p4', '2026-01-02', ''),
  ('a2', 'p2', 's', 'it2-data-literacy', '[]', '合格', 'returned', '2026-01-01', 'p4', '2026-01-02', '请补材料'),
  ('a3', 'p2', 's', 'it2-data-literacy', '[]', '合格', 'returned', '2026-01-03', 'p4', '2026-01-04', '还缺'),
  ('a4', 'p2', 's', 'it2-data-literacy', '[]', '合格', 'submitted', '2026-01-05', NULL, NULL, ''),
  ('a5', 'p3', 's', 'it2-data-literacy', '[]', '合格', 'issued', '2026-01-01', 'p4', '2026-01-02', '');
INSERT INTO certificates (number, application, person, holder_name, school_name, requirement, rating, issued_at, valid_to,
  key_id, credential, evidence_digest) VALUES
  ('N1', 'a1', 'p1', '甲', '学校', 'it2-data-literacy', '优秀', '2026-01-02', '2031-01-02', 'k', 'x', 'd'),
  ('N5', 'a5', 'p3', '甲', '学校', 'it2-data-literacy', '合格', '2026-01-02', '2031-01-02', 'k', 'x', 'd');
INSERT INTO revocations VALUES ('N5', '2026-02-01', 'p4', '不实');
"""


def test_old_rows_are_carried_over(server: Embedded) -> None:
    server.ensure_databases(("before_review",))
    engine = create_engine(server.url("before_review", OWNER))
    with engine.begin() as connection:
        alembic = config()
        alembic.attributes["connection"] = connection
        command.upgrade(alembic, "0005_records")
        connection.execute(text(_OLD))
    migrate(engine, ROLE)
    with engine.connect() as connection:
        applications = {
            row[0]: tuple(row[1:])
            for row in connection.execute(
                text("SELECT id, rule, rating, state, certificate, dossiers FROM applications")
            )
        }
        reviews = [
            tuple(row)
            for row in connection.execute(
                text('SELECT application, step, "by", reason FROM reviews ORDER BY application, seq')
            )
        ]
    engine.dispose()
    rule = "it2-data-literacy"
    assert applications == {
        "a1": (rule, "excellent", "issued", "N1", []), "a2": (rule, "pass", "returned", None, []),
        "a3": (rule, "pass", "returned", None, []), "a4": (rule, "pass", "submitted", None, []),
        "a5": (rule, "pass", "revoked", "N5", []),
    }  # fmt: skip
    assert reviews == [
        ("a1", "submit", "p1", ""), ("a1", "school", "p4", ""), ("a1", "issue", "p4", ""),
        ("a2", "submit", "p2", ""), ("a2", "return", "p4", "请补材料"),
        ("a3", "submit", "p2", ""), ("a3", "return", "p4", "还缺"), ("a4", "submit", "p2", ""),
        ("a5", "submit", "p3", ""), ("a5", "school", "p4", ""), ("a5", "issue", "p4", ""), ("a5", "revoke", "p4", "不实"),
    ]  # fmt: skip
