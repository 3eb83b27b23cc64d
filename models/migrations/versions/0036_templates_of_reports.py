"""Consolidated reports are made with the department's own template"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_template",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("place", sa.String(170), nullable=False),
        sa.Column("obligation_id", sa.Integer(), sa.ForeignKey("obligation.id"), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(255), nullable=False),
        sa.Column("media_type", sa.String(120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("stored_as", sa.String(120), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by", sa.String(120), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(120), nullable=True),
        sa.UniqueConstraint("public_id"),
        sa.UniqueConstraint("place", "version"),
    )
    op.create_index("ix_report_template_obligation_id", "report_template", ["obligation_id"])
    with op.batch_alter_table("consolidation") as table:
        table.add_column(sa.Column("template_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("template_problem", sa.String(), nullable=True))
        table.create_foreign_key("fk_consolidation_template", "report_template", ["template_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("consolidation") as table:
        table.drop_constraint("fk_consolidation_template", type_="foreignkey")
        table.drop_column("template_problem")
        table.drop_column("template_id")
    op.drop_table("report_template")
