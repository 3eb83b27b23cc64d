"""An extension of a whole period that was taken back is kept, with when, by whom and why"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("period_extension", sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("period_extension", sa.Column("undone_by", sa.String(120), nullable=True))
    op.add_column("period_extension", sa.Column("undone_reason", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("period_extension", "undone_reason")
    op.drop_column("period_extension", "undone_by")
    op.drop_column("period_extension", "undone_at")
