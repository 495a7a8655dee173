"""How far a device is, what its own test said, which one it replaces, since when it is retired."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Devices that were there are registered, those out of service are retired."""
    op.add_column(
        "devices", sa.Column("state", sa.String(64), server_default=sa.text("'registered'"), nullable=False)
    )
    op.add_column("devices", sa.Column("setup_report", sa.Text(), nullable=True))
    op.add_column("devices", sa.Column("replaces", sa.String(64), nullable=True))
    op.add_column("devices", sa.Column("retired_at_ms", sa.BigInteger(), nullable=True))
    op.execute(sa.text("UPDATE devices SET state = 'retired' WHERE NOT is_active"))
