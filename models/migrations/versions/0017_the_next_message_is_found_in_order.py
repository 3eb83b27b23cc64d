"""The next message is found in order: a lease costs what it takes, not what waits."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

WAITS = sa.text("state IN ('planned', 'retry', 'unknown')")


def upgrade() -> None:
    op.create_index(
        "ix_message_waiting",
        "message",
        ["channel", "priority", "next_at", "id"],
        sqlite_where=WAITS,
        postgresql_where=WAITS,
    )


def downgrade() -> None:
    op.drop_index("ix_message_waiting", table_name="message")
