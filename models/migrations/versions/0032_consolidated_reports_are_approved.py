"""A consolidated report is submitted and approved before its number is recorded"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None
COLUMNS = ("submitted_by", "submitted_at", "approved_by", "approved_at", "remarks")


def upgrade() -> None:
    op.add_column("consolidation", sa.Column("submitted_by", sa.String(120), nullable=True))
    op.add_column("consolidation", sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("consolidation", sa.Column("approved_by", sa.String(120), nullable=True))
    op.add_column("consolidation", sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("consolidation", sa.Column("remarks", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("consolidation") as table:
        for name in COLUMNS:
            table.drop_column(name)
