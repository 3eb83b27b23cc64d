"""Ad-hoc requests: plans of their own kind, messages that go first, acknowledgements"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0006"
branch_labels = None
depends_on = None

# No batch: recreating "plan", "assignment" or "message" would drop tables that others refer to.
_KIND = sa.Enum("document", "request", name="plankind", native_enum=False, length=32)


def upgrade() -> None:
    op.add_column("plan", sa.Column("kind", _KIND, nullable=False, server_default="document"))
    op.add_column("plan", sa.Column("request_key", sa.String(120), nullable=True))
    op.create_index("ix_plan_request_key", "plan", ["request_key"], unique=True)
    op.add_column("assignment", sa.Column("first_received_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("assignment", sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("message", sa.Column("priority", sa.Integer(), nullable=False, server_default=sa.text("0")))


def downgrade() -> None:
    op.drop_column("message", "priority")
    op.drop_column("assignment", "acknowledged_at")
    op.drop_column("assignment", "first_received_at")
    op.drop_index("ix_plan_request_key", "plan")
    op.drop_column("plan", "request_key")
    op.drop_column("plan", "kind")
