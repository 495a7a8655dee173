"""The base stations that share this database, and the oldest program that its tables still serve."""

from sqlalchemy import BigInteger, Boolean, Column, Table, false

from basestation.store.schema import NAME, metadata

replicas = Table(
    "replicas",
    metadata,
    Column("name", NAME, primary_key=True),
    #: The newest migration that its program knows.
    Column("revision", NAME, nullable=False),
    Column("started_at_ms", BigInteger, nullable=False),
    Column("seen_at_ms", BigInteger, nullable=False),
    #: Set where it was ended in order.
    Column("ended_at_ms", BigInteger),
    Column("is_hearing", Boolean, nullable=False, server_default=false()),
)

#: One row: the first migration whose program these tables serve.
served_programs = Table("served_programs", metadata, Column("first_revision", NAME, primary_key=True))
