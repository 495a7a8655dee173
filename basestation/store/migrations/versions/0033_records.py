"""Records, how a site judges clearance, and what was judged."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
name = sa.String(length=64)


def upgrade() -> None:
    """Add the tables."""
    _records()
    _clearances()


def _records() -> None:
    op.create_table(
        "records",
        sa.Column("id", number, nullable=False),
        sa.Column("site_id", number, nullable=False),
        sa.Column("kind", name, nullable=False),
        sa.Column("subject", name, nullable=False),
        sa.Column("subject_key", sa.String(length=120), nullable=False),
        sa.Column("about", sa.String(length=120), server_default="", nullable=False),
        sa.Column("result", name, nullable=False),
        sa.Column("issued_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("valid_until_ms", sa.BigInteger(), nullable=True),
        sa.Column("issuer", sa.String(length=120), nullable=False),
        sa.Column("note", sa.String(length=500), server_default="", nullable=False),
        sa.Column("conditions", sa.Text(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("figures", sa.Text(), nullable=True),
        sa.Column("measures", sa.Text(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("hold_because", sa.String(length=500), server_default="", nullable=False),
        sa.Column("copy_given_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("reminded_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_records_site_id_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_records")),
    )
    op.create_index("ix_records_subject", "records", ["subject", "subject_key"])


def _clearances() -> None:
    op.create_table(
        "clearance_rules",
        sa.Column("site_id", number, nullable=False),
        sa.Column("is_binding", sa.Boolean(), nullable=False),
        sa.Column("packs", sa.Text(), nullable=False),
        sa.Column("own_rules", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_clearance_rules_site_id_sites")),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_clearance_rules")),
    )
    op.create_table(
        "clearances",
        sa.Column("id", number, nullable=False),
        sa.Column("site_id", number, nullable=False),
        sa.Column("shift_id", number, nullable=True),
        sa.Column("worker_id", number, nullable=False),
        sa.Column("workplace_id", number, nullable=False),
        sa.Column("device", name, nullable=False),
        sa.Column("judged_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("planned_end_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("result", name, nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("override_by", sa.Text(), nullable=True),
        sa.Column("override_reason", sa.Text(), nullable=True),
        sa.Column("lapsed_at_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["shift_id"], ["shifts.id"], name=op.f("fk_clearances_shift_id_shifts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clearances")),
        sa.UniqueConstraint("shift_id", name=op.f("uq_clearances_shift_id")),
    )
    op.create_index(op.f("ix_clearances_worker_id"), "clearances", ["worker_id"])
