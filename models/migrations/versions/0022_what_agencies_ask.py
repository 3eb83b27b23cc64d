"""What agencies ask for and promise besides their reports"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_WHEN = sa.DateTime(timezone=True)
_IS_OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    op.create_table(
        "more_time_request",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("public_id", sa.String(32), nullable=False, unique=True),
        sa.Column("assignment_id", sa.Integer(), sa.ForeignKey("assignment.id"), nullable=False),
        sa.Column("wanted_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("document", sa.String(200), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("asked_by", sa.String(120), nullable=False),
        sa.Column("asked_at", _WHEN, nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_by", sa.String(120), nullable=True),
        sa.Column("answered_at", _WHEN, nullable=True),
    )
    op.create_index("ix_more_time_request_assignment_id", "more_time_request", ["assignment_id"])
    op.create_index("ix_more_time_request_state", "more_time_request", ["state"])
    op.create_index(
        "ux_more_time_open",
        "more_time_request",
        ["assignment_id"],
        unique=True,
        sqlite_where=_IS_OPEN,
        postgresql_where=_IS_OPEN,
    )
    op.create_table(
        "signing_promise",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("assignment_id", sa.Integer(), sa.ForeignKey("assignment.id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=False),
        sa.Column("made_by", sa.String(120), nullable=False),
        sa.Column("made_at", _WHEN, nullable=False),
        sa.UniqueConstraint("assignment_id", "number"),
    )


def downgrade() -> None:
    op.drop_table("signing_promise")
    op.drop_table("more_time_request")
