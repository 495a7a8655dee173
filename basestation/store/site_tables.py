"""The tables of sites' zones, of the roles that people have at sites, and of what was changed, by whom.

A grant without a site counts for all. `content` of the history is the row as JSON after the change, without
anything secret. Times are `*_at_ms`: milliseconds since 1970, UTC.
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

from basestation.store.schema import NAME, Identity, metadata

grants = Table(
    "grants",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("user_id", Identity, ForeignKey("users.id"), nullable=False, index=True),
    Column("site_id", Identity, ForeignKey("sites.id")),
    Column("role", NAME, nullable=False),
)

zones = Table(
    "zones",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("site_id", Identity, ForeignKey("sites.id"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("hazard", Text, nullable=False, server_default=""),
    Column("plan_id", Identity, ForeignKey("plans.id")),
    Column("version", Integer, nullable=False, server_default=text("1")),
    Column("is_active", Boolean, nullable=False, server_default=true()),
)
_is_in_service = zones.c.is_active
Index(
    "uq_zones_in_service",
    zones.c.site_id,
    zones.c.name,
    unique=True,
    sqlite_where=_is_in_service,
    postgresql_where=_is_in_service,
)

register_history = Table(
    "register_history",
    metadata,
    Column("id", Identity, primary_key=True),
    #: "site", "zone" or "user", and its number.
    Column("subject", NAME, nullable=False),
    Column("number", Identity, nullable=False),
    Column("version", Integer, nullable=False),
    #: "added", "changed", "retired", "undone" and the like.
    Column("kind", NAME, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
    Column("content", Text, nullable=False),
)
Index("ix_register_history_subject_number", register_history.c.subject, register_history.c.number)
