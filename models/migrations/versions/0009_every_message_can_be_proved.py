"""Every message can be proved: channels' state, tokens, inbound events, batches, calls, fallbacks"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0007"
branch_labels = None
depends_on = None

_WHEN = sa.DateTime(timezone=True)


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, length=32)


def upgrade() -> None:
    op.create_table(
        "channel_state",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("breaker", _words("breakerstate", "closed", "open", "half_open"), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("open_until", _WHEN, nullable=True),
        sa.Column("open_seconds", sa.Integer(), nullable=False),
        sa.Column("paced_until", _WHEN, nullable=True),
        sa.Column("last_code", sa.String(80), nullable=False),
        sa.Column("last_text", sa.String(500), nullable=False),
        sa.Column("changed_at", _WHEN, nullable=False),
    )
    op.create_table(
        "oauth_token",
        sa.Column("oa", sa.String(64), primary_key=True),
        sa.Column("app_id", sa.String(64), nullable=False),
        sa.Column("access_enc", sa.String(), nullable=False),
        sa.Column("refresh_enc", sa.String(), nullable=False),
        sa.Column("previous_access_enc", sa.String(), nullable=False),
        sa.Column("previous_refresh_enc", sa.String(), nullable=False),
        sa.Column("expires_at", _WHEN, nullable=True),
        sa.Column("refresh_expires_at", _WHEN, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("refreshing_since", _WHEN, nullable=True),
        sa.Column("alarm", sa.String(), nullable=False),
        sa.Column("connected_by", sa.String(120), nullable=False),
        sa.Column("updated_at", _WHEN, nullable=False),
    )
    op.create_table(
        "inbound_event",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("dedupe_key", sa.String(200), nullable=False, unique=True),
        sa.Column("source", sa.String(80), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", _WHEN, nullable=False),
        sa.Column("processed_at", _WHEN, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(300), nullable=False),
    )
    op.create_index("ix_inbound_event_source", "inbound_event", ["source"])
    op.create_index("ix_inbound_event_processed_at", "inbound_event", ["processed_at"])
    op.create_table(
        "message_event",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("message_id", sa.Integer(), sa.ForeignKey("message.id"), nullable=False),
        sa.Column("kind", _words("eventkind", "delivered", "seen", "bounced", "delayed"), nullable=False),
        sa.Column("at", _WHEN, nullable=False),
        sa.Column("source", sa.String(80), nullable=False),
        sa.Column("detail", sa.String(300), nullable=False),
        sa.Column("dedupe_key", sa.String(200), nullable=False, unique=True),
        sa.Column("recorded_at", _WHEN, nullable=False),
    )
    op.create_index("ix_message_event_message_id", "message_event", ["message_id"])
    op.create_table(
        "notice_batch",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("public_id", sa.String(32), nullable=False, unique=True),
        sa.Column("key", sa.String(120), nullable=False, unique=True),
        sa.Column("state", _words("batchstate", "shown", "released", "stopped"), nullable=False),
        sa.Column("shown_at", _WHEN, nullable=False),
        sa.Column("goes_at", _WHEN, nullable=False),
        sa.Column("decided_at", _WHEN, nullable=True),
        sa.Column("decided_by", sa.String(120), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
    )
    op.create_index("ix_notice_batch_goes_at", "notice_batch", ["goes_at"])
    op.create_table(
        "phone_call",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("public_id", sa.String(32), nullable=False, unique=True),
        sa.Column("assignment_id", sa.Integer(), sa.ForeignKey("assignment.id"), nullable=False),
        sa.Column("agency_id", sa.Integer(), sa.ForeignKey("agency.id"), nullable=False),
        sa.Column("called_at", _WHEN, nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("person", sa.String(200), nullable=False),
        sa.Column("result", _words("callresult", "answered", "no_answer", "busy", "wrong_number"), nullable=False),
        sa.Column("answer", sa.String(1000), nullable=False),
        sa.Column("recorded_by", sa.String(120), nullable=False),
        sa.Column("recorded_at", _WHEN, nullable=False),
        sa.Column("undone_at", _WHEN, nullable=True),
        sa.Column("undone_by", sa.String(120), nullable=True),
        sa.Column("undone_reason", sa.String(), nullable=False),
    )
    op.create_index("ix_phone_call_assignment_id", "phone_call", ["assignment_id"])
    op.create_index("ix_phone_call_agency_id", "phone_call", ["agency_id"])
    # No batch: recreating "message" or "contact" would drop tables that others refer to.
    op.add_column("contact", sa.Column("state_reason", sa.String(300), nullable=False, server_default=""))
    op.add_column("contact", sa.Column("state_changed_at", _WHEN, nullable=True))
    op.add_column("contact", sa.Column("last_interaction_at", _WHEN, nullable=True))
    for name, table in (("batch_id", "notice_batch"), ("fallback_of", "message")):
        op.execute(f"ALTER TABLE message ADD COLUMN {name} INTEGER REFERENCES {table} (id)")
        op.create_index(f"ix_message_{name}", "message", [name])
    op.create_index("ix_message_provider", "message", ["channel", "provider_id"])


def downgrade() -> None:
    op.drop_index("ix_message_provider", "message")
    for name in ("fallback_of", "batch_id"):
        op.drop_index(f"ix_message_{name}", "message")
    for name in ("last_interaction_at", "state_changed_at", "state_reason"):
        op.drop_column("contact", name)
    op.drop_column("message", "fallback_of")
    op.drop_column("message", "batch_id")
    for table in ("phone_call", "notice_batch", "message_event", "inbound_event", "oauth_token", "channel_state"):
        op.drop_table(table)
