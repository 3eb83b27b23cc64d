"""A browser's session keeps what the links opened before it open"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("portal_session", sa.Column("joined", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("portal_session", "joined")
