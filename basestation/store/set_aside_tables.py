"""The table of rows that nobody could read, as they were; times in milliseconds since 1970, UTC.

`place` is the table the row came from and `number` its key there; `row` is all of it in JSON.
"""

from sqlalchemy import BigInteger, Column, Table, Text

from basestation.store.schema import NAME, Identity, metadata

set_aside = Table(
    "set_aside",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("place", NAME, nullable=False),
    Column("number", NAME, nullable=False),
    Column("device", NAME),
    Column("reason", Text, nullable=False),
    Column("row", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)
