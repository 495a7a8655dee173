"""Protection and self-test of each device; commands that nobody near the device may notice."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add protection and self-test as JSON; each command says whether it can be noticed."""
    op.add_column("device_states", sa.Column("protection", sa.Text(), nullable=True))
    op.add_column("device_states", sa.Column("self_test", sa.Text(), nullable=True))
    op.add_column(
        "commands", sa.Column("is_perceptible", sa.Boolean(), server_default=sa.true(), nullable=False)
    )
