"""Bounces find their message by its Message-ID."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_message_message_id", "message", ["message_id"])


def downgrade() -> None:
    op.drop_index("ix_message_message_id", table_name="message")
