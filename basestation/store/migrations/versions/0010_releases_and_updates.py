"""Releases of the firmware, what board each device is, and the orders to update."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

identity = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
name = sa.String(length=64)


def upgrade() -> None:
    """Build the tables of the releases."""
    op.create_table(
        "releases",
        sa.Column("version", name, nullable=False),
        sa.Column("imported_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("boards", sa.Text(), nullable=False),
        sa.Column("archive", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_releases")),
    )
    op.create_table(
        "device_boards",
        sa.Column("device", name, nullable=False),
        sa.Column("board", name, nullable=False),
        sa.PrimaryKeyConstraint("device", name=op.f("pk_device_boards")),
    )
    op.create_table(
        "device_updates",
        sa.Column("id", identity, nullable=False),
        sa.Column("device", name, nullable=False),
        sa.Column("release", name, nullable=False),
        sa.Column("rollout", sa.BigInteger(), nullable=False),
        sa.Column("is_canary", sa.Boolean(), nullable=False),
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.Column("state", name, nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("piece", sa.Integer(), nullable=True),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("ordered_by", sa.Text(), nullable=False),
        sa.Column("ordered_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("changed_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_updates")),
    )
    op.create_index(op.f("ix_device_updates_device"), "device_updates", ["device"])
