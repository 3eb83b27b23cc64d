"""Agencies give way to others: what was recorded and applied, and how duties changed hands"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # No batch: recreating these tables would drop what others refer to.
    op.add_column("succession", sa.Column("origin", sa.String(length=32), nullable=False, server_default="file"))
    op.add_column("succession", sa.Column("recorded_by", sa.String(length=120), nullable=False, server_default=""))
    op.add_column("succession", sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("succession", sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("group_member", sa.Column("valid_from", sa.Date(), nullable=True))
    op.add_column("assignment", sa.Column("moved_to", sa.String(length=32), nullable=True))
    op.create_table(
        "reassignment",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("assignment_id", sa.Integer(), sa.ForeignKey("assignment.id"), nullable=False),
        sa.Column("to_assignment_id", sa.Integer(), sa.ForeignKey("assignment.id"), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("succession_id", sa.Integer(), sa.ForeignKey("succession.id"), nullable=True),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("proposed", sa.String(length=120), nullable=True),
        sa.Column("previous_state", sa.String(length=32), nullable=False),
        sa.Column("carried", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
    )
    op.create_index("ix_reassignment_assignment_id", "reassignment", ["assignment_id"])
    op.create_index("ix_reassignment_to_assignment_id", "reassignment", ["to_assignment_id"])


def downgrade() -> None:
    op.drop_table("reassignment")
    op.drop_column("assignment", "moved_to")
    op.drop_column("group_member", "valid_from")
    for name in ("applied_at", "recorded_at", "recorded_by", "origin"):
        op.drop_column("succession", name)
