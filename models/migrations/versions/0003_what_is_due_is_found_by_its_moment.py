"""What is due is found by its moment, not by looking at everything that is owed"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # No batch: recreating "assignment" would drop a table that others refer to. Old rows are looked at once.
    assignment = sa.table("assignment", sa.column("next_at", sa.DateTime(timezone=True)))
    op.add_column("assignment", sa.Column("next_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(assignment.update().values(next_at=datetime(1970, 1, 1)))
    op.create_index("ix_assignment_next_at", "assignment", ["next_at"])


def downgrade() -> None:
    op.drop_index("ix_assignment_next_at", table_name="assignment")
    op.drop_column("assignment", "next_at")
