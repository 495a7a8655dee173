"""What was changed in the registers; language and note of workers; workplaces retired, devices lent out."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and the columns."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "amendments",
        sa.Column("id", number, nullable=False),
        sa.Column("register", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendments")),
        sa.UniqueConstraint("register", "key", "version", name=op.f("uq_amendments_register_key_version")),
    )
    op.add_column(
        "workers",
        sa.Column("language", sa.String(length=64), server_default=sa.text("'en'"), nullable=False),
    )
    op.add_column("workers", sa.Column("note", sa.Text(), server_default="", nullable=False))
    op.add_column(
        "workplaces", sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False)
    )
    op.add_column("devices", sa.Column("lent_to", sa.Text(), server_default="", nullable=False))
    op.add_column("devices", sa.Column("withdrawn_because", sa.Text(), server_default="", nullable=False))
