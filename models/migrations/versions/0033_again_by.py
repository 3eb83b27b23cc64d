"""A report sent back to be completed keeps the day by which it is asked for again"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("submission_assignment", sa.Column("again_by", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("submission_assignment", "again_by")
