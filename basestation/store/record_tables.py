"""The tables of records: what is on record, how a site judges clearance, and what was judged.

`conditions`, `figures` and `measures` are JSON. There is no column for a diagnosis or a pregnancy. What was
deleted leaves its number in the chained log only. Times are `*_at_ms`; `valid_until_ms` is the last moment.
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

records = Table(
    "records",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("site_id", Identity, ForeignKey("sites.id"), nullable=False),
    Column("kind", NAME, nullable=False),
    Column("subject", NAME, nullable=False),
    Column("subject_key", String(120), nullable=False),
    Column("about", String(120), nullable=False, server_default=""),
    Column("result", NAME, nullable=False),
    Column("issued_at_ms", BigInteger, nullable=False),
    Column("valid_until_ms", BigInteger),
    Column("issuer", String(120), nullable=False),
    Column("note", String(500), nullable=False, server_default=""),
    Column("conditions", Text, nullable=False, server_default=text("'[]'")),
    Column("figures", Text),
    Column("measures", Text, nullable=False, server_default=text("'[]'")),
    Column("hold_because", String(500), nullable=False, server_default=""),
    Column("copy_given_at_ms", BigInteger),
    Column("reminded_at_ms", BigInteger),
    Column("is_active", Boolean, nullable=False, server_default=true()),
)
Index("ix_records_subject", records.c.subject, records.c.subject_key)

#: How a site judges: only shown, or binding; which packs beside lone work; its own rules as TOML.
clearance_rules = Table(
    "clearance_rules",
    metadata,
    Column("site_id", Identity, ForeignKey("sites.id"), primary_key=True),
    Column("is_binding", Boolean, nullable=False),
    Column("packs", Text, nullable=False),
    Column("own_rules", Text, nullable=False, server_default=""),
    Column("version", Integer, nullable=False),
    Column("changed_at_ms", BigInteger, nullable=False),
    Column("changed_by", Text, nullable=False),
)

clearances = Table(
    "clearances",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("site_id", Identity, nullable=False),
    Column("shift_id", Identity, ForeignKey("shifts.id"), unique=True),
    Column("worker_id", Identity, nullable=False, index=True),
    Column("workplace_id", Identity, nullable=False),
    Column("device", NAME, nullable=False),
    Column("judged_at_ms", BigInteger, nullable=False),
    Column("planned_end_at_ms", BigInteger, nullable=False),
    Column("result", NAME, nullable=False),
    Column("answer", Text, nullable=False),
    Column("override_by", Text),
    Column("override_reason", Text),
    Column("lapsed_at_ms", BigInteger),
)
