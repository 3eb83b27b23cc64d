"""A report that serves several duties keeps each one's own part, and may be replaced for one of them alone"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("submission_assignment", sa.Column("part", sa.JSON(), nullable=True))
    op.add_column("submission_assignment", sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("submission_assignment", "replaced_at")
    op.drop_column("submission_assignment", "part")
