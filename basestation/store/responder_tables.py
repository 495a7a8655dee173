"""The tables of those who come: sites, people and their addresses, duties, the plan, the choice of chains.

Weekdays are digits in a row, Monday is 1; minutes count from local midnight of the site; days are ISO dates
there; `*_at_ms` are milliseconds since 1970, UTC; `kinds` and `marks` are lists in JSON. Of a proof's code
only its SHA-256 stands here. Why somebody is away stands nowhere.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
    true,
)

from basestation.store.schema import HASH, NAME, Identity, metadata

_LINE = String(200)
_DAY = String(10)

#: The one site of everything that was there before there were sites.
FIRST_SITE = 1

sites = Table(
    "sites",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("name", _LINE, nullable=False, unique=True),
    Column("zone", NAME, nullable=False),
    Column("proof_days", Integer, nullable=False, server_default=text("30")),
    Column("is_active", Boolean, nullable=False, server_default=true()),
    Column("version", Integer, nullable=False, server_default=text("1")),
)

responders = Table(
    "responders",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("name", _LINE, nullable=False, unique=True),
    Column("user_id", Identity, ForeignKey("users.id")),
    Column("worker_id", Identity, ForeignKey("workers.id")),
    Column("language", NAME, nullable=False, server_default=text("'en'")),
    Column("site_id", Identity, ForeignKey("sites.id"), nullable=False),
    Column("is_active", Boolean, nullable=False, server_default=true()),
)

responder_addresses = Table(
    "responder_addresses",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("responder_id", Identity, ForeignKey("responders.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("channel", NAME, nullable=False),
    Column("address", Text, nullable=False),
    Column("is_active", Boolean, nullable=False, server_default=true()),
    Column("asked_at_ms", BigInteger),
    Column("code_digest", HASH),
    Column("confirmed_at_ms", BigInteger),
    Column("proven_at_ms", BigInteger),
    Column("test_number", Integer, nullable=False, server_default=text("0")),
    Column("test_result", Text, nullable=False, server_default=""),
)
Index("ix_responder_addresses_responder_id", responder_addresses.c.responder_id)
Index("ix_responder_addresses_code_digest", responder_addresses.c.code_digest)

duty_roles = Table(
    "duty_roles",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("name", _LINE, nullable=False, unique=True),
    Column("site_id", Identity, ForeignKey("sites.id"), nullable=False),
    Column("is_active", Boolean, nullable=False, server_default=true()),
)

duty_plan = Table(
    "duty_plan",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("role_id", Identity, ForeignKey("duty_roles.id"), nullable=False),
    Column("responder_id", Identity, ForeignKey("responders.id"), nullable=False),
    Column("weekdays", String(7), nullable=False),
    Column("start_min", Integer, nullable=False),
    Column("end_min", Integer, nullable=False),
    Column("every_weeks", Integer, nullable=False),
    Column("first_day", _DAY, nullable=False),
    Column("last_day", _DAY),
    Column("is_active", Boolean, nullable=False, server_default=true()),
)

duty_overrides = Table(
    "duty_overrides",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("role_id", Identity, ForeignKey("duty_roles.id"), nullable=False),
    Column("responder_id", Identity, ForeignKey("responders.id"), nullable=False),
    Column("from_at_ms", BigInteger, nullable=False),
    Column("until_at_ms", BigInteger, nullable=False),
    Column("is_instead", Boolean, nullable=False),
    Column("is_active", Boolean, nullable=False, server_default=true()),
)

absences = Table(
    "absences",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("responder_id", Identity, ForeignKey("responders.id"), nullable=False),
    Column("from_at_ms", BigInteger, nullable=False),
    Column("until_at_ms", BigInteger, nullable=False),
    Column("is_active", Boolean, nullable=False, server_default=true()),
)

chain_rules = Table(
    "chain_rules",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("chain_id", Identity, ForeignKey("chains.id"), nullable=False),
    Column("site_id", Identity, ForeignKey("sites.id")),
    Column("kinds", Text, nullable=False),
    Column("weekdays", String(7), nullable=False),
    Column("start_min", Integer, nullable=False),
    Column("end_min", Integer, nullable=False),
    Column("marks", Text, nullable=False),
)
