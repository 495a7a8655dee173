"""What happened to a case, its code, and how far each notice has come."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

identity = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
name = sa.String(length=64)


def upgrade() -> None:
    """Add the columns of the outbox, the code of a case, and the table of events."""
    op.add_column("cases", sa.Column("code", name, nullable=False, server_default=""))
    op.create_index(op.f("ix_cases_code"), "cases", ["code"])
    op.add_column("outbox", sa.Column("who", sa.String(300), nullable=False, server_default=""))
    op.add_column("outbox", sa.Column("text_key", name, nullable=False, server_default="alarm"))
    op.add_column("outbox", sa.Column("language", name, nullable=False, server_default="en"))
    op.add_column("outbox", sa.Column("is_call", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("outbox", sa.Column("reference", sa.Text(), nullable=False, server_default=""))
    for moment in ("delivered_at_ms", "opened_at_ms", "answered_at_ms"):
        op.add_column("outbox", sa.Column(moment, sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_outbox_case_id"), "outbox", ["case_id"])
    op.create_table(
        "case_events",
        sa.Column("id", identity, nullable=False),
        sa.Column("case_id", identity, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("at_us", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("kind", name, nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_events_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_events")),
    )
    op.create_index(op.f("ix_case_events_case_id"), "case_events", ["case_id"])
