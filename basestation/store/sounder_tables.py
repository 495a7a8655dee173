"""The table of silences of the control room's sounder; times in milliseconds since 1970, UTC.

`sounds` is JSON: the number of each case that is covered, as text, and the class in which it sounded.
"""

from sqlalchemy import BigInteger, Column, Table, Text

from basestation.store.schema import Identity, metadata

sounder_silences = Table(
    "sounder_silences",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("by", Text, nullable=False),
    Column("sounds", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger, nullable=False, index=True),
)
