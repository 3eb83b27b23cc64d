"""What a contact got today is found by its day: the daily cap counts it before every send."""

from alembic import op

revision = "0012"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_message_contact_day", "message", ["contact_id", "finished_at"])


def downgrade() -> None:
    op.drop_index("ix_message_contact_day", table_name="message")
