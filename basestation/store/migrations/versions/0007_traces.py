"""Movement around alarms, piece by piece."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

identity = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Build the tables of the traces."""
    op.create_table(
        "traces",
        sa.Column("id", identity, nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("alarm", sa.String(length=128), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("is_trial", sa.Boolean(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("upright_mg", sa.Text(), nullable=True),
        sa.Column("began_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("completed_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_traces")),
        sa.UniqueConstraint("device", "alarm", "is_trial", name=op.f("uq_traces_device_alarm_is_trial")),
    )
    op.create_table(
        "trace_pieces",
        sa.Column("trace_id", identity, nullable=False),
        sa.Column("piece", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first_ms", sa.Integer(), nullable=False),
        sa.Column("interval_ms", sa.Integer(), nullable=False),
        sa.Column("samples", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["trace_id"], ["traces.id"], name=op.f("fk_trace_pieces_trace_id")),
        sa.PrimaryKeyConstraint("trace_id", "piece", name=op.f("pk_trace_pieces")),
    )
