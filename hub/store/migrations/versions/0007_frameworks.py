"""Frameworks that are published stay as they are: triggers that refuse every change but succession; one successor each."""

import sqlalchemy as sa
from alembic import op

revision = "0007_frameworks"
down_revision = "0006_audit_roles"

# A published framework's last day is set by the one that succeeds it, which begins on that day; nothing else changes.
_FRAMEWORKS = """
CREATE FUNCTION framework_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'draft' THEN
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' AND to_jsonb(NEW) = to_jsonb(OLD) THEN RETURN NEW; END IF;
  IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'valid_to' = to_jsonb(OLD) - 'valid_to' AND NEW.valid_to IS NOT NULL
     AND (OLD.valid_to IS NULL OR NEW.valid_to < OLD.valid_to)
     AND EXISTS (SELECT FROM public.frameworks s
                 WHERE s.succeeds = OLD.id AND s.state = 'published' AND s.valid_from = NEW.valid_to)
  THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'framework % is published and stays as it is', OLD.id USING ERRCODE = 'integrity_constraint_violation';
END $$"""

# The row is locked for sharing, so that nobody publishes it between the look and the change.
_PARTS = """
CREATE FUNCTION framework_part_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE one text; kept text;
BEGIN
  FOREACH one IN ARRAY CASE TG_OP
    WHEN 'INSERT' THEN ARRAY[NEW.framework] WHEN 'DELETE' THEN ARRAY[OLD.framework]
    ELSE ARRAY[OLD.framework, NEW.framework] END
  LOOP
    SELECT state INTO kept FROM public.frameworks WHERE id = one FOR SHARE;
    IF kept = 'published' THEN
      RAISE EXCEPTION 'framework % is published and stays as it is', one USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  END LOOP;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$"""

# Between published frameworks a correspondence may be added, never changed.
_CROSSWALKS = """
CREATE FUNCTION crosswalk_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE kept integer;
BEGIN
  SELECT count(*) INTO kept FROM (
    SELECT FROM public.frameworks WHERE id IN (OLD.from_framework, OLD.to_framework) AND state = 'published' FOR SHARE) p;
  IF kept = 2 THEN
    RAISE EXCEPTION 'a correspondence between published frameworks stays' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$"""

_TRIGGERS = (
    "CREATE TRIGGER framework_stays BEFORE UPDATE OR DELETE ON frameworks"
    " FOR EACH ROW EXECUTE FUNCTION framework_stays()",
    "CREATE TRIGGER node_stays BEFORE INSERT OR UPDATE OR DELETE ON nodes"
    " FOR EACH ROW EXECUTE FUNCTION framework_part_stays()",
    "CREATE TRIGGER guide_stays BEFORE UPDATE OR DELETE ON guides"
    " FOR EACH ROW EXECUTE FUNCTION framework_part_stays()",
    "CREATE TRIGGER crosswalk_stays BEFORE UPDATE OR DELETE ON crosswalks"
    " FOR EACH ROW EXECUTE FUNCTION crosswalk_stays()",
)


def upgrade() -> None:
    for statement in (_FRAMEWORKS, _PARTS, _CROSSWALKS, *_TRIGGERS):
        op.execute(statement)
    for trigger, table in (
        ("framework", "frameworks"),
        ("node", "nodes"),
        ("guide", "guides"),
        ("crosswalk", "crosswalks"),
    ):
        op.execute(
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}_stays"
        )  # in sessions of replicas too
    op.create_index(
        "uq_frameworks_succeeds",
        "frameworks",
        ["succeeds"],
        unique=True,
        postgresql_where=sa.text("state = 'published'"),
    )
    op.create_check_constraint("state", "frameworks", "state IN ('draft', 'published')")
    op.create_check_constraint("days", "frameworks", "valid_to IS NULL OR valid_to > valid_from")
    op.create_check_constraint("itself", "frameworks", "succeeds IS NULL OR succeeds <> id")
