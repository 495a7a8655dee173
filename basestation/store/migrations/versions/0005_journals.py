"""The journals of the devices, as they were read out."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the read-outs, and the pieces of those that are under way."""
    op.create_table(
        "journal_reads",
        sa.Column("read", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("asked_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=True),
        sa.Column("completed_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("records", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("read", name=op.f("pk_journal_reads")),
    )
    op.create_index("ix_journal_reads_device", "journal_reads", ["device"])
    op.create_table(
        "journal_pieces",
        sa.Column("read", sa.String(length=64), nullable=False),
        sa.Column("piece", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("records", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("read", "piece", name=op.f("pk_journal_pieces")),
    )
