"""Test alarms: their runs, plans, periods of proof; notices whose mark is not shown."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and the column."""
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
    op.create_table(
        "test_plans",
        sa.Column("id", number, nullable=False),
        sa.Column("site_id", number, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("what", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("from_minute", sa.Integer(), nullable=False),
        sa.Column("until_minute", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("alarm_kind", sa.String(length=64), nullable=False),
        sa.Column("unaware", sa.Text(), nullable=True),
        sa.Column("responsible", sa.Text(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("done_until_ms", sa.BigInteger(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_test_plans")),
    )
    op.create_index(op.f("ix_test_plans_site_id"), "test_plans", ["site_id"])
    op.create_table(
        "proof_periods",
        sa.Column("site_id", number, autoincrement=False, nullable=False),
        sa.Column("fresh_days", sa.Integer(), server_default=sa.text("90"), nullable=False),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_proof_periods")),
    )
    op.add_column(
        "outbox", sa.Column("is_mark_withheld", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
