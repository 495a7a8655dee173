"""The tables of what people write down of a case, of the site's protocols, and of pictures of workers.

Nothing is changed or deleted but a picture: a protocol that is set anew ends the one before, a tick that is
taken back is a further row, a report is a further version. `protocols.steps` is a list of lines in JSON; an
empty kind stands for every alarm of a person. Times are `*_at_ms`.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from basestation.store.schema import NAME, Identity, metadata

protocols = Table(
    "protocols",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("site_id", Identity, ForeignKey("sites.id"), nullable=False),
    Column("kind", NAME, nullable=False),
    Column("version", Integer, nullable=False),
    Column("steps", Text, nullable=False),
    Column("set_at_ms", BigInteger, nullable=False),
    Column("set_by", Text, nullable=False),
    Column("ended_at_ms", BigInteger),
    UniqueConstraint("site_id", "kind", "version"),
)
_is_in_force = protocols.c.ended_at_ms.is_(None)
Index(
    "uq_protocols_in_force",
    protocols.c.site_id,
    protocols.c.kind,
    unique=True,
    sqlite_where=_is_in_force,
    postgresql_where=_is_in_force,
)

#: Which protocol a case had when it opened.
case_protocols = Table(
    "case_protocols",
    metadata,
    Column("case_id", Identity, ForeignKey("cases.id"), primary_key=True),
    Column("protocol_id", Identity, ForeignKey("protocols.id"), nullable=False),
)

case_steps = Table(
    "case_steps",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("case_id", Identity, ForeignKey("cases.id"), nullable=False),
    Column("step", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("is_done", Boolean, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
    UniqueConstraint("case_id", "step", "version"),
)

case_notes = Table(
    "case_notes",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("case_id", Identity, ForeignKey("cases.id"), nullable=False),
    Column("key", NAME, nullable=False),
    Column("text", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
    UniqueConstraint("case_id", "key"),
)

case_reports = Table(
    "case_reports",
    metadata,
    Column("case_id", Identity, ForeignKey("cases.id"), primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
)

#: What each end, and each wish to end, was put down to; empty: only words were given.
case_outcomes = Table(
    "case_outcomes",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("case_id", Identity, ForeignKey("cases.id"), nullable=False, index=True),
    Column("code", NAME, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
)

worker_pictures = Table(
    "worker_pictures",
    metadata,
    Column("worker_id", Identity, ForeignKey("workers.id"), primary_key=True),
    Column("kind", NAME, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("set_at_ms", BigInteger, nullable=False),
    Column("set_by", Text, nullable=False),
)
