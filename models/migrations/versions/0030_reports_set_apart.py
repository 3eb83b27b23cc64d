"""Reports that must not be read are sealed, released or destroyed"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "isolation",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("submission_id", sa.Integer(), sa.ForeignKey("submission.id"), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("data_key", sa.String(), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("content_sha256", sa.String(64), nullable=False),
        sa.Column("isolated_by", sa.String(120), nullable=False),
        sa.Column("isolated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(120), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.String(200), nullable=False),
        sa.Column("ended_by", sa.String(120), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.UniqueConstraint("public_id"),
    )
    op.create_index("ix_isolation_submission_id", "isolation", ["submission_id"])
    op.create_index("ix_isolation_state", "isolation", ["state"])


def downgrade() -> None:
    op.drop_table("isolation")
