"""The tables of the movement around alarms; read them through `tables`.

`trace_pieces.samples` holds words of `protocol.samples`, as they came; times are ms from the raise.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from basestation.store.schema import HASH, NAME, Identity, metadata

traces = Table(
    "traces",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("device", NAME, nullable=False),
    Column("alarm", String(128), nullable=False),
    Column("mark", NAME, nullable=False),
    Column("is_trial", Boolean, nullable=False),
    Column("pieces", Integer, nullable=False),
    Column("upright_mg", Text),
    Column("began_at_ms", BigInteger, nullable=False),
    Column("completed_at_ms", BigInteger),
    Column("sha256", HASH),
    UniqueConstraint("device", "alarm", "is_trial"),
)

trace_pieces = Table(
    "trace_pieces",
    metadata,
    Column("trace_id", Identity, ForeignKey("traces.id"), primary_key=True, autoincrement=False),
    Column("piece", Integer, primary_key=True, autoincrement=False),
    Column("first_ms", Integer, nullable=False),
    Column("interval_ms", Integer, nullable=False),
    Column("samples", LargeBinary, nullable=False),
)
