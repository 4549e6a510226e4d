"""The audit log's own fence: events are only added, one after the other; and what its pages ask for is indexed.

Which role may do what is not said here: roles belong to the server, see hub.store.roles.
"""

from alembic import op

revision = "0006_audit_roles"
down_revision = "0005_records"


def upgrade() -> None:
    op.execute("""
        CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'the audit log is only added to' USING ERRCODE = 'insufficient_privilege';
        END $$""")
    op.execute("""
        CREATE FUNCTION audit_follows() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE last record;
        BEGIN
            SELECT seq, hash INTO last FROM public.audit_events ORDER BY seq DESC LIMIT 1;
            IF NEW.seq <> coalesce(last.seq, 0) + 1 OR NEW.previous <> coalesce(last.hash, repeat('0', 64)) THEN
                RAISE EXCEPTION 'event % does not follow the last one', NEW.seq USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END $$""")
    # One question for the lock and the last event: each statement in here sees what was committed while it waited.
    op.execute("""
        CREATE FUNCTION audit_end(lock bigint) RETURNS TABLE (seq bigint, hash text) LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_advisory_xact_lock(lock);
            RETURN QUERY SELECT e.seq, e.hash FROM public.audit_events e ORDER BY e.seq DESC LIMIT 1;
        END $$""")
    for table in ("audit_events", "audit_details"):
        op.execute(
            f"CREATE TRIGGER stays BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_stays()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER stays")  # in sessions of replicas too
    op.execute(
        "CREATE TRIGGER follows BEFORE INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION audit_follows()"
    )
    op.execute("ALTER TABLE audit_events ENABLE ALWAYS TRIGGER follows")
    op.create_index("ix_audit_events_verb", "audit_events", ["verb", "seq"])
    op.create_index("ix_audit_events_at", "audit_events", ["at"], postgresql_using="brin")


def downgrade() -> None:
    raise NotImplementedError("the fence around the log is not taken down")
