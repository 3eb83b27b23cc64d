"""Periods keep the rule they go by; assignments remember a kept date and what a plan took away"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # No batch: recreating these tables would drop what others refer to.
    op.add_column("period", sa.Column("spec", sa.JSON(), nullable=False, server_default=sa.text("'{}'")))
    op.execute("UPDATE period SET spec = (SELECT o.spec FROM obligation o WHERE o.id = period.obligation_id)")
    op.add_column("assignment", sa.Column("kept_due", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("assignment", sa.Column("left_as", sa.String(32), nullable=True))


def downgrade() -> None:
    op.drop_column("assignment", "left_as")
    op.drop_column("assignment", "kept_due")
    op.drop_column("period", "spec")
