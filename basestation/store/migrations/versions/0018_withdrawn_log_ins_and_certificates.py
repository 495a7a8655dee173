"""Log-ins that were withdrawn and may be in force at brokers of others; the certificates of devices."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both tables."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "withdrawn_log_ins",
        sa.Column("id", number, nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("broker", sa.Text(), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
        sa.Column("withdrawn_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("checked_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("is_let_in", sa.Boolean(), nullable=True),
        sa.Column("gone_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("gone_by", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawn_log_ins")),
    )
    is_left = sa.text("gone_at_ms IS NULL")
    op.create_index(
        "ix_withdrawn_log_ins_left",
        "withdrawn_log_ins",
        ["device"],
        sqlite_where=is_left,
        postgresql_where=is_left,
    )
    op.create_table(
        "device_certificates",
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("serial", sa.String(length=64), nullable=False),
        sa.Column("ends_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("given_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("device", name=op.f("pk_device_certificates")),
    )
