"""Check-ins, control calls, handovers and the room's duty, workers' own access, kiosks."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables."""
    _add_calls()
    _add_handovers()
    _add_accesses()


def _add_calls() -> None:
    op.create_table(
        "check_ins",
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("confirmed_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("device", name=op.f("pk_check_ins")),
    )
    op.create_table(
        "control_calls",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("shift_id", _NUMBER, nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("asked_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("due_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("way", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["shift_id"], ["shifts.id"], name=op.f("fk_control_calls_shift_id_shifts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_control_calls")),
    )
    _one_open("uq_control_calls_open", "control_calls", "shift_id")


def _add_handovers() -> None:
    op.create_table(
        "handovers",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("outgoing_id", _NUMBER, nullable=False),
        sa.Column("outgoing", sa.Text(), nullable=False),
        sa.Column("incoming_id", _NUMBER, nullable=True),
        sa.Column("incoming", sa.Text(), nullable=True),
        sa.Column("started_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(["outgoing_id"], ["users.id"], name=op.f("fk_handovers_outgoing_id_users")),
        sa.ForeignKeyConstraint(["incoming_id"], ["users.id"], name=op.f("fk_handovers_incoming_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
    )
    _one_open("uq_handovers_open", "handovers", "state")
    key = op.f("fk_handover_confirmations_handover_id_handovers")
    op.create_table(
        "handover_confirmations",
        sa.Column("handover_id", _NUMBER, nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("confirmed_at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["handover_id"], ["handovers.id"], name=key),
        sa.PrimaryKeyConstraint("handover_id", "item", name=op.f("pk_handover_confirmations")),
    )
    key = op.f("fk_room_duties_handover_id_handovers")
    op.create_table(
        "room_duties",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("user_id", _NUMBER, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("began_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("handover_id", _NUMBER, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_room_duties_user_id_users")),
        sa.ForeignKeyConstraint(["handover_id"], ["handovers.id"], name=key),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_duties")),
    )


def _add_accesses() -> None:
    key = op.f("fk_worker_accesses_worker_id_workers")
    op.create_table(
        "worker_accesses",
        sa.Column("worker_id", _NUMBER, nullable=False),
        sa.Column("pin_hash", sa.Text(), nullable=False),
        sa.Column("link_digest", sa.String(length=64), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("given_at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.id"], name=key),
        sa.PrimaryKeyConstraint("worker_id", name=op.f("pk_worker_accesses")),
        sa.UniqueConstraint("link_digest", name=op.f("uq_worker_accesses_link_digest")),
    )
    op.create_table(
        "kiosks",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kiosks")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_kiosks_token_digest")),
    )
    key = op.f("fk_worker_sessions_worker_id_workers")
    op.create_table(
        "worker_sessions",
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("worker_id", _NUMBER, nullable=False),
        sa.Column("kiosk_id", _NUMBER, nullable=True),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.id"], name=key),
        sa.ForeignKeyConstraint(["kiosk_id"], ["kiosks.id"], name=op.f("fk_worker_sessions_kiosk_id_kiosks")),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_worker_sessions")),
    )
    op.create_index(op.f("ix_worker_sessions_worker_id"), "worker_sessions", ["worker_id"])


def _one_open(name: str, table: str, column: str) -> None:
    is_open = sa.text("ended_at_ms IS NULL")
    op.create_index(name, table, [column], unique=True, sqlite_where=is_open, postgresql_where=is_open)
