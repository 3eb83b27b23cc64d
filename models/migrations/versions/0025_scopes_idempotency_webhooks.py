"""Tokens have scopes and may be an agency's; programs repeat acts safely; addresses are told of events"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("api_token") as table:
        table.alter_column("account_id", existing_type=sa.Integer(), nullable=True)
        table.add_column(sa.Column("agency_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("scopes", sa.String(120), nullable=False, server_default="read"))
        table.create_foreign_key("fk_api_token_agency", "agency", ["agency_id"], ["id"])
    op.create_index("ix_api_token_agency_id", "api_token", ["agency_id"])
    op.create_table(
        "idempotency_key",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("owner", sa.String(120), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("operation", sa.String(300), nullable=False),
        sa.Column("body_sha256", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("created_at", _WHEN, nullable=False),
        sa.UniqueConstraint("owner", "key"),
    )
    op.create_index("ix_idempotency_key_created_at", "idempotency_key", ["created_at"])
    op.create_table(
        "webhook",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("public_id", sa.String(24), nullable=False, unique=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("kinds", sa.String(2000), nullable=False),
        sa.Column("secret", sa.String(400), nullable=False),
        sa.Column("created_by", sa.String(120), nullable=False),
        sa.Column("created_at", _WHEN, nullable=False),
        sa.Column("told_seq", sa.Integer(), nullable=False),
        sa.Column("failing_since", _WHEN, nullable=True),
        sa.Column("disabled_at", _WHEN, nullable=True),
        sa.Column("disabled_reason", sa.String(300), nullable=False),
    )
    op.create_table(
        "webhook_event",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("public_id", sa.String(24), nullable=False, unique=True),
        sa.Column("webhook_id", sa.Integer(), sa.ForeignKey("webhook.id"), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("created_at", _WHEN, nullable=False),
        sa.Column("next_at", _WHEN, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", _WHEN, nullable=True),
        sa.Column("last_status", sa.String(200), nullable=False),
    )
    op.create_index("ix_webhook_event_webhook_id", "webhook_event", ["webhook_id"])
    op.create_index("ix_webhook_event_next_at", "webhook_event", ["next_at"])


def downgrade() -> None:
    op.drop_table("webhook_event")
    op.drop_table("webhook")
    op.drop_table("idempotency_key")
    op.drop_index("ix_api_token_agency_id", "api_token")
    op.execute("DELETE FROM api_token WHERE account_id IS NULL")
    with op.batch_alter_table("api_token") as table:
        table.drop_constraint("fk_api_token_agency", type_="foreignkey")
        table.drop_column("scopes")
        table.drop_column("agency_id")
        table.alter_column("account_id", existing_type=sa.Integer(), nullable=False)
