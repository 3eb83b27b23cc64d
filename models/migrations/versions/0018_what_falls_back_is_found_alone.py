"""What falls back is found alone: an index that holds every message made SQLite read all of history to find who waits."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

SET = sa.text("fallback_of IS NOT NULL")


def upgrade() -> None:
    op.drop_index("ix_message_fallback_of", table_name="message")
    op.create_index("ix_message_fallback_of", "message", ["fallback_of"], sqlite_where=SET, postgresql_where=SET)


def downgrade() -> None:
    op.drop_index("ix_message_fallback_of", table_name="message")
    op.create_index("ix_message_fallback_of", "message", ["fallback_of"])
