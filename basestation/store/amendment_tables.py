"""The table of amendments: what was changed in which register, by whom and when, before and after.

`key` is the row's number, or its name where it has none; `version` counts from 1 within a row, so that two
changes of the same version cannot both be kept. `before` and `after` are JSON, null for none; they may be
personal, so they lie beside the chained log and can be erased.
"""

from sqlalchemy import BigInteger, Column, Integer, String, Table, Text, UniqueConstraint

from basestation.store.schema import NAME, Identity, metadata

amendments = Table(
    "amendments",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("register", NAME, nullable=False),
    Column("key", String(200), nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", NAME, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
    Column("before", Text),
    Column("after", Text),
    UniqueConstraint("register", "key", "version"),
)
