"""A day of arrival that nobody knows is kept as unknown; days that the initial review made up are let go"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

TABLES = ("submission", "receipt")
STATED = "SELECT id FROM submission WHERE idempotency_key LIKE 'confirm:%'"
DAYLESS = "SELECT id FROM submission WHERE idempotency_key LIKE 'confirm:%' OR form = 'covered'"
ONLY_DAYLESS = """
UPDATE assignment SET first_received_on = NULL, first_received_at = NULL
WHERE id IN (SELECT assignment_id FROM submission_assignment WHERE submission_id IN ({dayless}))
AND id NOT IN (
    SELECT link.assignment_id FROM submission_assignment AS link JOIN submission AS sent ON sent.id = link.submission_id
    WHERE sent.arrived_on IS NOT NULL AND sent.state <> 'recalled' AND link.state <> 'recalled'
)
"""


def upgrade() -> None:
    _nullable(yes=True)
    op.execute(f"UPDATE receipt SET form = 'stated' WHERE submission_id IN ({STATED})")
    op.execute("UPDATE submission SET form = 'stated' WHERE idempotency_key LIKE 'confirm:%'")
    op.execute(f"UPDATE receipt SET arrived_on = NULL WHERE submission_id IN ({DAYLESS})")
    op.execute("UPDATE submission SET arrived_on = NULL WHERE idempotency_key LIKE 'confirm:%' OR form = 'covered'")
    op.execute(ONLY_DAYLESS.format(dayless=DAYLESS))


def downgrade() -> None:
    op.execute("UPDATE submission SET arrived_on = DATE(recorded_at) WHERE arrived_on IS NULL")
    op.execute(
        "UPDATE receipt SET arrived_on = (SELECT s.arrived_on FROM submission AS s WHERE s.id = receipt.submission_id)"
        " WHERE arrived_on IS NULL"
    )
    for table in TABLES:
        op.execute(f"UPDATE {table} SET form = 'signed' WHERE form = 'stated'")  # noqa: S608 - our own two names
    _nullable(yes=False)


def _nullable(*, yes: bool) -> None:
    """SQLite rebuilds a table to change a column, and ``submission`` may not go while others point to it."""
    if op.get_bind().dialect.name != "sqlite":
        for table in TABLES:
            op.alter_column(table, "arrived_on", existing_type=sa.Date(), nullable=yes)
        return
    with op.batch_alter_table("receipt") as receipt:
        receipt.alter_column("arrived_on", existing_type=sa.Date(), nullable=yes)
    kept = "arrived_day DATE" if yes else "arrived_day DATE NOT NULL DEFAULT '1970-01-01'"
    op.execute(f"ALTER TABLE submission ADD COLUMN {kept}")
    op.execute("UPDATE submission SET arrived_day = arrived_on")
    op.execute("ALTER TABLE submission DROP COLUMN arrived_on")
    op.execute("ALTER TABLE submission RENAME COLUMN arrived_day TO arrived_on")
