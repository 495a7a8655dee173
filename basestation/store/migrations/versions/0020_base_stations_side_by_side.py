"""The base stations that share this database, and from which migration on it serves older programs."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both tables, and say that a program of this migration goes on with whatever is added later."""
    op.create_table(
        "replicas",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.String(length=64), nullable=False),
        sa.Column("started_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("seen_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("is_hearing", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_replicas")),
    )
    op.create_table(
        "served_programs",
        sa.Column("first_revision", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("first_revision", name=op.f("pk_served_programs")),
    )
    op.execute("INSERT INTO served_programs (first_revision) VALUES ('0020')")
