"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

identity = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
is_open = sa.column("is_open", sa.Boolean())


def upgrade() -> None:
    """Build the tables; those that others refer to come first."""
    _make_people()
    _make_site()
    _make_shifts()
    _make_cases()
    _make_outbox()
    _make_commands()
    _make_messages()
    _make_log()


def _make_people() -> None:
    op.create_table(
        "users",
        sa.Column("id", identity, nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("login", name=op.f("uq_users_login")),
    )
    op.create_table(
        "workers",
        sa.Column("id", identity, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workers")),
    )
    op.create_table(
        "sessions",
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", identity, nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("seen_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id")),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_sessions")),
    )


def _make_site() -> None:
    op.create_table(
        "chains",
        sa.Column("id", identity, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("is_default", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chains")),
        sa.UniqueConstraint("name", name=op.f("uq_chains_name")),
    )
    op.create_table(
        "devices",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("label", sa.Text(), server_default="", nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_devices")),
    )
    op.create_table(
        "station",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_station")),
    )
    op.create_table(
        "workplaces",
        sa.Column("id", identity, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("directions", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workplaces")),
        sa.UniqueConstraint("name", name=op.f("uq_workplaces_name")),
    )


def _make_shifts() -> None:
    op.create_table(
        "shifts",
        sa.Column("id", identity, nullable=False),
        sa.Column("worker_id", identity, nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("workplace_id", identity, nullable=False),
        sa.Column("started_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("planned_end_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("started_by", sa.Text(), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("asked_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("ask", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["device"], ["devices.name"], name=op.f("fk_shifts_device")),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.id"], name=op.f("fk_shifts_worker_id")),
        sa.ForeignKeyConstraint(["workplace_id"], ["workplaces.id"], name=op.f("fk_shifts_workplace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shifts")),
    )
    op.create_index(
        "uq_shifts_open_device",
        "shifts",
        ["device"],
        unique=True,
        sqlite_where=sa.text("ended_at_ms IS NULL"),
        postgresql_where=sa.text("ended_at_ms IS NULL"),
    )
    op.create_index(
        "uq_shifts_open_worker",
        "shifts",
        ["worker_id"],
        unique=True,
        sqlite_where=sa.text("ended_at_ms IS NULL"),
        postgresql_where=sa.text("ended_at_ms IS NULL"),
    )


def _make_cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", identity, nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("alarm", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("is_person", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("opened_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("updated_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("device", "alarm", name=op.f("uq_cases_device_alarm")),
    )
    op.create_index(
        "ix_cases_open_device",
        "cases",
        ["device"],
        unique=False,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_table(
        "timers",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("due_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "name", name=op.f("pk_timers")),
    )
    op.create_index(op.f("ix_timers_due_at_ms"), "timers", ["due_at_ms"], unique=False)


def _make_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", identity, nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("case_id", identity, nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_try_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("sent_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_outbox_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["next_try_at_ms"],
        unique=False,
        sqlite_where=sa.text("state = 'DUE'"),
        postgresql_where=sa.text("state = 'DUE'"),
    )


def _make_commands() -> None:
    op.create_table(
        "commands",
        sa.Column("id", identity, nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("boot", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("next_send_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("sends", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("answered_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("result", sa.String(length=64), nullable=True),
        sa.Column("slot", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commands")),
        sa.UniqueConstraint("boot", "seq", name=op.f("uq_commands_boot_seq")),
    )
    op.create_index(
        "ix_commands_unanswered",
        "commands",
        ["device", "slot"],
        unique=False,
        sqlite_where=sa.text("answered_at_ms IS NULL"),
        postgresql_where=sa.text("answered_at_ms IS NULL"),
    )


def _make_messages() -> None:
    op.create_table(
        "device_messages",
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("boot", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("received_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("device", "boot", "seq", name=op.f("pk_device_messages")),
    )
    op.create_table(
        "device_states",
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("boot", sa.BigInteger(), nullable=True),
        sa.Column("seen_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("presence", sa.String(length=64), nullable=True),
        sa.Column("presence_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("mode", sa.String(length=64), nullable=True),
        sa.Column("battery_percent", sa.Integer(), nullable=True),
        sa.Column("battery_mv", sa.Integer(), nullable=True),
        sa.Column("is_charging", sa.Boolean(), nullable=True),
        sa.Column("firmware", sa.String(length=64), nullable=True),
        sa.Column("settings_version", sa.BigInteger(), nullable=True),
        sa.Column("alarms_due", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("device", name=op.f("pk_device_states")),
    )
    op.create_table(
        "quarantine",
        sa.Column("id", identity, nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("field", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("received_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
    )
    op.create_index(op.f("ix_quarantine_device"), "quarantine", ["device"], unique=False)


def _make_log() -> None:
    op.create_table(
        "log",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("device", sa.String(length=64), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_log")),
    )
    op.create_index(op.f("ix_log_case_id"), "log", ["case_id"], unique=False)
    op.create_table(
        "log_contents",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_log_contents")),
    )
