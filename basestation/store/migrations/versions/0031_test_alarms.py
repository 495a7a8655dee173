"""Test alarms, and notices whose mark is not shown."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and the column."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "test_alarms",
        sa.Column("id", number, nullable=False),
        sa.Column("site_id", number, nullable=True),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("worker_id", number, nullable=True),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("workplace", sa.Text(), nullable=False),
        sa.Column("alarm_kind", sa.String(length=64), nullable=False),
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("started_by", sa.Text(), nullable=False),
        sa.Column("plan_id", number, nullable=True),
        sa.Column("ordered_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("due_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("reached", sa.Text(), nullable=False),
        sa.Column("limits", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Text(), nullable=False),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("unaware", sa.Text(), nullable=True),
        sa.Column("unaware_until_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_test_alarms")),
    )
    for column in ("site_id", "due_at_ms", "case_id"):
        op.create_index(op.f(f"ix_test_alarms_{column}"), "test_alarms", [column])
    is_open = sa.text("is_open")
    op.create_index(
        "uq_test_alarms_open_device", "test_alarms", ["device"], unique=True,
        sqlite_where=is_open, postgresql_where=is_open,
    )  # fmt: skip
    op.add_column(
        "outbox", sa.Column("is_mark_withheld", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
