"""What changed in a feed since a version is found without reading the rest of it."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feed_entry", sa.Column("feed_version", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_feed_entry_change", "feed_entry", ["feed_id", "feed_version"])


def downgrade() -> None:
    op.drop_index("ix_feed_entry_change", table_name="feed_entry")
    op.drop_column("feed_entry", "feed_version")
