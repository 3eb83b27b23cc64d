"""Every date says what it rests on; a whole period can be extended"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0005"
branch_labels = None
depends_on = None

BASIS = sa.Enum("plan", "letter", "internal", name="basis", native_enum=False, length=32)


def upgrade() -> None:
    # No batch: recreating "period" would drop a table that others refer to.
    op.add_column("period", sa.Column("basis_number", sa.String(length=120), nullable=True))
    op.add_column("period", sa.Column("basis_on", sa.Date(), nullable=True))
    op.add_column("period", sa.Column("data_basis", BASIS, nullable=True))
    op.add_column("period", sa.Column("data_basis_note", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "period_extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("due_on_before", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("document_number", sa.String(length=120), nullable=False),
        sa.Column("document_on", sa.Date(), nullable=False),
        sa.Column("granted_by", sa.String(length=120), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_period_extension_period_id", "period_extension", ["period_id"])


def downgrade() -> None:
    op.drop_index("ix_period_extension_period_id", table_name="period_extension")
    op.drop_table("period_extension")
    for name in ("data_basis_note", "data_basis", "basis_on", "basis_number"):
        op.drop_column("period", name)
