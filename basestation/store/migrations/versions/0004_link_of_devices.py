"""What each device says of its own link."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the link as JSON."""
    op.add_column("device_states", sa.Column("link", sa.Text(), nullable=True))
