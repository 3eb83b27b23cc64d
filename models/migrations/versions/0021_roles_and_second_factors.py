"""Accounts with several roles, handed over by days; sign-in by mail; second factors; sessions that end when idle"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_WHEN = sa.DateTime(timezone=True)
_ROLES = ("coordinator", "approver", "registrar", "administrator", "observer")


def upgrade() -> None:
    op.create_table(
        "account_role",
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("role", sa.String(32), primary_key=True),
    )
    op.execute("INSERT INTO account_role (account_id, role) SELECT id, role FROM account")
    # A sample installation has no command line beside it: its one account looks after accounts as well.
    op.execute("INSERT INTO account_role (account_id, role) SELECT id, 'administrator' FROM account WHERE is_sample")
    op.drop_column("account", "role")
    op.add_column("account", sa.Column("oidc_subject", sa.String(600), nullable=True))
    op.create_index("ix_account_oidc_subject", "account", ["oidc_subject"], unique=True)
    op.add_column("account", sa.Column("failures", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("account", sa.Column("locked_until", _WHEN, nullable=True))
    op.drop_column("portal_session", "role")
    op.add_column("portal_session", sa.Column("seen_at", _WHEN, nullable=True))
    op.add_column("portal_session", sa.Column("way", sa.String(16), nullable=False, server_default="link"))
    op.add_column("portal_session", sa.Column("second_at", _WHEN, nullable=True))
    op.create_index("ix_portal_session_account", "portal_session", ["account"])
    op.create_table(
        "handover",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("public_id", sa.String(24), nullable=False, unique=True),
        sa.Column("giver_id", sa.Integer(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("taker_id", sa.Integer(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("transfer", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("document", sa.String(300), nullable=False),
        sa.Column("recorded_by", sa.String(120), nullable=False),
        sa.Column("recorded_at", _WHEN, nullable=False),
        sa.Column("ended_at", _WHEN, nullable=True),
        sa.Column("ended_by", sa.String(120), nullable=True),
    )
    op.create_index("ix_handover_giver_id", "handover", ["giver_id"])
    op.create_index("ix_handover_taker_id", "handover", ["taker_id"])
    op.create_table(
        "sign_in_mail",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("token_sha256", sa.String(64), nullable=False, unique=True),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("created_at", _WHEN, nullable=False),
        sa.Column("expires_at", _WHEN, nullable=False),
        sa.Column("used_at", _WHEN, nullable=True),
    )
    op.create_index("ix_sign_in_mail_account_id", "sign_in_mail", ["account_id"])
    op.create_table(
        "second_factor",
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("secret_enc", sa.String(), nullable=False),
        sa.Column("created_at", _WHEN, nullable=False),
        sa.Column("confirmed_at", _WHEN, nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("code_hmac", sa.String(64), nullable=False),
        sa.Column("used_at", _WHEN, nullable=True),
    )
    op.create_index("ix_recovery_code_account_id", "recovery_code", ["account_id"])


def downgrade() -> None:
    for table in ("recovery_code", "second_factor", "sign_in_mail", "handover"):
        op.drop_table(table)
    op.drop_index("ix_portal_session_account", "portal_session")
    for column in ("second_at", "way", "seen_at"):
        op.drop_column("portal_session", column)
    op.add_column("portal_session", sa.Column("role", sa.String(32), nullable=True))
    op.drop_column("account", "locked_until")
    op.drop_column("account", "failures")
    op.drop_index("ix_account_oidc_subject", "account")
    op.drop_column("account", "oidc_subject")
    op.add_column("account", sa.Column("role", sa.String(32), nullable=False, server_default="observer"))
    for role in reversed(_ROLES):  # an account keeps the first of its roles
        if role not in ("registrar", "administrator"):
            op.execute(
                f"UPDATE account SET role = '{role}' WHERE id IN (SELECT account_id FROM account_role WHERE role = '{role}')"
            )
    op.drop_table("account_role")
