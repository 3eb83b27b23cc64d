"""Feeds keep their head; an audit entry cannot be replaced either"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# REPLACE removes the old row without firing its DELETE trigger (sqlite.org/lang_conflict.html).
NO_REPLACE = """
CREATE TRIGGER audit_entry_no_replace BEFORE INSERT ON audit_entry
WHEN EXISTS (SELECT 1 FROM audit_entry WHERE seq = NEW.seq OR hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END
"""


def upgrade() -> None:
    # No batch: recreating "feed" would drop a table that entries refer to.
    op.add_column("feed", sa.Column("head", sa.JSON(), nullable=False, server_default=sa.text("'{}'")))
    if op.get_bind().dialect.name == "sqlite":
        op.execute(NO_REPLACE)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_entry_no_replace")
    op.drop_column("feed", "head")
