"""Silences of the control room's sounder."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "sounder_silences",
        sa.Column("id", number, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("sounds", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sounder_silences")),
    )
    op.create_index(op.f("ix_sounder_silences_until_ms"), "sounder_silences", ["until_ms"])
