"""The tables of the journals that were read out of devices; `tables.py` makes them part of the whole."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, String, Table, Text


def journal_tables(metadata: MetaData) -> tuple[Table, Table]:
    """Return the read-outs, and the pieces of those that are under way."""
    reads = Table(
        "journal_reads",
        metadata,
        Column("read", String(64), primary_key=True),
        Column("device", String(64), nullable=False, index=True),
        Column("asked_at_ms", BigInteger, nullable=False),
        Column("asked_by", Text, nullable=False),
        Column("pieces", Integer),
        Column("completed_at_ms", BigInteger),
        Column("digest", String(64)),
        Column("records", LargeBinary),
    )
    pieces = Table(
        "journal_pieces",
        metadata,
        Column("read", String(64), primary_key=True),
        Column("piece", Integer, primary_key=True, autoincrement=False),
        Column("records", LargeBinary, nullable=False),
    )
    return reads, pieces
