"""Proof is only added to: attempts, events and calls are never removed, what is finished never changes"""

from alembic import op

revision = "0014"
down_revision = "0012"
branch_labels = None
depends_on = None

SAYS = "the record of notices is append-only"
KEPT = ("delivery", "message_event", "phone_call")
CALL = ("assignment_id", "agency_id", "called_at", "number", "person", "result", "answer", "recorded_by", "recorded_at")
# An attempt may get its outcome, and one in doubt may still get its evidence.
FINISHED = "OLD.outcome IS NOT NULL AND OLD.outcome <> 'unknown'"


def _sqlite() -> dict[str, str]:
    """Trigger name to its statement."""
    refuse = f"BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
    changed = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in CALL)
    found = {}
    for table in KEPT:
        found[f"{table}_no_delete"] = f"BEFORE DELETE ON {table} {refuse}"
        # REPLACE removes the old row without firing its DELETE trigger (sqlite.org/lang_conflict.html).
        found[f"{table}_no_replace"] = (
            f"BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) {refuse}"
        )
    found["message_event_no_update"] = f"BEFORE UPDATE ON message_event {refuse}"
    found["delivery_no_update"] = f"BEFORE UPDATE ON delivery WHEN {FINISHED} {refuse}"
    found["phone_call_no_update"] = f"BEFORE UPDATE ON phone_call WHEN OLD.undone_at IS NOT NULL OR {changed} {refuse}"
    return found


def _postgresql() -> dict[str, str]:
    refuse = "EXECUTE FUNCTION notice_record_refuse()"
    changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in CALL)
    found = {}
    for table in KEPT:
        found[f"{table}_no_delete"] = f"BEFORE DELETE ON {table} FOR EACH ROW {refuse}"
        found[f"{table}_no_truncate"] = f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}"
    found["message_event_no_update"] = f"BEFORE UPDATE ON message_event FOR EACH ROW {refuse}"
    found["delivery_no_update"] = f"BEFORE UPDATE ON delivery FOR EACH ROW WHEN ({FINISHED}) {refuse}"
    found["phone_call_no_update"] = (
        f"BEFORE UPDATE ON phone_call FOR EACH ROW WHEN (OLD.undone_at IS NOT NULL OR {changed}) {refuse}"
    )
    return found


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def upgrade() -> None:
    if not _is_sqlite():
        op.execute(
            "CREATE FUNCTION notice_record_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{SAYS}'; END $$"
        )
    for name, body in (_sqlite() if _is_sqlite() else _postgresql()).items():
        op.execute(f"CREATE TRIGGER {name} {body}")


def downgrade() -> None:
    for name, body in (_sqlite() if _is_sqlite() else _postgresql()).items():
        on = "" if _is_sqlite() else f" ON {body.partition(' ON ')[2].partition(' ')[0]}"
        op.execute(f"DROP TRIGGER {name}{on}")
    if not _is_sqlite():
        op.execute("DROP FUNCTION notice_record_refuse()")
