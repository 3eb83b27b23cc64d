"""A duty keeps the day printed on its document where its plan judges lateness by it"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("assignment", sa.Column("counted_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("assignment", "counted_on")
