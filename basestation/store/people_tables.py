"""The tables of the people in a shift: check-ins, control calls, the room's duty, handovers, own access.

Of a PIN only its argon2 hash is kept, of links, sessions and kiosks only the SHA-256 of their token.
Nothing is deleted but sessions that are over. Times are `*_at_ms`: milliseconds since 1970, UTC.
"""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table, Text, text, true

from basestation.store.schema import HASH, NAME, Identity, metadata

#: When the wearer of a device pressed last to say that all is well.
check_ins = Table(
    "check_ins",
    metadata,
    Column("device", NAME, primary_key=True),
    Column("confirmed_at_ms", BigInteger, nullable=False),
)

control_calls = Table(
    "control_calls",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("shift_id", Identity, ForeignKey("shifts.id"), nullable=False),
    Column("state", NAME, nullable=False),
    Column("asked_at_ms", BigInteger, nullable=False),
    Column("due_at_ms", BigInteger, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("ended_at_ms", BigInteger),
    #: Where it was confirmed: "device", "page" or "kiosk".
    Column("way", NAME),
)
_is_open_call = control_calls.c.ended_at_ms.is_(None)
Index(
    "uq_control_calls_open",
    control_calls.c.shift_id,
    unique=True,
    sqlite_where=_is_open_call,
    postgresql_where=_is_open_call,
)

handovers = Table(
    "handovers",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("version", Integer, nullable=False, server_default=text("1")),
    Column("state", NAME, nullable=False),
    Column("outgoing_id", Identity, ForeignKey("users.id"), nullable=False),
    Column("outgoing", Text, nullable=False),
    Column("incoming_id", Identity, ForeignKey("users.id")),
    Column("incoming", Text),
    Column("started_at_ms", BigInteger, nullable=False),
    Column("ended_at_ms", BigInteger),
    Column("ended_by", Text),
    Column("reason", Text, nullable=False, server_default=text("''")),
)
_is_open_handover = handovers.c.ended_at_ms.is_(None)
Index(
    "uq_handovers_open",
    # One at a time: all open ones have the same state.
    handovers.c.state,
    unique=True,
    sqlite_where=_is_open_handover,
    postgresql_where=_is_open_handover,
)

handover_confirmations = Table(
    "handover_confirmations",
    metadata,
    Column("handover_id", Identity, ForeignKey("handovers.id"), primary_key=True),
    #: "case/7" or "shift/3".
    Column("item", NAME, primary_key=True),
    #: What stood there when it was confirmed, as the decision compares it, and in words.
    Column("mark", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("confirmed_at_ms", BigInteger, nullable=False),
)

room_duties = Table(
    "room_duties",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("user_id", Identity, ForeignKey("users.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("began_at_ms", BigInteger, nullable=False),
    Column("ended_at_ms", BigInteger),
    #: The handover by which it came; None: taken where nobody had it, or without one.
    Column("handover_id", Identity, ForeignKey("handovers.id")),
)

worker_accesses = Table(
    "worker_accesses",
    metadata,
    Column("worker_id", Identity, ForeignKey("workers.id"), primary_key=True),
    Column("pin_hash", Text, nullable=False),
    Column("link_digest", HASH, nullable=False, unique=True),
    Column("is_active", Boolean, nullable=False, server_default=true()),
    Column("given_by", Text, nullable=False),
    Column("given_at_ms", BigInteger, nullable=False),
)

kiosks = Table(
    "kiosks",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("name", Text, nullable=False),
    Column("token_digest", HASH, nullable=False, unique=True),
    Column("is_active", Boolean, nullable=False, server_default=true()),
    Column("made_by", Text, nullable=False),
    Column("made_at_ms", BigInteger, nullable=False),
)

worker_sessions = Table(
    "worker_sessions",
    metadata,
    Column("token_digest", HASH, primary_key=True),
    Column("worker_id", Identity, ForeignKey("workers.id"), nullable=False, index=True),
    #: The kiosk where the worker stands; None: their own phone.
    Column("kiosk_id", Identity, ForeignKey("kiosks.id")),
    Column("expires_at_ms", BigInteger, nullable=False),
)
