"""The tables, as SQLAlchemy Core metadata; the migrations must build exactly these.

All times are `*_at_ms`: milliseconds since 1970, UTC, 64 bits. JSON stands as text. Nothing here
is more than SQLite and PostgreSQL both do.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)

# Their tables belong to the same metadata.
from basestation.store import every_table as every_table  # noqa: PLC0414 -- migrations build them too
from basestation.store.case_tables import case_tables
from basestation.store.journal_tables import journal_tables
from basestation.store.schema import HASH as _HASH
from basestation.store.schema import NAME as _NAME
from basestation.store.schema import Identity, metadata
from basestation.store.trace_tables import trace_pieces as trace_pieces  # noqa: PLC0414 -- all tables are here
from basestation.store.trace_tables import traces as traces  # noqa: PLC0414 -- same

#: The migration that builds exactly these tables.
REVISION = "0033"

station = Table(
    "station",
    metadata,
    Column("key", _NAME, primary_key=True),
    Column("value", Text, nullable=False),
)

users = Table(
    "users",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("login", _NAME, nullable=False, unique=True),
    Column("display_name", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("role", _NAME, nullable=False),
    Column("is_active", Boolean, nullable=False, server_default=true()),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("version", Integer, nullable=False, server_default=text("1")),
    Column("reset_digest", _HASH),
    Column("reset_until_ms", BigInteger),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_digest", _HASH, primary_key=True),
    Column("user_id", Identity, ForeignKey("users.id"), nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("seen_at_ms", BigInteger, nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False),
)

workers = Table(
    "workers",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("name", Text, nullable=False),
    Column("phone", Text, nullable=False, server_default=""),
    Column("is_active", Boolean, nullable=False, server_default=true()),
    Column("site_id", Identity, nullable=False, server_default=text("1")),
    Column("language", _NAME, nullable=False, server_default=text("'en'")),
    Column("note", Text, nullable=False, server_default=""),
)

workplaces = Table(
    "workplaces",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("directions", Text, nullable=False, server_default=""),
    Column("building_changed_at_ms", BigInteger),
    Column("site_id", Identity, nullable=False, server_default=text("1")),
    Column("zone_id", Identity),
    Column("is_active", Boolean, nullable=False, server_default=true()),
)

devices = Table(
    "devices",
    metadata,
    Column("name", _NAME, primary_key=True),
    Column("label", Text, nullable=False, server_default=""),
    Column("secret", _NAME, nullable=False),
    Column("client_id", _NAME, nullable=False),
    Column("is_active", Boolean, nullable=False, server_default=true()),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("state", _NAME, nullable=False, server_default=text("'registered'")),
    Column("setup_report", Text),
    Column("replaces", _NAME),
    Column("retired_at_ms", BigInteger),
    Column("site_id", Identity, nullable=False, server_default=text("1")),
    Column("lent_to", Text, nullable=False, server_default=""),
    Column("withdrawn_because", Text, nullable=False, server_default=""),
)

device_states = Table(
    "device_states",
    metadata,
    Column("device", _NAME, primary_key=True),
    Column("boot", BigInteger),
    Column("seen_at_ms", BigInteger),
    Column("presence", _NAME),
    Column("presence_at_ms", BigInteger),
    Column("mode", _NAME),
    Column("battery_percent", Integer),
    Column("battery_mv", Integer),
    Column("is_charging", Boolean),
    Column("firmware", _NAME),
    Column("settings_version", BigInteger),
    Column("alarms_due", Integer),
    Column("protection", Text),
    Column("self_test", Text),
    Column("link", Text),
    Column("presence_reason", _NAME),
    Column("foretold", _NAME),
    Column("start_cause", _NAME),
    Column("start_error", Text),
    Column("started_at_ms", BigInteger),
    Column("wall_s", BigInteger),
    Column("wall_error_ms", BigInteger),
    Column("wall_offset_s", BigInteger),
)

chains = Table(
    "chains",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("body", Text, nullable=False),
    Column("is_default", Boolean, nullable=False, server_default=false()),
)

shifts = Table(
    "shifts",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("worker_id", Identity, ForeignKey("workers.id"), nullable=False, index=True),
    Column("device", _NAME, ForeignKey("devices.name"), nullable=False, index=True),
    Column("workplace_id", Identity, ForeignKey("workplaces.id"), nullable=False),
    Column("started_at_ms", BigInteger, nullable=False),
    Column("planned_end_at_ms", BigInteger, nullable=False),
    Column("ended_at_ms", BigInteger),
    Column("started_by", Text, nullable=False),
    Column("ended_by", Text),
    Column("asked_at_ms", BigInteger),
    Column("ask", _NAME),
)
_is_open_shift = shifts.c.ended_at_ms.is_(None)
Index(
    "uq_shifts_open_device",
    shifts.c.device,
    unique=True,
    sqlite_where=_is_open_shift,
    postgresql_where=_is_open_shift,
)
Index(
    "uq_shifts_open_worker",
    shifts.c.worker_id,
    unique=True,
    sqlite_where=_is_open_shift,
    postgresql_where=_is_open_shift,
)

device_messages = Table(
    "device_messages",
    metadata,
    Column("device", _NAME, primary_key=True),
    Column("boot", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", _NAME, nullable=False),
    Column("mark", _NAME, nullable=False),
    Column("received_at_ms", BigInteger, nullable=False),
    Column("payload", LargeBinary, nullable=False),
)

log = Table(
    "log",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("kind", _NAME, nullable=False),
    Column("case_id", BigInteger, index=True),
    Column("device", _NAME),
    Column("digest", _HASH, nullable=False),
    Column("previous", _HASH, nullable=False),
    Column("hash", _HASH, nullable=False),
)

log_contents = Table(
    "log_contents",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("salt", _HASH, nullable=False),
    Column("content", Text, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("device", _NAME, nullable=False),
    Column("alarm", String(128), nullable=False),
    Column("kind", _NAME, nullable=False),
    Column("mark", _NAME, nullable=False),
    Column("state", _NAME, nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("is_person", Boolean, nullable=False),
    Column("code", _NAME, nullable=False, server_default="", index=True),
    Column("body", Text, nullable=False),
    Column("opened_at_ms", BigInteger, nullable=False),
    Column("updated_at_ms", BigInteger, nullable=False),
    Column("site_id", Identity),
    UniqueConstraint("device", "alarm"),
)
_is_open_case = cases.c.is_open
Index(
    "ix_cases_open_device",
    cases.c.device,
    sqlite_where=_is_open_case,
    postgresql_where=_is_open_case,
)

timers = Table(
    "timers",
    metadata,
    Column("subject", _NAME, primary_key=True),
    Column("name", _NAME, primary_key=True),
    Column("due_at_ms", BigInteger, nullable=False, index=True),
)

outbox, case_events = case_tables(metadata)

commands = Table(
    "commands",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("device", _NAME, nullable=False),
    Column("kind", _NAME, nullable=False),
    Column("boot", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("mark", _NAME, nullable=False),
    Column("fields", Text, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("next_send_at_ms", BigInteger),
    Column("sends", Integer, nullable=False, server_default=text("0")),
    Column("answered_at_ms", BigInteger),
    Column("result", _NAME),
    Column("slot", _NAME, nullable=False),
    Column("is_perceptible", Boolean, nullable=False, server_default=true()),
    UniqueConstraint("boot", "seq"),
)
_is_unanswered = commands.c.answered_at_ms.is_(None)
Index(
    "ix_commands_unanswered",
    commands.c.device,
    commands.c.slot,
    sqlite_where=_is_unanswered,
    postgresql_where=_is_unanswered,
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("topic", Text, nullable=False),
    Column("device", _NAME, index=True),
    Column("reason", _NAME, nullable=False),
    Column("field", _NAME, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("received_at_ms", BigInteger, nullable=False),
)

journal_reads, journal_pieces = journal_tables(metadata)
